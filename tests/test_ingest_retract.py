"""An answer retracted by two people counts no more, stays in the ledger, and is an answer again once that is undone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from asking import answer
from deliver import RECEIVED, ZONE, Rows, conclude, deliver, delivery, wipe
from graph.connection import Address, Writer
from graph.connection import Row as Given
from graph.fingerprint import fingerprint
from graph.reference.instruments import instruments
from ingest.check import check
from ingest.derive.derive import Summary
from ingest.ids import opaque
from plans import plans_kept
from queries.catalogue import catalogue
from queries.lookups.ledger import LedgerEntry
from strategies import Cell, Row
from strategies_risk import forms, parted

__all__ = ["plans_kept"]

BOB, ANN = opaque("n", "rms", "bob"), opaque("n", "rms", "ann")
DYAD = f"{BOB}>{ANN}"
PEOPLE: Rows = {
    "people": [{"person_ref": "ann"}, {"person_ref": "bob"}],
    "incidents": [{"incident_ref": "I1", "reported_at": "2026-01-10", "domestic": "yes", "unknown_suspects": "0"}],
    "involvements": [
        {"incident_ref": "I1", "person_ref": "bob", "role": "suspect"},
        {"incident_ref": "I1", "person_ref": "ann", "role": "victim"},
    ],
}


def form(ref: str, on: str, answers: Mapping[str, str], **cells: str) -> Rows:
    """Return a form on bob and ann, with its answers by item."""
    said = {"instrument": "dash", "version": "2009", "assessed_at": on, "victim_ref": "ann", "suspect_ref": "bob"}
    return {
        "assessments": [{"assessment_ref": ref, **said, **cells}],
        "answers": [{"assessment_ref": ref, "item": item, "answer": each} for item, each in answers.items()],
    }


FIRST = form("F1", "2026-01-11", {"18": "yes", "17": "yes", "2": "yes"})
SECOND = form("F2", "2026-02-11", {"18": "no", "2": "yes"})
SAID = {"by": "K. Ledger", "at": "2026-03-01", "reason": "Ticked on the wrong line"}


def retract(ref: str = "R1", **cells: str) -> Row:
    asked = {"assessment_ref": "F1", "item": "18", "approved_by": "O. Quill"}
    return {"judgement_ref": ref, "verdict": "retract", **SAID, **asked, **cells}


def undo(ref: str, undoes: str, **cells: str) -> Row:
    return {"judgement_ref": ref, "verdict": "undo", "undoes": undoes, **SAID, **cells}


def judged(*rows: Row) -> Rows:
    return {"judgements": list(rows)}


def together(*parts: Rows) -> Rows:
    """Return the rows of several parts as one."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for part in parts:
        for feed, rows in part.items():
            found.setdefault(feed, []).extend(rows)
    return found


def ledger(database: Address, *groups: str) -> dict[str, LedgerEntry]:
    """Return the ledger of bob and ann by factor."""
    return {row.factor: row for row in answer(database, catalogue()["ledger"], groups, dyad_id=DYAD).rows}


def written(database: Address) -> str:
    """Return all that is told of bob and ann, as text."""
    told = [answer(database, catalogue()[name], dyad_id=DYAD) for name in ("ledger", "threat_score", "dyad_history")]
    return json.dumps([[asdict(row) for row in each.rows] for each in told], default=str)


_STORED = """
MATCH (dyad:Dyad)
RETURN properties(dyad) AS dyad, COLLECT {
  MATCH (dyad)-[found:MATCHES]->(cluster:Cluster)
  RETURN [cluster.cluster_id, found.since_on, found.factors]
  ORDER BY cluster.cluster_id
} AS matches
ORDER BY dyad.dyad_id, dyad.audiences
"""


def stored(writer: Writer) -> list[Given]:
    return writer.read(_STORED)


def held(writer: Writer) -> list[Given]:
    """Return the judgements as they are kept, but for where they came from."""
    return writer.read(
        "MATCH (j:Judgement)\n"
        "RETURN j.judgement_id AS id, j.undoes AS undoes, j.assessment_id AS form, j.item AS item, j.undone AS undone\n"
        "ORDER BY id"
    )


def step(writer: Writer, rows: Rows, name: str) -> Summary:
    """Deliver, conclude for whom that can reach, and check that this is what concluding everything gives."""
    report = deliver(writer, rows, delivery_id=name)
    assert not report.rejects, report.rejects
    summary = conclude(writer)
    reached, lists = fingerprint(writer), stored(writer)
    assert conclude(writer, full=True).dyads == {}
    assert (fingerprint(writer), stored(writer)) == (reached, lists)
    return summary


# What a row must be


def broken(**cells: str) -> list[tuple[int, str, str]]:
    """Return the row, column and rule of each reject of a judgement that retracts, but for these cells."""
    made = delivery(judged({**retract(), **cells}))
    (table,) = made.tables
    checked = check(table.whole(), made, zone=ZONE, instruments=instruments())
    values = [text for text in ("K. Ledger", "O. Quill", "R1", "F1", *cells.values()) if text.strip()]
    assert not [text for reject in checked.rejects for text in values if text in str(reject)]
    return [(reject.row, reject.column, reject.rule) for reject in checked.rejects]


NEEDED, EXCLUDED = "missing, though the verdict needs it", "not allowed with this verdict"
TWO = "who decided: a retraction needs the approval of somebody else"


def test_a_retraction_is_taken() -> None:
    assert broken() == []
    assert broken(assessment_source="partner_agency") == []


@pytest.mark.parametrize("column", ["assessment_ref", "item", "approved_by"])
def test_a_retraction_needs_form_item_and_approval(column: str) -> None:
    assert broken(**{column: " "}) == [(2, column, NEEDED)]


@pytest.mark.parametrize("column", ["by", "at", "reason"])
def test_a_retraction_like_any_judgement_says_who_when_and_why(column: str) -> None:
    assert broken(**{column: ""}) == [(2, column, "missing")]


@pytest.mark.parametrize("column", ["person_ref", "other_ref", "undoes"])
def test_a_retraction_takes_nothing_that_is_for_other_verdicts(column: str) -> None:
    assert broken(**{column: "X9"}) == [(2, column, EXCLUDED)]


@pytest.mark.parametrize("approved_by", ["K. Ledger", "k. ledger", " K.  LEDGER ", "K.Ledger", "\uff2b. Ledger"])
def test_nobody_approves_their_own_retraction(approved_by: str) -> None:
    assert broken(approved_by=approved_by) == [(2, "approved_by", TWO)]


@pytest.mark.parametrize("verdict", ["same", "different", "unsure", "undo"])
def test_no_other_verdict_takes_what_is_for_a_retraction(verdict: str) -> None:
    named = {"undoes": "X9"} if verdict == "undo" else {"person_ref": "P7", "other_ref": "P8"}
    asked = [(2, column, EXCLUDED) for column in ("assessment_ref", "item", "approved_by")]
    assert broken(verdict=verdict, **named) == asked


# What follows from it


def test_what_is_retracted_stays_in_the_ledger_and_counts_for_nothing(empty: Writer, database: Address) -> None:
    deliver(empty, together(PEOPLE, FIRST), delivery_id="first")
    conclude(empty)
    before, entries = stored(empty), ledger(database)
    assert before[0]["matches"]
    assert (entries["strangulation"].state, entries["strangulation"].retracted_by) == ("affirmed", [])
    summary = step(empty, judged(retract(), retract("R2", item="threat_to_kill"), retract("R3", item="2")), "retract")
    assert (summary.full, summary.dyads["changed"]) == (False, 1)
    (after,) = stored(empty)
    assert (after["dyad"]["states"], after["dyad"]["latest_answers"]) == (["retracted"] * 3, ["retracted"] * 3)
    assert after["dyad"]["factors"] == before[0]["dyad"]["factors"]
    assert after["dyad"]["first_yes_on"] == after["dyad"]["last_yes_on"] == [date(2026, 1, 11)] * 3
    assert after["matches"] == after["dyad"]["clusters"] == []
    assert after["dyad"]["score"] < before[0]["dyad"]["score"]
    entry = ledger(database)["strangulation"]
    assert (entry.state, entry.latest, entry.hidden_days) == ("retracted", "retracted", 0)
    assert (entry.yes_in, entry.no_in) == ([opaque("a", "rms", "F1")], [])
    assert entry.retracted_by == [opaque("j", "rms", "R1")]


@pytest.mark.parametrize(
    ("rows", "state", "latest", "yes_on", "no_in"),
    [
        ([], "contradicted", "no", ["2026-01-11", "2026-01-11"], ["F2"]),
        ([retract(item="strangulation")], "retracted", "no", ["2026-01-11", "2026-01-11"], []),
        ([retract(item=" Strangulation ")], "retracted", "no", ["2026-01-11", "2026-01-11"], []),
        ([retract(assessment_ref="F2")], "affirmed", "yes", ["2026-01-11", "2026-01-11"], []),
        ([retract(), retract("R2", assessment_ref="F2")], "retracted", "retracted", ["2026-01-11", "2026-01-11"], []),
        ([retract(), retract("R2", item="strangulation")], "retracted", "no", ["2026-01-11", "2026-01-11"], []),
        ([retract(item="99")], "contradicted", "no", ["2026-01-11", "2026-01-11"], ["F2"]),
        ([retract(assessment_ref="F9")], "contradicted", "no", ["2026-01-11", "2026-01-11"], ["F2"]),
        ([retract(source="cms")], "contradicted", "no", ["2026-01-11", "2026-01-11"], ["F2"]),
        ([retract(source="cms", assessment_source="rms")], "retracted", "no", ["2026-01-11", "2026-01-11"], []),
    ],
    ids=[
        "nothing",
        "the yes",
        "written otherwise",
        "the no",
        "both",
        "the yes twice",
        "an item that there is not",
        "a form that there is not",
        "a form of the same name elsewhere",
        "from another system",
    ],
)
def test_the_ledger_is_that_of_the_answers_that_stand(
    empty: Writer,
    database: Address,
    rows: list[Row],
    state: str,
    latest: str,
    yes_on: list[str],
    no_in: list[str],
) -> None:
    deliver(empty, together(PEOPLE, FIRST, SECOND, judged(*rows)))
    conclude(empty)
    entry = ledger(database)["strangulation"]
    assert (entry.state, entry.latest) == (state, latest)
    assert [str(entry.first_yes_on), str(entry.last_yes_on)] == yes_on
    assert entry.no_in == [opaque("a", "rms", ref) for ref in no_in]


def test_of_two_yes_the_one_that_stands_counts(empty: Writer, database: Address) -> None:
    deliver(empty, together(PEOPLE, FIRST, SECOND, judged(retract(item="2"))))
    conclude(empty)
    entry = ledger(database)["very_frightened"]
    assert (entry.state, entry.latest, entry.first_yes_on) == ("current", "yes", date(2026, 2, 11))
    assert (entry.yes_in, entry.retracted_by) == ([opaque("a", "rms", "F2")], [opaque("j", "rms", "R1")])


def test_of_levels_the_lower_one_that_stands_is_told_beside_the_retracted_yes(empty: Writer, database: Address) -> None:
    dara = {"instrument": "dara", "version": "2022"}
    (item,) = (each.number for each in instruments()["dara", "2022"].items if each.factor == "isolated")
    often = form("F1", "2026-01-11", {item: "often"}, **dara)
    less = form("F2", "2026-02-11", {item: "occasionally"}, **dara)
    deliver(empty, together(PEOPLE, often, less, judged(retract(item=item))))
    conclude(empty)
    entry = ledger(database)["isolated"]
    assert (entry.state, entry.latest, entry.highest, entry.latest_level) == (
        "retracted",
        "dont_know",
        "occasionally",
        "occasionally",
    )


def test_time_alone_changes_nothing_of_what_is_retracted(empty: Writer) -> None:
    deliver(empty, together(PEOPLE, form("F1", "2026-03-11", {}), judged(retract(item="6"))), delivery_id="first")
    conclude(empty)
    (before,) = stored(empty)
    step(empty, {"answers": form("F1", "", {"6": "yes"})["answers"]}, "answered")
    (after,) = stored(empty)
    assert after["dyad"]["states"] == ["retracted"]
    assert after["dyad"]["next_change_on"] == before["dyad"]["next_change_on"]
    step(empty, judged(undo("U1", "R1")), "undone")
    assert stored(empty)[0]["dyad"]["states"] == ["current"]


# In any order, and back again


PARTS: Mapping[str, Rows] = {
    "people": together(PEOPLE, SECOND),
    "form": {"assessments": FIRST["assessments"]},
    "answers": {"answers": FIRST["answers"]},
    "retraction": judged(retract(), retract("R2", item="17"), retract("R3", item="2")),
    "undo": judged(undo("U1", "R2"), undo("U2", "R3"), undo("U3", "U2")),
}

ORDERS = (
    ("people", "form", "answers", "retraction", "undo"),
    ("retraction", "people", "form", "answers", "undo"),
    ("undo", "people", "retraction", "form", "answers"),
    ("form", "retraction", "undo", "answers", "people"),
    ("people", "undo", "answers", "retraction", "form"),
)
"""Conclusions are drawn after the third and at the end."""


def test_in_any_order_of_deliveries_the_same_follows(empty: Writer, database: Address) -> None:
    told = set()
    for order in ORDERS:
        wipe(empty)
        assert sorted(order) == sorted(PARTS)
        for name in order:
            report = deliver(empty, PARTS[name], delivery_id=name)
            assert not report.rejects
            if name == order[2]:
                conclude(empty)
        conclude(empty)
        lists = json.dumps([stored(empty), held(empty)], default=str, sort_keys=True)
        told.add((fingerprint(empty), lists, written(database)))
    assert len(told) == 1
    states = {factor: entry.state for factor, entry in ledger(database).items()}
    assert states == {"strangulation": "retracted", "threat_to_kill": "affirmed", "very_frightened": "current"}
    undone = {row["item"]: row["undone"] for row in held(empty) if row["form"]}
    assert undone == {"18": None, "17": True, "2": None}


def test_undone_it_is_all_as_before_and_undone_again_retracted_again(empty: Writer, database: Address) -> None:
    deliver(empty, together(PEOPLE, FIRST, SECOND), delivery_id="first")
    conclude(empty)
    original = (fingerprint(empty), written(database))
    step(empty, judged(retract()), "retract")
    retracted = (fingerprint(empty), written(database))
    assert retracted != original
    summary = step(empty, judged(undo("U1", "R1")), "undo")
    assert (summary.full, summary.dyads["changed"]) == (False, 1)
    assert (fingerprint(empty), written(database)) == original
    step(empty, judged(undo("U2", "U1")), "undo again")
    assert (fingerprint(empty), written(database)) == retracted
    step(empty, judged(undo("U3", "R1")), "undo otherwise")
    assert (fingerprint(empty), written(database)) == original


def test_no_fact_is_deleted(empty: Writer) -> None:
    deliver(empty, together(PEOPLE, FIRST), delivery_id="first")
    answers = empty.read("MATCH (form:Assessment) RETURN properties(form) AS form")
    step(empty, judged(retract()), "retract")
    assert empty.read("MATCH (form:Assessment) RETURN properties(form) AS form") == answers
    assert empty.read("MATCH ()-[judged:JUDGED]->() RETURN judged.judgement_id AS id") == []


def test_a_retraction_that_is_corrected_retracts_another_answer(empty: Writer, database: Address) -> None:
    deliver(empty, together(PEOPLE, FIRST, judged(retract())), delivery_id="first")
    conclude(empty)
    step(empty, judged(retract(item="17", recorded_at="2026-03-02")), "corrected")
    states = {factor: entry.state for factor, entry in ledger(database).items()}
    assert states == {"strangulation": "affirmed", "threat_to_kill": "retracted", "very_frightened": "current"}
    other = dict.fromkeys(("assessment_ref", "item", "approved_by"), "")
    same = {**retract(**other), "verdict": "same", "person_ref": "ann", "other_ref": "bob", "recorded_at": "2026-03-03"}
    step(empty, judged(same), "another verdict")
    assert [(row["form"], row["item"]) for row in held(empty)] == [(None, None)]
    assert empty.read("MATCH ()-[:JUDGED]->() RETURN count(*) AS n") == [{"n": 1}]
    step(empty, judged(retract(recorded_at="2026-03-04")), "a retraction again")
    assert ledger(database)["strangulation"].state == "retracted"
    step(empty, judged({"judgement_ref": "R1", "withdrawn": "yes", "recorded_at": "2026-03-05"}), "withdrawn")
    assert ledger(database)["strangulation"].state == "affirmed"
    assert held(empty) == []


def test_a_form_that_is_withdrawn_comes_back_without_the_answer(empty: Writer, database: Address) -> None:
    deliver(empty, together(PEOPLE, FIRST, judged(retract())), delivery_id="first")
    conclude(empty)
    before = written(database)
    gone = {"assessments": [{"assessment_ref": "F1", "withdrawn": "yes", "recorded_at": "2026-03-02"}]}
    step(empty, gone, "withdrawn")
    assert ledger(database) == {}
    step(empty, {"assessments": [{**FIRST["assessments"][0], "recorded_at": "2026-03-03"}]}, "again")
    assert written(database) == before


def test_who_may_not_see_the_form_learns_nothing_of_the_retraction(empty: Writer, database: Address) -> None:
    hidden = form("F1", "2026-01-11", {"18": "yes"}, restricted_to="sensitive")
    deliver(empty, together(PEOPLE, hidden, SECOND), delivery_id="first")
    conclude(empty)
    before = written(database)
    step(empty, judged(retract()), "retract")
    assert written(database) == before
    assert "strangulation" not in ledger(database)
    assert ledger(database, "sensitive")["strangulation"].state == "retracted"


def test_a_form_that_names_no_suspect_is_reached_too(empty: Writer, database: Address) -> None:
    loose = form("F1", "2026-01-11", {"18": "yes"}, suspect_ref="", incident_ref="I1")
    deliver(empty, together(PEOPLE, loose), delivery_id="first")
    conclude(empty)
    assert ledger(database)["strangulation"].state == "affirmed"
    assert step(empty, judged(retract()), "retract").full is False
    assert ledger(database)["strangulation"].state == "retracted"


def test_what_was_known_is_told_beside_retractions(empty: Writer, database: Address) -> None:
    other = {"judgement_ref": "J1", "verdict": "unsure", "person_ref": "ann", "other_ref": "bob", **SAID}
    deliver(empty, together(PEOPLE, FIRST, judged(retract(), undo("U1", "R1"), other)))
    conclude(empty)
    timeline = catalogue()["timeline"]
    asked: Mapping[str, Any] = {"subject_id": DYAD, "known_at": RECEIVED}
    assert len(answer(database, timeline, **asked).rows) == len(answer(database, timeline, subject_id=DYAD).rows) == 2


# In small worlds


@st.composite
def retracted(draw: st.DrawFn) -> tuple[list[Cell], list[Cell]]:
    """Return forms with retractions, some undone, and the same forms without the answers that are retracted."""
    rows = draw(forms())
    named = {row["assessment_ref"]: (row["instrument"], row["version"]) for feed, row in rows if feed == "assessments"}
    answers = [row for feed, row in rows if feed == "answers"]
    judgements: list[Cell] = []
    gone: set[tuple[str, str]] = set()
    for number, row in enumerate(draw(st.lists(st.sampled_from(answers), max_size=6, unique_by=str))):
        item = instruments()[named[row["assessment_ref"]]].named[row["item"]]
        ref, said = f"R{number}", {"source": row["source"], "assessment_ref": row["assessment_ref"]}
        how = draw(st.sampled_from((item.number, item.code)))
        judgements.append(("judgements", {**retract(ref, item=how), **said}))
        undone = draw(st.sampled_from((0, 0, 1, 2)))
        if undone:
            judgements.append(("judgements", {**undo(f"{ref}u", ref), "source": row["source"]}))
        if undone == 2:
            judgements.append(("judgements", {**undo(f"{ref}uu", f"{ref}u"), "source": row["source"]}))
        if undone != 1:
            gone.add((row["assessment_ref"], row["item"]))
    left = [(feed, row) for feed, row in rows if feed != "answers" or (row["assessment_ref"], row["item"]) not in gone]
    return [*rows, *judgements], left


@hypothesis.settings(max_examples=12, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(retracted(), st.integers(1, 3), st.randoms(use_true_random=False))
def test_beside_what_is_retracted_all_is_as_if_it_had_not_been_answered(
    empty: Writer, drawn: tuple[list[Cell], list[Cell]], parts: int, random: Random
) -> None:
    rows, left = drawn
    found = put(empty, rows, parts, random)
    mark = fingerprint(empty)
    assert conclude(empty, full=True).dyads == {}
    assert fingerprint(empty) == mark
    expected = put(empty, left, 1, random)
    everything = put(empty, [each for each in rows if each[0] != "judgements"], 1, random)
    assert [_without(row) for row in found] == expected
    for row, whole in zip(found, everything, strict=True):
        assert row["dyad"]["factors"] == whole["dyad"]["factors"]


def put(writer: Writer, rows: Sequence[Cell], parts: int, random: Random) -> list[Given]:
    """Deliver rows in so many parts, conclude after each, and return what is stored."""
    wipe(writer)
    for number, part in enumerate(parted(rows, parts, random)):
        received = datetime(2026, 4, 1, 6, number, tzinfo=UTC)
        report = deliver(writer, part, received_at=received, delivery_id=f"D{number}")
        assert not report.rejects, report.rejects
        conclude(writer)
    return stored(writer)


_LISTS = ("factors", "states", "first_yes_on", "last_yes_on", "latest_answers")


def _without(row: Given) -> Given:
    """Return what is stored of a dyad without its retracted entries."""
    kept = [place for place, state in enumerate(row["dyad"]["states"]) if state != "retracted"]
    return {**row, "dyad": {**row["dyad"], **{name: [row["dyad"][name][place] for place in kept] for name in _LISTS}}}
