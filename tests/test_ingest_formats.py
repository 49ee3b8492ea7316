"""Formats of delivered tables: Parquet beside CSV, and what spreadsheets and old systems make of either."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract import Extract, deliver, pack
from graph.errors import SourceError
from ingest import parquet, records
from ingest.contracts import BY_NAME
from ingest.delivery import Table
from ingest.habits import HABITS
from ingest.read import read_delivery
from ingest.values import Fault, Value, read_values, reader

LONDON = ZoneInfo("Europe/London")


def as_parquet(columns: Mapping[str, Any], **options: Any) -> bytes:
    """Return a Parquet file of these columns."""
    file = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), file, **options)
    return file.getvalue()


def put(folder: Path, name: str, columns: Mapping[str, Any], **options: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(as_parquet(columns, **options))
    return folder


def whole(path: Path) -> Table:
    (delivered,) = read_delivery(path).tables
    return delivered.whole()


def cells(path: Path, column: str) -> list[str | None]:
    column_ = whole(path).frame[column].astype(object)
    return list(column_.where(column_.notna(), None))


DAY = date(2026, 3, 31)
AT = datetime(2026, 3, 31, 22, 15)
TYPES: list[tuple[str, Any, list[str | None]]] = [
    ("text", ["007", "", None], ["007", None, None]),
    ("large text", pa.array(["x", None], pa.large_string()), ["x", None]),
    (
        "view of a text",
        pa.array(["x", "longer than twelve bytes"], pa.string_view()),
        ["x", "longer than twelve bytes"],
    ),
    ("dictionary", pa.array(["x", None, "x"]).dictionary_encode(), ["x", None, "x"]),
    ("nothing", pa.nulls(2), [None, None]),
    ("flag", [True, False, None], ["yes", "no", None]),
    ("number", pa.array([-1, None, 7], pa.int8()), ["-1", None, "7"]),
    ("number without sign", pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
    ("decimal", pa.array([Decimal(12), Decimal(-10)], pa.decimal128(38, 0)), ["12", "-10"]),
    ("floating", [1.0, -0.0, 1.5, None, float("nan"), 1e15], ["1", "0", "1.5", None, None, "1000000000000000"]),
    ("short floating", pa.array([2.0, 0.5], pa.float32()), ["2", "0.5"]),
    ("day", [DAY, None, date(980, 1, 1)], ["2026-03-31", None, "0980-01-01"]),
    ("day as a time", pa.array([DAY], pa.date64()), ["2026-03-31"]),
    ("seconds", pa.array([AT], pa.timestamp("s")), ["2026-03-31T22:15:00"]),
    ("nanoseconds", pa.array([AT, None], pa.timestamp("ns")), ["2026-03-31T22:15:00", None]),
    ("part of a second", pa.array([AT.replace(microsecond=50)]), ["2026-03-31T22:15:00.000050"]),
    ("midnight", pa.array([datetime(2026, 3, 31)]), ["2026-03-31T00:00:00"]),
    ("zone", pa.array([AT.replace(tzinfo=UTC)]).cast(pa.timestamp("s", "Europe/London")), ["2026-03-31T22:15:00Z"]),
    ("list", [["b", "a"], [], None], ["b;a", None, None]),
    ("large list", pa.array([["b"]], pa.large_list(pa.large_string())), ["b"]),
]


@pytest.mark.parametrize(("values", "texts"), [case[1:] for case in TYPES], ids=[case[0] for case in TYPES])
def test_typed_columns_are_written_as_the_contracts_say(tmp_path: Path, values: Any, texts: list[str | None]) -> None:
    assert cells(put(tmp_path, "people.parquet", {"family_name": values}), "family_name") == texts


def test_every_text_that_a_typed_column_becomes_can_be_read(tmp_path: Path) -> None:
    at = pa.array([AT.replace(tzinfo=UTC, microsecond=1)])
    told = {"incident_ref": [7.0], "reported_at": at, "domestic": [True], "unknown_suspects": [2.0]}
    frame = whole(put(tmp_path, "incidents.parquet", told)).frame
    feed = BY_NAME["incidents"]
    values = [read_values(frame[name].tolist(), reader(feed, feed.column(name), LONDON))[0] for name in told]
    assert values == ["7", datetime(2026, 3, 31, 23, 15, 0, 1), True, 2]


def test_midnight_in_a_column_of_dates_is_a_date_and_another_time_is_not(tmp_path: Path) -> None:
    born = pa.array([datetime(1980, 2, 1), datetime(1980, 2, 1, 6), None], pa.timestamp("ns"))
    folder = put(tmp_path, "people.parquet", {"person_ref": ["1", "2", "3"], "born_on": born})
    assert cells(folder, "born_on") == ["1980-02-01", "1980-02-01T06:00:00", None]


def test_a_list_that_lost_its_texts_is_not_an_empty_one(tmp_path: Path) -> None:
    groups = [["sensitive", None], [""], [None], []]
    folder = put(tmp_path, "people.parquet", {"restricted_to": groups})
    feed = BY_NAME["people"]
    read = read_values(cells(folder, "restricted_to"), reader(feed, feed.column("restricted_to"), LONDON))
    assert read == [Fault.GROUP, Fault.GROUP, Fault.GROUP, None]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([time(1)], "time64"),
        ([timedelta(1)], "duration"),
        ([{"a": 1}], "struct"),
        ([b"Ashdown"], "binary"),
        ([Decimal("1.5")], r"decimal128\(2, 1\)"),
        ([[1]], "list<element: int64>"),
        ([float("inf")], "double, and holds a number too large to be exact"),
        ([2.0**53 + 2], "double, and holds a number too large to be exact"),
        ([["a;b"]], "list<element: string>, and holds a text with a semicolon"),
    ],
)
def test_what_cannot_be_written_is_refused_with_column_and_type(tmp_path: Path, values: Any, kind: str) -> None:
    folder = put(tmp_path, "people.parquet", {"person_ref": ["1"], "family_name": values})
    with pytest.raises(SourceError, match=rf"^people\.parquet: column family_name is {kind}.*\.$") as refused:
        read_delivery(folder)
    assert "Ashdown" not in str(refused.value)


def test_parquet_and_csv_of_one_table_have_the_same_places(tmp_path: Path) -> None:
    people = {"person_ref": ["N1", "N2"], "family_name": ["Ashdown", ""]}
    put(tmp_path / "a", "people.parquet", people)
    deliver(tmp_path / "b", people_csv="person_ref,family_name\nN1,Ashdown\nN2,\n")
    one, other = whole(tmp_path / "a").frame, whole(tmp_path / "b").frame
    assert one["file"].tolist() == ["people.parquet"] * 2
    pd.testing.assert_frame_equal(one.drop(columns="file"), other.drop(columns="file"))


def test_a_feed_may_come_in_both_formats_at_once(tmp_path: Path) -> None:
    put(tmp_path / "a", "PEOPLE.Parquet", {"person_ref": ["N1"], "sex": ["female"]})
    deliver(tmp_path, b__people_csv="family_name,person_ref\nPrice,N2\n")
    frame = whole(tmp_path).frame
    assert frame[["person_ref", "file", "row"]].to_numpy().tolist() == [
        ["N1", "a/PEOPLE.Parquet", 2],
        ["N2", "b/people.csv", 2],
    ]
    assert frame.columns.tolist() == ["person_ref", "sex", "family_name", "file", "row"]
    assert frame["sex"].isna().tolist() == [False, True]


@pytest.mark.parametrize("in_memory", [1, 2**20])
def test_parquet_is_read_from_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int) -> None:
    monkeypatch.setattr(parquet, "IN_MEMORY", in_memory)
    people = {"person_ref": [f"N{number}" for number in range(1000)]}
    path = pack(tmp_path / "x.zip", ("x/people.parquet", as_parquet(people)))
    frame = whole(path).frame
    assert frame["person_ref"].tolist() == people["person_ref"]
    assert set(frame["file"]) == {"x/people.parquet"}


def test_parquet_without_rows_is_a_feed_without_rows(tmp_path: Path) -> None:
    table = whole(put(tmp_path, "people.parquet", {"person_ref": pa.array([], pa.string())}))
    assert table.frame.columns.tolist() == ["person_ref", "file", "row"]
    assert len(table.frame) == 0


def test_parquet_comes_in_pieces_whatever_its_groups_of_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "CHUNK", 4)
    folder = put(tmp_path, "people.parquet", {"person_ref": [f"N{n}" for n in range(11)]}, row_group_size=5)
    (delivered,) = read_delivery(folder).tables
    pieces = list(delivered.read())
    assert max(len(piece.frame) for piece in pieces) <= 4
    assert [row for piece in pieces for row in piece.frame["row"]] == list(range(2, 13))


def test_a_column_valuestwice_is_refused_in_parquet_too(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], names=["sex", "sex"])
    pq.write_table(table, tmp_path / "people.parquet")
    with pytest.raises(SourceError, match=r"^people\.parquet: column sex is given twice"):
        read_delivery(tmp_path)


def test_a_text_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    wrong = pa.Array.from_buffers(pa.string(), 1, pa.array([b"caf\xe9"]).buffers())
    with pytest.raises(SourceError, match=r"^people\.parquet cannot be read"):
        read_delivery(put(tmp_path, "people.parquet", {"person_ref": wrong}))


WHOLE = as_parquet(
    {"person_ref": [f"N{number}" for number in range(50)], "sex": ["female", None] * 25, "born_on": [DAY] * 50},
    write_page_checksum=True,
)


@given(cut=st.integers(0, len(WHOLE) - 1))
def test_parquet_that_was_cut_short_is_refused(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = tmp_path_factory.mktemp("delivered")
    (folder / "people.parquet").write_bytes(WHOLE[:cut])
    with pytest.raises(SourceError, match=r"^people\.parquet cannot be read: it is damaged"):
        read_delivery(folder)


@given(at=st.integers(0, len(WHOLE) - 1), bits=st.integers(1, 255))
def test_damaged_parquet_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, at: int, bits: int) -> None:
    folder = tmp_path_factory.mktemp("delivered")
    (folder / "people.parquet").write_bytes(WHOLE[:at] + bytes([WHOLE[at] ^ bits]) + WHOLE[at + 1 :])
    try:
        table = whole(folder)
    except SourceError:
        return
    assert len(table.frame["row"]) == len(set(table.frame["row"]))


def test_a_mapping_sees_parquet_as_text_by_the_name_of_the_file(tmp_path: Path) -> None:
    extract = Extract(tmp_path)
    extract.deliver("Persons-2026.parquet", as_parquet({"Id": [7, 8], "Born": [DAY, None], "Dead": [False, True]}))
    delivery = extract.read(
        people="""SELECT Id AS person_ref, Born AS born_on, Dead || '/' || typeof(Id) AS family_name, _file, _row
        FROM persons_2026"""
    )
    frame = delivery.tables[0].whole().frame
    assert frame[["person_ref", "family_name", "file", "row"]].to_numpy().tolist() == [
        ["7", "no/VARCHAR", "Persons-2026.parquet", 2],
        ["8", "yes/VARCHAR", "Persons-2026.parquet", 3],
    ]
    assert frame["born_on"].tolist()[0] == "2026-03-31"


MEASURED = """
import resource, sys
from pathlib import Path
import ingest.read
def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = most()
(delivered,) = ingest.read.read_delivery(Path(sys.argv[1])).tables
rows = sum(len(table.frame) for table in delivered.read())
print(rows, most() - before)
"""


@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_a_feed_larger_than_the_memory_that_reading_takes(tmp_path: Path, format_: str) -> None:
    rows = 600_000
    named = [f"{number:040}" for number in range(rows)]
    columns = {"person_ref": named, "family_name": named, "valuesnames": named, "also_known_as": named}
    if format_ == "parquet":
        put(tmp_path, "people.parquet", columns, row_group_size=rows)
    else:
        lines = (",".join([each] * 4) for each in named)
        (tmp_path / "people.csv").write_text("\n".join([",".join(columns), *lines, ""]), "utf-8")
    run = subprocess.run([sys.executable, "-c", MEASURED, str(tmp_path)], capture_output=True, text=True, check=True)
    read, kilobytes = map(int, run.stdout.split())
    assert read == rows
    # As Python texts it would take 220 MB, packed 100.
    assert kilobytes < 150_000


def read_as(feed: str, column: str, text: str) -> Value:
    contract = BY_NAME[feed]
    return read_values([text], reader(contract, contract.column(column), LONDON))[0]


@pytest.mark.parametrize(
    ("feed", "column", "text", "value"),
    [
        ("people", "born_on", "31/03/2026", Fault.DATE),
        ("people", "born_on", "03/31/2026", Fault.DATE),
        ("people", "born_on", "31-Mar-26", Fault.DATE),
        ("people", "born_on", "46112", Fault.DATE),
        ("people", "born_on", "2026-03-31 00:00:00", Fault.DATE),
        ("people", "born_on", "NULL", Fault.DATE),
        ("people", "born_on", "#N/A", Fault.DATE),
        ("people", "sex", "N/A", Fault.TERM),
        ("people", "sex", "FEMALE", "female"),
        ("people", "family_name", "NULL", "NULL"),
        ("people", "family_name", " Price\N{NO-BREAK SPACE}", "Price"),
        ("people", "family_name", "Price\nAshdown", Fault.CONTROL),
        ("people", "family_name", "Zo\udceb", Fault.BYTES),
        ("people", "person_ref", "1.23457E+15", "1.23457E+15"),
        ("people", "person_ref", "7", "7"),
        ("incidents", "reported_at", "2026-03-31 00:00:00", datetime(2026, 3, 31)),
        ("incidents", "unknown_suspects", "2,0", Fault.WHOLE),
        ("incidents", "unknown_suspects", "2.5", Fault.WHOLE),
        ("incidents", "unknown_suspects", "2.0", 2),
        ("incidents", "domestic", "TRUE", True),
        ("incidents", "domestic", "-", Fault.FLAG),
    ],
)
def test_what_spreadsheets_write_is_taken_as_documented(feed: str, column: str, text: str, value: Value) -> None:
    assert read_as(feed, column, text) == value


def test_what_is_met_has_what_happens() -> None:
    assert all(met and happens for met, happens, _ in HABITS)
    assert len({met for met, _, _ in HABITS}) == len(HABITS)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("person_ref,family_name\nN1,x\n".encode("utf-16"), r"is UTF-16; .*CSV UTF-8"),
        ("person_ref,family_name\nN1,x\n".encode("utf-16-le"), r"is UTF-16; .*CSV UTF-8"),
        ("person_ref,family_name\nN1,x\n".encode("utf-16-be"), r"is UTF-16; .*CSV UTF-8"),
        ("person_ref,Größe\nN1,x\n".encode("cp1252"), r": the header is not UTF-8; .*CSV UTF-8"),
        ("person_ref;family_name\nN1;x\n", r": the cells are not separated by commas; .*CSV UTF-8"),
        ("person_ref\tfamily_name\nN1\tx\n", r": the cells are not separated by commas; .*CSV UTF-8"),
        ("sep=;\nperson_ref;family_name\nN1;x\n", r": the first line is for Excel only \(sep=\); remove it"),
        ("sep=,\nperson_ref,family_name\nN1,x\n", r": the first line is for Excel only \(sep=\); remove it"),
        ("person_ref,family_name,\nN1,x,\n", r": column without a name is not known; rename or remove it"),
    ],
)
def test_a_file_of_which_nothing_could_be_trusted_is_refused_with_its_cure(
    tmp_path: Path, content: str | bytes, says: str
) -> None:
    with pytest.raises(SourceError, match=rf"^people\.csv {says}|^people\.csv{says}"):
        read_delivery(deliver(tmp_path, people_csv=content))


def test_blank_lines_are_left_out_and_lines_of_commas_are_rows(tmp_path: Path) -> None:
    frame = whole(deliver(tmp_path, people_csv="person_ref,family_name\r\n\r\nN1,x\r\n,\r\n\r\n\r\n")).frame
    assert frame["person_ref"].isna().tolist() == [False, True]


def test_one_letter_in_another_encoding_spoils_its_row_alone(tmp_path: Path) -> None:
    text = "person_ref,family_name\nN1,Zoë\nN2,Price\n"
    frame = whole(deliver(tmp_path, people_csv=text.encode("cp1252"))).frame
    feed = BY_NAME["people"]
    assert read_values(frame["family_name"].tolist(), reader(feed, feed.column("family_name"), LONDON)) == [
        Fault.BYTES,
        "Price",
    ]
