"""Reads a delivered column at once, as far as its cells are written plainly; each other cell is read by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest.contracts.feed import Column, Feed, Kind
from ingest.rules import FIRST_DAY, LAST_DAY, bounds
from ingest.values import FOLDED, Fault, Value, read_values, reader

Flags = npt.NDArray[np.bool_]

MOMENT = pa.timestamp("us")
_TYPES: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.TEXTS: pa.list_(pa.string()),
    Kind.DATE: pa.date32(),
    Kind.WHOLE: pa.int64(),
    Kind.FLAG: pa.bool_(),
    Kind.TERM: pa.string(),
}
_WORDS = FOLDED | {("answers", "answer")}
"""Texts of which there are few different ones, and that are not kept as they are written."""
_PRINTABLE = bytes(range(0x20, 0x7F))
_TIMED = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?$"
_UNPLAIN = r"^[\s\pZ]|[\s\pZ]$|[\x{0}-\x{1f}\x{7f}-\x{9f}\x{2028}\x{2029}]"
"""What a text is not read as it stands for: blanks at its ends, and what no text may hold."""
_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A column of values; `plain` says of which cells the value here is what the contract makes of them.

    A missing cell is plain. Of a moment, `untimed` says whether only its day is known; it stands at midnight.
    """

    values: pa.Array
    plain: Flags
    untimed: Flags | None = None


def texts_of(column: pd.Series[Any]) -> pa.Array | None:
    """Return a delivered column as packed texts; None if it holds anything else, or bytes that are not UTF-8."""
    try:
        packed = pa.array(column, pa.string(), from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return None
    return packed.combine_chunks() if isinstance(packed, pa.ChunkedArray) else packed


def read(feed: Feed, column: Column, texts: pa.Array, *, zone: ZoneInfo, received_on: date) -> Read:
    """Return the values of a column; what is not plain must be read cell by cell, and may be a fault."""
    if column.kind is Kind.MOMENT:
        return _moments(feed, column, texts, zone, received_on)
    if column.kind is Kind.TEXT and (feed.name, column.name) not in _WORDS:
        plain = _plain_texts(texts, column.most)
        return Read(values=texts, plain=plain | _missing(texts))
    values, plain, where = _by_unique(column, texts, reader(feed, column, zone), received_on)
    listed = [list(each) if isinstance(each, tuple) else each for each in values]
    return Read(values=pa.array(listed, _TYPES[column.kind]).take(where), plain=_spread(plain, where))


def missing(column: pa.Array) -> Flags:
    """Return which cells have no value."""
    return _missing(column)


def _missing(column: pa.Array) -> Flags:
    if not column.null_count:
        return np.zeros(len(column), dtype=np.bool_)
    return flags(column.is_null())


def flags(column: pa.Array) -> Flags:
    """Return flags; one that is missing is not set."""
    found: Flags = np.asarray(column.fill_null(False).to_numpy(zero_copy_only=False), dtype=np.bool_)
    return found


def _plain_texts(texts: pa.Array, most: int) -> Flags:
    """Return which texts can stay as they are: no blanks at the ends, nothing forbidden within, not too long."""
    if _printable(texts):
        blank = _or(_call("starts_with", texts, pc.MatchSubstringOptions(" ")), _ends_blank(texts))
        lengths = _call("binary_length", texts)
    else:
        blank = _call("match_substring_regex", texts, pc.MatchSubstringOptions(_UNPLAIN))
        lengths = _call("utf8_length", texts)
    sizes = np.asarray(lengths.fill_null(0).to_numpy(zero_copy_only=False))
    plain: Flags = (sizes > 0) & (sizes <= most) & ~flags(blank)
    return plain


def _ends_blank(texts: pa.Array) -> pa.Array:
    return _call("ends_with", texts, pc.MatchSubstringOptions(" "))


def _printable(texts: pa.Array) -> bool:
    """Return whether all texts together are printable ASCII."""
    _, offsets, content = texts.buffers()
    if content is None:
        return True
    at = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return not memoryview(content)[int(at[0]) : int(at[-1])].tobytes().translate(None, _PRINTABLE)


def _by_unique(
    column: Column, texts: pa.Array, read_one: Callable[[str], Value], received_on: date
) -> tuple[list[Value], Flags, pa.Array]:
    """Read each different text once; return the values, which of them are plain, and where each cell's value is."""
    encoded = texts.dictionary_encode()
    values = read_values(encoded.dictionary.to_pylist(), read_one)
    rules = [holds for holds, _ in bounds(column, received_on)]
    plain = np.array(
        [
            value is not None and not isinstance(value, Fault) and all(holds(value) for holds in rules)
            for value in values
        ],
        dtype=np.bool_,
    )
    return [value if good else None for value, good in zip(values, plain.tolist(), strict=True)], plain, encoded.indices


def _spread(plain: Flags, where: pa.Array) -> Flags:
    """Return for each cell whether its text is plain."""
    gone = _missing(where)
    if not len(plain):
        return gone
    spread: Flags = plain[np.asarray(where.fill_null(0))] | gone
    return spread


def _moments(feed: Feed, column: Column, texts: pa.Array, zone: ZoneInfo, received_on: date) -> Read:
    count = len(texts)
    timed = _call("match_substring_regex", texts, pc.MatchSubstringOptions(_TIMED))
    try:
        at = _call("if_else", timed, texts, pa.scalar(None, pa.string())).cast(pa.timestamp("s")).cast(MOMENT)
    except pa.ArrowInvalid:
        timed, at = pa.array([False] * count), pa.nulls(count, MOMENT)
    micros = np.array(at.cast(pa.int64()).fill_null(0))
    last = received_on if column.past else LAST_DAY
    plain = flags(timed) & (micros >= _micros(FIRST_DAY)) & (micros < _micros(last) + _DAY)
    untimed = np.zeros(count, dtype=np.bool_)
    gone = _missing(texts)
    if (rest := np.flatnonzero(~flags(timed) & ~gone)).size:
        some = texts.take(pa.array(rest))
        values, good, where = _by_unique(column, some, reader(feed, column, zone), received_on)
        places = np.asarray(where)
        micros[rest] = np.array([0 if each is None else _micros(each) for each in values])[places]
        untimed[rest] = np.array([not isinstance(each, datetime) for each in values])[places]
        plain[rest] = good[places]
    values_ = pa.array(micros, pa.int64(), mask=gone | ~plain).cast(MOMENT)
    return Read(values=values_, plain=plain | gone, untimed=untimed)


def _micros(value: Any) -> int:
    at = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return (at - _EPOCH) // _MICROSECOND


def _or(one: pa.Array, other: pa.Array) -> pa.Array:
    return _call("or", one, other)


def _call(function: str, *values: Any) -> Any:
    *given, options = values if isinstance(values[-1], pc.FunctionOptions) else (*values, None)
    return pc.call_function(function, list(given), options)
