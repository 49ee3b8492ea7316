"""Writes feeds as CSV, block by block, and counts and hashes what is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.synthetic.draws import Texts

_TEXT = pa.large_string()
_NEEDS_QUOTES = '[",\r\n]|^ | $'


@dataclass(slots=True)
class _Open:
    """A file that is being written."""

    file: BinaryIO
    columns: tuple[str, ...]
    rows: int = 0
    hash: hashlib._Hash = field(default_factory=hashlib.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file: its name, its rows without the header, its hash."""

    file: str
    rows: int
    sha256: str


class CsvFolder:
    """Feeds in a folder, one file each; every call of `add` appends a block of rows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, _Open] = {}

    def __enter__(self) -> CsvFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._open.values():
            each.file.close()

    def add(self, feed: str, columns: dict[str, Texts]) -> None:
        """Append rows to a feed; the first call writes its header."""
        if feed not in self._open:
            self._open[feed] = _Open((self._folder / f"{feed}.csv").open("wb"), tuple(columns))
            self._write(self._open[feed], f"{','.join(columns)}\n".encode())
        there = self._open[feed]
        if there.columns != tuple(columns):
            raise AssertionError(f"{feed}: the columns of one block are not those of another.")
        there.rows += len(next(iter(columns.values())))
        self._write(there, lines(columns))

    def written(self) -> dict[str, Written]:
        """Return what was written, by feed."""
        return {
            feed: Written(file=f"{feed}.csv", rows=each.rows, sha256=each.hash.hexdigest())
            for feed, each in self._open.items()
        }

    @staticmethod
    def _write(there: _Open, content: bytes | memoryview) -> None:
        there.file.write(content)
        there.hash.update(content)


def lines(columns: dict[str, Texts]) -> bytes:
    """Return rows as lines of CSV in UTF-8; a value is in quotation marks if it needs them, and only then."""
    cells = [_quoted(pa.array(np.asarray(column, dtype=np.str_), type=_TEXT)) for column in columns.values()]
    ended = _together(_together(*cells, by=","), pa.scalar("\n", _TEXT))
    # The values of a text array lie one after the other: together they are the file.
    return ended.buffers()[2].to_pybytes() if len(ended) else b""


def _quoted(cells: pa.Array) -> pa.Array:
    needs = pc.call_function("match_substring_regex", [cells], pc.MatchSubstringOptions(_NEEDS_QUOTES))
    if not pc.call_function("any", [needs]).as_py():
        return cells
    doubled = pc.call_function("replace_substring", [cells], pc.ReplaceSubstringOptions('"', '""'))
    mark = pa.scalar('"', _TEXT)
    return pc.call_function("if_else", [needs, _together(mark, doubled, mark), cells])


def _together(*texts: pa.Array | pa.Scalar, by: str = "") -> pa.Array:
    return pc.call_function("binary_join_element_wise", [*texts, pa.scalar(by, _TEXT)])
