"""Files are read where they are, only if they are what they seem, and only while they stay as they are."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract import pack
from graph.errors import SourceError
from ingest import files
from ingest.read import read_delivery

PEOPLE = "person_ref,family_name\nN1,Ashdown\n"


@pytest.mark.parametrize(
    "member",
    ["../people.csv", "a/../../people.csv", "a\\..\\..\\people.csv", "/people.csv", "C:/people.csv", "../notes.txt"],
)
def test_a_zip_that_leads_outside_itself_is_refused(tmp_path: Path, member: str) -> None:
    with pytest.raises(SourceError, match="leads outside"):
        read_delivery(pack(tmp_path / "bad.zip", ("schools.csv", "school_ref\n"), (member, PEOPLE)))


def test_a_zip_with_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("people.csv")
    link.external_attr = 0o120777 << 16
    with pytest.raises(SourceError, match=r"holds a link \(people\.csv\)"):
        read_delivery(pack(tmp_path / "bad.zip", (link, "/etc/hostname")))


def test_a_zip_that_holds_absurdly_much_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = pack(tmp_path / "bomb.zip", ("people.csv", "person_ref\n" + "N1\n" * 1_000_000))
    monkeypatch.setattr(files, "HARMLESS", 2**20)
    with pytest.raises(SourceError, match="far more than a zip of its size"):
        read_delivery(bomb)


def test_a_zip_with_two_files_of_one_name_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        pack(tmp_path / "twice.zip", ("people.csv", PEOPLE), ("people.csv", PEOPLE))
    with pytest.raises(SourceError, match=r"two files people\.csv"):
        read_delivery(tmp_path / "twice.zip")


def test_a_damaged_or_encrypted_zip_is_refused(tmp_path: Path) -> None:
    whole = pack(tmp_path / "whole.zip", ("people.csv", PEOPLE * 50)).read_bytes()
    (tmp_path / "damaged.zip").write_bytes(whole[:45] + bytes(8) + whole[53:])
    with pytest.raises(SourceError, match=r"^people.csv cannot be read"):
        read_delivery(tmp_path / "damaged.zip")
    locked = bytearray(whole)
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    with pytest.raises(SourceError, match=r"^locked\.zip is encrypted"):
        read_delivery(tmp_path / "locked.zip")


def test_a_zip_in_a_way_of_packing_that_is_not_known_is_refused(tmp_path: Path) -> None:
    whole = pack(tmp_path / "whole.zip", ("people.csv", PEOPLE)).read_bytes()
    strange = bytearray(whole)
    strange[whole.index(b"PK\x01\x02") + 10] = 97
    strange[8] = 97
    (tmp_path / "strange.zip").write_bytes(strange)
    with pytest.raises(SourceError, match=r"^people.csv cannot be read"):
        read_delivery(tmp_path / "strange.zip")


@pytest.mark.parametrize(
    ("name", "stem", "csv", "parquet"),
    [
        ("people.csv", "people", True, False),
        ("2026/Crime.nodes.CSV", "Crime.nodes", True, False),
        ("a.b/people.Parquet", "people", False, True),
        ("README", "README", False, False),
        ("people.xlsx", "people", False, False),
    ],
)
def test_what_a_file_is_stands_in_its_name(name: str, stem: str, csv: bool, parquet: bool) -> None:
    file = files.DeliveredFile(name=name, size=0, modified=datetime(2026, 4, 1, tzinfo=UTC), open=io.BytesIO)
    assert (file.stem, file.is_csv, file.is_parquet, file.is_table) == (stem, csv, parquet, csv or parquet)


@pytest.mark.parametrize("block", [1, 7, 2**18])
def test_what_passes_is_counted_and_hashed(block: int) -> None:
    content = bytes(range(256)) * 9
    passing = files.Hashed(io.BytesIO(content))
    assert io.BufferedReader(passing, block).read() == content
    assert (passing.passed, passing.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_rows_can_be_read_again_from_a_zip_that_was_closed_since(tmp_path: Path) -> None:
    (delivered,) = read_delivery(pack(tmp_path / "x.zip", ("people.csv", PEOPLE))).tables
    first, again = list(delivered.read()), list(delivered.read())
    assert [len(table.frame) for table in first] == [len(table.frame) for table in again] == [1]


def parquet_of(ids: list[str]) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"person_ref": ids}), file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [("people.csv", PEOPLE.encode(), PEOPLE.encode()[:-2]), ("people.parquet", parquet_of(["1"]), parquet_of(["2"]))],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_changes_after_it_was_looked_at_is_not_loaded_as_if_it_had_not(
    tmp_path: Path, name: str, first: bytes, then: bytes, packed: bool
) -> None:
    path = tmp_path / ("x.zip" if packed else "x")

    def put(content: bytes) -> None:
        if packed:
            pack(path, (name, content))
        else:
            path.mkdir(exist_ok=True)
            (path / name).write_bytes(content)

    put(first)
    (delivered,) = read_delivery(path).tables
    put(then)
    with pytest.raises(SourceError, match=f"^{name} changed while it was being read; load it again"):
        list(delivered.read())


def test_a_file_that_is_gone_after_it_was_looked_at_is_missed(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    (delivered,) = read_delivery(tmp_path).tables
    (tmp_path / "people.csv").unlink()
    with pytest.raises(SourceError, match=r"^people\.csv is gone since the delivery was looked at"):
        list(delivered.read())
