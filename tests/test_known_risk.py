"""Ledger, score and change at a time of knowledge are what they were then."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from graph.connection import Address, Writer, reader
from graph.errors import QuestionError
from plans import plans_kept
from queries.catalogue import VIEWER, Query
from queries.known.gather import ANSWERS, CIRCUMSTANCES, LATEST, SURROUNDING
from telling import ALL_ALONG, ENDS, EVERYTHING, FORM, NOBODY, Asking, History, answer, asking, history, retracts
from test_known_at import ACCUSED, ANN, BILL, CASS, FIRST, FOURTH, PAIR, SECOND, THIRD, form, incident, judged, role

__all__ = ["asking", "history", "plans_kept"]


def test_late_and_corrected_answers_are_told_as_they_stood(history: History) -> None:
    history.bring(FIRST, **ACCUSED, assessments=[FORM])
    history.bring(SECOND, answers=[answer("18", "yes"), answer("4", "no")])
    history.bring(THIRD, answers=[answer("18", "no", recorded_at="2026-03-03T00:00"), answer("24a", "yes")])
    gone = {"assessment_ref": "f1", "item": "18", "withdrawn": "yes", "recorded_at": "2026-03-04T00:00"}
    history.bring(FOURTH, answers=[gone])
    assert history.states() == ["", "affirmed", "", ""]
    history.hold()


def test_an_answer_that_waited_counts_from_when_its_form_came(history: History) -> None:
    history.bring(FIRST, **ACCUSED, answers=[answer("strangulation", "yes"), answer("4", "yes")])
    history.bring(SECOND, assessments=[FORM])
    history.bring(THIRD, assessments=[{"assessment_ref": "f1", "withdrawn": "yes", "recorded_at": "2026-03-03T00:00"}])
    history.bring(FOURTH, assessments=[{**FORM, "recorded_at": "2026-03-04T00:00"}])
    assert len({bool(told.ledger) for told in history.noted.values()}) == 2
    history.hold()


def test_whom_a_source_names_and_a_form_without_a_suspect_are_told_as_they_were(history: History) -> None:
    loose, ages = form(incident_ref="i1"), {"age": "34", "recorded_at": "2026-03-02T00:00"}
    history.bring(FIRST, **ACCUSED, assessments=[loose], answers=[answer("18", "yes")])
    history.bring(SECOND, involvements=[role("ann", "suspect", against="bill;cass", **ages)])
    history.bring(THIRD, involvements=[role("cass", "suspect")])
    history.bring(FOURTH, incidents=[incident(reported_at="2026-02-03", recorded_at="2026-03-04T00:00")])
    told = [each.stored for (_, viewer, _), each in history.noted.items() if viewer == EVERYTHING]
    assert [(each["incident_named"], each["attributed"]) for each in told] == [
        ([False], [True]),
        ([True], [True]),
        ([True], []),
        ([True], []),
    ]
    history.hold()


def test_a_form_without_a_suspect_counts_once_its_incident_was_reported(history: History) -> None:
    history.bring(FIRST, **ACCUSED, assessments=[form(incident_ref="i1", assessed_at="2026-01-10")])
    for as_of in (date(2026, 1, 9), date(2026, 1, 31), date(2026, 2, 1)):
        told = history.asking.told(EVERYTHING, PAIR, FIRST, as_of)
        assert told == history.asking.told(EVERYTHING, PAIR, None, as_of)
        assert bool(told.case) is (as_of == date(2026, 2, 1))


def test_a_retraction_counts_from_when_it_came_until_it_was_undone(history: History) -> None:
    history.bring(FIRST, **ACCUSED, assessments=[FORM], answers=[answer("18", "yes")])
    history.bring(SECOND, judgements=[retracts("r1")])
    history.bring(THIRD, judgements=[judged("u1", "undo", undoes="r1")])
    history.bring(FOURTH, judgements=[judged("u2", "undo", undoes="u1")])
    assert history.states() == ["affirmed", "retracted", "affirmed", "retracted"]
    history.hold()


def test_a_retraction_that_was_corrected_to_another_form_counts_for_each_while_it_named_it(history: History) -> None:
    elsewhere = form("f3", victim_ref="cass")
    said = [answer("18", "yes"), answer("4", "yes", "f3")]
    history.bring(FIRST, **ACCUSED, assessments=[FORM, elsewhere], answers=said)
    history.bring(SECOND, judgements=[retracts("r1")])
    corrected = {"assessment_ref": "f3", "item": "4", "recorded_at": "2026-03-02T12:00"}
    history.bring(THIRD, judgements=[{**retracts("r1"), **corrected}])
    assert history.states() == ["affirmed", "retracted", "affirmed"]
    history.hold()


def test_a_judgement_that_was_corrected_to_other_people_tells_them_apart_as_it_did(
    empty: Writer, asking: Asking
) -> None:
    one, other = sorted((ANN, CASS))
    history = History(empty, asking, f"{one}>{BILL}", f"{other}>{BILL}")
    hers = [form("f2", suspect_ref="cass"), FORM]
    history.bring(FIRST, **ACCUSED, assessments=hers, answers=[answer("18", "yes", "f2"), answer("4", "yes")])
    history.bring(SECOND, judgements=[judged("j1")])
    corrected = {**judged("j1"), "person_ref": "dora", "other_ref": "ann", "recorded_at": "2026-03-02T12:00"}
    history.bring(THIRD, people=[{"person_ref": "dora"}], judgements=[corrected])
    assert len({*history.scores(f"{one}>{BILL}")}) == 2
    history.hold()


def test_a_merge_counts_from_when_it_was_judged(empty: Writer, asking: Asking) -> None:
    one, other = sorted((ANN, CASS))
    history = History(empty, asking, f"{one}>{BILL}", f"{other}>{BILL}")
    hers = [form("f2", suspect_ref="cass"), FORM]
    history.bring(FIRST, **ACCUSED, assessments=hers, answers=[answer("18", "yes", "f2"), answer("4", "yes")])
    history.bring(SECOND, judgements=[judged("j1")])
    history.bring(THIRD, judgements=[judged("j2", "undo", undoes="j1")])
    assert len({*history.scores(f"{one}>{BILL}")}) == 2
    history.hold()


def test_markers_and_ties_and_homes_that_came_later_are_told_from_then(history: History) -> None:
    said = [answer(item, "yes") for item in ("4", "15", "16", "18")]
    marker = {"marker_ref": "m1", "person_ref": "ann", "kind": "custody", "until_on": "2026-02-20"}
    tie = {"person_ref": "bill", "other_ref": "ann", "kind": "ex_partner", "from_on": "2026-01-10"}
    new = {"person_ref": "cass", "other_ref": "ann", "kind": "partner", "from_on": "2026-02-10"}
    home = {"person_ref": "bill", "address_ref": "a1", "from_on": "2026-02-11"}
    history.bring(FIRST, **ACCUSED, assessments=[FORM], answers=said)
    history.bring(SECOND, markers=[marker], relationships=[new], addresses=[{"address_ref": "a1", "kind": "home"}])
    history.bring(THIRD, relationships=[tie], residences=[home])
    later = [{**marker, "until_on": "2026-02-25", "recorded_at": "2026-03-03T00:00"}]
    gone = {name: new[name] for name in ("person_ref", "other_ref", "kind", "from_on")}
    history.bring(FOURTH, markers=later, relationships=[{**gone, "withdrawn": "yes"}])
    signs = [told.case["signs"] for (_, viewer, _), told in history.noted.items() if viewer == EVERYTHING and told.case]
    assert [[sign[0] for sign in each] for each in signs] == [
        [],
        ["new_partner", "release", "suspect_custody"],
        ["new_partner", "release", "separation", "suspect_custody", "new_address"],
        ["release", "separation", "suspect_custody", "new_address"],
    ]
    history.hold()


def test_a_partner_who_turns_out_to_be_the_victim_was_another_until_then(history: History) -> None:
    tie = {
        "person_ref": "ann",
        "other_ref": "cass",
        "kind": "partner",
        "from_on": "2026-02-10",
        "until_on": "2026-02-20",
    }
    both = {"person_ref": "bill", "other_ref": "cass"}
    history.bring(FIRST, **ACCUSED, relationships=[tie])
    history.bring(SECOND, judgements=[{**judged("j1"), **both}])
    history.hold()


@pytest.mark.parametrize(
    ("feed", "row"),
    [
        ("markers", {"marker_ref": "m1", "person_ref": "ann", "kind": "bail", "from_on": "2026-02-10"}),
        ("relationships", {"person_ref": "ann", "other_ref": "cass", "kind": "partner", "from_on": "2026-02-10"}),
        ("assessments", FORM),
        ("offences", {"offence_ref": "o1", "incident_ref": "i1", "code": "8/6"}),
    ],
)
def test_what_was_restricted_later_is_hidden_at_every_time(history: History, feed: str, row: Mapping[str, str]) -> None:
    history.bring(FIRST, **{**ACCUSED, feed: [row]}, answers=[answer("18", "yes")])
    shown = {viewer: history.noted[FIRST, viewer, PAIR] for viewer in ENDS}
    changed = {**row, "restricted_to": "sensitive", "recorded_at": "2026-03-02T00:00"}
    history.bring(SECOND, **{feed: [changed]})
    assert history.asking.told(EVERYTHING, PAIR, FIRST) == shown[EVERYTHING]
    now = history.noted[SECOND, NOBODY, PAIR]
    assert history.asking.told(NOBODY, PAIR, FIRST).case == now.case != shown[NOBODY].case


def test_nobody_learns_of_a_home_that_is_protected_now(history: History) -> None:
    tie = {"person_ref": "bill", "other_ref": "ann", "kind": "ex_partner", "from_on": "2026-01-10"}
    home = {"person_ref": "bill", "address_ref": "a1", "from_on": "2026-02-11"}
    place = {"address_ref": "a1", "kind": "home"}
    history.bring(FIRST, **ACCUSED, relationships=[tie], residences=[home], addresses=[place])
    history.bring(SECOND, addresses=[{**place, "protected": "yes", "recorded_at": "2026-03-02T00:00"}])
    for at, told in ((FIRST, ["separation"]), (SECOND, ["separation"])):
        case = history.asking.told(EVERYTHING, PAIR, at).case
        assert case is not None
        assert [sign[0] for sign in case["signs"]] == told
    assert [sign[0] for sign in (history.noted[FIRST, EVERYTHING, PAIR].case or {})["signs"]] == [
        "separation",
        "new_address",
    ]


def test_a_time_needs_a_zone_and_times_and_days_an_order(history: History) -> None:
    history.bring(FIRST, **ACCUSED)
    asking, bare = history.asking, FIRST.replace(tzinfo=None)
    for name in ("known_at", "from_known_at"):
        with pytest.raises(QuestionError, match="need a time zone"):
            asking.change(ALL_ALONG, **{name: bare})
    with pytest.raises(QuestionError, match="need a time zone"):
        asking.conclusion(known_at=bare)
    with pytest.raises(QuestionError, match="from_known_at must not be after known_at"):
        asking.change(ALL_ALONG, from_known_at=SECOND, known_at=FIRST)
    with pytest.raises(QuestionError, match="from_on must not be after as_of"):
        asking.change(date(2027, 1, 1), known_at=FIRST)


def test_the_day_is_that_of_the_last_delivery_known_then_in_the_zone_of_the_time(history: History) -> None:
    late = datetime(2026, 4, 1, 23, 30, tzinfo=UTC)
    history.bring(FIRST, **ACCUSED)
    history.bring(late, incidents=[incident("i2")])
    assert history.noted[late, EVERYTHING, PAIR].as_of == date(2026, 4, 2)
    history.hold()
    asking = history.asking
    assert asking.told(EVERYTHING, PAIR, late - timedelta(days=1)).as_of == FIRST.date()
    assert asking.conclusion(known_at=late).found.as_of == date(2026, 4, 1)
    assert asking.conclusion(known_at=FIRST - timedelta(days=9)).found.as_of == FIRST.date() - timedelta(days=9)
    assert asking.conclusion(known_at=FIRST - timedelta(days=9)).found.case is None


@pytest.mark.parametrize("query", [SURROUNDING, CIRCUMSTANCES, ANSWERS, LATEST], ids=lambda query: query.name)
def test_the_server_agrees_with_the_texts_that_read_versions(database: Address, query: Query) -> None:
    async def explained() -> tuple[list[str], str]:
        async with reader(database) as opened:
            columns, kind, *_ = await opened.explain(query.text, {name: [] for name in (*query.params, *VIEWER)})
            return columns, kind

    assert asyncio.run(explained()) == (list(query.columns), "r")
