"""The statements that write facts, derived from the feeds and the schema.

With graph/constraints.py the place where Cypher is put together; what goes in are names of our own classes.
Elsewhere in loading only the label of what changed, `TOUCHED`, is put into a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from graph import schema
from graph.constraints import TOUCHED, key
from ingest.contracts.feed import Column, Feed

_NODES = {model.__name__: model for model in schema.FACT_NODES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relationship without properties that a column of a node's row makes."""

    column: str
    remove: str
    create: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """How the rows of one feed, of one kind, are looked up and written."""

    held: str
    create: str
    change: str
    touch: str | None
    links: tuple[Link, ...] = ()


def key_of(label: str) -> str:
    """Return the key property of a fact node."""
    return key(_NODES[label])


@cache
def existing(label: str) -> str:
    """Return the statement that says which of some ids a kind of node has."""
    if label == "Judgement":
        return "UNWIND $ids AS id MATCH (n:Judgement {judgement_id: id}) RETURN n.judgement_id AS id"
    return f"UNWIND $ids AS id MATCH (n:{label} {{{key_of(label)}: id}}) RETURN n.{key_of(label)} AS id"


def statements(feed: Feed, by: str | None) -> Statements:
    """Return the statements for the rows of a feed; `by` tells which relationship, where that depends on the row."""
    model = feed.fills if isinstance(feed.fills, type) else feed.fills[by or ""]
    return _for_relationship(feed, model) if feed.start else _for_node(feed, model)


_HELD = "n.recorded_at AS recorded_at, n.digest AS digest, n.restricted_to AS restricted_to"


def _for_node(feed: Feed, model: type[Any]) -> Statements:
    label, name = model.__name__, key(model)
    found = f"UNWIND $rows AS row\nMATCH (n:{label} {{{name}: row.id}})\n"
    protected = "n.protected" if label == "Address" else "null"
    mark = f", n:{TOUCHED}" if feed.derives else ""
    return Statements(
        held=f"UNWIND $ids AS id\nMATCH (n:{label} {{{name}: id}})\nRETURN id, {_HELD}, {protected} AS protected",
        create=f"UNWIND $rows AS row\nMERGE (n:{label} {{{name}: row.id}})\n"
        f"SET n += $provenance, n += row.properties{mark}",
        change=f"{found}SET n += $provenance, n += row.properties{mark}",
        touch=None,
        links=tuple(_links(feed, found)),
    )


def _links(feed: Feed, found: str) -> Iterator[Link]:
    for column in feed.columns:
        if column.refers and column.refers.link:
            yield _link(column, found, touches=feed.derives)


def _link(column: Column, found: str, *, touches: bool) -> Link:
    assert column.refers is not None  # noqa: S101 -- told by the caller's condition
    to, kind = column.refers.to, column.refers.link
    left, right = ("-", "->") if column.refers.outward else ("<-", "-")
    mark = f"SET end:{TOUCHED}" if touches else ""
    return Link(
        column=column.name,
        remove=f"{found}MATCH (n){left}[old:{kind}]{right}(end:{to})\n{mark}\nDELETE old",
        create=f"{found}MATCH (end:{to} {{{key_of(to)}: row.to}})\nCREATE (n){left}[:{kind}]{right}(end)\n{mark}",
    )


def _for_relationship(feed: Feed, model: type[Any]) -> Statements:
    kind, name = model.TYPE, key(model)
    start, end = model.ENDS[0].start, model.ENDS[0].end
    found = f"MATCH ()-[n:{kind} {{{name}: "
    return Statements(
        held=f"UNWIND $ids AS id\n{found}id}}]->()\nRETURN id, {_HELD}, null AS protected",
        create=f"UNWIND $rows AS row\nMATCH (start:{start} {{{key_of(start)}: row.start}})\n"
        f"MATCH (end:{end} {{{key_of(end)}: row.end}})\n"
        f"CREATE (start)-[n:{kind} {{{name}: row.id}}]->(end)\nSET n += $provenance, n += row.properties",
        change=f"UNWIND $rows AS row\n{found}row.id}}]->()\nSET n += $provenance, n += row.properties",
        touch=f"UNWIND $rows AS row\n{found}row.id}}]->()\nWITH startNode(n) AS start, endNode(n) AS end\n"
        f"SET start:{TOUCHED}, end:{TOUCHED}"
        if feed.derives
        else None,
    )
