"""Where a page of a list ends, and how the next one is asked for: places, and cursors that carry them.

A place is what a row has in the columns by which the list is ordered, so that the next page begins after it whatever
came and went since. Which columns these are each question says in its ORDER; in which direction each counts, and where
a missing value stands, only its text says. It orders by texts that people wrote as made anew (`name + ''`): the server
compares two stored ones by their code points, and a stored one with a given one by the halves that some of these have.
"""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from types import MappingProxyType
from typing import Any, NoReturn

from graph.errors import QueryFileError, QuestionError, StaleCursor
from queries.catalogue import Query

Place = Mapping[str, Any]
"""A row's values by column; under `run` the derivation that it is of, if it may be gone on from only in that one."""

RUN = "run"
_LONGEST = 4_000
"""Characters of a cursor; two names as long as a name may be need fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The columns by which the rows of a question are ordered, with their types as its header has them."""

    question: str
    columns: Mapping[str, str]


def order(query: Query, *columns: str) -> Order:
    """Return by what the rows of a question are ordered; together the columns are of one row only.

    Raises QueryFileError if the question has no such column, or one that a cursor cannot carry.
    """
    for name in columns:
        column = query.columns.get(name)
        if name == RUN or column is None or column.type.removesuffix(" | None") not in _READ:
            raise QueryFileError(f"{query.kind}/{query.name}: rows cannot be ordered by {name} from page to page.")
    types = {name: query.columns[name].type for name in columns}
    return Order(question=query.name, columns=MappingProxyType(types))


def place(row: object, by: Order) -> dict[str, Any]:
    """Return where a row stands in its list."""
    return {name: getattr(row, name) for name in by.columns}


def cursor(at: Place, by: Order, run: int, *, as_of: date | None = None) -> str:
    """Return a place as text that need not be understood: base64url of its question, derivation, day and values.

    It is not signed. It carries nothing but what its reader was shown, and whatever somebody else may write into one
    only takes rows away from what they may see anyway.
    """
    told = [by.question, run, as_of and as_of.isoformat(), *(_written(at[name]) for name in by.columns)]
    return urlsafe_b64encode(json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(text: str | None, by: Order, *, as_of: date | None = None) -> dict[str, Any] | None:
    """Return the place that a cursor carries, as a question takes it in `after`; None for none.

    Raises QuestionError if it is no cursor of this question and day. If conclusions were drawn anew since, the question
    that is asked with it raises StaleCursor.
    """
    if text is None:
        return None
    if len(text) > _LONGEST:
        _refuse(by)
    try:
        told = json.loads(b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True), parse_constant=_refuse_number)
        question, run, day, *values = told
        if question != by.question or day != (as_of and as_of.isoformat()):
            _refuse(by)
        types = by.columns.items()
        found = {name: _read(kind, value) for (name, kind), value in zip(types, values, strict=True)}
        return {**found, RUN: _whole(run)}
    # A text can be nested deeper than is read.
    except (ValueError, TypeError, RecursionError):
        _refuse(by)


def hold_to_run(run: int, after: Place | None) -> None:
    """Raise StaleCursor if a place is of another derivation than the stored one."""
    if after is not None and after.get(RUN, run) != run:
        raise StaleCursor("Conclusions were drawn anew since that page: begin again without `after`.")


def _refuse(by: Order) -> NoReturn:
    raise QuestionError(
        f"after is no cursor of this list: take one from a page of {by.question} as it is, asked for alike, or begin "
        "again without it."
    ) from None


def _refuse_number(_: str) -> NoReturn:
    raise ValueError


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(kind: str, value: Any) -> Any:
    """Return a value of a column; raises ValueError or TypeError for one that the column cannot have."""
    if value is None and kind.endswith(" | None"):
        return None
    return _READ[kind.removesuffix(" | None")](value)


def _whole(value: Any) -> int:
    # The database has no greater ones.
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise ValueError
    return value


def _fraction(value: Any) -> float:
    if type(value) not in {int, float} or not isfinite(value):
        raise ValueError
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # half of a pair of surrogates raises
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_READ: Mapping[str, Callable[[Any], Any]] = {
    "str": _text,
    "int": _whole,
    "float": _fraction,
    "bool": _truth,
    "date": date.fromisoformat,
}
