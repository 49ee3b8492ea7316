"""Counts again, from delivered CSV files and in another way, what a synthetic force says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd

from ingest.contracts import FEEDS

STRANGERS = ["knows", "friend", "neighbour", "colleague", "cared_for", "lives_with"]
EVER = {
    "dash": {
        "11": "hurt_children",
        "12": "threat_children",
        "16": "weapons_objects",
        "17": "threat_to_kill",
        "18": "strangulation",
        "22": "animal_cruelty",
        "25": "perp_suicidal",
        "26": "breach",
        "27": "criminal_history",
    },
    "safelives_dash": {
        "13": "weapons_objects",
        "14": "threat_to_kill",
        "15": "strangulation",
        "19": "animal_cruelty",
        "22": "perp_suicidal",
        "23": "breach",
        "24": "criminal_history",
    },
    "dara": {
        "humiliating": "humiliation",
        "threats_to_harm": "threat_to_harm",
        "threats_to_kill": "threat_to_kill",
        "threats_about_children": "threat_children",
        "strangling": "strangulation",
        "weapons": "weapons_objects",
        "physical_violence": "physical_violence",
        "property_damage": "property_damage",
        "animals": "animal_cruelty",
        "suicide_threats": "perp_suicidal",
    },
}
"""What each form asks of what ever happened."""
SAYS = {"yes": "yes", "no": "no", "never": "no", "occasionally": "yes", "often": "yes", "all_the_time": "yes"}
"""What an answer counts as; of humiliation, occasionally counts as neither."""


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the feeds of all deliveries together, by name, each row as it was recorded last.

    Every value is a text, and a column that names a record its `source:id`.
    """
    found = {}
    for feed in FEEDS:
        parts = [table(file) for file in sorted(folder.glob(f"*/{feed.name}.csv"))]
        whole = pd.concat(parts, ignore_index=True)
        key = ["source", *feed.key]
        found[feed.name] = (
            whole.sort_values("recorded_at", kind="stable").drop_duplicates(key, keep="last").sort_index()
        )
    return found


def table(file: Path) -> pd.DataFrame:
    """Return the rows of one file."""
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    for column in table.columns:
        if column.endswith("_ref") or column == "undoes":
            other = f"{column.removesuffix('_ref')}_source"
            source = table[other] if other in table else table["source"]
            table[column] = (source + ":" + table[column]).where(table[column] != "", "")
    if "against" in table:
        said = zip(table["source"], table["against"], strict=True)
        table["against"] = [[f"{source}:{each}" for each in text.split(";") if each] for source, text in said]
    if "restricted_to" not in table:
        table["restricted_to"] = ""
    return table


def visible(feeds: dict[str, pd.DataFrame], groups: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Return the rows that a viewer with these groups may see: neither restricted nor hanging on what is."""
    groups = set(groups)
    seen = {
        name: table[[not text or bool(groups & set(text.split(";"))) for text in table["restricted_to"]]]
        for name, table in feeds.items()
    }
    hanging = {
        "involvements": [("incident_ref", "incidents"), ("person_ref", "people")],
        "relationships": [("person_ref", "people"), ("other_ref", "people")],
        "residences": [("person_ref", "people"), ("address_ref", "addresses")],
        "assessments": [("incident_ref", "incidents"), ("suspect_ref", "people"), ("victim_ref", "people")],
    }
    for name, columns in hanging.items():
        for column, to in columns:
            known = seen[to][seen[to].columns[0]]
            seen[name] = seen[name][seen[name][column].isin([*known, ""])]
    return seen


def persons(feeds: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Return for each record of a person the smallest record that it is taken to be one with."""
    told = feeds["judgements"]
    standing = told[~told["judgement_ref"].isin(told["undoes"]) & (told["verdict"] != "undo")]
    pairs = {
        verdict: list(zip(rows["person_ref"], rows["other_ref"], strict=True))
        for verdict, rows in standing.groupby("verdict")
    }
    graph = nx.Graph(pairs["same"])
    graph.add_nodes_from(feeds["people"]["person_ref"])
    found: dict[str, str] = {}
    for group in nx.connected_components(graph):
        apart = any(one in group and other in group for one, other in pairs["different"])
        found |= {record: record if apart else min(group) for record in group}
    return found


@dataclass(frozen=True)
class Recount:
    """What is to be found in visible rows."""

    pairs: pd.DataFrame
    """Suspect, victim and incident, with the day on which it was reported."""
    forms: pd.DataFrame
    """All forms, with the person suspected (empty: nobody) and whether that was concluded."""


def recount(seen: dict[str, pd.DataFrame], person: dict[str, str]) -> Recount:
    """Pair suspects with victims, and forms with suspects."""
    roles = seen["involvements"].assign(person=lambda rows: rows["person_ref"].map(person))
    suspects, victims = (roles[roles["role"] == role] for role in ("suspect", "victim"))
    both = suspects.merge(victims, on="incident_ref", suffixes=("", "_victim")).merge(
        seen["incidents"][["incident_ref", "domestic", "reported_at", "unknown_suspects"]], on="incident_ref"
    )
    both = both[both["person"] != both["person_victim"]]
    meant = [
        not against or harmed in against
        for against, harmed in zip(both["against"], both["person_ref_victim"], strict=True)
    ]
    both = both[meant]
    ties = seen["relationships"]
    ties = ties[~ties["kind"].isin(STRANGERS)]
    tied = {
        frozenset((person[one], person[other]))
        for one, other in zip(ties["person_ref"], ties["other_ref"], strict=True)
    }
    unflagged = both["domestic"] == ""
    of_age = (_number(both["age"]) >= 16) & (_number(both["age_victim"]) >= 16)
    near = pd.Series(
        [frozenset(pair) in tied for pair in zip(both["person"], both["person_victim"], strict=True)], both.index
    )
    both = both[(both["domestic"] == "yes") | (unflagged & of_age & near)]
    pairs = (
        both.rename(columns={"person": "suspect", "person_victim": "victim"})
        .assign(day=lambda rows: pd.to_datetime(rows["reported_at"].str[:10]).dt.date)
        .drop_duplicates(["suspect", "victim", "incident_ref"])
    )
    return Recount(pairs=pairs, forms=_attributed(seen["assessments"], pairs, person))


def _number(texts: pd.Series[str]) -> pd.Series[float]:
    return pd.to_numeric(texts, errors="coerce")


def _attributed(forms: pd.DataFrame, pairs: pd.DataFrame, person: dict[str, str]) -> pd.DataFrame:
    clear = pairs[pairs["unknown_suspects"] == "0"]
    paired = gathered(clear, ["incident_ref", "victim"], "suspect")
    only = {where: min(suspects) for where, suspects in paired.items() if len(suspects) == 1}
    forms = forms.assign(victim=forms["victim_ref"].map(person), named=forms["suspect_ref"].map(person).fillna(""))
    concluded = [
        "" if named else only.get((incident, victim), "")
        for named, incident, victim in zip(forms["named"], forms["incident_ref"], forms["victim"], strict=True)
    ]
    return forms.assign(concluded=concluded, suspect=forms["named"].where(forms["named"] != "", concluded))


def repeats(pairs: pd.DataFrame, as_of: date) -> dict[tuple[str, str], set[str]]:
    """Return the dyads with two or more incidents in the last 365 days, and those incidents."""
    recent = pairs[pairs["day"] > as_of - timedelta(days=365)]
    by_dyad = gathered(recent, ["suspect", "victim"], "incident_ref")
    return {dyad: incidents for dyad, incidents in by_dyad.items() if len(incidents) > 1}


def gathered(rows: pd.DataFrame, by: list[str], what: str) -> dict[Any, set[str]]:
    """Return the different values of one column by the values of others."""
    found: dict[Any, set[str]] = {}
    for key, value in zip(zip(*(rows[name] for name in by), strict=True), rows[what], strict=True):
        found.setdefault(key, set()).add(value)
    return found


def serial(pairs: pd.DataFrame) -> dict[str, dict[str, set[str]]]:
    """Return the suspects of several victims: their victims, and the incidents with each."""
    found: dict[str, dict[str, set[str]]] = {}
    for (suspect, victim), incidents in gathered(pairs, ["suspect", "victim"], "incident_ref").items():
        found.setdefault(suspect, {})[victim] = incidents
    return {suspect: victims for suspect, victims in found.items() if len(victims) > 1}


def contradicted(forms: pd.DataFrame, answers: pd.DataFrame) -> dict[tuple[str, str, str], tuple[set[str], set[str]]]:
    """Return by dyad and factor the forms that say yes, and those that say no after another said yes."""
    told = answers.merge(forms, on="assessment_ref")
    told = told[(told["suspect"] != "") & (told["suspect"] != told["victim"])]
    told = told.assign(
        factor=[EVER[form].get(item, "") for form, item in zip(told["instrument"], told["item"], strict=True)],
        says=told["answer"].map(SAYS).fillna(""),
    )
    told = told[(told["factor"] != "") & ~((told["factor"] == "humiliation") & (told["answer"] == "occasionally"))]
    yes, no = (told[told["says"] == answer] for answer in ("yes", "no"))
    both = yes.merge(no, on=["suspect", "victim", "factor"], suffixes=("", "_no"))
    same_day = both["assessed_at"].str[:10] == both["assessed_at_no"].str[:10]
    unclear = same_day & ((both["assessed_at"].str.len() == 10) | (both["assessed_at_no"].str.len() == 10))
    both = both[unclear | (both["assessed_at_no"] >= both["assessed_at"])]
    by = ["suspect", "victim", "factor"]
    affirmed = gathered(yes, by, "assessment_ref")
    return {dyad: (affirmed[dyad], later) for dyad, later in gathered(both, by, "assessment_ref_no").items()}


def reachable(seen: dict[str, pd.DataFrame], person: dict[str, str]) -> nx.Graph[str]:
    """Return all persons with every link of family, household and shared incident among them."""
    graph: nx.Graph[str] = nx.Graph()
    ties = seen["relationships"]
    for one, other, kind in zip(ties["person_ref"], ties["other_ref"], ties["kind"], strict=True):
        if kind == "lives_with" or kind not in STRANGERS:
            graph.add_edge(person[one], person[other])
    places, stays = seen["addresses"], seen["residences"]
    homes = places[(places["kind"] == "home") & (places["protected"] == "no")]
    stays = stays[stays["address_ref"].isin(homes["address_ref"])]
    roles = seen["involvements"]
    for one, place in [
        *zip(stays["person_ref"], stays["address_ref"], strict=True),
        *zip(roles["person_ref"], roles["incident_ref"], strict=True),
    ]:
        graph.add_edge(person[one], f"at {place}")
    return graph
