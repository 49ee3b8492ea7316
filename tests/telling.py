"""Deliveries that come one after the other, and what is told of a pair at each time: ledger, score and change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import pytest

from deliver import ZONE, deliver
from graph.connection import Address, Reader, Row, Writer, reader
from graph.reference.risk import shipped
from graph.reference.roles import audiences
from ingest.derive.derive import derive
from queries.answer import Viewer
from queries.lookups.ledger import LedgerEntry, entries, ledger
from queries.lookups.score_change import ScoreChange, score_change
from queries.lookups.threat_score import ScoreItem, score_items, threat_score
from queries.risk.case import Concluded, conclusion
from queries.risk.change import WHY, Change, change
from test_known_at import PAIR, form
from visibility import VIEWERS

T = TypeVar("T")
NOBODY, EVERYTHING = ENDS = (VIEWERS[0], VIEWERS[-1])
"""Viewers without groups, and with all that any role has."""
ALL_ALONG = date(2026, 1, 1)
EARLIER = date(2025, 6, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told of a pair: its evidence, and the answers to all three questions."""

    case: Row | None
    as_of: date
    score: Sequence[ScoreItem]
    ledger: Sequence[LedgerEntry]
    change: Sequence[ScoreChange]
    stored: Row


def as_stored(found: Concluded) -> Row:
    """Return what follows from evidence as a dyad keeps it."""
    if found.told is None:
        return {}
    told, dyad = found.told, found.told["dyad"]
    stuck = [each for each in told["ledger"] if each["state"] != "below"]
    return {
        **{name: dyad[name] for name in ("incident_ids", "incident_on", "incident_named", "attributed")},
        **{name: dyad[name] for name in ("assessment_ids", "assessed_on", "grades")},
        "factors": [each["factor"] for each in stuck],
        "states": [each["state"] for each in stuck],
        "latest_answers": [each["latest"] for each in stuck],
        "clusters": [f"{each['cluster_id']} {each['version']}" for each in told["matches"]],
        "cluster_by": [", ".join(each["by"]) for each in told["matches"]],
        "score": told["score"],
        "band": told["band"],
        "score_parts": [part for part, _ in told["parts"]],
        "score_points": [points for _, points in told["parts"]],
    }


_STORED = "MATCH (dyad:Dyad) RETURN properties(dyad) AS dyad ORDER BY dyad.dyad_id"


def stored(graph: Writer, viewer: Viewer) -> dict[str, Row]:
    """Return the dyads that are stored for a viewer, by id."""
    dyads = [row["dyad"] for row in graph.read(_STORED)]
    return {each["dyad_id"]: each for each in dyads if viewer.audience.name in each["audiences"]}


def hold_to_stored(told: Row, held: Row) -> None:
    """Check that what is told is what a dyad kept."""
    assert told == {name: held[name] for name in told}


class Asking:
    """Puts questions over one connection."""

    def __init__(self, runner: asyncio.Runner, opened: Reader) -> None:
        self._runner, self.reader = runner, opened

    def run(self, asked: Awaitable[T]) -> T:
        """Wait for an answer."""

        async def wait() -> T:
            return await asked

        return self._runner.run(wait())

    def told(
        self, viewer: Viewer, pair: str, known_at: datetime | None, as_of: date | None = None, from_on: date = ALL_ALONG
    ) -> Told:
        """Return what is told of a pair, as it is known or was known at a time."""
        at = known_at and known_at.astimezone(ZONE)
        found = self.run(conclusion(self.reader, viewer, pair, as_of=as_of, known_at=at))
        moved = self.run(score_change(self.reader, viewer, dyad_id=pair, from_on=from_on, as_of=as_of, known_at=at))
        assert (found.found.as_of, found.found.state["known_at"]) == (moved.as_of, moved.known_at)
        return Told(
            case=found.found.case,
            as_of=found.found.as_of,
            score=score_items(found),
            ledger=entries(found),
            change=moved.rows,
            stored=as_stored(found),
        )

    def conclusion(self, pair: str = PAIR, **asked: Any) -> Concluded:
        """Return what follows for a pair, for who may see everything."""
        return self.run(conclusion(self.reader, EVERYTHING, pair, **asked))

    def change(self, from_on: date, **asked: Any) -> Change:
        """Return what moved a pair's score, for who may see everything; what is told of it must sum to the change."""
        found = self.run(change(self.reader, EVERYTHING, PAIR, from_on=from_on, **asked))
        hold_to_sum(found)
        return found


def hold_to_sum(found: Change) -> None:
    assert sum(each.change for each in found.moved) == found.score_after - found.score_before
    for item in {each.item for each in found.moved}:
        of_it = [each for each in found.moved if each.item == item]
        assert sum(each.change for each in of_it) == of_it[0].after - of_it[0].before
        assert [each.why for each in of_it] == [why for why in WHY if why in {each.why for each in of_it}]


def by_why(found: Change) -> dict[str, int]:
    return {why: sum(each.change for each in found.moved if each.why == why) for why in {m.why for m in found.moved}}


@pytest.fixture(scope="module")
def asking(database: Address) -> Iterator[Asking]:
    """Give a connection over which to ask."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        yield Asking(runner, runner.run(stack.enter_async_context(reader(database))))
        runner.run(stack.aclose())


class History:
    """Brings deliveries, and notes after each what is told then."""

    def __init__(self, graph: Writer, asking: Asking, *pairs: str) -> None:
        self.graph, self.asking = graph, asking
        self.pairs: tuple[str, ...] = pairs or (PAIR,)
        self.noted: dict[tuple[datetime, Viewer, str], Told] = {}
        self.risk = shipped()

    def bring(self, received_at: datetime, **rows: Sequence[Mapping[str, str]]) -> None:
        """Load rows as received at a time, conclude, and note what is told."""
        report = deliver(self.graph, rows, received_at=received_at)
        assert not report.rejects, report.rejects
        derive(self.graph, audiences=audiences(), zone=ZONE, risk=self.risk)
        for viewer in ENDS:
            for pair in self.pairs:
                self.noted[received_at, viewer, pair] = self.asking.told(viewer, pair, None)

    def hold(self) -> None:
        """Check that what was told at each time is what is told of it now, by the questions themselves too."""
        for (at, viewer, pair), told in self.noted.items():
            assert self.asking.told(viewer, pair, at) == told, (at, viewer.audience.name)
            score = self.asking.run(
                threat_score(self.asking.reader, viewer, dyad_id=pair, known_at=at.astimezone(ZONE))
            )
            assert (score.rows, score.known_at) == (told.score, at)
            entered = self.asking.run(ledger(self.asking.reader, viewer, dyad_id=pair, known_at=at.astimezone(ZONE)))
            assert (entered.rows, entered.known_at) == (told.ledger, at)

    def scores(self, pair: str = PAIR) -> list[int]:
        """Return the score after each delivery, for who may see everything."""
        found = [told for (_, viewer, of), told in self.noted.items() if (viewer, of) == (EVERYTHING, pair)]
        return [told.score[0].score if told.score else 0 for told in found]

    def states(self, factor: str = "strangulation") -> list[str]:
        """Return what the ledger says of a factor after each delivery, for who may see everything."""
        found = [told for (_, viewer, of), told in self.noted.items() if (viewer, of) == (EVERYTHING, self.pairs[0])]
        return ["".join(each.state for each in told.ledger if each.factor == factor) for told in found]


@pytest.fixture
def history(empty: Writer, asking: Asking) -> History:
    return History(empty, asking)


def answer(item: str, said: str, ref: str = "f1", **cells: str) -> Mapping[str, str]:
    return {"assessment_ref": ref, "item": item, "answer": said, **cells}


def retracts(ref: str, item: str = "18", **cells: str) -> Mapping[str, str]:
    said = {"judgement_ref": ref, "verdict": "retract", "assessment_ref": "f1", "item": item}
    return {**said, "by": "a", "approved_by": "c", "at": "2026-02-01", "reason": "b", **cells}


FORM = form(suspect_ref="ann")
"""On ann and bill; item 18 asks about strangulation."""
