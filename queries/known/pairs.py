"""What a pair rested on at a time: the rule of `dyad_features.cypher`, on what was there then."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.terms import DOMESTIC_TYPES, Role
from queries.answer import EVER
from queries.known.past import Past

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A suspect and a victim, each as the nominals that the viewer may see, and what counts between them."""

    suspect: Collection[str]
    victim: Collection[str]
    incidents: Mapping[str, bool]
    """Whether the source names the pair in each; false: inferred."""
    assessments: Mapping[str, bool]
    """Whether each names no suspect and is of the only one paired with the victim."""


def pair(past: Past, suspect_id: str, victim_id: str, as_of: date = EVER) -> Pair | None:
    """Return what two people's pair rested on as of a day; None if there was no such pair that the viewer may see."""
    people = {"suspect": past.nominals(suspect_id), "victim": past.nominals(victim_id)}
    if suspect_id == victim_id or not all(people.values()):
        return None
    suspect, victim = people["suspect"], people["victim"]
    counted = {
        incident: harmed
        for incident in past.of("incidents")
        if (harmed := _harmed(past, incident, suspect, victim, as_of))
    }
    assessments = {
        form_id: form.get("suspect_ref") is None
        for form_id in past.of("assessments")
        if (form := past.seen(form_id))
        and form["assessed_on"] <= as_of
        and _is_of(past, form, suspect, victim, counted)
    }
    if not counted and not assessments:
        return None
    named = {incident: any(harmed.values()) for incident, harmed in counted.items()}
    return Pair(suspect=suspect, victim=victim, incidents=named, assessments=assessments)


def _harmed(
    past: Past, incident_id: str, suspect: Collection[str], victim: Collection[str], as_of: date
) -> Mapping[str, bool]:
    """Return the victim's nominals by which an incident counts for a pair, and whether the source names them."""
    incident = past.seen(incident_id)
    if incident is None or incident.get("domestic") is False or incident["reported_on"] > as_of:
        return {}
    found = {
        (harm["person_ref"], accusation.get("against") is not None)
        for accusation in past.roles(incident_id, Role.SUSPECT)
        for harm in past.roles(incident_id, Role.VICTIM)
        if accusation["person_ref"] in suspect
        and harm["person_ref"] in victim
        and _meant(accusation, {harm["person_ref"]})
        and (incident.get("domestic") or _adults(past, incident, accusation, harm))
    }
    if not found or not (incident.get("domestic") or _tied(past, suspect, victim)):
        return {}
    # A nominal that one accusation names and another does not is named: that comes last.
    return dict(sorted(found))


def _meant(said: Said, harmed: Collection[str]) -> bool:
    """Return whether what is said to be against somebody is against one of these, or does not say against whom."""
    against = said.get("against")
    return against is None or any(each in harmed for each in against)


def _adults(past: Past, incident: Said, *roles: Said) -> bool:
    return all((_age(past, role, incident["reported_on"]) or 0) >= 16 for role in roles)


def _age(past: Past, role: Said, on: date) -> int | None:
    """Return the age in years as recorded, or by the date of birth."""
    if role.get("age") is not None:
        return int(role["age"])
    born_on: date | None = (past.seen(role["person_ref"]) or {}).get("born_on")
    if born_on is None:
        return None
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def _tied(past: Past, suspect: Collection[str], victim: Collection[str]) -> bool:
    """Return whether two people are personally connected."""
    return any(
        tie["kind"] in DOMESTIC_TYPES
        and any(
            tie["person_ref"] in one and tie["other_ref"] in other
            for one, other in ((suspect, victim), (victim, suspect))
        )
        for tie in _told(past, "relationships")
    )


def _is_of(
    past: Past,
    form: Said,
    suspect: Collection[str],
    victim: Collection[str],
    counted: Mapping[str, Collection[str]],
) -> bool:
    """Return whether a form names the pair, or names no suspect and is of the only one whom its incident has."""
    if form["victim_ref"] not in victim:
        return False
    if (named := form.get("suspect_ref")) is not None:
        return named in suspect
    incident_id = str(form.get("incident_ref"))
    if incident_id not in counted or (past.seen(incident_id) or {}).get("unknown_suspects") != 0:
        return False
    return not any(
        suspicion["person_ref"] not in suspect
        and suspicion["person_ref"] not in victim
        and _meant(suspicion, counted[incident_id])
        for suspicion in past.roles(incident_id, Role.SUSPECT)
    )


def _told(past: Past, feed: str) -> Iterator[Said]:
    return (said for fact_id in past.of(feed) if (said := past.seen(fact_id)) is not None)
