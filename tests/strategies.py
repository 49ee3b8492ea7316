"""Hypothesis strategies for deliveries: small, dense worlds in which much is restricted and some places protected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

Row = dict[str, str]
World = Mapping[str, Sequence[Row]]
"""Delivered rows by feed; a column without a value is left out."""

Cell = tuple[str, Row]
"""A row and its feed."""

RMS, CMS = "rms", "cms"
"""The system that the manifest names, and another that a row has to name itself."""

COVERT = "covert"
"""A group that no role has: what is restricted to it nobody may see."""

UNRESTRICTED = ("answers", "judgements")
"""Feeds whose rows have no restriction of their own."""

DAYS = ("2023-02-15", "2023-09-15", "2024-05-15", "2024-11-15", "2025-02-15", "2025-09-15", "2026-03-01")
GROUPS = ("sensitive", "professional_standards", "sensitive;professional_standards", COVERT)
FAMILY_NAMES = ("Adeyemi", "Baxter", "Cole")
GIVEN_NAMES = ("Ann", "Bill", "Cass")
BIRTHDAYS = ("1961-04-02", "1985-07-19", "1999-12-31", "2014-01-06")
TIES = ("partner", "ex_partner", "parent", "sibling", "lives_with", "lives_with", "knows")
WHEN = ("", "2022-01-01", "2024-06-30")

Draw = Callable[[st.SearchStrategy[Any]], Any]


def by_feed(cells: Iterable[Cell]) -> dict[str, list[Row]]:
    """Return the rows of each feed."""
    found: dict[str, list[Row]] = {}
    for feed, row in cells:
        found.setdefault(feed, []).append(row)
    return found


class _Scribe:
    """Writes rows of one world, each perhaps restricted."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._taken: set[tuple[str, ...]] = set()
        self.rows: dict[str, list[Row]] = {}

    def pick(self, choices: Sequence[str]) -> str:
        """Return one of the choices."""
        return str(self._draw(st.sampled_from(choices)))

    def count(self, least: int, most: int) -> int:
        """Return how many there are to be."""
        return int(self._draw(st.integers(least, most)))

    def some(self, choices: Sequence[str], most: int, least: int = 0) -> list[str]:
        """Return so many of the choices, none twice."""
        return list(self._draw(st.lists(st.sampled_from(choices), unique=True, min_size=least, max_size=most)))

    def write(self, feed: str, source: str, key: tuple[str, ...], **cells: str) -> None:
        """Write a row unless there is one with its key."""
        if (feed, source, *key) in self._taken:
            return
        self._taken.add((feed, source, *key))
        if source != RMS:
            cells["source"] = source
        if feed not in UNRESTRICTED:
            cells["restricted_to"] = self.pick(("",) * 16 + GROUPS)
        self.rows.setdefault(feed, []).append({column: text for column, text in cells.items() if text})


@st.composite
def worlds(draw: Draw) -> World:
    """Return a delivery of every feed about a handful of people who have much to do with one another."""
    scribe = _Scribe(draw)
    people = {source: [f"{source}{number}" for number in range(count)] for source, count in ((RMS, 5), (CMS, 3))}
    extra = scribe.count(0, 2)
    people[RMS] += [f"{RMS}{number}" for number in range(5, 5 + extra)]
    for source, refs in people.items():
        for ref in refs:
            _person(scribe, source, ref)
        _things(scribe, source, refs)
        incidents = [f"i{number}" for number in range(scribe.count(2, 6) if source == RMS else scribe.count(1, 2))]
        for incident in incidents:
            _incident(scribe, source, incident, refs)
        _ties(scribe, source, refs)
        _forms(scribe, source, refs, incidents)
    _judgements(scribe, people)
    return scribe.rows


def _person(scribe: _Scribe, source: str, ref: str) -> None:
    scribe.write(
        "people",
        source,
        (ref,),
        person_ref=ref,
        family_name=scribe.pick(("", *FAMILY_NAMES)),
        given_names=scribe.pick(GIVEN_NAMES),
        also_known_as=scribe.pick(("", "", "Dee;Eddie")),
        born_on=scribe.pick(("", *BIRTHDAYS)),
    )


def _things(scribe: _Scribe, source: str, people: Sequence[str]) -> None:
    for number in range(2):
        place, thing, school = f"a{number}", f"x{number}", f"s{number}"
        scribe.write(
            "addresses",
            source,
            (place,),
            address_ref=place,
            line=f"{number + 1} Mill Lane",
            postcode=scribe.pick(("", "NE1 4ST")),
            neighbourhood="Harbour",
            kind=scribe.pick(("", "home", "home", "refuge", "hostel")),
            protected=scribe.pick(("", "no", "no", "yes")),
        )
        kind = scribe.pick(("phone", "vehicle"))
        scribe.write("identifiers", source, (thing,), identifier_ref=thing, kind=kind, value=f"0700 {number}")
        scribe.write("schools", source, (school,), school_ref=school, name=scribe.pick(("", "Quay Primary")))
    for _ in range(scribe.count(2, 5)):
        ref, place, since = scribe.pick(people), scribe.pick(("a0", "a1")), scribe.pick(WHEN)
        until = scribe.pick(("", "", "2025-01-31"))
        cells = {"person_ref": ref, "address_ref": place, "from_on": since, "until_on": until}
        scribe.write("residences", source, (ref, place, since), **cells)
    for _ in range(scribe.count(0, 3)):
        ref, thing, since = scribe.pick(people), scribe.pick(("x0", "x1")), scribe.pick(WHEN)
        scribe.write("uses", source, (ref, thing, since), person_ref=ref, identifier_ref=thing, from_on=since)
        ref, school, since = scribe.pick(people), scribe.pick(("s0", "s1")), scribe.pick(WHEN)
        scribe.write("attendances", source, (ref, school, since), person_ref=ref, school_ref=school, from_on=since)
        marker, ref = scribe.pick(("m0", "m1", "m2")), scribe.pick(people)
        kind = scribe.pick(("bail", "warning"))
        scribe.write("markers", source, (marker,), marker_ref=marker, person_ref=ref, kind=kind)


def _incident(scribe: _Scribe, source: str, incident: str, people: Sequence[str]) -> None:
    scribe.write(
        "incidents",
        source,
        (incident,),
        incident_ref=incident,
        reported_at=scribe.pick(DAYS),
        kind=scribe.pick(("", "Domestic incident")),
        domestic=scribe.pick(("yes", "yes", "yes", "", "", "no")),
        unknown_suspects=scribe.pick(("", "", "", "1")),
        address_ref=scribe.pick(("", "a0", "a1")),
        neighbourhood=("", "Harbour", "Hill")[int(incident[1:]) % 3],
    )
    # Few are suspected and others are victims, so that several incidents meet in one suspect; some are both.
    victims = scribe.some(people[2:], 3, least=1)
    for role, refs in (("victim", victims), ("suspect", scribe.some(people[:3], 2, least=1))):
        for ref in refs:
            # `against` may name somebody who was never delivered.
            against = ";".join(scribe.some((*victims, "absent"), 2)) if role == "suspect" and scribe.count(0, 1) else ""
            age = scribe.pick(("", "34", "9"))
            cells = {"incident_ref": incident, "person_ref": ref, "role": role, "against": against, "age": age}
            scribe.write("involvements", source, (ref, incident, role), **cells)
    for ref in scribe.some(people, 2):
        role = scribe.pick(("witness", "child", "reported", "party"))
        scribe.write("involvements", source, (ref, incident, role), incident_ref=incident, person_ref=ref, role=role)
    for number in range(scribe.count(0, 2)):
        offence, against = f"{incident}o{number}", ";".join(scribe.some(people, 2))
        cells = {"offence_ref": offence, "incident_ref": incident, "code": scribe.pick(("8/6", "105/1"))}
        scribe.write("offences", source, (offence,), **cells, against=against)
    for thing in scribe.some(("x0", "x1"), 1):
        scribe.write("appearances", source, (thing, incident), identifier_ref=thing, incident_ref=incident)


def _ties(scribe: _Scribe, source: str, people: Sequence[str]) -> None:
    for _ in range(scribe.count(2, 6)):
        ref, other, kind = scribe.pick(people), scribe.pick(people), scribe.pick(TIES)
        if ref != other:
            scribe.write("relationships", source, (ref, other, kind), person_ref=ref, other_ref=other, kind=kind)


def _forms(scribe: _Scribe, source: str, people: Sequence[str], incidents: Sequence[str]) -> None:
    for number in range(scribe.count(1, 5)):
        form = f"f{number}"
        scribe.write(
            "assessments",
            source,
            (form,),
            assessment_ref=form,
            instrument="dash",
            version="2009",
            assessed_at=scribe.pick(DAYS),
            grade=scribe.pick(("", "standard", "medium", "high")),
            victim_ref=scribe.pick(people),
            suspect_ref=scribe.pick(("", "", *people)),
            incident_ref=scribe.pick(("", *incidents, *incidents)),
        )
        for item in scribe.some(("1", "18"), 1):
            cells = {"assessment_ref": form, "item": item, "answer": scribe.pick(("yes", "no", "dont_know"))}
            scribe.write("answers", source, (form, item), **cells)


def _judgements(scribe: _Scribe, people: Mapping[str, Sequence[str]]) -> None:
    # Few are judged, so that one judgement often meets another.
    judged = [(source, ref) for source, refs in people.items() for ref in refs[1:3]]
    pairs = [(one, other) for place, one in enumerate(judged) for other in judged[place + 1 :]]
    made: list[str] = []
    joined: list[tuple[tuple[str, str], tuple[str, str]]] = []
    for number in range(scribe.count(0, 5)):
        said = {"judgement_ref": f"j{number}", "by": "reviewer", "at": "2025-10-01", "reason": "compared"}
        verdict = scribe.pick(("same", "same", "same", "different", "unsure", "undo")) if made else "same"
        if verdict == "undo":
            said |= {"undoes": scribe.pick(made)}
        else:
            # What is judged different was often judged the same before.
            pair = pairs[scribe.count(0, len(pairs) - 1)] if verdict != "different" else joined[-1]
            joined += [pair] if verdict == "same" else []
            (source, ref), (other_source, other) = pair
            said |= {"person_source": source, "person_ref": ref, "other_source": other_source, "other_ref": other}
        made.append(f"j{number}")
        scribe.write("judgements", RMS, (f"j{number}",), **said, verdict=verdict)
