"""Answers: one byte an item on their assessment, in the order of its instrument."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.connection import Row, Transaction, Writer
from graph.constraints import TOUCHED
from graph.reference.instruments import Instrument
from graph.terms import ANSWER_BYTES, NOT_DELIVERED
from ingest.contracts.feed import Feed
from ingest.delivery import FactRow, Reject
from ingest.place import Held, Offered, Placed, Status, place

_HELD = """
UNWIND $ids AS id
MATCH (form:Assessment {assessment_id: id})
RETURN id, form.instrument AS instrument, form.version AS version, form.answers AS answers,
       form.answers_recorded_at AS answers_recorded_at, form.answer_rows AS answer_rows
"""
_WRITE = f"""
UNWIND $rows AS row
MATCH (form:Assessment {{assessment_id: row.id}})
SET form.answers = row.answers, form.answers_recorded_at = row.answers_recorded_at,
    form.answer_rows = row.answer_rows, form:{TOUCHED}
"""

Commit = Callable[[Feed, Sequence["Form"], Callable[[Transaction, Sequence["Form"]], object], Placed], None]


@dataclass(slots=True)
class Form:
    """The answers of one assessment while they are being changed."""

    id: str
    instrument: Instrument
    answers: bytearray
    recorded_at: list[str]
    rows: list[int]
    changed: bool = False

    @classmethod
    def blank(cls, form_id: str, instrument: Instrument) -> Form:
        """Return a form without answers."""
        size = len(instrument.items)
        return cls(form_id, instrument, bytearray(size), [""] * size, [0] * size)

    def held(self, position: int) -> Held | None:
        """Return what is held for an item."""
        if self.answers[position] == NOT_DELIVERED:
            return None
        text = self.recorded_at[position]
        return Held(datetime.fromisoformat(text) if text else None, f"{self.answers[position]:02}")


def take(
    writer: Writer,
    feed: Feed,
    offered: Iterable[Offered],
    instruments: Mapping[tuple[str, str], Instrument],
    commit: Commit,
    unwritten: Mapping[str, FactRow],
) -> tuple[Placed, list[Reject]]:
    """Put answers on their assessments; an item that the form's instrument does not have is a reject.

    An answer whose assessment is not there waits. `unwritten` are assessments that a dry run would have written.
    """
    offered = list(offered)
    forms = _forms(writer, {each.row.refs["assessment_ref"] for each in offered}, instruments)
    for form_id, row in unwritten.items():
        instrument = instruments[row.properties["instrument"], row.properties["version"]]
        forms.setdefault(form_id, Form.blank(form_id, instrument))
    rejects: list[Reject] = []
    refused = Placed()
    fit: list[Offered] = []
    held: dict[str, Held] = {}
    positions: dict[str, int] = {}
    for each in offered:
        form = forms.get(each.row.refs["assessment_ref"])
        if form is None:
            fit.append(each)
            continue
        where = _position(form.instrument, each.row)
        if isinstance(where, Reject):
            rejects.append(where)
            refused.dropped += each.waited
            refused.counts[Status.REJECTED] += each.delivered
            continue
        row = _ranked(form, where, each.row)
        positions[row.id] = where
        if (known := form.held(where)) is not None:
            held[row.id] = known
        fit.append(Offered(row, each.delivered, each.waited))
    placed = place(fit, held, lambda row: [] if row.refs["assessment_ref"] in forms else [row.refs["assessment_ref"]])
    for row in placed.created + placed.changed:
        _put(forms[row.refs["assessment_ref"]], positions[row.id], row)
    placed.counts[Status.REJECTED] += refused.counts[Status.REJECTED]
    placed.dropped += refused.dropped
    commit(feed, [form for form in forms.values() if form.changed], _write, placed)
    return placed, rejects


def _forms(writer: Writer, ids: set[str], instruments: Mapping[tuple[str, str], Instrument]) -> dict[str, Form]:
    wanted = sorted(ids)
    return {
        row["id"]: _form(row, instruments)
        for start in range(0, len(wanted), 20_000)
        for row in writer.read(_HELD, {"ids": wanted[start : start + 20_000]})
    }


def _form(row: Row, instruments: Mapping[tuple[str, str], Instrument]) -> Form:
    instrument = instruments[row["instrument"], row["version"]]
    size = len(instrument.items)
    return Form(
        row["id"],
        instrument,
        bytearray(_filled(list(row["answers"] or b""), NOT_DELIVERED, size)),
        _filled(row["answers_recorded_at"] or [], "", size),
        _filled(row["answer_rows"] or [], 0, size),
    )


def refit(instruments: Mapping[tuple[str, str], Instrument], transaction: Transaction, rows: Iterable[FactRow]) -> None:
    """Make the answers of corrected assessments fit the instrument that they now are of.

    An answer keeps its place on the form; one that the instrument does not have, or does not take, goes.
    """
    held = transaction.run(_HELD, {"ids": [row.id for row in rows]})
    forms = [_form(row, instruments) for row in held if row["answers"]]
    for form in forms:
        for position, item in enumerate(form.instrument.items):
            if form.answers[position] not in {ANSWER_BYTES[answer] for answer in item.answers}:
                form.answers[position], form.recorded_at[position], form.rows[position] = NOT_DELIVERED, "", 0
    _write(transaction, forms)


def _filled(values: list[Any], empty: Any, size: int) -> list[Any]:
    """Return a list cut or filled up to a size: a corrected form may be of another instrument than before."""
    return (values + [empty] * size)[:size]


def _position(instrument: Instrument, row: FactRow) -> int | Reject:
    """Return the item's place on the form, or why there is none."""

    def refuse(column: str, rule: str) -> Reject:
        return Reject(feed="answers", file=row.properties["file"], row=row.properties["row"], column=column, rule=rule)

    item = instrument.item(row.properties["item"])
    if item is None:
        return refuse("item", "not an item of the form's instrument")
    if row.properties["answer"] not in item.answers:
        return refuse("answer", "not an answer that this item takes")
    return item.place


def _ranked(form: Form, position: int, row: FactRow) -> FactRow:
    """Return the row under one id for its item, however it was named, with its answer as the digest."""
    properties = {**row.properties, "digest": f"{ANSWER_BYTES[row.properties['answer']]:02}"}
    return FactRow(f"{form.id}.{position}", properties, row.refs, row.by)


def _put(form: Form, position: int, row: FactRow) -> None:
    recorded = row.properties.get("recorded_at")
    form.answers[position] = ANSWER_BYTES[row.properties["answer"]]
    form.recorded_at[position] = recorded.isoformat() if recorded else ""
    form.rows[position] = row.properties["row"]
    form.changed = True


def _write(transaction: Transaction, forms: Sequence[Form]) -> None:
    written = [
        {
            "id": form.id,
            "answers": bytes(form.answers) if any(form.answers) else None,
            "answers_recorded_at": form.recorded_at if any(form.recorded_at) else None,
            "answer_rows": form.rows if any(form.answers) else None,
        }
        for form in forms
    ]
    transaction.run(_WRITE, {"rows": written})
