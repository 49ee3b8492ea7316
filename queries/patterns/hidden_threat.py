"""Threat that a low grade hides."""

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
ORDER = order(QUERY, "score", "last_on", "dyad_id")

LOW = ("standard", "medium")
"""Grades that may hide a threat, lowest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenThreat:
    """A pair graded lower than its history or its clusters of risk suggest."""

    dyad_id: str
    suspect_id: str
    suspect_name: str
    victim_id: str
    victim_name: str
    latest_grade: str
    latest_graded_on: date
    form_age_days: int
    score: int
    band: str
    clusters: list[str]
    why: list[str]
    contradicted: list[str]
    hidden_by: list[str]
    last_on: date | None


async def hidden_threat(
    reader: Reader,
    viewer: Viewer,
    *,
    most_grade: str = "medium",
    least_score: int = 200,
    least_clusters: int = 3,
    after: Place | None = None,
    limit: int = 100,
) -> Answer[HiddenThreat]:
    """List pairs graded low whose history or clusters of risk say more.

    Raises QuestionError if most_grade is not a low grade.
    """
    if most_grade not in LOW:
        raise QuestionError(f"most_grade must be one of {', '.join(LOW)}.")
    return await ask(
        reader,
        viewer,
        QUERY,
        HiddenThreat,
        {
            "most_grade": most_grade,
            "least_score": least_score,
            "least_clusters": least_clusters,
            "after": after,
            "limit": limit,
        },
    )
