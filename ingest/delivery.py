"""What arrives together, on its way into the graph: delivered tables, checked rows, rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from graph.terms import DatabaseKind
from graph.versions import WITHDRAWN

FILE, ROW = "file", "row"
"""Columns that reading adds to each delivered table: where a row stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One reason why a row is not loaded: the place and the rule, never the value."""

    feed: str
    file: str
    row: int
    column: str
    rule: str
    restricted_to: tuple[str, ...] | None = None
    """Groups of which a viewer needs any one, as the row says, if it could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Delivered rows of one feed: every value as text (missing: NA), with `file` and `row`; `faults` could not be read.

    Several faults of one row count as one delivered row.
    """

    feed: str
    frame: pd.DataFrame
    faults: tuple[Reject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One delivered feed: its first file, its columns as delivered, and its rows, so many at a time as fit in memory.

    `read` begins anew each time that it is called.
    """

    feed: str
    file: str
    columns: tuple[str, ...]
    read: Callable[[], Iterator[Table]]

    @classmethod
    def of(cls, table: Table) -> Delivered:
        """Return a feed whose rows are all in memory."""
        columns = tuple(str(name) for name in table.frame.columns if name not in {FILE, ROW})
        if len(table.frame) and FILE in table.frame:
            file = str(table.frame[FILE].iloc[0])
        else:
            file = table.faults[0].file if table.faults else table.feed
        return cls(feed=table.feed, file=file, columns=columns, read=lambda: iter((table,)))

    def whole(self) -> Table:
        """Return all rows at once; for feeds that are known to be small."""
        pieces = list(self.read())
        return Table(
            feed=self.feed,
            frame=pieces[0].frame
            if len(pieces) == 1
            else pd.concat([each.frame for each in pieces], ignore_index=True),
            faults=tuple(fault for each in pieces for fault in each.faults),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What arrived together; `received_at` has a time zone, `remarks` are sentences for whoever loads it.

    `complete` are the feeds that hold all that their source has; `rows` how many rows the manifest says that each feed
    has. `content` is a hash of all that makes the tables, by which the same delivery is known again. `dated` says
    whether somebody said when it was received; else it is taken from the newest file.
    """

    delivery_id: str
    kind: DatabaseKind
    received_at: datetime
    source: str | None
    tables: tuple[Delivered, ...]
    remarks: tuple[str, ...] = ()
    complete: frozenset[str] = frozenset()
    rows: Mapping[str, int] = field(default_factory=dict)
    content: str | None = None
    dated: bool = True


@dataclass(frozen=True, slots=True)
class FactRow:
    """A checked row: the id and the properties of its fact, and the ids that it refers to by column."""

    id: str
    properties: dict[str, Any]
    refs: dict[str, str]
    by: str | None = None

    @property
    def withdrawn(self) -> bool:
        """Return whether it takes its record back."""
        return str(self.properties["digest"]).startswith(WITHDRAWN)
