"""Writes what was settled, so many records in a transaction, each of which also says that conclusions are behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyarrow as pa

from graph.connection import Transaction, Writer
from graph.properties import props
from graph.reference.instruments import Instrument
from ingest import answers, creation, forms, judgements, revisions
from ingest.batch import Batch, by_kind
from ingest.contracts import BY_NAME
from ingest.contracts.feed import Feed
from ingest.delivery import Delivery, FactRow
from ingest.keys import present
from ingest.sheet import Sheet, moments
from ingest.statements import statements
from ingest.there import batches
from ingest.write import change, create, remove

BATCH = 5000
"""Rows written in one transaction."""
AT_ONCE = 10_000
"""Rows created from columns in one transaction."""

Work = Callable[[Transaction], object]

STALE = """
MERGE (derivation:Derivation {derivation_id: 'current'})
SET derivation.state = CASE WHEN $tightened OR derivation.state = 'withheld' THEN 'withheld' ELSE 'stale' END
"""
CONCLUDED = "MATCH (derivation:Derivation) WHERE derivation.as_of IS NOT NULL RETURN 1 AS one"
"""Tells by a row whether anything is concluded."""


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
        self.touches = True
        """Whether what changes is marked; not while nothing is concluded yet, for then everything will be."""

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

    def created(self, feed: Feed, batch: Batch) -> None:
        """Create facts from columns."""
        for by, some in by_kind(batch):
            model = feed.fills if isinstance(feed.fills, type) else feed.fills[by or ""]
            for start in range(0, len(some), AT_ONCE):
                self._in_one(feed, partial(self._create, feed, model, some.slice(start, AT_ONCE)))

    def _create(self, feed: Feed, model: type[Any], batch: Batch, transaction: Transaction) -> None:
        touches = feed.derives and self.touches
        said = {**creation.columns(batch), **self.provenance, "ids": batch.ids.to_pylist(), "last": len(batch) - 1}
        # A column that this kind does not have must be empty; else its name would not be known, and nothing is lost.
        names = [name for name, column in batch.properties.items() if name in props(model) or len(column.drop_null())]
        if feed.start and feed.end:
            said |= {"start": batch.refs[feed.start].to_pylist(), "end": batch.refs[feed.end].to_pylist()}
            transaction.run(creation.relationships(model, names, touches=touches), said)
            return
        transaction.run(creation.nodes(model, names, touches=touches), said)
        for column in creation.links_of(feed):
            held = batch.refs.get(column.name) if column.refers and column.refers.waits else None
            held = batch.properties.get(str(column.property)) if held is None else held
            if held is not None and held.null_count < len(held):
                places, to = present(held)
                linked = {"ids": batch.ids.take(pa.array(places)).to_pylist(), "to": to.to_pylist()}
                text = creation.links(model.__name__, column, touches=touches)
                transaction.run(text, {**linked, "last": len(places) - 1})
        if how := statements(feed, None).met:
            for met in how:
                transaction.run(met, {"rows": [{"id": each} for each in said["ids"]]})

    def sheet(self, feed: Feed, sheet: Sheet, forms: Sequence[str]) -> None:
        """Write the answers of forms that had none."""
        for start in range(0, len(forms), AT_ONCE):
            self._in_one(feed, partial(self._fill, sheet, forms, start))

    def _fill(self, sheet: Sheet, forms: Sequence[str], start: int, transaction: Transaction) -> None:
        for some in sheet.answered(start, min(AT_ONCE, len(forms) - start)):
            times = [None if each is None else [each] for each in moments(some.recorded).to_pylist()]
            if some.each is not None:
                by_item = [moments(column).fill_null("").to_pylist() for column in some.each.T]
                times = [
                    list(each) if any(each) else one
                    for each, one in zip(zip(*by_item, strict=True), times, strict=True)
                ]
            said = {
                "ids": [forms[at] for at in some.forms.tolist()],
                "answers": [row.tobytes() for row in some.answers],
                "answer_rows": some.rows.tolist(),
                "answers_recorded_at": times,
                "answers_files": some.files,
            }
            more = {**self.provenance, "touches": self.touches, "last": len(some.forms) - 1}
            transaction.run(creation.ANSWERS, {**said, **more})

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
