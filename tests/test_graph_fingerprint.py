"""The graph's hash sees every declared property, relationship and node, but for what two loads may differ in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, get_args, get_origin

import pytest

from graph import schema
from graph.connection import Transaction, Writer
from graph.fingerprint import fingerprint
from graph.properties import props
from graph.schema.fact import NOT_HASHED

OWN_WORK = {schema.Database, schema.Lock, schema.Delivery, schema.Rejected, schema.Judgement, schema.Derivation}
"""Notes of Clew's own work, which the hash leaves out whole."""

VALUES: dict[Any, tuple[Any, Any]] = {
    str: ("one", "other"),
    int: (1, 2),
    float: (0.25, 1.5),
    bool: (True, False),
    bytes: (b"\x01\x02", b"\x01\x03"),
    date: (date(2026, 1, 1), date(2026, 1, 2)),
    datetime: (datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 12, 1)),
}
"""A value of each type and another."""


OTHERS = "WHERE coalesce(n.database_id, '') <> 'this'"
"""Everything but the mark that the database is the tests' own."""


def values(declared: Any) -> tuple[Any, Any]:
    """Return a value of a declared type and another."""
    if get_origin(declared) is list:
        one, other = VALUES[get_args(declared)[0]]
        return [one, other], [other, one]
    return VALUES[declared]


def whole(model: type[Any]) -> dict[str, Any]:
    """Return a value for every property of a class."""
    return {name: values(declared.type)[0] for name, declared in props(model).items()}


@contextmanager
def standing(writer: Writer, model: type[Any]) -> Iterator[str]:
    """Make one node or relationship of a class, alone in the graph, and yield the pattern that finds it."""
    kind = getattr(model, "TYPE", None)

    def make(transaction: Transaction) -> None:
        if kind is None:
            transaction.run(f"CREATE (n:{model.__name__}) SET n = $properties", {"properties": whole(model)})
            return
        ends = model.ENDS[0]
        transaction.run(
            f"CREATE (a:{ends.start} {{start_id: 'a'}})-[n:{kind}]->(b:{ends.end} {{end_id: 'b'}}) SET n = $properties",
            {"properties": whole(model)},
        )

    writer.write(make)
    try:
        yield f"MATCH (n:{model.__name__}) {OTHERS}" if kind is None else f"MATCH ()-[n:{kind}]->()"
    finally:
        writer.write(lambda transaction: transaction.run(f"MATCH (n) {OTHERS} DETACH DELETE n"))


def set_to(writer: Writer, found: str, name: str, value: Any) -> str:
    """Set a property and return the hash that the graph has then."""
    writer.write(lambda transaction: transaction.run(f"{found} SET n.{name} = $value", {"value": value}))
    return fingerprint(writer)


@pytest.mark.parametrize("model", schema.NODES + schema.RELATIONSHIPS, ids=lambda model: model.__name__)
def test_every_property_counts_but_those_that_two_loads_may_differ_in(empty: Writer, model: type[Any]) -> None:
    empty_graph = fingerprint(empty)
    with standing(empty, model) as found:
        original = fingerprint(empty)
        assert (original == empty_graph) is (model in OWN_WORK)
        for name, declared in props(model).items():
            one, other = values(declared.type)
            unseen = model in OWN_WORK or name in NOT_HASHED
            assert (set_to(empty, found, name, other) == original) is unseen, name
            assert (set_to(empty, found, name, None) == original) is unseen, name
            assert set_to(empty, found, name, one) == original, name
    assert fingerprint(empty) == empty_graph


def test_what_two_loads_may_differ_in_is_where_and_when_a_row_came() -> None:
    answers = {"answer_rows", "answers_received_at", "answers_batches", "answers_files", "answers_brought"}
    assert {"batch", "file", "row", "received_at", "content"} | answers == NOT_HASHED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-01-01", date(2026, 1, 1)),
        (date(2026, 1, 1), datetime(2026, 1, 1)),
        (datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(2026, 1, 1), datetime(2026, 1, 1) + timedelta(microseconds=1)),
        ("0102", b"\x01\x02"),
        (1, 1.0),
        (1, True),
        (1, "1"),
        (["a", "b"], "a;b"),
        (["a"], "a"),
        ([], None),
        ("\u00e9", "e\u0301"),
        ("a", "a "),
    ],
)
def test_values_that_look_alike_are_told_apart(empty: Writer, one: Any, other: Any) -> None:
    empty.write(lambda transaction: transaction.run("CREATE (n:Nominal)"))
    assert set_to(empty, "MATCH (n:Nominal)", "x", one) != set_to(empty, "MATCH (n:Nominal)", "x", other)


TWO = """
CREATE (a:Person {person_id: 'a'}), (b:Person {person_id: 'b'})
CREATE (x:Dyad {dyad_id: 'd', audiences: ['one']}), (y:Dyad {dyad_id: 'd', audiences: ['two']})
CREATE (d1:Definition {definition_id: 's', version: '1'}), (d2:Definition {definition_id: 's', version: '2'})
CREATE (a)-[:SUSPECT_OF]->(x)-[:VICTIM]->(b)
CREATE (a)-[:MEETS {audiences: ['one']}]->(d1)
"""


@pytest.mark.parametrize(
    "change",
    [
        "MATCH (a:Person {person_id: 'a'}) SET a:Marker",
        "CREATE (:Person)",
        "MATCH (a:Person {person_id: 'a'})-[r:SUSPECT_OF]->() DELETE r",
        "MATCH (a:Person {person_id: 'a'})-[:SUSPECT_OF]->(x) CREATE (a)-[:SUSPECT_OF]->(x)",
        "MATCH (a:Person {person_id: 'a'})-[r:SUSPECT_OF]->(x) DELETE r CREATE (x)-[:SUSPECT_OF]->(a)",
        "MATCH (a:Person {person_id: 'a'})-[r:SUSPECT_OF]->(x) DELETE r CREATE (a)-[:VICTIM]->(x)",
        "MATCH (x)-[r:VICTIM]->(b) MATCH (a:Person {person_id: 'a'}) DELETE r CREATE (x)-[:VICTIM]->(a)",
        "MATCH (a)-[r:SUSPECT_OF]->() MATCH (y:Dyad {audiences: ['two']}) DELETE r CREATE (a)-[:SUSPECT_OF]->(y)",
        "MATCH (a)-[r:MEETS]->() MATCH (d {version: '2'}) DELETE r CREATE (a)-[:MEETS {audiences: ['one']}]->(d)",
    ],
)
def test_every_node_label_and_relationship_counts(empty: Writer, change: str) -> None:
    empty.write(lambda transaction: transaction.run(TWO))
    before = fingerprint(empty)
    empty.write(lambda transaction: transaction.run(change))
    assert fingerprint(empty) != before


def test_the_order_in_which_things_were_made_does_not_count(empty: Writer) -> None:
    made = [
        "MERGE (a:Nominal {nominal_id: 'a'}) SET a.x = 1, a.y = 2",
        "MERGE (b:Nominal {nominal_id: 'b'}) SET b.y = 2, b.x = 1",
        "MERGE (a:Nominal {nominal_id: 'a'}) MERGE (b:Nominal {nominal_id: 'b'}) CREATE (a)-[:USES {x: 1, y: 2}]->(b)",
    ]
    found = set()
    for order in (made, made[::-1]):
        for text in order:
            empty.write(partial(Transaction.run, text=text))
        found.add(fingerprint(empty))
        empty.write(lambda transaction: transaction.run("MATCH (n:Nominal) DETACH DELETE n"))
    assert len(found) == 1
