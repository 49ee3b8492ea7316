"""One delivered CSV file as columns of text, piece by piece: nothing guessed, nothing dropped."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, TypeAlias

import pandas as pd
import pyarrow as pa

from graph.errors import SourceError
from ingest.blocks import BLANK, blocks, cells, count, regular
from ingest.files import DAMAGED, DeliveredFile, Hashed

CHUNK = 50_000
"""Records of which a piece consists."""
HEAVIEST = 2**25
"""Bytes of a file after which a piece ends, even if it has fewer records."""
LONGEST = 2**24
"""Characters that one cell may have; how many are sensible is checked column by column."""

SAVE_AS = "in Excel: Save as, CSV UTF-8 (comma delimited)"

PACKED = pd.StringDtype("pyarrow")
"""How pandas holds texts without taking them apart."""

Texts: TypeAlias = Any
"""A column: a packed array, or a list where it holds bytes that are not UTF-8, as lone surrogates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """A piece of a file: columns as the header names them, the number of each record, and records with a fault.

    The header is record 1; blank lines are not counted. An empty cell is a missing value.
    """

    header: tuple[str, ...]
    columns: list[Texts]
    rows: Sequence[int] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)

    def frame(self, file: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return these columns, or all, with the name of the file and the number of each record."""
        texts = {name: _series(column) for name, column in zip(self.header, self.columns, strict=True)}
        for name in columns or ():
            if name not in texts:
                texts[name] = pd.Series(pd.NA, index=range(len(self.rows)), dtype=PACKED)
        place = {"file": pd.Series([file] * len(self.rows), dtype=PACKED), "row": pd.Series(self.rows, dtype="int64")}
        return pd.DataFrame({**{name: texts[name] for name in columns or self.header}, **place})


def count_records(
    file: DeliveredFile, told: Callable[[int], object] = lambda _: None
) -> tuple[tuple[str, ...], int, str]:
    """Return the header of a CSV file, how many records follow, whole or not, and the checksum of its bytes.

    `told` learns how many bytes are read. Raises SourceError as `read_records` does.
    """
    with _opened(file) as (begun, read):
        header, rest = _begun(file.name, begun)
        counted = 0
        for block in rest:
            if regular(block):
                counted += count(block)
                told(read.passed)
            else:
                for number, _, _ in _records(file.name, _lines(chain([block], rest)), counted + 1):
                    counted = number - 1
                    if not number % CHUNK:
                        told(read.passed)
        told(read.passed)
        return header, counted, read.sha256


def read_records(file: DeliveredFile, *, sha256: str | None = None) -> Iterator[Records]:
    """Yield a CSV file piece by piece, at least one: comma, double quotes, UTF-8 with or without a mark.

    Raises SourceError if it is empty, damaged, clearly no such file, or does not have the checksum that it had.
    """
    with _opened(file) as (begun, read):
        header, rest = _begun(file.name, begun)
        number, empty = 1, True
        for block in rest:
            if not regular(block):
                # Where a quote is out of place, only who reads all the rest knows where a record ends.
                for piece in _pieces(header, _records(file.name, _lines(chain([block], rest)), number), read):
                    empty = False
                    yield piece
            elif (columns := cells(block, len(header))) is None:
                yield from _pieces(header, _records(file.name, _lines([block]), number), read)
                number, empty = number + count(block), False
            elif rows := len(columns[0]):
                yield Records(header=header, columns=columns, rows=range(number + 1, number + 1 + rows))
                number, empty = number + rows, False
        if empty:
            yield Records(header=header, columns=[pa.array([], pa.string()) for _ in header])
        if sha256 not in {None, read.sha256}:
            raise file.changed()


@contextmanager
def _opened(file: DeliveredFile) -> Iterator[tuple[Iterator[bytes], Hashed]]:
    """Give the blocks of a file, and what counts and hashes what is read."""
    try:
        with file.open() as raw:
            read = Hashed(raw)
            whole = blocks(read)
            begun = next(whole, b"")
            _refuse_other_encodings(file.name, begun[:4])
            yield chain([begun.removeprefix(codecs.BOM_UTF8)], whole), read
    except DAMAGED:
        raise file.damaged() from None


def _begun(name: str, whole: Iterator[bytes]) -> tuple[tuple[str, ...], Iterator[bytes]]:
    """Return the header, and the blocks of what is behind it."""
    begun = next(whole, b"")
    head = 0
    while blank := BLANK.match(begun, head):
        head = blank.end()
    end = begun.find(b"\n", head) + 1 or len(begun)
    if not regular(begun[:end]):
        # A line break within the header, or a quote out of place: what is behind it is found by reading on.
        read = _lines(chain([begun], whole))
        return _header(name, _records(name, read)), (line.encode("utf-8", "surrogateescape") for line in read)
    return _header(name, _records(name, _lines([begun[:end]]))), chain([begun[end:]] if end < len(begun) else [], whole)


def _lines(whole: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of blocks; any byte can be read: one that is not UTF-8 is a fault of its cell alone."""
    for block in whole:
        yield from io.StringIO(block.decode("utf-8", "surrogateescape"), newline="")


def _refuse_other_encodings(name: str, start: bytes) -> None:
    if not start:
        raise SourceError(f"{name} is empty: not even a header. Deliver it with its header, or leave it out.")
    # No text begins with a NUL, nor has one beside its first letter, but for two bytes a letter.
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or 0 in start[:2]:
        raise SourceError(f"{name} is UTF-16; save it as CSV in UTF-8 ({SAVE_AS}).")


def _header(name: str, records: Iterator[tuple[int, list[str], str | None]]) -> tuple[str, ...]:
    _, header, fault = next(records, (1, [], None))
    if fault:
        raise SourceError(f"{name}: the header {fault}.")
    if not header:
        raise SourceError(f"{name} has no header, only blank lines. Deliver it with its header, or leave it out.")
    try:
        "".join(header).encode()
    except UnicodeEncodeError:
        raise SourceError(f"{name}: the header is not UTF-8; save the file as CSV in UTF-8 ({SAVE_AS}).") from None
    if header[0].lower().startswith("sep="):
        raise SourceError(f"{name}: the first line is for Excel only (sep=); remove it, and separate by commas.")
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise SourceError(f"{name}: the cells are not separated by commas; save it with commas ({SAVE_AS}).")
    return tuple(header)


def _records(name: str, text: Iterable[str], number: int = 0) -> Iterator[tuple[int, list[str], str | None]]:
    """Yield each record with its number, and what is wrong with its quotes, if anything is; `number` came before."""
    csv.field_size_limit(LONGEST)
    # Strict: else a quote that is never closed swallows the rest of the file without a word.
    reader = csv.reader(text, strict=True)
    while True:
        try:
            for record in reader:
                if record:
                    number += 1
                    yield number, record, None
            return
        except csv.Error as wrong:
            number += 1
            if "field limit" in str(wrong):
                says = f"has a cell of more than {LONGEST:,} characters, or a quote that is never closed; mend it"
                raise SourceError(f"{name}: record {number} {says}.") from None
        yield number, [], "has a quote in the wrong place, or one that is never closed"


def _pieces(
    header: tuple[str, ...], records: Iterator[tuple[int, list[str], str | None]], read: Hashed
) -> Iterator[Records]:
    while (piece := _piece(header, records, read)) is not None:
        yield piece


def _piece(
    header: tuple[str, ...], records: Iterator[tuple[int, list[str], str | None]], read: Hashed
) -> Records | None:
    """Return the next records; None at the end."""
    width, heaviest = len(header), read.passed + HEAVIEST
    rows: list[int] = []
    faults: list[tuple[int, str]] = []
    whole: list[list[str]] = []
    for number, record, fault in islice(records, CHUNK):
        if fault or len(record) != width:
            faults.append((number, fault or f"has {len(record)} cells where the header has {width}"))
        else:
            rows.append(number)
            whole.append(record)
        if read.passed > heaviest:
            break
    if not rows and not faults:
        return None
    columns = [_column(values) for values in zip(*whole, strict=True)] or [pa.array([], pa.string()) for _ in header]
    return Records(header=header, columns=columns, rows=rows, faults=faults)


def _column(values: tuple[str, ...]) -> Texts:
    texts = [value or None for value in values]
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:
        return texts


def _series(column: Texts) -> pd.Series[Any]:
    if isinstance(column, list):
        return pd.Series([pd.NA if value is None else value for value in column], dtype="object")
    return pd.Series(column.to_pandas(types_mapper={pa.string(): PACKED}.get))
