"""Mappings: SQL over the delivered files and nothing else, and errors that say where."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extract import WHO, Extract
from graph.errors import SourceError
from graph.terms import DatabaseKind
from ingest import records
from ingest.contracts import FEEDS
from ingest.contracts.feed import Kind
from ingest.delivery import Delivered, Delivery
from ingest.mapping import SHIPPED, read_mapping
from ingest.read import read_delivery

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "mappings.md"


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    return Extract(tmp_path)


def rows(delivered: Delivered) -> list[dict[str, Any]]:
    frame = delivered.whole().frame.astype(object)
    return [
        {str(name): value for name, value in row.items()} for row in frame.where(frame.notna(), None).to_dict("records")
    ]


def one(delivery: Delivery) -> list[dict[str, Any]]:
    (delivered,) = delivery.tables
    return rows(delivered)


def test_delivered_values_are_text_and_nothing_is_guessed(extract: Extract) -> None:
    assert one(extract.read(people="SELECT Id AS person_ref, Name AS family_name FROM who WHERE Name IS NOT NULL")) == [
        {"person_ref": "007", "family_name": "Price", "file": "people.sql", "row": 1},
        {"person_ref": "7", "family_name": "Ashdown", "file": "people.sql", "row": 2},
    ]


def test_the_order_of_the_delivered_rows_changes_nothing_without_places(extract: Extract) -> None:
    sql = "SELECT Id AS person_ref FROM who"
    first = one(extract.read(people=sql))
    header, *lines = WHO.splitlines()
    extract.deliver("Who.csv", "\n".join([header, *reversed(lines)]))
    assert one(extract.read(people=sql)) == first


def test_with_file_and_row_each_fact_has_its_place_in_the_extract(extract: Extract) -> None:
    extract.deliver("2026/Who.csv", "Id\n9\n")
    found = one(extract.read(people="SELECT Id AS person_ref, _file, _row FROM who WHERE Id <> '7'"))
    assert [(row["person_ref"], row["file"], row["row"]) for row in found] == [
        ("9", "2026/Who.csv", 2),
        ("007", "Who.csv", 3),
        ("8", "Who.csv", 4),
    ]


def test_files_of_one_name_are_one_view_by_the_names_of_their_columns(extract: Extract) -> None:
    extract.deliver("a/Things-to do.CSV", "Id,Kind\n1,x\n")
    extract.deliver("b/things-to do.csv", "Extra,Id\ny,2\n")
    found = one(
        extract.read(schools="SELECT Id AS school_ref, concat_ws('|', _folder, Kind, Extra) AS name FROM things_to_do")
    )
    assert [(row["school_ref"], row["name"]) for row in found] == [("1", "a|x"), ("2", "b|y")]


def test_columns_keep_their_names_and_doubles_get_a_number(extract: Extract) -> None:
    extract.deliver("n.csv", ":ID,A,a,,_row\n1,2,3,4,5\n")
    found = one(
        extract.read(
            schools="""SELECT ":ID" AS school_ref, concat_ws('|', A, a_1, column_4, _row_1, _row) AS name FROM n"""
        )
    )
    assert found[0] | {"school_ref": "1", "name": "2|3|4|5|2"} == found[0]


def test_results_become_what_a_delivery_says(extract: Extract) -> None:
    extract.deliver("e.csv", "Id\n1\n2\n")
    incidents = """SELECT
        Id AS Incident_Ref,
        DATE '2026-03-31' AS reported_at,
        CASE Id WHEN '1' THEN TIMESTAMP '2026-03-31 22:15:00' END AS occurred_from,
        TIMESTAMPTZ '2026-03-31 22:15:00+01' AS occurred_until,
        Id = '1' AS domestic,
        2::SMALLINT AS unknown_suspects,
        NULL AS neighbourhood,
        '' AS kind
    FROM e"""
    involvements = """SELECT
        Id AS incident_ref, 'x' AS person_ref, 'suspect' AS role,
        CASE Id WHEN '1' THEN ['b', NULL, 'a'] ELSE [] END AS against
    FROM e"""
    told, roles = extract.read(incidents=incidents, involvements=involvements).tables
    assert rows(told)[0] == {
        "incident_ref": "1",
        "reported_at": "2026-03-31",
        "occurred_from": "2026-03-31T22:15:00",
        "occurred_until": "2026-03-31T21:15:00+00:00",
        "domestic": "yes",
        "unknown_suspects": "2",
        "neighbourhood": None,
        "kind": None,
        "file": "incidents.sql",
        "row": 1,
    }
    assert rows(told)[1]["domestic"] == "no"
    assert rows(told)[1]["occurred_from"] is None
    assert [row["against"] for row in rows(roles)] == ["b;a", None]


def test_as_date_and_as_moment_pass_on_what_they_cannot_read(extract: Extract) -> None:
    extract.deliver("d.csv", "Seen\n3/2/2026\n03/02/2026 22:05\n31/02/2026\n\nlast week\n24-JAN-19\n")
    sql = """SELECT row_number() OVER (ORDER BY _row) AS incident_ref,
        as_date(as_moment(Seen, '%d/%m/%Y %H:%M'), ['%d/%m/%Y', '%d-%b-%y']) AS reported_at, _file, _row
    FROM d"""
    assert [row["reported_at"] for row in one(extract.read(incidents=sql))] == [
        "2026-02-03",
        "2026-02-03T22:05:00",
        "31/02/2026",
        "last week",
        "2019-01-24",
    ]


def test_shared_files_are_tables_for_all_others(extract: Extract) -> None:
    delivery = extract.read(
        _a="SELECT * FROM who WHERE Id <> '8'",
        _b="FROM _a SELECT count(*) AS n",
        people="SELECT Id AS person_ref FROM _a",
        dropped="SELECT 'nameless' AS rule, (SELECT count(*) FROM who) - n AS rows FROM _b",
    )
    assert len(one(delivery)) == 2
    assert delivery.remarks == ("1 row left out: nameless.",)


def test_what_is_left_out_and_what_is_not_read_is_said(extract: Extract) -> None:
    extract.deliver("x/Other.csv", "a\n1\n")
    extract.deliver("y/Other.csv", "a\n1\n")
    delivery = extract.read(
        people="SELECT Id AS person_ref FROM who -- not other",
        dropped="""SELECT * FROM (VALUES ('a few', 2), ('none', 0), ('many', 1234567)) AS counted (rule, rows)""",
    )
    assert delivery.remarks == (
        "1,234,567 rows left out: many.",
        "2 rows left out: a few.",
        "The mapping reads nothing from Other.",
    )


def test_the_manifest_of_a_mapping_gives_way_to_the_delivered_one(extract: Extract) -> None:
    sql = """SELECT 'niche' AS source, TIMESTAMP '2026-03-31 06:30:00' AS received_at, 'synthetic' AS kind"""
    extract.write("people.sql", "SELECT Id AS person_ref FROM who")
    extract.write("manifest.sql", sql)
    delivery = read_delivery(extract.files, mapping=extract.sql)
    assert (delivery.source, delivery.kind) == ("niche", DatabaseKind.SYNTHETIC)
    assert delivery.received_at == datetime(2026, 3, 31, 6, 30, tzinfo=UTC)
    extract.deliver("manifest.json", '{"source": "athena"}')
    delivery = read_delivery(extract.files, mapping=extract.sql)
    assert (delivery.source, delivery.received_at.day) == ("athena", 31)


def test_another_mapping_of_the_same_files_is_another_delivery(extract: Extract) -> None:
    first = extract.read(people="SELECT Id AS person_ref FROM who").delivery_id
    assert extract.read(people="SELECT Id AS person_ref FROM who").delivery_id == first
    assert extract.read(people="SELECT Name AS person_ref FROM who").delivery_id != first


def test_what_is_no_mapping_is_refused(extract: Extract) -> None:
    with pytest.raises(SourceError, match="There is no mapping nowhere: give nibrs or pole, or a folder"):
        read_delivery(extract.files, mapping="nowhere")
    assert "holds no feed" in extract.refused()
    assert re.match(
        r"m/peple.sql is no feed\. Feeds: people, .* _peple\.sql", extract.refused(people="SELECT 1", peple="SELECT 1")
    )


def test_a_mapping_that_is_not_utf_8_is_refused(extract: Extract) -> None:
    (extract.sql / "people.sql").write_bytes(b"SELECT '\xe9' AS person_ref")
    assert extract.refused() == "m/people.sql is not UTF-8; save it as such."


@pytest.mark.parametrize(
    ("name", "sql", "says"),
    [
        ("manifest", "SELECT 'x' AS source FROM who", "m/manifest.sql:1: a manifest has one row; this gives 3"),
        (
            "manifest",
            "SELECT\n 'x' AS sauce",
            "m/manifest.sql:2: sauce is not known here; there are source, received_at",
        ),
        ("manifest", "SELECT 'x' AS kind", "m/manifest.sql: kind must be synthetic or real"),
        ("dropped", "SELECT 'x' AS rule", "m/dropped.sql:1: each row has a rule in words"),
        ("dropped", "SELECT 'x' AS rule, '7' AS rows", "m/dropped.sql:1: each row has a rule in words"),
        ("_who", "SELECT 1 AS n", "m/_who.sql has the name of a delivered file"),
    ],
)
def test_the_other_files_of_a_mapping_are_held_to_their_form(extract: Extract, name: str, sql: str, says: str) -> None:
    extract.deliver("-who.csv", "a\n")
    assert extract.refused(people="SELECT Id AS person_ref FROM who", **{name: sql}).startswith(says)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            "Id\n1\n2,x\n3,y\n",
            "Bad.csv: record 3 has 2 cells where the header has 1, and a mapping needs every record whole. "
            "Records with faults besides: 1.",
        ),
        ('Id\n1\n"x\n', "Bad.csv: record 3 has a quote in the wrong place, or one that is never closed, and a mapping"),
        (b"Id,Name\n1,caf\xe9\n", "Bad.csv: column 2 holds bytes that are not UTF-8"),
        ("", "Bad.csv is empty"),
    ],
)
def test_a_delivered_file_that_cannot_be_read_whole_stops_the_load(
    extract: Extract, content: str | bytes, says: str
) -> None:
    extract.deliver("Bad.csv", content)
    assert extract.refused(people="SELECT Id AS person_ref FROM bad").startswith(says)


def test_what_a_mapping_makes_comes_in_pieces(extract: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "CHUNK", 2)
    extract.deliver("n.csv", "Id\n" + "".join(f"{number}\n" for number in range(5)))
    extract.write("schools.sql", "SELECT Id AS school_ref, _file, _row FROM n")
    people, schools = extract.read(people="SELECT Id AS person_ref FROM n").tables
    assert (people.file, people.columns) == ("people.sql", ("person_ref",))
    assert (schools.file, schools.columns) == ("n.csv", ("school_ref",))
    assert [piece.frame["row"].tolist() for piece in people.read()] == [[1, 2], [3, 4], [5]]
    assert [piece.frame["row"].tolist() for piece in schools.read()] == [[2, 3], [4, 5], [6]]
    assert [piece.frame["person_ref"].tolist() for piece in people.read()] == [["0", "1"], ["2", "3"], ["4"]]


def test_files_of_many_pieces_are_one_table(extract: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "CHUNK", 2)
    extract.deliver("a/n.csv", "Id,A\n" + "".join(f"{number},a\n" for number in range(5)))
    extract.deliver("b/n.csv", "B,ID\n" + "".join(f"b,{number}\n" for number in range(5, 8)))
    found = one(extract.read(schools="SELECT Id AS school_ref, concat(A, B) AS name, _file, _row FROM n"))
    assert [(row["school_ref"], row["name"], row["row"]) for row in found] == [
        *((str(number), "a", number + 2) for number in range(5)),
        *((str(number), "b", number - 3) for number in range(5, 8)),
    ]


def test_a_mapping_that_makes_no_row_makes_a_feed_without_rows(extract: Extract) -> None:
    assert one(extract.read(people="SELECT Id AS person_ref FROM who WHERE Id = '0'")) == []


def test_two_files_that_would_have_one_name_in_sql_are_refused(extract: Extract) -> None:
    extract.deliver("a-b.csv", "Id\n")
    extract.deliver("x/a_b.csv", "Id\n")
    assert extract.refused(people="SELECT 1 AS person_ref") == (
        "a-b.csv and x/a_b.csv would both be a_b in SQL; rename one."
    )


def test_progress_is_told_up_to_the_end(extract: Extract) -> None:
    told: list[tuple[str, int, int]] = []
    extract.write("people.sql", "SELECT Id AS person_ref FROM who")
    read_delivery(extract.files, mapping=extract.sql, progress=lambda *step: told.append(step))
    assert told == [
        ("Reading files", len(WHO), len(WHO)),
        ("Filling tables", 0, 1),
        ("Filling tables", 1, 1),
        ("Mapping", 0, 1),
        ("Mapping", 1, 1),
    ]


def test_each_shipped_mapping_says_what_each_of_its_files_does(extract: Extract) -> None:
    for name in SHIPPED:
        mapping = read_mapping(name)
        readme = (ROOT / "ingest" / "mappings" / name / "README.md").read_text("utf-8")
        assert mapping.manifest
        assert mapping.dropped
        for stem, _ in (*mapping.shared, *((feed.name, None) for feed, _ in mapping.feeds)):
            assert f"`{stem}.sql`" in readme


def guide_files() -> dict[str, str]:
    """Return the files of the worked example, by the name that stands before each."""
    named = re.findall(
        r"`([\w.]+\.(?:csv|sql))`[^`]*?:\n\n```(?:csv|sql)\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL
    )
    return dict(named)


def test_the_example_of_the_guide_does_what_it_says(extract: Extract) -> None:
    written = guide_files()
    assert len(written) == 7
    for name, content in written.items():
        if name.endswith(".sql"):
            extract.write(name, content)
        else:
            extract.deliver(name, content)
    delivery = extract.read()
    assert {table.feed: len(table.whole().frame) for table in delivery.tables} == {
        "people": 2,
        "incidents": 2,
        "involvements": 3,
    }
    incidents = {
        row["incident_ref"]: row for table in delivery.tables if table.feed == "incidents" for row in rows(table)
    }
    assert incidents["C1"]["reported_at"] == "2026-02-03T22:05:00"
    assert incidents["C2"]["reported_at"] == "2026-02-28"
    assert incidents["C2"]["unknown_suspects"] == "1"
    assert delivery.source == "callouts"
    assert "1 row left out: unknown suspects, who are counted on their incident." in delivery.remarks


def test_the_guide_knows_every_kind_of_column(extract: Extract) -> None:
    guide = GUIDE.read_text("utf-8")
    kinds = {column.kind for feed in FEEDS for column in feed.all_columns}
    for kind in kinds:
        words = {Kind.MOMENT: "date, or date and time", Kind.DATE: "date", Kind.TEXTS: "texts, separated by `;`"}
        assert f"| {words.get(kind, kind.value)} |" in guide
