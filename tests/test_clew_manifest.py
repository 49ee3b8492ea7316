"""`clew manifest` writes what a folder holds, keeps what was said of it, and never leaves half a file."""

from __future__ import annotations

import hashlib
import json
import resource
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from command import clew
from extract import deliver, pack
from graph.errors import SourceError
from ingest.inventory import write_manifest
from ingest.read import read_delivery

PEOPLE = "person_ref,family_name\nN1,Ashdown\n\nN2,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of two feeds in three files."""
    deliver(tmp_path / "delivery", people_csv=PEOPLE, more__people_csv="person_ref\nN3\n", truth_json="{}")
    pq.write_table(pa.table({"school_ref": ["S1"]}), tmp_path / "delivery" / "schools.parquet")
    return tmp_path / "delivery"


def said(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return read


def sha(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_it_lists_files_rows_and_checksums(folder: Path, tmp_path: Path) -> None:
    run = clew(
        *("manifest", "delivery", "--source", "rms", "--received-at", "2026-03-31T06:00"),
        *("--kind", "synthetic", "--delivery-id", "d1", "--complete", "people"),
        home=tmp_path,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("Complete: people.\nWritten: delivery/manifest.json\n")
    assert said(folder) == {
        "delivery_id": "d1",
        "source": "rms",
        "received_at": "2026-03-31T06:00",
        "kind": "synthetic",
        "feeds": {
            "people": {
                "rows": 3,
                "complete": True,
                "files": {
                    "more/people.csv": sha(folder / "more" / "people.csv"),
                    "people.csv": sha(folder / "people.csv"),
                },
            },
            "schools": {"rows": 1, "files": {"schools.parquet": sha(folder / "schools.parquet")}},
        },
    }


def test_what_it_writes_is_what_a_load_demands(folder: Path, tmp_path: Path) -> None:
    assert clew("manifest", "delivery", "--complete", "schools", home=tmp_path).returncode == 0
    delivery = read_delivery(folder)
    assert delivery.rows == {"people": 3, "schools": 1}
    assert delivery.complete == {"schools"}
    assert read_delivery(folder, complete=["people"]).complete == {"people", "schools"}
    (folder / "people.csv").write_text(PEOPLE[:-4])
    with pytest.raises(SourceError, match=r"people\.csv is not the file"):
        read_delivery(folder)


def test_it_says_when_nobody_says_when_it_was_received(folder: Path, tmp_path: Path) -> None:
    run = clew("manifest", "delivery", home=tmp_path)
    assert "It does not say when the delivery was received (--received-at).\n" in run.stdout
    assert said(folder).keys() == {"feeds"}


def test_a_manifest_is_replaced_only_if_one_says_so_and_what_it_says_is_kept(folder: Path, tmp_path: Path) -> None:
    before = {"source": "rms", "kind": "real", "officer": "kept", "feeds": {"people": {"complete": True, "rows": 99}}}
    (folder / "manifest.json").write_text(json.dumps(before))
    run = clew("manifest", "delivery", "--source", "niche", home=tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        "clew: delivery holds a manifest.json already; --replace writes it anew and keeps what else it says.\n"
    )
    assert said(folder) == before
    assert clew("manifest", "delivery", "--source", "niche", "--replace", home=tmp_path).returncode == 0
    now = said(folder)
    assert (now["source"], now["kind"], now["officer"]) == ("niche", "real", "kept")
    assert (now["feeds"]["people"]["rows"], now["feeds"]["people"]["complete"]) == (3, True)
    first = (folder / "manifest.json").read_bytes()
    assert clew("manifest", "delivery", "--replace", home=tmp_path).returncode == 0
    assert (folder / "manifest.json").read_bytes() == first


def test_the_files_of_an_extract_are_listed_for_its_mapping(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "extract", people_csv="Id\n7\n", Who_csv="Id\n8\n")
    run = clew("manifest", "extract", "--complete", "people", home=tmp_path)
    assert "These are not laid out as feeds: load them with a mapping.\n" in run.stdout
    assert said(folder) == {
        "feeds": {"people": {"complete": True}},
        "files": {"Who.csv": sha(folder / "Who.csv"), "people.csv": sha(folder / "people.csv")},
    }
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "people.sql").write_text("SELECT Id AS person_ref FROM people UNION ALL SELECT Id FROM who")
    assert read_delivery(folder, mapping=tmp_path / "m").complete == {"people"}


def test_a_file_named_as_a_feed_but_laid_out_otherwise_is_of_an_extract(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "extract", people_csv="person_ref,Nickname\n7,x\n")
    assert clew("manifest", "extract", home=tmp_path).returncode == 0
    assert said(folder).keys() == {"files"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere"], "nowhere is no folder; unpack a zip"),
        (["x.zip"], "x.zip is no folder; unpack a zip"),
        (["empty"], "empty holds no CSV or Parquet file"),
        (["nested"], "nested holds a manifest at a/manifest.json; move it to manifest.json, or name its folder."),
        (["broken", "--replace"], "manifest.json:1: this is not JSON."),
        (["delivery", "--received-at", "yesterday"], "manifest.json: received_at must be a date and time such as"),
        (["delivery", "--kind", "invented"], "manifest.json: kind must be synthetic or real."),
        (["delivery", "--source", " "], "manifest.json: source must be a text that is not empty"),
        (["delivery", "--complete", "peeple"], "peeple is no feed, so it cannot be complete."),
        (["delivery", "--complete", "answers"], "answers cannot be complete"),
        (["delivery", "--complete", "incidents"], "incidents is declared complete but not delivered"),
        (["damaged"], "people.parquet cannot be read: it is damaged"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_it_cannot_do_is_one_sentence_and_nothing_is_written(
    folder: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    (tmp_path / "empty").mkdir()
    pack(tmp_path / "x.zip", ("people.csv", PEOPLE))
    deliver(tmp_path / "nested", people_csv=PEOPLE, a__manifest_json="{}")
    deliver(tmp_path / "broken", people_csv=PEOPLE, manifest_json="{'")
    deliver(tmp_path / "damaged", people_csv=PEOPLE)
    (tmp_path / "damaged" / "people.parquet").write_bytes(b"PAR1")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    run = clew("manifest", *words, home=tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(f"clew: {says}")
    assert run.stderr.count("\n") == 1
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_a_failure_to_write_leaves_the_old_manifest_whole(folder: Path) -> None:
    write_manifest(folder, said={"source": "rms"})
    before = (folder / "manifest.json").read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(SourceError, match=r"manifest\.json cannot be written: File too large\.$"):
            write_manifest(folder, said={"source": "niche"}, replace=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (folder / "manifest.json").read_bytes() == before
    assert not [file for file in folder.iterdir() if file.name.startswith(".")]


def test_progress_is_told_up_to_the_end(folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    write_manifest(folder, said={}, progress=lambda *step: told.append(step))
    assert (told[0], told[-1]) == (("Reading files", 0, 3), ("Reading files", 3, 3))
