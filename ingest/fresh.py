"""Creates in columns the records of which nothing is known yet; all others are left to be settled one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa

from graph.connection import Writer
from graph.reference.instruments import Instrument
from ingest import forms, revisions
from ingest.batch import Batch, Checked
from ingest.commit import Commit
from ingest.contracts.feed import Feed
from ingest.delivery import FactRow
from ingest.held import held
from ingest.keys import Flags, Keys, numbers
from ingest.place import Status, Tally
from ingest.sheet import Sheet
from ingest.statements import statements
from ingest.there import LOOKED_UP, There, batches

CompleteAt = Callable[[Feed, str], Sequence[datetime]]


class Fresh:
    """What one load creates in columns."""

    def __init__(
        self,
        writer: Writer,
        commit: Commit,
        there: There,
        complete_at: CompleteAt,
        instruments: Mapping[tuple[str, str], Instrument],
    ) -> None:
        self._writer, self._commit, self._there = writer, commit, there
        self._complete_at, self._instruments = complete_at, instruments
        self._keys: dict[str, Keys | None] = {}
        self._forms: list[Batch] = []
        self._sheet: Sheet | None = None
        self._blank: list[str] = []

    def take(self, feed: Feed, checked: Checked, received_at: datetime, tally: Tally) -> Batch:
        """Create the records that are new, of one version, and refer to nothing missing; return the other rows."""
        batch = checked.batch
        if not len(batch):
            return batch
        new = self._new(feed, batch) & self._refers(feed, batch)
        if checked.single:
            beside = numbers(pa.array([row.id for row in checked.single]))
            new &= ~np.isin(numbers(batch.ids), beside)
        for source in batch.properties["source"].unique().to_pylist():
            if any(at > received_at for at in self._complete_at(feed, source)):
                return batch
        some = batch if new.all() else batch.take(np.flatnonzero(new))
        tally.counts[Status.CREATED] += len(some)
        self._commit.created(feed, some)
        ids = some.ids.to_pylist()
        self.come(feed, ids)
        if not feed.start:
            self._there.come(ids)
        if feed.name == "assessments":
            self._forms.append(some)
        return batch.take(np.flatnonzero(~new))

    def come(self, feed: Feed, ids: Iterable[str]) -> None:
        """Take up records that were created, in whatever way."""
        if keys := self._keys.get(feed.name):
            keys.add(numbers(pa.array(list(ids), pa.string())))

    def _new(self, feed: Feed, batch: Batch) -> Flags:
        """Return which rows are the first of their record, of which nothing is held or kept."""
        mine = numbers(batch.ids)
        if feed.name not in self._keys:
            there = any(self._writer.read(statements(feed, by).any)[0]["there"] for by in _kinds(feed))
            self._keys[feed.name] = None if there else Keys()
            if not there and not feed.start:
                self._there.know_all(feed.models[0].__name__)
        # A record that comes twice is settled with both its versions before it.
        twice, count = np.unique(mine, return_counts=True)
        new: Flags = ~np.isin(mine, twice[count > 1])
        if (keys := self._keys[feed.name]) is not None:
            new &= ~keys.hold(mine)
        else:
            ids = batch.ids.to_pylist()
            kinds = batch.by.to_pylist() if batch.by is not None else [None] * len(ids)
            known: set[str] = set()
            for by in set(kinds):
                wanted = [each for each, kind in zip(ids, kinds, strict=True) if kind == by]
                for some in batches(wanted, LOOKED_UP):
                    known |= held(self._writer, feed, by, some).keys()
            new &= ~np.array([each in known for each in ids], dtype=np.bool_)
        if feed.name in self._commit.revised:
            ids = batch.ids.to_pylist()
            kept = revisions.of(self._writer, feed, ids)
            new &= ~np.array([each in kept for each in ids], dtype=np.bool_)
        return new

    def _refers(self, feed: Feed, batch: Batch) -> Flags:
        """Return which rows refer to nothing that is not there."""
        good = np.ones(len(batch), dtype=np.bool_)
        for column in feed.columns:
            if column.refers and column.refers.waits and column.name in batch.refs:
                refs = batch.refs[column.name].to_pylist()
                self._there.look_up_ids({column.refers.to}, {each for each in refs if each is not None})
                good &= np.array([each is None or self._there.holds(each) for each in refs], dtype=np.bool_)
        return good

    def answers(self, checked: Checked, tally: Tally) -> tuple[list[FactRow], list[FactRow]]:
        """Put answers on the forms that were created; return rows to be settled now, and others after `end`."""
        if self._sheet is None:
            self._sheet = self._new_sheet()
        batch = checked.batch
        self._add_blank(self._sheet, batch)
        plain = batch.take(np.flatnonzero(self._alone(checked))) if len(batch) else batch
        put = self._sheet.put(plain) if len(plain) else np.zeros(0, dtype=np.bool_)
        tally.counts[Status.CREATED] += int(put.sum())
        now: list[FactRow] = []
        later: list[FactRow] = []
        rest = plain.take(np.flatnonzero(~put)).rows() if len(plain) else []
        beside = batch.take(np.flatnonzero(~self._alone(checked))).rows() if len(plain) < len(batch) else []
        rows = [*rest, *beside, *checked.single]
        on = self._sheet.hold(pa.array([row.refs["assessment_ref"] for row in rows], pa.string()))
        for row, is_on in zip(rows, on.tolist(), strict=True):
            (later if is_on else now).append(row)
        return now, later

    def _add_blank(self, sheet: Sheet, batch: Batch) -> None:
        """Put on the sheet those forms of answers that are there and have none yet."""
        if not len(batch) or self._keys.get("assessments") is not None:
            return
        named = batch.refs["assessment_ref"].unique()
        for some in batches(named.filter(pa.array(~sheet.hold(named))).to_pylist(), LOOKED_UP):
            rows = [
                row
                for row in self._writer.read(forms.BLANK, {"ids": some})
                # A form may be of an instrument that is not known any more.
                if (row["instrument"], row["version"]) in self._instruments
            ]
            ids = pa.array([row["id"] for row in rows], pa.string())
            sheet.add(ids, [(row["instrument"], row["version"]) for row in rows])
            self._blank += [row["id"] for row in rows]

    def _alone(self, checked: Checked) -> Flags:
        """Return which answers are of forms of which nothing is kept, and no other row of the piece is read singly."""
        mine = numbers(checked.batch.refs["assessment_ref"])
        beside = {row.refs["assessment_ref"] for row in checked.single}
        if "answers" in self._commit.revised:
            ids = checked.batch.refs["assessment_ref"].unique().to_pylist()
            beside |= revisions.of_forms(self._writer, ids).keys()
        if not beside:
            return np.ones(len(mine), dtype=np.bool_)
        alone: Flags = ~np.isin(mine, numbers(pa.array(sorted(beside))))
        return alone

    def _new_sheet(self) -> Sheet:
        named: list[tuple[str, str]] = []
        for batch in self._forms:
            said = batch.properties
            named += zip(said["instrument"].to_pylist(), said["version"].to_pylist(), strict=True)
        return Sheet(self._ids(), named, self._instruments)

    def _ids(self) -> pa.Array:
        return pa.concat_arrays([each.ids for each in self._forms]) if self._forms else pa.array([], pa.string())

    def end(self, feed: Feed) -> None:
        """Write the answers that were put on forms."""
        if self._sheet is not None:
            self._commit.sheet(feed, self._sheet, [*self._ids().to_pylist(), *self._blank])
        self._sheet, self._forms, self._blank = None, [], []


def _kinds(feed: Feed) -> tuple[str | None, ...]:
    return (None,) if isinstance(feed.fills, type) else tuple(feed.fills)
