"""The same deliveries give one graph in any order and any split, and at each of their times what was known then."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime

import hypothesis
import pytest

from deliver import conclude, deliver, wipe
from graph.connection import Address, Reader, Row, Writer, reader
from graph.fingerprint import fingerprint
from plans import plans_kept
from queries.answer import Viewer
from queries.known.gather import gather
from queries.known.happenings import happenings, subjects
from queries.lookups.timeline import QUERY, timeline
from strategies_deliveries import Deliveries, Part, deliveries
from visibility import VIEWERS

__all__ = ["plans_kept"]

EXAMPLES = int(os.environ.get("CLEW_ORDER_EXAMPLES", "30"))
"""How many sets of deliveries to try."""

AT_ONCE = 15
"""Sets of one seed. Few, because after these Hypothesis mostly varies what it has made before."""

SIMPLEST = 2
"""The first sets of every seed are the simplest there are; they do not count."""

PHASES = (hypothesis.Phase.generate, *([hypothesis.Phase.shrink] if os.environ.get("CLEW_ORDER_SHRINK") else []))
"""What fails is made as small as it can be only on demand (CLEW_ORDER_SHRINK=1)."""

SEEDS = range(-(-EXAMPLES // AT_ONCE))

NOBODY, EVERYTHING = VIEWERS[0], VIEWERS[-1]
"""Viewers without groups, and with all that any role has."""

ABOUT = 12
"""Subjects whose timelines are compared in one set."""

_SUBJECTS = """
CALL () {
  MATCH (person:Person) RETURN person.person_id AS id
UNION
  MATCH (nominal:Nominal) RETURN nominal.nominal_id AS id
UNION
  MATCH (dyad:Dyad) RETURN dyad.dyad_id AS id
}
RETURN id ORDER BY id
"""
_HIDDEN = """
MATCH (n:Incident|Offence|Assessment)
WHERE n.restricted_to IS NOT NULL AND NOT any(g IN n.restricted_to WHERE g IN $groups)
RETURN coalesce(n.incident_id, n.offence_id, n.assessment_id) AS id
"""

Told = Mapping[tuple[Viewer, str, datetime], Sequence[Row]]
"""The rows of a timeline, by viewer, subject and time of knowledge."""


class Asking:
    """Puts questions one after the other over one connection."""

    def __init__(self, runner: asyncio.Runner, opened: Reader) -> None:
        self._runner, self._reader = runner, opened

    def now(self, viewer: Viewer, about: Sequence[str]) -> list[list[Row]]:
        """Return each subject's timeline as it is known now."""
        asked = {"as_of": None, "known_at": None, "limit": 10_000, "after": None, **viewer.params()}
        return self._runner.run(self._reader.read(*((QUERY.text, {"subject_id": each, **asked}) for each in about)))

    def then(self, viewer: Viewer, about: Sequence[str], times: Sequence[datetime]) -> Told:
        """Return each subject's timeline as it was known at each of the times."""
        told = {}
        for each in about:
            gathered = self._runner.run(gather(self._reader, viewer, subjects(each)))
            for at in times:
                told[viewer, each, at] = happenings(gathered.at(at), each, None)
        return told

    def asked(self, viewer: Viewer, subject_id: str, known_at: datetime) -> list[Row]:
        """Return the timeline that the question itself answers."""
        found = self._runner.run(timeline(self._reader, viewer, subject_id=subject_id, known_at=known_at))
        return [{name: getattr(row, name) for name in QUERY.columns} for row in found.rows]


@pytest.fixture(scope="module")
def asking(database: Address) -> Iterator[Asking]:
    """Give a connection over which to ask."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        yield Asking(runner, runner.run(stack.enter_async_context(reader(database))))
        runner.run(stack.aclose())


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("seed", SEEDS)
def test_any_order_and_split_gives_one_graph_and_each_time_what_was_known_then(
    seed: int, empty: Writer, asking: Asking
) -> None:
    def hold(given: Deliveries) -> None:
        times = [each.received_at for each in given.received]
        viewers = (NOBODY, EVERYTHING) if given.steady else (EVERYTHING,)
        expected, mark, about = received_in_order(empty, asking, given.received, viewers)
        wipe(empty)
        for part in given.loaded:
            take(empty, part)
        conclude(empty)
        assert fingerprint(empty) == mark, "another order gives another graph"
        for viewer in viewers:
            told = asking.then(viewer, about, times)
            for (_, subject, at), rows in told.items():
                assert rows == expected[viewer, subject, at], (
                    f"{viewer.audience.name} is told of {subject} as known at {at} what was not known"
                )
        hold_to_what_is_hidden_now(empty, asking, about, times)
        asked = about[len(about) // 2]
        assert asking.asked(EVERYTHING, asked, times[1]) == expected[EVERYTHING, asked, times[1]]

    limits = hypothesis.settings(max_examples=SIMPLEST + AT_ONCE, phases=PHASES, database=None)
    hypothesis.seed(seed)(limits(hypothesis.given(deliveries())(hold)))()


def received_in_order(
    graph: Writer, asking: Asking, parts: Sequence[Part], viewers: Sequence[Viewer]
) -> tuple[Told, str, list[str]]:
    """Load deliveries as they were received, and return what each timeline told after each, the hash, the subjects."""
    wipe(graph)
    told: dict[tuple[Viewer, str, datetime], Sequence[Row]] = {}
    for part in parts:
        take(graph, part)
        conclude(graph)
        about = [row["id"] for row in graph.read(_SUBJECTS)]
        for viewer in viewers:
            for subject, rows in zip(about, asking.now(viewer, about), strict=True):
                told[viewer, subject, part.received_at] = rows
    interesting = sorted(
        {subject for _, subject, _ in told},
        key=lambda subject: (-len({str(told.get((EVERYTHING, subject, part.received_at))) for part in parts}), subject),
    )[:ABOUT]
    complete = {
        (viewer, subject, part.received_at): told.get((viewer, subject, part.received_at), [])
        for viewer in viewers
        for subject in interesting
        for part in parts
    }
    return complete, fingerprint(graph), interesting


def take(graph: Writer, part: Part) -> None:
    report = deliver(graph, part.rows, received_at=part.received_at, delivery_id=part.delivery_id)
    assert not report.rejects, report.rejects


def hold_to_what_is_hidden_now(graph: Writer, asking: Asking, about: Sequence[str], times: Sequence[datetime]) -> None:
    """Check that a viewer without groups is told of no record that is restricted now, at whatever time."""
    hidden = {row["id"] for row in graph.read(_HIDDEN, {"groups": []})}
    told = asking.then(NOBODY, about, times)
    assert not hidden & {
        row[column] for rows in told.values() for row in rows for column in ("record_id", "incident_id")
    }
