"""Checked rows in columns: what a feed's rows say, so many at a time as fit in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.delivery import FactRow, Reject

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Facts in columns: ids, properties and references as FactRow has them; what is missing is null.

    None of these rows takes its record back. `by` is missing where the feed fills one kind of node or relationship.
    """

    ids: pa.Array
    properties: Mapping[str, pa.Array]
    refs: Mapping[str, pa.Array]
    by: pa.Array | None = None

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.ids)

    def take(self, places: Places) -> Batch:
        """Return the rows at some places."""
        where = pa.array(places)
        return Batch(
            ids=self.ids.take(where),
            properties={name: column.take(where) for name, column in self.properties.items()},
            refs={name: column.take(where) for name, column in self.refs.items()},
            by=None if self.by is None else self.by.take(where),
        )

    def slice(self, start: int, count: int) -> Batch:
        """Return at most so many rows from a place on."""
        return Batch(
            ids=self.ids.slice(start, count),
            properties={name: column.slice(start, count) for name, column in self.properties.items()},
            refs={name: column.slice(start, count) for name, column in self.refs.items()},
            by=None if self.by is None else self.by.slice(start, count),
        )

    def rows(self) -> list[FactRow]:
        """Return the rows one by one."""
        count = len(self)
        by: Sequence[str | None] = [None] * count if self.by is None else self.by.to_pylist()
        said, refs = _each(self.properties, count), _each(self.refs, count)
        return [FactRow(*row) for row in zip(self.ids.to_pylist(), said, refs, by, strict=True)]


def _each(columns: Mapping[str, pa.Array], count: int) -> list[dict[str, Any]]:
    """Return each row as the values that it has."""
    if not columns:
        return [{} for _ in range(count)]
    names = tuple(columns)
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*(column.to_pylist() for column in columns.values()), strict=True)
    ]


def by_kind(batch: Batch) -> Iterator[tuple[str | None, Batch]]:
    """Yield the rows of each kind of node or relationship that a feed fills."""
    if batch.by is None:
        yield None, batch
        return
    for by in batch.by.unique().to_pylist():
        chosen = pc.call_function("equal", [batch.by, pa.scalar(by)])
        yield by, batch.take(np.flatnonzero(np.asarray(chosen)))


def no_rows() -> Batch:
    """Return a batch without rows."""
    return Batch(ids=pa.array([], pa.string()), properties={}, refs={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A delivered feed after checking: rows that may be loaded, those in columns and those read singly, and rejects."""

    feed: str
    delivered: int
    batch: Batch = field(default_factory=no_rows)
    single: list[FactRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    @property
    def rows(self) -> list[FactRow]:
        """Return all rows that may be loaded, one by one."""
        return [*self.batch.rows(), *self.single]

    def sources(self) -> set[str]:
        """Return the sources of the rows that may be loaded."""
        named = {row.properties["source"] for row in self.single}
        return named | set(self.batch.properties["source"].unique().to_pylist()) if len(self.batch) else named

    @property
    def rejected(self) -> int:
        """Return how many rows were rejected; a row may have several rejects."""
        return len({(reject.file, reject.row) for reject in self.rejects})


@dataclass(slots=True)
class Taken:
    """What became of the rows of a feed that went into the graph another way than over Bolt, and which are left."""

    delivered: int = 0
    written: int = 0
    left: list[FactRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
