"""Writes feeds as CSV: rows as lines, and files that are put together piece by piece, counted and hashed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from ingest.synthetic.draws import Flags
from ingest.synthetic.texts import TEXT, Column, Columns, joined

_NEEDS_QUOTES = '[",\r\n]|^ | $'
_BLOCK = 2**20


@dataclass(slots=True)
class _Open:
    """A file that is being written."""

    file: BinaryIO
    rows: int = 0
    hash: hashlib._Hash = field(default_factory=hashlib.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file: its rows without the header, its hash."""

    rows: int
    sha256: str


class CsvFiles:
    """Files in the folders of deliveries, by delivery and feed; a file is begun with its first rows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[tuple[str, str], _Open] = {}

    def __enter__(self) -> CsvFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._open.values():
            each.file.close()

    def take(self, delivery: str, feed: str, columns: tuple[str, ...], piece: Path, rows: int) -> None:
        """Append the rows of a piece that was written without a header."""
        if (delivery, feed) not in self._open:
            (self._folder / delivery).mkdir(exist_ok=True)
            there = _Open((self._folder / delivery / f"{feed}.csv").open("wb"))
            self._open[delivery, feed] = there
            self._write(there, f"{','.join(columns)}\n".encode())
        there = self._open[delivery, feed]
        there.rows += rows
        with piece.open("rb") as file:
            while block := file.read(_BLOCK):
                self._write(there, block)

    def written(self) -> dict[tuple[str, str], Written]:
        """Return what was written, by delivery and feed."""
        return {at: Written(rows=each.rows, sha256=each.hash.hexdigest()) for at, each in self._open.items()}

    @staticmethod
    def _write(there: _Open, content: bytes) -> None:
        there.file.write(content)
        there.hash.update(content)


def lines(columns: Columns) -> Column:
    """Return each row as a line of CSV; a value is in quotation marks if it needs them, and only then."""
    return joined(joined(*map(_quoted, columns.values()), by=","), pa.scalar("\n", TEXT))


def content(rows: Column, chosen: Flags) -> bytes:
    """Return the chosen of these lines, in UTF-8, one after the other."""
    kept = rows.filter(pa.array(chosen))
    # The values of a text array that a filter has made lie one after the other: together they are the file.
    return kept.buffers()[2].to_pybytes() if len(kept) else b""


def _quoted(cells: Column) -> Column:
    needs = pc.call_function("match_substring_regex", [cells], pc.MatchSubstringOptions(_NEEDS_QUOTES))
    if not pc.call_function("any", [needs]).as_py():
        return cells
    doubled = pc.call_function("replace_substring", [cells], pc.ReplaceSubstringOptions('"', '""'))
    mark = pa.scalar('"', TEXT)
    return pc.call_function("if_else", [needs, joined(mark, doubled, mark), cells])
