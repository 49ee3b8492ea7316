"""Says one thing each about people, places, incidents and forms, as rows of feeds, visible to all or to some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from ingest.ids import opaque
from strategies import RMS, Cell


def hidden(cell: Cell) -> Cell:
    feed, row = cell
    return feed, {**row, "restricted_to": "sensitive"}


def visible(cell: Cell) -> Cell:
    return cell


def row(feed: str, **cells: str) -> Cell:
    return feed, cells


def person(ref: str) -> Cell:
    return row("people", person_ref=ref, family_name=f"Name of {ref}")


def same(ref: str, other: str, verdict: str = "same") -> Cell:
    said = {"verdict": verdict, "by": "reviewer", "at": "2025-10-01", "reason": "compared"}
    return row("judgements", judgement_ref=f"{ref} {verdict} {other}", person_ref=ref, other_ref=other, **said)


def role(ref: str, incident: str, role: str, **cells: str) -> Cell:
    return row("involvements", person_ref=ref, incident_ref=incident, role=role, **cells)


def tie(ref: str, other: str, kind: str = "sibling", **cells: str) -> Cell:
    return row("relationships", person_ref=ref, other_ref=other, kind=kind, **cells)


def stay(ref: str, place: str, **cells: str) -> Cell:
    return row("residences", person_ref=ref, address_ref=place, **cells)


def form(ref: str, victim: str, **cells: str) -> Cell:
    said = {"instrument": "dash", "version": "2009", "assessed_at": "2025-05-05", "grade": "high"}
    return row("assessments", assessment_ref=ref, victim_ref=victim, **said, **cells)


def incident(ref: str, suspect: str, victim: str, day: str = "2025-01-01") -> Iterator[Cell]:
    """Say that a domestic incident was reported, with one suspect and one victim."""
    yield row("incidents", incident_ref=ref, reported_at=day, domestic="yes", neighbourhood=f"Place of {ref}")
    yield role(suspect, ref, "suspect")
    yield role(victim, ref, "victim")


def twin(ref: str, *, first: bool) -> Iterable[Cell]:
    """Say that a hidden record is the same person, its id before that of the visible one, or after it."""
    twin = twin_of(ref, first=first)
    return hidden(person(twin)), same(ref, twin)


def twin_of(ref: str, *, first: bool = False) -> str:
    """Return the reference of a record whose id comes before that of another record, or after it."""
    own = opaque("n", RMS, ref)
    twins = (f"{ref} twin{number}" for number in count())
    return next(twin for twin in twins if (opaque("n", RMS, twin) < own) is first)
