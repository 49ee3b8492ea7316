"""Writes a delivery as the files of Neo4j's own importer: records of one version that refer to nothing missing.

What is not so plain (several versions of a record, rows that wait or take back, judgements) is set aside, to be
loaded row by row into what was imported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.constraints import key
from graph.properties import Property, props
from graph.reference.instruments import Instrument, instruments
from graph.schema import PLAIN_RELATIONSHIPS, Database, Derivation, Is, Judgement, Person
from graph.schema import Delivery as DeliveryNode
from ingest import judgements
from ingest.batch import Batch, Checked, Taken, by_kind
from ingest.bulk.files import Files, answer_columns
from ingest.check import check
from ingest.contracts import BY_NAME, FEEDS
from ingest.contracts.feed import Column, Feed
from ingest.delivery import Delivery, Table
from ingest.derive.identity import Standing, standings
from ingest.keys import Flags, Keys, numbers, present
from ingest.place import Status, Tally, Version
from ingest.sheet import Sheet
from ingest.workers import in_order, workers

Progress = Callable[[str, int, int], None]

_LINKS = {model.TYPE: model for model in PLAIN_RELATIONSHIPS}
_PIECE = 2**16
MOST_PROCESSES = 2
IN_PROCESSES = 500_000
"""Rows from which it is worth to start processes that check them."""


def write(
    delivery: Delivery, files: Files, *, zone: ZoneInfo, owner: str | None = None, progress: Progress | None = None
) -> dict[str, Taken]:
    """Write the importer's files, and return by feed what became of the rows; `owner` is that of the database."""
    large = sum(delivery.rows.values()) >= IN_PROCESSES
    with workers(MOST_PROCESSES if large else 1) as pool:
        writing = _Writing(delivery, files, zone, progress or (lambda *_: None), pool)
        for feed in FEEDS:
            writing.feed(feed)
    writing.forms()
    writing.persons()
    writing.bookkeeping(owner)
    return writing.done


def _check(table: Table, delivery: Delivery, zone: ZoneInfo) -> Checked:
    return check(table, delivery, zone=zone, instruments=_known())


@cache
def _known() -> Mapping[tuple[str, str], Instrument]:
    """Return the instruments, read once in each process."""
    return instruments()


class _Writing:
    def __init__(
        self, delivery: Delivery, files: Files, zone: ZoneInfo, progress: Progress, pool: ProcessPoolExecutor | None
    ) -> None:
        self._pool = pool
        self._delivery, self._files, self._zone, self._progress = delivery, files, zone, progress
        self._instruments = _known()
        self._tables = {table.feed: table for table in delivery.tables}
        self._there: dict[str, Keys] = defaultdict(Keys)
        self._forms: list[Batch] = []
        self._nominals: list[pa.Array] = []
        self._unsettled, self._standings = set[str](), dict[str, Standing]()
        self._sheet: Sheet | None = None
        received = delivery.received_at.astimezone(UTC)
        self._provenance = {"batch": delivery.delivery_id, "received_at": received.isoformat()}
        self.done: dict[str, Taken] = {}

    def feed(self, feed: Feed) -> None:
        """Write the rows of one feed."""
        if feed.name not in self._tables:
            return
        done = self.done[feed.name] = Taken()
        seen = Keys()
        if feed.name == "answers":
            self._sheet = self._new_sheet()
        # What is to be checked needs the delivery only for its source and its time.
        alone = partial(_check, delivery=replace(self._delivery, tables=()), zone=self._zone)
        for checked in in_order(self._pool, alone, self._tables[feed.name].read(), 2 * MOST_PROCESSES):
            self._piece(feed, checked, seen, done)
            self._progress(feed.name, done.delivered, self._delivery.rows.get(feed.name, 0))
        if feed.name == "judgements":
            self._judgements(done)

    def _piece(self, feed: Feed, checked: Checked, seen: Keys, done: Taken) -> None:
        batch = checked.batch
        done.delivered += checked.delivered
        done.rejects += checked.rejects
        done.left += checked.single
        done.sources |= {row.properties["source"] for row in checked.single}
        if not len(batch):
            return
        done.sources |= set(batch.properties["source"].unique().to_pylist())
        if self._sheet is not None:
            good = self._sheet.put(batch)
            done.written += int(good.sum())
            left = np.flatnonzero(~good)
        else:
            mine = numbers(batch.ids)
            good = seen.fresh(mine) & self._refers(feed, batch)
            # A version that comes later may not be the only one; a first row is written, and compared with later.
            seen.add(mine[good])
            if not feed.start:
                self._there[feed.models[0].__name__].add(mine[good])
            left = np.flatnonzero(~good)
            done.written += int(good.sum())
            self._write(feed, batch.take(np.flatnonzero(good)) if left.size else batch)
        if left.size:
            done.left += batch.take(left).rows()

    def _refers(self, feed: Feed, batch: Batch) -> Flags:
        """Return which rows refer to nothing that is not there."""
        good = np.ones(len(batch), dtype=np.bool_)
        for column in feed.columns:
            if column.refers and column.refers.waits and column.name in batch.refs:
                places, ids = present(batch.refs[column.name])
                good[places] &= self._there[column.refers.to].hold(numbers(ids))
        if feed.name == "people":
            # The importer takes an empty text for none.
            good &= np.asarray(pc.call_function("not_equal", [batch.properties["name_words"], pa.scalar("")]))
        return good

    def _write(self, feed: Feed, batch: Batch) -> None:
        if feed.name == "people":
            self._nominals.append(batch.ids)
        if feed.name == "assessments":
            self._forms.append(batch)
        elif feed.start and feed.end:
            for by, some in by_kind(batch):
                model = feed.fills if isinstance(feed.fills, type) else feed.fills[by or ""]
                columns = {
                    **self._columns(some),
                    "start": some.refs[feed.start],
                    "end": some.refs[feed.end],
                    key(model): some.ids,
                }
                self._files.relationships(model, (model.ENDS[0].start, model.ENDS[0].end), key(model), columns)
        else:
            self._nodes(feed, batch, {})

    def _nodes(self, feed: Feed, batch: Batch, more: Mapping[str, pa.Array]) -> None:
        model = feed.models[0]
        self._files.nodes(model, key(model), {**self._columns(batch), **more, key(model): batch.ids})
        for column in feed.columns:
            if column.refers and column.refers.link:
                self._link(model.__name__, column, batch)

    def _link(self, label: str, column: Column, batch: Batch) -> None:
        refers = column.refers
        assert refers is not None  # noqa: S101 -- told by the caller's condition
        assert refers.link is not None  # noqa: S101
        held = batch.refs.get(column.name) if refers.waits else batch.properties.get(str(column.property))
        if held is None:
            return
        places, ids = present(held)
        own = batch.ids.take(pa.array(places))
        if not refers.waits:
            there = pa.array(np.flatnonzero(self._there[refers.to].hold(numbers(ids))))
            own, ids = own.take(there), ids.take(there)
        if not len(own):
            return
        start, end = (own, ids) if refers.outward else (ids, own)
        ends = (label, refers.to) if refers.outward else (refers.to, label)
        self._files.relationships(_LINKS[refers.link], ends, None, {"start": start, "end": end})

    def _judgements(self, done: Taken) -> None:
        """Write the judgements, if each is there once and names nominals that are there."""
        tally, feed = Tally(), BY_NAME["judgements"]
        versions = [Version(row, self._delivery.received_at) for row in done.left]
        named = sorted({ref for row in done.left for column, ref in row.refs.items() if column != "undoes"})
        held = self._there["Nominal"].hold(numbers(pa.array(named, pa.string())))
        there = {each for each, is_there in zip(named, held.tolist(), strict=True) if is_there}
        settled = judgements.settle(judgements.offered(versions), there.__contains__, tally)
        if settled.kept or tally.counts[Status.CREATED] < len(versions):
            self._unsettled = set(named)
            return
        provenance = {"batch": self._delivery.delivery_id, "received_at": self._delivery.received_at}
        kept = judgements.nodes(settled, provenance)
        self._files.nodes(Judgement, "judgement_id", _table(kept, "judgement_id", props(Judgement)))
        rows = settled.put_in
        model, ends = feed.models[0], {"start": "person_ref", "end": "other_ref"}
        columns = _table([{**row.properties, **self._provenance} for row in rows], "source", props(model))
        columns |= {name: pa.array([row.refs[column] for row in rows], pa.string()) for name, column in ends.items()}
        columns["judgement_id"] = pa.array([row.id for row in rows], pa.string())
        self._files.relationships(model, ("Nominal", "Nominal"), "judgement_id", columns)
        done.written, done.left = len(versions), []
        self._standings = standings(
            (row.refs["person_ref"], row.refs["other_ref"], row.properties["verdict"]) for row in rows
        )

    def persons(self) -> None:
        """Write the person that each nominal is, but for nominals about whom a judgement is left."""
        beside = numbers(pa.array(sorted(self._unsettled | self._standings.keys()), pa.string()))
        for ids in self._nominals:
            alone = ids.take(pa.array(np.flatnonzero(~np.isin(numbers(ids), beside))))
            self._files.nodes(Person, "person_id", {"person_id": alone})
            self._files.relationships(Is, ("Nominal", "Person"), None, {"start": alone, "end": alone})
        if not self._standings:
            return
        who = {each.person_id: each.contradicted for each in self._standings.values()}
        columns = {"person_id": pa.array(list(who), pa.string()), "contradicted": pa.array(who.values(), pa.bool_())}
        self._files.nodes(Person, "person_id", columns)
        start = pa.array(list(self._standings), pa.string())
        end = pa.array([each.person_id for each in self._standings.values()], pa.string())
        self._files.relationships(Is, ("Nominal", "Person"), None, {"start": start, "end": end})

    def _columns(self, batch: Batch) -> dict[str, pa.Array]:
        """Return the properties of facts with their provenance."""
        constant = {name: pa.repeat(text, len(batch)) for name, text in self._provenance.items()}
        return {**batch.properties, **constant}

    def _new_sheet(self) -> Sheet:
        ids = [batch.ids for batch in self._forms]
        named: list[tuple[str, str]] = []
        for batch in self._forms:
            held = batch.properties
            named += zip(held["instrument"].to_pylist(), held["version"].to_pylist(), strict=True)
        return Sheet(pa.concat_arrays(ids) if ids else pa.array([], pa.string()), named, self._instruments)

    def forms(self) -> None:
        """Write the assessments, whose answers are part of them."""
        feed = next(feed for feed in FEEDS if feed.name == "assessments")
        start = 0
        for batch in self._forms:
            for first in range(0, len(batch), _PIECE):
                some = batch.take(np.arange(first, min(first + _PIECE, len(batch))))
                more = answer_columns(self._sheet, start, len(some), self._provenance) if self._sheet else {}
                self._nodes(feed, some, more)
                start += len(some)
        self._forms, self._sheet = [], None

    def bookkeeping(self, owner: str | None) -> None:
        """Write what the database holds, that this delivery has begun, and that nothing is concluded from it yet."""
        delivery = self._delivery
        self._one(Database, database_id="this", kind=str(delivery.kind), owner=owner)
        self._one(
            DeliveryNode,
            delivery_id=delivery.delivery_id,
            source=delivery.source,
            received_at=self._provenance["received_at"],
            content=delivery.content,
            finished="false",
        )
        self._one(Derivation, derivation_id="current", state="stale")

    def _one(self, model: type[Any], **properties: str | None) -> None:
        self._files.nodes(model, key(model), {name: pa.array([text], pa.string()) for name, text in properties.items()})


def _table(rows: Sequence[Mapping[str, Any]], always: str, declared: Mapping[str, Property]) -> dict[str, pa.Array]:
    """Return rows as columns; one that no row has is left out, but for the one that all have."""
    names = [name for name in declared if name == always or any(row.get(name) is not None for row in rows)]
    return {name: pa.array([row.get(name) for row in rows]) for name in names}
