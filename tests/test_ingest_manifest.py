"""What a delivery says of itself, and what counts where it says nothing."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from datetime import UTC, datetime
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
from graph.terms import DatabaseKind
from ingest.inventory import write_manifest
from ingest.read import read_delivery

PEOPLE = "person_ref,family_name\nN1,Ashdown\n"


def sha(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def listed(folder: Path, **feeds: Any) -> Path:
    """Deliver two people, with a manifest that says this of feeds."""
    return deliver(folder, people_csv=PEOPLE + "N2,\n", manifest_json=json.dumps({"feeds": feeds}))


def refused(folder: Path, **options: Any) -> str:
    with pytest.raises(SourceError) as said:
        read_delivery(folder, **options)
    assert "Ashdown" not in str(said.value)
    return str(said.value)


BOTH = PEOPLE + "N2,\n"
CURE = "; deliver all of it again, or, if that is meant, write the manifest anew (`clew manifest FOLDER --replace`)."


def test_the_manifest_says_what_the_delivery_is(tmp_path: Path) -> None:
    said = {"delivery_id": "d1", "source": "niche", "received_at": "2026-04-01T06:30:00", "kind": "synthetic", "x": 1}
    folder = deliver(tmp_path, people_csv=PEOPLE, manifest_json=json.dumps(said))
    delivery = read_delivery(folder, zone=ZoneInfo("Europe/London"))
    assert (delivery.delivery_id, delivery.source, delivery.kind) == ("d1", "niche", DatabaseKind.SYNTHETIC)
    assert delivery.received_at == datetime(2026, 4, 1, 5, 30, tzinfo=UTC)
    assert delivery.received_at.tzinfo is UTC
    assert delivery.remarks == ()
    assert delivery.dated
    assert (delivery.complete, delivery.rows) == (frozenset(), {})


def test_when_a_delivery_was_received_can_be_said_instead(tmp_path: Path) -> None:
    folder = deliver(tmp_path, people_csv=PEOPLE, manifest_json='{"received_at": "2026-04-01"}')
    said = read_delivery(folder, received_at=datetime(2026, 7, 1, 12), zone=ZoneInfo("Europe/London"))
    assert said.received_at == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert said.remarks == ()
    assert said.dated


def test_without_a_manifest_a_delivery_is_real_and_as_old_as_its_newest_file(tmp_path: Path) -> None:
    folder = deliver(tmp_path, people_csv=PEOPLE, schools_csv="school_ref\n")
    os.utime(folder / "people.csv", (1_700_000_000, 1_700_000_000))
    os.utime(folder / "schools.csv", (1_700_000_100, 1_700_000_100.5))
    delivery = read_delivery(folder)
    assert delivery.kind == DatabaseKind.REAL
    assert delivery.source is None
    assert delivery.received_at == datetime(2023, 11, 14, 22, 15, tzinfo=UTC)
    assert not delivery.dated
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


def test_the_content_of_a_delivery_is_known_whatever_it_is_called(tmp_path: Path) -> None:
    plain = read_delivery(deliver(tmp_path / "a", people_csv=PEOPLE))
    named = read_delivery(deliver(tmp_path / "b", people_csv=PEOPLE, manifest_json='{"delivery_id": "d1"}'))
    assert plain.content == plain.delivery_id == named.content
    assert named.delivery_id == "d1"
    assert read_delivery(deliver(tmp_path / "b", people_csv=BOTH)).content != named.content


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
        (r'{"delivery_id": "\ud800"}', "delivery_id must be a text"),
        ('{"source": "a", "source": "b"}', "a key is given twice"),
        ('{"x": ' + "9" * 5000 + "}", "a number too long"),
        ("[" * 100_000, "too many brackets"),
        ('{"feeds": []}', "manifest.json: feeds must be an object"),
        ('{"feeds": {"peeple": {}}}', r"feeds.peeple is no feed\. Feeds: people, "),
        ('{"feeds": {"people": 2}}', "feeds.people must be an object"),
        ('{"feeds": {"people": {"rows": -1}}}', "feeds.people.rows must be a whole number"),
        ('{"feeds": {"people": {"rows": true}}}', "feeds.people.rows must be a whole number"),
        ('{"feeds": {"people": {"rows": "1"}}}', "feeds.people.rows must be a whole number"),
        ('{"feeds": {"people": {"complete": "yes"}}}', "feeds.people.complete must be true or false"),
        ('{"feeds": {"people": {"files": ["people.csv"]}}}', "feeds.people.files must be an object"),
        ('{"feeds": {"people": {"files": {"people.csv": 7}}}}', "feeds.people.files must give each file its SHA-256"),
        ('{"files": {"people.csv": "invented"}}', "files must give each file its SHA-256"),
        (f'{{"feeds": {{"people": {{"files": {{"x.csv": "{"0" * 64}"}}}}}}}}', "lists x.csv, which is not a file of"),
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


def test_what_the_manifest_counts_is_said_of_the_delivery(tmp_path: Path) -> None:
    said = {"rows": 2, "complete": True, "files": {"people.csv": sha(BOTH).upper()}}
    delivery = read_delivery(listed(tmp_path, people=said))
    assert delivery.rows == {"people": 2}
    assert delivery.complete == {"people"}
    assert len(delivery.tables[0].whole().frame) == 2


def test_files_are_named_as_seen_from_the_manifest(tmp_path: Path) -> None:
    said = json.dumps({"feeds": {"people": {"rows": 2, "files": {"2026/people.csv": sha(BOTH)}}}})
    path = pack(tmp_path / "x.zip", ("sent/manifest.json", said), ("sent/2026/people.csv", BOTH))
    assert read_delivery(path).rows == {"people": 2}


def test_rows_are_counted_over_all_files_whole_or_faulty_without_blank_lines(tmp_path: Path) -> None:
    deliver(tmp_path, a__people_csv=f"\n{PEOPLE}\n\n", b__people_csv='person_ref\nN3,too many\n"N4"x\nN5\n')
    (tmp_path / "manifest.json").write_text('{"feeds": {"people": {"rows": 4}}}')
    assert read_delivery(tmp_path).rows == {"people": 4}
    (tmp_path / "manifest.json").write_text('{"feeds": {"people": {"rows": 5}}}')
    assert refused(tmp_path) == f"people (2 files) has 4 rows where manifest.json says 5{CURE}"


@pytest.mark.parametrize(
    ("feeds", "says"),
    [
        ({"people": {"rows": 3}}, "people.csv has 2 rows where manifest.json says 3"),
        (
            {"people": {"files": {"people.csv": "0" * 64}}},
            "people.csv is not the file that manifest.json lists: its checksum is another",
        ),
        (
            {"people": {"files": {"people.csv": sha(BOTH), "b/people.csv": sha(BOTH)}}},
            "b/people.csv is missing, though manifest.json lists it",
        ),
        (
            {"people": {"rows": 2}, "schools": {"rows": 0}},
            "schools is missing, though manifest.json lists that feed",
        ),
        (
            {"people": {"files": {"../people.csv": sha(BOTH)}}},
            "../people.csv is missing, though manifest.json lists it",
        ),
    ],
)
def test_a_delivery_that_is_not_what_its_manifest_lists_is_refused(
    tmp_path: Path, feeds: dict[str, Any], says: str
) -> None:
    assert refused(listed(tmp_path, **feeds)) == says + CURE


def test_a_file_more_than_the_manifest_lists_is_refused(tmp_path: Path) -> None:
    listed(tmp_path, people={"files": {"people.csv": sha(BOTH)}})
    deliver(tmp_path, more__people_csv=PEOPLE)
    assert refused(tmp_path) == f"more/people.csv is delivered, but manifest.json does not list it{CURE}"
    (tmp_path / "more" / "people.csv").rename(tmp_path / "schools.csv")
    assert refused(tmp_path) == f"schools.csv is delivered, but manifest.json does not list it{CURE}"


def test_other_listed_files_must_be_there_too(tmp_path: Path) -> None:
    said = {"files": {"people.csv": sha(BOTH), "notes.txt": sha("as agreed")}}
    folder = deliver(tmp_path, people_csv=BOTH, manifest_json=json.dumps(said))
    assert refused(folder).startswith("notes.txt is missing")
    (folder / "notes.txt").write_text("as agree")
    assert refused(folder).startswith("notes.txt is not the file")
    (folder / "notes.txt").write_text("as agreed")
    assert len(read_delivery(folder).tables) == 1


FULL = {"rows": 2, "files": {"people.csv": sha(BOTH)}}


@pytest.mark.parametrize(
    "said",
    [{}, {"rows": 2}, {"files": {"people.csv": sha(BOTH)}}],
)
def test_a_feed_is_not_complete_without_rows_and_checksums(tmp_path: Path, said: dict[str, Any]) -> None:
    says = (
        "people cannot be taken as complete, since no manifest says its rows and the checksum of each of its files; "
        "`clew manifest FOLDER` writes one."
    )
    assert refused(listed(tmp_path / "a", people={**said, "complete": True})) == says
    assert refused(listed(tmp_path / "b", people=said), complete=["people"]) == says
    assert refused(deliver(tmp_path / "c", people_csv=BOTH), complete=["people"]) == says


def test_a_feed_may_be_declared_complete_beside_what_the_manifest_says(tmp_path: Path) -> None:
    school = "school_ref\nS1\n"
    schools = {"rows": 1, "complete": True, "files": {"schools.csv": sha(school)}}
    folder = deliver(listed(tmp_path, people=FULL, schools=schools), schools_csv=school)
    assert read_delivery(folder).complete == {"schools"}
    assert read_delivery(folder, complete=["people"]).complete == {"people", "schools"}


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        ("peeple", "peeple is no feed, so it cannot be complete. Feeds: people, "),
        ("answers", "answers cannot be complete, since an answer is withdrawn by a row; leave out that it is."),
        ("judgements", "judgements cannot be complete, since a judgement is undone by another; leave out that it is."),
        ("schools", "schools is declared complete but not delivered; deliver it, or leave out that it is."),
    ],
)
def test_what_cannot_be_complete_is_refused(tmp_path: Path, feed: str, says: str) -> None:
    assert refused(listed(tmp_path, people=FULL), complete=[feed]).startswith(says)


def test_a_feed_that_a_mapping_makes_is_complete_if_all_files_are_listed(tmp_path: Path) -> None:
    extract = Extract(tmp_path)
    extract.write("people.sql", "SELECT Id AS person_ref FROM who")
    extract.deliver("other.csv", "a\n")
    who = hashlib.sha256((extract.files / "Who.csv").read_bytes()).hexdigest()
    said: dict[str, Any] = {"feeds": {"people": {"complete": True}}}
    for files, says in (
        (None, "people cannot be taken as complete, since no manifest says the checksum of each delivered file; "),
        ({"Who.csv": who}, "other.csv is delivered, but manifest.json does not list it; "),
        ({"Who.csv": who, "other.csv": who}, "other.csv is not the file that manifest.json lists"),
    ):
        extract.deliver("manifest.json", json.dumps({**said, **({"files": files} if files else {})}))
        assert refused(extract.files, mapping=extract.sql).startswith(says)
    said["files"] = {"Who.csv": who, "other.csv": sha("a\n")}
    extract.deliver("manifest.json", json.dumps(said))
    delivery = read_delivery(extract.files, mapping=extract.sql)
    assert delivery.complete == {"people"}
    assert delivery.rows == {}
    assert refused(extract.files, mapping=extract.sql, complete=["schools"]).startswith("schools is declared complete")
    extract.deliver("manifest.json", json.dumps({"feeds": {"people": {"rows": 4}}}))
    assert refused(extract.files, mapping=extract.sql).startswith(
        "people (2 files) has 3 rows where manifest.json says"
    )
    extract.deliver("manifest.json", json.dumps({"feeds": {"people": {"files": {"people.csv": who}}}}))
    assert "people.csv is missing" in refused(extract.files, mapping=extract.sql)
    extract.deliver("people.csv", (extract.files / "Who.csv").read_bytes())
    assert "with a mapping, list what is delivered under `files`" in refused(extract.files, mapping=extract.sql)


def a_delivery(folder: Path) -> dict[str, bytes]:
    """Write a delivery with a full manifest of CSV and Parquet; return its files."""
    folder.mkdir(parents=True)
    deliver(folder, people_csv='person_ref,family_name\nN1,Ashdown\n\nN2,"Price\nof Hull"\nN3,\n')
    schools = io.BytesIO()
    pq.write_table(pa.table({"school_ref": ["S1", "S2"], "name": ["Hill", None]}), schools)
    (folder / "schools.parquet").write_bytes(schools.getvalue())
    write_manifest(folder, said={"source": "rms", "received_at": "2026-03-31T06:00"}, complete=["people", "schools"])
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def frames(path: Path) -> list[pd.DataFrame]:
    delivery = read_delivery(path)
    assert delivery.complete == {"people", "schools"}
    assert not any(table.whole().faults for table in delivery.tables)
    return [table.whole().frame for table in delivery.tables]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], list[pd.DataFrame]]:
    folder = tmp_path_factory.mktemp("whole") / "delivery"
    return a_delivery(folder), frames(folder)


@st.composite
def damages(draw: st.DrawFn) -> tuple[str, str, int, int]:
    """Return what becomes of which file, where, and of how many bytes."""
    return (
        draw(st.sampled_from(["cut short", "bytes lost", "bytes doubled", "row lost", "file lost", "file emptied"])),
        draw(st.sampled_from(["people.csv", "schools.parquet"])),
        draw(st.integers(0, 2000)),
        draw(st.integers(1, 40)),
    )


def damaged(content: bytes, how: str, at: int, many: int) -> bytes | None:
    at %= len(content)
    match how:
        case "cut short":
            return content[:at]
        case "bytes lost":
            return content[:at] + content[at + many :]
        case "bytes doubled":
            return content[: at + many] + content[at:]
        case "row lost":
            lines = content.splitlines(keepends=True)
            del lines[at % len(lines)]
            return b"".join(lines)
        case "file lost":
            return None
        case _:
            return b""


@pytest.mark.parametrize("packed", [False, True])
@given(harm=st.lists(damages(), min_size=1, max_size=2))
def test_a_delivery_that_lost_anything_is_refused_or_whole(
    tmp_path_factory: pytest.TempPathFactory,
    original: tuple[dict[str, bytes], list[pd.DataFrame]],
    packed: bool,
    harm: list[tuple[str, str, int, int]],
) -> None:
    files: dict[str, bytes] = dict(original[0])
    for how, name, at, many in harm:
        if files.get(name):
            left = damaged(files.pop(name), how, at, many)
            if left is not None:
                files[name] = left
    folder = tmp_path_factory.mktemp("delivered")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    path = pack(folder / "x.zip", *files.items()) if packed else folder
    try:
        read = frames(path)
    except SourceError:
        return
    for one, other in zip(read, original[1], strict=True):
        pd.testing.assert_frame_equal(one, other)


@given(lines=st.sets(st.integers(1, 5), min_size=1))
def test_without_checksums_the_number_of_rows_alone_tells_that_some_were_lost(
    tmp_path_factory: pytest.TempPathFactory, lines: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("delivered")
    whole = ["person_ref", *(f"N{number}" for number in range(1, 6))]
    left = "".join(f"{line}\n" for number, line in enumerate(whole) if number not in lines)
    deliver(folder, people_csv=left, manifest_json='{"feeds": {"people": {"rows": 5}}}')
    assert "where manifest.json says 5" in refused(folder)
