"""Reads a delivery: the feeds of a folder or zip as they are, or an extract of another layout by its mapping."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path

import pandas as pd

from graph.errors import SourceError
from graph.terms import DatabaseKind
from ingest import records
from ingest.agreement import complete_feeds, demand_files, demand_rows
from ingest.contracts import BY_NAME, FEEDS
from ingest.contracts.feed import Feed, Kind
from ingest.delivery import FILE, ROW, Delivered, Delivery, Reject, Table
from ingest.files import DeliveredFile, Progress, delivered_files, digest
from ingest.manifest import Manifest, read_manifest
from ingest.mapping import MappingFolder, read_mapping, run_mapping
from ingest.tables import Examined, examine, pieces

_OTHER_FORMATS = (".xlsx", ".xlsm", ".xls", ".ods", ".tsv", ".txt", ".gz", ".zip", ".feather", ".json", ".jsonl")


def read_delivery(
    path: Path,
    *,
    mapping: str | Path | None = None,
    received_at: datetime | None = None,
    complete: Collection[str] = (),
    zone: tzinfo = UTC,
    progress: Progress | None = None,
) -> Delivery:
    """Read a folder or a zip of CSV and Parquet files as one delivery, by a mapping if it is not laid out as the feeds.

    `mapping` names a shipped mapping or a folder; `received_at` holds over what a manifest says, and where neither says
    it, it is when the newest file was last changed, never the clock. `complete` are feeds that hold all that their
    source has, beside those of which the manifest says so. `zone` is for times without one. Each file has been read to
    its end, and is what the manifest says; nothing is checked yet but that every record is whole, and one that is not
    is a fault of its table. Rows are read again from the files, which must stay as they are.
    Raises SourceError, which names the file and the line or record, never a value.
    """
    sql = read_mapping(mapping) if mapping is not None else None
    with delivered_files(path, zone=zone) as files:
        tables = [file for file in files if file.is_table]
        if not tables:
            raise SourceError(f"{path} holds no CSV file; deliver at least one feed, such as people.csv.")
        said = read_manifest(files, zone=zone)
        if sql is None:
            _refuse_strangers(files)
        hashes = {file.name: digest(file) for file in files if file.name in said.listed and not file.is_table}
        if sql is None:
            found = _feeds(path, tables, said, hashes, zone, progress)
        else:
            found = _mapped(sql, tables, said, hashes, zone, progress)
        said = found.said
        rows = demand_rows(said, found.rows, found.files)
        whole = complete_feeds(said, complete, found.files, mapped=sql is not None)
    remarks, received = list(found.remarks), received_at or said.received_at
    dated = received is not None
    if received is None:
        received = max(file.modified for file in tables)
        remarks.append(
            "No manifest says when this was received, so it counts as received when its newest file was last changed: "
            f"{received:%Y-%m-%d %H:%M}."
        )
    return Delivery(
        delivery_id=said.delivery_id or found.content,
        kind=said.kind or DatabaseKind.REAL,
        # In UTC: the driver crashes on a time in a named zone.
        received_at=(received if received.tzinfo else received.replace(tzinfo=zone)).astimezone(UTC),
        source=said.source,
        tables=found.tables,
        remarks=tuple(remarks),
        complete=whole,
        rows=rows,
        content=found.content,
        dated=dated,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What is delivered: the feeds, how many rows each has, the files that each comes from, what is said of it all."""

    said: Manifest
    tables: tuple[Delivered, ...]
    rows: Mapping[str, int]
    files: Mapping[str, tuple[str, ...]]
    content: str
    remarks: tuple[str, ...] = ()


def _refuse_strangers(files: list[DeliveredFile]) -> None:
    """Refuse a table that would otherwise be left out without a word."""
    there_are = f"Feeds: {', '.join(BY_NAME)}."
    for file in files:
        if file.is_table and file.stem.lower() not in BY_NAME:
            raise SourceError(
                f"{file.name} is no feed. {there_are} An extract of another layout needs a mapping (--mapping)."
            )
        own, _, ending = file.name.rpartition("/")[2].lower().partition(".")
        if own in BY_NAME and f".{ending}".endswith(_OTHER_FORMATS):
            raise SourceError(f"{file.name} is a feed but neither CSV nor Parquet; save it as {own}.csv.")


def _feeds(
    path: Path,
    tables: list[DeliveredFile],
    said: Manifest,
    hashes: Mapping[str, str],
    zone: tzinfo,
    progress: Progress | None,
) -> _Found:
    by_feed: dict[str, list[Examined]] = defaultdict(list)
    for file, told in _each(tables, progress):
        part = examine(file, told)
        _check_header(part)
        by_feed[file.stem.lower()].append(part)
    there = {part.name: part.sha256 for parts in by_feed.values() for part in parts}
    demand_files(said, {**hashes, **there}, {part.name: feed for feed, parts in by_feed.items() for part in parts})
    return _Found(
        said=said,
        tables=tuple(_delivered(path, zone, feed, by_feed[feed.name]) for feed in FEEDS if feed.name in by_feed),
        rows={feed: sum(part.rows for part in parts) for feed, parts in by_feed.items()},
        files={feed: tuple(part.name for part in parts) for feed, parts in by_feed.items()},
        content=_content([(file.name, there[file.name]) for file in tables], None),
    )


def _mapped(
    sql: MappingFolder,
    tables: list[DeliveredFile],
    said: Manifest,
    hashes: Mapping[str, str],
    zone: tzinfo,
    progress: Progress | None,
) -> _Found:
    there = {file.name: digest(file, told) for file, told in _each(tables, progress)}
    demand_files(said, {**hashes, **there}, None)
    mapped = run_mapping(sql, tables, hashes=there, zone=zone, progress=progress)
    remarks = [f"{rows:,} {'row' if rows == 1 else 'rows'} left out: {rule}." for rule, rows in mapped.dropped]
    if mapped.unread:
        remarks.append(f"The mapping reads nothing from {', '.join(mapped.unread)}.")
    return _Found(
        said=said.or_else(mapped.manifest),
        tables=mapped.tables,
        rows=mapped.rows,
        files=dict.fromkeys(mapped.rows, tuple(there)),
        content=_content(there.items(), sql),
        remarks=tuple(remarks),
    )


def _each(
    files: list[DeliveredFile], progress: Progress | None
) -> Iterator[tuple[DeliveredFile, Callable[[int], object]]]:
    """Yield each file, and what is to be told how many bytes of it are read."""
    size, done = sum(file.size for file in files), 0
    for file in files:

        def told(passed: int, before: int = done) -> None:
            if progress:
                progress("Reading files", before + passed, size)

        yield file, told
        done += file.size


def _check_header(part: Examined) -> None:
    for name in part.header:
        if part.header.count(name) > 1 or name in {FILE, ROW, ""}:
            says = "given twice" if part.header.count(name) > 1 else "not known"
            raise SourceError(f"{part.name}: column {name or 'without a name'} is {says}; rename or remove it.")


def _delivered(path: Path, zone: tzinfo, feed: Feed, parts: Sequence[Examined]) -> Delivered:
    columns = tuple(dict.fromkeys(name for part in parts for name in part.header))
    return Delivered(
        feed=feed.name,
        file=parts[0].name,
        columns=columns,
        read=partial(_tables, path, zone, feed, tuple(parts), columns),
    )


def _tables(
    path: Path, zone: tzinfo, feed: Feed, parts: Sequence[Examined], columns: tuple[str, ...]
) -> Iterator[Table]:
    """Yield the rows of a feed, so many at a time as fit in memory; small files are put together."""
    held: list[Table] = []
    rows = size = 0
    with delivered_files(path, zone=zone) as files:
        for file, table in _parts(files, feed, parts, columns):
            rows, size = rows + len(table.frame) + len(table.faults), size + file.size
            if held and (rows > records.CHUNK or size > records.HEAVIEST):
                yield _together(held)
                held.clear()
                rows, size = len(table.frame) + len(table.faults), file.size
            held.append(table)
    yield _together(held)


def _parts(
    files: Iterable[DeliveredFile], feed: Feed, parts: Sequence[Examined], columns: tuple[str, ...]
) -> Iterator[tuple[DeliveredFile, Table]]:
    there = {file.name: file for file in files}
    dates = {column.name for column in feed.all_columns if column.kind is Kind.DATE}
    for part in parts:
        if part.name not in there:
            raise SourceError(f"{part.name} is gone since the delivery was looked at; deliver it and load again.")
        file = there[part.name]
        for piece in pieces(file, sha256=part.sha256, dates=dates):
            faults = (
                Reject(feed=feed.name, file=part.name, row=row, column="", rule=says) for row, says in piece.faults
            )
            yield file, Table(feed=feed.name, frame=piece.frame(part.name, columns), faults=tuple(faults))


def _together(tables: Sequence[Table]) -> Table:
    if len(tables) == 1:
        return tables[0]
    return Table(
        feed=tables[0].feed,
        frame=pd.concat([table.frame for table in tables], ignore_index=True),
        faults=tuple(fault for table in tables for fault in table.faults),
    )


def _content(hashes: Iterable[tuple[str, str]], sql: MappingFolder | None) -> str:
    """Return a hash of all that makes the tables, so that the same delivery has the same id wherever it is read."""
    whole = hashlib.sha256()
    for name, sha256 in hashes:
        whole.update(f"{name}\n{sha256}\n".encode("utf-8", "surrogatepass"))
    for statement in sql.statements if sql else ():
        whole.update(hashlib.sha256(statement.text.encode()).digest())
    return whole.hexdigest()[:24]
