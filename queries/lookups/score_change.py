"""Why a score moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader, Row
from graph.errors import QuestionError
from graph.reference.risk import shipped
from queries.answer import Answer, Viewer, answered, hold_to_limit
from queries.catalogue import read
from queries.risk.case import concluded, evidence
from queries.risk.items import Item, items
from queries.risk.texts import CASE, NOTHING

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
    reader: Reader, viewer: Viewer, *, dyad_id: str, from_on: date, as_of: date | None = None, limit: int = 100
) -> Answer[ScoreChange]:
    """List by what one dyad's threat score moved between two days.

    Raises QuestionError also if the days are not in order.
    """
    hold_to_limit(limit)
    later = await evidence(reader, viewer, dyad_id, as_of)
    if from_on > later.as_of:
        raise QuestionError("from_on must not be after as_of.")
    earlier = await evidence(reader, viewer, dyad_id, from_on)
    rows: list[ScoreChange] = []
    if later.case is not None:
        # What was known to have happened by the earlier day, then and grown old; then what is known by the later one.
        was = earlier.case or NOTHING
        (before,) = await concluded(reader, [was], from_on)
        aged, after = await concluded(reader, [was, later.case], later.as_of)
        rows = list(_changes(before, aged, after, {each.item: each for each in items(after, shipped(), later.as_of)}))
    return answered(QUERY, rows, limit, {**later.state, "as_of": later.as_of})


def _changes(before: Row, aged: Row, after: Row, told: Mapping[str, Item]) -> Iterator[ScoreChange]:
    """Yield what moved a score; for each item its points by time first, then by evidence."""
    parts = [
        {part.removeprefix("cluster "): points for part, points in each["parts"]} for each in (before, aged, after)
    ]
    was, old, now = parts
    for item in sorted({*was, *old, *now}):
        for why, change in (
            ("time", old.get(item, 0) - was.get(item, 0)),
            ("new evidence", now.get(item, 0) - old.get(item, 0)),
        ):
            if change:
                yield ScoreChange(
                    item=item,
                    label=_label(item),
                    why=why,
                    change=change,
                    before=was.get(item, 0),
                    after=now.get(item, 0),
                    reason=told[item].reason if item in told else "",
                    records=told[item].records if item in told else [],
                    score_before=before["score"],
                    score_after=after["score"],
                )


def _label(item: str) -> str:
    cluster = shipped().clusters.get(item)
    return cluster.name if cluster else item.capitalize()
