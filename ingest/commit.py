"""Writes what was settled, so many records in a transaction, each of which also says that conclusions are behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graph.connection import Transaction, Writer
from graph.reference.instruments import Instrument
from ingest import answers, forms, judgements, revisions
from ingest.contracts import BY_NAME
from ingest.contracts.feed import Feed
from ingest.delivery import Delivery, FactRow
from ingest.statements import statements
from ingest.there import batches
from ingest.write import change, create, remove

BATCH = 5000
"""Rows written in one transaction."""

Work = Callable[[Transaction], object]

STALE = """
MERGE (derivation:Derivation {derivation_id: 'current'})
SET derivation.state = CASE WHEN $tightened OR derivation.state = 'withheld' THEN 'withheld' ELSE 'stale' END
"""


@dataclass(slots=True)
class Plan:
    """What is to be written for the records of one feed; `removed` are a kind (the feed's `by`) and an id."""

    created: list[FactRow] = field(default_factory=list)
    changed: list[FactRow] = field(default_factory=list)
    removed: list[tuple[str | None, str]] = field(default_factory=list)
    keep: list[dict[str, Any]] = field(default_factory=list)
    let_go: list[str] = field(default_factory=list)
    tightened: bool = False


class Commit:
    """Writes for one delivery; in a dry run nothing."""

    def __init__(self, writer: Writer, delivery: Delivery, *, dry_run: bool) -> None:
        self._writer, self._dry_run = writer, dry_run
        self.provenance = {"batch": delivery.delivery_id, "received_at": delivery.received_at}
        self.revised: set[str] = set()
        """Feeds that have revisions."""

    def keep(self, feed: Feed, rows: Sequence[dict[str, Any]]) -> None:
        """Keep revisions."""
        if rows:
            self.revised.add(feed.name)
        for batch in batches(rows, BATCH):
            self._in_one(feed, partial(revisions.keep, batch), derives=False)

    def let_go(self, feed: Feed, ids: Sequence[str]) -> None:
        """Forget revisions."""
        for batch in batches(ids, BATCH):
            self._in_one(feed, partial(revisions.let_go, batch), derives=False)

    def facts(self, feed: Feed, plan: Plan, known: Mapping[tuple[str, str], Instrument]) -> None:
        """Take out, create and change facts; nothing may stand any more on one that is taken out."""
        grouped: dict[str | None, list[str]] = defaultdict(list)
        for by, fact_id in plan.removed:
            grouped[by].append(fact_id)
        for by, some in grouped.items():
            for ids in batches(some, BATCH):
                self._in_one(feed, partial(remove, statements(feed, by), ids))
        for by, rows in _grouped(plan.created).items():
            for batch in batches(rows, BATCH):
                self._in_one(feed, partial(create, feed, statements(feed, by), self.provenance, batch))
        for by, rows in _grouped(plan.changed).items():
            for batch in batches(rows, BATCH):
                work: Work = partial(change, feed, statements(feed, by), self.provenance, batch)
                if feed.name == "assessments":
                    work = partial(forms.correct, work, known, batch)
                self._in_one(feed, work, tightened=plan.tightened)

    def answers(self, settled: answers.Settled) -> None:
        """Write answers."""
        feed = BY_NAME["answers"]
        self.keep(feed, revisions.kept(feed.name, settled.kept, self.provenance))
        for some in batches(settled.forms, BATCH):
            self._in_one(feed, partial(forms.write, some))
        self.let_go(feed, settled.let_go)

    def judged(self, settled: judgements.Settled) -> None:
        """Write judgements."""
        feed = BY_NAME["judgements"]
        if settled.kept:
            self.revised.add(feed.name)
        if settled.anything:
            self._in_one(feed, partial(judgements.write, feed, settled, self.provenance))

    def _in_one(self, feed: Feed, work: Work, *, derives: bool = True, tightened: bool = False) -> None:
        """Do work in one transaction that also says that the derived state is behind."""
        if self._dry_run:
            return

        def whole(transaction: Transaction) -> None:
            work(transaction)
            if derives and feed.derives:
                transaction.run(STALE, {"tightened": tightened})

        self._writer.write(whole)


def _grouped(rows: Iterable[FactRow]) -> dict[str | None, list[FactRow]]:
    grouped: dict[str | None, list[FactRow]] = defaultdict(list)
    for row in rows:
        grouped[row.by].append(row)
    return grouped
