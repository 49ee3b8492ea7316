"""Documents that ask for all there is: each field of the schema with everything below it."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

DEEP = 6


def roots(schema: GraphQLSchema) -> dict[str, GraphQLField]:
    """Return the fields at the top."""
    assert schema.query_type is not None
    return dict(schema.query_type.fields)


def whole(schema: GraphQLSchema, name: str, *, without: frozenset[str] = frozenset()) -> str:
    """Return a document that asks for one field at the top and all below it, with its arguments as variables."""
    field = roots(schema)[name]
    needs = needed(field)
    variables = ", ".join(
        f"${each}: {argument.type if each in needs else str(argument.type).removesuffix('!')}"
        for each, argument in field.args.items()
    )
    given = ", ".join(f"{each}: ${each}" for each in field.args)
    below = _selection(schema, get_named_type(field.type), without, 0)
    return f"query Whole{f'({variables})' if variables else ''} {{ {name}{f'({given})' if given else ''}{below} }}"


def needed(field: GraphQLField) -> list[str]:
    """Return the arguments that must be given."""
    return [name for name, argument in field.args.items() if is_required_argument(argument)]


def _selection(schema: GraphQLSchema, kind: GraphQLNamedType, without: frozenset[str], depth: int) -> str:
    if is_leaf_type(kind):
        return ""
    assert depth < DEEP, f"{kind.name} is nested too deeply"
    return " { " + " ".join(_below(schema, kind, without, depth)) + " }"


def _below(schema: GraphQLSchema, kind: GraphQLNamedType, without: frozenset[str], depth: int) -> Iterator[str]:
    yield "__typename"
    if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
        for each in schema.get_possible_types(kind):
            yield f"... on {each.name}{_selection(schema, each, without, depth + 1)}"
        return
    assert isinstance(kind, GraphQLObjectType)
    for name, field in kind.fields.items():
        if name not in without:
            yield name + _selection(schema, get_named_type(field.type), without, depth + 1)
