"""What a pair's ledger and score rested on at a time: the rule of `queries/risk/evidence.cypher`, on what was there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from graph.connection import Row
from graph.terms import PARTNER_TYPES, MarkerKind, RelationshipType
from queries.known.pairs import Pair, pair
from queries.known.past import Past

Sign = list[Any]
"""What a record other than a form says: name, from, until, record."""

_LAST = (date.max, datetime.max)
"""Stand for days and times that are not known, which come last."""
_DATED = ("new_partner", "separation", "release")
"""Signs that say nothing without their day."""


def named_then(past: Past, dyad_id: str) -> str:
    """Return the id that a dyad had at a time: that of the people whom its two records were taken to be then."""
    return ">".join(_person(past, each) or each for each in dyad_id.split(">"))


def _person(past: Past, nominal_id: str) -> str | None:
    """Return whom a nominal was taken to be, unless the viewer may not see the nominal."""
    return past.person(nominal_id) if past.seen(nominal_id) is not None else None


def case(past: Past, dyad_id: str, as_of: date) -> Row | None:
    """Return the evidence on a dyad as of a day, in the form of `queries/risk/texts.py`; None if there was none."""
    people = dyad_id.split(">")
    if len(people) != 2 or any(past.person(each) != each for each in people):
        return None
    suspect_id, victim_id = people
    found = pair(past, suspect_id, victim_id, as_of)
    if found is None:
        return None
    incidents = sorted((_said(past, each)["reported_on"], each) for each in found.incidents)
    forms = sorted((_said(past, each)["assessed_on"], each) for each in found.assessments)
    return {
        "dyad": {
            "suspect_id": suspect_id,
            "victim_id": victim_id,
            "incident_ids": [each for _, each in incidents],
            "incident_on": [on for on, _ in incidents],
            "incident_named": [found.incidents[each] for _, each in incidents],
            "assessment_ids": [each for _, each in forms],
            "assessed_on": [on for on, _ in forms],
            "grades": [_said(past, each).get("grade") or "" for _, each in forms],
            "attributed": [found.assessments[each] for _, each in forms],
        },
        "forms": sorted((_form(past, each) for _, each in forms), key=_by_time),
        "offences": sorted(_offences(past, found, incidents), key=lambda each: (each[1], each[0])),
        "signs": _signs(past, found, people),
    }


def _said(past: Past, fact_id: str) -> Mapping[str, Any]:
    """Return what a record said that the viewer may see."""
    return past.seen(fact_id) or {}


def _form(past: Past, form_id: str) -> list[Any]:
    form = _said(past, form_id)
    name = f"{form['instrument']} {form['version']}"
    answers, retracted = past.answers_of(form_id), past.retractions(form_id)
    return [form_id, form["assessed_on"], form.get("assessed_at"), name, answers, retracted]


def _by_time(form: list[Any]) -> tuple[date, datetime, str]:
    return (form[1], form[2] or _LAST[1], form[0])


def _offences(past: Past, found: Pair, incidents: Iterable[tuple[date, str]]) -> Iterator[list[Any]]:
    for on, incident_id in incidents:
        for offence_id, offence in past.offences(incident_id).items():
            against = offence.get("against")
            if against is None or any(each in found.victim for each in against):
                yield [offence_id, on, offence.get("code")]


def _signs(past: Past, found: Pair, people: list[str]) -> list[Sign]:
    """Return the signs that records of the suspect give, then those of the victim's, each in order."""
    of_suspect = sorted(
        (
            sign
            for sign in (*_on_suspect(past, found.suspect), *_of_ties(past, found.suspect, people))
            if sign[1] is not None or sign[0] not in _DATED
        ),
        key=_place,
    )
    parted = [sign[1] for sign in of_suspect if sign[0] == "separation"]
    moved = [sign for sign in _moves(past, found.victim) if any(on <= sign[1] for on in parted)]
    return of_suspect + sorted([*_on_victim(past, found.victim), *moved], key=_place)


def _place(sign: Sign) -> tuple[str, date, str]:
    return (sign[0], sign[1] or _LAST[0], sign[3])


def _markers(past: Past, own: Collection[str]) -> Iterator[tuple[str, Sign]]:
    """Yield the kind of each marker on some nominals, with its days and its id."""
    for marker_id in past.of("markers"):
        marker = past.seen(marker_id)
        if marker is not None and marker["person_ref"] in own:
            yield marker["kind"], [marker.get("from_on"), marker.get("until_on"), marker_id]


def _on_victim(past: Past, own: Collection[str]) -> Iterator[Sign]:
    for kind, told in _markers(past, own):
        yield [f"victim_{kind}", *told]


def _on_suspect(past: Past, own: Collection[str]) -> Iterator[Sign]:
    for kind, told in _markers(past, own):
        _, until_on, marker_id = told
        # A marker of honour says that she is in danger for it, on whomever it stands.
        yield ["victim_honour" if kind == MarkerKind.HONOUR else f"suspect_{kind}", *told]
        if kind == MarkerKind.CUSTODY and until_on is not None:
            yield ["release", until_on, None, marker_id]


def _of_ties(past: Past, own: Collection[str], people: list[str]) -> Iterator[Sign]:
    suspect_id, victim_id = people
    for tie_id in past.of("relationships"):
        tie = past.seen(tie_id)
        if tie is None or tie["kind"] not in PARTNER_TYPES:
            continue
        ends = (tie["person_ref"], tie["other_ref"])
        for one, other in (ends, ends[::-1]):
            partner = past.person(other)
            if one not in own or partner == suspect_id:
                continue
            if partner != victim_id and tie["kind"] == RelationshipType.PARTNER:
                yield ["new_partner", tie.get("from_on"), tie.get("until_on"), tie_id]
            elif partner == victim_id:
                ended = "from_on" if tie["kind"] == RelationshipType.EX_PARTNER else "until_on"
                yield ["separation", tie.get(ended), None, tie_id]


def _moves(past: Past, own: Collection[str]) -> Iterator[Sign]:
    """Yield the addresses that somebody moved to on a known day, but for those that nobody may learn of."""
    for residence_id in past.of("residences"):
        stay = past.seen(residence_id)
        if stay is not None and stay["person_ref"] in own and stay.get("from_on") is not None:
            yield ["new_address", stay["from_on"], None, residence_id]
