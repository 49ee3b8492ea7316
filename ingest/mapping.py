"""Mappings: somebody else's extract becomes feeds by a folder of SQL files, each one SELECT."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from graph.errors import SourceError
from ingest import delivery, records
from ingest.contracts import BY_NAME, FEEDS
from ingest.contracts.feed import Column, Feed, Kind
from ingest.delivery import Delivered, Table
from ingest.files import DeliveredFile, Progress
from ingest.manifest import Manifest, manifest
from ingest.sandbox import FILE, OUTPUT, ROW, Sandbox, Statement, check_statement, quoted, sandbox

SHIPPED = ("nibrs", "pole")
"""Mappings that come with Clew, by name."""

_MANIFEST, _DROPPED = "manifest", "dropped"
_MANIFEST_COLUMNS = ("source", "received_at", "kind", "delivery_id")
_DROPPED_COLUMNS = ("rule", "rows")

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_TEXT = ("VARCHAR", *_WHOLE)
_MOMENT = ("VARCHAR", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
_TYPES: Mapping[Kind, tuple[str, ...]] = {
    Kind.TEXT: _TEXT,
    Kind.TEXTS: ("VARCHAR", "VARCHAR[]"),
    Kind.DATE: ("VARCHAR", "DATE"),
    Kind.MOMENT: _MOMENT,
    Kind.WHOLE: _TEXT,
    Kind.FLAG: ("VARCHAR", "BOOLEAN"),
    Kind.TERM: ("VARCHAR",),
}
"""Types of SQL that each kind of column may have; what a text says is checked like any delivered text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFolder:
    """The SQL of a mapping, by what each file makes; `shared` are tables for the others, in order."""

    name: str
    shared: tuple[tuple[str, Statement], ...]
    feeds: tuple[tuple[Feed, Statement], ...]
    manifest: Statement | None
    dropped: Statement | None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Return all statements."""
        others = [statement for statement in (self.manifest, self.dropped) if statement]
        return (*(found for _, found in self.shared), *(found for _, found in self.feeds), *others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What a mapping made of an extract: tables, their rows, what it says of the delivery, what it left out and why."""

    tables: tuple[Delivered, ...]
    rows: Mapping[str, int]
    manifest: Manifest
    dropped: tuple[tuple[str, int], ...]
    unread: tuple[str, ...]


def read_mapping(mapping: str | Path) -> MappingFolder:
    """Read a mapping by its name, if it is shipped, or from its folder.

    Raises SourceError, which names the file and line, if there is none or it is not a mapping.
    """
    if mapping in SHIPPED:
        folder, name = Path(__file__).with_name("mappings") / mapping, f"mappings/{mapping}"
    else:
        folder, name = Path(mapping), Path(mapping).as_posix()
    if not folder.is_dir():
        raise SourceError(f"There is no mapping {name}: give {' or '.join(SHIPPED)}, or a folder of SQL files.")
    found = {path.stem: _statement(path, name) for path in sorted(folder.glob("*.sql"))}
    feeds = tuple((feed, found[feed.name]) for feed in FEEDS if feed.name in found)
    if not feeds:
        raise SourceError(f"{name} holds no feed: name each file after what it makes, such as people.sql.")
    shared = tuple((stem, statement) for stem, statement in found.items() if stem.startswith("_"))
    known = {_MANIFEST, _DROPPED, *BY_NAME, *(stem for stem, _ in shared)}
    if strange := sorted(found.keys() - known):
        feeds_there_are = ", ".join(BY_NAME)
        raise SourceError(
            f"{name}/{strange[0]}.sql is no feed. Feeds: {feeds_there_are}. A shared file is called _{strange[0]}.sql."
        )
    return MappingFolder(
        name=name, shared=shared, feeds=feeds, manifest=found.get(_MANIFEST), dropped=found.get(_DROPPED)
    )


def _statement(path: Path, name: str) -> Statement:
    try:
        statement = Statement(place=f"{name}/{path.name}", text=path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SourceError(f"{name}/{path.name} is not UTF-8; save it as such.") from None
    check_statement(statement)
    return statement


def run_mapping(
    mapping: MappingFolder,
    files: Iterable[DeliveredFile],
    *,
    hashes: Mapping[str, str],
    zone: tzinfo = UTC,
    progress: Progress | None = None,
) -> Mapped:
    """Run a mapping over the delivered tables, each a view named after its file; `hashes` are their checksums.

    Raises SourceError, which names the file of the mapping and the line, or the delivered file and the record.
    """
    views = _views(files)
    words = {word.lower() for statement in mapping.statements for word in statement.words}
    if taken := sorted(views.keys() & {stem.lower() for stem, _ in mapping.shared}):
        raise SourceError(f"{mapping.name}/{taken[0]}.sql has the name of a delivered file; call it something else.")
    with sandbox(views) as box:
        box.fill(views.keys() & words, hashes, progress)
        for stem, statement in mapping.shared:
            box.run(statement, into=stem)
        made: dict[str, pa.Table] = {}
        for done, (feed, statement) in enumerate(mapping.feeds):
            if progress:
                progress("Mapping", done, len(mapping.feeds))
            made[feed.name] = _made(box, feed, statement)
        if progress:
            progress("Mapping", len(mapping.feeds), len(mapping.feeds))
        said = _manifest(box, mapping.manifest, zone) if mapping.manifest else Manifest()
        dropped = _dropped(box, mapping.dropped) if mapping.dropped else ()
    unread = sorted({file.stem for name in views.keys() - words for file in views[name]})
    return Mapped(
        tables=tuple(_delivered(BY_NAME[feed], table) for feed, table in made.items()),
        rows={feed: len(table) for feed, table in made.items()},
        manifest=said,
        dropped=dropped,
        unread=tuple(unread),
    )


def view_name(stem: str) -> str:
    """Return what a delivered file is called in SQL: lower case, with `_` for all but letters and digits."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in stem.lower())


def _views(files: Iterable[DeliveredFile]) -> dict[str, list[DeliveredFile]]:
    views: dict[str, list[DeliveredFile]] = defaultdict(list)
    for file in files:
        views[view_name(file.stem)].append(file)
    for name, same in views.items():
        if len({file.folder for file in same}) < len(same) or len({file.stem.lower() for file in same}) > 1:
            raise SourceError(f"{same[0].name} and {same[1].name} would both be {name} in SQL; rename one.")
    return dict(views)


def _made(box: Sandbox, feed: Feed, statement: Statement) -> pa.Table:
    """Return the rows that a statement gives, packed, with their places if it gives those too."""
    types = box.run(statement)
    _check_columns(feed, statement, types)
    names = [name for name in types if name not in {FILE, ROW}]
    texts = [f"{_text(box, statement, feed.column(name), types[name])} AS {quoted(name)}" for name in names]
    if placed := bool({FILE, ROW} & types.keys()):
        _check_places(box, feed, statement, types)
        texts += [f"{FILE} AS file", f"{ROW}::BIGINT AS row"]
    # Sorted, so that a row has the same number each time.
    order = f"{FILE}, {ROW}" if placed else "ALL"
    return box.connection.sql(f"FROM {OUTPUT} SELECT {', '.join(texts)} ORDER BY {order}").to_arrow_table()


def _delivered(feed: Feed, made: pa.Table) -> Delivered:
    columns = tuple(name for name in made.column_names if name not in {delivery.FILE, delivery.ROW})
    first = made[delivery.FILE][0].as_py() if delivery.FILE in made.column_names and len(made) else f"{feed.name}.sql"
    return Delivered(feed=feed.name, file=first, columns=columns, read=partial(_tables, feed, made))


def _tables(feed: Feed, made: pa.Table) -> Iterator[Table]:
    for start in range(0, len(made) or 1, records.CHUNK):
        frame = made.slice(start, records.CHUNK).to_pandas(types_mapper={pa.string(): pd.StringDtype()}.get)
        if delivery.FILE not in frame:
            frame[delivery.FILE] = pd.Series([f"{feed.name}.sql"] * len(frame), dtype="string")
            frame[delivery.ROW] = range(start + 1, start + len(frame) + 1)
        yield Table(feed=feed.name, frame=frame)


def _check_columns(feed: Feed, statement: Statement, types: Mapping[str, Any]) -> None:
    known = {column.name: column for column in feed.all_columns}
    for name in types:
        if name not in known and name not in {FILE, ROW}:
            says = f"{name} is no column of {feed.name}; there are {', '.join(known)}."
            raise statement.wrong(says, statement.line_of(name))
    for name, column in known.items():
        if column.required and name not in types:
            raise statement.wrong(f"gives no column {name}, which {feed.name} needs.")


def _text(box: Sandbox, statement: Statement, column: Column, kind: object) -> str:
    """Return the SQL that writes a column as a delivered text; an empty one is a missing value."""
    name, type_ = quoted(column.name), str(kind)
    if type_ not in _TYPES[column.kind]:
        if _count(box, f"count({name})"):
            fits = " or ".join(_TYPES[column.kind][:3])
            says = f"{column.name} is {type_}, where {fits} is needed ({column.kind}); convert it."
            raise statement.wrong(says, statement.line_of(column.name))
        return "NULL::VARCHAR"
    match type_:
        case "BOOLEAN":
            return f"CASE WHEN {name} THEN 'yes' WHEN NOT {name} THEN 'no' END"
        case "VARCHAR[]":
            if _count(box, f"count(*) FILTER (len(list_filter({name}, lambda one: contains(one, ';'))) > 0)"):
                says = f"an element of {column.name} holds a semicolon, which separates elements; replace it."
                raise statement.wrong(says, statement.line_of(column.name))
            return f"nullif(array_to_string({name}, ';'), '')"
        case "TIMESTAMP":
            return f"replace({name}::VARCHAR, ' ', 'T')"
        case "TIMESTAMP WITH TIME ZONE":
            return f"replace(replace({name}::VARCHAR, ' ', 'T'), '+00', '+00:00')"
        case _:
            return f"nullif({name}::VARCHAR, '')"


def _check_places(box: Sandbox, feed: Feed, statement: Statement, types: Mapping[str, Any]) -> None:
    if not {FILE, ROW} <= types.keys() or str(types[FILE]) != "VARCHAR" or str(types[ROW]) not in _WHOLE:
        raise statement.wrong(f"give both {FILE} and {ROW}, as the delivered file has them, or neither.")
    if _count(box, f"count(*) - count(DISTINCT CASE WHEN {FILE} || {ROW} IS NOT NULL THEN ({FILE}, {ROW}) END)"):
        says = f"several rows of {feed.name} come from one delivered row, or from none: leave out {FILE} and {ROW}."
        raise statement.wrong(says, statement.line_of(ROW))


def _count(box: Sandbox, what: str) -> int:
    return int(box.connection.sql(f"FROM {OUTPUT} SELECT {what}").fetchall()[0][0])


def _rows(box: Sandbox, statement: Statement, known: tuple[str, ...]) -> list[dict[str, Any]]:
    types = box.run(statement)
    for name in types:
        if name not in known:
            raise statement.wrong(f"{name} is not known here; there are {', '.join(known)}.", statement.line_of(name))
    names = ", ".join(map(quoted, types))
    found = box.connection.sql(f"FROM {OUTPUT} SELECT {names} ORDER BY ALL").fetchall()
    return [dict(zip(types, row, strict=True)) for row in found]


def _manifest(box: Sandbox, statement: Statement, zone: tzinfo) -> Manifest:
    rows = _rows(box, statement, _MANIFEST_COLUMNS)
    if len(rows) != 1:
        raise statement.wrong(f"a manifest has one row; this gives {len(rows)}.")
    said = {key: None if value is None else str(value) for key, value in rows[0].items()}
    return manifest(said, statement.place, zone=zone)


def _dropped(box: Sandbox, statement: Statement) -> tuple[tuple[str, int], ...]:
    rows = _rows(box, statement, _DROPPED_COLUMNS)
    for row in rows:
        if not isinstance(row.get("rule"), str) or not isinstance(row.get("rows"), int):
            raise statement.wrong("each row has a rule in words and how many rows it leaves out, as a whole number.")
    counted = [(row["rule"], row["rows"]) for row in rows if row["rows"]]
    return tuple(sorted(counted, key=lambda one: (-one[1], one[0])))
