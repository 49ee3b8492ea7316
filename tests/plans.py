"""Plans of texts: kept while graphs are tiny and change all the time, read, and made for a graph of some size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from graph import connection, schema
from graph.connection import Address, Transaction, Writer, reader
from graph.properties import Property, props
from graph.reference.roles import audience
from queries.answer import Viewer
from queries.catalogue import AFTER, Query

OF_EACH = 3_000
"""Nodes of each label, and relationships of each type, in a grown graph."""

VALUES: Mapping[str, Any] = {
    "str": "naaaaaaaaaaaaaaaa",
    "int": 2,
    "float": 0.5,
    "bool": True,
    "date": date(2026, 1, 1),
    "datetime": datetime(2026, 1, 1, tzinfo=UTC),
    "list[str]": ["naaaaaaaaaaaaaaaa"],
    "Place": {},
}
"""A value of each type that a question takes."""

_GROWN: Mapping[Any, str] = {
    str: "toString(i)",
    int: "i % 10",
    bool: "i % 2 = 0",
    date: "date({year: 2026, ordinalDay: 1 + i % 365})",
    datetime: "datetime({year: 2026, ordinalDay: 1 + i % 365})",
    list[str]: "['everyone']",
}
"""What stands in an indexed property of the i-th node of a grown graph, by its type."""

Operator = tuple[str, str]
"""What an operator of a plan is called, and what it says of itself."""


@pytest.fixture(scope="module", autouse=True)
def plans_kept() -> Iterator[None]:
    """Keep each text's first plan, in a module that imports this.

    The server would make it anew every ten seconds, which takes up to four for the longest, and nearly all of the time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_CYPHER", "CYPHER 5 replan=skip\n")
        yield


def operators(plan: Mapping[str, Any]) -> Iterator[Operator]:
    """Yield each operator of a plan."""
    yield plan["operatorType"].partition("@")[0], plan.get("args", {}).get("Details", "")
    for child in plan.get("children", []):
        yield from operators(child)


def shapes(query: Query) -> Iterator[dict[str, Any]]:
    """Yield parameters of each combination of types that a question can be asked with; each has a plan of its own.

    Where to go on from is always given as a map.
    """
    values = [
        [
            VALUES[param.type.removesuffix(" | None")],
            *([None] if param.type.endswith(" | None") and name != AFTER else []),
        ]
        for name, param in query.params.items()
    ]
    for chosen in product(*values):
        yield dict(zip(query.params, chosen, strict=True))


async def plan(address: Address, text: str, params: Mapping[str, Any]) -> list[Operator]:
    """Return the operators by which the server would run a text for a viewer without groups."""
    viewer = Viewer(audience=audience([])).params()
    async with reader(address) as opened:
        *_, planned = await opened.explain(text, {**params, **viewer})
    return list(operators(planned))


def grow(writer: Writer, *, forget: bool = True) -> None:
    """Add nodes of every label and relationships of every type, so many that reading all of any is dear.

    Former plans are forgotten unless told otherwise.
    """

    def work(transaction: Transaction) -> None:
        for model in schema.NODES:
            if model is not schema.Database:
                said = ", ".join(_grown(props(model)))
                transaction.run(f"UNWIND range(1, {OF_EACH}) AS i CREATE (:{model.__name__} {{{said}}})")
        for kind in schema.RELATIONSHIPS:
            said = ", ".join(_grown(props(kind)))
            for ends in kind.ENDS:
                transaction.run(
                    f"MATCH (start:{ends.start}) WITH collect(start) AS starts "
                    f"MATCH (goal:{ends.end}) WITH starts, collect(goal) AS goals "
                    f"UNWIND range(1, {OF_EACH}) AS i "
                    "WITH i, starts[i % size(starts)] AS start, goals[i * 7 % size(goals)] AS goal "
                    f"CREATE (start)-[:{kind.TYPE} {{{said}}}]->(goal)"
                )

    writer.write(work)
    if forget:
        writer.read("CALL db.prepareForReplanning()")


def _grown(declared: Mapping[str, Property]) -> Iterator[str]:
    for name, each in declared.items():
        if each.prop.key or each.prop.index:
            yield f"{name}: {_GROWN[each.type]}"
