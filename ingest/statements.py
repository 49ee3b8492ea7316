"""The statements that write facts, derived from the feeds and the schema.

With graph/constraints.py and ingest/creation.py the places where Cypher is put together, from names of our own classes.
Elsewhere in loading only the label of what changed, `TOUCHED`, is put into a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from graph import schema
from graph.connection import Writer
from graph.constraints import TOUCHED, key, touch
from ingest.contracts import FEEDS
from ingest.contracts.feed import Column, Feed

_NODES = {model.__name__: model for model in schema.FACT_NODES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relationship without properties that a column of a node's row makes.

    `loose` names the property that keeps the id, where the row does not wait for the other record.
    """

    column: str
    loose: str | None
    remove: str
    create: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """How the rows of one feed, of one kind, are looked up and written.

    `any` tells whether there is one, `held` gives what versions are compared by, `full` all that a row said. `met`
    links a new node to those that named it without waiting for it.
    """

    any: str
    held: str
    full: str
    create: str
    change: str
    remove: str
    touch: str | None
    links: tuple[Link, ...] = ()
    met: tuple[str, ...] = ()


def key_of(label: str) -> str:
    """Return the key property of a fact node."""
    return key(_NODES[label])


@cache
def existing(label: str) -> str:
    """Return the statement that says which of some ids a kind of node has."""
    name = "judgement_id" if label == "Judgement" else key_of(label)
    return f"UNWIND $ids AS id\nMATCH (n:{label} {{{name}: id}})\n{_by_key(label, name)}RETURN n.{name} AS id"


def in_force(writer: Writer, feed: Feed, source: str) -> Iterator[str]:
    """Yield the id of each record of a feed and source that is in the graph."""
    for model in feed.models:
        pattern = f"()-[n:{model.TYPE}]->()" if feed.start else f"(n:{model.__name__})"
        text = f"MATCH {pattern}\nWHERE n.source = $source\nRETURN n.{key(model)} AS id"
        for row in writer.stream(text, {"source": source}):
            yield row["id"]


def statements(feed: Feed, by: str | None) -> Statements:
    """Return the statements for the rows of a feed; `by` tells which relationship, where that depends on the row."""
    model = feed.fills if isinstance(feed.fills, type) else feed.fills[by or ""]
    return _for_relationship(feed, model) if feed.start else _for_node(feed, model)


def _by_key(kind: str, name: str) -> str:
    """Return the line that holds the planner to the key's index: it would scan what was small when it made its plan."""
    return f"USING INDEX n:{kind}({name})\n"


_HELD = "n.recorded_at AS recorded_at, n.digest AS digest, n.received_at AS received_at"


def _for_node(feed: Feed, model: type[Any]) -> Statements:
    label, name = model.__name__, key(model)
    found = f"UNWIND $rows AS row\nMATCH (n:{label} {{{name}: row.id}})\n"
    mark = f", n:{TOUCHED}" if feed.derives else ""
    touch = f"CALL (n) {{\n  OPTIONAL MATCH (n)--(near)\n  SET near:{TOUCHED}\n}}\n" if feed.derives else ""
    if label == "Nominal":
        touch += f"CALL (n) {{\n  OPTIONAL MATCH (n)-[:IS]->(:Person)<-[:IS]-(mate)\n  SET mate:{TOUCHED}\n}}\n"
    return Statements(
        any=f"MATCH (n:{label}) RETURN count(n) > 0 AS there",
        held=f"UNWIND $ids AS id\nMATCH (n:{label} {{{name}: id}})\n{_by_key(label, name)}RETURN id, {_HELD}",
        full=f"UNWIND $ids AS id\nMATCH (n:{label} {{{name}: id}})\n{_by_key(label, name)}"
        f"RETURN id, properties(n) AS properties, {{{_references(feed)}}} AS refs",
        create=f"UNWIND $rows AS row\nMERGE (n:{label} {{{name}: row.id}})\n"
        f"SET n += $provenance, n += row.properties{mark}",
        change=f"{found}SET n += $provenance, n += row.properties{mark}",
        remove=f"UNWIND $ids AS id\nMATCH (n:{label} {{{name}: id}})\n{touch}DETACH DELETE n",
        touch=None,
        links=tuple(_links(feed, found)),
        met=tuple(_met(feed, found, label)),
    )


def _references(feed: Feed) -> str:
    """Return what a node refers to, by column, as the entries of a map."""
    return ", ".join(
        f"{column.name}: head(COLLECT {{ MATCH (n){_arrow(column)}(end:{column.refers.to}) "
        f"RETURN end.{key_of(column.refers.to)} }})"
        for column in feed.columns
        if column.refers and column.refers.link and column.refers.waits
    )


def _met(feed: Feed, found: str, label: str) -> Iterator[str]:
    for other in FEEDS:
        for column in other.columns:
            if column.refers and column.refers.to == label and column.refers.link and not column.refers.waits:
                owner = other.models[0].__name__
                mark = f"\nSET other:{TOUCHED}" if feed.derives else ""
                yield (
                    f"{found}MATCH (other:{owner} {{{column.property}: row.id}})\n"
                    f"CREATE (other){_arrow(column)}(n){mark}"
                )


def _arrow(column: Column) -> str:
    kind = column.refers.link if column.refers else None
    return f"-[:{kind}]->" if column.refers and column.refers.outward else f"<-[:{kind}]-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependents:
    """How the records of a feed are found that refer to some record by one column: those that hold, those that wait."""

    feed: Feed
    holding: str
    waiting: str


@cache
def dependents(label: str) -> tuple[Dependents, ...]:
    """Return how to find what waits for, or stands on, records of a kind, feed by feed."""
    return tuple(_dependents(label))


def _dependents(label: str) -> Iterator[Dependents]:
    found = f"UNWIND $ids AS id\nMATCH (end:{label} {{{key_of(label)}: id}})"
    for feed in FEEDS:
        # Answers are bytes on their form, and judgements are settled all at once: neither is found by its references.
        if feed.name in {"answers", "judgements"}:
            continue
        for column in feed.columns:
            if column.refers and column.refers.waits and column.refers.to == label:
                if feed.start:
                    types = "|".join(model.TYPE for model in feed.models)
                    left, right = ("-", "->") if column.name == feed.start else ("<-", "-")
                    path = f"{left}[n:{types}]{right}()"
                else:
                    path = f"\nMATCH (n:{feed.models[0].__name__}){_arrow(column)}(end)"
                yield Dependents(
                    feed=feed,
                    holding=f"{found}{path}\nRETURN DISTINCT n.{key(feed.models[0])} AS id",
                    waiting=f"UNWIND $ids AS id\nMATCH (r:Revision {{{column.name}: id}})\n"
                    "WHERE r.feed = $feed AND r.state = 'waiting'\nRETURN DISTINCT r.fact_id AS id",
                )


def _links(feed: Feed, found: str) -> Iterator[Link]:
    for column in feed.columns:
        if column.refers and column.refers.link:
            yield _link(column, found, touches=feed.derives)


def _link(column: Column, found: str, *, touches: bool) -> Link:
    assert column.refers is not None  # noqa: S101 -- told by the caller's condition
    to, kind = column.refers.to, column.refers.link
    left, right = ("-", "->") if column.refers.outward else ("<-", "-")
    mark = touch(end=to) if touches else ""
    return Link(
        column=column.name,
        loose=None if column.refers.waits else column.property,
        remove=f"{found}MATCH (n){left}[old:{kind}]{right}(end:{to})\n{mark}\nDELETE old",
        create=f"{found}MATCH (end:{to} {{{key_of(to)}: row.to}})\nCREATE (n){left}[:{kind}]{right}(end)\n{mark}",
    )


def _for_relationship(feed: Feed, model: type[Any]) -> Statements:
    kind, name = model.TYPE, key(model)
    start, end = model.ENDS[0].start, model.ENDS[0].end
    found = f"MATCH ()-[n:{kind} {{{name}: "
    return Statements(
        any=f"MATCH ()-[n:{kind}]->() RETURN count(n) > 0 AS there",
        held=f"UNWIND $ids AS id\n{found}id}}]->()\n{_by_key(kind, name)}RETURN id, {_HELD}",
        full=f"UNWIND $ids AS id\nMATCH (start)-[n:{kind} {{{name}: id}}]->(end)\n{_by_key(kind, name)}"
        f"RETURN id, properties(n) AS properties, "
        f"{{{feed.start}: start.{key_of(start)}, {feed.end}: end.{key_of(end)}}} AS refs",
        create=f"UNWIND $rows AS row\nMATCH (start:{start} {{{key_of(start)}: row.start}})\n"
        f"MATCH (end:{end} {{{key_of(end)}: row.end}})\n"
        f"CREATE (start)-[n:{kind} {{{name}: row.id}}]->(end)\nSET n += $provenance, n += row.properties",
        change=f"UNWIND $rows AS row\n{found}row.id}}]->()\nSET n += $provenance, n += row.properties",
        remove=f"UNWIND $ids AS id\nMATCH (start)-[n:{kind} {{{name}: id}}]->(end)\n"
        + (f"{touch(start=start, end=end)}\n" if feed.derives else "")
        + "DELETE n",
        touch=f"UNWIND $rows AS row\n{found}row.id}}]->()\nWITH startNode(n) AS start, endNode(n) AS end\n"
        f"{touch(start=start, end=end)}"
        if feed.derives
        else None,
    )
