"""The fast executor answers what the ordinary one does, errors and nulls included, whatever the values."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

import pytest
import strawberry
from graphql import (
    NoUnusedFragmentsRule,
    NoUnusedVariablesRule,
    Undefined,
    parse,
    specified_rules,
    validate,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from api.executor import plans_of
from executed import (
    PART,
    SCHEMA,
    Band,
    Deep,
    Duck,
    Item,
    Later,
    Like,
    Other,
    Page,
    Part,
    Thing,
    Younger,
    anew,
    context,
    deep,
    other,
    part,
    same,
)

__all__ = ["anew"]

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
