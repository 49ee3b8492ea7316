"""Reading a delivery: every record is in a table or a fault, and nothing is guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract import deliver, pack
from graph.errors import SourceError
from ingest import blocks, records
from ingest.contracts import FEEDS
from ingest.delivery import Table
from ingest.read import read_delivery

PEOPLE = "person_ref,family_name\nN1,Ashdown\nN2,\n"


def the_table(path: Path) -> Table:
    (delivered,) = read_delivery(path).tables
    return delivered.whole()


def faults(table: Table) -> list[tuple[str, int, str]]:
    return [(fault.file, fault.row, fault.rule) for fault in table.faults]


def test_a_folder_and_a_zip_of_the_same_files_give_the_same(tmp_path: Path) -> None:
    deliver(tmp_path / "whole", people_csv=PEOPLE, more__schools_csv="school_ref\nS1\n")
    pack(tmp_path / "whole.zip", ("people.csv", PEOPLE), ("more/schools.csv", "school_ref\nS1\n"))
    folder, zipped = read_delivery(tmp_path / "whole"), read_delivery(tmp_path / "whole.zip")
    assert folder.delivery_id == zipped.delivery_id
    assert [table.feed for table in folder.tables] == ["people", "schools"]
    for one, other in zip(folder.tables, zipped.tables, strict=True):
        pd.testing.assert_frame_equal(one.whole().frame, other.whole().frame)


def test_every_value_is_text_and_an_empty_cell_is_missing(tmp_path: Path) -> None:
    frame = the_table(deliver(tmp_path, people_csv="person_ref,family_name\n007,\n1.0,NaN\n")).frame
    assert frame["person_ref"].tolist() == ["007", "1.0"]
    assert frame["family_name"].isna().tolist() == [True, False]
    assert frame["family_name"].iloc[0] is pd.NA
    assert frame["file"].tolist() == ["people.csv"] * 2
    assert frame["row"].tolist() == [2, 3]


def test_a_mark_windows_line_ends_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    text = '\ufeffperson_ref,family_name\r\n\r\nN1,"O\'Neill\r\nof Mill Lane"\r\n\r\nN2,x\r\n\r\n'
    table = the_table(deliver(tmp_path, people_csv=text))
    assert table.frame.columns.tolist() == ["person_ref", "family_name", "file", "row"]
    assert table.frame["family_name"].tolist() == ["O'Neill\r\nof Mill Lane", "x"]
    assert table.frame["row"].tolist() == [2, 3]
    assert not table.faults


def test_bytes_that_are_no_text_and_nul_are_left_to_checking(tmp_path: Path) -> None:
    table = the_table(deliver(tmp_path, people_csv=b"person_ref,family_name\nN1,caf\xe9\nN2,a\x00b\nN3,\n"))
    assert table.frame["family_name"].tolist()[:2] == ["caf\udce9", "a\x00b"]
    assert table.frame["family_name"].iloc[2] is pd.NA
    assert not table.faults


def test_a_ragged_row_is_a_fault_and_the_others_are_read(tmp_path: Path) -> None:
    table = the_table(deliver(tmp_path, people_csv="person_ref,family_name\nN1\nN2,x\nN3,y,z\n"))
    assert table.frame["person_ref"].tolist() == ["N2"]
    assert faults(table) == [
        ("people.csv", 2, "has 1 cells where the header has 2"),
        ("people.csv", 4, "has 3 cells where the header has 2"),
    ]


def test_quotes_that_do_not_match_are_a_fault_not_a_silent_loss(tmp_path: Path) -> None:
    text = 'person_ref,family_name\nN1,"x"y\nN2,"a ""b"" c"\nN3,"never closed\nN4,z\n'
    table = the_table(deliver(tmp_path, people_csv=text))
    assert table.frame["family_name"].tolist() == ['a "b" c']
    assert [row for _, row, _ in faults(table)] == [2, 4]


def test_a_huge_cell_is_read_whole(tmp_path: Path) -> None:
    table = the_table(deliver(tmp_path, people_csv=f"person_ref,family_name\nN1,{'x' * 300_000}\n"))
    assert len(table.frame["family_name"].iloc[0]) == 300_000


def test_more_records_than_fit_a_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "CHUNK", 3)
    text = b"person_ref,family_name\n" + b"".join(b"N%d,%s\n" % (n, b"\xff" if n == 5 else b"x") for n in range(10))
    frame = the_table(deliver(tmp_path, people_csv=text)).frame
    assert frame["person_ref"].tolist() == [f"N{n}" for n in range(10)]
    assert frame["family_name"].tolist() == ["x"] * 5 + ["\udcff"] + ["x"] * 4


def test_rows_come_in_pieces_and_each_fault_in_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "CHUNK", 3)
    lines = ["N1", "N2,x", "N3,x", "N4,x", "N5,x", "N6", "N7,x"]
    (delivered,) = read_delivery(deliver(tmp_path, people_csv="\n".join(["person_ref,family_name", *lines]))).tables
    assert (delivered.file, delivered.columns) == ("people.csv", ("person_ref", "family_name"))
    pieces = list(delivered.read())
    assert [piece.frame["row"].tolist() for piece in pieces] == [[3, 4], [5, 6], [8]]
    assert [[fault.row for fault in piece.faults] for piece in pieces] == [[2], [7], []]
    assert all(piece.frame.columns.tolist() == ["person_ref", "family_name", "file", "row"] for piece in pieces)


def test_a_piece_ends_where_it_grows_heavy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 2**19)
    monkeypatch.setattr(records, "HEAVIEST", 2**19)
    text = "person_ref,family_name\n" + "".join(f"N{number},{'x' * 50_000}\n" for number in range(40))
    (delivered,) = read_delivery(deliver(tmp_path, people_csv=text)).tables
    sizes = [len(piece.frame) for piece in delivered.read()]
    assert max(sizes) < 20
    assert sum(sizes) == 40


def test_many_small_files_come_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "CHUNK", 4)
    for number in range(5):
        deliver(tmp_path, **{f"{number}__people_csv": f"person_ref\nA{number}\nB{number},\n"})
    (delivered,) = read_delivery(tmp_path).tables
    pieces = list(delivered.read())
    assert [len(piece.frame) + len(piece.faults) for piece in pieces] == [4, 4, 2]
    assert pieces[0].frame["file"].tolist() == ["0/people.csv", "1/people.csv"]
    assert [fault.file for fault in pieces[0].faults] == ["0/people.csv", "1/people.csv"]


def test_a_quote_that_swallows_too_much_is_refused_before_anything_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LONGEST", 1000)
    text = 'person_ref,family_name\nN1,x\nN2,"Ashdown\n' + "N3,y\n" * 300
    with pytest.raises(SourceError, match=r"^people\.csv: record 3 has a cell of more than 1,000 char.*; mend it\.$"):
        read_delivery(deliver(tmp_path, people_csv=text))


def test_one_feed_in_several_files_keeps_the_place_of_each_row(tmp_path: Path) -> None:
    folder = deliver(tmp_path, a__people_csv=PEOPLE, b__PEOPLE_csv="sex,person_ref\nfemale,N9\nN8\n")
    table = the_table(folder)
    assert table.frame[["file", "row"]].to_numpy().tolist() == [
        ["a/people.csv", 2],
        ["a/people.csv", 3],
        ["b/PEOPLE.csv", 2],
    ]
    assert table.frame["sex"].isna().tolist() == [True, True, False]
    assert faults(table) == [("b/PEOPLE.csv", 3, "has 1 cells where the header has 2")]


def test_feeds_come_in_the_order_in_which_they_are_loaded(tmp_path: Path) -> None:
    for feed in FEEDS:
        (tmp_path / f"{feed.name}.csv").write_text(f"{feed.key[0]}\n")
    delivery = read_delivery(tmp_path)
    assert [table.feed for table in delivery.tables] == [feed.name for feed in FEEDS]
    assert not any(len(table.whole().frame) for table in delivery.tables)


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    folder = deliver(tmp_path, people_csv=PEOPLE, truth_json="[", __MACOSX__x="", README="read me")
    (folder / ".people.csv").write_text("")
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "other.csv").write_text("")
    assert [table.feed for table in read_delivery(folder).tables] == ["people"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n\n", "only blank lines"),
        (b"\xef\xbb\xbf", "no header"),
        (PEOPLE.encode("utf-16"), "UTF-16"),
        (b"person_ref;family_name\nN1;x\n", "commas"),
        (b"person_ref,famil\xe9\nN1,x\n", "the header is not UTF-8"),
        (b'person_ref,"family_name\nN1,x\n', "the header has a quote"),
        (b"person_ref,sex,sex\nN1,female,male\n", "column sex is given twice"),
        (b"person_ref,,\nN1,x,y\n", "column without a name is given twice"),
        (b"person_ref,row\nN1,1\n", "column row is not known"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=f"^people.csv.*{says}"):
        read_delivery(deliver(tmp_path, people_csv=content))


def test_a_table_that_is_no_feed_is_refused_with_the_feeds_there_are(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^x/peeple.csv is no feed\. Feeds: people, addresses.*--mapping"):
        read_delivery(deliver(tmp_path, people_csv=PEOPLE, x__peeple_csv=PEOPLE))


@pytest.mark.parametrize("name", ["People.XLSX", "people.tsv", "people.csv.gz", "people.parquet.gz"])
def test_a_feed_in_another_format_is_refused(tmp_path: Path, name: str) -> None:
    (deliver(tmp_path, schools_csv="school_ref\n") / name).write_bytes(b"x")
    with pytest.raises(SourceError, match=f"^{name} is a feed but neither CSV nor Parquet; save it as people.csv"):
        read_delivery(tmp_path)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path / "nowhere", "no folder or zip"),
        (lambda path: deliver(path, notes="") / "notes", "not a zip"),
        (lambda path: deliver(path, notes=""), "holds no CSV file"),
    ],
)
def test_what_is_no_delivery_is_refused(tmp_path: Path, make: Callable[[Path], Path], says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read_delivery(make(tmp_path))


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    read_delivery(
        deliver(tmp_path, people_csv=PEOPLE, schools_csv="school_ref\n"), progress=lambda *step: told.append(step)
    )
    assert told[-1] == ("Reading files", len(PEOPLE) + 11, len(PEOPLE) + 11)


CELL = st.text(st.sampled_from("a7é\"',;\n\r\0\t \u2028"), max_size=6)


@given(st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=8))
def test_each_record_is_a_row_or_a_fault(tmp_path_factory: pytest.TempPathFactory, delivered: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([["person_ref", "family_name"], *delivered])
    folder = tmp_path_factory.mktemp("delivered")
    table = the_table(deliver(folder, people_csv=written.getvalue()))
    assert len(table.frame) + len(table.faults) == len(delivered)
    whole = [[cell or None for cell in record] for record in delivered if len(record) == 2]
    read = table.frame[["person_ref", "family_name"]].astype(object)
    assert read.where(read.notna(), None).to_numpy().tolist() == whole


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = deliver(tmp_path_factory.mktemp("delivered"), people_csv=content)
    try:
        table = the_table(folder)
    except SourceError:
        return
    assert set(table.frame.columns) > {"file", "row"}
