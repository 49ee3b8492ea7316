"""Answers of plain attributes come from compiled functions, and whatever does more is left to the ordinary executor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import strawberry
from graphql import (
    DocumentNode,
    execute,
    parse,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api import executor
from api.executor import FastExecutionContext, plans_of
from executed import (
    PART,
    SCHEMA,
    Other,
    Part,
    anew,
    ask,
    context,
    same,
    told,
)

__all__ = ["anew"]

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
