"""Ledger, score and change at a time of knowledge are what they were then, and what moved a score sums to that."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

import strategies_risk as small
from deliver import ZONE, Rows, conclude, deliver, wipe
from graph.connection import Address, Reader, Row, Writer, reader
from graph.errors import QuestionError
from graph.reference.risk import Risk, shipped
from graph.reference.roles import audiences
from graph.reference.weights import Step
from ingest.derive.derive import derive
from plans import plans_kept
from queries.answer import Viewer
from queries.catalogue import VIEWER, Query
from queries.known.gather import ANSWERS, CIRCUMSTANCES, LATEST, SURROUNDING
from queries.lookups.ledger import LedgerEntry, entries, ledger
from queries.lookups.score_change import ScoreChange, score_change
from queries.lookups.threat_score import ScoreItem, score_items, threat_score
from queries.risk.case import Concluded, conclusion
from queries.risk.change import WHY, Change, change
from strategies_deliveries import Deliveries, Part, deliveries
from strategies_risk import Cell
from test_known_at import ACCUSED, ANN, BILL, CASS, FIRST, FOURTH, PAIR, SECOND, THIRD, form, incident, judged, role
from visibility import VIEWERS

__all__ = ["plans_kept"]

T = TypeVar("T")
NOBODY, EVERYTHING = ENDS = (VIEWERS[0], VIEWERS[-1])
"""Viewers without groups, and with all that any role has."""
ALL_ALONG = date(2026, 1, 1)
EARLIER = date(2025, 6, 1)
FORMER = replace(
    shipped(),
    weights=replace(
        shipped().weights,
        version="former",
        recency=tuple(replace(step, points=step.points + 7) for step in shipped().weights.recency),
        clusters={cluster: points + 1 for cluster, points in shipped().weights.clusters.items()},
        frequency=(Step(edge=1, points=3),),
    ),
)
"""Rules with other points than those that come with Clew."""
TRIED = hypothesis.settings(
    max_examples=int(os.environ.get("CLEW_KNOWN_EXAMPLES", "4")),
    phases=(hypothesis.Phase.generate,),
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""How often a test is tried; each example empties the database itself."""


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


# By hand, one thing at a time


def test_late_and_corrected_answers_are_told_as_they_stood(history: History) -> None:
    history.bring(FIRST, **ACCUSED, assessments=[FORM])
    history.bring(SECOND, answers=[answer("18", "yes"), answer("4", "no")])
    history.bring(THIRD, answers=[answer("18", "no", recorded_at="2026-03-03T00:00"), answer("24a", "yes")])
    gone = {"assessment_ref": "f1", "item": "18", "withdrawn": "yes", "recorded_at": "2026-03-04T00:00"}
    history.bring(FOURTH, answers=[gone])
    assert history.states() == ["", "affirmed", "", ""]
    history.hold()


def test_an_answer_that_waited_counts_from_when_its_form_came(history: History) -> None:
    history.bring(FIRST, **ACCUSED, answers=[answer("strangulation", "yes"), answer("4", "yes")])
    history.bring(SECOND, assessments=[FORM])
    history.bring(THIRD, assessments=[{"assessment_ref": "f1", "withdrawn": "yes", "recorded_at": "2026-03-03T00:00"}])
    history.bring(FOURTH, assessments=[{**FORM, "recorded_at": "2026-03-04T00:00"}])
    assert len({bool(told.ledger) for told in history.noted.values()}) == 2
    history.hold()


def test_whom_a_source_names_and_a_form_without_a_suspect_are_told_as_they_were(history: History) -> None:
    loose, ages = form(incident_ref="i1"), {"age": "34", "recorded_at": "2026-03-02T00:00"}
    history.bring(FIRST, **ACCUSED, assessments=[loose], answers=[answer("18", "yes")])
    history.bring(SECOND, involvements=[role("ann", "suspect", against="bill;cass", **ages)])
    history.bring(THIRD, involvements=[role("cass", "suspect")])
    history.bring(FOURTH, incidents=[incident(reported_at="2026-02-03", recorded_at="2026-03-04T00:00")])
    told = [each.stored for (_, viewer, _), each in history.noted.items() if viewer == EVERYTHING]
    assert [(each["incident_named"], each["attributed"]) for each in told] == [
        ([False], [True]),
        ([True], [True]),
        ([True], []),
        ([True], []),
    ]
    history.hold()


def test_a_form_without_a_suspect_counts_once_its_incident_was_reported(history: History) -> None:
    history.bring(FIRST, **ACCUSED, assessments=[form(incident_ref="i1", assessed_at="2026-01-10")])
    for as_of in (date(2026, 1, 9), date(2026, 1, 31), date(2026, 2, 1)):
        told = history.asking.told(EVERYTHING, PAIR, FIRST, as_of)
        assert told == history.asking.told(EVERYTHING, PAIR, None, as_of)
        assert bool(told.case) is (as_of == date(2026, 2, 1))


def test_a_retraction_counts_from_when_it_came_until_it_was_undone(history: History) -> None:
    history.bring(FIRST, **ACCUSED, assessments=[FORM], answers=[answer("18", "yes")])
    history.bring(SECOND, judgements=[retracts("r1")])
    history.bring(THIRD, judgements=[judged("u1", "undo", undoes="r1")])
    history.bring(FOURTH, judgements=[judged("u2", "undo", undoes="u1")])
    assert history.states() == ["affirmed", "retracted", "affirmed", "retracted"]
    history.hold()


def test_a_merge_counts_from_when_it_was_judged(empty: Writer, asking: Asking) -> None:
    one, other = sorted((ANN, CASS))
    history = History(empty, asking, f"{one}>{BILL}", f"{other}>{BILL}")
    hers = [form("f2", suspect_ref="cass"), FORM]
    history.bring(FIRST, **ACCUSED, assessments=hers, answers=[answer("18", "yes", "f2"), answer("4", "yes")])
    history.bring(SECOND, judgements=[judged("j1")])
    history.bring(THIRD, judgements=[judged("j2", "undo", undoes="j1")])
    assert len({*history.scores(f"{one}>{BILL}")}) == 2
    history.hold()


def test_markers_and_ties_and_homes_that_came_later_are_told_from_then(history: History) -> None:
    said = [answer(item, "yes") for item in ("4", "15", "16", "18")]
    marker = {"marker_ref": "m1", "person_ref": "ann", "kind": "custody", "until_on": "2026-02-20"}
    tie = {"person_ref": "bill", "other_ref": "ann", "kind": "ex_partner", "from_on": "2026-01-10"}
    new = {"person_ref": "cass", "other_ref": "ann", "kind": "partner", "from_on": "2026-02-10"}
    home = {"person_ref": "bill", "address_ref": "a1", "from_on": "2026-02-11"}
    history.bring(FIRST, **ACCUSED, assessments=[FORM], answers=said)
    history.bring(SECOND, markers=[marker], relationships=[new], addresses=[{"address_ref": "a1", "kind": "home"}])
    history.bring(THIRD, relationships=[tie], residences=[home])
    later = [{**marker, "until_on": "2026-02-25", "recorded_at": "2026-03-03T00:00"}]
    gone = {name: new[name] for name in ("person_ref", "other_ref", "kind", "from_on")}
    history.bring(FOURTH, markers=later, relationships=[{**gone, "withdrawn": "yes"}])
    signs = [told.case["signs"] for (_, viewer, _), told in history.noted.items() if viewer == EVERYTHING and told.case]
    assert [[sign[0] for sign in each] for each in signs] == [
        [],
        ["new_partner", "release", "suspect_custody"],
        ["new_partner", "release", "separation", "suspect_custody", "new_address"],
        ["release", "separation", "suspect_custody", "new_address"],
    ]
    history.hold()


def test_a_partner_who_turns_out_to_be_the_victim_was_another_until_then(history: History) -> None:
    tie = {
        "person_ref": "ann",
        "other_ref": "cass",
        "kind": "partner",
        "from_on": "2026-02-10",
        "until_on": "2026-02-20",
    }
    both = {"person_ref": "bill", "other_ref": "cass"}
    history.bring(FIRST, **ACCUSED, relationships=[tie])
    history.bring(SECOND, judgements=[{**judged("j1"), **both}])
    history.hold()


@pytest.mark.parametrize(
    ("feed", "row"),
    [
        ("markers", {"marker_ref": "m1", "person_ref": "ann", "kind": "bail", "from_on": "2026-02-10"}),
        ("relationships", {"person_ref": "ann", "other_ref": "cass", "kind": "partner", "from_on": "2026-02-10"}),
        ("assessments", FORM),
        ("offences", {"offence_ref": "o1", "incident_ref": "i1", "code": "8/6"}),
    ],
)
def test_what_was_restricted_later_is_hidden_at_every_time(history: History, feed: str, row: Mapping[str, str]) -> None:
    history.bring(FIRST, **{**ACCUSED, feed: [row]}, answers=[answer("18", "yes")])
    shown = {viewer: history.noted[FIRST, viewer, PAIR] for viewer in ENDS}
    changed = {**row, "restricted_to": "sensitive", "recorded_at": "2026-03-02T00:00"}
    history.bring(SECOND, **{feed: [changed]})
    assert history.asking.told(EVERYTHING, PAIR, FIRST) == shown[EVERYTHING]
    now = history.noted[SECOND, NOBODY, PAIR]
    assert history.asking.told(NOBODY, PAIR, FIRST).case == now.case != shown[NOBODY].case


def test_nobody_learns_of_a_home_that_is_protected_now(history: History) -> None:
    tie = {"person_ref": "bill", "other_ref": "ann", "kind": "ex_partner", "from_on": "2026-01-10"}
    home = {"person_ref": "bill", "address_ref": "a1", "from_on": "2026-02-11"}
    place = {"address_ref": "a1", "kind": "home"}
    history.bring(FIRST, **ACCUSED, relationships=[tie], residences=[home], addresses=[place])
    history.bring(SECOND, addresses=[{**place, "protected": "yes", "recorded_at": "2026-03-02T00:00"}])
    for at, told in ((FIRST, ["separation"]), (SECOND, ["separation"])):
        case = history.asking.told(EVERYTHING, PAIR, at).case
        assert case is not None
        assert [sign[0] for sign in case["signs"]] == told
    assert [sign[0] for sign in (history.noted[FIRST, EVERYTHING, PAIR].case or {})["signs"]] == [
        "separation",
        "new_address",
    ]


def test_a_time_needs_a_zone_and_times_and_days_an_order(history: History) -> None:
    history.bring(FIRST, **ACCUSED)
    asking, bare = history.asking, FIRST.replace(tzinfo=None)
    for name in ("known_at", "from_known_at"):
        with pytest.raises(QuestionError, match="need a time zone"):
            asking.change(ALL_ALONG, **{name: bare})
    with pytest.raises(QuestionError, match="need a time zone"):
        asking.conclusion(known_at=bare)
    with pytest.raises(QuestionError, match="from_known_at must not be after known_at"):
        asking.change(ALL_ALONG, from_known_at=SECOND, known_at=FIRST)
    with pytest.raises(QuestionError, match="from_on must not be after as_of"):
        asking.change(date(2027, 1, 1), known_at=FIRST)


def test_the_day_is_that_of_the_last_delivery_known_then_in_the_zone_of_the_time(history: History) -> None:
    late = datetime(2026, 4, 1, 23, 30, tzinfo=UTC)
    history.bring(FIRST, **ACCUSED)
    history.bring(late, incidents=[incident("i2")])
    assert history.noted[late, EVERYTHING, PAIR].as_of == date(2026, 4, 2)
    history.hold()
    asking = history.asking
    assert asking.told(EVERYTHING, PAIR, late - timedelta(days=1)).as_of == FIRST.date()
    assert asking.conclusion(known_at=late).found.as_of == date(2026, 4, 1)
    assert asking.conclusion(known_at=FIRST - timedelta(days=9)).found.as_of == FIRST.date() - timedelta(days=9)
    assert asking.conclusion(known_at=FIRST - timedelta(days=9)).found.case is None


@pytest.mark.parametrize("query", [SURROUNDING, CIRCUMSTANCES, ANSWERS, LATEST], ids=lambda query: query.name)
def test_the_server_agrees_with_the_texts_that_read_versions(database: Address, query: Query) -> None:
    async def explained() -> tuple[list[str], str]:
        async with reader(database) as opened:
            columns, kind, *_ = await opened.explain(query.text, {name: [] for name in (*query.params, *VIEWER)})
            return columns, kind

    assert asyncio.run(explained()) == (list(query.columns), "r")


# In small worlds


@st.composite
def changing(draw: st.DrawFn) -> list[list[Cell]]:
    """Return records of one pair that come in two or three parts: some late, corrected, taken back or judged again."""
    rows: list[Cell] = draw(small.records())
    parts: list[list[Cell]] = [[] for _ in range(draw(st.integers(2, 3)))]
    last = len(parts) - 1
    for feed, row in rows:
        first = draw(st.sampled_from((0, 0, 0, last)))
        parts[first].append((feed, row))
        if feed in _ALTERED and draw(st.sampled_from((True, False, False))):
            altered = row | draw(st.sampled_from(_ALTERED[feed])) | {"recorded_at": draw(st.sampled_from(_RECORDED))}
            parts[draw(st.integers(0, last))].append((feed, altered))
        if feed in _TAKEN_BACK and draw(st.sampled_from((True,) + (False,) * 7)):
            kept = {name: row[name] for name in ("source", "restricted_to", *_TAKEN_BACK[feed]) if name in row}
            parts[last].append((feed, kept | {"withdrawn": "yes"}))
    said = {"source": "rms", "by": "a", "at": "2026-02-01", "reason": "b"}
    whom = (small.SUSPECT, *small.OTHERS)
    one, other = draw(st.sampled_from([(a, b) for a in (*whom, small.VICTIM) for b in whom if a < b]))
    verdicts = (
        {"judgement_ref": "j1", "verdict": "same", "person_ref": one, "other_ref": other},
        {"judgement_ref": "j2", "verdict": "undo", "undoes": draw(st.sampled_from(("j1", "r1")))},
        {"judgement_ref": "r1", "verdict": "retract", "assessment_ref": "said", "item": "4", "approved_by": "c"},
    )
    for verdict in verdicts:
        if draw(st.booleans()):
            parts[draw(st.integers(0, last))].append(("judgements", {**said, **verdict}))
    return parts


_RECORDED = ("2026-03-01T08:00", "2026-03-02T08:00")
_ALTERED: Mapping[str, Sequence[dict[str, str]]] = {
    "answers": [{"answer": "no"}, {"answer": "dont_know"}, {"answer": "yes"}],
    "markers": [{"kind": "custody", "from_on": small.ago(60), "until_on": small.ago(9)}, {"kind": "honour"}],
    "relationships": [{"until_on": small.ago(0)}],
    "offences": [{"code": "008/77"}, {"against": small.VICTIM}],
    "incidents": [{"reported_at": small.ago(4)}, {"domestic": "no"}],
    "assessments": [{"assessed_at": "2025-12-25T10:00"}],
}
_TAKEN_BACK = {
    "answers": ("assessment_ref", "item"),
    "markers": ("marker_ref",),
    "offences": ("offence_ref",),
    "assessments": ("assessment_ref",),
    "relationships": ("person_ref", "other_ref", "kind", "from_on"),
    "residences": ("person_ref", "address_ref", "from_on"),
}


@dataclass(slots=True)
class Seen:
    """How much of what was compared bears on anything."""

    compared: int = 0
    changed: int = 0
    answers: int = 0
    signs: int = 0


def hold_to_what_was(
    graph: Writer, asking: Asking, received: Sequence[Part], loaded: Sequence[Part], viewers: Sequence[Viewer]
) -> Seen:
    """Compare what is told after each delivery with what is told of its time when all are loaded, in any order."""
    wipe(graph)
    noted: dict[tuple[datetime, Viewer, str], Told] = {}
    for part in received:
        take(graph, part)
        conclude(graph)
        for viewer in viewers:
            for pair, held in [*stored(graph, viewer).items()][:3]:
                told = noted[part.received_at, viewer, pair] = asking.told(viewer, pair, None, from_on=EARLIER)
                hold_to_stored(told.stored, held)
    wipe(graph)
    for part in loaded:
        take(graph, part)
    conclude(graph)
    seen, last = Seen(), received[-1].received_at
    for (at, viewer, pair), told in noted.items():
        assert asking.told(viewer, pair, at, from_on=EARLIER) == told, (viewer.audience.name, pair, at)
        moved = asking.run(change(asking.reader, viewer, pair, from_on=EARLIER, from_known_at=at))
        hold_to_sum(moved)
        assert moved.found.case or moved.score_after == 0
        forms = (told.case or {"forms": []})["forms"]
        seen.compared += 1
        seen.changed += (last, viewer, pair) in noted and noted[last, viewer, pair].case != told.case
        seen.answers += any(each[4] for each in forms)
        seen.signs += bool(told.case and told.case["signs"])
    return seen


def take(graph: Writer, part: Part) -> None:
    report = deliver(graph, part.rows, received_at=part.received_at, delivery_id=part.delivery_id)
    assert not report.rejects, report.rejects


def test_what_follows_from_records_is_told_as_it_was(empty: Writer, asking: Asking) -> None:
    all_seen: list[Seen] = []

    def hold(parts: list[list[Cell]], random: Random) -> None:
        received = [
            Part(
                received_at=datetime(2026, 4, 1 + number, 6, 0, tzinfo=UTC),
                delivery_id=f"D{number}",
                rows=small.by_feed(cells),
            )
            for number, cells in enumerate(parts)
        ]
        loaded = random.sample(received, len(received))
        all_seen.append(hold_to_what_was(empty, asking, received, loaded, ENDS))

    TRIED(given(changing(), st.randoms(use_true_random=False))(hold))()
    for name in ("changed", "answers", "signs"):
        assert sum(getattr(each, name) for each in all_seen) > 1, f"nothing that is compared shows {name}"


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_what_follows_from_any_deliveries_is_told_as_it_was(empty: Writer, asking: Asking) -> None:
    all_seen: list[Seen] = []

    def hold(sent: Deliveries) -> None:
        viewers = ENDS if sent.steady else (EVERYTHING,)
        all_seen.append(hold_to_what_was(empty, asking, sent.received, sent.loaded, viewers))

    TRIED(given(deliveries())(hold))()
    assert sum(each.changed for each in all_seen) > 1


# What moved a score


def everything_moves(history: History) -> dict[str, Row]:
    """Bring what changes a score for every reason, one after the other; conclude by former rules until the last.

    Returns the dyads that were stored first.
    """
    history.risk = FORMER
    both = [role("cass", "suspect", "i2"), role("bill", "victim", "i2")]
    first: Rows = {
        **ACCUSED,
        "incidents": [incident(), incident("i2")],
        "involvements": [*ACCUSED["involvements"], *both],
        "assessments": [FORM, form("f2", suspect_ref="cass")],
        "answers": [answer("18", "yes", "f2"), answer("4", "yes"), answer("15", "yes")],
    }
    history.bring(FIRST, **first)
    kept = stored(history.graph, EVERYTHING)
    late = [role("ann", "suspect", "i3"), role("bill", "victim", "i3")]
    history.bring(SECOND, incidents=[incident("i3", reported_at="2026-01-20")], involvements=late)
    history.bring(THIRD, judgements=[judged("j1")], answers=[answer("16", "yes")])
    history.risk = shipped()
    new = [role("ann", "suspect", "i4"), role("bill", "victim", "i4")]
    other = {"offence_ref": "o1", "incident_ref": "i4", "code": "8/6"}
    newest = incident("i4", reported_at="2026-04-20")
    history.bring(datetime(2026, 5, 1, 6, 0, tzinfo=UTC), incidents=[newest], involvements=new, offences=[other])
    return kept


def test_what_moved_a_score_is_told_by_its_reasons(empty: Writer, asking: Asking) -> None:
    one = min(ANN, CASS)
    history = History(empty, asking, f"{one}>{BILL}")
    kept = everything_moves(history)
    pair, now = history.pairs[0], datetime(2026, 5, 1, 6, 0, tzinfo=UTC)

    def score(risk: Risk, as_of: date, known_at: datetime | None) -> int:
        found = asking.conclusion(pair, as_of=as_of, known_at=known_at, risk=risk).told
        return found["score"] if found else 0

    for known_at in (None, now):
        found = asking.run(
            change(
                asking.reader,
                EVERYTHING,
                pair,
                from_on=FIRST.date(),
                from_known_at=FIRST,
                known_at=known_at,
                former=FORMER,
            )
        )
        hold_to_sum(found)
        why = by_why(found)
        assert set(why) == set(WHY)
        assert found.score_before == score(FORMER, FIRST.date(), FIRST) == kept[pair]["score"]
        assert found.score_after == score(shipped(), now.date(), None)
        assert why["weights"] == score(shipped(), FIRST.date(), FIRST) - found.score_before
        known = score(shipped(), FIRST.date(), known_at) - score(shipped(), FIRST.date(), FIRST)
        assert why["identity"] + why["correction"] == known
    alone = asking.run(change(asking.reader, EVERYTHING, pair, from_on=FIRST.date(), former=FORMER))
    hold_to_sum(alone)
    assert set(by_why(alone)) == {"weights", "time", "new evidence"}
    same = asking.run(score_change(asking.reader, EVERYTHING, dyad_id=pair, from_on=FIRST.date(), from_known_at=FIRST))
    assert {row.why for row in same.rows} == set(WHY) - {"weights"}
    assert sum(row.change for row in same.rows) == same.rows[0].score_after - same.rows[0].score_before


def test_only_what_was_judged_since_moves_by_identity(empty: Writer, asking: Asking) -> None:
    one, other = sorted((ANN, CASS))
    history = History(empty, asking, f"{one}>{BILL}", f"{other}>{BILL}")
    both = [role("cass", "suspect", "i2"), role("bill", "victim", "i2")]
    roles = {**ACCUSED, "incidents": [incident(), incident("i2")], "involvements": [*ACCUSED["involvements"], *both]}
    history.bring(FIRST, **roles)
    history.bring(SECOND, judgements=[judged("j1")])
    history.bring(THIRD, judgements=[judged("j2", "undo", undoes="j1")])

    def moved(pair: str, since: datetime, until: datetime) -> dict[str, int]:
        day = FIRST.date()
        found = asking.run(
            change(asking.reader, EVERYTHING, pair, from_on=day, as_of=day, from_known_at=since, known_at=until)
        )
        hold_to_sum(found)
        return by_why(found)

    first, second = history.pairs
    points = history.noted[FIRST, EVERYTHING, first].score[0].score
    joined = history.noted[SECOND, EVERYTHING, first].score[0].score
    assert moved(first, FIRST, SECOND) == {"identity": joined - points}
    assert moved(first, SECOND, THIRD) == moved(second, SECOND, THIRD) == {"identity": points - joined}
    assert moved(second, FIRST, SECOND) == {"identity": -points}
    assert moved(first, FIRST, THIRD) == moved(first, SECOND, SECOND) == {}


def test_a_score_of_a_day_is_what_was_stored_on_it_by_its_rules(empty: Writer, asking: Asking) -> None:
    one, other = sorted((ANN, CASS))
    history = History(empty, asking, f"{one}>{BILL}", f"{other}>{BILL}")
    kept: dict[tuple[datetime, Viewer, str], tuple[Risk, Row]] = {}
    bring = history.bring

    def bring_and_keep(received_at: datetime, **rows: Sequence[Mapping[str, str]]) -> None:
        bring(received_at, **rows)
        for viewer in VIEWERS:
            for pair, held in stored(empty, viewer).items():
                kept[received_at, viewer, pair] = (history.risk, held)

    history.bring = bring_and_keep  # type: ignore[method-assign]
    everything_moves(history)
    assert len(kept) > 3 * len(VIEWERS)
    for (at, viewer, pair), (risk, held) in kept.items():
        found = asking.run(
            conclusion(asking.reader, viewer, pair, as_of=at.astimezone(ZONE).date(), known_at=at, risk=risk)
        )
        hold_to_stored(as_stored(found), held)
        assert as_stored(found)["score"] == held["score"]
