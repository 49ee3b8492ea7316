"""What a document asks for at most: its depth, cost, aliases, root fields and directives, in time linear in its length.

Each definition is walked once and a fragment's measure is kept, so that fragments that name each other twice sixty
times over cost sixty steps, not 2^60. Documents need not have been validated: fragments that are unknown or contain
themselves count nothing here, since validation refuses them, and no nesting is too deep.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TypeNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

MOST = 10**9
"""Numbers stop here: what is beyond is refused all the same."""

MULTIPLIES = ("first", "limit")
"""Arguments that say how many rows come at most, and so how often what is below them."""

UNSAID = 100
"""How many rows are reckoned with where neither the document nor the schema says how many."""

FREE = frozenset({"edges", "nodes", "node", "pageInfo", "rows"})
"""Fields that wrap a list: no level of their own. Nor have those of the schema itself: graphql-core bounds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one request may ask for."""

    max_depth: int = 8
    max_cost: int = 20_000
    max_aliases: int = 20
    max_root_fields: int = 10
    max_directives: int = 20
    max_operations: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What an operation asks for, with its fragments written out wherever they are spread."""

    depth: int
    """Levels of fields that have fields below them, without the wrappers of `FREE`."""
    cost: int
    """Fields of the answer at most: one each, times the rows of every list above."""
    aliases: int
    root_fields: int
    directives: int
    visited: int
    """Selections looked at to measure the whole document: never more than twice as many as it has."""
    varies: bool
    """Whether a variable's value went into the cost, so that another request with the document may cost another."""
    operations: int
    """Operations in the document."""
    others: tuple[Measured, ...] = ()
    """The document's other operations, with the schema's defaults in place of variables."""


def measured(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None = None,
    variables: Mapping[str, object] | None = None,
) -> Measured:
    """Return what the operation that is to run asks for, in fields; nothing if the document has none of that name.

    Without a name the first operation is meant. Variables are those of the request, as they came. Raises nothing.
    """
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    runs = next((each for each in operations if operation_name in (None, each.name and each.name.value)), None)
    values = (_defaults(runs) if runs else {}) | dict(variables or {})
    own = _Walk(schema=schema, fragments=fragments, variables=values)
    rest = _Walk(schema=schema, fragments=fragments, variables={})
    total = own.of(runs) if runs else _Total()
    others = [rest.of(each) for each in operations if each is not runs]

    def told(total: _Total, others: tuple[Measured, ...]) -> Measured:
        return Measured(
            depth=total.depth,
            cost=total.cost,
            aliases=total.aliases,
            root_fields=total.fields,
            directives=total.directives,
            visited=own.visited + rest.visited,
            varies=own.varies,
            operations=len(operations),
            others=others,
        )

    return told(total, tuple(told(each, ()) for each in others))


def beyond(measure: Measured, limits: Limits) -> GraphQLError | None:
    """Return the error for the first limit that any operation of the document goes beyond, or None.

    Its extensions say which limit (`code`), the most that it allows (`limit`) and what was asked for (`actual`).
    """
    if measure.operations > limits.max_operations:
        return _refusal("OPERATION_LIMIT", "operations", limits.max_operations, measure.operations)
    for each in (measure, *measure.others):
        for code, what, limit, actual in (
            ("DIRECTIVE_LIMIT", "directives", limits.max_directives, each.directives),
            ("DEPTH_LIMIT", "levels of fields", limits.max_depth, each.depth),
            ("ALIAS_LIMIT", "aliases", limits.max_aliases, each.aliases),
            ("ROOT_FIELD_LIMIT", "root fields", limits.max_root_fields, each.root_fields),
            ("COST_LIMIT", "fields with every list at its longest", limits.max_cost, each.cost),
        ):
            if actual > limit:
                return _refusal(code, what, limit, actual)
    return None


def _refusal(code: str, what: str, limit: int, actual: int) -> GraphQLError:
    return GraphQLError(
        f"The document asks for more {what} than one request may: {actual} where at most {limit} are answered. "
        "Ask for less, or in several requests.",
        extensions={"code": code, "limit": limit, "actual": actual},
    )


@dataclass(slots=True, kw_only=True)
class _Total:
    """What a selection set adds up to."""

    depth: int = 0
    cost: int = 0
    aliases: int = 0
    fields: int = 0
    directives: int = 0

    def add(self, below: _Total, *, times: int = 1, step: int = 0, beside: bool = True) -> None:
        """Add what is below, whose fields stand beside these if it is a fragment's."""
        self.fields = min(self.fields + (below.fields if beside else 0), MOST)
        self.depth = max(self.depth, below.depth + step)
        self.cost = min(self.cost + times * below.cost, MOST)
        self.aliases = min(self.aliases + below.aliases, MOST)
        self.directives = min(self.directives + below.directives, MOST)


@dataclass(slots=True, kw_only=True)
class _Open:
    """A selection set that is being walked, and how it counts in the one around it."""

    selections: Iterator[SelectionNode]
    parent: GraphQLNamedType | None
    total: _Total
    times: int = 1
    step: int = 0
    beside: bool = True
    fragment: str | None = None


@dataclass(slots=True, kw_only=True)
class _Walk:
    """A walk through operations that share values of variables, and so the measures of their fragments."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, object]
    known: dict[str, _Total | None] = field(default_factory=dict)
    """Measures of fragments; None while one is open, so that it counts nothing within itself."""
    visited: int = 0
    varies: bool = False

    def of(self, operation: OperationDefinitionNode) -> _Total:
        """Return the operation's measure; a stack of its own, since fragments nest deeper than Python may call."""
        total = _Total(directives=len(operation.directives or ()))
        total.directives += sum(len(each.directives or ()) for each in operation.variable_definitions or ())
        root = self.schema.get_root_type(operation.operation)
        stack = [_Open(selections=_selections(operation.selection_set), parent=root, total=total)]
        while stack:
            top = stack[-1]
            for selection in top.selections:
                if below := self._enter(selection, top):
                    stack.append(below)
                    break
            else:
                stack.pop()
                if top.fragment is not None:
                    self.known[top.fragment] = top.total
                if stack:
                    stack[-1].total.add(top.total, times=top.times, step=top.step, beside=top.beside)
        return total

    def _enter(self, selection: SelectionNode, top: _Open) -> _Open | None:
        """Count a selection; return what is below it if that is still to be walked."""
        self.visited += 1
        directives = len(selection.directives or ())
        top.total.directives = min(top.total.directives + directives, MOST)
        if isinstance(selection, FieldNode):
            return self._field(selection, top)
        if isinstance(selection, InlineFragmentNode):
            parent = self._named(selection.type_condition) or top.parent
            return _Open(selections=_selections(selection.selection_set), parent=parent, total=_Total())
        return self._spread(selection.name.value, top) if isinstance(selection, FragmentSpreadNode) else None

    def _field(self, selection: FieldNode, top: _Open) -> _Open | None:
        name = selection.name.value
        top.total.fields = min(top.total.fields + 1, MOST)
        top.total.aliases = min(top.total.aliases + (selection.alias is not None), MOST)
        top.total.cost = min(top.total.cost + (name != "__typename"), MOST)
        if not selection.selection_set:
            return None
        known = self.schema.get_field(top.parent, name) if is_composite_type(top.parent) else None
        return _Open(
            selections=_selections(selection.selection_set),
            parent=get_named_type(known.type) if known else None,
            total=_Total(),
            times=self._times(selection, known),
            step=not (name in FREE or name.startswith("__") or getattr(top.parent, "name", "").startswith("__")),
            beside=False,
        )

    def _spread(self, name: str, top: _Open) -> _Open | None:
        fragment = self.fragments.get(name)
        if fragment is None:
            return None
        if name in self.known:
            top.total.add(self.known[name] or _Total())
            return None
        self.known[name] = None
        return _Open(
            selections=_selections(fragment.selection_set),
            parent=self._named(fragment.type_condition),
            total=_Total(directives=len(fragment.directives or ())),
            fragment=name,
        )

    def _named(self, condition: TypeNode | None) -> GraphQLNamedType | None:
        name = getattr(getattr(condition, "name", None), "value", None)
        return self.schema.get_type(name) if name else None

    def _times(self, selection: FieldNode, known: GraphQLField | None) -> int:
        """Return how often what is below a field may come."""
        given = {each.name.value: each.value for each in selection.arguments or ()}
        takes = known.args if known else {}
        most = [self._rows(given.get(name), takes.get(name)) for name in MULTIPLIES if name in given or name in takes]
        return max(1, *most) if most else 1

    def _rows(self, value: ValueNode | None, argument: GraphQLArgument | None) -> int:
        if isinstance(value, VariableNode):
            self.varies = True
            said = _number(self.variables.get(value.name.value))
        else:
            said = _literal(value)
        if said is None and argument is not None:
            said = _number(argument.default_value)
            if argument.default is not None:
                literal = argument.default.literal
                said = _literal(literal) if literal else _number(argument.default.value)
        return UNSAID if said is None else said


def _selections(below: SelectionSetNode | None) -> Iterator[SelectionNode]:
    return iter(below.selections if below else ())


def _defaults(operation: OperationDefinitionNode) -> dict[str, object]:
    return {each.variable.name.value: _literal(each.default_value) for each in operation.variable_definitions or ()}


def _literal(value: ValueNode | None) -> int | None:
    """Return the number that a document says; one too long for a number is as many as can be."""
    if not isinstance(value, IntValueNode):
        return None
    return min(int(value.value), MOST) if len(value.value) < 12 else MOST


def _number(value: object) -> int | None:
    """Return the number that a variable brings, as an Int is read: 5.0 is five, true and "5" are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(min(value, MOST)) if isfinite(value) else MOST
