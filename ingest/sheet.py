"""The answers of many new forms at once: a sheet of forms by items, filled piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.reference.instruments import Instrument
from graph.terms import ANSWER_BYTES, NOT_DELIVERED
from ingest.batch import Batch, Places
from ingest.delivery import FILE, ROW
from ingest.keys import Flags, numbers

_UNKNOWN = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Forms with answers, by their places on the sheet: bytes and rows by item, and when they were recorded.

    `recorded` is the time of all of a form's answers, in microseconds; where they differ it is not known, and `each`
    has the time of each, by item. `files` tells for each form the file that brought its answers.
    """

    forms: Places
    answers: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.int32]
    recorded: npt.NDArray[np.int64]
    each: npt.NDArray[np.int64] | None
    files: list[str]


class Sheet:
    """Answers by form and item; what a form does not take, or has twice, is left to be loaded row by row."""

    def __init__(
        self, ids: pa.Array, instruments: Sequence[tuple[str, str]], known: Mapping[tuple[str, str], Instrument]
    ) -> None:
        self._all, self._known, self._places = known, list[Instrument](), dict[tuple[str, str], int]()
        self._numbers = np.array([], dtype=np.uint64)
        self._instrument = np.array([], dtype=np.int64)
        self._answers = np.empty((0, 0), dtype=np.uint8)
        self._rows = np.empty((0, 0), dtype=np.int32)
        self._recorded = np.empty((0, 0), dtype=np.int64)
        self._file = np.array([], dtype=np.int32)
        self.files: list[str] = []
        self.add(ids, instruments)

    def add(self, ids: pa.Array, instruments: Sequence[tuple[str, str]]) -> None:
        """Put more forms on the sheet, each with its instrument; none of them is there."""
        for each in dict.fromkeys(instruments):
            if each not in self._places:
                self._places[each] = len(self._known)
                self._known.append(self._all[each])
        which = np.array([self._places[each] for each in instruments], dtype=np.int64)
        self._numbers = np.concatenate([self._numbers, numbers(ids)])
        self._order = np.argsort(self._numbers)
        self._instrument = np.concatenate([self._instrument, which])
        self._reach(max((each.least for each in self._known), default=0))
        self._file = np.concatenate([self._file, np.full(len(ids), -1, dtype=np.int32)])

    def _reach(self, width: int) -> None:
        """Give each form a row of so many columns at least; parts of items have some once they are needed."""
        shape = (len(self._numbers), max(width, self._answers.shape[1]))
        self._answers = _grown(self._answers, shape, NOT_DELIVERED)
        self._rows = _grown(self._rows, shape, 0)
        self._recorded = _grown(self._recorded, shape, _UNKNOWN)

    def hold(self, ids: pa.Array) -> Flags:
        """Return which of some forms are on the sheet."""
        if not len(self._numbers):
            return np.zeros(len(ids), dtype=np.bool_)
        return self._forms(numbers(ids))[1]

    def put(self, batch: Batch) -> Flags:
        """Take the answers of a piece, and return which were taken; of an item that comes twice none is."""
        if not len(self._numbers):
            return np.zeros(len(batch), dtype=np.bool_)
        form, there = self._forms(numbers(batch.refs["assessment_ref"]))
        item, taken = self._items(batch, form)
        file = self._files(batch)
        good = there & taken
        # All of a form's answers come from one file, or those of another are left.
        good &= (self._file[form] == -1) | (self._file[form] == file)
        self._reach(int(item[good].max(initial=-1)) + 1)
        good[good] &= self._answers[form[good], item[good]] == NOT_DELIVERED
        cell = form * self._answers.shape[1] + item
        each, count = np.unique(cell[good], return_counts=True)
        good &= ~np.isin(cell, each[count > 1])
        at = np.flatnonzero(good)
        byte = np.array(list(ANSWER_BYTES.values()), dtype=np.uint8)[self._answered(batch)[at]]
        where = (form[at], item[at])
        self._answers[where] = byte
        self._rows[where] = np.asarray(batch.properties[ROW])[at]
        if "recorded_at" in batch.properties:
            times = batch.properties["recorded_at"].cast(pa.int64()).fill_null(_UNKNOWN)
            self._recorded[where] = np.asarray(times)[at]
        self._file[form[at]] = file[at]
        return good

    def _forms(self, wanted: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], Flags]:
        place = np.minimum(np.searchsorted(self._numbers, wanted, sorter=self._order), len(self._numbers) - 1)
        form = self._order[place]
        return form, self._numbers[form] == wanted

    def _items(self, batch: Batch, form: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], Flags]:
        """Return the place of each answer's item on its form, and whether the form takes the answer."""
        named = batch.properties["item"].dictionary_encode()
        texts = named.dictionary.to_pylist()
        place = np.full((len(self._known), len(texts)), -1, dtype=np.int64)
        takes = np.zeros((len(self._known), len(texts), len(ANSWER_BYTES)), dtype=np.bool_)
        for number, instrument in enumerate(self._known):
            for at, text in enumerate(texts):
                if (item := instrument.item(text)) is not None:
                    place[number, at] = item.place
                    takes[number, at] = [answer in item.answers for answer in ANSWER_BYTES]
        which, item_ = self._instrument[form], np.asarray(named.indices)
        found = place[which, item_]
        return np.maximum(found, 0), (found >= 0) & takes[which, item_, self._answered(batch)]

    @staticmethod
    def _answered(batch: Batch) -> npt.NDArray[np.int64]:
        options = pc.SetLookupOptions(pa.array(list(ANSWER_BYTES)))
        return np.asarray(pc.call_function("index_in", [batch.properties["answer"]], options)).astype(np.int64)

    def _files(self, batch: Batch) -> npt.NDArray[np.int32]:
        named = batch.properties[FILE].dictionary_encode()
        for name in named.dictionary.to_pylist():
            if name not in self.files:
                self.files.append(name)
        at = np.array([self.files.index(name) for name in named.dictionary.to_pylist()], dtype=np.int32)
        found: npt.NDArray[np.int32] = at[np.asarray(named.indices)]
        return found

    def answered(self, start: int, count: int) -> Iterator[Answered]:
        """Yield, of so many forms from one on, those that have answers: together those that keep as many."""
        rows = slice(start, start + count)
        any_there = (self._answers[rows] != NOT_DELIVERED).any(axis=1)
        for number, instrument in enumerate(self._known):
            at = start + np.flatnonzero((self._instrument[rows] == number) & any_there)
            sizes = self._sizes(at, instrument.least)
            for size in np.unique(sizes).tolist():
                yield self._of(at[sizes == size], size)

    def _sizes(self, at: Places, least: int) -> npt.NDArray[np.int64]:
        """Return how many answers each form keeps: beyond the least as many as reach to the last one."""
        more = self._answers[at, least:] != NOT_DELIVERED
        sizes: npt.NDArray[np.int64] = least + (more * np.arange(1, more.shape[1] + 1)).max(axis=1, initial=0)
        return sizes

    def _of(self, at: Places, size: int) -> Answered:
        answers, times = self._answers[at, :size], self._recorded[at, :size]
        there = answers != NOT_DELIVERED
        latest = np.where(there, times, _UNKNOWN).max(axis=1)
        one = latest == np.where(there, times, np.iinfo(np.int64).max).min(axis=1)
        return Answered(
            forms=at,
            answers=answers,
            rows=self._rows[at, :size],
            recorded=np.where(one, latest, _UNKNOWN),
            each=None if one.all() else np.where(one[:, None] | ~there, _UNKNOWN, times),
            files=[self.files[file] for file in self._file[at].tolist()],
        )


def _grown(sheet: npt.NDArray[Any], shape: tuple[int, int], empty: int) -> npt.NDArray[Any]:
    """Return a sheet with more rows and columns, which are empty."""
    if sheet.shape == shape:
        return sheet
    larger = np.full(shape, empty, dtype=sheet.dtype)
    larger[: sheet.shape[0], : sheet.shape[1]] = sheet
    return larger


def moments(micros: npt.NDArray[np.int64]) -> pa.Array:
    """Return moments as Python writes them, without a fraction where there is none; what is not known is missing."""
    at = pa.array(micros, pa.int64(), mask=micros == _UNKNOWN).cast(pa.timestamp("us")).cast(pa.string())
    whole = pc.call_function("replace_substring_regex", [at], pc.ReplaceSubstringOptions("[.]000000$", ""))
    return pc.call_function("replace_substring", [whole], pc.ReplaceSubstringOptions(" ", "T"))
