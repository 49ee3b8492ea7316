"""An invented extract of another layout, mapped from the guide to mappings alone; every count worked out by hand.

In `extracts/northmoor`, a dozen rows a file: months in folders of their own with differing columns, a form that is 27
columns wide, British dates, role codes, a byte-order mark, Windows line ends, a line break in a cell, and what is wrong
on purpose.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deliver import conclude
from graph.connection import Writer
from graph.reference.instruments import instruments
from graph.terms import DatabaseKind
from ingest.batch import Checked
from ingest.check import check
from ingest.delivery import Delivery
from ingest.load import load
from ingest.read import read_delivery

LONDON = ZoneInfo("Europe/London")
EXTRACTS = Path(__file__).parent / "extracts"

DELIVERED = {
    "people": 11,  # N001 to N010, and N001 once more in a later version
    "addresses": 5,
    "incidents": 9,  # four in February, five in March, of which one is a later version
    "relationships": 5,  # six, less one that is not stated
    "residences": 6,
    "markers": 4,
    "involvements": 19,  # 22, less two unknown suspects and an officer in charge
    "offences": 5,  # four in a first version, one in a later
    "assessments": 6,
    "answers": 39,  # D1 27, D2 5, D3 3, D4 1, D5 2, D6 1
}
REJECTS = {
    ("people", "NOMINALS.csv", 7, "born_on"),  # 31 February
    ("people", "NOMINALS.csv", 10, "sex"),  # code 1
    ("incidents", "2026-03/OCCURRENCES.csv", 5, "reported_at"),  # 31 April
    ("relationships", "TIES.csv", 7, "other_ref"),  # N005 a friend of N005
    ("involvements", "LINKS.csv", 17, "age"),  # thirty
    ("involvements", "LINKS.csv", 22, "role"),  # XXXX
    ("assessments", "DASH.csv", 7, "grade"),  # X
    ("answers", "answers.sql", 34, "answer"),  # ?
}
WAITING = {
    "residences": 1,  # at A9
    "markers": 1,  # on N012
    "involvements": 3,  # N006, rejected above; N011, never delivered; in 26*000299
    "assessments": 1,  # D4, of N006
    "answers": 2,  # of D4, and of D6, rejected above
}
HELD = {
    "people": 8,
    "addresses": 5,
    "incidents": 7,
    "relationships": 4,
    "residences": 5,
    "markers": 3,
    "involvements": 14,
    "offences": 4,
    "assessments": 4,
    "answers": 36,
}
"""What the graph then holds, each once: delivered, less rejected, waiting and former versions."""
NODES = {
    "Nominal": 8,
    "Address": 5,
    "Incident": 7,
    "Offence": 4,
    "Assessment": 4,
    "Marker": 3,
    "Person": 8,
    "Dyad": 4,  # N001 to N002, N002 to N001, N001 to N003; N010 to N008 by a form alone
}
RELATIONSHIPS = {
    "SUSPECT_IN": 4,
    "VICTIM_IN": 7,
    "WITNESS_IN": 1,
    "CHILD_IN": 1,
    "REPORTED": 1,
    "RECORDS": 4,
    "AT": 6,
    "RELATED_TO": 4,
    "LIVES_AT": 5,
    "HAS": 3,
    "FOLLOWS": 3,
    "OF_SUSPECT": 3,
    "OF_VICTIM": 4,
    "IS": 8,
}


@pytest.fixture(scope="module")
def delivery() -> Delivery:
    return read_delivery(EXTRACTS / "northmoor", mapping=EXTRACTS / "northmoor_mapping", zone=LONDON)


@pytest.fixture(scope="module")
def checked(delivery: Delivery) -> dict[str, Checked]:
    forms = instruments()
    return {table.feed: check(table.whole(), delivery, zone=LONDON, instruments=forms) for table in delivery.tables}


def test_the_delivery_is_as_its_manifest_and_the_mapping_say(delivery: Delivery) -> None:
    assert (delivery.delivery_id, delivery.source, delivery.kind) == (
        "northmoor-2026-03",
        "northmoor",
        DatabaseKind.SYNTHETIC,
    )
    assert delivery.received_at == datetime(2026, 4, 1, 5, 30, tzinfo=UTC)
    assert delivery.remarks == (
        "2 rows left out: unknown suspects, who are counted on their incident and are no person.",
        "1 row left out: officers in charge, as the feeds hold no staff.",
        "1 row left out: ties that are not stated.",
    )


def test_each_table_has_the_rows_that_were_counted_by_hand(checked: dict[str, Checked]) -> None:
    assert {feed: found.delivered for feed, found in checked.items()} == DELIVERED
    assert all(len(found.rows) + found.rejected == found.delivered for found in checked.values())


def test_what_is_wrong_on_purpose_is_rejected_with_its_place_in_the_extract(checked: dict[str, Checked]) -> None:
    rejects = [reject for found in checked.values() for reject in found.rejects]
    assert {(reject.feed, reject.file, reject.row, reject.column) for reject in rejects} == REJECTS
    assert len(rejects) == len(REJECTS)


def test_what_is_checked_is_held_or_waits_or_is_a_former_version(checked: dict[str, Checked]) -> None:
    ids = {feed: {row.id for row in found.rows} for feed, found in checked.items()}
    answers = {(row.id, row.properties["item"]) for row in checked["answers"].rows}
    expected = {feed: count + WAITING.get(feed, 0) for feed, count in HELD.items()}
    assert {feed: len(found) for feed, found in ids.items() if feed != "answers"} | {
        "answers": len(answers)
    } == expected


def test_nothing_is_invented(delivery: Delivery) -> None:
    frames = {table.feed: table.whole().frame for table in delivery.tables}
    incidents = frames["incidents"].set_index("incident_ref")
    assert incidents.loc["26*000104", "reported_at"] == "2026-02-28"
    assert incidents.loc["26*000201", "occurred_from"] == "2026-03-01"
    assert incidents.loc["26*000201", "reported_at"] == "2026-03-05T18:00:00"
    assert incidents["domestic"].isna().sum() == 1
    assert incidents.loc["26*000103", "unknown_suspects"] == "2"
    assert incidents["unknown_suspects"].notna().sum() == 1
    people = frames["people"]
    assert people.loc[people["family_name"] == "Petty", "person_ref"].tolist() == ["N007", "N008"]
    assert people["given_names"].tolist()[4] == "Siân"
    assert frames["addresses"]["line"].tolist()[0] == "Flat 2, 12 Mill Lane"


def test_ties_run_from_the_one_who_is_it(delivery: Delivery) -> None:
    (ties,) = (table.whole().frame for table in delivery.tables if table.feed == "relationships")
    assert ties[["person_ref", "kind", "other_ref"]].to_numpy().tolist() == [
        ["N002", "partner", "N001"],
        ["N004", "child", "N001"],
        ["N004", "child", "N002"],
        ["N003", "ex_partner", "N001"],
        ["N005", "friend", "N005"],
    ]


def test_the_graph_holds_what_was_counted_by_hand(empty: Writer, delivery: Delivery) -> None:
    report = load(empty, delivery, zone=LONDON)
    assert {counts.feed: counts.delivered for counts in report.counts} == DELIVERED
    assert {counts.feed: counts.waiting for counts in report.counts if counts.waiting} == WAITING
    assert {(reject.feed, reject.file, reject.row, reject.column) for reject in report.rejects} == REJECTS
    conclude(empty)
    nodes = {
        label: empty.read("MATCH (n) WHERE $label IN labels(n) RETURN count(n) AS n", {"label": label})[0]["n"]
        for label in NODES
    }
    assert nodes == NODES
    ties = {
        kind: empty.read("MATCH ()-[r]->() WHERE type(r) = $kind RETURN count(r) AS n", {"kind": kind})[0]["n"]
        for kind in RELATIONSHIPS
    }
    assert ties == RELATIONSHIPS


def test_loading_it_again_changes_nothing(empty: Writer, delivery: Delivery) -> None:
    load(empty, delivery, zone=LONDON)
    again = load(empty, delivery, zone=LONDON)
    assert not any(counts.created or counts.changed for counts in again.counts)
