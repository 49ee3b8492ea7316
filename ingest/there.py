"""Which records are there that rows refer to: asked of the graph once for each, as far as memory allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from graph.connection import Writer
from ingest.contracts.feed import Feed
from ingest.delivery import FactRow
from ingest.statements import existing

T = TypeVar("T")

LOOKED_UP = 20_000
"""Ids that are looked up by one statement."""
REMEMBERED = 1_000_000
"""Ids that are remembered before they are asked for anew."""


class There:
    """The records that are there, as far as somebody has looked."""

    def __init__(self, writer: Writer, *, forgets: bool) -> None:
        self._writer, self._forgets = writer, forgets
        self._there: set[str] = set()
        self._all: set[str] = set()
        self._gone: set[str] = set()

    def holds(self, fact_id: str) -> bool:
        """Return whether a record is there; it must have been looked for."""
        return fact_id in self._there and fact_id not in self._gone

    def missing(self, feed: Feed, row: FactRow) -> list[str]:
        """Return the ids that a row waits for and that are not there."""
        waited_for = {column.name for column in feed.columns if column.refers and column.refers.waits}
        return [ref for column, ref in row.refs.items() if column in waited_for and not self.holds(ref)]

    def come(self, ids: Iterable[str]) -> None:
        """Take up records that have been written."""
        come = set(ids)
        self._there |= come
        self._gone -= come

    def know_all(self, label: str) -> None:
        """Take it that none of a kind was there, so that all there are will have come."""
        self._all.add(label)

    def go(self, ids: Iterable[str]) -> None:
        """Count records as gone that are about to be taken out."""
        self._gone |= set(ids)

    def look_up(self, feed: Feed, rows: Iterable[FactRow]) -> None:
        """Look for the records that rows of a feed refer to."""
        labels = {column.name: column.refers.to for column in feed.columns if column.refers and column.refers.waits}
        wanted: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            for column, ref in row.refs.items():
                wanted[labels[column]].add(ref)
        for label, ids in wanted.items():
            self.look_up_ids({label}, ids)

    def look_up_ids(self, labels: Iterable[str], ids: Iterable[str]) -> None:
        """Look for records of some kinds."""
        ids = set(ids)
        if len(self._there) > REMEMBERED and self._forgets:
            self._there &= ids
            self._all.clear()
        unknown = sorted(ids - self._there)
        for label in labels:
            if label in self._all:
                continue
            for batch in batches(unknown, LOOKED_UP):
                self._there.update(row["id"] for row in self._writer.read(existing(label), {"ids": batch}))


def batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield rows in pieces of at most a size."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
