"""Checks a delivered table: rows that may be loaded become facts, each fault of the others a reject.

Plain rows are taken in columns (`ingest.plain`); what is here reads the others cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd

from graph.errors import SourceError
from graph.reference.instruments import Instrument
from ingest.batch import Checked
from ingest.contracts import BY_NAME
from ingest.contracts.feed import Feed
from ingest.delivery import FILE, ROW, Delivered, Delivery, Reject, Table
from ingest.facts import facts
from ingest.plain import plain
from ingest.rules import always_demanded, schema
from ingest.values import Fault, Value, read_values, reader


def check(
    table: Table, delivery: Delivery, *, zone: ZoneInfo, instruments: Mapping[tuple[str, str], Instrument]
) -> Checked:
    """Return the rows that may be loaded and a reject for each fault of each other row.

    Times with an offset become local times of `zone`. The columns must be those of the feed (`demand_columns`).
    """
    feed, received = BY_NAME[table.feed], delivery.received_at
    received_on = (received if received.tzinfo is None else received.astimezone(zone)).date()
    frame = _readable(table)
    delivered = len(frame) + len({(fault.file, fault.row) for fault in table.faults})
    # Most rows of most deliveries are taken here, all at once.
    batch, left = plain(feed, frame, delivery, zone=zone, received_on=received_on, forms=instruments)
    if not left.size:
        return Checked(feed=feed.name, delivered=delivered, batch=batch, rejects=list(table.faults))
    frame = frame.iloc[left].reset_index(drop=True) if len(batch) else frame
    files, rows = frame[FILE].tolist(), frame[ROW].tolist()
    cells = _read(feed, frame, delivery.source, zone)
    faults = sorted(_faults(feed, cells, received_on, frozenset(instruments)))
    order = [column.name for column in feed.all_columns]
    groups = cells.get("restricted_to")
    rejects = [
        Reject(
            feed=feed.name,
            file=files[place],
            row=rows[place],
            column=order[column],
            rule=rule,
            restricted_to=_groups(groups[place]) if groups else None,
        )
        for place, column, rule in faults
    ]
    faulty = {place for place, _, _ in faults}
    sound = [place for place in range(len(frame)) if place not in faulty]
    if faulty:
        cells = {name: [column[place] for place in sound] for name, column in cells.items()}
        files, rows = [files[place] for place in sound], [rows[place] for place in sound]
    return Checked(
        feed=feed.name,
        delivered=delivered,
        batch=batch,
        single=facts(feed, cells, files, rows),
        rejects=[*table.faults, *rejects],
    )


def _groups(cell: Value) -> tuple[str, ...] | None:
    """Return who may see a rejected row; where that cannot be read, nobody."""
    if cell is None:
        return None
    longest = BY_NAME["people"].column("restricted_to").most
    return cell if isinstance(cell, tuple) and sum(map(len, cell)) <= longest else ("",)


def demand_columns(delivered: Delivered) -> None:
    """Raise SourceError for a feed that is not known, and for a column that is missing, unknown or given twice."""
    if delivered.feed not in BY_NAME:
        raise SourceError(f"{delivered.feed} is not a feed: name the table after one of {', '.join(BY_NAME)}.")
    feed, given, where = BY_NAME[delivered.feed], delivered.columns, delivered.file
    known = {column.name: column.required for column in feed.all_columns}
    columns = f"Columns of {feed.name}: {', '.join(known)}."
    # Without a header the first record stands in its place, and no message may repeat that.
    if given and not known.keys() & set(given):
        raise SourceError(f"{where}: no column is known; give it a header row. {columns}")
    if unknown := [name for name in given if name not in known]:
        raise SourceError(f"{where}: {_named(unknown)} not known; rename or remove. {columns}")
    if twice := sorted({name for name in given if given.count(name) > 1}):
        raise SourceError(f"{where}: {_named(twice)} given twice; keep one. {columns}")
    # A feed that only takes records back needs only what they are known by.
    needed = always_demanded(feed) if "withdrawn" in given else {name for name, required in known.items() if required}
    if missing := [name for name in known if name in needed and name not in given]:
        raise SourceError(f"{where}: {_named(missing)} missing; add. {columns}")


def _named(names: list[str]) -> str:
    return f"column {names[0]} is" if len(names) == 1 else f"columns {', '.join(names)} are"


def _readable(table: Table) -> pd.DataFrame:
    frame = table.frame.reset_index(drop=True)
    faulty = {(fault.file, fault.row) for fault in table.faults}
    if not faulty:
        return frame
    places = zip(frame[FILE].tolist(), frame[ROW].tolist(), strict=True)
    readable = pd.Series([place not in faulty for place in places], index=frame.index, dtype=bool)
    return frame[readable].reset_index(drop=True)


def _read(feed: Feed, frame: pd.DataFrame, source: str | None, zone: ZoneInfo) -> dict[str, list[Value]]:
    cells = {
        column.name: read_values(_texts(frame[column.name]), reader(feed, column, zone))
        for column in feed.all_columns
        if column.name in frame
    }
    cells["source"] = [source if cell is None else cell for cell in cells.get("source", [None] * len(frame))]
    return cells


def _texts(column: pd.Series[str]) -> list[str | None]:
    present = column.notna().tolist()
    return [text if there else None for text, there in zip(column.tolist(), present, strict=True)]


def _faults(
    feed: Feed, cells: Mapping[str, list[Value]], received_on: date, forms: frozenset[tuple[str, str]]
) -> Iterator[tuple[int, int, str]]:
    """Yield the row's place, the column's place and the rule of each fault.

    The checks of the schema are called one by one. `schema.validate(lazy=True)` finds the same (a test says so), but
    its exception is a text of all failing values, and takes 10 ms a failing column to write.
    """
    rules = schema(feed.name, received_on, forms)
    order = {column.name: place for place, column in enumerate(feed.all_columns)}
    frame = pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in cells.items()})
    for name, column in rules.columns.items():
        if name not in cells:
            continue
        for rule in column.checks:
            held = rule(frame[name]).check_output
            for place in held.index[~held.astype(bool)].tolist():
                cell = cells[name][place]
                yield place, order[name], cell.value if isinstance(cell, Fault) else rule.error
    for rule in rules.checks or ():
        held = rule(frame).check_output
        for place in held.index[~held].tolist():
            yield place, order[rule.name], rule.error
