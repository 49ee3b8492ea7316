"""Data classes whose fields are equally long arrays: joined, ordered, cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


def joined(parts: Sequence[T]) -> T:
    """Return one table that holds the rows of all parts, in order."""
    kind: Any = type(parts[0])
    whole: T = kind(
        **{each.name: np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(kind)}
    )
    return whole


def taken(table: T, places: Any) -> T:
    """Return a table of the rows at these places, which are numbers or flags."""
    kind: Any = type(table)
    rows: T = kind(**{each.name: getattr(table, each.name)[places] for each in fields(kind)})
    return rows
