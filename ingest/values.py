"""Reads single delivered values: the text of a cell becomes a value of its column's kind, or the fault in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from graph.terms import ANSWER_BYTES
from ingest.contracts.feed import Column, Feed, Kind


class Fault(Enum):
    """Why a text cannot be read; each is worded as the rule of a reject."""

    BYTES = "bytes that are not UTF-8"
    CONTROL = "a control character or a line break"
    DATE = "not a date (year-month-day)"
    MOMENT = "not a date (year-month-day), nor such a date with a time (hours:minutes)"
    WHOLE = "not a whole number"
    FLAG = "not yes or no"
    TERM = "not one of the listed terms"
    GROUP = "an empty group name"


Value = str | int | bool | date | datetime | tuple[str, ...] | Fault | None
"""A value as read; None: missing. A moment without a time is a `date`, one with a time a `datetime`."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_WHOLE = re.compile("([+-]?[0-9]{1,18})(?:[.]0+)?")
_FLAGS = {"yes": True, "true": True, "y": True, "1": True, "no": False, "false": False, "n": False, "0": False}

FOLDED = frozenset(
    {("assessments", "instrument"), ("assessments", "version"), ("answers", "item"), ("judgements", "item")}
)
"""Texts whose capitals mean nothing, by feed and column."""


def read_values(texts: Iterable[str | None], read: Callable[[str], Value]) -> list[Value]:
    """Return the value of each text; a text that occurs often is read once."""
    texts = list(texts)
    known = {text: None if text is None else _read(text, read) for text in set(texts)}
    return [known[text] for text in texts]


def reader(feed: Feed, column: Column, zone: ZoneInfo) -> Callable[[str], Value]:
    """Return what reads the stripped text of one column; moments with an offset become the zone's local time."""
    if column.kind is Kind.MOMENT:
        return lambda text: _moment(text, zone)
    if column.kind is Kind.TERM or (feed.name, column.name) == ("answers", "answer"):
        terms = {str(term): str(term) for term in column.terms or ANSWER_BYTES}
        return lambda text: terms.get(text.casefold(), Fault.TERM)
    if column.kind is Kind.TEXTS and column.name == "restricted_to":
        return _groups
    if column.kind is Kind.TEXTS and column.refers is not None:
        return lambda text: tuple(sorted(set(_parts(text)))) or None
    if (feed.name, column.name) in FOLDED:
        return str.casefold
    return _READERS[column.kind]


def day(value: date) -> date:
    """Return the day of a moment."""
    return value.date() if isinstance(value, datetime) else value


def moment(value: date) -> datetime:
    """Return a moment with its time: midnight where only the day is known."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)


def _read(text: str, read: Callable[[str], Value]) -> Value:
    if _SURROGATE.search(text):
        return Fault.BYTES
    text = text.strip()
    if not text:
        return None
    return Fault.CONTROL if _CONTROL.search(text) else read(text)


def _text(text: str) -> Value:
    return text


def _date(text: str) -> Value:
    # The pattern first: Python also reads dates by week and without hyphens, and who delivers may have meant another.
    if not _DATE.fullmatch(text):
        return Fault.DATE
    try:
        return date.fromisoformat(text)
    except ValueError:
        return Fault.DATE


def _moment(text: str, zone: ZoneInfo) -> Value:
    if _DATE.fullmatch(text):
        value = _date(text)
        return Fault.MOMENT if isinstance(value, Fault) else value
    if not _MOMENT.fullmatch(text):
        return Fault.MOMENT
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is None else at.astimezone(zone).replace(tzinfo=None, fold=0)
    except (ValueError, OverflowError):  # no such day or time; or the offset leads out of the calendar
        return Fault.MOMENT


def _whole(text: str) -> Value:
    found = _WHOLE.fullmatch(text)
    return int(found[1]) if found else Fault.WHOLE


def _flag(text: str) -> Value:
    return _FLAGS.get(text.casefold(), Fault.FLAG)


def _parts(text: str) -> list[str]:
    return [part for part in map(str.strip, text.split(";")) if part]


def _texts(text: str) -> Value:
    return tuple(_parts(text)) or None


def _groups(text: str) -> Value:
    # A gap may be a group whose name was lost, and a list of nothing but gaps would show the record to everyone.
    groups = [part.strip() for part in text.split(";")]
    return tuple(sorted(set(groups))) if all(groups) else Fault.GROUP


_READERS: Mapping[Kind, Callable[[str], Value]] = {
    Kind.TEXT: _text,
    Kind.TEXTS: _texts,
    Kind.DATE: _date,
    Kind.WHOLE: _whole,
    Kind.FLAG: _flag,
}
