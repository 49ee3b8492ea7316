"""Shapes of chance: exact shares, a power law, bursts in time, rows that belong to one owner."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ingest.synthetic.size import MINUTES

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

ABSENT = -(2**40)
"""Stands for a day, a minute or a number that is not known."""

_HOURS = np.array([5, 3, 2, 1, 1, 1, 1, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7, 8, 9, 9, 8, 7], dtype=float)


def even(numbers: np.random.Generator, count: int) -> Floats:
    """Return numbers from 0 to 1 in random order, one from each of `count` equal parts, so that shares come out."""
    return (numbers.permutation(count) + numbers.random(count)) / max(count, 1)


def shares(numbers: np.random.Generator, count: int, weights: npt.ArrayLike) -> Ints:
    """Return `count` choices among the weights, each as often as its weight says."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    chosen = np.searchsorted(edges / edges[-1], even(numbers, count), side="right")
    return np.minimum(chosen, len(edges) - 1).astype(np.int64)


def chance(numbers: np.random.Generator, count: int, share: float) -> Flags:
    """Return `count` flags of which that share is set."""
    return even(numbers, count) < share


def some(numbers: np.random.Generator, among: npt.ArrayLike, count: int) -> Ints:
    """Return at most `count` different members of `among`, smallest first."""
    members = np.asarray(among, dtype=np.int64)
    return np.sort(numbers.permutation(members)[:count])


def power_law(numbers: np.random.Generator, count: int, *, exponent: float = 2.57, most: int = 150) -> Ints:
    """Return counts from 1 of which few are large (domain knowledge: 10)."""
    return 1 + shares(numbers, count, np.arange(1, most + 1, dtype=float) ** -exponent)


def bursts(numbers: np.random.Generator, counts: Ints, first: Ints, last: int) -> tuple[Ints, Ints]:
    """Return owner and minute of `counts` moments each, in bursts, from the day `first` to the day `last`.

    Gaps are Weibull with shape 0.6 and median 60 days; a series that would not fit is drawn together.
    """
    owner = np.repeat(np.arange(len(counts)), counts)
    gaps = numbers.weibull(0.6, len(owner)) * (60 / np.log(2) ** (1 / 0.6))
    starts = np.cumsum(counts) - counts
    gaps[starts[counts > 0]] = 0.0
    passed = np.cumsum(gaps)
    passed -= np.repeat(passed[starts[counts > 0]], counts[counts > 0])
    room = (last - first).astype(float)
    span = np.zeros(len(counts))
    np.maximum.at(span, owner, passed)
    narrowed = np.minimum(1.0, 0.97 * room / np.maximum(span, 1.0))
    begins = first + even(numbers, len(counts)) * np.maximum(room - span * narrowed, 0.0)
    days = np.floor(begins[owner] + passed * narrowed[owner]).astype(np.int64)
    return owner, np.minimum(days, last) * MINUTES + hours(numbers, len(owner))


def hours(numbers: np.random.Generator, count: int) -> Ints:
    """Return minutes of the day, most of them in the evening."""
    return shares(numbers, count, _HOURS) * 60 + numbers.integers(0, 60, count)


def delays(numbers: np.random.Generator, count: int, *, median: float, spread: float) -> Ints:
    """Return delays in minutes: half below the median, a long tail above."""
    drawn: Ints = np.floor(np.exp(np.log(median) + spread * numbers.standard_normal(count))).astype(np.int64)
    return drawn


def expand(starts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return for ranges of places each range's own place and every place in it."""
    owner = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, starts[owner] + within


def ranges(owner: Ints, owners: int) -> tuple[Ints, Ints]:
    """Return where each owner's rows start and how many they are, for rows sorted by owner."""
    counts = np.bincount(owner, minlength=owners).astype(np.int64)
    return np.cumsum(counts) - counts, counts


def smallest(size: int, places: Ints, values: Ints, default: int) -> Ints:
    """Return the smallest value at each of `size` places."""
    least = np.full(size, default, dtype=np.int64)
    np.minimum.at(least, places, values)
    return least


def split(numbers: np.random.Generator, among: Ints, *counts: int) -> list[Ints]:
    """Return disjoint random parts of `among` with these sizes, as far as it reaches, each smallest first."""
    order = numbers.permutation(among)
    edges = np.cumsum(counts)
    return [np.sort(order[end - count : end]) for count, end in zip(counts, edges, strict=True)]
