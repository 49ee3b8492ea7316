"""What all answers are made of: what may be withheld, what an answer says of itself, pages and lists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar, dataclass_transform

import strawberry

from queries.answer import Answer

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def typed(cls: type[T]) -> type[T]:
    """Make a class a type of the API, described by its docstring."""
    return strawberry.type(cls, description=cls.__doc__)


@strawberry.enum(description="Why something that exists is not shown.")
class Reason(Enum):
    """Why something that exists is not shown."""

    ROLE = strawberry.enum_value("ROLE", description="The viewer's role works without names.")
    PROTECTED_ADDRESS = strawberry.enum_value("PROTECTED_ADDRESS", description="A place that protects somebody.")


@typed
class Withheld:
    """Something that exists and may not be shown to this viewer; not the same as not recorded."""

    reason: Reason = strawberry.field(description="Why.")
    says: str = strawberry.field(description="The same as a sentence.")


@typed
class Known:
    """A name, or something else that tells who or where somebody is."""

    text: str = strawberry.field(description="As recorded.")


@typed
class KnownDay:
    """A day that tells who somebody is."""

    day: date = strawberry.field(description="As recorded.")


Text = Annotated[
    Known | Withheld,
    strawberry.union("Text", description="Something that tells who or where somebody is, or that it is withheld."),
]
Day = Annotated[
    KnownDay | Withheld,
    strawberry.union("Day", description="A day that tells who somebody is, or that it is withheld."),
]

BY_ROLE = Withheld(reason=Reason.ROLE, says="Your role works without names.")
PROTECTED = Withheld(
    reason=Reason.PROTECTED_ADDRESS, says="An address is recorded; it protects somebody, so it is not shown."
)


@typed
class NotFound:
    """Nobody and nothing that this viewer may see has this id."""

    says: str = strawberry.field(description="The same as a sentence.", default="Nothing that you may see has this id.")


NOT_FOUND = NotFound()


@typed
class About:
    """What must be known with an answer."""

    question: str = strawberry.field(description="What the answer answers.")
    caution: str = strawberry.field(description="What the answer does not mean.")
    as_of: date | None = strawberry.field(description="The day for which it holds.")
    known_at: datetime | None = strawberry.field(description="When the latest delivery that it knows was received.")
    state: str = strawberry.field(
        description="ready; stale: records came in since that are not concluded from yet; withheld: not to be told yet."
    )
    versions: list[str] = strawberry.field(description="Definitions, clusters of risk, harm and weights that it used.")


def about(answer: Answer[Any]) -> About:
    """Return what an answer says of itself."""
    return About(
        question=answer.query.purpose,
        caution=answer.query.caution,
        as_of=answer.as_of,
        known_at=answer.known_at,
        state=answer.state,
        versions=answer.versions,
    )


@typed
class PageInfo:
    """Where a page ends, and whether there is more."""

    has_next_page: bool = strawberry.field(description="Whether there is more after this page.")
    has_previous_page: bool = strawberry.field(description="Whether this page began after a cursor.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last; give it as `after` for the next page.")


@typed
class Edge(Generic[T]):
    """One of a page, with its place."""

    cursor: str = strawberry.field(description="Its place in the order.")
    node: T = strawberry.field(description="What stands there.")


@typed
class Connection(Generic[T]):
    """A page of a list."""

    nodes: list[T] = strawberry.field(description="What is on this page, in order.")
    about: About = strawberry.field(description="What must be known with it.")
    told: strawberry.Private[Answer[Any]]
    place: strawberry.Private[Callable[[Any], str]]
    began: strawberry.Private[bool]
    count: strawberry.Private[Callable[[], Awaitable[int | None]]]

    @strawberry.field(description="The same with the place of each.")
    def edges(self) -> list[Edge[T]]:
        """Return each with its place."""
        return [Edge(cursor=self.place(row), node=node) for row, node in zip(self.told.rows, self.nodes, strict=True)]

    @strawberry.field(description="Where the page ends, and whether there is more.")
    def page_info(self) -> PageInfo:
        """Return where the page ends."""
        rows = self.told.rows
        return PageInfo(
            has_next_page=self.told.cut is not None,
            has_previous_page=self.began,
            start_cursor=self.place(rows[0]) if rows else None,
            end_cursor=self.place(rows[-1]) if rows else None,
        )

    @strawberry.field(
        description="How many there are in all; absent: more than 10,000. Costs more than a page: ask only if needed."
    )
    async def total_count(self) -> int | None:
        """Count the whole list."""
        return await self.count()


@typed
class Listing(Generic[T]):
    """A list that is never long."""

    rows: list[T] = strawberry.field(description="The list, in order.")
    cut: str | None = strawberry.field(description="By what the list was cut short; absent: it is whole.")
    about: About = strawberry.field(description="What must be known with it.")
