"""Rows that refer to something not delivered yet: kept in the graph, and offered again with each delivery."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from graph.connection import Transaction, Writer
from ingest.delivery import FactRow

_BY_FEED = "MATCH (row:Waiting) RETURN row.feed AS feed, count(*) AS rows"
_OF_FEED = "MATCH (row:Waiting {feed: $feed}) RETURN row.content AS content ORDER BY row.waiting_id"
_KEEP = """
UNWIND $rows AS row
MERGE (w:Waiting {waiting_id: row.waiting_id})
SET w.feed = row.feed, w.fact_id = row.fact_id, w.needs = row.needs, w.content = row.content
"""
_LET_GO = """
UNWIND $ids AS id
MATCH (w:Waiting {waiting_id: id})
DELETE w
"""


def feeds_waiting(writer: Writer) -> dict[str, int]:
    """Return how many rows of each feed wait."""
    return {row["feed"]: row["rows"] for row in writer.read(_BY_FEED)}


def rows_waiting(writer: Writer, feed: str) -> list[FactRow]:
    """Return the rows of a feed that wait, as they were checked."""
    return [parse(row["content"]) for row in writer.read(_OF_FEED, {"feed": feed})]


def keep(feed: str, rows: Sequence[tuple[FactRow, list[str]]], transaction: Transaction) -> None:
    """Keep rows with the ids that they still need."""
    kept = [
        {
            "waiting_id": waiting_id(feed, row),
            "feed": feed,
            "fact_id": row.id,
            "needs": sorted(needs),
            "content": write(row),
        }
        for row, needs in rows
    ]
    transaction.run(_KEEP, {"rows": kept})


def let_go(feed: str, rows: Sequence[FactRow], transaction: Transaction) -> None:
    """Forget rows that have been loaded or that a later version has overtaken."""
    transaction.run(_LET_GO, {"ids": [waiting_id(feed, row) for row in rows]})


def waiting_id(feed: str, row: FactRow) -> str:
    """Return the id under which a version of a row waits; the same content recorded again is another version."""
    recorded = row.properties.get("recorded_at")
    return " ".join((feed, row.id, recorded.isoformat() if recorded else "-", row.properties["digest"]))


def write(row: FactRow) -> str:
    """Return a checked row as JSON; the same row gives the same text, but for where and when it was delivered."""
    return json.dumps(
        {"id": row.id, "by": row.by, "refs": row.refs, "properties": row.properties},
        default=_tagged,
        sort_keys=True,
        ensure_ascii=False,
    )


def parse(text: str) -> FactRow:
    """Return the row that `write` wrote."""
    data = json.loads(text, object_hook=_untagged)
    return FactRow(data["id"], data["properties"], data["refs"], data["by"])


def _tagged(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    raise TypeError(type(value).__name__)


def _untagged(data: dict[str, Any]) -> Any:
    if set(data) == {"at"}:
        return datetime.fromisoformat(data["at"])
    if set(data) == {"on"}:
        return date.fromisoformat(data["on"])
    return data
