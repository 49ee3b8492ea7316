"""A score that explains itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, answered, hold_to_limit
from queries.catalogue import read
from queries.risk.case import Concluded, conclusion
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
    known_at: datetime | None = None,
    limit: int = 100,
) -> Answer[ScoreItem]:
    """List the items of one dyad's threat score, as it is known or as it was known at a time.

    Raises QuestionError also if `known_at` has no time zone.
    """
    hold_to_limit(limit)
    found = await conclusion(reader, viewer, dyad_id, as_of=as_of, known_at=known_at)
    return answered(QUERY, score_items(found), limit, found.found.about)


def score_items(concluded: Concluded) -> list[ScoreItem]:
    """Return the items of the score that follows from evidence."""
    told, risk, found = concluded.told, concluded.risk, concluded.found
    if told is None or found.case is None:
        return []
    return [
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
            weights=risk.weights.version,
        )
        for each in items(told, risk, found.as_of)
    ]
