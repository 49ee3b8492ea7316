"""Reads a delivery: the feeds of a folder or zip as they are, or an extract of another layout by its mapping."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pandas as pd

from graph.errors import SourceError
from graph.terms import DatabaseKind
from ingest.contracts import BY_NAME, FEEDS
from ingest.delivery import FILE, ROW, Delivered, Delivery, Reject, Table
from ingest.files import DAMAGED, DeliveredFile, Progress, delivered_files
from ingest.manifest import read_manifest
from ingest.mapping import MappingFolder, read_mapping, run_mapping
from ingest.records import Records, read_records

_OTHER_FORMATS = (".parquet", ".xlsx", ".xls", ".tsv", ".gz", ".zip", ".feather", ".jsonl")


def read_delivery(
    path: Path,
    *,
    mapping: str | Path | None = None,
    received_at: datetime | None = None,
    zone: tzinfo = UTC,
    progress: Progress | None = None,
) -> Delivery:
    """Read a folder or a zip of CSV files as one delivery, by a mapping if it is not laid out as the feeds are.

    `mapping` names a shipped mapping or a folder; `received_at` holds over what a manifest says, and where neither says
    it, it is when the newest file was last changed, never the clock. `zone` is for times without one. Nothing is
    checked yet but that every record is whole; one that is not is a fault of its table.
    Raises SourceError, which names the file and the line or record, never a value.
    """
    sql = read_mapping(mapping) if mapping is not None else None
    with delivered_files(path, zone=zone) as files:
        tables = [file for file in files if file.is_csv]
        if not tables:
            raise SourceError(f"{path} holds no CSV file; deliver at least one feed, such as people.csv.")
        said = read_manifest(files, zone=zone)
        if sql:
            mapped = run_mapping(sql, tables, zone=zone, progress=progress)
            said = said.or_else(mapped.manifest)
            remarks = [f"{rows:,} {'row' if rows == 1 else 'rows'} left out: {rule}." for rule, rows in mapped.dropped]
            if mapped.unread:
                remarks.append(f"The mapping reads nothing from {', '.join(mapped.unread)}.")
            read = mapped.tables
        else:
            _refuse_strangers(files)
            read, remarks = _feeds(tables, progress), []
        identified = said.delivery_id or _hash(tables, sql)
    received = received_at or said.received_at
    if received is None:
        received = max(file.modified for file in tables)
        remarks.append(
            "No manifest says when this was received, so it counts as received when its newest file was last changed: "
            f"{received:%Y-%m-%d %H:%M}."
        )
    return Delivery(
        delivery_id=identified,
        kind=said.kind or DatabaseKind.REAL,
        # In UTC: the driver crashes on a time in a named zone.
        received_at=(received if received.tzinfo else received.replace(tzinfo=zone)).astimezone(UTC),
        source=said.source,
        tables=read,
        remarks=tuple(remarks),
    )


def _refuse_strangers(files: list[DeliveredFile]) -> None:
    """Refuse a table that would otherwise be left out without a word."""
    there_are = f"Feeds: {', '.join(BY_NAME)}."
    for file in files:
        if file.is_csv and file.stem.lower() not in BY_NAME:
            raise SourceError(
                f"{file.name} is no feed. {there_are} An extract of another layout needs a mapping (--mapping)."
            )
        own, _, ending = file.name.rpartition("/")[2].lower().partition(".")
        if own in BY_NAME and f".{ending}".endswith(_OTHER_FORMATS):
            raise SourceError(f"{file.name} is a feed but not CSV; save it as {own}.csv.")


def _feeds(files: list[DeliveredFile], progress: Progress | None) -> tuple[Delivered, ...]:
    by_feed: dict[str, list[DeliveredFile]] = defaultdict(list)
    for file in files:
        by_feed[file.stem.lower()].append(file)
    size, done = sum(file.size for file in files), 0
    tables = []
    for feed in FEEDS:
        parts = []
        for file in by_feed.get(feed.name, ()):
            parts.append((file, read_records(file, _told(progress, done, size))))
            done += file.size
        if parts:
            tables.append(Delivered.of(_table(feed.name, parts)))
    return tuple(tables)


def _told(progress: Progress | None, before: int, size: int) -> Callable[[int], None] | None:
    return (lambda passed: progress("Reading files", before + passed, size)) if progress else None


def _table(feed: str, parts: list[tuple[DeliveredFile, Records]]) -> Table:
    for file, records in parts:
        for name in records.header:
            if records.header.count(name) > 1 or name in {FILE, ROW}:
                says = "given twice" if name not in {FILE, ROW} else "not known"
                raise SourceError(f"{file.name}: column {name or 'without a name'} is {says}; rename or remove it.")
    faults = tuple(
        Reject(feed=feed, file=file.name, row=row, column="", rule=rule)
        for file, records in parts
        for row, rule in records.faults
    )
    frames = [records.frame(file.name) for file, records in parts]
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    return Table(feed=feed, frame=frame, faults=faults)


def _hash(files: list[DeliveredFile], sql: MappingFolder | None) -> str:
    """Return a hash of all that makes the tables, so that the same delivery has the same id wherever it is read."""
    whole = hashlib.sha256()
    for file in files:
        try:
            with file.open() as raw:
                content = hashlib.file_digest(raw, "sha256").hexdigest()  # type: ignore[arg-type]
        except DAMAGED:
            raise SourceError(f"{file.name} cannot be read: it is damaged or may not be opened.") from None
        whole.update(f"{file.name}\n{content}\n".encode("utf-8", "surrogatepass"))
    for statement in sql.statements if sql else ():
        whole.update(hashlib.sha256(statement.text.encode()).digest())
    return whole.hexdigest()[:24]
