"""One delivered Parquet file as columns of text, piece by piece: typed columns are written as the contracts say."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.errors import SourceError
from ingest import records
from ingest.files import DAMAGED, DeliveredFile, Hashed
from ingest.records import Records

IN_MEMORY = 2**26
"""Bytes of a file in a zip that are kept in memory while it is read; of a larger one, in a file without a name."""
EXACT = 2**53
"""Greatest whole number up to which a floating-point number tells each from the next."""

FIRST = 2
"""Number of the first row, as if a header stood above it."""

_BROKEN = (*DAMAGED, pa.ArrowException)
"""What reading a damaged Parquet file raises."""


def count_rows(file: DeliveredFile, told: Callable[[int], object] = lambda _: None) -> tuple[tuple[str, ...], int, str]:
    """Return the columns of a Parquet file, how many rows it has, and the checksum of its bytes.

    All of it is read, since damage may be anywhere; `told` learns how many bytes. Raises SourceError as `read_rows`.
    """
    with _opened(file, told) as (parquet, sha256):
        rows = sum(len(piece.rows) for piece in _pieces(file, parquet, ()))
        return tuple(parquet.schema_arrow.names), rows, sha256


def read_rows(file: DeliveredFile, *, sha256: str | None = None, dates: Collection[str] = ()) -> Iterator[Records]:
    """Yield a Parquet file piece by piece, at least one; its first row is numbered 2, as below a header.

    Columns in `dates` hold days: of a time without a zone at midnight, only its day is written.
    Raises SourceError if it is damaged, has a column of a type that cannot be written, or does not have the checksum
    that it had.
    """
    with _opened(file) as (parquet, found):
        if sha256 not in {None, found}:
            raise file.changed()
        yield from _pieces(file, parquet, dates)


@contextmanager
def _opened(
    file: DeliveredFile, told: Callable[[int], object] = lambda _: None
) -> Iterator[tuple[pq.ParquetFile, str]]:
    try:
        with file.open() as raw, tempfile.SpooledTemporaryFile(IN_MEMORY) as kept:
            read = Hashed(raw)
            while block := read.read(2**20):
                # Parquet is read from its end; what comes out of a zip only from its beginning.
                if file.packed:
                    kept.write(block)
                told(read.passed)
            source: IO[bytes] = kept if file.packed else raw
            source.seek(0)
            with pq.ParquetFile(
                pa.PythonFile(source, mode="r"), buffer_size=2**20, page_checksum_verification=True
            ) as parquet:
                yield parquet, read.sha256
    except _BROKEN:
        raise file.damaged() from None


def _pieces(file: DeliveredFile, parquet: pq.ParquetFile, dates: Collection[str]) -> Iterator[Records]:
    header: tuple[str, ...] = tuple(parquet.schema_arrow.names)
    for name, kind in zip(header, parquet.schema_arrow.types, strict=True):
        if not _known(kind):
            raise _wrong(file, name, kind, "which is no kind of column; write it as text")
    row = FIRST
    for batch in parquet.iter_batches(batch_size=records.CHUNK, use_threads=False):
        # What is not UTF-8 is not noticed else until it is used.
        batch.validate(full=True)
        columns = []
        for name, column in zip(header, batch.columns, strict=True):
            texts = _texts(column, day=name in dates)
            if isinstance(texts, str):
                raise _wrong(file, name, column.type, texts)
            columns.append(_call("if_else", _call("equal", texts, ""), None, texts))
        yield Records(header=header, columns=columns, rows=range(row, row + batch.num_rows))
        row += batch.num_rows
    if row == FIRST:
        yield Records(header=header, columns=[pa.array([], pa.string()) for _ in header])


def _wrong(file: DeliveredFile, name: str, kind: pa.DataType, says: str) -> SourceError:
    return SourceError(f"{file.name}: column {name} is {kind}, {says}.")


def _known(kind: pa.DataType) -> bool:
    """Return whether values of a type can be written as delivered text."""
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _is_text(kind.value_type)
    if pa.types.is_decimal(kind):
        return bool(kind.scale == 0)
    tests = (_is_text, pa.types.is_null, pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating)
    return any(is_one(kind) for is_one in (*tests, pa.types.is_date, pa.types.is_timestamp))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _texts(column: pa.Array, *, day: bool) -> pa.Array | str:
    """Return the values as a contract has them written, or what is wrong with one of them."""
    kind = column.type
    if pa.types.is_boolean(kind):
        return _call("if_else", column, "yes", "no")
    if pa.types.is_floating(kind):
        return _numbers(column.cast(pa.float64()))
    if pa.types.is_timestamp(kind):
        return _moments(column, day=day)
    if pa.types.is_date(kind):
        return column.cast(pa.date32()).cast(pa.string())
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _lists(column.to_pylist())
    return column.cast(pa.string())


def _numbers(column: pa.Array) -> pa.Array | str:
    """Return whole numbers plainly; what is not a number, as pandas marks a gap, is missing."""
    column = _call("if_else", _call("is_nan", column), None, column)
    if _call("any", _call("greater", _call("abs", column), float(EXACT))).as_py():
        return "and holds a number too large to be exact; write it as text or as a whole number"
    whole = _call("equal", column, _call("round", column))
    plain = _call("if_else", whole, column, None).cast(pa.int64()).cast(pa.string())
    return _call("if_else", whole, plain, column.cast(pa.string()))


def _moments(column: pa.Array, *, day: bool) -> pa.Array:
    if column.type.tz is not None:
        # In UTC, which is written with a Z: texts with a zone's name are not understood.
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    texts = _replaced(column.cast(pa.string()), "[.]0+(Z?)$", r"\1")
    return _replaced(_replaced(texts, " 00:00:00$", "") if day else texts, " ", "T")


def _replaced(texts: pa.Array, pattern: str, by: str) -> pa.Array:
    return pc.call_function("replace_substring_regex", [texts], pc.ReplaceSubstringOptions(pattern, by))


def _lists(values: list[list[str | None] | None]) -> pa.Array | str:
    if any(";" in (each or "") for parts in values for each in parts or ()):
        return "and holds a text with a semicolon, which separates texts; replace it"
    # A gap stays to be seen: a group whose name was lost is not the same as none.
    return pa.array([(";".join(each or "" for each in parts) or ";") if parts else None for parts in values])


def _call(function: str, *values: Any) -> Any:
    return pc.call_function(function, [pa.scalar(each) if isinstance(each, str | float) else each for each in values])
