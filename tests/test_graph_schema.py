"""The schema says everything once: keys, ends and a sentence for each property."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import pytest

from graph import schema, terms
from graph.constraints import key
from graph.errors import SchemaError
from graph.properties import Prop, props
from graph.schema.fact import Ends, Fact

ALL = schema.NODES + schema.RELATIONSHIPS
each_class = pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)
LABELS = {model.__name__ for model in schema.NODES}


def test_the_lists_hold_every_class_that_is_declared() -> None:
    declared = {
        found
        for module in pkgutil.iter_modules(schema.__path__, "graph.schema.")
        for found in vars(importlib.import_module(module.name)).values()
        if dataclasses.is_dataclass(found) and isinstance(found, type) and found.__module__ == module.name
    }
    parents = {parent for model in ALL for parent in model.__mro__[1:]}
    assert declared - parents - {Ends} == set(ALL)
    assert len(ALL) == len(set(ALL))


def test_labels_and_types_are_each_declared_once() -> None:
    assert len(LABELS) == len(schema.NODES)
    kinds = [model.TYPE for model in schema.RELATIONSHIPS]
    assert len(set(kinds)) == len(kinds)
    assert set(terms.ROLE_TYPES.values()) <= set(kinds)


@each_class
def test_a_class_says_what_it_is_and_what_each_property_means(model: type[Any]) -> None:
    assert model.__doc__
    assert model.__doc__.endswith(".")
    for name, declared in props(model).items():
        assert declared.prop.says.endswith("."), name
        assert declared.optional or not declared.prop.key or declared.type is str, name


@each_class
def test_a_class_can_only_hold_what_it_declares(model: type[Any]) -> None:
    parameters = model.__dataclass_params__
    assert parameters.frozen
    assert "__dict__" not in dir(model)


@pytest.mark.parametrize("model", schema.FACT_NODES + schema.FACT_RELATIONSHIPS, ids=lambda model: model.__name__)
def test_a_fact_has_provenance_and_one_key(model: type[Any]) -> None:
    assert issubclass(model, Fact)
    keys = [name for name, declared in props(model).items() if declared.prop.key]
    assert keys == [key(model)]
    assert keys[0].endswith("_id")


@pytest.mark.parametrize("model", schema.RELATIONSHIPS, ids=lambda model: model.__name__)
def test_a_relationship_joins_nodes_that_exist_and_reads_both_ways(model: type[Any]) -> None:
    for ends in model.ENDS:
        assert {ends.start, ends.end} <= LABELS
        assert ends.forward
        assert ends.backward


def test_a_field_must_say_what_it_means() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Silent:
        said: Annotated[str, Prop("Said.")]
        unsaid: str

    with pytest.raises(SchemaError, match=r"Silent\.unsaid does not say what it means: give it a Prop"):
        props(Silent)


def test_a_field_may_have_one_type_and_none() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Torn:
        value: Annotated[str | int | None, Prop("Either.")]

    with pytest.raises(SchemaError, match=r"Torn\.value may have one type, or one type and None"):
        props(Torn)


def test_only_dataclasses_are_declarations() -> None:
    with pytest.raises(SchemaError, match="str is not a dataclass"):
        props(str)


def test_types_are_named_as_in_the_header_of_a_question() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Kinds:
        one: Annotated[date, Prop("One.")]
        some: Annotated[date | None, Prop("Perhaps.")] = None
        more: Annotated[list[str] | None, Prop("Several.")] = None

    assert {name: declared.type_name for name, declared in props(Kinds).items()} == {
        "one": "date",
        "some": "date | None",
        "more": "list[str] | None",
    }
    assert [declared.optional for declared in props(Kinds).values()] == [False, True, True]
