"""Deliveries made from rows in a test, on their way through the whole of loading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from graph.connection import Transaction, Writer
from graph.reference.roles import audiences
from graph.terms import DatabaseKind
from ingest.delivery import FILE, ROW, Delivered, Delivery, Table
from ingest.derive.derive import Summary, derive
from ingest.load import load
from ingest.report import Report

Rows = Mapping[str, Sequence[Mapping[str, str]]]
"""Rows by feed; each a mapping of column to text."""

ZONE = ZoneInfo("Europe/London")
RECEIVED = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)


def delivery(rows: Rows, *, received_at: datetime = RECEIVED, delivery_id: str | None = None) -> Delivery:
    """Return a delivery of these rows, as if read from one file a feed; not named, it is known by its time."""
    tables = []
    for feed, given in rows.items():
        columns = sorted({column for row in given for column in row})
        cells: dict[str, list[Any]] = {column: [row.get(column) or pd.NA for row in given] for column in columns}
        cells |= {FILE: [f"{feed}.csv"] * len(given), ROW: list(range(2, len(given) + 2))}
        if given:
            tables.append(Delivered.of(Table(feed=feed, frame=pd.DataFrame(cells, dtype="object"))))
    return Delivery(
        delivery_id=delivery_id or f"D{received_at:%Y%m%d%H%M}",
        kind=DatabaseKind.SYNTHETIC,
        received_at=received_at,
        source="rms",
        tables=tuple(tables),
    )


def deliver(writer: Writer, rows: Rows, *, received_at: datetime = RECEIVED, delivery_id: str | None = None) -> Report:
    """Load rows and say what became of them."""
    return load(writer, delivery(rows, received_at=received_at, delivery_id=delivery_id), zone=ZONE)


def conclude(writer: Writer, *, full: bool = False) -> Summary:
    """Derive for the audiences of the shipped role mapping."""
    return derive(writer, audiences=audiences(), zone=ZONE, full=full)


def wipe(writer: Writer) -> None:
    """Empty the database of everything but the mark that it is the tests' own."""

    def work(transaction: Transaction) -> int:
        gone = transaction.run(
            "MATCH (n) WHERE NOT n:Database WITH n LIMIT 20000 DETACH DELETE n RETURN count(*) AS gone"
        )
        return int(gone[0]["gone"])

    while writer.write(work):
        pass
