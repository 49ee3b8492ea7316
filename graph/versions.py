"""Versions of a record: which of them is the greater, and how the checked row of one is written down."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, TypeAlias

WITHDRAWN = "withdrawn"
"""How the digest of a version begins that takes a record back: it is greater than that of any content."""

Order: TypeAlias = tuple[datetime, str]
"""What versions of one record are compared by: when the source recorded it, then the digest of its content."""


def order(recorded_at: datetime | None, digest: str) -> Order:
    """Return what a version is compared by; without a time it is the oldest."""
    return (recorded_at or datetime.min, digest)


def written(row: dict[str, Any]) -> str:
    """Return a checked row as JSON; the same row gives the same text."""
    return json.dumps(row, default=_tagged, sort_keys=True, ensure_ascii=False)


def read(text: str) -> dict[str, Any]:
    """Return the row that `written` wrote."""
    row: dict[str, Any] = json.loads(text, object_hook=_untagged)
    return row


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
