"""One stored value for all audiences that see the same, and none for those that see nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

K = TypeVar("K")


def variants(
    by_audience: Mapping[str, Iterable[tuple[K, Mapping[str, Any]]]],
) -> list[tuple[K, tuple[str, ...], Mapping[str, Any]]]:
    """Return (key, audiences, value): values that are equal for several audiences once."""
    found: dict[K, list[tuple[list[str], Mapping[str, Any]]]] = {}
    for audience, values in by_audience.items():
        for key, value in values:
            told = found.setdefault(key, [])
            same = next((audiences for audiences, known in told if known == value), None)
            if same is None:
                told.append(([audience], value))
            else:
                same.append(audience)
    return [(key, tuple(audiences), value) for key, told in found.items() for audiences, value in told]
