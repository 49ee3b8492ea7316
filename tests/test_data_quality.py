"""What is wrong with a delivery shows before anyone trusts a list built on it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from asking import answer
from deliver import RECEIVED, Rows, conclude, deliver
from graph.connection import Address, Writer
from graph.errors import QuestionError
from graph.reference.instruments import instruments
from ingest.contracts import FEEDS
from ingest.contracts.feed import EVERY_FEED
from ingest.ids import opaque
from queries.catalogue import catalogue

QUALITY = catalogue()["data_quality"]
CONFLICTS = catalogue()["role_conflicts"]
CONTRADICTIONS = catalogue()["contradictory_values"]
FRESHNESS = catalogue()["freshness"]

PEOPLE = [{"person_ref": ref} for ref in ("ann", "bob", "cat")]
ITEMS = len(instruments()["dash", "2009"].main)


def nominal(ref: str, source: str = "rms") -> str:
    return opaque("n", source, ref)


def loaded(writer: Writer, *deliveries: Rows) -> None:
    """Load deliveries that were received a day apart, and conclude."""
    for number, rows in enumerate(deliveries):
        deliver(writer, rows, received_at=RECEIVED + timedelta(days=number), delivery_id=f"D{number}")
    conclude(writer)


def found(database: Address, check: str, groups: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """Return feed, subject, detail, rows and of all of each finding of a check."""
    rows = answer(database, QUALITY, groups, check=check).rows
    assert {row.check for row in rows} <= {check}
    return [(row.feed, row.subject, row.detail, row.rows, row.of) for row in rows]


def form(ref: str, **cells: str) -> dict[str, str]:
    said = {"instrument": "dash", "version": "2009", "assessed_at": "2026-01-05", "victim_ref": "ann"}
    return {"assessment_ref": ref, **said, **cells}


def incident(ref: str, **cells: str) -> dict[str, str]:
    return {"incident_ref": ref, "reported_at": "2026-01-04", **cells}


def role(ref: str, incident_ref: str, what: str, **cells: str) -> dict[str, str]:
    return {"person_ref": ref, "incident_ref": incident_ref, "role": what, **cells}


def same(ref: str, other: str, **cells: str) -> dict[str, str]:
    said = {"verdict": "same", "by": "reviewer", "at": "2026-01-01", "reason": "compared"}
    return {"judgement_ref": f"{ref} {other}", "person_ref": ref, "other_ref": other, **said, **cells}


def test_a_column_is_said_to_lack_values_of_each_source_by_itself(empty: Writer, database: Address) -> None:
    people = [
        {"person_ref": "ann", "family_name": "A", "given_names": "A", "born_on": "1990-01-01", "sex": "female"},
        {"person_ref": "bob", "family_name": "B", "given_names": "B", "sex": "male"},
        {"person_ref": "cat", "source": "cms", "family_name": "C", "given_names": "C", "born_on": "1999-01-01"},
    ]
    loaded(empty, {"people": people})
    rows = answer(database, QUALITY, check="completeness").rows
    told = [(row.source, row.feed, row.subject, row.rows, row.of) for row in rows]
    assert told == [("cms", "people", "sex", 1, 1), ("rms", "people", "born_on", 1, 2)]


def test_what_may_not_be_shown_counts_neither_as_missing_nor_as_given(empty: Writer, database: Address) -> None:
    addresses = [
        {"address_ref": "l1", "line": "1 Mill Lane", "postcode": "ZZ1 1AA", "neighbourhood": "Harbour"},
        {"address_ref": "l2", "protected": "yes"},
        {"address_ref": "l3", "kind": "refuge", "line": "3 Mill Lane"},
    ]
    loaded(empty, {"addresses": addresses})
    assert found(database, "completeness") == [("addresses", "kind", None, 1, 1)]


def test_only_the_roles_of_suspects_can_lack_against_whom(empty: Writer, database: Address) -> None:
    roles = [role("ann", "I1", "victim", age="30"), role("bob", "I1", "suspect", age="31")]
    loaded(empty, {"people": PEOPLE, "incidents": [incident("I1")], "involvements": roles})
    assert ("involvements", "against", None, 1, 1) in found(database, "completeness")


NOT_A_DEFECT = {
    "also_known_as": "most people have no other name",
    "until_on": "it may go on",
    "occurred_until": "it may have happened at a time",
    "unknown_suspects": "nothing means none",
    "protected": "nothing means no",
    "description": "words to the kind or to the code",
}


def test_every_column_that_may_be_empty_is_checked_or_need_not_be_filled() -> None:
    text = QUALITY.text
    for feed in FEEDS:
        if feed.name in {"answers", "judgements", "uses", "attendances", "appearances"}:
            continue
        listed = re.search(rf"RETURN '{feed.name}' AS feed.*? AS columns", text, re.S)
        assert listed, feed.name
        named = set(re.findall(r"'(\w+)'", listed[0])) | NOT_A_DEFECT.keys()
        optional = {column.name for column in feed.columns if not column.required} - {"withdrawn"}
        assert optional <= named, feed.name
    assert {column.name for column in EVERY_FEED} == {"source", "recorded_at", "restricted_to", "withdrawn"}


def test_answers_are_missing_by_neighbourhood_and_no_answer_is_not_the_same_as_not_asked(
    empty: Writer, database: Address
) -> None:
    forms = [form("F1", incident_ref="I1"), form("F2", incident_ref="I1"), form("F3", incident_ref="I2"), form("F4")]
    answers = [
        *({"assessment_ref": "F1", "item": str(number + 1), "answer": "dont_know"} for number in range(ITEMS)),
        {"assessment_ref": "F2", "item": "1", "answer": "yes"},
        {"assessment_ref": "F2", "item": "2", "answer": "not_asked"},
    ]
    incidents = [incident("I1", neighbourhood="Harbour"), incident("I2", neighbourhood="Hill")]
    loaded(empty, {"people": PEOPLE, "incidents": incidents, "assessments": forms, "answers": answers})
    assert found(database, "no_answers") == [
        ("assessments", "Hill", "dash 2009", 1, 1),
        ("assessments", None, "dash 2009", 1, 1),
    ]
    assert found(database, "missing_answers") == [("assessments", "Harbour", "dash 2009", ITEMS - 2, 2 * ITEMS)]


def test_what_waits_is_listed_by_age_with_what_became_of_what_it_waits_for(empty: Writer, database: Address) -> None:
    loaded(
        empty,
        {
            "people": PEOPLE,
            "incidents": [incident("I1")],
            "involvements": [role("ann", "I1", "victim"), role("ann", "I2", "victim")],
        },
        {
            "incidents": [{"incident_ref": "I1", "withdrawn": "yes", "recorded_at": "2026-02-01"}],
            "assessments": [form("F1", victim_ref="dot", incident_ref="I3")],
            "answers": [{"assessment_ref": "F1", "item": item, "answer": "yes"} for item in ("1", "2")],
        },
        {"involvements": [role("bob", "I2", "suspect")], "people": []},
        {"schools": [{"school_ref": "s1", "name": "Quay Primary"}]},
    )
    rows = answer(database, QUALITY, check="waiting").rows
    assert [(row.feed, row.subject, row.detail, row.rows, row.age_days) for row in rows] == [
        ("answers", "assessments", "waits itself", 2, 2),
        ("involvements", "incidents", "not delivered", 2, 3),
        ("assessments", "incidents, people", "not delivered", 1, 2),
        ("involvements", "incidents", "taken back", 1, 3),
    ]
    (late,) = (row for row in rows if row.detail == "not delivered" and row.feed == "involvements")
    assert (late.first_at, late.last_at) == (RECEIVED, RECEIVED + timedelta(days=2))
    deliver(empty, {"incidents": [incident("I2")]}, received_at=RECEIVED + timedelta(days=5), delivery_id="last")
    conclude(empty)
    assert "not delivered" not in [row.detail for row in answer(database, QUALITY).rows if row.feed == "involvements"]


def test_what_was_rejected_is_listed_by_rule_for_those_who_may_see_it(empty: Writer, database: Address) -> None:
    bad = [{"person_ref": ref, "born_on": "31/31/1990"} for ref in ("dot", "eve")]
    hidden = {"person_ref": "fay", "born_on": "soon", "restricted_to": "sensitive"}
    loaded(empty, {"people": PEOPLE}, {"people": [*bad, hidden]}, {"people": bad[:1]})
    (row,) = answer(database, QUALITY, check="rejected").rows
    assert (row.source, row.feed, row.subject) == ("rms", "people", "born_on")
    assert row.detail.startswith("not a date")
    assert (row.rows, row.age_days) == (3, 1)
    assert (row.first_at, row.last_at) == (RECEIVED + timedelta(days=1), RECEIVED + timedelta(days=2))
    (row,) = answer(database, QUALITY, ("sensitive",), check="rejected").rows
    assert row.rows == 4


def test_what_did_not_come_into_the_graph_is_listed_first(empty: Writer, database: Address) -> None:
    rows = {
        "people": [*PEOPLE, {"person_ref": "dot", "born_on": "soon"}],
        "incidents": [incident("I1")],
        "involvements": [role("eve", "I1", "witness")],
        "assessments": [form("F1"), form("F2")],
        "answers": [{"assessment_ref": "F2", "item": "1", "answer": "no"}],
    }
    loaded(empty, rows)
    checks = list(dict.fromkeys(row.check for row in answer(database, QUALITY).rows))
    assert checks == ["rejected", "waiting", "no_answers", "missing_answers", "completeness"]
    for check in checks:
        assert found(database, check)


def test_a_check_that_there_is_not_is_refused_with_those_that_there_are(sample: Writer, database: Address) -> None:
    with pytest.raises(QuestionError, match=r"^check must be one of rejected, waiting, .*, completeness\.$"):
        answer(database, QUALITY, check="spelling")


def conflicts(database: Address) -> list[tuple[str, str, str]]:
    """Return the conflict, the form or incident, and the person of each."""
    return [(row.conflict, row.source_ref, row.person_id) for row in answer(database, CONFLICTS).rows]


def test_a_suspect_who_is_a_victim_too_is_listed_and_a_counter_allegation_last(
    empty: Writer, database: Address
) -> None:
    roles = [role(ref, each, what) for ref in ("ann", "bob") for each in ("I1",) for what in ("suspect", "victim")]
    roles += [role("ann", "I2", "victim"), role("ann", "I2", "suspect", against="bob"), role("bob", "I2", "victim")]
    roles += [role("ann", "I3", "victim"), role("ann", "I3", "suspect", against="ann")]
    incidents = [incident(ref) for ref in ("I1", "I2", "I3")]
    loaded(empty, {"people": PEOPLE, "incidents": incidents, "involvements": roles})
    ann, bob = nominal("ann"), nominal("bob")
    told = conflicts(database)
    assert sorted(told[:3]) == sorted([("both_sides", "I1", ann), ("both_sides", "I1", bob), ("own_victim", "I3", ann)])
    assert told[3:] == [("counter_allegation", "I2", ann)]


def test_roles_conflict_once_two_records_are_judged_one_person_and_no_more_once_that_is_undone(
    empty: Writer, database: Address
) -> None:
    roles = [role("ann", "I1", "victim"), role("bob", "I1", "suspect", against="ann")]
    forms = [form("F1", suspect_ref="bob")]
    rows = {"people": PEOPLE, "incidents": [incident("I1")], "involvements": roles, "assessments": forms}
    loaded(empty, rows)
    assert conflicts(database) == []
    deliver(empty, {"judgements": [same("ann", "bob")]}, delivery_id="joined")
    conclude(empty)
    person = min(nominal("ann"), nominal("bob"))
    assert conflicts(database) == [("own_form", "F1", person), ("own_victim", "I1", person)]
    both = sorted([nominal("ann"), nominal("bob")])
    assert [row.record_ids for row in answer(database, CONFLICTS).rows] == [both, both]
    undo = {"judgement_ref": "undo", "verdict": "undo", "undoes": "ann bob"}
    deliver(
        empty, {"judgements": [{**undo, "by": "reviewer", "at": "2026-01-02", "reason": "a slip"}]}, delivery_id="u"
    )
    conclude(empty)
    assert conflicts(database) == []


def test_a_form_whose_suspect_is_only_a_victim_in_its_incident_is_listed(empty: Writer, database: Address) -> None:
    roles = [role("ann", "I1", "suspect"), role("bob", "I1", "victim"), role("cat", "I1", "victim")]
    roles.append(role("cat", "I1", "suspect"))
    forms = [form(ref, suspect_ref=who, incident_ref="I1") for ref, who in (("F1", "bob"), ("F2", "cat"))]
    loaded(
        empty,
        {"people": PEOPLE, "incidents": [incident("I1")], "involvements": roles, "assessments": forms},
    )
    assert ("reversed_form", "F1", nominal("bob")) in conflicts(database)
    assert "F2" not in [ref for _, ref, _ in conflicts(database)]


def test_a_suspect_under_ten_and_a_child_of_age_are_listed_by_recorded_age_or_date_of_birth(
    empty: Writer, database: Address
) -> None:
    people = [*PEOPLE, {"person_ref": "dot", "born_on": "2016-01-05"}, {"person_ref": "eve", "born_on": "2008-01-04"}]
    roles = [
        role("ann", "I1", "suspect", age="9"),
        role("bob", "I1", "suspect", age="10"),
        role("cat", "I1", "suspect"),
    ]
    roles += [role("dot", "I1", "suspect"), role("eve", "I1", "child"), role("dot", "I1", "child")]
    loaded(empty, {"people": people, "incidents": [incident("I1")], "involvements": roles})
    told = [(row.conflict, row.person_id, row.age) for row in answer(database, CONFLICTS).rows]
    assert sorted(told) == sorted(
        [
            ("young_suspect", nominal("ann"), 9),
            ("young_suspect", nominal("dot"), 9),
            ("adult_child", nominal("eve"), 18),
        ]
    )


def test_records_of_one_person_that_contradict_each_other_stand_side_by_side(empty: Writer, database: Address) -> None:
    people = [
        {"person_ref": "ann", "born_on": "1990-01-02", "sex": "female"},
        {"person_ref": "ann", "source": "cms", "born_on": "1990-02-01", "sex": "unknown"},
        {"person_ref": "ann-2", "born_on": "1990-01-02"},
        {"person_ref": "bob", "sex": "male"},
        {"person_ref": "bob-2", "sex": "female"},
        {"person_ref": "cat", "born_on": "1980-01-01", "sex": "male"},
    ]
    judged = [same("ann", "ann", other_source="cms"), same("ann", "ann-2"), same("bob", "bob-2")]
    loaded(empty, {"people": people, "judgements": judged})
    first, second = answer(database, CONTRADICTIONS).rows
    assert (first.subject, first.between_sources) == ("born_on", True)
    assert first.sources == ["cms", "rms", "rms"]
    assert first.source_refs == ["ann", "ann", "ann-2"]
    assert first.values == ["1990-02-01", "1990-01-02", "1990-01-02"]
    assert first.record_ids == [nominal("ann", "cms"), nominal("ann"), nominal("ann-2")]
    assert (second.subject, second.between_sources, second.values) == ("sex", False, ["male", "female"])


def test_a_feed_is_late_when_nothing_new_has_come_for_longer_than_ever_before(empty: Writer, database: Address) -> None:
    def received(day: int, *feeds: str) -> None:
        rows = {
            "people": [{"person_ref": f"p{day}"}],
            "schools": [{"school_ref": f"s{day}"}],
            "incidents": [incident(f"I{day}")],
        }
        deliver(
            empty,
            {feed: rows[feed] for feed in feeds},
            received_at=datetime(2026, 2, day, 6, tzinfo=UTC),
            delivery_id=f"D{day}",
        )

    def late() -> dict[str, tuple[Any, ...]]:
        conclude(empty)
        return {row.feed: (row.usual_days, row.days_since, row.late) for row in answer(database, FRESHNESS).rows}

    received(1, "people", "schools", "incidents")
    assert late() == dict.fromkeys(("people", "schools", "incidents"), (None, 0, False))
    received(4, "people", "incidents")
    received(5, "people", "incidents")
    assert late() == {"people": (3, 0, False), "incidents": (3, 0, False), "schools": (3, 4, True)}
    received(8, "people")
    assert late() == {"people": (3, 0, False), "incidents": (3, 3, False), "schools": (3, 7, True)}
    received(9, "people")
    assert late() == {"people": (3, 0, False), "incidents": (3, 4, True), "schools": (3, 8, True)}
    received(10, "incidents")
    assert late()["incidents"] == (5, 0, False)
