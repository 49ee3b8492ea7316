"""Loads one delivery: every row ends as created, changed, unchanged, waiting or rejected, and the counts balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from graph import constraints
from graph.connection import Transaction, Writer
from graph.reference.instruments import Instrument, instruments
from ingest import answers, judgements, waiting
from ingest.check import check, demand_columns
from ingest.claim import claim
from ingest.contracts import FEEDS
from ingest.contracts.feed import Feed
from ingest.delivery import Checked, Delivery, FactRow, Reject
from ingest.place import Held, Offered, Placed, Status, place
from ingest.report import FeedCounts, Report
from ingest.statements import Link, Statements, existing, statements

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done and how much there is."""

BATCH = 5000
"""Rows written in one transaction."""

_DELIVERY = """
MERGE (delivery:Delivery {delivery_id: $delivery_id})
SET delivery.source = $source, delivery.received_at = $received_at, delivery.finished = $finished
"""
_STALE = """
MERGE (derivation:Derivation {derivation_id: 'current'})
SET derivation.state = CASE WHEN $tightened OR derivation.state = 'withheld' THEN 'withheld' ELSE 'stale' END
"""


def load(
    writer: Writer, delivery: Delivery, *, zone: ZoneInfo, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Check and load a delivery, and return the counts by feed and the rejects.

    With `dry_run` nothing is written. Raises DatabaseRefused if the database holds the other kind of records,
    SourceError if a table does not follow its contract, ClewError if the counts do not balance.
    """
    claim(writer, delivery.kind, dry_run=True)
    known = instruments()
    for delivered in delivery.tables:
        demand_columns(delivered)
    tables = {delivered.feed: delivered for delivered in delivery.tables}
    # Only now: a database is neither marked nor changed by a delivery that is refused.
    if not dry_run:
        claim(writer, delivery.kind)
        constraints.apply(writer)
    loading = Loading(writer, delivery, dry_run=dry_run, progress=progress or (lambda *_: None))
    loading.note_delivery(finished=False)
    for feed in FEEDS:
        if feed.name in tables or feed.name in loading.kept:
            checked = None
            if feed.name in tables:
                checked = check(tables[feed.name].whole(), delivery, zone=zone, instruments=known)
            loading.take(feed, checked, known)
    loading.note_delivery(finished=True)
    return loading.report()


class Loading:
    """One delivery on its way into the graph."""

    def __init__(self, writer: Writer, delivery: Delivery, *, dry_run: bool, progress: Progress) -> None:
        self._writer, self._delivery, self._dry_run, self._progress = writer, delivery, dry_run, progress
        self.kept = waiting.feeds_waiting(writer)
        self._there: dict[str, set[str]] = defaultdict(set)
        self._unwritten: dict[str, FactRow] = {}
        self._counts: dict[str, FeedCounts] = {}
        self._rejects: list[Reject] = []
        # In UTC: the driver writes the hours of a ZoneInfo wrongly.
        self._received_at = delivery.received_at.astimezone(UTC)
        self._provenance = {"batch": delivery.delivery_id, "received_at": self._received_at}

    def take(self, feed: Feed, checked: Checked | None, known: Mapping[tuple[str, str], Instrument]) -> None:
        """Load the rows of one feed, with those that waited for what is there now."""
        checked = checked or Checked(feed=feed.name, delivered=0)
        offered = [Offered(row, delivered=True) for row in checked.rows]
        if feed.name in self.kept:
            kept = waiting.rows_waiting(self._writer, feed.name)
            offered += [Offered(row, delivered=False, waited=(row,)) for row in kept]
        rejects = list(checked.rejects)
        if feed.name == "answers":
            placed, refused = answers.take(self._writer, feed, offered, known, self.commit, self._unwritten)
            self.settle(feed, placed)
            rejects += refused
        elif feed.name == "judgements":
            offered = [Offered(self._stamped(each.row), each.delivered, each.waited) for each in offered]
            self._look_up(feed, offered)
            placed = judgements.take(self._writer, feed, offered, self.missing, self.commit)
            self.settle(feed, placed)
        else:
            placed = self._take_facts(feed, offered, known)
        self._rejects += rejects
        self._counts[feed.name] = FeedCounts(
            feed=feed.name,
            delivered=checked.delivered,
            created=placed.counts[Status.CREATED],
            changed=placed.counts[Status.CHANGED],
            unchanged=placed.counts[Status.UNCHANGED],
            waiting=placed.counts[Status.WAITING],
            rejected=checked.rejected + placed.counts[Status.REJECTED],
            promoted=placed.promoted,
        )

    def _stamped(self, row: FactRow) -> FactRow:
        """Return a row that knows which delivery brought it: this one, if it was not kept from an earlier one."""
        return FactRow(row.id, {**self._provenance, **row.properties}, row.refs, row.by)

    def _take_facts(
        self, feed: Feed, offered: Sequence[Offered], known: Mapping[tuple[str, str], Instrument]
    ) -> Placed:
        self._look_up(feed, offered)
        placed = place(offered, self._held(feed, offered), lambda row: self.missing(feed, row))
        # A corrected form may be of somebody or follow something now that not everybody may see.
        placed.tightened = placed.tightened or (feed.name == "assessments" and bool(placed.changed))
        self._write(feed, placed, known)
        if not feed.start:
            self._there[feed.models[0].__name__].update(row.id for row in placed.created)
        if self._dry_run and feed.name == "assessments":
            self._unwritten = {row.id: row for row in placed.created}
        return placed

    def missing(self, feed: Feed, row: FactRow) -> list[str]:
        """Return the ids that a row refers to and that are not in the graph."""
        return [
            ref
            for column, ref in row.refs.items()
            if (refers := feed.column(column).refers) and refers.waits and ref not in self._there[refers.to]
        ]

    def _look_up(self, feed: Feed, offered: Iterable[Offered]) -> None:
        """Learn which of the referred ids exist."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for column in feed.columns:
            if column.refers and column.refers.waits:
                ids = {each.row.refs[column.name] for each in offered if column.name in each.row.refs}
                wanted[column.refers.to] |= ids
        for label, ids in wanted.items():
            unknown = sorted(ids - self._there[label])
            for batch in batches(unknown, 20_000):
                self._there[label].update(row["id"] for row in self._writer.read(existing(label), {"ids": batch}))

    def _held(self, feed: Feed, offered: Sequence[Offered]) -> dict[str, Held]:
        """Return what the graph holds under the offered ids."""
        held: dict[str, Held] = {}
        for by, rows in _grouped(each.row for each in offered).items():
            text = statements(feed, by).held
            for batch in batches(sorted({row.id for row in rows}), 20_000):
                for row in self._writer.read(text, {"ids": batch}):
                    fact_id = row.pop("id")
                    held[fact_id] = Held(**row)
        return held

    def _write(self, feed: Feed, placed: Placed, known: Mapping[tuple[str, str], Instrument]) -> None:
        for by, rows in _grouped(placed.created).items():
            self.commit(feed, rows, partial(_create, feed, statements(feed, by), self._provenance), placed)
        for by, rows in _grouped(placed.changed).items():
            change = partial(_change, feed, statements(feed, by), self._provenance)
            self.commit(feed, rows, partial(_correct, change, known) if feed.name == "assessments" else change, placed)
        self.settle(feed, placed)

    def commit(
        self,
        feed: Feed,
        rows: Sequence[T],
        write: Callable[[Transaction, Sequence[T]], object],
        placed: Placed,
    ) -> None:
        """Write rows in batches, each in one transaction that also says that the derived state is behind."""
        done = 0
        for batch in batches(rows, BATCH):
            if not self._dry_run:

                def work(transaction: Transaction, batch: Sequence[T] = batch) -> None:
                    write(transaction, batch)
                    if feed.derives:
                        transaction.run(_STALE, {"tightened": placed.tightened})

                self._writer.write(work)
            done += len(batch)
            self._progress(feed.name, done, len(rows))

    def settle(self, feed: Feed, placed: Placed) -> None:
        """Keep what waits and forget what waited and need not any more."""
        if self._dry_run:
            return
        for kept in batches(placed.waiting, BATCH):
            self._writer.write(partial(waiting.keep, feed.name, [(self._stamped(row), needs) for row, needs in kept]))
        for gone in batches(placed.dropped, BATCH):
            self._writer.write(partial(waiting.let_go, feed.name, gone))

    def note_delivery(self, *, finished: bool) -> None:
        """Note that the delivery has begun or is done."""
        if not self._dry_run:
            noted = {
                "delivery_id": self._delivery.delivery_id,
                "source": self._delivery.source,
                "received_at": self._received_at,
                "finished": finished,
            }
            self._writer.write(lambda tx: tx.run(_DELIVERY, noted))

    def report(self) -> Report:
        """Return the counts, which must balance."""
        counts = tuple(self._counts[feed.name] for feed in FEEDS if feed.name in self._counts)
        return Report(delivery_id=self._delivery.delivery_id, counts=counts, rejects=tuple(self._rejects)).balanced()


def batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield rows in pieces of at most a size."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _grouped(rows: Iterable[FactRow]) -> dict[str | None, list[FactRow]]:
    grouped: dict[str | None, list[FactRow]] = defaultdict(list)
    for row in rows:
        grouped[row.by].append(row)
    return grouped


def _parameters(feed: Feed, rows: Iterable[FactRow], without: Mapping[str, None]) -> list[dict[str, Any]]:
    """Return what the statements take for each row; a property in `without` is taken away if the row has none."""
    return [
        {
            "id": row.id,
            "properties": {**without, **row.properties},
            "start": row.refs.get(feed.start or ""),
            "end": row.refs.get(feed.end or ""),
        }
        for row in rows
    ]


def _create(
    feed: Feed, how: Statements, provenance: Mapping[str, Any], transaction: Transaction, rows: Sequence[FactRow]
) -> None:
    created = {"rows": _parameters(feed, rows, {}), "provenance": provenance}
    transaction.run(how.create, created)
    for link in how.links:
        _link(transaction, link, rows)
    if how.touch:
        transaction.run(how.touch, created)


def _change(
    feed: Feed, how: Statements, provenance: Mapping[str, Any], transaction: Transaction, rows: Sequence[FactRow]
) -> None:
    without = {column.property: None for column in feed.all_columns if column.property}
    changed = {"rows": _parameters(feed, rows, without), "provenance": provenance}
    transaction.run(how.change, changed)
    for link in how.links:
        transaction.run(link.remove, changed)
        _link(transaction, link, rows)
    if how.touch:
        transaction.run(how.touch, changed)


def _correct(
    change: Callable[[Transaction, Sequence[FactRow]], None],
    known: Mapping[tuple[str, str], Instrument],
    transaction: Transaction,
    rows: Sequence[FactRow],
) -> None:
    """Change assessments, and make their answers fit the instrument that they are of now."""
    change(transaction, rows)
    answers.refit(known, transaction, rows)


def _link(transaction: Transaction, link: Link, rows: Iterable[FactRow]) -> None:
    linked = [{"id": row.id, "to": row.refs[link.column]} for row in rows if link.column in row.refs]
    if linked:
        transaction.run(link.create, {"rows": linked})
