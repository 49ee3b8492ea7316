"""Which version of each row holds: the greatest whose references exist; what is greater still waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ingest.delivery import FactRow

Order = tuple[datetime, str]
"""What versions of one row are compared by: when the source recorded it, then the digest of its content."""


class Status(StrEnum):
    """How a delivered row ends."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WAITING = "waiting"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Offered:
    """A row on offer: just delivered, or kept from an earlier delivery."""

    row: FactRow
    delivered: bool
    waited: tuple[FactRow, ...] = ()
    """The rows that were kept, of which this is one; an answer can have been kept under the item's number and code."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the graph holds under an id."""

    recorded_at: datetime | None
    digest: str
    restricted_to: list[str] | None = None
    protected: bool | None = None


@dataclass(slots=True)
class Placed:
    """The outcome for the rows of a feed."""

    created: list[FactRow] = field(default_factory=list)
    changed: list[FactRow] = field(default_factory=list)
    waiting: list[tuple[FactRow, list[str]]] = field(default_factory=list)
    dropped: list[FactRow] = field(default_factory=list)
    """Rows that waited and need to no more: loaded, or overtaken by a greater version."""
    counts: dict[Status, int] = field(default_factory=lambda: defaultdict(int))
    promoted: int = 0
    tightened: bool = False
    """Whether a fact that was held became less visible."""


def order(recorded_at: datetime | None, digest: str) -> Order:
    """Return what a version is compared by; without a time it is the oldest."""
    return (recorded_at or datetime.min, digest)


def order_of(row: FactRow) -> Order:
    """Return what a row is compared by."""
    return order(row.properties.get("recorded_at"), row.properties["digest"])


def place(offered: Iterable[Offered], held: Mapping[str, Held], missing: Callable[[FactRow], list[str]]) -> Placed:
    """Decide for every row how it ends.

    The outcome depends on the set of rows that were ever offered, not on their order or on how they were split.
    """
    placed = Placed()
    by_id: dict[str, dict[Order, Offered]] = defaultdict(dict)
    for each in offered:
        versions = by_id[each.row.id]
        twin = versions.setdefault(order_of(each.row), each)
        if twin is not each:
            placed.counts[Status.UNCHANGED] += twin.delivered and each.delivered
            versions[order_of(each.row)] = Offered(
                twin.row, twin.delivered or each.delivered, twin.waited + each.waited
            )
    for fact_id, versions in by_id.items():
        _place_one(versions, held.get(fact_id), missing, placed)
    return placed


def _place_one(
    versions: dict[Order, Offered], held: Held | None, missing: Callable[[FactRow], list[str]], placed: Placed
) -> None:
    current = order(held.recorded_at, held.digest) if held else None
    for rank, each in sorted(versions.items(), key=lambda item: item[0], reverse=True):
        if current is not None and rank <= current:
            status = Status.UNCHANGED
        elif needs := missing(each.row):
            placed.waiting.append((each.row, needs))
            status = Status.WAITING
        else:
            status = Status.CHANGED if held else Status.CREATED
            (placed.changed if held else placed.created).append(each.row)
            placed.tightened = placed.tightened or (held is not None and _tightens(held, each.row.properties))
            current = rank
        if each.delivered:
            placed.counts[status] += 1
        elif status is not Status.WAITING:
            placed.promoted += status is not Status.UNCHANGED
        if status is not Status.WAITING:
            placed.dropped += each.waited


def _tightens(held: Held, properties: Mapping[str, Any]) -> bool:
    restricted = properties.get("restricted_to")
    newly_protected = bool(properties.get("protected")) and held.protected is False
    return newly_protected or (restricted is not None and restricted != held.restricted_to)
