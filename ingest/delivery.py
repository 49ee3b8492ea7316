"""What arrives together, on its way into the graph: delivered tables, checked rows, rejects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from graph.terms import DatabaseKind

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One delivered feed: every value as text (missing: NA), with `file` and `row`; `faults` could not even be read.

    Several faults of one row count as one delivered row.
    """

    feed: str
    frame: pd.DataFrame
    faults: tuple[Reject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What arrived together; `received_at` has a time zone, `remarks` are sentences for whoever loads it."""

    delivery_id: str
    kind: DatabaseKind
    received_at: datetime
    source: str | None
    tables: tuple[Table, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactRow:
    """A checked row: the id and the properties of its fact, and the ids that it refers to by column."""

    id: str
    properties: dict[str, Any]
    refs: dict[str, str]
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A delivered feed after checking: rows that may be loaded, and rejects."""

    feed: str
    delivered: int
    rows: list[FactRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Return how many rows were rejected; a row may have several rejects."""
        return len({(reject.file, reject.row) for reject in self.rejects})
