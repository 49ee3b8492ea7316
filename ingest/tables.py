"""Delivered tables, in whatever format: what a file holds is examined once, and then read piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from ingest.files import DeliveredFile
from ingest.parquet import count_rows, read_rows
from ingest.records import Records, count_records, read_records


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A delivered table that can be read to its end: its place, its columns, its rows, whole or not, its checksum."""

    name: str
    header: tuple[str, ...]
    rows: int
    sha256: str


def examine(file: DeliveredFile, told: Callable[[int], object] = lambda _: None) -> Examined:
    """Read a table once from beginning to end; `told` learns how many bytes are read.

    Raises SourceError if it cannot be read, whatever is wrong with single records.
    """
    header, rows, sha256 = (count_rows if file.is_parquet else count_records)(file, told)
    return Examined(name=file.name, header=header, rows=rows, sha256=sha256)


def pieces(file: DeliveredFile, *, sha256: str | None = None, dates: Collection[str] = ()) -> Iterator[Records]:
    """Yield a table piece by piece, at least one; a column in `dates` holds days.

    Raises SourceError if it cannot be read, or does not have the checksum that it had.
    """
    return read_rows(file, sha256=sha256, dates=dates) if file.is_parquet else read_records(file, sha256=sha256)
