"""DuckDB for mappings: it sees the delivered files and nothing else, and says in which file and line it failed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from graph.errors import SourceError
from ingest.files import DeliveredFile, Progress
from ingest.records import Records
from ingest.tables import pieces

MEMORY = "2GB"
"""What DuckDB may use before it puts the rest into a temporary folder."""

FOLDER, FILE, ROW = "_folder", "_file", "_row"
"""Columns that each delivered file gets: its folder, its name with the folder, and the number of the record."""

_SETTINGS = (
    # One mapping gives the same on every machine.
    "SET TimeZone = 'UTC'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "CREATE MACRO as_date(text, format) AS coalesce(strftime(try_strptime(text, format), '%Y-%m-%d'), text)",
    "CREATE MACRO as_moment(text, format) AS coalesce(strftime(try_strptime(text, format), '%Y-%m-%dT%H:%M:%S'), text)",
)
_LOCKS = ("SET enable_external_access = false", "SET lock_configuration = true")

_NOT_CODE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_CHANGING = re.compile(
    r"\b(current_(?:date|time|timestamp)|local(?:time|timestamp)|"
    r"(?:now|today|random|uuid|uuidv4|uuidv7|gen_random_uuid|transaction_timestamp|get_current_\w+|setseed)\s*\()",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r" to (U?INT\d+|DOUBLE|FLOAT|BOOL|DATE|TIME|TIMESTAMP|INTERVAL|UUID)\b|invalid (date|timestamp) field"
)
OUTPUT = "_clew_output"
"""Table that a statement is run into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One SELECT of a mapping: where it stands, as it is called in messages, and its text."""

    place: str
    text: str

    @property
    def code(self) -> str:
        """Return the text with comments and literals blanked out, line by line."""
        return _NOT_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), self.text)

    @property
    def words(self) -> set[str]:
        """Return the words in the code, among which are the names of the tables that it reads."""
        return set(re.findall(r"\w+", self.code))

    def line_of(self, column: str) -> int:
        """Return the line on which a column gets its name; the first if none does."""
        name = rf'"?\b{re.escape(column)}\b"?'
        for pattern in (rf"\bAS\s+{name}", name):
            if found := re.search(pattern, self.code, re.IGNORECASE):
                return self.text.count("\n", 0, found.end()) + 1
        return 1

    def wrong(self, says: str, line: int | None = None) -> SourceError:
        """Return the error that says what is wrong on which line."""
        return SourceError(f"{self.place}:{line or 1}: {says}")


class Sandbox:
    """An empty database of our own, filled with delivered files and then locked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, views: Mapping[str, list[DeliveredFile]]) -> None:
        self.connection = connection
        self._views = views
        for setting in _SETTINGS:
            connection.execute(setting)

    def fill(self, names: Iterable[str], hashes: Mapping[str, str], progress: Progress | None = None) -> None:
        """Put the files of each name into the database as one table, all columns text, and lock it.

        Raises SourceError if a file cannot be read whole, or has not the checksum that it had.
        """
        names = sorted(names)
        for done, name in enumerate(names):
            if progress:
                progress("Filling tables", done, len(names))
            _fill(self.connection, name, self._views[name], hashes)
        if progress:
            progress("Filling tables", len(names), len(names))
        for setting in _LOCKS:
            self.connection.execute(setting)

    def run(self, statement: Statement, into: str = OUTPUT) -> dict[str, Any]:
        """Run a statement into a table of the database; return its columns with their types.

        Raises SourceError, which names the file and line, never a value.
        """
        try:
            # On one line with the statement, so that DuckDB counts its lines as the analyst does.
            self.connection.execute(f"CREATE OR REPLACE TABLE {quoted(into)} AS {statement.text}")
        except duckdb.Error as wrong:
            column = None if "\nLINE " in str(wrong) else self._failing(statement)
            raise _explained(statement, wrong, column=column, views=self._views) from None
        return self._columns(into)

    def _columns(self, table: str) -> dict[str, Any]:
        found = self.connection.execute(f"FROM {quoted(table)} LIMIT 0").description or ()
        return {name.lower(): kind for name, kind, *_ in found}

    def _failing(self, statement: Statement) -> str | None:
        """Return the column that cannot be computed; DuckDB does not say where a function fails."""
        try:
            self.connection.execute(f"CREATE OR REPLACE TEMP VIEW _clew_tried AS {statement.text}")
            names = list(self._columns("_clew_tried"))
        except duckdb.Error:
            return None
        for name in names:
            try:
                self.connection.execute(f"FROM _clew_tried SELECT count({quoted(name)})").fetchall()
            except duckdb.Error:
                return name
        return None


@contextmanager
def sandbox(views: Mapping[str, list[DeliveredFile]]) -> Iterator[Sandbox]:
    """Give a sandbox over delivered files by the name of their view; it is gone afterwards."""
    with TemporaryDirectory(prefix="clew-") as spill:
        config: dict[str, Any] = {
            "memory_limit": MEMORY,
            "temp_directory": spill,
            "python_enable_replacements": False,
        }
        with duckdb.connect(":memory:", config=config) as connection:
            yield Sandbox(connection, views)


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def check_statement(statement: Statement) -> None:
    """Refuse what is not one SELECT, or would not give the same tomorrow.

    Raises SourceError, which names the file and line.
    """
    try:
        kinds = [found.type for found in duckdb.extract_statements(statement.text)]
    except duckdb.Error as wrong:
        raise _explained(statement, wrong) from None
    if len(kinds) != 1:
        raise statement.wrong(f"a file of a mapping is one SELECT; this one has {len(kinds)} statements.")
    if kinds[0] != duckdb.StatementType.SELECT:
        first = re.search(r"\S", statement.code)
        line = statement.text.count("\n", 0, first.start()) + 1 if first else 1
        raise statement.wrong("a mapping only reads: this is not a SELECT.", line)
    if found := _CHANGING.search(statement.code):
        line = statement.text.count("\n", 0, found.start()) + 1
        says = f"{found[1].rstrip('( ')} gives something else each time, and loading twice must change nothing."
        raise statement.wrong(says, line)


def _fill(
    connection: duckdb.DuckDBPyConnection, name: str, files: list[DeliveredFile], hashes: Mapping[str, str]
) -> None:
    table, there = quoted(name), set[str]()
    for file in files:
        faults: list[tuple[int, str]] = []
        for piece in pieces(file, sha256=hashes[file.name]):
            faults += piece.faults
            if faults:
                continue
            part = _arrow(file, piece)
            connection.register("_part", part)
            if not there:
                connection.execute(f"CREATE TABLE {table} AS FROM _part LIMIT 0")
            elif more := [column for column in part.column_names if column.lower() not in there]:
                for column in more:
                    connection.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(column)} VARCHAR")
            there |= {column.lower() for column in part.column_names}
            connection.execute(f"INSERT INTO {table} BY NAME FROM _part")
            connection.unregister("_part")
        if faults:
            raise _faulty(file, faults)


def _faulty(file: DeliveredFile, faults: list[tuple[int, str]]) -> SourceError:
    (row, rule), more = faults[0], len(faults) - 1
    says = f"{file.name}: record {row} {rule}, and a mapping needs every record whole."
    return SourceError(f"{says} Records with faults besides: {more}." if more else says)


def _arrow(file: DeliveredFile, records: Records) -> Any:
    columns: dict[str, Any] = {}
    for at, (header, column) in enumerate(zip(records.header, records.columns, strict=True), start=1):
        if isinstance(column, list):
            raise SourceError(f"{file.name}: column {at} holds bytes that are not UTF-8; save the file in UTF-8.")
        columns[_free_name(header or f"column_{at}", columns)] = column
    place = {
        FOLDER: pa.array([file.folder] * len(records.rows), pa.string()),
        FILE: pa.array([file.name] * len(records.rows), pa.string()),
        ROW: pa.array(records.rows, pa.int64()),
    }
    return pa.table(columns | place)


def _free_name(name: str, taken: Iterable[str]) -> str:
    """Return the name, or with a number behind it if a column of the file has it: names differ by more than case."""
    used = {other.lower() for other in (*taken, FOLDER, FILE, ROW)}
    free, number = name, 0
    while free.lower() in used:
        number += 1
        free = f"{name}_{number}"
    return free


def _explained(
    statement: Statement, wrong: duckdb.Error, *, column: str | None = None, views: Iterable[str] = ()
) -> SourceError:
    text = str(wrong)
    lines = re.findall(r"^LINE (\d+):", text, re.MULTILINE)
    line = int(lines[-1]) if lines else statement.line_of(column) if column else None
    match wrong:
        case duckdb.ParserException() | duckdb.SyntaxException() | duckdb.BinderException() | duckdb.CatalogException():
            # These are about the mapping's own text; all others may quote what was delivered.
            says = text.split("\n", 1)[0].partition(": ")[2]
            if hint := re.search(r"^Candidate bindings: .*$", text, re.MULTILINE):
                says = f"{says} {hint[0]}."
            if missing := re.fullmatch(r"Table with name (.+) does not exist!", says):
                says = f"no file delivered, nor shared file before this one, is called {missing[1]}; "
                says += f"delivered are {', '.join(sorted(views))}."
        case duckdb.PermissionException():
            says = "a mapping sees the delivered files and nothing else: no path, no network, no extension."
        case duckdb.OutOfMemoryException():
            says = f"this needs more than {MEMORY} of memory; split it up by shared files (_name.sql)."
        case _:
            target = _TARGET.search(text)
            kind = f" as {(target[1] or target[2]).lower()}" if target else ""
            of = f" of {column}" if column else ""
            says = f"a value{of} cannot be read{kind}; see as_date and as_moment in the documentation of mappings."
    return statement.wrong(says, line)
