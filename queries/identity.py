"""Which nominals are one person: connected by *same*, never across a *different*."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.connection import Row
from graph.terms import Verdict
from queries.measures import groups


@dataclass(frozen=True, slots=True)
class Standing:
    """Who a nominal is: its person, whether a contradiction keeps it apart, and the group that judgements connect."""

    person_id: str
    contradicted: bool | None
    group: str


def persons(judged: Iterable[Row]) -> dict[str, Standing]:
    """Return who each nominal that was judged the same as another is; each row is `a`, `b` and `verdict`.

    A group that a *different* contradicts is not joined: each of its nominals is a person of its own.
    """
    judged = list(judged)
    different = [(row["a"], row["b"]) for row in judged if row["verdict"] == Verdict.DIFFERENT]
    found: dict[str, Standing] = {}
    for group in groups((row["a"], row["b"]) for row in judged if row["verdict"] == Verdict.SAME):
        apart = any(a in group and b in group for a, b in different)
        found |= {nominal: Standing(nominal if apart else group[0], apart or None, group[0]) for nominal in group}
    return found
