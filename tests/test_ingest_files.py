"""Zips are read where they are, and only if they are what they seem."""

from __future__ import annotations

import zipfile
from pathlib import Path

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
