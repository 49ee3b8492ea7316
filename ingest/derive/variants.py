"""One stored value for all audiences that see the same, and none for those that see nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

K = TypeVar("K")


def variants(
    by_audience: Mapping[str, Iterable[tuple[K, Mapping[str, Any]]]],
) -> list[tuple[K, tuple[str, ...], Mapping[str, Any]]]:
    """Return (key, audiences, value): values that are equal for several audiences once."""
    found: dict[tuple[K, str], tuple[list[str], Mapping[str, Any]]] = {}
    for audience, values in by_audience.items():
        for key, value in values:
            told = json.dumps(value, sort_keys=True, default=_written)
            found.setdefault((key, told), ([], value))[0].append(audience)
    return [(key, tuple(audiences), value) for (key, _), (audiences, value) in found.items()]


def _written(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
