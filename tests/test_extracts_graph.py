"""The two real public extracts in a graph, loaded by the command, against counts made without Clew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command import clew
from graph.connection import Writer, writer
from graph.engine import server
from graph.settings import Settings
from graph.terms import DOMESTIC_TYPES, PARTNER_TYPES
from test_extracts import extract

pytestmark = pytest.mark.extracts


class Loaded:
    """A local Neo4j of its own, which extracts are loaded into by the command."""

    def __init__(self, home: Path, graph: Writer) -> None:
        self.home, self.graph = home, graph

    def run(self, *words: str) -> str:
        """Run the command, which must succeed, and return what it printed."""
        done = clew(*words, home=self.home)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, *words: str) -> list[dict[str, Any]]:
        """Ask a question of the catalogue and return its rows."""
        rows: list[dict[str, Any]] = json.loads(self.run("query", *words, "--format", "json"))["rows"]
        return rows

    def count(self, text: str, **params: object) -> int:
        """Return the one number that a statement gives."""
        ((number,),) = (row.values() for row in self.graph.read(text, params))
        return int(number)

    def status(self) -> dict[str, Any]:
        """Return what `clew status` says."""
        told: dict[str, Any] = json.loads(self.run("status", "--format", "json"))
        return told


@pytest.fixture(scope="module")
def loaded(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    home = tmp_path_factory.mktemp("extracts")
    (home / "jars").symlink_to((engine_settings.home / "jars").resolve(), target_is_directory=True)
    extract("nibrs_vt.zip")
    assert clew("up", home=home).returncode == 0
    settings = Settings.from_env({"CLEW_HOME": str(home), "CLEW_NEO4J_VERSION": engine_settings.neo4j_version})
    try:
        with writer(server.locate(settings)) as graph:
            yield Loaded(home, graph)
    finally:
        server.down(settings)


@pytest.fixture(scope="module")
def nibrs(loaded: Loaded) -> Loaded:
    loaded.run("load", str(extract("nibrs_vt.zip")), "--mapping", "nibrs")
    return loaded


@pytest.fixture(scope="module")
def pole(nibrs: Loaded) -> Loaded:
    nibrs.run("load", str(extract("pole.zip")), "--mapping", "pole")
    return nibrs


def test_nibrs_is_in_the_graph_as_it_was_counted(nibrs: Loaded) -> None:
    status = nibrs.status()
    assert status["kind"] == "real"
    labels = status["labels"]
    assert (labels["Incident"], labels["Offence"], labels["Nominal"]) == (34_994, 37_411, 26_104 + 18_378)
    assert "Revision" not in labels


def test_nibrs_ties_and_dyads_are_those_that_the_source_names(nibrs: Loaded) -> None:
    tied = "MATCH (:Nominal)-[tie:RELATED_TO]->(:Nominal) WHERE tie.kind IN $kinds RETURN count(*) AS number"
    assert nibrs.count(tied, kinds=list(PARTNER_TYPES)) == 2_203
    assert nibrs.count(tied, kinds=list(DOMESTIC_TYPES)) == 3_486
    assert nibrs.count("MATCH (dyad:Dyad) RETURN count(*) AS number") == 2_993
    assert nibrs.count("MATCH (dyad:Dyad {pairing: 'named'}) RETURN count(*) AS number") == 2_993
    several = """
    MATCH (victim:Nominal)-[tie:RELATED_TO]->(suspect:Nominal)
    WHERE tie.kind IN $kinds
    WITH suspect, count(DISTINCT victim) AS victims
    WHERE victims > 1
    RETURN count(*) AS number
    """
    assert nibrs.count(several, kinds=list(DOMESTIC_TYPES)) == 154


def test_nibrs_placeholders_are_nobody(nibrs: Loaded) -> None:
    unknown = "MATCH (incident:Incident) RETURN sum(incident.unknown_suspects) AS number"
    assert nibrs.count(unknown) == 18_314
    assert nibrs.count("MATCH (:Nominal)-[:SUSPECT_IN]->(:Incident) RETURN count(*) AS number") == 18_378


def test_nibrs_loaded_again_changes_nothing(nibrs: Loaded) -> None:
    before = nibrs.status()
    told = nibrs.run("load", str(extract("nibrs_vt.zip")), "--mapping", "nibrs")
    total = next(line.split() for line in told.splitlines() if line.startswith("total"))
    delivered, created, changed, unchanged, waiting, rejected = map(int, total[1:])
    assert (created, changed, waiting, rejected) == (0, 0, 0, 0)
    assert delivered == unchanged
    assert nibrs.status() == before


def test_pole_keeps_what_was_involved_and_joins_nobody(pole: Loaded) -> None:
    assert pole.count("MATCH (:Identifier)-[:INVOLVED_IN]->(:Incident) RETURN count(*) AS number") == 985
    people = "MATCH (:Nominal {source: 'pole'})-[:IS]->(person:Person) RETURN count(DISTINCT person) AS number"
    assert pole.count(people) == pole.count("MATCH (n:Nominal {source: 'pole'}) RETURN count(*) AS number") == 369


def test_pole_makes_no_dyad_of_a_party_whose_role_is_unstated(pole: Loaded) -> None:
    assert pole.count("MATCH (:Nominal {source: 'pole'})-[:PARTY_TO]->(:Incident) RETURN count(*) AS number") == 55
    pairs = "MATCH (:Nominal {source: 'pole'})-[:IS]->(:Person)--(dyad:Dyad) RETURN count(dyad) AS number"
    assert pole.count(pairs) == 0


def test_pole_anne_freeman_knows_eight_who_are_party_to_a_crime(pole: Loaded) -> None:
    (anne,) = pole.ask("search_people", "--text", "Anne Freeman")
    items = pole.ask("ego_network", "--person-id", anne["person_id"])
    known = {
        end
        for item in items
        if item["type"] == "RELATED_TO" and anne["person_id"] in {item["source_id"], item["target_id"]}
        for end in (item["source_id"], item["target_id"])
    }
    party = {item["source_id"] for item in items if item["type"] == "PARTY_TO"}
    assert len(known & party - {anne["person_id"]}) == 8


def test_nibrs_is_scored_by_history_alone_and_says_that_no_form_is_known(nibrs: Loaded) -> None:
    listed = nibrs.ask("threat_list", "--limit", "50")
    assert len(listed) == 50
    assert listed == sorted(listed, key=lambda row: -row["score"])
    assert {row["form_known"] for row in listed} == {False}
    assert {row["latest_grade"] for row in listed} == {None}
    for row in listed:
        assert row["score"] == sum(row["score_points"])
        assert {"recency", "frequency"} >= {each for each in row["score_parts"] if not each.startswith("cluster ")}
        # Its offence codes are none of the Home Office: their harm is not known, and never nothing in silence.
        assert (row["harm_days"], row["unweighed"] > 0) == (0, True)
    (history,) = nibrs.ask("dyad_history", "--dyad-id", listed[0]["dyad_id"])
    assert (history["forms"], history["harm"], history["incidents"]) == (0, "not known", listed[0]["incidents"])
    # The extract is older than any window from the day on which it was received.
    on_the_day = nibrs.ask("threat_score", "--dyad-id", listed[0]["dyad_id"], "--as-of", listed[0]["last_on"])
    assert {"recency", "frequency"} <= {item["item"] for item in on_the_day}
    assert {item["score"] for item in on_the_day} == {sum(item["points"] for item in on_the_day)}
    assert {item["form_known"] for item in on_the_day} == {False}
    assert nibrs.ask("ledger", "--dyad-id", listed[0]["dyad_id"]) == []
    assert nibrs.ask("hidden_threat") == []
    assessable = {row["cluster_id"]: row["assessable"] for row in nibrs.ask("clusters")}
    assert not assessable["C01"]
