"""How recent, frequent and harmful."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from graph.connection import Reader, Row
from queries.answer import Answer, Viewer, answered, hold_to_limit
from queries.catalogue import read
from queries.risk.case import concluded, evidence
from queries.risk.texts import CASE

QUERY = read(Path(__file__).with_suffix(".cypher"), CASE)

_FEW = 3
"""Incidents below which nothing is said of a share or of rising."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DyadHistory:
    """Counts of one dyad's incidents and harm, as of a day."""

    dyad_id: str
    incidents: int
    in_30: int
    in_90: int
    in_180: int
    in_365: int
    in_730: int
    share_in_90: float | None
    gaps: list[int]
    frequency: str
    harm_days: float
    harm_days_180: float
    harm_days_before: float
    harm: str
    unweighed: int
    forms: int


async def dyad_history(
    reader: Reader, viewer: Viewer, *, dyad_id: str, as_of: date | None = None, limit: int = 1
) -> Answer[DyadHistory]:
    """Count one dyad's incidents and harm."""
    hold_to_limit(limit)
    found = await evidence(reader, viewer, dyad_id, as_of)
    rows: list[DyadHistory] = []
    if found.case is not None:
        ((told,),) = await concluded(reader, ([found.case], found.as_of))
        rows = [_history(dyad_id, told, len(found.case["forms"]))]
    return answered(QUERY, rows, limit, {**found.state, "as_of": found.as_of})


def _history(dyad_id: str, told: Row, forms: int) -> DyadHistory:
    counts, days = told["counts"], told["dyad"]["incident_on"]
    earlier = counts["in_180"] - counts["in_90"]
    return DyadHistory(
        dyad_id=dyad_id,
        incidents=counts["ever"],
        **{name: counts[name] for name in ("in_30", "in_90", "in_180", "in_365", "in_730")},
        share_in_90=round(counts["in_90"] / len(days), 3) if len(days) >= _FEW else None,
        gaps=[(after - before).days for before, after in pairwise(days)],
        frequency="too few" if len(days) < _FEW else _rising(counts["in_90"] > max(earlier, 1)),
        harm_days=counts["harm_ever"] / 100,
        harm_days_180=counts["harm_180"] / 100,
        harm_days_before=counts["harm_360"] / 100,
        harm=_rising(counts["harm_180"] > counts["harm_360"] > 0)
        if any(weighed is not None for _, _, _, weighed in told["harm"])
        else "not known",
        unweighed=counts["unweighed"],
        forms=forms,
    )


def _rising(is_so: bool) -> str:
    return "rising" if is_so else "not rising"
