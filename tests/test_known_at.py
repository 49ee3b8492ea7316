"""A timeline at a time of knowledge is the timeline as it was told then; by hand, one thing at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from asking import answer
from deliver import ZONE, Rows, conclude, delivery
from graph.connection import Address, Writer, reader
from graph.errors import QuestionError
from ingest.ids import opaque
from ingest.load import load
from plans import plans_kept
from queries.answer import Answer
from queries.catalogue import VIEWER, Query
from queries.known.gather import JUDGEMENTS, RECORDS, TOUCHING
from queries.lookups.timeline import QUERY, Happening
from test_queries_golden import parameters
from visibility import INVENTED

__all__ = ["plans_kept"]

FIRST = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
SECOND, THIRD, FOURTH = (FIRST + timedelta(days=days) for days in (1, 2, 3))

ANN, BILL, CASS = (opaque("n", "rms", ref) for ref in ("ann", "bill", "cass"))
PAIR = f"{ANN}>{BILL}"

Told = Callable[..., list[str]]
Bring = Callable[..., None]


@pytest.fixture
def bring(empty: Writer) -> Bring:
    """Load rows as received at a time, and conclude."""
    numbers = count(1)

    def brought(received_at: datetime, *, complete: str | None = None, **rows: list[Mapping[str, str]]) -> None:
        made = delivery(rows, received_at=received_at, delivery_id=f"D{next(numbers)}")
        load(empty, replace(made, complete=frozenset({complete} if complete else ())), zone=ZONE, shrink=100)
        conclude(empty)

    return brought


@pytest.fixture
def told(database: Address) -> Told:
    """Tell a timeline in words: what it was, what is told of it, and in which roles."""

    def asked(subject_id: str, known_at: datetime | None, *groups: str, as_of: date | None = None) -> list[str]:
        found = timeline(database, subject_id, known_at, *groups, as_of=as_of)
        return [
            " ".join(filter(None, (row.source_ref, row.detail, row.grade, "+".join(row.roles)))) for row in found.rows
        ]

    return asked


def timeline(
    database: Address, subject_id: str, known_at: datetime | None, *groups: str, as_of: date | None = None
) -> Answer[Happening]:
    return answer(database, QUERY, groups, subject_id=subject_id, as_of=as_of, known_at=known_at)


def people(*refs: str) -> list[Mapping[str, str]]:
    return [{"person_ref": ref} for ref in refs or ("ann", "bill", "cass")]


def incident(ref: str = "i1", **cells: str) -> Mapping[str, str]:
    return {"incident_ref": ref, "reported_at": "2026-02-01", "domestic": "yes", "kind": "Assault", **cells}


def role(person: str, what: str, ref: str = "i1", **cells: str) -> Mapping[str, str]:
    return {"incident_ref": ref, "person_ref": person, "role": what, **cells}


def form(ref: str = "f1", **cells: str) -> Mapping[str, str]:
    said = {"instrument": "dash", "version": "2009", "assessed_at": "2026-02-02", "victim_ref": "bill"}
    return {"assessment_ref": ref, **said, **cells}


def judged(ref: str, verdict: str = "same", **cells: str) -> Mapping[str, str]:
    named = {"undoes": cells.pop("undoes")} if verdict == "undo" else {"person_ref": "ann", "other_ref": "cass"}
    return {"judgement_ref": ref, "verdict": verdict, "by": "a", "at": "2026-02-01", "reason": "b", **named, **cells}


ACCUSED: Rows = {
    "people": people(),
    "incidents": [incident()],
    "involvements": [role("ann", "suspect"), role("bill", "victim")],
}


def test_what_was_corrected_is_told_as_it_stood(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED)
    bring(SECOND, incidents=[incident(kind="Burglary", recorded_at="2026-03-02T00:00")])
    assert told(ANN, FIRST) == ["i1 Assault suspect"]
    assert told(ANN, SECOND) == told(ANN, None) == ["i1 Burglary suspect"]


def test_a_late_record_is_told_from_when_it_was_received_though_it_was_loaded_later(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED)
    bring(THIRD, incidents=[incident("i3")], involvements=[role("ann", "suspect", "i3")])
    bring(SECOND, incidents=[incident("i2")], involvements=[role("ann", "witness", "i2")])
    assert told(ANN, FIRST) == ["i1 Assault suspect"]
    assert sorted(told(ANN, SECOND)) == ["i1 Assault suspect", "i2 Assault witness"]
    assert told(ANN, THIRD) == told(ANN, None)


def test_a_late_correction_does_not_hide_what_was_told_before_it_was_received(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED)
    bring(THIRD, incidents=[incident(kind="Third", recorded_at="2026-02-20T00:00")])
    bring(SECOND, incidents=[incident(kind="Second", recorded_at="2026-02-10T00:00")])
    assert [told(ANN, at) for at in (FIRST, SECOND, THIRD, None)] == [
        ["i1 Assault suspect"],
        ["i1 Second suspect"],
        ["i1 Third suspect"],
        ["i1 Third suspect"],
    ]


def test_an_older_version_that_came_late_is_never_told(bring: Bring, told: Told) -> None:
    bring(FIRST, **{**ACCUSED, "incidents": [incident(recorded_at="2026-02-20T00:00")]})
    bring(SECOND, incidents=[incident(kind="Older", recorded_at="2026-02-10T00:00")])
    assert told(ANN, FIRST) == told(ANN, SECOND) == told(ANN, None) == ["i1 Assault suspect"]


def test_what_was_withdrawn_is_told_until_then(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED, offences=[{"offence_ref": "o1", "incident_ref": "i1", "code": "8/6"}])
    bring(SECOND, incidents=[{"incident_ref": "i1", "withdrawn": "yes"}])
    assert told(ANN, FIRST) == ["i1 Assault suspect", "o1 8/6 suspect"]
    assert told(ANN, SECOND) == told(ANN, None) == []
    assert told(PAIR, FIRST) == ["i1 Assault suspect", "o1 8/6 suspect"]
    assert told(PAIR, SECOND) == []


def test_what_was_withdrawn_and_delivered_again_is_told_at_both_times(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED)
    bring(SECOND, incidents=[{"incident_ref": "i1", "withdrawn": "yes", "recorded_at": "2026-03-01T10:00"}])
    bring(THIRD, incidents=[incident(kind="Again", recorded_at="2026-03-02T10:00")])
    assert [told(ANN, at) for at in (FIRST, SECOND, THIRD)] == [["i1 Assault suspect"], [], ["i1 Again suspect"]]


def test_what_a_complete_feed_did_not_hold_is_told_before_and_after(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED)
    bring(SECOND, complete="involvements", involvements=[role("bill", "victim")])
    bring(THIRD, complete="involvements", involvements=[role("bill", "victim"), role("ann", "suspect")])
    assert [told(ANN, at) for at in (FIRST, SECOND, THIRD, None)] == [
        ["i1 Assault suspect"],
        [],
        ["i1 Assault suspect"],
        ["i1 Assault suspect"],
    ]


def test_who_was_judged_the_same_is_one_person_until_that_is_undone(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED)
    bring(SECOND, judgements=[judged("j1")])
    bring(THIRD, judgements=[judged("j2", "undo", undoes="j1")])
    bring(FOURTH, judgements=[judged("j3", "undo", undoes="j2")])
    one, other = sorted((ANN, CASS))
    apart = {ANN: ["i1 Assault suspect"], CASS: []}
    for at, together in ((FIRST, False), (SECOND, True), (THIRD, False), (FOURTH, True), (None, True)):
        assert told(one, at) == (["i1 Assault suspect"] if together else apart[one])
        assert told(other, at) == (["i1 Assault suspect"] if together else apart[other])
        assert told(f"{one}>{BILL}", at) == (["i1 Assault suspect"] if together else apart[one])
        assert told(f"{other}>{BILL}", at) == ([] if together else apart[other])


def test_a_judgement_of_a_record_that_was_not_there_yet_joins_nobody(bring: Bring, told: Told) -> None:
    bring(FIRST, **{**ACCUSED, "people": people("ann", "bill")}, judgements=[judged("j1")])
    bring(SECOND, people=people("cass"))
    assert told(CASS, FIRST) == []
    assert told(ANN, FIRST) == told(CASS, SECOND) == told(CASS, None) == ["i1 Assault suspect"]


def test_a_role_that_waited_is_told_from_when_both_ends_were_there(bring: Bring, told: Told) -> None:
    bring(FIRST, people=people(), involvements=[role("ann", "suspect")])
    bring(SECOND, incidents=[incident()])
    assert told(ANN, FIRST) == []
    assert told(ANN, SECOND) == told(ANN, None) == ["i1 Assault suspect"]


def test_a_form_that_waits_for_its_new_incident_is_told_as_before(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED, assessments=[form(grade="high", incident_ref="i1")])
    bring(SECOND, assessments=[form(grade="medium", incident_ref="i2", recorded_at="2026-03-02T00:00")])
    bring(THIRD, incidents=[incident("i2")])
    high, medium = ("f1 dash 2009 high victim", "f1 dash 2009 medium victim")
    assert told(BILL, FIRST) == told(BILL, SECOND) == ["i1 Assault victim", high]
    assert told(BILL, THIRD) == told(BILL, None) == ["i1 Assault victim", medium]


def test_an_offence_is_told_within_the_incident_that_it_was_part_of(bring: Bring, told: Told) -> None:
    offence = {"offence_ref": "o1", "incident_ref": "i1", "code": "8/6"}
    bring(FIRST, **{**ACCUSED, "incidents": [incident(), incident("i2")]}, offences=[offence])
    bring(SECOND, offences=[{**offence, "incident_ref": "i2", "recorded_at": "2026-03-02T00:00"}])
    assert told(ANN, FIRST) == ["i1 Assault suspect", "o1 8/6 suspect"]
    assert told(ANN, SECOND) == told(ANN, None) == ["i1 Assault suspect"]


def test_a_dyad_is_told_with_what_counted_for_it_then(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED, assessments=[form(incident_ref="i1")])
    bring(SECOND, involvements=[role("cass", "suspect")])
    bring(THIRD, involvements=[role("ann", "suspect", against="cass", recorded_at="2026-03-03T00:00")])
    assert told(PAIR, FIRST) == ["i1 Assault suspect", "f1 dash 2009"]
    assert told(PAIR, SECOND) == ["i1 Assault suspect"]
    assert told(PAIR, THIRD) == told(PAIR, None) == []
    assert told(f"{CASS}>{BILL}", SECOND) == ["i1 Assault suspect"]
    assert told(f"{CASS}>{BILL}", THIRD) == told(f"{CASS}>{BILL}", None) == ["i1 Assault suspect", "f1 dash 2009"]


def test_a_tie_and_ages_of_then_decide_whether_an_incident_without_a_flag_counts(bring: Bring, told: Told) -> None:
    born = [{"person_ref": ref, "born_on": "2010-02-02"} for ref in ("ann", "bill")]
    tie = {"person_ref": "bill", "other_ref": "ann", "kind": "partner"}
    bring(FIRST, **{**ACCUSED, "people": people(), "incidents": [incident(domestic="")]})
    bring(SECOND, relationships=[tie], people=[{**row, "recorded_at": "2026-03-02T00:00"} for row in born])
    grown = [{**row, "born_on": "2010-02-01", "recorded_at": "2026-03-03T00:00"} for row in born]
    bring(THIRD, people=grown)
    bring(FOURTH, relationships=[{**tie, "withdrawn": "yes"}])
    told_of = [told(PAIR, at) for at in (FIRST, SECOND, THIRD, FOURTH, None)]
    assert told_of == [[], [], ["i1 Assault suspect"], [], []]


def test_what_was_restricted_later_is_hidden_at_every_time(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED, offences=[{"offence_ref": "o1", "incident_ref": "i1", "code": "8/6"}])
    bring(SECOND, incidents=[incident(restricted_to="sensitive", recorded_at="2026-03-02T00:00")])
    assert told(ANN, FIRST) == told(ANN, SECOND) == told(PAIR, FIRST) == []
    assert told(ANN, FIRST, "sensitive") == told(PAIR, FIRST, "sensitive") == ["i1 Assault suspect", "o1 8/6 suspect"]


def test_what_was_restricted_is_hidden_as_it_stood_then_also_when_it_is_open_now(bring: Bring, told: Told) -> None:
    bring(FIRST, **{**ACCUSED, "incidents": [incident(restricted_to="sensitive")]})
    bring(SECOND, incidents=[incident(recorded_at="2026-03-02T00:00")])
    assert told(ANN, FIRST) == []
    assert told(ANN, SECOND) == told(ANN, FIRST, "sensitive") == ["i1 Assault suspect"]


def test_a_restriction_that_waits_hides_too(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED, assessments=[form()])
    later = {"incident_ref": "not yet", "restricted_to": "sensitive", "recorded_at": "2026-03-02T00:00"}
    bring(SECOND, assessments=[form(**later)])
    assert told(BILL, FIRST) == ["i1 Assault victim"]
    assert told(BILL, FIRST, "sensitive") == ["i1 Assault victim", "f1 dash 2009 victim"]


def test_a_rival_suspect_who_is_hidden_now_does_not_count_for_the_past(bring: Bring, told: Told) -> None:
    rival = role("cass", "suspect")
    bring(FIRST, **ACCUSED, assessments=[form(incident_ref="i1")])
    bring(SECOND, involvements=[rival])
    bring(THIRD, involvements=[{**rival, "restricted_to": "sensitive", "recorded_at": "2026-03-03T00:00"}])
    assert told(PAIR, SECOND) == ["i1 Assault suspect", "f1 dash 2009"]
    assert told(PAIR, SECOND, "sensitive") == ["i1 Assault suspect"]


def test_whoever_was_not_known_yet_has_no_timeline(bring: Bring, told: Told) -> None:
    bring(FIRST, people=people("cass"))
    bring(SECOND, **ACCUSED)
    before = FIRST - timedelta(seconds=1)
    for subject in (ANN, PAIR, INVENTED, f"{INVENTED}>{ANN}", ""):
        assert told(subject, FIRST) == told(subject, before) == []


def test_only_what_was_reported_by_the_day_asked_for_is_told(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED, assessments=[form(suspect_ref="ann")])
    for subject in (ANN, PAIR):
        for as_of in (None, date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2)):
            assert told(subject, FIRST, as_of=as_of) == told(subject, None, as_of=as_of)


def test_an_undo_of_what_was_not_delivered_yet_changes_nothing_until_then(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED, judgements=[judged("j1")])
    bring(SECOND, judgements=[judged("j1", "undo", undoes="j0", recorded_at="2026-03-02T00:00")])
    bring(THIRD, judgements=[judged("j0", "unsure")])
    other = max(ANN, CASS)
    assert told(other, SECOND) == told(other, FIRST) == ["i1 Assault suspect"]
    assert told(CASS, THIRD) == told(CASS, None) == []


def test_what_is_judged_different_after_all_is_told_apart(bring: Bring, told: Told) -> None:
    bring(FIRST, **ACCUSED, judgements=[judged("j1")])
    bring(SECOND, judgements=[judged("j2", "different")])
    bring(THIRD, judgements=[{"judgement_ref": "j2", "withdrawn": "yes"}])
    assert [told(CASS, at) for at in (FIRST, SECOND, THIRD)] == [["i1 Assault suspect"], [], ["i1 Assault suspect"]]


def test_all_that_is_told_of_one_delivery_is_told_of_when_it_was_received(sample: Writer, database: Address) -> None:
    cases = json.loads((Path(__file__).parent / "golden" / "timeline.json").read_text("utf-8"))
    asked = [case for case in cases if "known_at" not in case["parameters"]]
    assert len(asked) > 10
    for case in asked:
        params = parameters(QUERY, case["parameters"])
        now = answer(database, QUERY, case["groups"], **params)
        then = answer(database, QUERY, case["groups"], **params, known_at=datetime(2026, 3, 31, 6, tzinfo=UTC))
        assert (then.rows, then.cut) == (now.rows, now.cut), case["shows"]


@pytest.mark.parametrize("query", [JUDGEMENTS, TOUCHING, RECORDS], ids=lambda query: query.name)
def test_what_surrounds_a_subject_is_read_as_its_header_says(sample: Writer, database: Address, query: Query) -> None:
    async def explained() -> tuple[list[str], str]:
        async with reader(database) as opened:
            columns, kind, *_ = await opened.explain(query.text, {name: [] for name in (*query.params, *VIEWER)})
            return columns, kind

    assert asyncio.run(explained()) == (list(query.columns), "r")


def test_an_answer_about_the_past_says_of_when_it_is_and_by_what_it_is_cut(bring: Bring, database: Address) -> None:
    bring(FIRST, **ACCUSED, assessments=[form(suspect_ref="ann")])
    found = timeline(database, ANN, SECOND, as_of=date(2026, 2, 20))
    assert (found.known_at, found.as_of, found.cut, len(found.rows)) == (SECOND, date(2026, 2, 20), None, 2)
    cut = answer(database, QUERY, subject_id=ANN, known_at=SECOND, limit=1)
    assert (cut.rows, cut.cut) == (found.rows[:1], "limit: more than 1 rows")


def test_a_time_of_knowledge_needs_a_time_zone_and_the_limit_its_bounds(bring: Bring, database: Address) -> None:
    bring(FIRST, **ACCUSED)
    with pytest.raises(QuestionError, match="known_at needs a time zone"):
        timeline(database, ANN, FIRST.replace(tzinfo=None))
    with pytest.raises(QuestionError, match="limit must lie between"):
        answer(database, QUERY, subject_id=ANN, known_at=FIRST, limit=0)
