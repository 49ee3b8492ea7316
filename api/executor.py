"""Answers in large quantities: what is plain attributes all the way down is completed by a function compiled for it.

The ordinary executor takes some microseconds for each field of each object. Where every selected field below a list or
an object is a plain attribute (no resolver, argument, extension or permission), one function reads, checks and names
them all. It never answers with an error: at anything unforeseen it gives up, and the ordinary executor completes the
same value from the start, so that errors, their paths and the nulls that they leave are always its own.

Relied on, and why both libraries are pinned: graphql-core's `complete_iterable_value`, `complete_object_value`,
`collect_subfields`; Strawberry's `StrawberryGraphQLCoreExecutionContext`, `DEFINITION_BACKREF`, `_is_default`,
`is_basic_field`, `default_resolver`, `concrete_of`, `wrapped_cls`, `isoformat`, `TYPE_CAST_ATTRIBUTE`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from keyword import iskeyword
from typing import Any

import graphql
from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, Undefined
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import is_awaitable
from strawberry.resolvers import is_default_resolver
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter
from strawberry.schema.types.base_scalars import isoformat
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE
from strawberry.types.field import StrawberryField
from strawberry.types.union import StrawberryUnion

MOST_DOCUMENTS = 256
"""Documents whose plans are kept, each for every combination of what it includes and skips."""
MOST_PLANS = 500
"""Functions for one document: one that would need more, by many types within many, is left to the ordinary executor."""
SHORT = 4
"""Single objects, and lists shorter than this, are worth a function only when they come again."""

BACKREF = GraphQLCoreConverter.DEFINITION_BACKREF
TEMPORAL = frozenset({date, datetime, time})
TESTS = {
    graphql.GraphQLString: "type({0}) is str",
    graphql.GraphQLID: "type({0}) is str",
    graphql.GraphQLInt: "type({0}) is int and -2147483648 <= {0} <= 2147483647",
    graphql.GraphQLFloat: "type({0}) is float and {0} - {0} == 0.0",
    graphql.GraphQLBoolean: "type({0}) is bool",
}
"""When a value of a scalar is its own answer. Infinity, and what is no number, less itself is not 0."""

Complete = Callable[[Any], Any]
Key = tuple[object, ...]
Known = dict[Key, Complete | None]
"""Functions by what they complete; None where there is none."""


class _NotPlain(Exception):
    """A selection or a value that only the ordinary executor can complete."""


def _once(_value: object) -> object:
    """Stand for a function that was wanted once and is compiled when it is wanted again."""
    raise _NotPlain


@dataclass(slots=True, kw_only=True)
class Plans:
    """The compiled functions of a schema, for the latest documents only, and how often they were of use."""

    schema: graphql.GraphQLSchema
    documents: dict[Key, tuple[tuple[graphql.Node, ...], Known]] = field(default_factory=dict)
    """Functions by document, the latest last, with the nodes, so that no other gets the identity of one of them."""
    compiled: int = 0
    ran: int = 0
    surprises: int = 0

    def of(self, executor: FastExecutionContext) -> Known:
        """Return the functions for what an executor executes, given what it is to include and skip."""
        nodes = (executor.operation, *executor.fragment_definitions.values())
        steers = (each for each in executor.variable_values.coerced.items() if type(each[1]) is bool)
        key = (*map(id, nodes), *steers)
        known = self.documents.pop(key, (nodes, {}))
        self.documents[key] = known
        if len(self.documents) > MOST_DOCUMENTS:
            del self.documents[next(iter(self.documents))]
        return known[1]


def plans_of(schema: graphql.GraphQLSchema) -> Plans:
    """Return the plans that are kept with a schema, none at first."""
    kept = schema.extensions.get("clew-plans")
    if not isinstance(kept, Plans) or kept.schema is not schema:
        kept = schema.extensions["clew-plans"] = Plans(schema=schema)
    return kept


class FastExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """The ordinary executor, but for lists and objects that are plain attributes all the way down."""

    _known: Known | None = None

    def complete_iterable_value(
        self, item_type: Any, field_details_list: Any, info: Any, path: Any, items: Any, position_context: Any
    ) -> Any:
        """Return the completed items; as the ordinary executor, raises what cannot be null."""
        if type(items) is list or type(items) is tuple:
            done = self._fast(GraphQLList, item_type, field_details_list, items, large=len(items) >= SHORT)
            if done is not Undefined:
                return done
        return super().complete_iterable_value(item_type, field_details_list, info, path, items, position_context)

    def complete_object_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """Return the completed object; as the ordinary executor, raises what cannot be null."""
        done = self._fast(GraphQLObjectType, return_type, field_details_list, result, large=False)
        if done is not Undefined:
            return done
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)

    def _fast(self, kind: type, of: Any, details: FieldDetailsList, value: object, *, large: bool) -> object:
        """Return the completed value; Undefined, which is none, if it is for the ordinary executor."""
        plans = plans_of(self.schema)
        if self._known is None:
            self._known = plans.of(self)
        key = _key(kind, of, details)
        if key not in self._known and not large:
            self._known[key] = _once
            return Undefined
        plan = self._known.get(key, _once)
        if plan is None or self.middleware_manager:
            return Undefined
        try:
            if plan is _once:
                plan = _Compiler(executor=self, plans=plans, known=self._known).plan(kind, of, details)
            done: object = plan(value)
        except Exception:  # of whatever kind: the ordinary executor meets it again and reports it
            plans.surprises += self._known.get(key) is not None
            return Undefined
        plans.ran += 1
        return done


@dataclass(slots=True, kw_only=True)
class _Compiler:
    """Writes the functions for what an executor is to complete; raises where one cannot be written."""

    executor: FastExecutionContext
    plans: Plans
    known: Known

    def plan(self, kind: type, of: Any, details: FieldDetailsList) -> Complete:
        """Return the function for an object, or for a list of items, of a type."""
        key = _key(kind, of, details)
        if self.known.get(key, _once) is _once:
            self.known[key] = None  # and so it stays if this raises, or needs itself
            if len(self.known) > MOST_PLANS or any(_is_incremental(each) for each in details):
                raise _NotPlain
            names: dict[str, Any] = {"NotPlain": _NotPlain, "give_up": _once}
            if kind is GraphQLObjectType:
                lines = self._object(of, details, names)
            else:
                lines = [f"return {self._value(GraphQLNonNull(GraphQLList(of)), 'o', details, names)}"]
            source = "def complete(o):\n" + "".join(f" {line}\n" for line in lines)
            exec(source, names)  # noqa: S102 -- our own words, and what `repr` and `isidentifier` made safe
            self.known[key] = names["complete"]
            self.plans.compiled += 1
        if (found := self.known[key]) is None:
            raise _NotPlain
        return found

    def _object(self, of: GraphQLObjectType, details: FieldDetailsList, names: dict[str, Any]) -> list[str]:
        definition = _definition(of)
        origins = [each.origin for each in (definition, definition.concrete_of) if each]
        if definition.is_type_of is not None or not all(map(_is_plain, origins)):
            raise _NotPlain
        other = " and ".join(f"type(o) is not {_name(names, each)}" for each in origins)
        lines = [f"if {other} or hasattr(o, {TYPE_CAST_ATTRIBUTE!r}): raise NotPlain"]
        entries: list[str] = []
        grouped = self.executor.collect_subfields(of, details).grouped_field_set
        for place, (response, below) in enumerate(grouped.items()):
            node, value = below[0].node, f"v{place}"
            found = of.fields.get(node.name.value)
            if any(_is_incremental(each) for each in below):
                raise _NotPlain
            if node.name.value == "__typename":
                entries.append(f"{response!r}: {of.name!r}")
            elif found is None:
                raise _NotPlain
            else:
                lines.append(f"{value} = o.{_attribute(found)}")
                entries.append(f"{response!r}: {self._value(found.type, value, below, names)}")
        return [*lines, f"return {{{', '.join(entries)}}}"]

    def _value(self, of: Any, value: str, details: FieldDetailsList, names: dict[str, Any], level: int = 0) -> str:
        """Return the expression that completes a variable's value."""
        inner = of.of_type if isinstance(of, GraphQLNonNull) else of
        if isinstance(inner, GraphQLList):
            item = self._value(inner.of_type, f"i{level}", details, names, level + 1)
            listed = f"type({value}) is list or type({value}) is tuple"
            text = f"[{item} for i{level} in {value}] if {listed} else give_up({value})"
        elif isinstance(inner, GraphQLObjectType):
            text = f"{_name(names, self.plan(GraphQLObjectType, inner, details))}({value})"
        elif graphql.is_leaf_type(inner):
            text = _leaf(inner, value, names)
        else:
            text = f"{_name(names, self._choices(inner, details))}[type({value})]({value})"
        return f"({text})" if isinstance(of, GraphQLNonNull) else f"(None if {value} is None else {text})"

    def _choices(self, of: Any, details: FieldDetailsList) -> dict[type, Complete]:
        """Return the function for each type that a union or an interface may turn out to be."""
        whole = of.extensions.get(BACKREF)
        if type(whole) is not StrawberryUnion and getattr(whole, "resolve_type", whole) is not None:
            raise _NotPlain
        choices: dict[type, Complete] = {}
        for each in self.executor.schema.get_possible_types(of):
            found = _definition(each)
            is_a = not isinstance(whole, StrawberryObjectDefinition) or issubclass(found.origin, whole.origin)
            is_it = get_object_definition(found.origin) is found and found.name == each.name and not found.concrete_of
            if not (is_a and is_it):
                raise _NotPlain
            choices[found.origin] = self.plan(GraphQLObjectType, each, details)
        return choices


def _key(kind: type, of: Any, details: FieldDetailsList) -> Key:
    return (kind, of, *[id(each.node) for each in details])


def _name(names: dict[str, Any], value: object) -> str:
    """Return the name by which a function's text speaks of a value."""
    names[name := f"n{len(names)}"] = value
    return name


def _definition(of: GraphQLObjectType) -> StrawberryObjectDefinition:
    definition = of.extensions.get(BACKREF)
    if not isinstance(definition, StrawberryObjectDefinition):
        raise _NotPlain
    return definition


def _is_plain(origin: Any) -> bool:
    """Whether an object of a class is nothing but its attributes to the ordinary executor."""
    special = issubclass(origin, BaseException) or hasattr(origin, "__await__") or hasattr(origin, "__getattr__")
    return not special and origin.__getattribute__ is object.__getattribute__


def _is_incremental(details: Any) -> bool:
    """Whether a field is deferred, streamed or given values of a fragment's own."""
    streamed = any(each.name.value == "stream" for each in details.node.directives or ())
    return streamed or details.defer_usage is not None or details.fragment_variable_values is not None


def _attribute(found: Any) -> str:
    """Return the attribute that a field reads, and does nothing else."""
    defined: Any = found.extensions.get(BACKREF)
    if not (type(defined) is StrawberryField and defined.is_basic_field and is_default_resolver(found.resolve)):
        raise _NotPlain
    reads: object = defined.default_resolver
    if reads is not getattr or not defined.python_name.isidentifier() or iskeyword(defined.python_name):
        raise _NotPlain
    return defined.python_name


def _leaf(of: Any, value: str, names: dict[str, Any]) -> str:
    """Return the expression that completes a variable's value of a scalar or an enum."""
    otherwise = f"{_name(names, _careful(of.coerce_output_value))}({value})"
    if of in TESTS:
        return f"{value} if {TESTS[of].format(value)} else {otherwise}"
    if BACKREF not in of.extensions:
        raise _NotPlain
    if of.coerce_output_value is isoformat:
        return f"{value}.isoformat() if type({value}) in {_name(names, TEMPORAL)} else {otherwise}"
    if isinstance(of, CustomGraphQLEnumType):
        members: Any = of.wrapped_cls
        said = {each.name: of.coerce_output_value(each) for each in members}
        return f"{_name(names, said)}[{value}._name_] if type({value}) is {_name(names, members)} else {otherwise}"
    return otherwise


def _careful(coerce: Complete) -> Complete:
    """Return a function that completes a leaf as the ordinary executor does, and gives up where that is not all."""

    def careful(value: object) -> object:
        if value is None or value is Undefined or isinstance(value, Exception) or is_awaitable(value):
            raise _NotPlain
        said: object = coerce(value)
        if said is None or said is Undefined or is_awaitable(said):
            raise _NotPlain
        return said

    return careful
