"""A score that explains itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from graph.reference.risk import shipped
from queries.answer import Answer, Viewer, answered, hold_to_limit
from queries.catalogue import read
from queries.risk.case import concluded, evidence
from queries.risk.items import items
from queries.risk.texts import CASE

QUERY = read(Path(__file__).with_suffix(".cypher"), CASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreItem:
    """One item of a dyad's threat score."""

    item: str
    label: str
    points: int
    reason: str
    records: list[str]
    since_on: date | None
    score: int
    band: str
    form_known: bool
    weights: str


async def threat_score(
    reader: Reader,
    viewer: Viewer,
    *,
    dyad_id: str,
    as_of: date | None = None,
    limit: int = 100,
) -> Answer[ScoreItem]:
    """List the items of one dyad's threat score."""
    hold_to_limit(limit)
    found = await evidence(reader, viewer, dyad_id, as_of)
    rows: list[ScoreItem] = []
    if found.case is not None:
        (told,) = await concluded(reader, [found.case], found.as_of)
        rows = [
            ScoreItem(
                item=each.item,
                label=each.label,
                points=each.points,
                reason=each.reason,
                records=each.records,
                since_on=each.since_on,
                score=told["score"],
                band=told["band"],
                form_known=bool(found.case["forms"]),
                weights=shipped().weights.version,
            )
            for each in items(told, shipped(), found.as_of)
        ]
    return answered(QUERY, rows, limit, {**found.state, "as_of": found.as_of})
