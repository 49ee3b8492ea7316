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

# A time comes as text, marked as one: the driver takes longer to make a time than all else takes together.
_TOLD = """[name IN keys({0}) WHERE NOT name IN $not_hashed | [
  name,
  {0}[name] IS :: DATE | LOCAL DATETIME | ZONED DATETIME,
  CASE WHEN {0}[name] IS :: DATE | LOCAL DATETIME | ZONED DATETIME THEN toString({0}[name]) ELSE {0}[name] END
]]"""
# What tells a node from others: its ids and, for a dyad, its audiences, for a definition its version.
_IDENTITY = """[labels({0}), [name IN keys({0}) WHERE name ENDS WITH '_id' OR name IN ['audiences', 'version']
  | [name, {0}[name]]]]"""
_NODES = f"""
MATCH (n)
WHERE NOT any(label IN labels(n) WHERE label IN $without)
  AND NOT coalesce(n:Revision AND n.feed = 'answers' AND n.state = 'waiting', false)
RETURN labels(n) AS labels, {_TOLD.format("n")} AS told
"""
_RELATIONSHIPS = f"""
MATCH (start)-[r]->(end)
WHERE NOT any(label IN labels(start) + labels(end) WHERE label IN $without)
RETURN type(r) AS type, {_TOLD.format("r")} AS told,
       {_IDENTITY.format("start")} AS start, {_IDENTITY.format("end")} AS end
"""
_KEPT = {"Revision"}
_WITHOUT = [model.__name__ for model in BOOKKEEPING if model.__name__ not in _KEPT] + ["Derivation"]


def fingerprint(writer: Writer) -> str:
    """Return a hash over every node, relationship and property, but for what two loads of the same rows may differ in.

    Revisions count, but for answers that wait: whether they wait by number or by code is known only with their form.
    Notes of Clew's own work (deliveries, rejects, the form of judgements, the day of the derivation, what is yet to be
    concluded from) do not.
    """
    total, asked = 0, {"without": _WITHOUT, "not_hashed": sorted(NOT_HASHED)}
    for row in writer.stream(_NODES, asked):
        total += _hash(["node", _labels(row["labels"]), sorted(row["told"])])
    for row in writer.stream(_RELATIONSHIPS, asked):
        ends = [[_labels(labels), sorted(identity)] for labels, identity in (row["start"], row["end"])]
        total += _hash(["relationship", row["type"], sorted(row["told"]), *ends])
    return f"{total % (1 << 256):064x}"


def _labels(labels: list[str]) -> list[str]:
    """Return the labels of a node, but for the mark of what is yet to be concluded from."""
    return sorted(set(labels) - {TOUCHED})


def _hash(item: Any) -> int:
    text = json.dumps(item, default=_written, ensure_ascii=False)
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest())


def _written(value: Any) -> dict[str, str]:
    """Return what JSON does not know; no property is a map, so it cannot be taken for another."""
    if isinstance(value, date | datetime):
        return {type(value).__name__: value.isoformat()}
    if isinstance(value, bytes | bytearray):
        return {"bytes": value.hex()}
    raise TypeError(type(value).__name__)
