"""The fast executor answers what the ordinary one does, errors and nulls included; fields that do more it leaves."""

from __future__ import annotations

import asyncio
import enum
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, NewType, TypeVar

import pytest
import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    NoUnusedFragmentsRule,
    NoUnusedVariablesRule,
    Undefined,
    execute,
    parse,
    specified_rules,
    validate,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import Info

from api import executor
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
def _anew() -> None:
    SCHEMA.extensions.clear()


PART = "n name weight deep { n tags }"
EVERY = f"""
  n itemId aStr bOpt number yes band on at days exact tags holes matrix child {{ {PART} }} first {{ __typename {PART} }}
  parts {{ {PART} }} maybes {{ n }} pick {{ __typename ... on Part {{ weight }} ... on Other {{ band }} }}
  picks {{ ... on Thing {{ n }} }} thing {{ name ... on Other {{ band }} }}
  things {{ n ... on Part {{ deep {{ n }} }} }}
"""


@pytest.mark.parametrize(
    ("text", "ran"),
    [
        (f"items {{ {EVERY} }}", 3),
        (f"holed {{ {EVERY} }}", 3),
        (f"page {{ total rows {{ {EVERY} }} }}", 3),
        (f"one {{ {EVERY} }}", 2),
    ],
)
def test_an_answer_of_plain_attributes_comes_from_one_function(text: str, ran: int) -> None:
    plans = same(f"{{ {text} }}", context())
    assert plans.surprises == 0
    assert plans.ran >= ran


@pytest.mark.parametrize("text", ["picked { ...P }", "seen { ...T }", "words"])
def test_lists_of_unions_interfaces_and_leaves_are_completed_by_a_function(text: str) -> None:
    fragments = {
        "...P": "fragment P on Pick { ... on Part { n weight } ...O } fragment O on Other { band __typename }",
        "...T": "fragment T on Thing { n name __typename ... on Other { deep { n } } }",
    }
    plans = same(f"{{ {text} }} " + "".join(said for name, said in fragments.items() if name in text), context())
    assert plans.ran == 3
    assert plans.surprises == 0


@pytest.mark.parametrize(
    "field",
    [
        "length",
        "joined",
        "joined(times: 3)",
        "secret",
        "withheld",
        "things { ... on Part { length } }",
        "parts { n } secret",
        "told { n }",
    ],
)
def test_a_field_that_does_more_than_read_an_attribute_is_never_read_as_one(field: str) -> None:
    document, data = parse(f"{{ items {{ {field} }} one {{ {field} }} }}"), context()
    ordinary = told(ask(document, data, StrawberryGraphQLCoreExecutionContext))
    assert [told(ask(document, data, FastExecutionContext)) for _ in range(3)] == [ordinary] * 3
    assert "'never'" not in ordinary[0]
    known = [each for _, known in plans_of(SCHEMA).documents.values() for each in known.items()]
    assert {plan for (_, of, *_), plan in known if str(of).startswith("Item")} == {None}


def test_introspection_is_left_to_the_ordinary_executor() -> None:
    plans = same(
        "{ __schema { types { name kind fields { name args { name } } } directives { name locations } } }", context()
    )
    assert (plans.compiled, plans.ran) == (0, 0)


def test_a_document_that_comes_again_is_not_compiled_again() -> None:
    document, data = parse(f"{{ items {{ {EVERY} }} }}"), context()
    ask(document, data, FastExecutionContext)
    plans = plans_of(SCHEMA)
    compiled = plans.compiled
    assert compiled > 0
    for _ in range(5):
        ask(document, data, FastExecutionContext)
    assert plans.compiled == compiled
    assert plans.ran == 6
    ask(parse(f"{{ items {{ {EVERY} }} }}"), data, FastExecutionContext)
    assert plans.compiled == 2 * compiled


def test_what_is_included_and_skipped_is_of_the_request() -> None:
    text = """query ($t: Boolean!, $s: Boolean = false, $n: Boolean) {
        items { n aStr @include(if: $t) first @skip(if: $s) { n ...F @include(if: $t) } }
    } fragment F on Part { weight @skip(if: $s) }"""
    document, data = parse(text), context()
    kinds: list[dict[str, object]] = [{"t": t, "s": s} for t in (True, False) for s in (True, False)]
    others: list[dict[str, object]] = [{"t": True}, {"t": False, "n": None}, {"t": True, "s": None}]
    for variables in (*kinds, *kinds, *others):
        expected = told(ask(document, data, StrawberryGraphQLCoreExecutionContext, **variables))
        assert told(ask(document, data, FastExecutionContext, **variables)) == expected
    assert plans_of(SCHEMA).ran >= 8


def test_two_operations_of_a_document_and_fragments_of_one_name_are_not_mistaken() -> None:
    data = context()
    one, two = (parse(f"{{ items {{ ...F }} }} fragment F on Item {{ {field} }}") for field in ("n", "aStr"))
    mixed = DocumentNode(definitions=(one.definitions[0], two.definitions[1]))
    for document in (one, two, mixed, one, mixed):
        expected = told(ask(document, data, StrawberryGraphQLCoreExecutionContext))
        assert told(ask(document, data, FastExecutionContext)) == expected
    assert plans_of(SCHEMA).ran == 5


def test_only_the_latest_documents_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "MOST_DOCUMENTS", 3)
    data = context()
    documents = [parse("{ items { n } }") for _ in range(5)]
    for document in documents:
        ask(document, data, FastExecutionContext)
    plans = plans_of(SCHEMA)
    assert len(plans.documents) == 3
    compiled = plans.compiled
    ask(documents[2], data, FastExecutionContext)
    ask(parse("{ items { n } }"), data, FastExecutionContext)
    ask(documents[2], data, FastExecutionContext)
    assert plans.compiled == compiled + 2


def test_a_document_that_needs_too_many_functions_is_left_to_the_ordinary_executor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(executor, "MOST_PLANS", 3)
    same(f"{{ items {{ {EVERY} }} }}", context())
    assert plans_of(SCHEMA).compiled < 5


def test_short_lists_and_single_objects_are_compiled_when_they_come_again() -> None:
    document, data = parse("{ items { n } }"), context()
    data["items"] = data["items"][:2]
    ask(document, data, FastExecutionContext)
    assert plans_of(SCHEMA).compiled <= 1
    ask(document, data, FastExecutionContext)
    ran = plans_of(SCHEMA).ran
    ask(document, data, FastExecutionContext)
    assert plans_of(SCHEMA).ran == ran + 1


def test_middleware_sees_every_field() -> None:
    seen: list[str] = []

    def middle(following: Callable[..., Any], source: Any, info: Any, **args: Any) -> Any:
        seen.append(info.field_name)
        return following(source, info, **args)

    document, data = parse("{ items { n } }"), context()
    for _ in range(3):
        execute(SCHEMA, document, context_value=data, middleware=[middle], executor_class=FastExecutionContext)
    assert seen.count("n") == 18


def test_what_is_cast_to_another_type_is_completed_as_that() -> None:
    data = context()
    data["seen"] = [strawberry.cast(Other, Part(n=n)) for n in range(6)]
    data["picked"] = [strawberry.cast(Other, Part(n=n)) for n in range(6)]
    for field in ("seen", "picked"):
        same(f"{{ {field} {{ __typename ... on Thing {{ n }} }} }}", data)
    assert "'Other'" in told(ask(parse("{ seen { __typename } }"), data, FastExecutionContext))[0]


def test_a_stream_is_left_to_the_ordinary_executor() -> None:
    plans = same("{ items @stream(if: false) { n } }", context())
    assert (plans.compiled, plans.ran) == (0, 0)


BAD: list[Any] = [
    None,
    Undefined,
    float("nan"),
    float("inf"),
    2**40,
    -(2**31) - 1,
    True,
    0,
    -1,
    3,
    2.5,
    -0.0,
    2**31 - 1,
    -(2**31),
    "",
    4.0,
    "low",
    "3",
    Like("text"),
    b"bytes",
    Band.HIGH,
    Band,
    date(2021, 1, 1),
    datetime(2021, 1, 1, tzinfo=UTC),
    ValueError("a value that is an error"),
    ValueError,
    [],
    (1, None),
    [None],
    [[1]],
    ["x", 2],
    {"n": 1},
    Later("later"),
    Later(None),
    Later(ValueError("an error that is awaited")),
    [Later(1), 2, 3, 4],
    Duck(),
    part(1),
    other(2),
    deep(3),
    Younger(n=4, name="younger"),
    strawberry.cast(Other, Part(n=5)),
    [part(1), other(2), None, part(3)],
    [Duck()] * 5,
    (part(1), part(2), part(3), part(4), ValueError("one that is an error")),
    iter(()),
    object(),
]
LEAVES = [
    "n",
    "itemId",
    "aStr",
    "bOpt",
    "number",
    "yes",
    "band",
    "on",
    "at",
    "days",
    "exact",
    "tags",
    "holes",
    "matrix",
]
BELOW = {
    "Item": {
        "child": "Part",
        "first": "Part",
        "parts": "Part",
        "maybes": "Part",
        "pick": "Pick",
        "picks": "Pick",
        "thing": "Thing",
        "things": "Thing",
    },
    "Part": {"deep": "Deep"},
    "Other": {"deep": "Deep"},
}
PLAIN = {
    "Item": LEAVES,
    "Part": ["n", "name", "weight"],
    "Other": ["n", "name", "band"],
    "Thing": ["n", "name"],
    "Deep": ["n", "tags"],
    "Pick": [],
}
MORE = {"Item": ["length", "joined", "joined(times: 3)", "secret", "withheld"], "Part": ["length"]}
WITHIN = {"Item": ["Item"], "Part": ["Part", "Thing"], "Other": ["Other"], "Thing": ["Part", "Other", "Thing"]}
WITHIN |= {"Deep": ["Deep"], "Pick": ["Part", "Other", "Thing"]}
READS = {"gid": "itemId", "a_str": "aStr", "b_opt": "bOpt"}
STEERS = ["", "", "", "", "@include(if: $t)", "@skip(if: $s)", "@include(if: true)"]
STEERS += ["@skip(if: false) @include(if: $s)"]


@st.composite
def selections(draw: st.DrawFn, of: str, depth: int = 0, *, more: bool = False) -> str:
    """Make a selection set of a type: aliases, duplicates, fragments of both kinds, fields included and skipped."""
    said: list[str] = []
    for _ in range(draw(st.integers(1, 5 if depth == 0 else 3))):
        kinds = ["leaf", "leaf", "leaf", "typename"] + (["below", "below", "within", "named"] if depth < 4 else [])
        kind = draw(st.sampled_from(kinds))
        steer = draw(st.sampled_from(STEERS))
        leaves = PLAIN[of] + (MORE.get(of, []) if more else [])
        if kind == "below" and of in BELOW:
            field = draw(st.sampled_from(sorted(BELOW[of])))
            alias = draw(st.sampled_from(["", "", f"{field}Too: "]))
            said.append(f"{alias}{field} {steer} {{ {draw(selections(BELOW[of][field], depth + 1, more=more))} }}")
        elif kind == "within":
            condition = draw(st.sampled_from(WITHIN[of]))
            below = draw(selections(condition, depth + 1, more=more))
            bare = condition == of and draw(st.booleans())
            said.append(f"... {'' if bare else f'on {condition}'} {steer} {{ {below} }}")
        elif kind == "named" and depth < 3 and f"...{of}" in FRAGMENTS:
            said.append(f"...{of}F {steer}")
        elif kind == "leaf" and leaves:
            leaf = draw(st.sampled_from(leaves))
            plain = leaf.partition("(")[0]
            alias = f"{plain}Too: " if "(" in leaf else draw(st.sampled_from(["", "", f"{plain}Again: "]))
            said.append(f"{alias}{leaf} {steer}")
        else:
            said.append(draw(st.sampled_from(["__typename", "kind: __typename"])) + f" {steer}")
    return " ".join(said)


FRAGMENTS = {f"...{name}" for name in ("Item", "Part", "Thing")}


@st.composite
def documents(draw: st.DrawFn) -> str:
    more = draw(st.integers(0, 5)) == 0
    roots = {"items": "Item", "holed": "Item", "one": "Item", "picked": "Pick", "seen": "Thing"}
    field = draw(st.sampled_from([*roots, "page"]))
    if field == "page":
        asked = f"page {{ total rows {{ {draw(selections('Item', more=more))} }} }}"
    else:
        asked = f"{field} {{ {draw(selections(roots[field], more=more))} }}"
    named = " ".join(
        f"fragment {name}F on {name} {{ {draw(selections(name, 3, more=more))} }}" for name in ("Item", "Part", "Thing")
    )
    return f"query ($t: Boolean!, $s: Boolean = false) {{ {asked} }} {named}"


def things(data: dict[str, Any]) -> list[Any]:
    """Return every object of the answer that has attributes, in an order that is always the same."""
    found: list[Any] = []

    def into(value: object) -> None:
        if isinstance(value, list | tuple):
            for each in value:
                into(each)
        elif isinstance(value, Item | Thing | Deep | Page) and not any(value is each for each in found):
            found.append(value)
            for each in fields(value):
                into(getattr(value, each.name))

    for value in data.values():
        into(value)
    return found


@dataclass(frozen=True, slots=True)
class Spoil:
    """What is put into an answer, and where: in a row of a root, or in an attribute of one or all objects of a kind."""

    bad: int
    kind: type | str
    name: str
    place: int | None

    def into(self, data: dict[str, Any], found: list[Any]) -> None:
        """Put it there."""
        if isinstance(self.kind, str):
            row = list(data[self.kind])
            row[(self.place or 0) % len(row)] = BAD[self.bad]
            data[self.kind] = row
            return
        among = [each for each in found if type(each) is self.kind]
        for each in among if self.place is None else [among[self.place % len(among)]]:
            setattr(each, self.name, BAD[self.bad])


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[Spoil]]:
    """Make a document, and what is put into the places that it reads."""
    text = draw(documents())
    words = set(re.findall(r"\w+", text.partition(" fragment ")[0]))
    places: list[tuple[Any, str]] = [(root, "") for root in ("items", "holed", "seen", "picked") if root in words]
    for kind in (Item, Part, Other, Deep, Page):
        places += [(kind, each.name) for each in fields(kind) if READS.get(each.name, each.name) in words]
    bad: list[Spoil] = []
    for _ in range(draw(st.sampled_from([0, 1, 1, 2, 4])) if places else 0):
        kind, name = draw(st.sampled_from(places))
        number = draw(st.integers(0, len(BAD) - 1))
        bad.append(Spoil(number, kind, name, draw(st.none() | st.integers(0, 40))))
    return text, bad


BELOW_ALL = {"Part": PART, "Pick": "... on Part { weight } ... on Other { band }", "Thing": "n name", "Deep": "n"}


@pytest.mark.parametrize("name", [each.name for each in fields(Item)])
def test_every_value_in_every_kind_of_field_is_answered_as_by_the_ordinary_executor(name: str) -> None:
    field = READS.get(name, name)
    below = "n" if name == "told" else BELOW_ALL.get(BELOW["Item"].get(field, ""), "")
    text = f"{{ items {{ {field} {f'{{ {below} }}' if below else ''} }} }}"
    for bad in BAD:
        data = context()
        setattr(data["items"][4], name, bad)
        same(text, data)


@pytest.mark.parametrize("root", ["items", "holed", "picked", "seen", "words"])
def test_every_value_in_a_list_is_answered_as_by_the_ordinary_executor(root: str) -> None:
    below = {"words": "", "picked": "{ ... on Part { weight } ... on Other { band } }"}.get(root, "{ n }")
    for bad in BAD:
        data = context()
        data[root] = [*data[root], bad]
        same(f"{{ {root} {below} }}", data)


EXAMPLES = 200
RULES = [each for each in specified_rules if each not in (NoUnusedFragmentsRule, NoUnusedVariablesRule)]


def test_the_fast_executor_and_the_ordinary_one_give_the_same_answers_and_errors() -> None:
    examples = ran = surprised = 0

    @given(case=cases(), t=st.booleans(), s=st.none() | st.booleans())
    @settings(max_examples=EXAMPLES)
    def compare(case: tuple[str, list[Spoil]], t: bool, s: bool | None) -> None:
        nonlocal examples, ran, surprised
        text, bad = case
        data = context()
        found = things(data)
        for each in bad:
            each.into(data, found)
        assume(not validate(SCHEMA, parse(text), RULES))
        plans = plans_of(SCHEMA)
        before, gave_up = plans.ran, plans.surprises
        same(text, data, t=t, **({} if s is None else {"s": s}))
        examples += 1
        ran += plans.ran > before
        surprised += plans.surprises > gave_up

    compare()
    assert ran > examples * 0.6
    assert surprised > examples * 0.25
