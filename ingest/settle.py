"""Brings the graph to what the versions of each record say: writes what holds, keeps the rest, takes out what went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from graph.connection import Writer
from graph.reference.instruments import Instrument
from ingest import answers, complete, deliveries, judgements, revisions
from ingest.batch import Checked
from ingest.commit import BATCH, CONCLUDED, Commit, Plan
from ingest.contracts.feed import Feed
from ingest.delivery import Delivery, FactRow, Reject
from ingest.fresh import Fresh
from ingest.held import Held, held, whole
from ingest.place import Known, Outcome, Retired, Status, Tally, Version, place, tightens
from ingest.statements import dependents
from ingest.there import LOOKED_UP, There, batches


class Settling:
    """The records of one delivery while they find their place."""

    def __init__(
        self,
        writer: Writer,
        delivery: Delivery,
        instruments: Mapping[tuple[str, str], Instrument],
        *,
        dry_run: bool,
    ) -> None:
        self._writer, self._delivery, self._dry_run = writer, delivery, dry_run
        self._instruments = instruments
        self._commit = Commit(writer, delivery, dry_run=dry_run)
        self._there = There(writer, forgets=not dry_run)
        self._pretended: dict[str, Held] = {}
        self._complete: dict[tuple[str, str], list[datetime]] = {}
        self._judged: list[FactRow] = []
        self._later: list[FactRow] = []
        self._fresh = Fresh(writer, self._commit, self._there, self._complete_at, instruments)
        self._unwritten: dict[str, FactRow] = {}
        """Assessments that a dry run would have written."""

    def begin(self) -> None:
        """Learn which feeds have versions that do not hold, and whether anything is concluded yet."""
        self._commit.revised = revisions.feeds(self._writer)
        self._commit.touches = bool(self._writer.read(CONCLUDED))

    def take(self, feed: Feed, checked: Checked, tally: Tally) -> list[Reject]:
        """Settle checked rows; returns the rejects that only the graph could tell."""
        if feed.name == "judgements":
            # One judgement can take another back: they are settled together, with the last.
            self._judged += checked.rows
            return []
        if self._dry_run:
            rows = checked.rows
        elif feed.name == "answers":
            rows, later = self._fresh.answers(checked, tally)
            self._later += later
        else:
            rows = self._fresh.take(feed, checked, self._delivery.received_at, tally).rows() + checked.single
        return self._take(feed, rows, tally)

    def _take(self, feed: Feed, rows: Sequence[FactRow], tally: Tally) -> list[Reject]:
        versions = [Version(row, self._delivery.received_at) for row in rows]
        if feed.name == "answers":
            return self._answers(feed, versions, (), tally)
        self._settle(feed, versions, (), tally)
        return []

    def promote(self, feed: Feed, tally: Tally) -> list[Reject]:
        """Settle the records of which a version waits for something that is there now."""
        if feed.name == "judgements":
            if self._judged or feed.name in self._commit.revised:
                self._judge([Version(row, self._delivery.received_at) for row in self._judged], tally)
            return []
        rejects: list[Reject] = []
        if feed.name == "answers":
            self._fresh.end(feed)
            rejects += self._take(feed, self._later, tally)
            self._later = []
        if feed.name not in self._commit.revised:
            return rejects
        for page in revisions.waiting(self._writer, feed, LOOKED_UP):
            self._there.look_up_ids(_labels(feed), {need for _, needs in page for need in needs})
            ready = sorted({fact_id for fact_id, needs in page if any(map(self._there.holds, needs))})
            if not ready:
                continue
            if feed.name == "answers":
                forms = sorted({need for _, needs in page for need in needs if self._there.holds(need)})
                rejects += self._answers(feed, (), forms, tally)
            else:
                self._settle(feed, (), ready, tally)
        return rejects

    def retire(self, feed: Feed, survey: complete.Survey, tally: Tally) -> None:
        """Retire what a complete feed does not hold any more."""
        gone = list(complete.absent(self._writer, feed, survey, self._delivery.received_at))
        for piece in batches(gone, LOOKED_UP):
            self._settle(feed, (), piece, tally, retire=Retired(self._delivery.received_at))

    def _settle(
        self,
        feed: Feed,
        versions: Sequence[Version],
        others: Collection[str],
        tally: Tally,
        *,
        retire: Retired | None = None,
    ) -> None:
        """Settle records: those of which versions are on offer, and others of which something else has changed."""
        offered: dict[str, list[Version]] = defaultdict(list)
        for each in versions:
            offered[each.row.id].append(each)
        ids = sorted(offered.keys() | others)
        light = self._held(feed, ids, offered)
        stored = revisions.of(self._writer, feed, ids) if feed.name in self._commit.revised else {}
        self._there.look_up(feed, (each.row for each in versions))
        self._there.look_up(feed, (each.row for some in stored.values() for each in some.versions.values()))
        plan = Plan()
        slow = [
            fact_id
            for fact_id in ids
            if fact_id in others
            or fact_id in stored
            or not self._at_once(feed, offered[fact_id], light.get(fact_id), plan, tally)
        ]
        holding = [(light[fact_id].by, fact_id) for fact_id in slow if fact_id in light]
        full = {} if not holding else whole(self._writer, feed, holding)
        self._there.look_up(feed, (each.row for each in full.values()))
        for fact_id in slow:
            of_it = stored.get(fact_id) or revisions.Stored()
            notes = list(of_it.retired.values()) + ([retire] if retire else [])
            known = Known(holds=full.get(fact_id), others=list(of_it.versions.values()), retired=notes)
            given = offered.get(fact_id, [])
            complete_at = self._complete_at(feed, given[0].row.properties["source"]) if given else ()
            outcome = place(known, given, partial(self._there.missing, feed), complete_at)
            tally.add(outcome)
            tally.retired += retire is not None and known.holds is not None
            self._note(feed, fact_id, of_it, known, outcome, plan)
        self._write(feed, plan, tally)

    def _at_once(self, feed: Feed, offered: Sequence[Version], there: Held | None, plan: Plan, tally: Tally) -> bool:
        """Settle a record of which nothing is kept, where that is plain; returns whether it was."""
        first = offered[0]
        if there is not None:
            if any(each.order != there.order or each.received_at < there.received_at for each in offered):
                return False
            tally.counts[Status.UNCHANGED] += len(offered)
            return True
        if len(offered) > 1 or first.row.withdrawn or self._there.missing(feed, first.row):
            return False
        if any(at > first.received_at for at in self._complete_at(feed, first.row.properties["source"])):
            return False
        tally.counts[Status.CREATED] += 1
        plan.created.append(first.row)
        return True

    def _note(
        self,
        feed: Feed,
        fact_id: str,
        stored: revisions.Stored,
        known: Known,
        outcome: Outcome,
        plan: Plan,
    ) -> None:
        """Note what is to be written for one record."""
        any_version = outcome.holds or (outcome.kept[0].version if outcome.kept else None)
        source = any_version.row.properties["source"] if any_version else ""
        wanted = revisions.kept(feed.name, outcome.kept, self._commit.provenance)
        wanted += [revisions.retired(feed.name, fact_id, source, each) for each in outcome.retired]
        plan.keep += wanted
        plan.let_go += sorted(stored.ids - {each["revision_id"] for each in wanted})
        before, after = known.holds, outcome.holds
        if after is None:
            if before is not None:
                plan.removed.append((before.row.by, fact_id))
        elif before is None:
            plan.created.append(after.row)
        elif after is not before:
            plan.changed.append(after.row)
            plan.tightened = plan.tightened or tightens(before.row.properties, after.row.properties)
            # A corrected form may be of somebody or follow something now that not everybody may see.
            plan.tightened = plan.tightened or feed.name == "assessments"

    def _write(self, feed: Feed, plan: Plan, tally: Tally) -> None:
        """Write in an order in which nothing is lost wherever it is stopped."""
        self._commit.keep(feed, plan.keep)
        if plan.removed:
            ids = [fact_id for _, fact_id in plan.removed]
            self._there.go(ids)
            if not feed.start:
                self._suspend(feed, ids, tally)
        self._commit.facts(feed, plan, self._instruments)
        self._commit.let_go(feed, plan.let_go)
        self._remember(feed, plan)

    def _suspend(self, feed: Feed, ids: Sequence[str], tally: Tally) -> None:
        """Settle anew, without these records, what refers to them."""
        label = feed.models[0].__name__
        for each in dependents(label):
            for batch in batches(ids, LOOKED_UP):
                holding = {row["id"] for row in self._writer.read(each.holding, {"ids": batch})}
                asked = {"ids": batch, "feed": each.feed.name}
                waiting = {row["id"] for row in self._writer.read(each.waiting, asked)}
                for piece in batches(sorted(holding | waiting), LOOKED_UP):
                    self._settle(each.feed, (), piece, Tally())
                tally.suspended += len(holding)
        if label == "Assessment":
            for batch in batches(ids, BATCH):
                self._commit.answers(answers.suspended(self._writer, batch, self._instruments))
        if label == "Nominal":
            self._judge((), Tally())

    def _answers(self, feed: Feed, versions: Sequence[Version], forms: Collection[str], tally: Tally) -> list[Reject]:
        """Settle answers on their forms; returns the rejects that only the form's instrument could tell."""
        rejects: list[Reject] = []
        for piece in batches(versions, LOOKED_UP) if versions else [()]:
            settled = answers.settle(
                self._writer,
                piece,
                forms,
                batch=self._delivery.delivery_id,
                instruments=self._instruments,
                unwritten=self._unwritten,
                revised=feed.name in self._commit.revised,
                tally=tally,
            )
            rejects += settled.rejects
            self._commit.answers(settled)
        return rejects

    def _judge(self, versions: Sequence[Version], tally: Tally) -> None:
        """Settle judgements; without any on offer, all of them, since what they name may have gone."""
        every = judgements.every(self._writer, versions, all_of_them=not versions)
        self._there.look_up_ids({"Nominal"}, every.nominals)
        settled = judgements.settle(every, self._there.holds, tally)
        self._commit.judged(settled)

    def _held(self, feed: Feed, ids: Sequence[str], offered: Mapping[str, Sequence[Version]]) -> dict[str, Held]:
        """Return what is held under ids; of which kind the record is, only an offered row says."""
        wanted: dict[str | None, list[str]] = defaultdict(list)
        kinds = tuple(feed.fills) if isinstance(feed.fills, Mapping) else (None,)
        for fact_id in ids:
            for by in (offered[fact_id][0].row.by,) if offered.get(fact_id) else kinds:
                wanted[by].append(fact_id)
        found: dict[str, Held] = {}
        for by, some in wanted.items():
            for batch in batches(some, LOOKED_UP):
                found |= held(self._writer, feed, by, batch)
        if self._dry_run:
            found |= {fact_id: self._pretended[fact_id] for fact_id in ids if fact_id in self._pretended}
        return found

    def _complete_at(self, feed: Feed, source: str) -> Sequence[datetime]:
        """Return when complete feeds of a source were received that are loaded."""
        if not feed.may_be_complete:
            return ()
        if (known := self._complete.get((feed.name, source))) is None:
            known = self._complete[feed.name, source] = deliveries.complete_at(self._writer, feed, source)
        return known

    def _remember(self, feed: Feed, plan: Plan) -> None:
        """Remember what is there now, as far as later rows refer to it."""
        if not feed.start:
            self._there.come(row.id for row in plan.created)
        self._fresh.come(feed, [row.id for row in plan.created])
        if self._dry_run:
            for row in plan.created + plan.changed:
                version = Version(row, row.properties.get("received_at", self._delivery.received_at))
                self._pretended[row.id] = Held(version.order, version.received_at, row.by)
            if feed.name == "assessments":
                self._unwritten |= {row.id: row for row in plan.created}


def _labels(feed: Feed) -> set[str]:
    """Return the kinds of records for which rows of a feed wait."""
    return {column.refers.to for column in feed.columns if column.refers and column.refers.waits}
