"""Delivered tables become facts and rejects: nothing is lost, and no reject repeats what was delivered."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import SourceError
from graph.properties import props
from graph.reference.instruments import instruments
from graph.schema import Judgement
from graph.terms import DatabaseKind
from ingest.batch import Checked
from ingest.check import check, demand_columns
from ingest.contracts import BY_NAME, FEEDS
from ingest.delivery import Delivered, Delivery, FactRow, Reject, Table
from ingest.ids import opaque
from ingest.rules import schema
from ingest.values import Fault, Value, read_values, reader
from strategies_dirt import tables

LONDON = ZoneInfo("Europe/London")
INSTRUMENTS = instruments()
RECEIVED = datetime(2026, 4, 1, 6, 30)

ROWS: Mapping[str, Mapping[str, str]] = {
    "people": {"person_ref": "P1"},
    "addresses": {"address_ref": "A1"},
    "schools": {"school_ref": "S1"},
    "identifiers": {"identifier_ref": "X1", "kind": "phone"},
    "incidents": {"incident_ref": "I1", "reported_at": "2026-03-31"},
    "relationships": {"person_ref": "P1", "other_ref": "P2", "kind": "partner"},
    "residences": {"person_ref": "P1", "address_ref": "A1"},
    "uses": {"person_ref": "P1", "identifier_ref": "X1"},
    "attendances": {"person_ref": "P1", "school_ref": "S1"},
    "markers": {"marker_ref": "M1", "person_ref": "P1", "kind": "bail"},
    "involvements": {"person_ref": "P1", "incident_ref": "I1", "role": "suspect"},
    "appearances": {"identifier_ref": "X1", "incident_ref": "I1"},
    "offences": {"offence_ref": "O1", "incident_ref": "I1"},
    "assessments": {
        "assessment_ref": "F1",
        "instrument": "dash",
        "version": "2009",
        "assessed_at": "2026-03-31",
        "victim_ref": "P1",
    },
    "answers": {"assessment_ref": "F1", "item": "18", "answer": "yes"},
    "judgements": {
        "judgement_ref": "J1",
        "verdict": "same",
        "person_ref": "P1",
        "other_ref": "P2",
        "by": "DC 1",
        "at": "2026-03-31",
        "reason": "One date of birth.",
    },
}
"""The least that a row of each feed needs."""


def table(feed: str, *rows: Mapping[str, str | None], faults: tuple[Reject, ...] = ()) -> Table:
    frame = pd.DataFrame([{**ROWS[feed], **row} for row in rows], dtype=object)
    frame["file"], frame["row"] = f"{feed}.csv", range(2, len(rows) + 2)
    return Table(feed=feed, frame=frame, faults=faults)


def checked(delivered: Table, *, source: str | None = "rms", received_at: datetime = RECEIVED) -> Checked:
    delivery = Delivery(
        delivery_id="d1",
        kind=DatabaseKind.SYNTHETIC,
        received_at=received_at,
        source=source,
        tables=(Delivered.of(delivered),),
    )
    demand_columns(delivery.tables[0])
    return check(delivered, delivery, zone=LONDON, instruments=INSTRUMENTS)


def fact(feed: str, **row: str | None) -> FactRow:
    result = checked(table(feed, row))
    assert not result.rejects
    return result.rows[0]


def broken(feed: str, **row: str | None) -> list[tuple[str, str]]:
    result = checked(table(feed, row))
    assert (result.delivered, result.rejected, result.rows) == (1, 1, [])
    assert {(reject.feed, reject.file, reject.row) for reject in result.rejects} == {(feed, f"{feed}.csv", 2)}
    return [(reject.column, reject.rule) for reject in result.rejects]


# ---------------------------------------------------------------------------------------------- single values


@pytest.mark.parametrize(
    ("feed", "column", "text", "value"),
    [
        ("people", "family_name", "  Nowak-Ōe \u00a0", "Nowak-Ōe"),
        ("people", "family_name", " \t ", None),
        ("people", "family_name", "zwei\nZeilen", Fault.CONTROL),
        ("people", "family_name", "nul\x00", Fault.CONTROL),
        ("people", "family_name", "caf\udce9", Fault.BYTES),
        ("people", "family_name", "\ud83d", Fault.BYTES),
        ("people", "also_known_as", " b ;; a;b; ", ("b", "a", "b")),
        ("people", "also_known_as", " ; ", None),
        ("people", "born_on", "1989-02-28", date(1989, 2, 28)),
        ("people", "born_on", "1989-02-29", Fault.DATE),
        ("people", "born_on", "19890228", Fault.DATE),
        ("people", "born_on", "1989-W09-2", Fault.DATE),
        ("people", "born_on", "1989-02-28T00:00", Fault.DATE),
        ("people", "born_on", "١٩٨٩-٠٢-٢٨", Fault.DATE),
        ("people", "sex", " Female ", "female"),
        ("people", "sex", "f", Fault.TERM),
        ("people", "restricted_to", "b; a ;b", ("a", "b")),
        ("people", "restricted_to", "a;;b", Fault.GROUP),
        ("people", "restricted_to", " ; ", Fault.GROUP),
        ("incidents", "reported_at", "2026-03-31", date(2026, 3, 31)),
        ("incidents", "reported_at", "2026-03-31T22:15", datetime(2026, 3, 31, 22, 15)),
        ("incidents", "reported_at", "2026-03-31 22:15:01.250", datetime(2026, 3, 31, 22, 15, 1, 250_000)),
        ("incidents", "reported_at", "2026-03-31 22:15:01.123456789+00", datetime(2026, 3, 31, 23, 15, 1, 123_456)),
        ("incidents", "reported_at", "2026-01-31T22:15Z", datetime(2026, 1, 31, 22, 15)),
        ("incidents", "reported_at", "2026-03-31T23:15:00-0200", datetime(2026, 4, 1, 2, 15)),
        ("incidents", "reported_at", "2026-03-31T24:00", Fault.MOMENT),
        ("incidents", "reported_at", "2026-03-31T22", Fault.MOMENT),
        ("incidents", "reported_at", "2026-02-31", Fault.MOMENT),
        ("incidents", "reported_at", "31/03/2026 22:15", Fault.MOMENT),
        ("incidents", "reported_at", "9999-12-31T23:59-23:59", Fault.MOMENT),
        ("incidents", "domestic", "Y", True),
        ("incidents", "domestic", "0", False),
        ("incidents", "domestic", "maybe", Fault.FLAG),
        ("incidents", "unknown_suspects", "3.0", 3),
        ("incidents", "unknown_suspects", "-3", -3),
        ("incidents", "unknown_suspects", "3.5", Fault.WHOLE),
        ("incidents", "unknown_suspects", "9" * 5000, Fault.WHOLE),
        ("involvements", "against", "b; a;;b", ("a", "b")),
        ("assessments", "instrument", "DASH", "dash"),
        ("answers", "item", "Strangulation", "strangulation"),
        ("answers", "answer", "Dont_Know", "dont_know"),
        ("answers", "answer", "All_the_time", "all_the_time"),
        ("answers", "answer", "perhaps", Fault.TERM),
    ],
)
def test_a_text_is_read_as_its_column_says(feed: str, column: str, text: str, value: Value) -> None:
    contract = BY_NAME[feed]
    read = read_values([text, None, text], reader(contract, contract.column(column), LONDON))
    assert read == [value, None, value]
    assert {type(each) for each in read} == {type(value), type(None)}


def test_coded_values_are_plain_text() -> None:
    row = fact("involvements", role="SUSPECT")
    assert type(row.by) is str
    assert row.by == "suspect"
    assert type(fact("identifiers", kind="Phone").properties["kind"]) is str


# ---------------------------------------------------------------------------------------------- rules for a cell


@pytest.mark.parametrize(
    ("feed", "column", "text", "rule"),
    [
        ("people", "person_ref", "  ", "missing"),
        ("people", "person_ref", "p" * 201, "longer than 200 characters"),
        ("people", "also_known_as", ";".join(["ab"] * 68), "longer than 200 characters"),
        ("people", "restricted_to", ";;", "an empty group name"),
        ("people", "family_name", "a\rb", "a control character or a line break"),
        ("people", "family_name", "\udcff", "bytes that are not UTF-8"),
        ("people", "born_on", "1753-01-01", "before 1900"),
        ("people", "born_on", "1899-12-31", "before 1900"),
        ("people", "born_on", "2026-04-02", "after the day on which the delivery was received"),
        ("people", "recorded_at", "2026-04-02", "after the day on which the delivery was received"),
        ("incidents", "reported_at", "2026-04-01T23:30Z", "after the day on which the delivery was received"),
        ("markers", "until_on", "2201-01-01", "after 2200"),
        ("involvements", "age", "131", "more than 130"),
        ("involvements", "age", "-1", "less than 0"),
        ("involvements", "role", "villain", "not one of the listed terms"),
        ("answers", "item", "i" * 41, "longer than 40 characters"),
        ("answers", "answer", "sometimes", "not one of the listed terms"),
        ("answers", "restricted_to", "team", "not allowed for an answer: restrict its assessment"),
        ("judgements", "restricted_to", "team", "not allowed for a judgement"),
    ],
)
def test_a_cell_that_breaks_a_rule_rejects_its_row(feed: str, column: str, text: str, rule: str) -> None:
    assert broken(feed, **{column: text}) == [(column, rule)]


@pytest.mark.parametrize(
    ("feed", "column", "text"),
    [
        ("people", "person_ref", "p" * 200),
        ("people", "born_on", "1900-01-01"),
        ("people", "born_on", "2026-04-01"),
        ("incidents", "reported_at", "2026-04-01T22:59Z"),
        ("markers", "from_on", "2027-01-01"),
        ("markers", "until_on", "2200-12-31"),
        ("involvements", "age", "130"),
        ("involvements", "against", ";".join(f"P{number}" for number in range(700))),
        ("addresses", "postcode", ""),
    ],
)
def test_a_cell_at_the_edge_of_a_rule_passes(feed: str, column: str, text: str) -> None:
    fact(feed, **{column: text})


def test_the_day_received_is_the_day_where_the_force_is() -> None:
    late = datetime(2026, 4, 1, 23, 30, tzinfo=UTC)
    rows = table("people", {"born_on": "2026-04-02"})
    assert not checked(rows, received_at=late).rejects
    assert checked(rows, received_at=late.replace(tzinfo=None)).rejected == 1


def test_all_faults_of_all_rows_are_reported_in_order() -> None:
    result = checked(
        table(
            "people",
            {"person_ref": "", "born_on": "1753-01-01", "sex": "x"},
            {},
            {"family_name": "\udcff", "restricted_to": ";"},
        )
    )
    assert [(reject.row, reject.column) for reject in result.rejects] == [
        (2, "person_ref"),
        (2, "born_on"),
        (2, "sex"),
        (4, "family_name"),
        (4, "restricted_to"),
    ]
    assert (result.delivered, result.rejected, [row.properties["row"] for row in result.rows]) == (3, 2, [3])


def test_rows_that_could_not_be_read_are_counted_once() -> None:
    unread = Reject(feed="people", file="people.csv", row=3, column="", rule="has 2 cells where the header has 3")
    again = Reject(feed="people", file="people.csv", row=3, column="", rule="has a quote in the wrong place")
    other = Reject(feed="people", file="people.csv", row=9, column="", rule="has 2 cells where the header has 3")
    result = checked(table("people", {}, {}, faults=(unread, again, other)))
    assert (result.delivered, len(result.rows), result.rejected) == (3, 1, 2)
    assert result.rejects == [unread, again, other]


# ---------------------------------------------------------------------------------------------- rules between cells


@pytest.mark.parametrize("feed", ["relationships", "residences", "uses", "attendances", "markers"])
def test_nothing_ends_before_it_begins(feed: str) -> None:
    assert broken(feed, from_on="2026-03-02", until_on="2026-03-01") == [("until_on", "before from_on")]
    fact(feed, from_on="2026-03-02", until_on="2026-03-02")


def test_a_day_without_a_time_ends_with_that_day() -> None:
    fact("incidents", occurred_from="2026-03-02T22:00", occurred_until="2026-03-02")
    fact("incidents", occurred_from="2026-03-02", occurred_until="2026-03-02T01:00")
    for until in ("2026-03-02T21:59", "2026-03-01"):
        assert broken("incidents", occurred_from="2026-03-02T22:00", occurred_until=until) == [
            ("occurred_until", "before occurred_from")
        ]


def test_nobody_is_related_to_themselves() -> None:
    assert broken("relationships", other_ref="P1") == [("other_ref", "the person of the first column")]
    assert broken("judgements", other_ref="P1") == [("other_ref", "the person of the first column")]
    assert broken("judgements", other_ref="P1", other_source="rms") == [("other_ref", "the person of the first column")]
    fact("judgements", other_ref="P1", other_source="crimes")


def test_only_a_suspect_is_suspected_against_somebody() -> None:
    assert broken("involvements", role="witness", against="P2") == [("against", "not allowed in this role")]
    fact("involvements", role="witness", against=" ")


def test_a_form_of_an_unknown_instrument_is_rejected() -> None:
    rule = "not, in this version, among the instruments of the reference data"
    assert broken("assessments", instrument="dash", version="2022") == [("instrument", rule)]
    assert broken("assessments", instrument="s-dash") == [("instrument", rule)]
    assert broken("assessments", version="") == [("version", "missing")]
    assert fact("assessments", instrument=" DARA", version="2022 ").properties["instrument"] == "dara"


def test_a_judgement_has_two_persons_or_takes_one_back() -> None:
    needed, excluded = "missing, though the verdict needs it", "not allowed with this verdict"
    assert broken("judgements", person_ref="", other_ref="") == [("person_ref", needed), ("other_ref", needed)]
    assert broken("judgements", undoes="J0") == [("undoes", excluded)]
    assert broken("judgements", verdict="undo") == [
        ("person_ref", excluded),
        ("other_ref", excluded),
        ("undoes", needed),
    ]
    undo = fact("judgements", verdict="Undo", person_ref="", other_ref="", undoes="J0")
    assert undo.refs == {"undoes": opaque("j", "rms", "J0")}


def test_without_a_source_nothing_is_known() -> None:
    rule = [("source", "missing, and the manifest names none")]
    result = checked(table("people", {}, {"source": "crimes"}), source=None)
    assert [(reject.column, reject.rule) for reject in result.rejects] == rule
    assert [row.properties["source"] for row in result.rows] == ["crimes"]
    assert checked(table("people", {}), source=None).rejected == 1


# ---------------------------------------------------------------------------------------------- tables


def test_a_column_that_is_not_known_is_named_with_those_that_are() -> None:
    with pytest.raises(SourceError, match=r"people\.csv: column surname is not known; .*person_ref, family_name"):
        checked(table("people", {"surname": "Okafor"}))


def test_a_missing_column_is_named() -> None:
    delivered = table("incidents", {})
    short = Table(feed="incidents", frame=delivered.frame.drop(columns="reported_at"))
    with pytest.raises(SourceError, match=r"incidents\.csv: column reported_at is missing"):
        checked(short)


def test_a_column_given_twice_is_named() -> None:
    delivered = table("people", {})
    twice = pd.concat([delivered.frame, delivered.frame[["person_ref"]]], axis="columns")
    with pytest.raises(SourceError, match="column person_ref is given twice"):
        checked(Table(feed="people", frame=twice))


def test_a_table_without_a_header_is_refused_without_repeating_its_first_record() -> None:
    frame = pd.DataFrame([["Nowak", "Ewa"]], columns=["Okafor", "Ada"], dtype=object)
    with pytest.raises(SourceError, match="give it a header row") as caught:
        checked(Table(feed="people", frame=frame.assign(file="people.csv", row=[2])))
    assert "Okafor" not in str(caught.value)


def test_an_unknown_feed_is_refused() -> None:
    with pytest.raises(SourceError, match="persons is not a feed: name the table after one of people"):
        checked(Table(feed="persons", frame=pd.DataFrame()))


def test_a_table_without_rows_is_a_table() -> None:
    result = checked(Table(feed="people", frame=table("people", {}).frame.head(0)))
    assert (result.delivered, result.rows, result.rejects) == (0, [], [])


def test_texts_packed_by_arrow_are_read_too() -> None:
    delivered = table("people", {"family_name": "Okafor"}, {"family_name": None})
    packed = delivered.frame.astype({"person_ref": "string", "family_name": "string", "file": "string"})
    names = [row.properties.get("family_name") for row in checked(Table(feed="people", frame=packed)).rows]
    assert names == ["Okafor", None]


# ---------------------------------------------------------------------------------------------- facts


def test_a_fact_has_what_was_delivered_and_nothing_else() -> None:
    row = fact(
        "people",
        person_ref=" P1 ",
        family_name="Okafor",
        given_names="",
        also_known_as="Ada; Addie",
        born_on="1989-02-28",
        sex="Female",
        recorded_at="2026-03-01",
        restricted_to="b;a",
    )
    assert len(row.properties.pop("digest")) == 16
    assert row == FactRow(
        opaque("n", "rms", "P1"),
        {
            "source_ref": "P1",
            "family_name": "Okafor",
            "also_known_as": ["Ada", "Addie"],
            "name_words": "okafor ada addie",
            "born_on": date(1989, 2, 28),
            "sex": "female",
            "source": "rms",
            "recorded_at": datetime(2026, 3, 1),
            "restricted_to": ["a", "b"],
            "file": "people.csv",
            "row": 2,
        },
        {},
    )


def test_the_time_of_a_report_is_kept_only_where_it_was_given() -> None:
    timed = fact("incidents", reported_at="2026-03-31T23:30Z").properties
    assert (timed["reported_on"], timed["reported_at"]) == (date(2026, 4, 1), datetime(2026, 4, 1, 0, 30))
    untimed = fact("incidents", occurred_from="2026-03-30").properties
    assert untimed["reported_on"] == date(2026, 3, 31)
    assert "reported_at" not in untimed
    assert untimed["occurred_from"] == datetime(2026, 3, 30)
    form = fact("assessments", assessed_at="2026-03-31T08:00").properties
    assert (form["assessed_on"], form["assessed_at"]) == (date(2026, 3, 31), datetime(2026, 3, 31, 8))
    assert fact("judgements").properties["at"] == datetime(2026, 3, 31)


def test_what_is_missing_is_absent_but_for_two_columns() -> None:
    incident = fact("incidents").properties
    assert incident["unknown_suspects"] == 0
    assert "domestic" not in incident
    assert fact("incidents", unknown_suspects="2", domestic="no").properties["domestic"] is False
    assert fact("addresses", protected="", kind="").properties["protected"] is False
    assert fact("addresses").properties["protected"] is False
    assert fact("addresses", protected="yes", kind="home").properties["protected"] is True


def test_a_refuge_is_protected_whatever_the_delivery_says() -> None:
    assert fact("addresses", kind="Refuge", protected="no").properties["protected"] is True
    assert fact("addresses", kind="refuge").properties["protected"] is True


def test_ids_are_of_the_source_and_its_key() -> None:
    tie = fact("relationships", from_on="2026-03-01")
    assert tie.id == opaque("t", "rms", "P1", "P2", "partner", "2026-03-01")
    assert tie.refs == {"person_ref": opaque("n", "rms", "P1"), "other_ref": opaque("n", "rms", "P2")}
    assert fact("relationships", kind="PARTNER").id == opaque("t", "rms", "P1", "P2", "partner", "")
    assert fact("people", source="crimes").id == opaque("n", "crimes", "P1")
    assert fact("incidents", address_ref="A1").properties["address_id"] == opaque("l", "rms", "A1")
    assert fact("incidents", address_ref="A1").refs == {}
    role = fact("involvements", role="Victim")
    assert (role.id, role.by) == (opaque("r", "rms", "P1", "I1", "victim"), "victim")
    assert "role" not in role.properties


def test_an_answer_is_of_its_form_and_item() -> None:
    row = fact("answers", item=" Strangulation", answer="YES")
    form = opaque("a", "rms", "F1")
    assert (row.id, row.refs) == (f"{form}.strangulation", {"assessment_ref": form})
    assert (row.properties["item"], row.properties["answer"]) == ("strangulation", "yes")


def test_a_judgement_joins_records_of_other_sources() -> None:
    row = fact("judgements", source="unit", person_source="rms", other_source="crimes")
    assert row.id == opaque("j", "unit", "J1")
    assert row.refs == {"person_ref": opaque("n", "rms", "P1"), "other_ref": opaque("n", "crimes", "P2")}
    assert {"verdict", "by", "at", "reason"} <= row.properties.keys()
    assert not {"person_source", "other_source", "source_ref"} & row.properties.keys()


def test_those_against_whom_are_ids_and_make_no_row_wait() -> None:
    row = fact("involvements", against="P3;P2;P3")
    assert row.properties["against"] == sorted([opaque("n", "rms", "P2"), opaque("n", "rms", "P3")])
    assert row.refs.keys() == {"person_ref", "incident_ref"}
    assert "against" not in fact("offences").properties


def test_a_form_says_whether_it_names_its_suspect() -> None:
    assert fact("assessments", suspect_ref="P2").properties["names_suspect"] is True
    assert fact("assessments", suspect_ref=" ").properties["names_suspect"] is False
    assert fact("assessments").properties["names_suspect"] is False


def test_the_digest_is_of_the_content_only() -> None:
    plain = fact("incidents", occurred_from="2026-03-01T10:00")
    elsewhere = checked(table("incidents", {}, {"occurred_from": "2026-03-01 10:00", "recorded_at": "2026-03-02"})).rows
    assert elsewhere[1].properties["digest"] == plain.properties["digest"]
    changed: list[dict[str, str | None]] = [
        {"occurred_from": "2026-03-01T10:01"},
        {"occurred_from": "2026-03-01"},
        {"occurred_from": None},
        {"reported_at": "2026-03-31T10:00"},
        {"address_ref": "A1"},
        {"address_ref": "A2"},
        {"source": "crimes"},
        {"restricted_to": "a"},
        {"unknown_suspects": "1"},
        {"domestic": "no"},
        {"kind": "Domestic"},
    ]
    began: dict[str, str | None] = {"occurred_from": "2026-03-01T10:00"}
    digests = {fact("incidents", **(began | row)).properties["digest"] for row in changed}
    assert len(digests | {plain.properties["digest"]}) == len(changed) + 1
    assert (
        fact("involvements", role="child").properties["digest"]
        != fact("involvements", role="party").properties["digest"]
    )


# ---------------------------------------------------------------------------------------------- any table


@settings(max_examples=300, deadline=None)
@given(tables())
def test_no_row_is_lost_and_no_reject_repeats_a_value(delivered: Table) -> None:
    result = checked(delivered)
    assert result.delivered == len(result.rows) + result.rejected
    assert result.delivered == len(delivered.frame) + len({fault.row for fault in delivered.faults})
    cells = delivered.frame.drop(columns=["file", "row"]).to_numpy().ravel().tolist()
    values = {cell for cell in cells if isinstance(cell, str) and len(cell) >= 4 and cell.strip()}
    for reject in result.rejects:
        for value in values:
            assert value not in reject.rule
        assert reject in delivered.faults or BY_NAME[delivered.feed].column(reject.column)
    assert {row.properties["row"] for row in result.rows} | {reject.row for reject in result.rejects} == {
        *delivered.frame["row"],
        *(fault.row for fault in delivered.faults),
    }


@settings(max_examples=200, deadline=None)
@given(tables([feed for feed in FEEDS if feed.name != "answers"]))
def test_facts_are_what_the_schema_declares(delivered: Table) -> None:
    feed = BY_NAME[delivered.feed]
    for row in checked(delivered).rows:
        model = feed.fills[row.by or ""] if isinstance(feed.fills, Mapping) else feed.fills
        declared = dict(props(model))
        if feed.name == "judgements":
            # What retracts an answer stands on the judgement's own node; who approved it, in the content there.
            declared |= {name: props(Judgement)[name] for name in ("assessment_id", "item")}
            declared["approved_by"] = props(Judgement)["item"]
        key = next(name for name, known in declared.items() if known.prop.key)
        later = {key, "batch", "received_at", *(name for name in declared if name.startswith("answer"))}
        assert row.properties.keys() <= declared.keys() - later
        needed = {name for name, known in declared.items() if not known.optional} - later
        assert row.withdrawn or needed <= row.properties.keys()
        for name, value in row.properties.items():
            assert _is(value, declared[name].type), name
        assert row.id[0] == feed.letter
        assert row.refs.keys() <= {column.name for column in feed.columns if column.refers}


@settings(max_examples=100, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(delivered: Table, random: Any) -> None:
    places = list(range(len(delivered.frame)))
    random.shuffle(places)
    shuffled = Table(feed=delivered.feed, frame=delivered.frame.iloc[places], faults=delivered.faults)
    one, other = checked(delivered), checked(shuffled)
    by_row = [sorted(result.rows, key=lambda row: row.properties["row"]) for result in (one, other)]
    assert by_row[0] == by_row[1]
    assert set(one.rejects) == set(other.rejects)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_pandera_itself_finds_the_same_faults(delivered: Table) -> None:
    feed = BY_NAME[delivered.feed]
    frame = delivered.frame.drop(columns=["file", "row"])
    values = {
        str(name): read_values(
            frame[name].where(frame[name].notna(), None), reader(feed, feed.column(str(name)), LONDON)
        )
        for name in frame
    }
    values["source"] = [value or "rms" for value in values.get("source", [None] * len(frame))]
    read = pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in values.items()})
    found: set[tuple[str, int]] = set()
    try:
        schema(feed.name, RECEIVED.date(), frozenset(INSTRUMENTS)).validate(read, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            blamed: Any = error
            column = blamed.schema.name or blamed.check.name
            found |= {(column, place + 2) for place in blamed.failure_cases["index"]}
    rejects = {(reject.column, reject.row) for reject in checked(delivered).rejects if reject not in delivered.faults}
    assert found == rejects


def _is(value: object, declared: Any) -> bool:
    if isinstance(declared, types.GenericAlias) or get_origin(declared) is list:
        (inside,) = get_args(declared)
        return isinstance(value, list) and bool(value) and all(type(each) is inside for each in value)
    return type(value) is declared
