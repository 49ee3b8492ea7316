"""How many answers a form keeps, and what becomes of them on another form; without a database."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from graph.reference.instruments import instruments
from graph.terms import ANSWER_BYTES
from ingest.batch import Batch
from ingest.delivery import FILE, ROW, FactRow
from ingest.forms import Form, moved
from ingest.ids import opaque
from ingest.place import Version
from ingest.sheet import Sheet

FORMS = instruments()
DASH, SAFELIVES, DARA = FORMS["dash", "2009"], FORMS["safelives_dash", "2009"], FORMS["dara", "2022"]
RECEIVED = datetime(2026, 1, 12, tzinfo=UTC)


def form(**answers: str) -> Form:
    """Return a police form with answers by the codes of its items."""
    made = Form.blank("f1", "rms", DASH)
    for code, answer in answers.items():
        put(made, code, answer)
    return made


def put(made: Form, code: str, answer: str | None) -> None:
    item = made.instrument.named[code]
    properties = {"item": item.number, "answer": answer, "file": "answers.csv", "row": item.place + 2}
    version = Version(FactRow(f"f1#{item.place}", properties, {}), RECEIVED)
    made.put(item.place, version if answer else None, "b1")


def size(made: Form) -> int | None:
    answers = made.written()["answers"]
    return None if answers is None else len(answers)


def test_a_form_without_parts_is_as_long_as_before_there_were_parts() -> None:
    assert size(form(strangulation="yes")) == 27
    assert size(form()) is None


def test_a_form_reaches_to_its_last_answered_part() -> None:
    drugs = DASH.named["24a"].place
    made = form(strangulation="yes", drugs="no")
    said = made.written()
    assert len(said["answers"]) == len(said["answer_rows"]) == drugs + 1
    assert (said["answers"][17], said["answers"][drugs]) == (ANSWER_BYTES["yes"], ANSWER_BYTES["no"])
    assert said["answers_recorded_at"] is None
    put(made, "drugs", None)
    assert made.written() == form(strangulation="yes").written()


def test_on_a_corrected_form_an_answer_keeps_the_number_of_its_item() -> None:
    made = form(very_frightened="yes", perp_suicidal="yes", first_injury="no", drugs="yes")
    found = moved(made, SAFELIVES)
    held = {item.number: found.answers[item.place] for item in SAFELIVES.items if found.answers[item.place]}
    # 25 is no number of that form, though its place is that of a part; 24a is another part there.
    assert held == {"2": ANSWER_BYTES["yes"], "1a": ANSWER_BYTES["no"], "24a": ANSWER_BYTES["yes"]}
    place = SAFELIVES.named["24a"].place
    assert found.rows[place] == made.rows[DASH.named["24a"].place]
    assert found.brought[place] == (RECEIVED, "b1", "answers.csv")
    assert found.changed


def test_a_corrected_form_does_not_take_what_its_item_does_not() -> None:
    made = form(very_frightened="yes")
    assert size(moved(made, DARA)) is None
    assert moved(made, DASH).written() == made.written()


def test_a_sheet_keeps_as_many_answers_as_a_form_does() -> None:
    ids = {ref: opaque("a", "rms", ref) for ref in ("f1", "f2", "f3")}
    named = [("dash", "2009"), ("dash", "2009"), ("safelives_dash", "2009")]
    sheet = Sheet(pa.array(list(ids.values())), named, FORMS)
    said = [("f1", "18"), ("f2", "drugs"), ("f2", "1A"), ("f2", "1"), ("f3", "24d"), ("f3", "24")]
    for start in (0, 2, 4):
        some = said[start : start + 2]
        batch = Batch(
            ids=pa.array([f"{ref}.{item}" for ref, item in some]),
            properties={
                "item": pa.array([item for _, item in some]),
                "answer": pa.array(["yes"] * 2),
                FILE: pa.array(["answers.csv"] * 2),
                ROW: pa.array(range(2), pa.int32()),
            },
            refs={"assessment_ref": pa.array([ids[ref] for ref, _ in some])},
            by=None,
        )
        assert sheet.put(batch).all()
    found = list(sheet.answered(0, 3))
    kept = {
        int(place): np.flatnonzero(row).tolist()
        for some in found
        for place, row in zip(some.forms, some.answers, strict=True)
    }
    sizes = {int(place): some.answers.shape[1] for some in found for place in some.forms}
    drugs, last = DASH.named["24a"].place, SAFELIVES.named["24d"].place
    assert kept == {0: [17], 1: [0, DASH.named["1a"].place, drugs], 2: [23, last]}
    assert sizes == {0: 27, 1: drugs + 1, 2: last + 1}
    assert all(some.rows.shape == some.answers.shape for some in found)
