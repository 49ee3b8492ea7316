"""A schema with every kind of field, and the fast executor beside the ordinary one on it."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Generator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, NewType, TypeVar

import pytest
import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    execute,
    parse,
)
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import Info

from api.executor import FastExecutionContext, Plans, plans_of

T = TypeVar("T")


@strawberry.enum
class Band(enum.Enum):
    """An enum."""

    LOW = "low"
    HIGH = "high"


class Never(BasePermission):
    """Lets nobody."""

    message = "not for you"

    def has_permission(self, *_: Any, **__: Any) -> bool:
        """Return no."""
        return False


class Refuses(BasePermission):
    """Lets every other row."""

    message = "not this one"

    def has_permission(self, source: Any, *_: Any, **__: Any) -> bool:
        """Return whether the number is odd."""
        return bool(source.n % 2)


Days = NewType("Days", int)


def days(value: Any) -> Any:
    """Serialise days, refuse those before the first, say nothing of the first and put off the third."""
    if value < 0:
        raise ValueError("no such day")
    if value == 3:
        return Later("3 days")
    return f"{value} days" if value else None


def length(root: Any) -> int:
    return len(root.a_str)


def joined(root: Any, times: int = 2) -> str:
    return str(root.a_str) * times


@strawberry.interface
class Thing:
    """What has a number."""

    n: int
    name: str | None = None


@strawberry.type
class Deep:
    """What is below everything."""

    n: int
    tags: list[str]


@strawberry.type
class Part(Thing):
    """One kind of thing."""

    weight: float = 0.5
    deep: list[Deep] = strawberry.field(default_factory=list)
    length: int = strawberry.field(resolver=length)

    a_str: strawberry.Private[str] = "part"


@strawberry.type
class Other(Thing):
    """Another kind of thing."""

    band: Band | None = None
    deep: list[Deep] = strawberry.field(default_factory=list)


Pick = Annotated[Part | Other, strawberry.union("Pick")]


@strawberry.type
class Told:
    """A type that says itself what is of it."""

    n: int

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        """Return whether it has an even number."""
        return bool(obj.n % 2 == 0)


@strawberry.type
class Item:
    """Every kind of field: plain leaves, lists, objects, unions, interfaces, and those that do more."""

    n: int
    gid: strawberry.ID = strawberry.field(name="itemId")
    a_str: str
    b_opt: str | None
    number: float
    yes: bool
    band: Band
    on: date
    at: datetime | None
    days: Days | None
    exact: Decimal
    tags: list[str]
    holes: list[int | None] | None
    matrix: list[list[int]]
    child: Part | None
    first: Part
    parts: list[Part]
    maybes: list[Part | None] | None
    pick: Pick
    picks: list[Pick | None]
    thing: Thing | None
    things: list[Thing]
    told: Told | None
    length: int = strawberry.field(resolver=length)
    joined: str = strawberry.field(resolver=joined)
    secret: str | None = strawberry.field(permission_classes=[Never])
    withheld: str = strawberry.field(permission_classes=[Refuses])


@strawberry.type
class Page(Generic[T]):
    """A generic type."""

    rows: list[T]
    total: int | None


def root(info: Info[dict[str, Any], None]) -> Any:
    return info.context[info.python_name]


@strawberry.type
class Query:
    """Roots that read the request's context."""

    items: list[Item] = strawberry.field(resolver=root)
    holed: list[Item | None] | None = strawberry.field(resolver=root)
    one: Item | None = strawberry.field(resolver=root)
    picked: list[Pick] = strawberry.field(resolver=root)
    seen: list[Thing | None] = strawberry.field(resolver=root)
    page: Page[Item] = strawberry.field(resolver=root)
    words: list[str | None] = strawberry.field(resolver=root)


def made() -> Any:
    days_ = strawberry.scalar(name="Days", serialize=days, parse_value=int)
    return strawberry.Schema(Query, config=StrawberryConfig(scalar_map={Days: days_}))._schema


SCHEMA = made()


class Later:
    """A value that is awaited, as often as one likes."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __await__(self) -> Generator[Any, None, object]:
        yield from ()
        return self.value


class Like(str):
    """A text that is not exactly one."""


class Duck:
    """What has the attributes of a part and is none."""

    n, name, weight, deep, a_str = 1, "duck", 1.0, (), "duck"


class Younger(Part):
    """A part that is not exactly one."""


def part(n: int) -> Part:
    return Part(n=n, name=None if n % 2 else f"part {n}", weight=n / 4, deep=[deep(i) for i in range(n % 3)])


def other(n: int) -> Other:
    return Other(n=n, band=Band.HIGH if n % 2 else None, deep=[deep(n)] * 4)


def deep(n: int) -> Deep:
    return Deep(n=n, tags=["a", str(n)])


def item(n: int) -> Item:
    return Item(
        n=n,
        gid=strawberry.ID(f"i{n}"),
        a_str=f"text {n}",
        b_opt=None if n % 2 else "there",
        number=n / 8,
        yes=bool(n % 2),
        band=Band.LOW,
        on=date(2020, 1, 1 + n),
        at=datetime(2020, 1, 1, n, tzinfo=UTC) if n % 2 else None,
        days=Days(n + 4),
        exact=Decimal(n) / 10,
        tags=["x"] * n,
        holes=[n, None] if n % 3 else None,
        matrix=[[n], [], [1, 2]],
        child=part(n) if n % 2 else None,
        first=part(n),
        parts=[part(i) for i in range(n)],
        maybes=[None, part(n), None, part(1), part(2)],
        pick=part(n) if n % 2 else other(n),
        picks=[part(n), None, other(n)],
        thing=None if n % 2 else other(n),
        things=[part(1), other(2), part(3), other(4)],
        told=Told(n=2),
        secret="never",
        withheld="sometimes",
    )


def context() -> dict[str, Any]:
    items = [item(n) for n in range(6)]
    return {
        "items": items,
        "holed": (*items[:3], None, *items[3:]),
        "one": items[1],
        "picked": [each.pick for each in items],
        "seen": [*items[2].things, None],
        "page": Page(rows=items, total=6),
        "words": ["a", None, "b", "c"],
    }


def ask(document: DocumentNode, data: object, by: Any, **variables: object) -> ExecutionResult:
    async def asked() -> ExecutionResult:
        result = execute(SCHEMA, document, context_value=data, variable_values=variables, executor_class=by)
        if isinstance(result, ExecutionResult):
            return result
        return await result

    return asyncio.run(asked())


def told(result: ExecutionResult) -> tuple[str, list[Any]]:
    """Return an answer with the order of its fields and the kinds of its values, and its errors."""
    return repr(result.data), [each.formatted for each in result.errors or []]


def same(text: str, data: object, **variables: object) -> Plans:
    """Hold the fast executor to the ordinary one, time and again; return what it used."""
    document = parse(text)
    expected = told(ask(document, data, StrawberryGraphQLCoreExecutionContext, **variables))
    for _ in range(3):
        assert told(ask(document, data, FastExecutionContext, **variables)) == expected
    return plans_of(SCHEMA)


@pytest.fixture(autouse=True)
def anew() -> None:
    SCHEMA.extensions.clear()


PART = "n name weight deep { n tags }"
