"""Pairs by threat score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from graph.errors import QuestionError
from graph.terms import Grade
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "score", "last_on", "dyad_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    """A pair with its threat score and what that is made of."""

    dyad_id: str
    suspect_id: str
    suspect_name: str
    victim_id: str
    victim_name: str
    score: int
    band: str
    score_parts: list[str]
    score_points: list[int]
    clusters: list[str]
    incidents: int
    last_on: date | None
    latest_grade: str | None
    latest_assessed_on: date | None
    harm_days: float
    unweighed: int
    neighbourhood: str | None
    form_known: bool


async def threat_list(
    reader: Reader,
    viewer: Viewer,
    *,
    band: str | None = None,
    cluster: str | None = None,
    grade: str | None = None,
    neighbourhood: str | None = None,
    changed_since: date | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> Answer[Threat]:
    """List pairs by threat score, highest first.

    Raises QuestionError if there is no such grade.
    """
    if grade is not None and grade not in set(Grade):
        raise QuestionError(f"grade must be one of {', '.join(Grade)}.")
    return await ask(
        reader,
        viewer,
        QUERY,
        Threat,
        {
            "band": band,
            "cluster": cluster,
            "grade": grade,
            "neighbourhood": neighbourhood,
            "changed_since": changed_since,
            "after": after,
            "limit": limit,
        },
    )
