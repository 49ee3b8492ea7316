"""One delivered CSV file as columns of text: nothing guessed, nothing dropped."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias

import pandas as pd
import pyarrow as pa

from graph.errors import SourceError
from ingest.files import DAMAGED, DeliveredFile

CHUNK = 65_536
"""Records that are put into columns at a time."""
LONGEST = 2**31 - 1
"""Characters that one cell may have; how many are sensible is checked column by column."""

Texts: TypeAlias = Any
"""A column: a packed array, or a list where it holds bytes that are not UTF-8, as lone surrogates."""


@dataclass(slots=True, kw_only=True)
class Records:
    """What a file holds: columns as the header names them, the number of each record, and records with a fault.

    The header is record 1; blank lines are not counted. An empty cell is a missing value.
    """

    header: tuple[str, ...]
    columns: list[Texts]
    rows: list[int] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)

    def frame(self, file: str) -> pd.DataFrame:
        """Return the columns as a frame, with the name of the file and the number of each record."""
        texts = {name: _series(column) for name, column in zip(self.header, self.columns, strict=True)}
        place = {"file": pd.Series([file] * len(self.rows), dtype="string"), "row": pd.Series(self.rows, dtype="int64")}
        return pd.DataFrame(texts | place)


def read_records(file: DeliveredFile, passed: Callable[[int], None] | None = None) -> Records:
    """Read a CSV file: comma, double quotes, UTF-8 with or without a mark; `passed` is told how many bytes are read.

    Raises SourceError if it is empty, damaged, or clearly no such file.
    """
    try:
        with file.open() as raw:
            _refuse_other_encodings(file.name, raw.read(4))
        with file.open() as raw, io.TextIOWrapper(raw, "utf-8-sig", "surrogateescape", newline="") as text:
            return _read(file, text, lambda: passed and passed(raw.tell()))
    except DAMAGED:
        raise SourceError(f"{file.name} cannot be read: it is damaged or may not be opened.") from None


def _refuse_other_encodings(name: str, start: bytes) -> None:
    if not start:
        raise SourceError(f"{name} is empty: not even a header. Deliver it with its header, or leave it out.")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SourceError(f"{name} is UTF-16; save it as CSV in UTF-8.")


def _read(file: DeliveredFile, text: IO[str], told: Callable[[], object]) -> Records:
    records = _records(text)
    _, header, fault = next(records, (1, [], None))
    if fault:
        raise SourceError(f"{file.name}: the header {fault}.")
    _check_header(file.name, header)
    rows: list[int] = []
    faults: list[tuple[int, str]] = []
    chunks: list[list[Any]] = [[] for _ in header]
    pending: list[list[str]] = []
    for number, record, fault in records:
        if fault or len(record) != len(header):
            faults.append((number, fault or f"has {len(record)} cells where the header has {len(header)}"))
            continue
        rows.append(number)
        pending.append(record)
        if len(pending) == CHUNK:
            _put(pending, chunks)
            told()
    _put(pending, chunks)
    told()
    return Records(header=tuple(header), columns=[_column(parts) for parts in chunks], rows=rows, faults=faults)


def _records(text: IO[str]) -> Iterator[tuple[int, list[str], str | None]]:
    """Yield each record with its number, and what is wrong with its quotes, if anything is."""
    csv.field_size_limit(LONGEST)
    # Strict: else a quote that is never closed swallows the rest of the file without a word.
    reader = csv.reader(text, strict=True)
    number = 0
    while True:
        fault: str | None = None
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            record, fault = [], "has a quote in the wrong place, or one that is never closed"
        if record or fault:
            number += 1
            yield number, record, fault


def _check_header(name: str, header: list[str]) -> None:
    if not header:
        raise SourceError(f"{name} has no header, only blank lines. Deliver it with its header, or leave it out.")
    try:
        "".join(header).encode()
    except UnicodeEncodeError:
        raise SourceError(f"{name}: the header is not UTF-8; save the file as CSV in UTF-8.") from None
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise SourceError(f"{name}: the cells are not separated by commas; save it with commas.")


def _put(pending: list[list[str]], chunks: list[list[Any]]) -> None:
    for parts, values in zip(chunks, zip(*pending, strict=True), strict=False):
        texts = [value or None for value in values]
        try:
            parts.append(pa.array(texts, pa.string()))
        except UnicodeEncodeError:
            parts.append(texts)
    pending.clear()


def _column(parts: list[Any]) -> Texts:
    if any(isinstance(part, list) for part in parts):
        return [value for part in parts for value in (part if isinstance(part, list) else part.to_pylist())]
    return pa.chunked_array(parts, pa.string())


def _series(column: Texts) -> pd.Series[Any]:
    if isinstance(column, list):
        return pd.Series([pd.NA if value is None else value for value in column], dtype="object")
    return pd.Series(column.to_pandas(types_mapper={pa.string(): pd.StringDtype()}.get))
