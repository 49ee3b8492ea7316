"""How values are written in a delivered file; what is not known is empty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ingest.synthetic.draws import ABSENT, Flags, Ints, Texts


def refs(letter: str, area: int, places: Ints) -> Texts:
    """Return a system's own ids: a letter, the area and a number; a negative number is none."""
    head = f"{letter}{area:03d}"
    return np.array([f"{head}{place:06d}" if place >= 0 else "" for place in places.tolist()], dtype=np.str_)


def days(values: Ints) -> Texts:
    """Return dates."""
    known = values != ABSENT
    text = np.datetime_as_string(np.where(known, values, 0).astype("datetime64[D]"))
    return np.where(known, text, "")


def moments(values: Ints, day_only: Flags | None = None) -> Texts:
    """Return dates with times, or dates alone."""
    known = values != ABSENT
    text = np.datetime_as_string(np.where(known, values, 0).astype("datetime64[m]"))
    if day_only is not None:
        text = np.where(day_only, text.astype("<U10"), text)
    return np.where(known, text, "")


def chosen(terms: Sequence[str], values: Ints) -> Texts:
    """Return the term of each number; a negative number is none."""
    return np.where(values >= 0, np.array([str(term) for term in terms])[np.maximum(values, 0)], "")


def flags(values: Ints) -> Texts:
    """Return yes for 1, no for 0."""
    return chosen(("no", "yes"), values)


def wholes(values: Ints) -> Texts:
    """Return numbers."""
    return np.where(values == ABSENT, "", values.astype(np.str_))


def listed(*columns: Texts) -> Texts:
    """Return lists of what is not empty, separated by semicolons."""
    return np.array([";".join(filter(None, row)) for row in zip(*(column.tolist() for column in columns), strict=True)])
