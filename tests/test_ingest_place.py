"""Which version of a record holds depends on what was delivered and when it was received, not on when it was loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from graph.versions import WITHDRAWN
from ingest.delivery import FactRow
from ingest.place import Known, Outcome, Retired, State, Status, Version, place

NEEDS = {"w": frozenset[str](), "x": frozenset({"p"}), "y": frozenset({"q"}), "z": frozenset({"p", "q"})} | {
    WITHDRAWN: frozenset[str]()
}
"""What a version refers to, by its digest: the same content refers to the same records."""

TIMES = [datetime(2026, 5, day, tzinfo=UTC) for day in range(1, 6)]


class Said(NamedTuple):
    """What one delivery says of the record, and when that delivery was received."""

    recorded_at: datetime | None
    digest: str
    received_at: datetime

    @property
    def order(self) -> tuple[datetime, str]:
        """Return what it is compared by."""
        return (self.recorded_at or datetime.min, self.digest)


SAID = st.builds(
    Said,
    st.sampled_from((None, datetime(2026, 1, 1), datetime(2026, 1, 1, 12), datetime(2026, 2, 1))),
    st.sampled_from(tuple(NEEDS)),
    st.sampled_from(TIMES),
)
THERE = st.frozensets(st.sampled_from(("p", "q")))


def version(said: Said) -> Version:
    recorded = {"recorded_at": said.recorded_at} if said.recorded_at else {}
    refs = {ref: ref for ref in NEEDS[said.digest]}
    return Version(FactRow("a", {"digest": said.digest, **recorded}, refs), said.received_at)


def said_of(each: Version) -> Said:
    return Said(each.row.properties.get("recorded_at"), each.row.properties["digest"], each.received_at)


@dataclass
class Record:
    """One record as loading keeps it: what holds, what else is kept, and when it was retired."""

    known: Known = field(default_factory=Known)
    there: set[str] = field(default_factory=set)
    complete: list[datetime] = field(default_factory=list)

    def take(self, *said: Said) -> Outcome:
        """Take what one delivery says."""
        return self._put(place(self.known, [version(each) for each in said], self._missing, self.complete))

    def bring(self, there: Collection[str]) -> None:
        """Take up records that it may refer to."""
        self.there |= set(there)
        self.take()

    def lose(self, there: Collection[str]) -> None:
        """Lose records that it may refer to."""
        self.there -= set(there)
        self.take()

    def miss(self, at: datetime) -> None:
        """Take a complete feed that does not hold the record."""
        if self.known.holds or self.known.others:
            gone = Known(holds=self.known.holds, others=self.known.others, retired=[*self.known.retired, Retired(at)])
            self._put(place(gone, [], self._missing, self.complete))
        self.complete.append(at)

    def _missing(self, row: FactRow) -> list[str]:
        return sorted(set(row.refs) - self.there)

    def _put(self, outcome: Outcome) -> Outcome:
        self.known = Known(holds=outcome.holds, others=[each.version for each in outcome.kept], retired=outcome.retired)
        for each in outcome.kept:
            assert bool(each.needs) == (each.state is State.WAITING)
        return outcome

    def versions(self) -> list[Said]:
        """Return all that is kept of it."""
        return [said_of(each) for each in (*([self.known.holds] if self.known.holds else []), *self.known.others)]


def holds(said: Iterable[Said], there: Collection[str], at: datetime) -> tuple[datetime, str] | None:
    """Return which version holds, by what had been received at a time."""
    for each in sorted((each for each in said if each.received_at <= at), key=lambda each: each.order, reverse=True):
        if each.digest == WITHDRAWN:
            return None
        if NEEDS[each.digest] <= set(there):
            return each.order
    return None


@given(st.lists(SAID, max_size=8), THERE)
def test_what_holds_follows_from_what_was_ever_delivered(said: list[Said], there: frozenset[str]) -> None:
    record = Record()
    for each in said:
        record.take(each)
    record.bring(there)
    found = version_order(record)
    assert found == holds(said, there, TIMES[-1])


def version_order(record: Record) -> tuple[datetime, str] | None:
    return record.known.holds.order if record.known.holds else None


@given(st.lists(SAID, max_size=8), st.sampled_from(TIMES))
def test_what_is_kept_tells_what_held_at_any_time_whatever_was_there(said: list[Said], at: datetime) -> None:
    record = Record()
    for each in said:
        record.take(each)
    for there in ((), ("p",), ("q",), ("p", "q")):
        assert holds(record.versions(), there, at) == holds(said, there, at)


@given(st.lists(SAID, max_size=8), THERE, THERE, st.randoms(use_true_random=False))
def test_neither_order_nor_split_matters(
    said: list[Said], there: frozenset[str], lost: frozenset[str], random: Random
) -> None:
    whole, apart = Record(), Record()
    whole.bring(there - lost)
    whole.take(*said)
    shuffled = random.sample(said, len(said))
    apart.bring(there)
    for each in shuffled[: len(said) // 2]:
        apart.take(each)
    apart.lose(lost)
    for each in shuffled[len(said) // 2 :]:
        apart.take(each, each)
    assert whole.known == apart.known


@given(st.lists(SAID, max_size=8), THERE)
def test_the_same_again_changes_nothing(said: list[Said], there: frozenset[str]) -> None:
    record = Record()
    record.bring(there)
    first = [status for each in said for status in record.take(each).statuses]
    assert len(first) == len(said)
    before = record.known
    for each in said:
        (status,) = record.take(each).statuses
        assert status in {Status.UNCHANGED, Status.WAITING}
    assert record.known == before


def retired(said: Iterable[Said], complete: Sequence[datetime], at: datetime) -> bool:
    """Return whether a record is gone at a time, by what every complete feed held: what it was received with."""
    times = {each.received_at for each in said}
    past = [time for time in complete if time <= at and time not in times]
    return any(not any(time < seen <= at for seen in times) for time in past)


@given(st.lists(SAID, min_size=1, max_size=6), st.sets(st.sampled_from(TIMES), max_size=3), st.data())
def test_complete_feeds_without_it_retire_a_record_until_it_is_received_again(
    said: list[Said], complete: set[datetime], data: st.DataObject
) -> None:
    record = Record(there={"p", "q"})
    # What is loaded late was received before complete feeds that are loaded already; those come in their own order.
    late = data.draw(st.lists(st.sampled_from(said), unique=True))
    for at in TIMES:
        now = [each for each in said if each not in late and each.received_at == at]
        if now:
            record.take(*now)
        elif at in complete and not any(each.received_at == at for each in said):
            record.miss(at)
    for each in late:
        record.take(each)
    gone = retired(said, sorted(complete - {each.received_at for each in said}), TIMES[-1])
    assert version_order(record) == (None if gone else holds(said, record.there, TIMES[-1]))
    for at in TIMES:
        notes = [each for each in record.known.retired if each.received_at <= at]
        noted = any(each.resumed_at is None or at < each.resumed_at for each in notes)
        seen = [each for each in said if each.received_at <= at]
        if seen:
            assert noted == retired(said, sorted(complete - {each.received_at for each in said}), at)


def test_a_version_that_takes_a_record_back_counts_once() -> None:
    record = Record()
    first, back = Said(None, "w", TIMES[0]), Said(None, WITHDRAWN, TIMES[1])
    counts = Counter(status for each in (first, back, back) for status in record.take(each).statuses)
    assert counts == {Status.CREATED: 1, Status.CHANGED: 1, Status.UNCHANGED: 1}
    assert record.known.holds is None
