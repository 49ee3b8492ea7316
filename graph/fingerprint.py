"""The hash of the graph: equal for the same facts and conclusions, whatever the way that they came."""

from __future__ import annotations

import json
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from graph.connection import Writer
from graph.constraints import TOUCHED
from graph.schema import BOOKKEEPING
from graph.schema.fact import NOT_HASHED

_NODES = """
MATCH (n)
WHERE NOT any(label IN labels(n) WHERE label IN $without)
  AND NOT coalesce(n:Revision AND n.feed = 'answers' AND n.state = 'waiting', false)
RETURN labels(n) AS labels, properties(n) AS properties
"""
_RELATIONSHIPS = """
MATCH (start)-[r]->(end)
WHERE NOT any(label IN labels(start) + labels(end) WHERE label IN $without)
RETURN type(r) AS type, properties(r) AS properties, [labels(start), properties(start)] AS start,
       [labels(end), properties(end)] AS end
"""
_KEPT = {"Revision"}
_WITHOUT = [model.__name__ for model in BOOKKEEPING if model.__name__ not in _KEPT] + ["Derivation"]


def fingerprint(writer: Writer) -> str:
    """Return a hash over every node, relationship and property, but for what two loads of the same rows may differ in.

    Revisions count, but for answers that wait: whether they wait by number or by code is known only with their form.
    Notes of Clew's own work (deliveries, rejects, the form of judgements, the day of the derivation, what is yet to be
    concluded from) do not.
    """
    total = 0
    for row in writer.stream(_NODES, {"without": _WITHOUT}):
        total += _hash(["node", _labels(row["labels"]), _told(row["properties"])])
    for row in writer.stream(_RELATIONSHIPS, {"without": _WITHOUT}):
        ends = [[_labels(labels), _identity(properties)] for labels, properties in (row["start"], row["end"])]
        total += _hash(["relationship", row["type"], _told(row["properties"]), *ends])
    return f"{total % (1 << 256):064x}"


def _labels(labels: list[str]) -> list[str]:
    """Return the labels of a node, but for the mark of what is yet to be concluded from."""
    return sorted(set(labels) - {TOUCHED})


def _told(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in NOT_HASHED}


def _identity(properties: dict[str, Any]) -> dict[str, Any]:
    """Return what tells a node from others: its ids and, for a dyad, its audiences, for a definition its version."""
    told = {"audiences", "version"}
    return {name: value for name, value in properties.items() if name.endswith("_id") or name in told}


def _hash(item: Any) -> int:
    text = json.dumps(item, sort_keys=True, default=_written, ensure_ascii=False)
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest())


def _written(value: Any) -> dict[str, str]:
    """Return a value that JSON does not know; no property is a map, so it cannot be taken for another."""
    if isinstance(value, date | datetime):
        return {type(value).__name__: value.isoformat()}
    if isinstance(value, bytes | bytearray):
        return {"bytes": value.hex()}
    raise TypeError(type(value).__name__)
