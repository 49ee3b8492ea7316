"""What a feed is: its columns, what each means, and the node or relationship that a row fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graph.terms import Term


class Kind(StrEnum):
    """How a column is written in a delivered file."""

    TEXT = "text"
    TEXTS = "texts, separated by ;"
    DATE = "date, as 2026-03-31"
    MOMENT = "date, or date and time, as 2026-03-31 or 2026-03-31T22:15"
    WHOLE = "whole number"
    FLAG = "yes or no"
    TERM = "one of a list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refers:
    """A column that names a record of another feed.

    `link` is the relationship that comes of it, if the row fills a node; `outward` says that it starts there. `waits`
    says that the row waits until that record is delivered; where not, the id is kept, and the link, if any, is made
    when both are there.
    """

    to: str
    link: str | None = None
    outward: bool = True
    waits: bool = True
    source: str = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name, what it says, how it is written, and the property that it fills (its own name)."""

    name: str
    says: str
    kind: Kind = Kind.TEXT
    terms: type[Term] | None = None
    required: bool = False
    refers: Refers | None = None
    fills: str | None = None
    most: int = 200
    past: bool = True
    """Whether a date may not lie after the day on which the delivery was received."""

    @property
    def property(self) -> str | None:
        """Return the property that the column fills; None for a reference that only makes a relationship."""
        if self.fills is not None:
            return self.fills or None
        return None if self.refers and self.refers.waits else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One kind of delivered table.

    `fills` is the schema class that a row becomes; where it depends on the row, a mapping by the value of `by`.
    `letter` begins the ids made from `key`. For a relationship `start` and `end` are the columns that name its ends.
    """

    name: str
    says: str
    letter: str
    key: tuple[str, ...]
    fills: type[Any] | Mapping[str, type[Any]]
    columns: tuple[Column, ...]
    by: str | None = None
    start: str | None = None
    end: str | None = None
    derives: bool = True
    """Whether anything that Clew concludes depends on it."""
    may_be_complete: bool = True
    """Whether a delivery can hold all of it, so that what it does not hold is retired."""

    @property
    def models(self) -> tuple[type[Any], ...]:
        """Return the schema classes that rows of this feed become."""
        return tuple(self.fills.values()) if isinstance(self.fills, Mapping) else (self.fills,)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Return the feed's own columns and those that every feed has."""
        return self.columns + EVERY_FEED

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return next(column for column in self.all_columns if column.name == name)


EVERY_FEED = (
    Column(
        name="source",
        says="System that the record comes from, if not the one that the manifest names. Ids are unique within it.",
    ),
    Column(
        name="recorded_at",
        says="When the source last recorded this. Of several versions of a row the latest holds; "
        "without it, which one holds is fixed but arbitrary.",
        kind=Kind.MOMENT,
    ),
    Column(
        name="restricted_to",
        says="Groups of which a viewer needs any one; for all others the record does not exist. Empty: everyone.",
        kind=Kind.TEXTS,
    ),
    Column(
        name="withdrawn",
        says="Whether the source takes the record back. Such a row needs only what the record is known by, and "
        "`recorded_at` if other rows have it; what else it says is left alone.",
        kind=Kind.FLAG,
        fills="",
    ),
)


def person(name: str, says: str, *, required: bool = False, **more: Any) -> Column:
    """Return a column that names a person by the source's own id; `more` goes to `Refers`."""
    return Column(name=name, says=says, required=required, refers=Refers(to="Nominal", **more))


def incident(says: str, *, required: bool = False, **more: Any) -> Column:
    """Return the column that names an incident by the source's own id; `more` goes to `Refers`."""
    return Column(name="incident_ref", says=says, required=required, refers=Refers(to="Incident", **more))
