"""What a delivered row must be: one pandera schema a feed, of rules for each cell and rules between cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from unicodedata import normalize

import pandas as pd
import pandera.pandas as pa

from graph.terms import Role, Verdict
from ingest.contracts import BY_NAME
from ingest.contracts.feed import Column, Feed, Kind
from ingest.values import Fault, Value, day

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 12, 31)

_ON_PERSONS = frozenset({Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE})
_NEEDED_FOR: Mapping[str, frozenset[Verdict]] = {
    "person_ref": _ON_PERSONS,
    "other_ref": _ON_PERSONS,
    "assessment_ref": frozenset({Verdict.RETRACT}),
    "item": frozenset({Verdict.RETRACT}),
    "approved_by": frozenset({Verdict.RETRACT}),
    "undoes": frozenset({Verdict.UNDO}),
}
"""Columns of judgements that some verdicts need, and that no other may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """A rule between cells of one row: the column to blame, the columns that it reads, and what must hold of them."""

    column: str
    reads: tuple[str, ...]
    says: str
    holds: Callable[..., bool]

    def __call__(self, cells: pd.DataFrame) -> pd.Series[bool]:
        """Return whether the rule holds of each row; a cell that cannot be read breaks its own rule, not this one."""
        nothing = [None] * len(cells)
        read = [cells[name].tolist() if name in cells else nothing for name in self.reads]
        held = [any(isinstance(cell, Fault) for cell in row) or self.holds(*row) for row in zip(*read, strict=True)]
        return pd.Series(held, index=cells.index, dtype=bool)


@lru_cache(maxsize=256)
def schema(feed_name: str, received_on: date, forms: frozenset[tuple[str, str]]) -> pa.DataFrameSchema:
    """Return the rules of a feed for what was received on a day; `forms` are the known (instrument, version) pairs.

    The schema is for read cells (`ingest.values`), absent columns left out; each check's `error` is the rule, and the
    `name` of one between cells is the column to blame.
    """
    feed = BY_NAME[feed_name]
    demanded = always_demanded(feed)
    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                nullable=True, required=column.name in demanded, checks=list(_checks(column, demanded, received_on))
            )
            for column in feed.all_columns
        },
        checks=[pa.Check(rule, name=rule.column, error=rule.says, ignore_na=False) for rule in _row_rules(feed, forms)],
        strict=True,
    )


def always_demanded(feed: Feed) -> frozenset[str]:
    """Return the columns without a value in which a row is nothing: those by which its record is known."""
    return frozenset(column.name for column in feed.columns if column.required and column.name in feed.key)


def _checks(column: Column, demanded: frozenset[str], received_on: date) -> Iterator[pa.Check]:
    if column.name in demanded:
        yield pa.Check(lambda cell: cell is not None, element_wise=True, ignore_na=False, error="missing")
    if column.name == "source":
        says = "missing, and the manifest names none"
        yield pa.Check(lambda cell: cell is not None, element_wise=True, ignore_na=False, error=says)
    yield pa.Check(lambda cell: not isinstance(cell, Fault), element_wise=True, error="cannot be read")
    for holds, says in bounds(column, received_on):
        yield pa.Check(_unless_fault(holds), element_wise=True, error=says)


def _unless_fault(holds: Callable[[Any], bool]) -> Callable[[Value], bool]:
    return lambda cell: isinstance(cell, Fault) or holds(cell)


def bounds(column: Column, received_on: date) -> Iterator[tuple[Callable[[Any], bool], str]]:
    """Yield what must hold of each value of a column that can be read, and how a reject says that it does not."""
    most = column.most
    match column.kind:
        case Kind.TEXT:
            yield lambda text: len(text) <= most, f"longer than {most} characters"
        case Kind.TEXTS:
            yield lambda texts: sum(map(len, texts)) + len(texts) - 1 <= most, f"longer than {most} characters"
        case Kind.WHOLE:
            yield lambda number: number >= 0, "less than 0"
            yield lambda number: number <= most, f"more than {most}"
        case Kind.DATE | Kind.MOMENT:
            yield lambda at: day(at) >= FIRST_DAY, "before 1900"
            if column.past:
                yield lambda at: day(at) <= received_on, "after the day on which the delivery was received"
            else:
                yield lambda at: day(at) <= LAST_DAY, "after 2200"


def _row_rules(feed: Feed, forms: frozenset[tuple[str, str]]) -> Iterator[RowRule]:
    names = {column.name for column in feed.columns}
    for column in feed.columns:
        if column.required and column.name not in feed.key:
            yield RowRule(column=column.name, reads=("withdrawn", column.name), holds=_needed, says="missing")
    for first, last in (("from_on", "until_on"), ("occurred_from", "occurred_until")):
        if last in names:
            yield RowRule(column=last, reads=(first, last), holds=_in_order, says=f"before {first}")
    match feed.name:
        case "relationships":
            yield RowRule(
                column="other_ref", reads=("person_ref", "other_ref"), holds=_two, says="the person of the first column"
            )
        case "involvements":
            yield RowRule(column="against", reads=("role", "against"), holds=_against, says="not allowed in this role")
        case "assessments":
            yield RowRule(
                column="instrument",
                reads=("instrument", "version"),
                holds=lambda instrument, version: None in {instrument, version} or (instrument, version) in forms,
                says="not, in this version, among the instruments of the reference data",
            )
        case "answers":
            yield _unrestricted("not allowed for an answer: restrict its assessment")
        case "judgements":
            yield _unrestricted("not allowed for a judgement")
            yield from _judgement_rules()


def _unrestricted(says: str) -> RowRule:
    return RowRule(column="restricted_to", reads=("restricted_to",), holds=lambda groups: groups is None, says=says)


def _judgement_rules() -> Iterator[RowRule]:
    yield RowRule(
        column="other_ref",
        reads=("person_ref", "other_ref", "person_source", "other_source", "source"),
        holds=lambda one, other, one_source, other_source, source: _two(
            one and (one_source or source, one), other and (other_source or source, other)
        ),
        says="the person of the first column",
    )
    for column, needing in _NEEDED_FOR.items():
        yield RowRule(
            column=column,
            reads=("verdict", column),
            holds=lambda verdict, cell, needing=needing: cell is not None or verdict not in needing,
            says="missing, though the verdict needs it",
        )
        yield RowRule(
            column=column,
            reads=("verdict", column),
            holds=lambda verdict, cell, needing=needing: verdict is None or cell is None or verdict in needing,
            says="not allowed with this verdict",
        )
    yield RowRule(
        column="approved_by",
        reads=("verdict", "by", "approved_by"),
        holds=lambda verdict, by, approved_by: (
            verdict != Verdict.RETRACT or by is None or approved_by is None or _folded(by) != _folded(approved_by)
        ),
        says="who decided: a retraction needs the approval of somebody else",
    )


def _folded(name: str) -> str:
    """Return a name without what two ways of writing it may differ in: case, blanks and compatible characters."""
    return "".join(normalize("NFKC", name).casefold().split())


def _needed(withdrawn: bool | None, cell: object) -> bool:
    return bool(withdrawn) or cell is not None


def _in_order(first: date | None, last: date | None) -> bool:
    if first is None or last is None:
        return True
    # A last day without a time ends with that day, so it lies after any time of the same day.
    timed = isinstance(first, datetime) and isinstance(last, datetime)
    return first <= last if timed else day(first) <= day(last)


def _two(one: object, other: object) -> bool:
    return one is None or one != other


def _against(role: str | None, against: tuple[str, ...] | None) -> bool:
    return role in {None, Role.SUSPECT} or against is None
