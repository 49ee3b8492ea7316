"""Turns values into what the driver takes, and what it gives into Python's own types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol


class Record(Protocol):
    """What the driver gives for a row."""

    def keys(self) -> list[str]:
        """Return the names of its columns."""
        ...

    def values(self) -> list[Any]:
        """Return what stands in them."""
        ...


def in_utc(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters with every instant in UTC: the driver writes the hours of a ZoneInfo wrongly."""
    return {
        name: value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value
        for name, value in params.items()
    }


def plain(record: Record) -> dict[str, Any]:
    """Return a record as Python's own types: the driver's dates and instants become `datetime`'s."""
    return {name: _plain(value) for name, value in zip(record.keys(), record.values(), strict=True)}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool | bytes):
        return value
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if hasattr(value, "to_native"):
        return value.to_native()
    return value
