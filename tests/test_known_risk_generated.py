"""Whatever is delivered, ledger, score and change at a time of knowledge are what they were then."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

import strategies_risk as small
from deliver import conclude, deliver, wipe
from graph.connection import Writer
from plans import plans_kept
from queries.answer import Viewer
from queries.risk.change import change
from strategies_deliveries import Deliveries, Part, deliveries
from strategies_risk import Cell
from telling import EARLIER, ENDS, EVERYTHING, Asking, Told, asking, hold_to_stored, hold_to_sum, stored

__all__ = ["asking", "plans_kept"]

TRIED = hypothesis.settings(
    max_examples=int(os.environ.get("CLEW_KNOWN_EXAMPLES", "4")),
    phases=(hypothesis.Phase.generate,),
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""How often a test is tried; each example empties the database itself."""


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
