"""Counts how many dyads a cluster would have matched on past days, and with which others: a draft too, unwritten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from graph.connection import Reader
from graph.reference.risk import Risk
from queries.answer import STATE, Viewer, refuse_unready
from queries.risk.rules import rules
from queries.risk.texts import MATCHED, SUSPECTED

_AT_ONCE = 2000
"""Suspects of whom one statement tells."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a cluster would have matched on the last day of a month, or on the day for which conclusions are stored."""

    as_of: date
    dyads: int
    """Dyads that there were."""
    matched: int
    """Those of them that match the cluster."""
    alone: int
    """Those that match no other."""
    others: Counter[str]
    """Those that match another cluster as well, by its id."""


async def backtest(
    reader: Reader, viewer: Viewer, risk: Risk, cluster_id: str, months: int, progress: Progress
) -> list[Month]:
    """Return for each of so many past months what a cluster would have matched, oldest first.

    By what is known now: whoever was one person then, and what was received later, is not told apart. Raises as `ask`
    does.
    """
    (state,), (suspected,) = await reader.read((STATE, {}), (SUSPECTED.text, viewer.params()))
    refuse_unready(state, viewer)
    asked = {"rules": rules(risk, suspected["codes"]), **viewer.params()}
    suspects: Sequence[str] = suspected["suspects"]
    days = _days(state["as_of"], months)
    found = []
    for place, as_of in enumerate(days):
        seen: Counter[tuple[str, ...]] = Counter()
        for start in range(0, len(suspects), _AT_ONCE):
            progress("months", place * len(suspects) + start, len(days) * len(suspects))
            some = {"suspects": suspects[start : start + _AT_ONCE], "as_of": as_of}
            (rows,) = await reader.read((MATCHED, {**asked, **some}))
            for row in rows:
                seen[tuple(row["clusters"])] += row["dyads"]
        found.append(_month(as_of, seen, cluster_id))
    return found


def _month(as_of: date, seen: Counter[tuple[str, ...]], cluster_id: str) -> Month:
    matched = {clusters: dyads for clusters, dyads in seen.items() if cluster_id in clusters}
    others: Counter[str] = Counter()
    for clusters, dyads in matched.items():
        others.update(dict.fromkeys((each for each in clusters if each != cluster_id), dyads))
    return Month(
        as_of=as_of,
        dyads=seen.total(),
        matched=sum(matched.values()),
        alone=matched.get((cluster_id,), 0),
        others=others,
    )


def _days(as_of: date, months: int) -> list[date]:
    """Return a day and the last days of the months before it, so many in all, oldest first."""
    days = [as_of]
    while len(days) < months:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]
