"""Grades that went up or down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from graph.errors import QuestionError
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "to_on", "score", "dyad_id", "assessment_id")

DIRECTIONS = ("up", "down")
"""Ways in which a grade changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeChange:
    """A graded form of a pair with another grade than the one before."""

    dyad_id: str
    suspect_id: str
    suspect_name: str
    victim_id: str
    victim_name: str
    from_grade: str
    to_grade: str
    from_on: date
    to_on: date
    direction: str
    assessment_id: str
    latest_grade: str
    score: int
    band: str


async def grade_changes(
    reader: Reader,
    viewer: Viewer,
    *,
    since: date | None = None,
    direction: str | None = None,
    after: Place | None = None,
    limit: int = 100,
) -> Answer[GradeChange]:
    """List pairs whose grade changed from one graded form to the next.

    Raises QuestionError if there is no such direction.
    """
    if direction is not None and direction not in DIRECTIONS:
        raise QuestionError(f"direction must be one of {', '.join(DIRECTIONS)}.")
    return await ask(
        reader, viewer, QUERY, GradeChange, {"since": since, "direction": direction, "after": after, "limit": limit}
    )
