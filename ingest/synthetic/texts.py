"""How values are written in a delivered file; what is not known is empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.synthetic.draws import ABSENT, Flags, Ints
from ingest.synthetic.size import MINUTES

Column = Any
"""Texts, one a row, as pyarrow holds them."""

Columns = dict[str, Column]
"""A feed: its columns by name, equally long."""

TEXT = pa.large_string()


def given(values: Iterable[str]) -> Column:
    """Return texts as they are."""
    return pa.array(values if isinstance(values, np.ndarray) else [str(each) for each in values], type=TEXT)


def repeated(values: Iterable[str], places: Ints) -> Column:
    """Return the values at these places."""
    return given(values).take(pa.array(places))


def chosen(terms: Sequence[str], values: Ints) -> Column:
    """Return the term of each number; a negative number is none."""
    return repeated([*terms, ""], np.where(values >= 0, values, len(terms)))


def refs(letter: str, area: int, places: Ints) -> Column:
    """Return a system's own ids: a letter, the area and a number; a negative number is none."""
    head = f"{letter}{area:03d}"
    return given([f"{head}{place:06d}" if place >= 0 else "" for place in places.tolist()])


def days(values: Ints) -> Column:
    """Return dates."""
    known = values != ABSENT
    if not known.any():
        return repeated([""], np.zeros(len(values), dtype=np.int64))
    first, last = int(values[known].min()), int(values[known].max())
    written = np.datetime_as_string(np.arange(first, last + 1).astype("datetime64[D]"))
    return chosen(written.tolist(), np.where(known, values - first, -1))


def moments(values: Ints, day_only: Flags | None = None) -> Column:
    """Return dates with times, or dates alone."""
    known = values != ABSENT
    timed = known if day_only is None else known & ~day_only
    day = days(np.where(known, values // MINUTES, ABSENT))
    return joined(day, chosen(_TIMES, np.where(timed, values % MINUTES, -1)))


_TIMES = [f"T{minute // 60:02d}:{minute % 60:02d}" for minute in range(MINUTES)]


def flags(values: Ints) -> Column:
    """Return yes for 1, no for 0."""
    return chosen(("no", "yes"), values)


def wholes(values: Ints) -> Column:
    """Return numbers that are not large."""
    known = values != ABSENT
    most = int(values[known].max()) if known.any() else 0
    return chosen([str(number) for number in range(most + 1)], np.where(known, values, -1))


def listed(one: Column, other: Column) -> Column:
    """Return lists of two, or of what of them is not empty, separated by a semicolon."""
    both = pc.call_function("and", [pc.call_function("not_equal", [each, ""]) for each in (one, other)])
    return joined(one, pc.call_function("if_else", [both, pa.scalar(";", TEXT), pa.scalar("", TEXT)]), other)


def joined(*columns: Column, by: str = "") -> Column:
    """Return the texts of each row as one."""
    return pc.call_function("binary_join_element_wise", [*columns, pa.scalar(by, TEXT)])


def filled(values: Column) -> Column:
    """Return texts with nothing where there is no value."""
    return pc.call_function("coalesce", [values, pa.scalar("", TEXT)])


def blanked(values: Column, where: Flags) -> Column:
    """Return texts with nothing at some places."""
    return pc.call_function("if_else", [pa.array(where), pa.scalar("", TEXT), values])
