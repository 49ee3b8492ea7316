"""Answers of yes that later forms contradict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "score", "dyad_id", "factor")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContradictedAnswer:
    """One factor of one pair, answered yes and later no."""

    dyad_id: str
    suspect_id: str
    suspect_name: str
    victim_id: str
    victim_name: str
    factor: str
    first_yes_on: date
    last_yes_on: date
    latest_answer: str
    latest_grade: str | None
    score: int


async def contradicted_answers(
    reader: Reader, viewer: Viewer, *, factor: str | None = None, after: Place | None = None, limit: int = 100
) -> Answer[ContradictedAnswer]:
    """List what forms of a pair said yes to and later ones no."""
    return await ask(reader, viewer, QUERY, ContradictedAnswer, {"factor": factor, "after": after, "limit": limit})
