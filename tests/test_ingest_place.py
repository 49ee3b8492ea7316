"""Which version of a row holds depends on what was delivered, not on when or with what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from random import Random
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from ingest.delivery import FactRow
from ingest.place import Held, Offered, Status, order, place

NEEDS = {"w": frozenset[str](), "x": frozenset({"p"}), "y": frozenset({"q"}), "z": frozenset({"p", "q"})}
"""What a version refers to, by its digest: the same content refers to the same records."""


class Version(NamedTuple):
    """One version of one row."""

    fact_id: str
    recorded_at: datetime | None
    digest: str


class Step(NamedTuple):
    """A delivery: the records that it brings, and the versions of rows that may refer to them."""

    brought: frozenset[str]
    versions: Sequence[Version]


VERSIONS = st.builds(
    Version,
    st.sampled_from(("a", "b")),
    st.sampled_from((None, datetime(2026, 1, 1), datetime(2026, 1, 1, 12), datetime(2026, 2, 1))),
    st.sampled_from(tuple(NEEDS)),
)
STEPS = st.lists(
    st.builds(Step, st.frozensets(st.sampled_from(("p", "q"))), st.lists(VERSIONS, max_size=6)), max_size=4
)


def fact(version: Version) -> FactRow:
    properties = {"digest": version.digest}
    return FactRow(
        version.fact_id, properties | ({"recorded_at": version.recorded_at} if version.recorded_at else {}), {}
    )


def version_of(row: FactRow) -> Version:
    return Version(row.id, row.properties.get("recorded_at"), row.properties["digest"])


class Graph:
    """What rows leave behind, delivery by delivery, as loading keeps it."""

    def __init__(self) -> None:
        self.there: set[str] = set()
        self.held: dict[str, Version] = {}
        self.waiting: set[Version] = set()

    def take(self, step: Step) -> Counter[Status]:
        """Take one delivery and return how its rows ended."""
        self.there |= step.brought
        offered = [Offered(fact(each), delivered=True) for each in step.versions]
        kept = [fact(each) for each in sorted(self.waiting, key=lambda each: (each.fact_id, *rank(each)))]
        offered += [Offered(row, delivered=False, waited=(row,)) for row in kept]
        held = {each.fact_id: Held(each.recorded_at, each.digest) for each in self.held.values()}
        placed = place(offered, held, lambda row: sorted(NEEDS[row.properties["digest"]] - self.there))
        assert not {row.id for row in placed.created} & held.keys()
        assert {row.id for row in placed.changed} <= held.keys()
        self.held |= {row.id: version_of(row) for row in placed.created + placed.changed}
        self.waiting |= {version_of(row) for row, _ in placed.waiting}
        self.waiting -= {version_of(row) for row in placed.dropped}
        assert all(needs for _, needs in placed.waiting)
        return Counter(placed.counts)


def rank(version: Version) -> tuple[datetime, str]:
    return order(version.recorded_at, version.digest)


def expected(versions: Iterable[Version], there: set[str]) -> tuple[dict[str, Version], set[Version]]:
    """Return what holds and what waits: the greatest version that can be there, and all that are greater."""
    holds: dict[str, Version] = {}
    for each in sorted(versions, key=rank):
        if NEEDS[each.digest] <= there:
            holds[each.fact_id] = each
    waits = {each for each in versions if each.fact_id not in holds or rank(each) > rank(holds[each.fact_id])}
    return holds, waits


@given(STEPS)
def test_what_holds_and_what_waits_follow_from_what_was_ever_delivered(steps: list[Step]) -> None:
    graph = Graph()
    for step in steps:
        counts = graph.take(step)
        assert sum(counts.values()) == len(step.versions)
    versions = {version for step in steps for version in step.versions}
    assert (graph.held, graph.waiting) == expected(versions, graph.there)


@given(STEPS, st.randoms(use_true_random=False))
def test_neither_order_nor_split_matters(steps: list[Step], random: Random) -> None:
    whole, apart = Graph(), Graph()
    versions = [version for step in steps for version in step.versions]
    brought = [record for step in steps for record in step.brought]
    whole.take(Step(frozenset(brought), versions))
    pieces = [Step(frozenset(), [version]) for version in versions] + [Step(frozenset({each}), []) for each in brought]
    random.shuffle(pieces)
    for piece in pieces:
        apart.take(piece)
    apart.take(Step(frozenset(), []))
    assert (whole.held, whole.waiting) == (apart.held, apart.waiting)


@given(STEPS)
def test_the_same_again_changes_nothing(steps: list[Step]) -> None:
    graph = Graph()
    for step in steps:
        graph.take(step)
    held, waiting = dict(graph.held), set(graph.waiting)
    for step in steps:
        counts = graph.take(step)
        assert counts[Status.CREATED] == counts[Status.CHANGED] == 0
    assert (graph.held, graph.waiting) == (held, waiting)


def test_a_version_that_waits_under_two_names_is_let_go_under_both() -> None:
    number, code = (FactRow(name, {"digest": "w"}, {}) for name in ("form.18", "form.strangulation"))
    row = FactRow("form.17", {"digest": "w"}, {})
    offered = [Offered(row, delivered=False, waited=(number,)), Offered(row, delivered=False, waited=(code,))]
    placed = place([*offered, Offered(row, delivered=True)], {}, lambda _: [])
    assert placed.dropped == [number, code]
    assert placed.counts == {Status.UNCHANGED: 0, Status.CREATED: 1}
