"""Forms as they stand in the graph: one byte an item, with when each was recorded and what brought it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.connection import Row, Transaction, Writer
from graph.constraints import TOUCHED
from graph.reference.instruments import Instrument
from graph.terms import ANSWER_BYTES, NOT_DELIVERED
from ingest.delivery import FactRow
from ingest.place import Version

_HELD = """
UNWIND $ids AS id
MATCH (form:Assessment {assessment_id: id})
RETURN id, form.source AS source, form.instrument AS instrument, form.version AS version, form.answers AS answers,
       form.answers_recorded_at AS answers_recorded_at, form.answer_rows AS answer_rows,
       form.answers_received_at AS answers_received_at, form.answers_batches AS answers_batches,
       form.answers_files AS answers_files, form.answers_brought AS answers_brought
"""
_OF = """
UNWIND $ids AS id
MATCH (form:Assessment {assessment_id: id})
RETURN id, form.instrument AS instrument, form.version AS version
"""
BLANK = """
UNWIND $ids AS id
MATCH (form:Assessment {assessment_id: id})
WHERE form.answers IS NULL
RETURN id, form.instrument AS instrument, form.version AS version
"""
"""Which of some forms are there and have no answers."""
_WRITE = f"""
UNWIND $rows AS row
MATCH (form:Assessment {{assessment_id: row.id}})
SET form += row.properties, form:{TOUCHED}
"""
_TERMS = {byte: term for term, byte in ANSWER_BYTES.items()}

Brought = tuple[datetime, str, str]
"""When what brought an answer was received, which delivery that was, and its file."""


@dataclass(slots=True)
class Form:
    """The answers of one assessment while they are being changed."""

    id: str
    source: str
    instrument: Instrument
    answers: bytearray
    recorded_at: list[str]
    rows: list[int]
    brought: list[Brought | None]
    changed: bool = False

    @classmethod
    def blank(cls, form_id: str, source: str, instrument: Instrument) -> Form:
        """Return a form without answers."""
        size = len(instrument.items)
        return cls(form_id, source, instrument, bytearray(size), [""] * size, [0] * size, [None] * size)

    def held(self, position: int) -> Version | None:
        """Return what is held for an item, as a row that names it by its place."""
        brought = self.brought[position]
        if self.answers[position] == NOT_DELIVERED or brought is None:
            return None
        received_at, batch, file = brought
        properties = {
            "source": self.source,
            "item": self.instrument.items[position].number,
            "answer": _TERMS[self.answers[position]],
            "digest": f"{self.answers[position]:02}",
            "batch": batch,
            "file": file,
            "row": self.rows[position],
            "received_at": received_at,
        }
        if text := self.recorded_at[position]:
            properties["recorded_at"] = datetime.fromisoformat(text)
        return Version(FactRow(f"{self.id}#{position}", properties, {"assessment_ref": self.id}), received_at)

    def put(self, position: int, version: Version | None, batch: str) -> None:
        """Put an answer in its place, or take one out; one that no delivery is noted for came with this batch."""
        self.changed = True
        if version is None:
            self.answers[position], self.recorded_at[position] = NOT_DELIVERED, ""
            self.rows[position], self.brought[position] = 0, None
            return
        properties = version.row.properties
        recorded = properties.get("recorded_at")
        self.answers[position] = ANSWER_BYTES[properties["answer"]]
        self.recorded_at[position] = recorded.isoformat() if recorded else ""
        self.rows[position] = properties["row"]
        self.brought[position] = (version.received_at, properties.get("batch", batch), properties["file"])

    def written(self) -> dict[str, Any]:
        """Return the properties of the form; of the parts of items only as many as reach to the last answer."""
        size = max(self.instrument.least, len(self.answers.rstrip(bytes([NOT_DELIVERED]))))
        answers = bytes(self.answers[:size])
        brought = sorted({each for each in self.brought if each})
        places = {each: place for place, each in enumerate(brought)}
        by_item = bytes(0 if each is None else places[each] for each in self.brought[:size])
        any_there = any(answers)
        return {
            "answers": answers if any_there else None,
            "answers_recorded_at": recorded(answers, self.recorded_at[:size]),
            "answer_rows": self.rows[:size] if any_there else None,
            "answers_received_at": [each[0] for each in brought] or None,
            "answers_batches": [each[1] for each in brought] or None,
            "answers_files": [each[2] for each in brought] or None,
            "answers_brought": by_item if any(by_item) else None,
        }


def recorded(answers: Sequence[int], times: Sequence[str]) -> list[str] | None:
    """Return when the answers of a form were recorded: once if at one time, and nothing if that is not known."""
    different = {time for answer, time in zip(answers, times, strict=True) if answer != NOT_DELIVERED}
    if len(different) == 1:
        return None if different == {""} else list(different)
    return list(times) if different else None


def read(writer: Writer, ids: Sequence[str], instruments: Mapping[tuple[str, str], Instrument]) -> dict[str, Form]:
    """Return those of some forms that are there, by id."""
    return {
        row["id"]: _form(row, instruments[row["instrument"], row["version"]])
        for start in range(0, len(ids), 20_000)
        for row in writer.read(_HELD, {"ids": ids[start : start + 20_000]})
    }


def _form(row: Row, instrument: Instrument) -> Form:
    size = len(instrument.items)
    brought: list[Brought] = list(
        zip(
            row["answers_received_at"] or [],
            row["answers_batches"] or [],
            row["answers_files"] or [],
            strict=True,
        )
    )
    answers = bytearray(_filled(list(row["answers"] or b""), NOT_DELIVERED, size))
    by_item = _filled(list(row["answers_brought"] or b""), 0, size)
    times = row["answers_recorded_at"] or []
    if len(times) == 1:
        times = [times[0] if answer != NOT_DELIVERED else "" for answer in answers]
    return Form(
        row["id"],
        row["source"],
        instrument,
        answers,
        _filled(times, "", size),
        _filled(row["answer_rows"] or [], 0, size),
        [brought[where] if answer != NOT_DELIVERED else None for answer, where in zip(answers, by_item, strict=True)],
    )


def correct(
    change: Callable[[Transaction], object],
    instruments: Mapping[tuple[str, str], Instrument],
    rows: Iterable[FactRow],
    transaction: Transaction,
) -> None:
    """Change assessments, and make their answers fit the instruments that they now are of.

    An answer keeps the number of its item; one whose number the instrument does not have, or not with such answers,
    goes.
    """
    ids = [row.id for row in rows]
    before = {
        row["id"]: instruments.get((row["instrument"], row["version"])) for row in transaction.run(_OF, {"ids": ids})
    }
    change(transaction)
    forms = []
    for row in transaction.run(_HELD, {"ids": ids}):
        if row["answers"]:
            now = instruments[row["instrument"], row["version"]]
            forms.append(moved(_form(row, before[row["id"]] or now), now))
    write(forms, transaction)


def moved(form: Form, instrument: Instrument) -> Form:
    """Return a form of another instrument with those of the answers that this takes, by the numbers of the items."""
    found = Form.blank(form.id, form.source, instrument)
    found.changed = True
    for item in form.instrument.items:
        there, answer = instrument.item(item.number), form.answers[item.place]
        if there is not None and answer in {ANSWER_BYTES[each] for each in there.answers}:
            found.answers[there.place], found.recorded_at[there.place] = answer, form.recorded_at[item.place]
            found.rows[there.place], found.brought[there.place] = form.rows[item.place], form.brought[item.place]
    return found


def _filled(values: list[Any], empty: Any, size: int) -> list[Any]:
    """Return a list filled up to a size: a form keeps answers to the parts of items only up to the last one."""
    return (values + [empty] * size)[:size]


def write(forms: Sequence[Form], transaction: Transaction) -> None:
    """Write the answers of forms."""
    rows = [{"id": form.id, "properties": form.written()} for form in forms]
    transaction.run(_WRITE, {"rows": rows})
