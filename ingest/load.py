"""Loads one delivery: every row ends as created, changed, unchanged, waiting or rejected, and the counts balance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from zoneinfo import ZoneInfo

from graph import constraints
from graph.alone import alone
from graph.connection import Writer
from graph.reference.instruments import Instrument, instruments
from graph.settings import SHRINK_PERCENT
from ingest import complete, deliveries
from ingest.ahead import ahead
from ingest.batch import Checked, Taken
from ingest.check import check, demand_columns
from ingest.claim import claim
from ingest.contracts import FEEDS
from ingest.contracts.feed import Feed
from ingest.delivery import Delivered, Delivery, Reject
from ingest.place import Status, Tally
from ingest.report import FeedCounts, Report
from ingest.settle import Settling

Progress = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done and how much there is."""


def load(
    writer: Writer,
    delivery: Delivery,
    *,
    zone: ZoneInfo,
    dry_run: bool = False,
    shrink: float = SHRINK_PERCENT,
    progress: Progress | None = None,
    taken: Mapping[str, Taken] | None = None,
) -> Report:
    """Check and load a delivery, and return the counts by feed and the rejects.

    With `dry_run` nothing is written. `shrink` is the percentage of a source's records that a complete feed may retire.
    `taken` is what a first load has put into the graph already (`ingest.bulk`), by feed; only the rest is loaded.
    Raises DatabaseRefused if the database holds the other kind of records or something else is loaded at this moment,
    SourceError if a table does not follow its contract, if another delivery has this one's id, or if a complete feed
    cannot be one, ClewError if the counts do not balance.
    """
    claim(writer, delivery.kind, dry_run=True)
    for delivered in delivery.tables:
        demand_columns(delivered)
    with nullcontext() if dry_run else alone(writer):
        delivery = deliveries.known_again(writer, delivery)
        loading = Loading(
            writer, delivery, zone=zone, dry_run=dry_run, progress=progress or (lambda *_: None), taken=taken or {}
        )
        surveys = complete.survey(writer, delivery, loading.checked, shrink=shrink)
        # Only now: a database is neither marked nor changed by a delivery that is refused.
        if not dry_run:
            claim(writer, delivery.kind)
            loading.tell("keys and indexes")
            constraints.apply(writer)
        loading.begin()
        for feed in FEEDS:
            loading.take(feed, surveys.get(feed.name))
        return loading.end()


class Loading:
    """One delivery on its way into the graph."""

    def __init__(
        self,
        writer: Writer,
        delivery: Delivery,
        *,
        zone: ZoneInfo,
        dry_run: bool,
        progress: Progress,
        taken: Mapping[str, Taken],
    ) -> None:
        self._writer, self._delivery, self._zone, self._dry_run = writer, delivery, zone, dry_run
        self._progress, self._taken = progress, taken
        self._instruments: Mapping[tuple[str, str], Instrument] = instruments()
        self._tables: dict[str, Delivered] = {table.feed: table for table in delivery.tables}
        self._counts: list[FeedCounts] = []
        self._rejects: list[Reject] = []
        self._remarks: list[str] = []
        self._brought: set[str] = set()
        self._complete: set[str] = set()
        self._settling = Settling(writer, delivery, self._instruments, dry_run=dry_run)

    def checked(self, feed_name: str) -> complete.Pieces:
        """Yield the delivered rows of a feed, checked, so many at a time as fit in memory."""
        for table in self._tables[feed_name].read():
            yield check(table, self._delivery, zone=self._zone, instruments=self._instruments)

    def tell(self, what: str) -> None:
        """Say what is under way."""
        self._progress(what, 0, 0)

    def begin(self) -> None:
        """Note that the delivery has begun."""
        if not self._dry_run:
            deliveries.note(self._writer, self._delivery)
        self._settling.begin()

    def take(self, feed: Feed, survey: complete.Survey | None) -> None:
        """Load the rows of one feed, with those that waited for what is there now, and retire what it does not hold."""
        tally, delivered, rejected, rejects = Tally(), 0, 0, []
        if feed.name in self._tables:
            for piece in ahead(self._pieces(feed, tally)):
                delivered, rejected = delivered + piece.delivered, rejected + piece.rejected
                rejects += piece.rejects
                self._brought |= {deliveries.part(feed.name, each) for each in piece.sources()}
                rejects += self._settling.take(feed, piece, tally)
                self._progress(feed.name, delivered, self._delivery.rows.get(feed.name, 0))
        rejects += self._settling.promote(feed, tally)
        if survey and survey.rejected:
            self._remarks.append(
                f"{feed.name} is said to be complete, but {survey.rejected:,} of its rows were rejected, which may be "
                "records that it holds: it retires nothing."
            )
        elif survey:
            if not self._taken:
                self._settling.retire(feed, survey, tally)
            self._complete.add(deliveries.part(feed.name, survey.source))
        if feed.name not in self._tables and not tally.promoted and not rejects:
            return
        self._rejects += rejects
        self._counts.append(
            FeedCounts(
                feed=feed.name,
                delivered=delivered,
                created=tally.counts[Status.CREATED],
                changed=tally.counts[Status.CHANGED],
                unchanged=tally.counts[Status.UNCHANGED],
                waiting=tally.counts[Status.WAITING],
                rejected=rejected + tally.counts[Status.REJECTED],
                promoted=tally.promoted,
                retired=tally.retired,
                suspended=tally.suspended,
            )
        )
        if not self._dry_run:
            deliveries.note_rejected(self._writer, self._delivery, feed, rejects)

    def _pieces(self, feed: Feed, tally: Tally) -> complete.Pieces:
        """Yield what is to be loaded of a feed."""
        if not self._taken:
            yield from self.checked(feed.name)
            return
        done = self._taken[feed.name]
        tally.counts[Status.CREATED] += done.written
        self._brought |= {deliveries.part(feed.name, each) for each in done.sources}
        yield Checked(feed=feed.name, delivered=done.delivered, single=done.left, rejects=done.rejects)

    def end(self) -> Report:
        """Note that the delivery is done, and return the counts, which must balance."""
        report = Report(
            delivery_id=self._delivery.delivery_id,
            counts=tuple(self._counts),
            rejects=tuple(self._rejects),
            remarks=tuple(self._remarks),
        ).balanced()
        if not self._dry_run:
            deliveries.note_done(self._writer, self._delivery, feeds=self._brought, complete=self._complete)
        return report
