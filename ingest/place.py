"""Which version of each record holds: the greatest whose references are there, unless the record was taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from graph.versions import Order, order
from ingest.delivery import FactRow

Missing = Callable[[FactRow], list[str]]
"""Says which of the ids that a row refers to are not there."""


class Status(StrEnum):
    """How a delivered row ends."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WAITING = "waiting"
    REJECTED = "rejected"


class State(StrEnum):
    """Why a version does not hold now."""

    FORMER = "former"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Version:
    """What a row says of a record, and when that was first received."""

    row: FactRow
    received_at: datetime

    @property
    def order(self) -> Order:
        """Return what it is compared by."""
        return order(self.row.properties.get("recorded_at"), self.row.properties["digest"])


@dataclass(frozen=True, slots=True)
class Retired:
    """From when on a complete feed did not hold a record, and when the record was received again, if it was."""

    received_at: datetime
    resumed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is known of one record: the version that holds, others that matter, and when it was retired."""

    holds: Version | None = None
    others: Sequence[Version] = ()
    retired: Sequence[Retired] = ()

    @property
    def first_received_at(self) -> datetime | None:
        """Return when the record was first received."""
        times = [each.received_at for each in (*self.others, *([self.holds] if self.holds else []))]
        return min(times, default=None)


@dataclass(frozen=True, slots=True)
class Kept:
    """A version that does not hold, why, and the ids for which it waits."""

    version: Version
    state: State
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What of a record is to hold from now on, and what is to be kept beside it.

    `statuses` say how each offered version ended, in the order offered; `promoted` whether a version holds now that was
    delivered before and waited.
    """

    holds: Version | None
    kept: tuple[Kept, ...]
    retired: tuple[Retired, ...]
    statuses: tuple[Status, ...]
    promoted: bool


@dataclass(slots=True)
class Tally:
    """How the rows of a feed ended; `suspended` records wait again, since what they refer to was taken back."""

    counts: dict[Status, int] = field(default_factory=lambda: defaultdict(int))
    promoted: int = 0
    retired: int = 0
    suspended: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count the rows of one record."""
        for status in outcome.statuses:
            self.counts[status] += 1
        self.promoted += outcome.promoted


def place(known: Known, offered: Sequence[Version], missing: Missing, complete: Sequence[datetime] = ()) -> Outcome:
    """Decide what holds of a record, given the versions on offer.

    The outcome depends on the set of versions ever offered and on when each was first received, not on their order or
    on how they were split. `complete` are the times of complete feeds that were loaded before; a record that comes to
    light only now, received before such a time, was not in that feed.
    """
    versions = earliest((*([known.holds] if known.holds else []), *known.others, *offered))
    retired = _retired(known, offered, versions.values(), complete)
    ranked = undominated(sorted(versions.values(), key=lambda each: each.order, reverse=True))
    gone = any(each.resumed_at is None for each in retired)
    holds, kept = _choose(ranked, missing, gone=gone)
    before = {known.holds.order} if known.holds else set()
    return Outcome(
        holds=holds,
        kept=kept,
        retired=retired,
        statuses=tuple(_statuses(known, offered, holds, kept)),
        promoted=holds is not None and holds.order not in before | {each.order for each in offered},
    )


def earliest(versions: Iterable[Version]) -> dict[Order, Version]:
    """Return each version once, as first received."""
    found: dict[Order, Version] = {}
    for each in versions:
        known = found.setdefault(each.order, each)
        if each.received_at < known.received_at:
            found[each.order] = each
    return found


def _retired(
    known: Known, offered: Sequence[Version], versions: Iterable[Version], complete: Sequence[datetime]
) -> tuple[Retired, ...]:
    """Return the times without the record; each ends with the first version received after it began.

    While a record was gone no complete feed held it: if a late row ends such a time, the next of them begins another.
    """
    began = {each.received_at for each in known.retired}
    began |= {
        at
        for at in complete
        for each in known.retired
        if each.received_at < at and (each.resumed_at is None or at < each.resumed_at)
    }
    first = known.first_received_at
    earliest = min((each.received_at for each in offered), default=None)
    if earliest is not None:
        began |= {at for at in complete if earliest < at and (first is None or at < first)}
    if not began:
        return ()
    ended = [each.resumed_at for each in known.retired if each.resumed_at]
    seen = sorted({*ended, *(each.received_at for each in (*offered, *versions))})
    found: list[Retired] = []
    for at in sorted(began):
        if not found or (found[-1].resumed_at is not None and found[-1].resumed_at <= at):
            found.append(Retired(at, next((time for time in seen if time > at), None)))
    return tuple(found)


def undominated(ranked: Sequence[Version]) -> list[Version]:
    """Leave out what can hold at no time: wherever it could, a greater version could too."""
    if len(ranked) < 2:
        return list(ranked)
    found: list[Version] = []
    for each in ranked:
        refs = set(each.row.refs.values())
        if not any(
            other.received_at <= each.received_at and refs.issuperset(other.row.refs.values()) for other in found
        ):
            found.append(each)
    return found


def _choose(ranked: Sequence[Version], missing: Missing, *, gone: bool) -> tuple[Version | None, tuple[Kept, ...]]:
    kept: list[Kept] = []
    for number, each in enumerate(ranked):
        if gone:
            break
        if each.row.withdrawn:
            rest = tuple(Kept(other, State.FORMER) for other in ranked[number + 1 :])
            return None, (*kept, Kept(each, State.WITHDRAWN), *rest)
        if not (needs := missing(each.row)):
            return each, (*kept, *(Kept(other, State.FORMER) for other in ranked[number + 1 :]))
        kept.append(Kept(each, State.WAITING, tuple(sorted(needs))))
    if gone:
        return None, tuple(Kept(each, State.FORMER) for each in ranked)
    return None, tuple(kept)


def _statuses(
    known: Known, offered: Sequence[Version], holds: Version | None, kept: Iterable[Kept]
) -> Iterable[Status]:
    before = known.holds.order if known.holds else None
    states = {each.version.order: each.state for each in kept}
    stood = {each.order for each in known.others}
    counted: set[Order] = set()
    for each in offered:
        rank = each.order
        if states.get(rank) is State.WAITING:
            yield Status.UNCHANGED if rank in counted else Status.WAITING
        elif rank in counted or rank == before:
            yield Status.UNCHANGED
        elif holds is not None and rank == holds.order:
            yield Status.CREATED if before is None else Status.CHANGED
        elif states.get(rank) is State.WITHDRAWN and rank not in stood:
            yield Status.CHANGED
        else:
            yield Status.UNCHANGED
        counted.add(rank)


def tightens(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    """Return whether a record that was held became less visible."""
    if before is None:
        return False
    restricted = after.get("restricted_to")
    newly_protected = bool(after.get("protected")) and before.get("protected") is False
    return newly_protected or (restricted is not None and restricted != before.get("restricted_to"))
