"""What had happened to a person, or in a dyad, as it was known at a time: the rows of `timeline.cypher`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from graph.connection import Row
from queries.known.pairs import Pair, pair
from queries.known.past import Past
from queries.paging import Place

_RANKS = {"incident": 0, "offence": 1, "assessment": 2}


def subjects(subject_id: str) -> list[str]:
    """Return the people whom a person's or a dyad's id names."""
    return subject_id.split(">")


def happenings(known: Past, subject_id: str, as_of: date | None, after: Place | None = None) -> list[Row]:
    """Return the rows of a timeline as they were at a time, in order; `known` surrounds the people it is about.

    With `after` these are only the rows after that place.
    """
    rows = _dyad(known, subject_id) if ">" in subject_id else _person(known, subject_id)
    found = sorted((row for row in rows if as_of is None or row["happened_on"] <= as_of), key=_rank)
    return [row for row in found if _rank(row) > _rank(after)] if after else found


def _rank(at: Place) -> tuple[Any, ...]:
    """Return what a place is compared by; a kind that there is not, which a cursor may name, comes last."""
    incident_id, kind = at["incident_id"], _RANKS.get(at["kind"], len(_RANKS))
    return (at["happened_on"], incident_id is None, incident_id or "", kind, at["record_id"])


def _person(known: Past, subject_id: str) -> Iterator[Row]:
    person_id = known.person(subject_id)
    # Whoever may not see a record may know the person's id, which is that of its first record.
    if person_id is None or (person_id != subject_id and known.seen(subject_id) is None):
        return
    own = known.nominals(person_id)
    yield from _incidents(known, own, None)
    yield from _assessments(known, own, None)


def _dyad(known: Past, subject_id: str) -> Iterator[Row]:
    people = subjects(subject_id)
    if len(people) != 2 or any(known.person(each) != each for each in people):
        return
    suspect_id, victim_id = people
    if found := pair(known, suspect_id, victim_id):
        yield from _incidents(known, found.suspect, found)
        yield from _assessments(known, found.suspect, found)


def _incidents(known: Past, own: Collection[str], found: Pair | None) -> Iterator[Row]:
    for incident_id in known.of("incidents"):
        roles = sorted({role["role"] for role in known.roles(incident_id) if role["person_ref"] in own})
        if not roles or (found and incident_id not in found.incidents):
            continue
        incident = known.seen(incident_id) or {}
        same = {
            "happened_on": incident["reported_on"],
            "incident_id": incident_id,
            "roles": roles,
            "grade": None,
            "domestic": incident.get("domestic"),
        }
        yield {**same, **_record("incident", incident_id, incident), "detail": incident.get("kind")}
        for offence_id, offence in known.offences(incident_id).items():
            if _concerns(offence, found):
                told = [part for part in (offence.get("code"), offence.get("description")) if part]
                yield {**same, **_record("offence", offence_id, offence), "detail": " ".join(told)}


def _concerns(offence: Mapping[str, Any], found: Pair | None) -> bool:
    against = offence.get("against")
    return found is None or against is None or any(each in found.victim for each in against)


def _assessments(known: Past, own: Collection[str], found: Pair | None) -> Iterator[Row]:
    for form_id in known.of("assessments"):
        if (form := known.seen(form_id)) is None or (found and form_id not in found.assessments):
            continue
        roles = [word for word in ("suspect", "victim") if form.get(f"{word}_ref") in own]
        if roles or found:
            yield {
                **_record("assessment", form_id, form),
                "happened_on": form["assessed_on"],
                "incident_id": form.get("incident_ref"),
                "roles": roles,
                "detail": f"{form['instrument']} {form['version']}",
                "grade": form.get("grade"),
                "domestic": None,
            }


def _record(kind: str, fact_id: str, said: Mapping[str, Any]) -> Row:
    return {"kind": kind, "record_id": fact_id, "source": said["source"], "source_ref": said["source_ref"]}
