"""A load never lies, changes nothing the second time, and gives one graph for one set of rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asking import answer
from conftest import DATA
from deliver import RECEIVED, ZONE, Rows, conclude, deliver, delivery, wipe
from graph.connection import Address, Transaction, Writer
from graph.errors import ClewError, DatabaseRefused, SourceError
from graph.fingerprint import fingerprint
from graph.reference.instruments import instruments
from graph.terms import ANSWER_BYTES, DatabaseKind
from ingest.claim import claim, kind_of
from ingest.contracts import FEEDS
from ingest.delivery import Delivered, Delivery, Table
from ingest.ids import opaque
from ingest.load import load
from ingest.read import read_delivery
from ingest.report import FeedCounts, Report
from plans import plans_kept
from queries.catalogue import catalogue
from strategies_dirt import tables

FAMILY: Rows = {
    "people": [
        {"person_ref": "ann", "family_name": "Quickbeam", "born_on": "1980-01-01", "recorded_at": "2026-01-01"},
        {"person_ref": "bob", "family_name": "Quickbeam", "born_on": "1981-01-01"},
        {"person_ref": "cid", "family_name": "Fangorn", "born_on": "1982-01-01"},
    ],
    "incidents": [
        {"incident_ref": "I1", "reported_at": "2026-01-10T22:15", "domestic": "yes"},
        {"incident_ref": "I2", "reported_at": "2026-02-10", "domestic": "yes"},
    ],
    "involvements": [
        {"incident_ref": "I1", "person_ref": "bob", "role": "suspect"},
        {"incident_ref": "I1", "person_ref": "ann", "role": "victim"},
        {"incident_ref": "I2", "person_ref": "cid", "role": "suspect"},
        {"incident_ref": "I2", "person_ref": "ann", "role": "victim"},
    ],
}
"""Two suspects of one victim."""

__all__ = ["plans_kept"]

SETTLED = [HealthCheck.function_scoped_fixture]
"""Each example empties the database itself."""


def ended(report: Report, feed: str) -> dict[str, int]:
    """Return how the rows of a feed ended, without what did not happen."""
    counts = next((each for each in report.counts if each.feed == feed), FeedCounts(feed=feed))
    names = ("created", "changed", "unchanged", "waiting", "rejected", "promoted")
    return {name: getattr(counts, name) for name in names if getattr(counts, name)}


def one(writer: Writer, text: str, **params: Any) -> Any:
    """Return the only value of the only row."""
    (row,) = writer.read(text, params)
    (value,) = row.values()
    return value


def nominal(ref: str) -> str:
    return opaque("n", "rms", ref)


def test_loading_the_sample_twice_changes_nothing(sample: Writer) -> None:
    rows = sample.read("MATCH (n) RETURN count(n) AS n UNION ALL MATCH ()-[n]->() RETURN count(n) AS n")
    before = fingerprint(sample)
    report = load(sample, read_delivery(DATA, zone=ZONE), zone=ZONE)
    assert all(each.unchanged == each.delivered for each in report.counts)
    assert len(report.counts) == len(FEEDS)
    assert fingerprint(sample) == before
    summary = conclude(sample)
    assert (summary.full, summary.suspects, sum(summary.dyads.values()), sum(summary.meets.values())) == (
        False,
        0,
        0,
        0,
    )
    assert fingerprint(sample) == before
    assert sample.read("MATCH (n) RETURN count(n) AS n UNION ALL MATCH ()-[n]->() RETURN count(n) AS n") == rows


@st.composite
def dirty_deliveries(draw: st.DrawFn) -> Delivery:
    """Return a delivery of some feeds with every kind of dirt."""
    drawn: dict[str, Table] = {}
    for table in draw(st.lists(tables(), min_size=1, max_size=6)):
        drawn.setdefault(table.feed, table)
    return replace(delivery({}), tables=tuple(map(Delivered.of, drawn.values())))


@settings(max_examples=25, suppress_health_check=SETTLED)
@given(st.lists(dirty_deliveries(), min_size=1, max_size=2))
def test_every_delivered_row_ends_in_exactly_one_way(empty: Writer, deliveries: list[Delivery]) -> None:
    wipe(empty)
    for number, drawn in enumerate(deliveries):
        brought = replace(drawn, delivery_id=f"D{number}")
        before = fingerprint(empty)
        foretold = load(empty, brought, zone=ZONE, dry_run=True)
        assert fingerprint(empty) == before
        report = load(empty, brought, zone=ZONE)
        assert report.counts == foretold.counts
        assert report.rejects == foretold.rejects
        for table in (delivered.whole() for delivered in brought.tables):
            (counts,) = [each for each in report.counts if each.feed == table.feed]
            assert counts.delivered == len(table.frame) + len({fault.row for fault in table.faults}) == counts.ended
            # A kept row can be found wanting when its form comes; it was counted as waiting when it was delivered.
            rejected = {reject.row for reject in report.rejects if reject.feed == table.feed}
            assert counts.rejected <= len(rejected) if table.feed == "answers" else counts.rejected == len(rejected)
        after = fingerprint(empty)
        again = load(empty, brought, zone=ZONE)
        assert sum(each.created + each.changed + each.promoted for each in again.counts) == 0
        assert fingerprint(empty) == after


def test_counts_that_do_not_balance_fail_the_load() -> None:
    counts = FeedCounts(feed="people", delivered=3, created=1, rejected=1)
    with pytest.raises(ClewError, match="people: 3 rows were delivered and 2 accounted for"):
        Report(delivery_id="D1", counts=(counts,)).balanced()


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "the latest first"])
def test_of_several_versions_the_latest_holds(empty: Writer, turned: bool) -> None:
    versions = [
        {"person_ref": "ann", "family_name": "Early", "sex": "female", "recorded_at": "2026-01-01"},
        {"person_ref": "ann", "family_name": "Late", "recorded_at": "2026-01-01T00:01"},
        {"person_ref": "ann", "family_name": "Undated", "also_known_as": "Annie"},
    ]
    ends = [ended(deliver(empty, {"people": [row]}), "people") for row in (reversed(versions) if turned else versions)]
    held = one(empty, "MATCH (n:Nominal) RETURN properties(n) AS p")
    assert held["family_name"] == "Late"
    assert held["recorded_at"] == datetime(2026, 1, 1, 0, 1)
    # What the latest version does not say is taken away, though earlier ones said it.
    assert "sex" not in held
    assert "also_known_as" not in held
    assert ends == [{"created": 1}, {"changed": 1}, {"unchanged": 1}]


def test_without_a_time_the_same_version_holds_in_any_order(empty: Writer) -> None:
    rows = [{"person_ref": "ann", "family_name": name} for name in ("One", "Two", "Three")]
    held = set()
    for order in (rows, rows[::-1], [rows[1], rows[2], rows[0]]):
        wipe(empty)
        for row in order:
            deliver(empty, {"people": [row]})
        held.add(one(empty, "MATCH (n:Nominal) RETURN n.family_name AS name"))
    assert len(held) == 1


def corrected(feed: str, row: dict[str, str]) -> Rows:
    """Return a later version of a row."""
    return {feed: [{**row, "recorded_at": "2026-03-01"}]}


def test_an_offence_moves_to_the_incident_that_a_later_version_names(empty: Writer) -> None:
    offence = {"offence_ref": "O1", "incident_ref": "I1", "code": "105/01"}
    deliver(empty, {**FAMILY, "offences": [offence]})
    deliver(empty, corrected("offences", {**offence, "incident_ref": "I2"}))
    held = empty.read("MATCH (i:Incident)-[:RECORDS]->(:Offence) RETURN i.source_ref AS ref")
    assert held == [{"ref": "I2"}]


def test_a_reference_that_a_later_version_leaves_out_goes(empty: Writer) -> None:
    place = {"address_ref": "L1", "line": "1 Teapot Lane"}
    incident = {**FAMILY["incidents"][0], "address_ref": "L1"}
    deliver(empty, {**FAMILY, "incidents": [incident], "involvements": [], "addresses": [place]})
    assert one(empty, "MATCH (i:Incident)-[r:AT]->(:Address) RETURN count(r) AS n") == 1
    deliver(empty, corrected("incidents", dict(FAMILY["incidents"][0])))
    assert one(empty, "MATCH (:Incident)-[r:AT]->(:Address) RETURN count(r) AS n") == 0


def test_a_marker_moves_to_the_person_that_a_later_version_names(empty: Writer) -> None:
    marker = {"marker_ref": "M1", "person_ref": "ann", "kind": "bail"}
    deliver(empty, {**FAMILY, "markers": [marker]})
    deliver(empty, corrected("markers", {**marker, "person_ref": "bob"}))
    assert empty.read("MATCH (n:Nominal)-[:HAS]->(:Marker) RETURN n.source_ref AS ref") == [{"ref": "bob"}]


def test_a_form_moves_to_another_suspect_and_conclusions_follow(empty: Writer) -> None:
    form = {"assessment_ref": "A1", "instrument": "dash", "version": "2009", "assessed_at": "2026-01-11"}
    form |= {"grade": "high", "victim_ref": "ann", "suspect_ref": "bob", "incident_ref": "I1"}
    dyads = "MATCH (d:Dyad) WHERE d.assessments > 0 RETURN d.suspect_id AS suspect, d.latest_grade AS grade"
    deliver(empty, {**FAMILY, "assessments": [form]})
    conclude(empty)
    assert empty.read(dyads) == [{"suspect": nominal("bob"), "grade": "high"}]
    deliver(empty, corrected("assessments", {**form, "suspect_ref": "cid", "grade": "medium"}))
    assert conclude(empty).full is False
    assert empty.read(dyads) == [{"suspect": nominal("cid"), "grade": "medium"}]
    without = {name: value for name, value in form.items() if name not in {"suspect_ref", "recorded_at"}}
    deliver(empty, {"assessments": [{**without, "recorded_at": "2026-03-02"}]})
    conclude(empty)
    # It names nobody now, so it is taken to be of the only suspect of the incident that it follows.
    assert empty.read(dyads) == [{"suspect": nominal("bob"), "grade": "high"}]


def test_what_refers_to_something_not_delivered_waits_for_it(empty: Writer) -> None:
    people, events = {"people": FAMILY["people"]}, {"incidents": FAMILY["incidents"]}
    form = {"assessment_ref": "A1", "instrument": "dash", "version": "2009", "assessed_at": "2026-01-11"}
    forms = [{**form, "victim_ref": "ann", "incident_ref": "I1"}]
    answered = [{"assessment_ref": "A1", "item": "18", "answer": "yes"}]
    first = deliver(empty, {"involvements": FAMILY["involvements"], "assessments": forms, "answers": answered})
    assert [ended(first, feed) for feed in ("involvements", "assessments", "answers")] == [
        {"waiting": 4},
        {"waiting": 1},
        {"waiting": 1},
    ]
    needs = one(empty, "MATCH (w:Revision {state: 'waiting', feed: 'assessments'}) RETURN w.needs AS needs")
    assert needs == sorted([nominal("ann"), opaque("i", "rms", "I1")])
    second = deliver(empty, people)
    assert ended(second, "involvements") == {}
    assert one(empty, "MATCH (w:Revision {state: 'waiting', feed: 'assessments'}) RETURN w.needs AS needs") == [
        opaque("i", "rms", "I1")
    ]
    third = deliver(empty, events)
    assert [ended(third, feed) for feed in ("involvements", "assessments", "answers")] == [
        {"promoted": 4},
        {"promoted": 1},
        {"promoted": 1},
    ]
    assert one(empty, "MATCH (w:Revision {state: 'waiting'}) RETURN count(w) AS n") == 0
    place = instruments()["dash", "2009"].named["18"].place
    assert one(empty, "MATCH (a:Assessment) RETURN a.answers AS answers")[place] == ANSWER_BYTES["yes"]


def test_a_version_that_waits_is_not_lost_when_an_older_one_of_the_same_content_is_overtaken(empty: Writer) -> None:
    deliver(empty, {"people": FAMILY["people"]})
    waits = {"offence_ref": "O1", "incident_ref": "I9", "code": "105/01"}
    between = {"offence_ref": "O1", "incident_ref": "I1", "code": "008/06", "recorded_at": "2026-01-02"}
    deliver(empty, {"offences": [{**waits, "recorded_at": "2026-01-01"}]})
    deliver(empty, {"incidents": FAMILY["incidents"], "offences": [between, {**waits, "recorded_at": "2026-01-03"}]})
    assert one(empty, "MATCH (o:Offence) RETURN o.code AS code") == "008/06"
    deliver(empty, {"incidents": [{"incident_ref": "I9", "reported_at": "2026-01-09"}]})
    assert one(empty, "MATCH (i:Incident)-[:RECORDS]->(o:Offence) RETURN [i.source_ref, o.code] AS p") == [
        "I9",
        "105/01",
    ]


def test_an_answer_that_waited_by_number_and_comes_by_code_waits_no_more(empty: Writer) -> None:
    deliver(empty, {"answers": [{"assessment_ref": "A1", "item": "18", "answer": "yes"}]})
    form = {"assessment_ref": "A1", "instrument": "dash", "version": "2009", "assessed_at": "2026-01-11"}
    by_code = {"assessment_ref": "A1", "item": "strangulation", "answer": "yes"}
    deliver(empty, {"people": FAMILY["people"], "assessments": [{**form, "victim_ref": "ann"}], "answers": [by_code]})
    assert one(empty, "MATCH (w:Revision {state: 'waiting'}) RETURN count(w) AS n") == 0


def test_answers_that_a_corrected_form_does_not_take_go_without_a_trace(empty: Writer) -> None:
    form = {"assessment_ref": "A1", "instrument": "dash", "version": "2009", "assessed_at": "2026-01-11"}
    form |= {"victim_ref": "ann", "recorded_at": "2026-01-11"}
    other = {**form, "instrument": "dara", "version": "2022", "recorded_at": "2026-01-12"}
    parts: list[Rows] = [
        {"people": FAMILY["people"], "assessments": [form]},
        {"assessments": [other]},
        {"answers": [{"assessment_ref": "A1", "item": item, "answer": "yes"} for item in ("12", "24")]},
    ]
    found = set()
    for order in (parts, [parts[0], parts[2], parts[1]]):
        wipe(empty)
        for part in order:
            deliver(empty, part)
        assert one(empty, "MATCH (a:Assessment) RETURN a.answers AS answers") is None
        found.add(fingerprint(empty))
    assert len(found) == 1


def test_an_answer_to_a_part_of_an_item_makes_its_form_as_long_as_it_needs(empty: Writer) -> None:
    form = {"assessment_ref": "A1", "instrument": "dash", "version": "2009", "assessed_at": "2026-01-11"}
    answers = [
        {"assessment_ref": "A1", "item": item, "answer": "yes", "recorded_at": "2026-01-11T10:00"}
        for item in ("24", "24a")
    ]
    people, forms = FAMILY["people"], [{**form, "victim_ref": "ann"}]
    text = "MATCH (a:Assessment) RETURN [a.answers, a.answer_rows, a.answers_recorded_at] AS all"
    deliver(empty, {"people": people, "assessments": forms, "answers": answers[:1]})
    held = one(empty, text)
    assert (len(held[0]), len(held[1]), held[2]) == (27, 27, ["2026-01-11T10:00:00"])
    deliver(empty, {"answers": answers[1:]})
    held = one(empty, text)
    place = instruments()["dash", "2009"].named["24a"].place
    assert (len(held[0]), len(held[1]), held[2]) == (place + 1, place + 1, ["2026-01-11T10:00:00"])
    assert [held[0][23], held[0][place]] == [ANSWER_BYTES["yes"]] * 2
    wipe(empty)
    deliver(empty, {"people": people, "assessments": forms, "answers": answers})
    assert one(empty, text)[0] == held[0]


def test_an_answer_keeps_its_number_on_a_corrected_form(empty: Writer) -> None:
    form = {"assessment_ref": "A1", "instrument": "dash", "version": "2009", "assessed_at": "2026-01-11"}
    form |= {"victim_ref": "ann"}
    answered = [{"assessment_ref": "A1", "item": "19", "answer": "yes", "recorded_at": "2026-01-11T10:00"}]
    deliver(empty, {"people": FAMILY["people"], "assessments": [form], "answers": answered})
    deliver(empty, corrected("assessments", {**form, "instrument": "dara", "version": "2022"}))
    held = one(empty, "MATCH (a:Assessment) RETURN [a.answers, a.answers_recorded_at] AS both")
    dara = instruments()["dara", "2022"]
    place = dara.named["19"].place
    assert (len(held[0]), held[1]) == (len(dara.items), ["2026-01-11T10:00:00"])
    assert held[0][place] == ANSWER_BYTES["yes"]


def judgement(ref: str, verdict: str, **more: str) -> dict[str, str]:
    return {"judgement_ref": ref, "verdict": verdict, "by": "clerk", "at": "2026-03-01", "reason": "compared", **more}


def test_judged_the_same_then_in_conflict_and_undone_is_the_graph_of_before(empty: Writer) -> None:
    deliver(empty, FAMILY)
    conclude(empty)

    def judge(*rows: dict[str, str]) -> str:
        assert ended(deliver(empty, {"judgements": rows}), "judgements") == {"created": len(rows)}
        assert conclude(empty).full is False
        reached = fingerprint(empty)
        assert conclude(empty, full=True).dyads == {}
        assert fingerprint(empty) == reached
        return reached

    def suspects() -> list[str]:
        return sorted(row["id"] for row in empty.read("MATCH (d:Dyad) RETURN d.suspect_id AS id"))

    original = fingerprint(empty)
    same = judge(judgement("J1", "same", person_ref="bob", other_ref="cid"))
    assert suspects() == [min(nominal("bob"), nominal("cid"))]
    conflict = judge(judgement("J2", "different", person_ref="cid", other_ref="bob"))
    assert suspects() == sorted([nominal("bob"), nominal("cid")])
    assert one(empty, "MATCH (p:Person {contradicted: true}) RETURN count(p) AS n") == 2
    assert judge(judgement("J3", "undo", undoes="J2")) == same
    assert judge(judgement("J4", "undo", undoes="J3")) == conflict
    assert judge(judgement("J5", "undo", undoes="J1"), judgement("J6", "undo", undoes="J2")) == original
    assert len({original, same, conflict}) == 3


def test_an_undo_may_come_before_or_with_what_it_takes_back(empty: Writer) -> None:
    judged = judgement("J1", "same", person_ref="bob", other_ref="cid")
    undone = judgement("J2", "undo", undoes="J1")
    found = set()
    for parts in ([[undone], [judged]], [[judged], [undone]], [[judged, undone]], [[undone, judged]]):
        wipe(empty)
        deliver(empty, FAMILY)
        reports = [deliver(empty, {"judgements": part}) for part in parts]
        if parts == [[undone], [judged]]:
            assert [ended(report, "judgements") for report in reports] == [
                {"waiting": 1},
                {"created": 1, "promoted": 1},
            ]
        assert one(empty, "MATCH ()-[j:JUDGED]->() RETURN count(j) AS n") == 0
        assert one(empty, "MATCH (j:Judgement) RETURN count(j) AS n") == 2
        found.add(fingerprint(empty))
    assert len(found) == 1


def test_two_undos_of_each_other_are_neither_in_force(empty: Writer) -> None:
    rows = [
        judgement("J1", "same", person_ref="bob", other_ref="cid"),
        judgement("J2", "undo", undoes="J1"),
        judgement("J3", "undo", undoes="J2"),
        judgement("J2", "undo", undoes="J3", recorded_at="2026-03-02"),
    ]
    deliver(empty, {**FAMILY, "judgements": rows})
    assert empty.read("MATCH ()-[j:JUDGED]->() RETURN j.judgement_id AS id") == [{"id": opaque("j", "rms", "J1")}]


@settings(max_examples=8, suppress_health_check=SETTLED)
@given(st.integers(1, 12), st.booleans())
def test_a_load_that_was_cut_off_can_be_run_again(empty: Writer, after: int, concluded: bool) -> None:
    rows = {
        **FAMILY,
        "offences": [{"offence_ref": "O1", "incident_ref": "I1"}, {"offence_ref": "O2", "incident_ref": "I9"}],
        "judgements": [
            judgement("J1", "same", person_ref="bob", other_ref="cid"),
            judgement("J2", "undo", undoes="J1"),
        ],
    }
    changes = {"people": [{"person_ref": "ann", "family_name": "New", "recorded_at": "2026-03-01"}], **rows}
    wipe(empty)
    deliver(empty, {"people": FAMILY["people"], "answers": [{"assessment_ref": "A1", "item": "1", "answer": "yes"}]})
    if concluded:
        conclude(empty)
    times = iter(range(after))

    def stop(*_: object) -> None:
        if next(times, None) is None:
            raise KeyboardInterrupt

    brought = delivery(changes, delivery_id="D2")
    try:
        load(empty, brought, zone=ZONE, progress=stop)
    except KeyboardInterrupt:
        assert one(empty, "MATCH (d:Delivery {delivery_id: 'D2'}) RETURN d.finished AS finished") is False
    load(empty, brought, zone=ZONE)
    conclude(empty)
    once = fingerprint(empty)
    assert one(empty, "MATCH (d:Delivery {delivery_id: 'D2'}) RETURN d.finished AS finished") is True
    wipe(empty)
    deliver(empty, {"people": FAMILY["people"], "answers": [{"assessment_ref": "A1", "item": "1", "answer": "yes"}]})
    load(empty, brought, zone=ZONE)
    conclude(empty)
    assert fingerprint(empty) == once


RESTRICTED = {"restricted_to": "sensitive", "recorded_at": "2026-03-01"}


@pytest.mark.parametrize(
    ("feed", "row"),
    [
        ("people", FAMILY["people"][1]),
        ("incidents", FAMILY["incidents"][0]),
        ("involvements", FAMILY["involvements"][0]),
        ("addresses", {"address_ref": "L1", "kind": "home"}),
    ],
)
def test_a_new_restriction_holds_back_conclusions_until_they_reflect_it(
    empty: Writer, database: Address, feed: str, row: dict[str, str]
) -> None:
    deliver(empty, {**FAMILY, "addresses": [{"address_ref": "L1", "kind": "home"}]})
    conclude(empty)
    query = catalogue()["linked_victims"]

    def victims() -> int:
        return len(answer(database, query, person_id=nominal("bob")).rows)

    assert victims() == 1
    deliver(empty, {feed: [{**row, **RESTRICTED}]})
    with pytest.raises(DatabaseRefused, match="restricted and the conclusions do not reflect it yet"):
        victims()
    # Facts that restrict nothing do not lift it, however many come.
    deliver(empty, {"people": [{"person_ref": "dot"}]})
    with pytest.raises(DatabaseRefused, match="restricted"):
        victims()
    conclude(empty)
    assert victims() == (1 if feed == "addresses" else 0)


def test_a_newly_protected_address_holds_back_conclusions_and_a_lifted_restriction_does_not(empty: Writer) -> None:
    state = "MATCH (d:Derivation) RETURN d.state AS state"
    deliver(empty, {**FAMILY, "addresses": [{"address_ref": "L1", "kind": "home"}]})
    assert one(empty, state) == "stale"
    conclude(empty)
    assert one(empty, state) == "ready"
    deliver(empty, {"addresses": [{"address_ref": "L1", "kind": "refuge", "recorded_at": "2026-03-01"}]})
    assert one(empty, state) == "withheld"
    conclude(empty)
    deliver(empty, {"addresses": [{"address_ref": "L1", "kind": "home", "recorded_at": "2026-03-02"}]})
    assert one(empty, state) == "stale"


@contextmanager
def marked(writer: Writer, kind: str | None) -> Iterator[None]:
    """Mark the tests' empty database otherwise for the time of a `with`; None: not at all."""

    def mark(transaction: Transaction) -> None:
        transaction.run("MATCH (n) DETACH DELETE n")
        if kind:
            transaction.run("CREATE (:Database {database_id: 'this', kind: $kind})", {"kind": kind})

    def restore(transaction: Transaction) -> None:
        transaction.run("MATCH (n) DETACH DELETE n")

    writer.write(mark)
    try:
        yield
    finally:
        writer.write(restore)
        claim(writer, DatabaseKind.SYNTHETIC, owner="tests")


@pytest.mark.parametrize(("held", "brought"), [("real", "synthetic"), ("synthetic", "real")])
@pytest.mark.parametrize("dry_run", [False, True])
def test_invented_and_real_records_are_never_mixed(empty: Writer, held: str, brought: str, dry_run: bool) -> None:
    refused = replace(delivery(FAMILY), kind=DatabaseKind(brought))
    with marked(empty, held):
        with pytest.raises(DatabaseRefused, match=f"holds {held} records and the delivery {brought} ones"):
            load(empty, refused, zone=ZONE, dry_run=dry_run)
        assert one(empty, "MATCH (n) RETURN count(n) AS n") == 1


def test_the_first_load_marks_the_database(empty: Writer) -> None:
    with marked(empty, None):
        assert kind_of(empty) == (None, None)
        load(empty, delivery(FAMILY), zone=ZONE, dry_run=True)
        assert kind_of(empty) == (None, None)
        load(empty, replace(delivery(FAMILY), kind=DatabaseKind.REAL), zone=ZONE)
        assert kind_of(empty) == (DatabaseKind.REAL, None)


def test_a_delivery_that_is_refused_marks_nothing(empty: Writer) -> None:
    wrong = delivery({"people": [{"person_ref": "ann", "surname": "Quickbeam"}]})
    with marked(empty, None):
        with pytest.raises(SourceError, match="surname"):
            load(empty, wrong, zone=ZONE)
        assert one(empty, "MATCH (n) RETURN count(n) AS n") == 0


def test_a_database_with_something_else_in_it_is_refused(empty: Writer) -> None:
    with marked(empty, None):
        empty.write(lambda transaction: transaction.run("CREATE (:Movie {title: 'X'})"))
        with pytest.raises(DatabaseRefused, match="something that Clew did not load"):
            load(empty, delivery(FAMILY), zone=ZONE)
        assert one(empty, "MATCH (n) RETURN labels(n) AS l") == ["Movie"]


def test_provenance_says_where_a_fact_came_from(empty: Writer) -> None:
    deliver(empty, FAMILY, delivery_id="March")
    held = one(
        empty, "MATCH (n:Nominal {source_ref: 'bob'}) RETURN n {.source, .batch, .file, .row, .received_at} AS p"
    )
    assert held == {
        "source": "rms",
        "batch": "March",
        "file": "people.csv",
        "row": 3,
        "received_at": RECEIVED,
    }
    lines = empty.read("MATCH ()-[r:SUSPECT_IN]->() RETURN r.row AS row, r.file AS file ORDER BY row")
    assert lines == [{"row": 2, "file": "involvements.csv"}, {"row": 4, "file": "involvements.csv"}]


def test_asking_is_refused_where_nothing_is_concluded(empty: Writer, database: Address) -> None:
    deliver(empty, FAMILY)
    with pytest.raises(DatabaseRefused, match="clew derive"):
        answer(database, catalogue()["freshness"])
