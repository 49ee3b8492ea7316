"""What a document asks for is measured exactly, in time linear in its length, whatever its fragments do."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from graphql import build_schema, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from api.limits import MOST, UNSAID, Limits, Measured, beyond, measured

SCHEMA = build_schema("""
directive @note(text: String) repeatable on
  QUERY | FIELD | FRAGMENT_DEFINITION | FRAGMENT_SPREAD | INLINE_FRAGMENT | VARIABLE_DEFINITION
interface Thing { name: String friends(first: Int = 7): [Thing] }
type Person implements Thing {
  name: String
  age: Int
  friends(first: Int = 7): [Person]
  known(first: Int): [Person]
  all: [Person]
  page(limit: Int! = 3, after: String): Page
  both(first: Int = 2, limit: Int = 4): [Person]
}
type Page { nodes: [Person] edges: [Edge] pageInfo: Info rows: [Person] }
type Edge { node: Person cursor: String }
type Info { more: Boolean }
type Query { person(id: ID): Person thing: Thing }
""")


def told(text: str, operation: str | None = None, **variables: object) -> Measured:
    return measured(SCHEMA, parse(text), operation, variables)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("{ person { name } }", 2),
        ("{ person { name age __typename } __typename }", 3),
        ("{ person { friends(first: 10) { name age } } }", 2 + 20),
        ("{ person { friends { name } } }", 2 + 7),
        ("{ person { friends(first: null) { name } } }", 2 + 7),
        ("{ person { known { name } } }", 2 + UNSAID),
        ("{ person { known(first: 0) { name } } }", 2 + 1),
        ("{ person { known(first: -5) { name } } }", 2 + 1),
        ("{ person { all { name } } }", 3),
        ("{ person { page { nodes { name } } } }", 2 + 3 * 2),
        ("{ person { both(first: 9) { name } } }", 2 + 9),
        ("{ person { both(limit: 1) { name } } }", 2 + 2),
        ("{ person { friends(first: 3) { friends(first: 4) { name } age } } }", 2 + 3 * (1 + 4 + 1)),
        ("{ thing { friends { name } } }", 2 + 7),
        ("{ thing { ... on Person { page(limit: 5) { nodes { name } } } } }", 2 + 5 * 2),
        ("{ person { ... { friends(first: 2) { name } } } }", 2 + 2),
        ("{ person { ... { friends { name } } } }", 2 + 7),
        ("{ unknown { nothing(first: 6) { at all } } }", 2 + 6 * 2),
        ("{ __schema { types { name } } }", 3),
    ],
)
def test_the_cost_is_the_fields_of_the_longest_answer(text: str, cost: int) -> None:
    assert told(text).cost == cost


def test_a_number_too_long_to_read_costs_as_much_as_can_be() -> None:
    for digits in (7, 12, 5_000):
        found = told(f"{{ person {{ friends(first: {'9' * digits}) {{ friends(first: 9999) {{ name }} }} }} }}")
        assert found.cost == MOST


@pytest.mark.parametrize(
    ("variables", "rows"),
    [
        ({"n": 12}, 12),
        ({"n": 12.0}, 12),
        ({"n": 10**40}, MOST),
        ({"n": 1e300}, MOST),
        ({"n": float("inf")}, MOST),
        ({"n": float("nan")}, MOST),
        ({"n": None}, 7),
        ({"n": True}, 7),
        ({"n": "12"}, 7),
        ({}, 5),
        ({"other": 12}, 5),
    ],
)
def test_a_variable_counts_as_its_value_then_its_default_then_the_arguments(
    variables: dict[str, Any], rows: int
) -> None:
    text = "query ($n: Int = 5) { person { friends(first: $n) { name } } }"
    found = measured(SCHEMA, parse(text), None, variables)
    assert found.cost == min(2 + rows, MOST)
    assert found.varies


def test_a_variable_without_value_or_default_counts_as_the_arguments_default() -> None:
    assert told("query ($n: Int) { person { friends(first: $n) { name } } }").cost == 2 + 7
    assert told("query ($n: Int) { person { known(first: $n) { name } } }").cost == 2 + UNSAID


def test_only_a_document_with_a_variable_in_its_cost_varies() -> None:
    assert not told("query ($id: ID) { person(id: $id) { friends(first: 3) { name } } }", id="1").varies


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("{ __typename }", 0),
        ("{ person { name } }", 1),
        ("{ person { friends { friends { name } } name } }", 3),
        ("{ person { page { nodes { name } } } }", 2),
        ("{ person { page { edges { node { friends { name } } } pageInfo { more } } } }", 3),
        ("{ person { page { rows { name } } } }", 2),
        ("{ ...A } fragment A on Query { person { ...B } } fragment B on Person { friends { name } }", 2),
        ("{ person { ... on Person { ... { friends { name } } } } }", 2),
        ("{ __schema { types { fields { name } } } }", 0),
    ],
)
def test_the_depth_is_the_levels_of_fields_with_fields_below(text: str, depth: int) -> None:
    assert told(text).depth == depth


def test_aliases_count_each_time_that_their_fragment_is_spread() -> None:
    text = """
    { a: person { ...F } b: person { ...F ...G } }
    fragment F on Person { c: name d: age ...G }
    fragment G on Person { e: name }
    """
    assert told(text).aliases == 2 + 2 * 3 + 1


def test_root_fields_count_through_fragments_and_not_below_fields() -> None:
    text = (
        "{ person { name age } ...R ... { thing { name } } } fragment R on Query { b: thing { name } person { age } }"
    )
    assert told(text).root_fields == 4


def test_directives_count_wherever_they_stand() -> None:
    text = """
    query ($n: Int @note @note) @note { person @note { ...F @note ... on Person @note { name @note } ...F } }
    fragment F on Person @note { age @note }
    """
    assert told(text).directives == 7 + 2 * 2


@pytest.mark.parametrize("levels", [20, 24, 60])
@pytest.mark.parametrize("below", ["...f{0} ...f{0}", "a: all {{ ...f{0} }} b: all {{ ...f{0} }}"])
def test_fragments_that_double_are_looked_at_once(levels: int, below: str) -> None:
    text = "{ person { ...f0 } } " + "".join(
        f"fragment f{level} on Person {{ {below.format(level + 1)} }} " for level in range(levels)
    )
    found = told(text + f"fragment f{levels} on Person {{ name }}")
    assert found.visited <= 3 + 4 * levels
    assert min(2**levels, MOST) <= found.cost <= MOST
    assert beyond(found, Limits())


def test_a_chain_of_fragments_longer_than_python_may_call_is_measured() -> None:
    chain = "".join(f"fragment f{n} on Person {{ friends(first: 1) {{ ...f{n + 1} }} }} " for n in range(1_500))
    found = told("{ person { ...f0 } } " + chain + "fragment f1500 on Person { name }")
    assert found.depth == 1_501
    assert found.cost == 1_502


@pytest.mark.parametrize(
    "text",
    [
        "{ person { ...F } } fragment F on Person { name ...F }",
        "{ person { ...F } } fragment F on Person { friends { ...G } } fragment G on Person { ...F ...G }",
        "{ person { ...Nowhere } }",
        "{ person { ...F } } fragment F on Nobody { at { all } }",
        "mutation { change { name } }",
        "fragment F on Person { name }",
        "type A { b: Int }",
        "{ person { name(first: $n) { name } } }",
    ],
)
def test_a_document_that_is_not_valid_is_measured_without_error_or_end(text: str) -> None:
    assert validate(SCHEMA, parse(text))
    assert told(text).cost <= 2 + UNSAID


def test_the_operation_that_runs_is_told_and_the_others_beside_it() -> None:
    text = "query A { person { name } } query B($n: Int = 4) { person { friends(first: $n) { name } } }"
    assert told(text, "A").cost == 2
    assert [each.cost for each in told(text, "A").others] == [2 + 7]
    assert told(text, "B").cost == 2 + 4
    assert told(text, "B", n=20).cost == 2 + 20
    assert told(text, "C").cost == 0
    assert [each.cost for each in told(text, "C").others] == [2, 2 + 7]


def test_many_operations_with_the_same_fragments_take_linear_time() -> None:
    body = "".join(f"fragment f{n} on Person {{ ...f{n + 1} ...f{n + 1} }} " for n in range(100))
    many = "".join(f"query Q{n} {{ person {{ ...f0 }} }} " for n in range(100))
    found = told(many + body + "fragment f100 on Person { name }", "Q7")
    assert found.operations == 100
    assert found.visited <= 2 * (2 * 100 + 2 * 100 + 1)


LOW = Limits(max_depth=2, max_cost=30, max_aliases=1, max_root_fields=2, max_directives=1, max_operations=2)


@pytest.mark.parametrize(
    ("code", "limit", "just", "more"),
    [
        ("DEPTH_LIMIT", 2, "{ person { all { name } } }", "{ person { all { all { name } } } }"),
        ("COST_LIMIT", 30, "{ person { known(first: 28) { name } } }", "{ person { known(first: 29) { name } } }"),
        ("ALIAS_LIMIT", 1, "{ a: __typename }", "{ a: __typename b: __typename }"),
        ("ROOT_FIELD_LIMIT", 2, "{ person { name } thing { name } }", "{ person { name } thing { name } __typename }"),
        ("DIRECTIVE_LIMIT", 1, "{ __typename @note }", "{ __typename @note @note }"),
        ("OPERATION_LIMIT", 2, "query A { __typename } query B { __typename }", "{ a } { b } { c }"),
    ],
)
def test_what_is_at_a_limit_passes_and_one_more_is_refused(code: str, limit: int, just: str, more: str) -> None:
    assert beyond(told(just), LOW) is None
    refused = beyond(told(more), LOW)
    assert refused
    assert refused.extensions == {"code": code, "limit": limit, "actual": limit + 1}
    assert str(limit) in refused.message


def test_an_operation_that_does_not_run_must_be_within_the_limits_too() -> None:
    text = "query A { __typename } query B { person { known(first: 1000000) { name } } }"
    refused = beyond(told(text, "A"), Limits())
    assert refused
    assert refused.extensions == {"code": "COST_LIMIT", "limit": 20_000, "actual": 1_000_002}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ person { " + "friends(first: 9) { " * 12 + "name" + " }" * 12 + " } }", "DEPTH_LIMIT"),
        ("{ " + " ".join(f"a{n}: person(id: {n}) {{ name }}" for n in range(200)) + " }", "ALIAS_LIMIT"),
        ("{ " + "person { name } " * 11 + "}", "ROOT_FIELD_LIMIT"),
        ("{ person { name " + "@note " * 500 + "} }", "DIRECTIVE_LIMIT"),
        ("{ person { friends(first: 1000000) { name } } }", "COST_LIMIT"),
    ],
)
def test_each_attack_meets_its_limit(text: str, code: str) -> None:
    refused = beyond(told(text), Limits())
    assert refused
    assert (refused.extensions or {})["code"] == code


NAMES = ("A", "B", "C", "D")


def selections(spreads: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Make the selections of a person, of at most some fragments that come later, so that none contains itself."""
    leaf = st.sampled_from(
        ["name", "x: name", "age", "y: age @note", "__typename", *(f"...{each}" for each in spreads)]
    )
    heads = st.sampled_from(
        ["friends", "friends(first: 3)", "z: known(first: $n)", "all", "... on Person", "... @note", "both(limit: $m)"]
    )

    def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.builds(
            lambda head, below: f"{head} {{ {' '.join(below)} }}", heads, st.lists(inner, min_size=1, max_size=3)
        )

    return st.lists(st.recursive(leaf, around, max_leaves=6), min_size=1, max_size=3).map(" ".join)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, str]:
    """Make a document, and the same with its fragments written out."""
    bodies = {name: draw(selections(NAMES[place + 1 :])) for place, name in enumerate(NAMES)}
    text = "query ($n: Int, $m: Int = 6) { person { " + draw(selections(NAMES)) + " } thing { ...A } } "
    plain = text
    while (
        written := re.sub(r"\.\.\.([A-D])", lambda found: f"... on Person {{ {bodies[found[1]]} }}", plain)
    ) != plain:
        plain = written
    return text + " ".join(f"fragment {name} on Person {{ {body} }}" for name, body in bodies.items()), plain


@given(texts=documents(), n=st.none() | st.integers(-1, 50))
@settings(max_examples=60)
def test_a_document_measures_as_it_does_with_its_fragments_written_out(texts: tuple[str, str], n: int | None) -> None:
    named, plain = (measured(SCHEMA, parse(text), None, {"n": n}) for text in texts)
    assert replace(named, visited=0) == replace(plain, visited=0)
