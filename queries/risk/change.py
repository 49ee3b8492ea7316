"""Why a dyad's score is another than on an earlier day: other rules, persons, records, time, and what is new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise

from graph.connection import Reader, Row
from graph.errors import QuestionError
from graph.reference.risk import Risk, shipped
from queries.answer import Viewer
from queries.known import evidence as known
from queries.known.gather import Gathered
from queries.risk.case import Found, concluded, day_of, evidence, on_days, surrounding
from queries.risk.items import Item, items
from queries.risk.texts import NOTHING

WHY = ("weights", "identity", "correction", "time", "new evidence")
"""The steps that lead from the earlier score to the later, in order."""
_NOW = datetime.max.replace(tzinfo=UTC)
"""All that has been judged had been by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """By how much one step moved one item; `before` and `after` are the item's points at both ends."""

    item: str
    why: str
    change: int
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What moved a score, item by item and in order; the changes sum to the change of the score."""

    found: Found
    moved: Sequence[Moved]
    items: Sequence[Item]
    """The items of the later score."""
    score_before: int
    score_after: int


async def change(
    reader: Reader,
    viewer: Viewer,
    dyad_id: str,
    *,
    from_on: date,
    as_of: date | None = None,
    from_known_at: datetime | None = None,
    known_at: datetime | None = None,
    risk: Risk | None = None,
    former: Risk | None = None,
) -> Change:
    """Return why a score moved between two days, each by what was known at a time, the earlier by former rules.

    What was known for the earlier day is what is known for the later, and the rules are the same, if not given. Raises
    as `evidence` does, and QuestionError if days or times are not in order.
    """
    if from_known_at is not None and known_at is not None and None not in (from_known_at.tzinfo, known_at.tzinfo):
        _in_order(from_known_at <= known_at, "from_known_at", "known_at")
    cases = _Cases(reader, viewer, dyad_id, from_on)
    if from_known_at is None and known_at is None:
        earlier, later = await on_days(reader, viewer, dyad_id, from_on, as_of)
        _in_order(from_on <= later.as_of, "from_on", "as_of")
        early: Sequence[Row | None] = [earlier.case]
    else:
        gathered = await surrounding(reader, viewer, dyad_id, from_known_at, known_at)
        later = await cases.later(gathered, as_of, known_at)
        _in_order(from_on <= later.as_of, "from_on", "as_of")
        early = await cases.early(gathered, from_known_at or known_at or _NOW, known_at, lasts=later.case is not None)
    return await _change(reader, early, from_on, later, risk or shipped(), former)


def _in_order(are: bool, earlier: str, later: str) -> None:
    if not are:
        raise QuestionError(f"{earlier} must not be after {later}.")


@dataclass(frozen=True, slots=True)
class _Cases:
    """Gives a dyad's evidence as of both days, by what was known at times."""

    reader: Reader
    viewer: Viewer
    dyad_id: str
    from_on: date

    async def later(self, gathered: Gathered, as_of: date | None, known_at: datetime | None) -> Found:
        if known_at is None:
            return await evidence(self.reader, self.viewer, self.dyad_id, as_of)
        day = as_of or await day_of(self.reader, known_at)
        case = known.case(gathered.at(known_at), self.dyad_id, day)
        return Found(state={**gathered.state, "known_at": known_at}, as_of=day, case=case)

    async def early(
        self, gathered: Gathered, from_known_at: datetime, known_at: datetime | None, *, lasts: bool
    ) -> Sequence[Row | None]:
        """Return the evidence of the earlier day as it was known, with the persons of the later time, as known then.

        Where the pair lasts, it is that of those whom its records were taken to be then, under whatever id.
        """
        found: list[Row | None] = []
        for past in (gathered.at(from_known_at), gathered.at(from_known_at, known_at or _NOW)):
            then = known.named_then(past, self.dyad_id) if lasts else self.dyad_id
            found.append(known.case(past, then, self.from_on))
        if known_at is None:
            return [*found, (await evidence(self.reader, self.viewer, self.dyad_id, self.from_on)).case]
        return [*found, known.case(gathered.at(known_at), self.dyad_id, self.from_on)]


async def _change(
    reader: Reader, early: Sequence[Row | None], from_on: date, later: Found, risk: Risk, former: Risk | None
) -> Change:
    """Return what moved a score, by evaluating it at every step; `early` is one case where it stayed the same."""
    if later.case is None and not any(early):
        return Change(found=later, moved=[], items=[], score_before=0, score_after=0)
    cases = [each or NOTHING for each in early]
    lately = [cases[-1], later.case or NOTHING]
    told, (aged, after) = await concluded(reader, (cases, from_on), (lately, later.as_of), risk=risk)
    first = told[0]
    if former is not None:
        ((first,),) = await concluded(reader, (cases[:1], from_on), risk=former)
    known_then = told if len(told) == len(WHY) - 2 else told * (len(WHY) - 2)
    return Change(
        found=later,
        moved=list(_moved([first, *known_then, aged, after])),
        items=items(after, risk, later.as_of),
        score_before=first["score"],
        score_after=after["score"],
    )


def _moved(steps: Sequence[Row]) -> Iterator[Moved]:
    """Yield what each step moved; for each item in the order of the steps."""
    points = [{part.removeprefix("cluster "): points for part, points in each["parts"]} for each in steps]
    for item in sorted({item for each in points for item in each}):
        ends = {"before": points[0].get(item, 0), "after": points[-1].get(item, 0)}
        for why, (was, now) in zip(WHY, pairwise(points), strict=True):
            if moved := now.get(item, 0) - was.get(item, 0):
                yield Moved(item=item, why=why, change=moved, **ends)
