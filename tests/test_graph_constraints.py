"""Keys and indexes follow from the schema; applying them again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from graph import constraints, schema
from graph.connection import Writer
from graph.errors import DatabaseUnavailable
from graph.properties import props

SHOWN = """
SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint, state
WHERE type <> 'LOOKUP'
RETURN name, type, labelsOrTypes AS on, properties, owningConstraint IS NOT NULL AS unique, state
ORDER BY name
"""


def declared_keys() -> list[tuple[type[Any], tuple[str, ...]]]:
    single = [
        (model, (name,))
        for model in schema.NODES + schema.FACT_RELATIONSHIPS
        for name, declared in props(model).items()
        if declared.prop.key
    ]
    return single + [(model, together) for model in schema.NODES if (together := getattr(model, "UNIQUE", None))]


def test_applying_again_changes_nothing(graph: Writer) -> None:
    before = graph.read(SHOWN)
    constraints.apply(graph)
    assert graph.read(SHOWN) == before
    assert {row["state"] for row in before} == {"ONLINE"}


def test_what_is_missing_is_made_again(graph: Writer) -> None:
    before = graph.read(SHOWN)
    graph.declare(["DROP CONSTRAINT nominal_nominal_id", "DROP INDEX nominal_born_on", "DROP INDEX nominal_names"])
    assert len(graph.read(SHOWN)) == len(before) - 3
    constraints.apply(graph)
    assert graph.read(SHOWN) == before


def test_everything_that_is_declared_is_there_and_nothing_else(graph: Writer) -> None:
    shown = graph.read(SHOWN)
    found = {(*row["on"], *row["properties"]) for row in shown if row["unique"]}
    assert found == {(getattr(model, "TYPE", model.__name__), *names) for model, names in declared_keys()}
    indexed = {(*row["on"], *row["properties"]) for row in shown if row["type"] == "RANGE" and not row["unique"]}
    assert indexed == {
        (getattr(model, "TYPE", model.__name__), name)
        for model in schema.NODES + schema.FACT_RELATIONSHIPS
        for name, declared in props(model).items()
        if declared.prop.index and not declared.prop.key
    }
    assert [row["properties"] for row in shown if row["type"] == "FULLTEXT"] == [list(schema.Nominal.FULLTEXT)]
    assert len(shown) == len(constraints.statements())


@pytest.mark.parametrize(("model", "names"), declared_keys(), ids=lambda each: getattr(each, "__name__", None))
def test_a_key_is_unique(empty: Writer, model: type[Any], names: tuple[str, ...]) -> None:
    listed = ", ".join(f"{name}: {['x'] if name == 'audiences' else repr('x')}" for name in names)
    kind = getattr(model, "TYPE", None)
    text = f"CREATE ()-[:{kind} {{{listed}}}]->()" if kind else f"CREATE (:{model.__name__} {{{listed}}})"
    empty.write(lambda transaction: transaction.run(text))
    try:
        with pytest.raises(DatabaseUnavailable, match=r"Schema\.ConstraintValidationFailed") as refused:
            empty.write(lambda transaction: transaction.run(text))
    finally:
        empty.write(lambda transaction: transaction.run("MATCH (n:Database {database_id: 'x'}) DELETE n"))
    # What the server says quotes the key, and a key can be somebody's.
    assert refused.value.__cause__ is None
