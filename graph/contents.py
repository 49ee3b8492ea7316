"""What a database holds, for whoever runs it: its kind, its version, and how many there are of each thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from graph.connection import Writer
from graph.schema import NODES, RELATIONSHIPS

# 2026.x lists the languages that it speaks as components too.
_VERSION = """
CALL dbms.components() YIELD name, versions, edition
WHERE name = 'Neo4j Kernel'
RETURN versions[0] AS version, edition
"""
_STATE = """
OPTIONAL MATCH (database:Database {database_id: 'this'})
OPTIONAL MATCH (derivation:Derivation {derivation_id: 'current'})
RETURN database.kind AS kind, derivation.state AS state, derivation.as_of AS as_of, derivation.known_at AS known_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a database holds; `kind` is None where nothing has been loaded, `state` where nothing has been derived."""

    version: str
    edition: str
    kind: str | None
    state: str | None
    as_of: date | None
    known_at: datetime | None
    labels: Mapping[str, int]
    relationship_types: Mapping[str, int]


def contents(writer: Writer) -> Contents:
    """Return what the database holds, restricted records included; nothing is written."""
    (server,) = writer.read(_VERSION)
    (state,) = writer.read(_STATE)
    return Contents(
        version=server["version"],
        edition=server["edition"],
        kind=state["kind"],
        state=state["state"],
        as_of=state["as_of"],
        known_at=state["known_at"],
        labels=_counts(writer, ((model.__name__, f"(n:{model.__name__})") for model in NODES)),
        relationship_types=_counts(writer, ((model.TYPE, f"()-[n:{model.TYPE}]->()") for model in RELATIONSHIPS)),
    )


def _counts(writer: Writer, patterns: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return the number of matches by name, without those that there are none of; the server keeps these numbers."""
    text = "\nUNION ALL\n".join(
        f"MATCH {pattern} RETURN '{name}' AS name, count(n) AS number" for name, pattern in patterns
    )
    rows: list[dict[str, Any]] = writer.read(text)
    return {row["name"]: row["number"] for row in rows if row["number"]}
