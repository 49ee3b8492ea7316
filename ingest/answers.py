"""Answers: settled on their forms, each in the place of its item, or waiting for a form that is not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.connection import Writer
from graph.reference.instruments import Instrument
from ingest import revisions
from ingest.delivery import FactRow, Reject
from ingest.forms import Form, read
from ingest.place import Kept, Known, State, Status, Tally, Version, earliest, place, undominated


@dataclass(slots=True)
class Settled:
    """What is to be written for answers, and which of them their forms do not take."""

    forms: list[Form] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    let_go: list[str] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


def settle(
    writer: Writer,
    versions: Sequence[Version],
    others: Collection[str],
    *,
    batch: str,
    instruments: Mapping[tuple[str, str], Instrument],
    unwritten: Mapping[str, FactRow],
    revised: bool,
    tally: Tally,
) -> Settled:
    """Put answers on their forms, and on `others` those that waited for them.

    An item that the form's instrument does not have is a reject. An answer whose form is not there waits. `unwritten`
    are forms that a dry run would have written; `revised` says whether there are versions of answers that do not hold.
    """
    offered: dict[str, list[Version]] = defaultdict(list)
    for each in versions:
        offered[each.row.refs["assessment_ref"]].append(each)
    ids = sorted(offered.keys() | set(others))
    forms = read(writer, ids, instruments)
    for form_id, row in unwritten.items():
        instrument = instruments[row.properties["instrument"], row.properties["version"]]
        forms.setdefault(form_id, Form.blank(form_id, row.properties["source"], instrument))
    stored = revisions.of_forms(writer, ids) if revised else {}
    settled = Settled()
    for form_id in ids:
        of_it = stored.get(form_id) or revisions.Stored()
        form = forms.get(form_id)
        before = len(settled.kept)
        if form is None:
            _wait(form_id, offered[form_id], of_it, settled, tally)
        else:
            _answer(form, offered[form_id], of_it, batch, settled, tally)
        if of_it.versions:
            wanted = {revisions.revision_id("answers", each.version) for each in settled.kept[before:]}
            settled.let_go += sorted(of_it.ids - wanted)
    settled.forms = [form for form in forms.values() if form.changed]
    return settled


def _wait(form_id: str, offered: Sequence[Version], stored: revisions.Stored, settled: Settled, tally: Tally) -> None:
    """Let answers wait for their form, each under the name of the item with which it came."""
    waiting: dict[str, list[Version]] = defaultdict(list)
    for each in [*stored.versions.values(), *offered]:
        waiting[each.row.id].append(each)
    for versions in waiting.values():
        ranked = undominated(sorted(earliest(versions).values(), key=lambda each: each.order, reverse=True))
        settled.kept += [Kept(each, State.WAITING, (form_id,)) for each in ranked]
    seen = set()
    for each in offered:
        tally.counts[Status.UNCHANGED if (each.row.id, each.order) in seen else Status.WAITING] += 1
        seen.add((each.row.id, each.order))


def _answer(
    form: Form,
    offered: Iterable[Version],
    stored: revisions.Stored,
    batch: str,
    settled: Settled,
    tally: Tally,
) -> None:
    given: dict[int, list[Version]] = defaultdict(list)
    others: dict[int, list[Version]] = defaultdict(list)
    for each in offered:
        where = _position(form.instrument, each.row)
        if isinstance(where, Reject):
            settled.rejects.append(where)
            tally.counts[Status.REJECTED] += 1
        else:
            given[where].append(_ranked(form, where, each))
    for each in stored.versions.values():
        where = _position(form.instrument, each.row)
        if isinstance(where, Reject):
            settled.rejects.append(where)
        else:
            others[where].append(_ranked(form, where, each))
    for position in sorted(given.keys() | others.keys()):
        known = Known(holds=form.held(position), others=others.get(position, ()))
        outcome = place(known, given.get(position, ()), lambda _: [])
        tally.add(outcome)
        settled.kept += outcome.kept
        if outcome.holds is not known.holds:
            form.put(position, outcome.holds, batch)


def suspended(writer: Writer, ids: Sequence[str], instruments: Mapping[tuple[str, str], Instrument]) -> Settled:
    """Return what lets the answers of forms that are taken out wait until they are there again."""
    settled = Settled()
    stored = revisions.of_forms(writer, ids)
    for form_id, form in read(writer, ids, instruments).items():
        of_it = stored.get(form_id) or revisions.Stored()
        there = [version for position in range(len(form.answers)) if (version := form.held(position))]
        for each in [*there, *of_it.versions.values()]:
            settled.kept.append(_waiting(form_id, each))
        wanted = {revisions.revision_id("answers", each.version) for each in settled.kept}
        settled.let_go += sorted(of_it.ids - wanted)
    return settled


def _waiting(form_id: str, version: Version) -> Kept:
    row = version.row
    named = FactRow(f"{form_id}.{row.properties['item']}", row.properties, row.refs, row.by)
    return Kept(Version(named, version.received_at), State.WAITING, (form_id,))


def _position(instrument: Instrument, row: FactRow) -> int | Reject:
    """Return the item's place on the form, or why there is none."""

    def refuse(column: str, rule: str) -> Reject:
        return Reject(feed="answers", file=row.properties["file"], row=row.properties["row"], column=column, rule=rule)

    item = instrument.item(row.properties["item"])
    if item is None:
        return refuse("item", "not an item of the form's instrument")
    if not row.withdrawn and row.properties["answer"] not in item.answers:
        return refuse("answer", "not an answer that this item takes")
    return item.place


def _ranked(form: Form, position: int, version: Version) -> Version:
    """Return the version under one id for its item, however it was named."""
    row = version.row
    properties = {**row.properties, "item": form.instrument.items[position].number}
    return Version(FactRow(f"{form.id}#{position}", properties, row.refs, row.by), version.received_at)
