"""Takes the facts of a loaded graph apart into plain rows, the same nodes, relationships and properties."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import prepared
from graph import schema
from graph.connection import Writer
from graph.constraints import key

_KEYS = {model.__name__: key(model) for model in schema.FACT_NODES}


def write(writer: Writer, folder: Path) -> tuple[int, int]:
    """Write the facts of a graph into a folder, and return how many nodes and relationships they are.

    Versions that do not hold, and what Clew notes of its own work, are left out: a plain loop knows neither.
    """
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    nodes = [prepared.write(folder, label, _nodes(writer, label), key=name) for label, name in _KEYS.items()]
    relationships = []
    for model in schema.FACT_RELATIONSHIPS + schema.PLAIN_RELATIONSHIPS:
        for ends in model.ENDS:
            start, end = (ends.start, _KEYS[ends.start]), (ends.end, _KEYS[ends.end])
            rows = _relationships(writer, model.TYPE, start, end)
            name = key(model) if model in schema.FACT_RELATIONSHIPS else None
            relationships.append(prepared.write(folder, model.TYPE, rows, key=name, start=start, end=end))
    prepared.note(folder, nodes + relationships)
    return sum(each.rows for each in nodes), sum(each.rows for each in relationships)


def _nodes(writer: Writer, label: str) -> Iterator[dict[str, Any]]:
    for row in writer.stream(f"MATCH (n:{label}) RETURN properties(n) AS properties"):
        yield _plain(row["properties"])


def _relationships(writer: Writer, kind: str, start: tuple[str, str], end: tuple[str, str]) -> Iterator[dict[str, Any]]:
    text = (
        f"MATCH (start:{start[0]})-[r:{kind}]->(end:{end[0]}) "
        f"RETURN start.{start[1]} AS start, end.{end[1]} AS end, properties(r) AS properties"
    )
    for row in writer.stream(text):
        yield {**row, "properties": _plain(row["properties"])}


def _plain(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: _in_utc(value) for name, value in properties.items()}


def _in_utc(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC)
    return [_in_utc(each) for each in value] if isinstance(value, list) else value
