"""The plainest good way to load over Bolt: MERGE on constrained keys, so many rows a transaction, one connection.

Nothing is checked, compared or rejected, and no provenance is made: that is in the rows already.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any, LiteralString, cast

from neo4j import GraphDatabase, ManagedTransaction

from bench.prepared import Kind, kinds
from graph.connection import Address


def load(address: Address, folder: Path) -> dict[str, float]:
    """Write all rows, and return the seconds by kind; reading them from their files is not counted."""
    seconds: dict[str, float] = {}
    with (
        GraphDatabase.driver(address.uri, auth=(address.username, address.password)) as driver,
        driver.session(database=address.database) as session,
    ):
        for kind in kinds(folder):
            text = _node(kind) if kind.start is None else _relationship(kind, kind.start, kind.end or kind.start)
            done, took = 0, 0.0
            for batch in kind.batches(folder):
                began = time.perf_counter()
                session.execute_write(_write, text, batch)
                took += time.perf_counter() - began
                done += len(batch)
            print(f"    {kind.name}: {done:,} in {took:.1f} s", file=sys.stderr, flush=True)
            seconds[kind.name] = seconds.get(kind.name, 0.0) + took
    return seconds


def _write(transaction: ManagedTransaction, text: str, rows: list[dict[str, Any]]) -> None:
    literal = cast(LiteralString, text)  # type: ignore[redundant-cast]
    transaction.run(literal, rows=rows).consume()


def _node(kind: Kind) -> str:
    return f"UNWIND $rows AS row\nMERGE (n:{kind.name} {{{kind.key}: row.{kind.key}}})\nSET n += row"


def _relationship(kind: Kind, start: tuple[str, str], end: tuple[str, str]) -> str:
    ends = (
        f"UNWIND $rows AS row\nMATCH (start:{start[0]} {{{start[1]}: row.start}})\n"
        f"MATCH (end:{end[0]} {{{end[1]}: row.end}})\n"
    )
    if kind.key is None:
        return f"{ends}MERGE (start)-[:{kind.name}]->(end)"
    return (
        f"{ends}MERGE (start)-[r:{kind.name} {{{kind.key}: row.properties.{kind.key}}}]->(end)\nSET r += row.properties"
    )
