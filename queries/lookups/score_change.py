"""Why a score moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from graph.connection import Reader
from graph.reference.risk import shipped
from queries.answer import Answer, Viewer, answered, hold_to_limit
from queries.catalogue import read
from queries.risk.change import Change, change
from queries.risk.texts import CASE

QUERY = read(Path(__file__).with_suffix(".cypher"), CASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChange:
    """By how much one item moved a score, and why."""

    item: str
    label: str
    why: str
    change: int
    before: int
    after: int
    reason: str
    records: list[str]
    score_before: int
    score_after: int


async def score_change(
    reader: Reader,
    viewer: Viewer,
    *,
    dyad_id: str,
    from_on: date,
    as_of: date | None = None,
    from_known_at: datetime | None = None,
    known_at: datetime | None = None,
    limit: int = 100,
) -> Answer[ScoreChange]:
    """List by what one dyad's threat score moved between two days, each by what is known or was known at a time.

    Raises QuestionError also if the days or the times are not in order, or a time has no zone.
    """
    hold_to_limit(limit)
    found = await change(
        reader, viewer, dyad_id, from_on=from_on, as_of=as_of, from_known_at=from_known_at, known_at=known_at
    )
    return answered(QUERY, score_changes(found), limit, found.found.about)


def score_changes(found: Change) -> list[ScoreChange]:
    """Return what moved a score, with why each item has its points on the later day."""
    told = {each.item: each for each in found.items}
    return [
        ScoreChange(
            item=each.item,
            label=_label(each.item),
            why=each.why,
            change=each.change,
            before=each.before,
            after=each.after,
            reason=told[each.item].reason if each.item in told else "",
            records=told[each.item].records if each.item in told else [],
            score_before=found.score_before,
            score_after=found.score_after,
        )
        for each in found.moved
    ]


def _label(item: str) -> str:
    cluster = shipped().clusters.get(item)
    return cluster.name if cluster else item.capitalize()
