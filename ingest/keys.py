"""Which ids were written: sets of many millions of ids, as sorted numbers of 60 bits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.batch import Places

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.uint64]

_LENGTH = 17
"""Characters of an id: a letter, and 80 bits as 16 more."""
_USED = 12
_VALUES = np.zeros(256, dtype=np.uint64)
_VALUES[np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)] = np.arange(32, dtype=np.uint64)


def numbers(ids: pa.Array) -> Numbers:
    """Return the first 60 bits of ids, none of which is missing; two ids that share them are as good as never."""
    if not len(ids):
        return np.array([], dtype=np.uint64)
    _, offsets, content = ids.buffers()
    start = int(np.frombuffer(offsets, dtype=np.int32)[ids.offset])
    words = np.frombuffer(content, dtype=np.uint8)[start : start + len(ids) * _LENGTH].reshape(len(ids), _LENGTH)
    found = np.zeros(len(ids), dtype=np.uint64)
    for place in range(1, 1 + _USED):
        found = (found << np.uint64(5)) | _VALUES[words[:, place]]
    return found


class Keys:
    """Ids as numbers, kept in sorted runs of which each is longer than the next."""

    def __init__(self) -> None:
        self._runs: list[Numbers] = []

    def add(self, some: Numbers) -> None:
        """Add numbers."""
        run = np.sort(some)
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        self._runs.append(run)

    def hold(self, some: Numbers) -> Flags:
        """Return which of some numbers are there."""
        found = np.zeros(len(some), dtype=np.bool_)
        for run in self._runs:
            if len(run):
                place = np.minimum(np.searchsorted(run, some), len(run) - 1)
                found |= run[place] == some
        return found

    def fresh(self, some: Numbers) -> Flags:
        """Return which numbers stand there for the first time, and come in none of those that were added."""
        first = np.zeros(len(some), dtype=np.bool_)
        first[np.unique(some, return_index=True)[1]] = True
        return first & ~self.hold(some)


def present(column: pa.Array) -> tuple[Places, pa.Array]:
    """Return the places of a column that have a value, and those values."""
    if not column.null_count:
        return np.arange(len(column)), column
    places = np.flatnonzero(np.asarray(column.is_valid()))
    return places, column.take(pa.array(places))
