"""The people of an area as they are, before any system recorded them, and what they are to each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.terms import RelationshipType
from ingest.synthetic.columns import joined, taken
from ingest.synthetic.draws import ABSENT, Flags, Ints

KINDS = tuple(RelationshipType)
"""Kinds of tie by number."""

TIE = {kind: number for number, kind in enumerate(KINDS)}
"""Number of each kind of tie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everyone, by number: sex, day of birth, places in the lists of names."""

    male: Flags
    born: Ints
    family: Ints
    given: Ints

    def ages(self, people: Ints, days: Ints) -> Ints:
        """Return ages in whole years on these days."""
        born, then = _civil(self.born[people]), _civil(days)
        before_birthday = (then[1] < born[1]) | ((then[1] == born[1]) & (then[2] < born[2]))
        ages: Ints = then[0] - born[0] - before_birthday
        return ages


def _civil(days: Ints) -> tuple[Ints, Ints, Ints]:
    """Return year, month and day of the month."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    count = months.astype(np.int64)
    return count // 12, count % 12, (dates - months).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What `person` is to `other`, from a day until a day."""

    person: Ints
    other: Ints
    kind: Ints
    start: Ints
    end: Ints


class Cast:
    """People and ties that are added part by part."""

    def __init__(self) -> None:
        self._people: list[People] = []
        self._ties: list[Ties] = []
        self._count = 0

    def add(self, people: People) -> Ints:
        """Add people and return their numbers."""
        self._people.append(people)
        first, self._count = self._count, self._count + len(people.born)
        return np.arange(first, self._count)

    def tie(
        self, person: Ints, other: Ints, kind: npt.ArrayLike, start: npt.ArrayLike = ABSENT, end: npt.ArrayLike = ABSENT
    ) -> None:
        """Add ties: what each person is to the other."""
        spread = [np.broadcast_to(np.asarray(each, dtype=np.int64), person.shape) for each in (kind, start, end)]
        self._ties.append(Ties(person=person, other=other, kind=spread[0], start=spread[1], end=spread[2]))

    def people(self) -> People:
        """Return everyone added so far."""
        self._people = [joined(self._people)]
        return self._people[0]

    def ties(self) -> Ties:
        """Return all ties in the order of their people, each once."""
        ties = joined(self._ties)
        order = np.lexsort((ties.start, ties.kind, ties.other, ties.person))
        key = np.stack([ties.person, ties.other, ties.kind, ties.start])[:, order]
        new = np.ones(len(order), dtype=np.bool_)
        new[1:] = (key[:, 1:] != key[:, :-1]).any(axis=0)
        return taken(ties, order[new])
