"""What a delivery says of itself, and what counts where it says nothing."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from extract import deliver, pack
from graph.errors import SourceError
from graph.terms import DatabaseKind
from ingest.read import read_delivery

PEOPLE = "person_ref,family_name\nN1,Ashdown\n"


def test_the_manifest_says_what_the_delivery_is(tmp_path: Path) -> None:
    said = {"delivery_id": "d1", "source": "niche", "received_at": "2026-04-01T06:30:00", "kind": "synthetic", "x": 1}
    folder = deliver(tmp_path, people_csv=PEOPLE, manifest_json=json.dumps(said))
    delivery = read_delivery(folder, zone=ZoneInfo("Europe/London"))
    assert (delivery.delivery_id, delivery.source, delivery.kind) == ("d1", "niche", DatabaseKind.SYNTHETIC)
    assert delivery.received_at == datetime(2026, 4, 1, 5, 30, tzinfo=UTC)
    assert delivery.received_at.tzinfo is UTC
    assert delivery.remarks == ()


def test_when_a_delivery_was_received_can_be_said_instead(tmp_path: Path) -> None:
    folder = deliver(tmp_path, people_csv=PEOPLE, manifest_json='{"received_at": "2026-04-01"}')
    said = read_delivery(folder, received_at=datetime(2026, 7, 1, 12), zone=ZoneInfo("Europe/London"))
    assert said.received_at == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert said.remarks == ()


def test_without_a_manifest_a_delivery_is_real_and_as_old_as_its_newest_file(tmp_path: Path) -> None:
    folder = deliver(tmp_path, people_csv=PEOPLE, schools_csv="school_ref\n")
    os.utime(folder / "people.csv", (1_700_000_000, 1_700_000_000))
    os.utime(folder / "schools.csv", (1_700_000_100, 1_700_000_100.5))
    delivery = read_delivery(folder)
    assert delivery.kind == DatabaseKind.REAL
    assert delivery.source is None
    assert delivery.received_at == datetime(2023, 11, 14, 22, 15, tzinfo=UTC)
    (remark,) = delivery.remarks
    assert remark.endswith("when its newest file was last changed: 2023-11-14 22:15.")


def test_the_times_in_a_zip_are_local_and_a_time_that_is_none_is_the_earliest(tmp_path: Path) -> None:
    member, broken = zipfile.ZipInfo("people.csv", (2026, 7, 1, 12, 0, 0)), zipfile.ZipInfo("schools.csv")
    broken.date_time = (1980, 0, 0, 0, 0, 0)
    path = pack(tmp_path / "x.zip", (member, PEOPLE), (broken, "school_ref\n"))
    assert read_delivery(path, zone=ZoneInfo("Europe/London")).received_at == datetime(2026, 7, 1, 11, tzinfo=UTC)


def test_the_id_of_a_delivery_without_one_is_that_of_its_content(tmp_path: Path) -> None:
    first = read_delivery(deliver(tmp_path / "a", people_csv=PEOPLE)).delivery_id
    assert read_delivery(deliver(tmp_path / "b", people_csv=PEOPLE)).delivery_id == first
    assert read_delivery(deliver(tmp_path / "c", people_csv=PEOPLE + "N3,\n")).delivery_id != first


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{\n", r"manifest.json:2: this is not JSON"),
        ("[]", "must be an object"),
        (b"\xff", "not UTF-8"),
        ('{"kind": "invented"}', "kind must be synthetic or real"),
        ('{"received_at": "yesterday"}', "received_at must be a date and time"),
        ('{"source": 7}', "source must be a text"),
        ('{"delivery_id": " "}', "delivery_id must be a text"),
    ],
)
def test_a_manifest_that_is_wrong_is_refused(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says) as refused:
        read_delivery(deliver(tmp_path, people_csv=PEOPLE, manifest_json=content))
    assert "yesterday" not in str(refused.value)
    assert "invented" not in str(refused.value)


def test_two_manifests_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"several manifests: a/manifest.json, b/manifest.json"):
        read_delivery(deliver(tmp_path, people_csv=PEOPLE, a__manifest_json="{}", b__manifest_json="{}"))
