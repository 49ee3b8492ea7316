"""`clew load` prints balanced counts, writes rejects for their owner only, and derives."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest

from command import clew
from graph.connection import Address, Writer
from graph.fingerprint import fingerprint

FEEDS = {
    "people": """person_ref,family_name,born_on
P1,Ashdown,1980-02-01
P2,Price,1982-03-04
P3,Khan,1985-05-06
P4,Marsh,1985-13-06
""",
    "incidents": """incident_ref,reported_at,domestic
I1,2026-01-05,yes
I2,2026-02-06,yes
""",
    "involvements": """incident_ref,person_ref,role
I1,P1,suspect
I1,P2,victim
I2,P1,suspect
I2,P3,victim
I9,P1,suspect
""",
}
MANIFEST = {"delivery_id": "= D/1", "source": "rms", "received_at": "2026-03-31T06:00:00", "kind": "synthetic"}


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    """Write a small delivery with one row that is rejected and one that waits."""
    folder = tmp_path / "delivery"
    folder.mkdir()
    for feed, text in FEEDS.items():
        (folder / f"{feed}.csv").write_text(text, "utf-8")
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), "utf-8")
    return folder


def counts(shown: str) -> dict[str, list[int]]:
    """Return the numbers of each line of the table of counts."""
    lines = [line.split() for line in shown.splitlines()]
    return {
        words[0]: [int(each) for each in words[1:]]
        for words in lines
        if words and all(each.isdecimal() for each in words[1:]) and len(words) == 7
    }


def test_counts_are_printed_by_feed_and_in_all(
    delivery: Path, empty: Writer, database: Address, tmp_path: Path
) -> None:
    run = clew("load", "delivery", home=tmp_path, database=database)
    assert (run.returncode, run.stderr) == (0, "")
    # Delivered, created, changed, unchanged, waiting, rejected.
    assert counts(run.stdout) == {
        "people": [4, 3, 0, 0, 0, 1],
        "incidents": [2, 2, 0, 0, 0, 0],
        "involvements": [5, 4, 0, 0, 1, 0],
        "total": [11, 9, 0, 0, 1, 1],
    }
    assert "as of 2026-03-31" in run.stdout


def test_loading_again_changes_nothing(delivery: Path, empty: Writer, database: Address, tmp_path: Path) -> None:
    clew("load", "delivery", home=tmp_path, database=database)
    before = fingerprint(empty)
    again = clew("load", "delivery", home=tmp_path, database=database)
    assert counts(again.stdout)["total"] == [11, 0, 0, 9, 1, 1]
    assert fingerprint(empty) == before


def test_what_is_loaded_can_be_asked_at_once(delivery: Path, empty: Writer, database: Address, tmp_path: Path) -> None:
    clew("load", "delivery", home=tmp_path, database=database)
    run = clew("query", "serial_perpetrators", "--format", "json", home=tmp_path, database=database)
    (row,) = json.loads(run.stdout)["rows"]
    assert (row["victims"], row["incidents"]) == (2, 2)


def test_a_dry_run_says_the_same_and_writes_nothing(
    delivery: Path, empty: Writer, database: Address, tmp_path: Path
) -> None:
    before = fingerprint(empty)
    dry = clew("load", "delivery", "--dry-run", home=tmp_path, database=database)
    assert fingerprint(empty) == before
    assert counts(dry.stdout) == counts(clew("load", "delivery", home=tmp_path, database=database).stdout)
    assert "nothing was written to the graph" in dry.stdout


def test_rejects_name_the_place_and_are_for_their_owner_only(
    delivery: Path, empty: Writer, database: Address, tmp_path: Path
) -> None:
    run = clew("load", "delivery", home=tmp_path, database=database)
    (file,) = (tmp_path / "rejects").iterdir()
    assert f"What was rejected, and why: {file}" in run.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.name == "D-1-rejects.csv"
    text = file.read_text("utf-8")
    (row,) = csv.DictReader(text.splitlines())
    assert (row["feed"], row["file"], row["row"], row["column"]) == ("people", "people.csv", "5", "born_on")
    assert "1985-13-06" not in text
    assert "Marsh" not in text


def test_rejects_go_where_one_says(delivery: Path, empty: Writer, database: Address, tmp_path: Path) -> None:
    clew("load", "delivery", "--dry-run", "--rejects", "here.csv", home=tmp_path, database=database)
    assert stat.S_IMODE((tmp_path / "here.csv").stat().st_mode) == 0o600
    assert not (tmp_path / "rejects").exists()


def test_a_delivery_is_received_when_one_says(delivery: Path, empty: Writer, database: Address, tmp_path: Path) -> None:
    run = clew("load", "delivery", "--received-at", "2026-04-02T07:30", home=tmp_path, database=database)
    assert "received 2026-04-02 07:30" in run.stdout
    wrong = clew("load", "delivery", "--received-at", "yesterday", home=tmp_path, database=database)
    assert wrong.returncode == 2


def test_records_of_the_other_kind_are_refused(
    delivery: Path, empty: Writer, database: Address, tmp_path: Path
) -> None:
    (delivery / "manifest.json").write_text(json.dumps({**MANIFEST, "kind": "real"}), "utf-8")
    run = clew("load", "delivery", home=tmp_path, database=database)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("clew: ")
    assert run.stderr.count("\n") == 1


def test_a_delivery_that_is_not_there_is_refused(empty: Writer, database: Address, tmp_path: Path) -> None:
    run = clew("load", "nosuch", home=tmp_path, database=database)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("clew: ")


def test_deriving_everything_anew_changes_nothing(
    delivery: Path, empty: Writer, database: Address, tmp_path: Path
) -> None:
    clew("load", "delivery", home=tmp_path, database=database)
    before = fingerprint(empty)
    run = clew("derive", "--full", home=tmp_path, database=database)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("Concluded everything, as of 2026-03-31: 1 suspects looked at.\n")
    assert fingerprint(empty) == before


def test_deriving_holds_for_the_day_that_one_says(
    delivery: Path, empty: Writer, database: Address, tmp_path: Path
) -> None:
    clew("load", "delivery", home=tmp_path, database=database)
    assert "as of 2026-01-31" in clew("derive", "--as-of", "2026-01-31", home=tmp_path, database=database).stdout
    answer = json.loads(clew("query", "freshness", "--format", "json", home=tmp_path, database=database).stdout)
    assert answer["as_of"] == "2026-01-31"


def test_a_feed_is_complete_only_if_the_manifest_says_how_much_there_is(
    delivery: Path, empty: Writer, database: Address, tmp_path: Path
) -> None:
    before = fingerprint(empty)
    run = clew("load", "delivery", "--complete", "incidents", home=tmp_path, database=database)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        "clew: incidents cannot be taken as complete, since no manifest says its rows and the checksum of each of its "
        "files; `clew manifest FOLDER` writes one.\n"
    )
    assert fingerprint(empty) == before
    assert clew("manifest", "delivery", "--replace", home=tmp_path).returncode == 0
    words = ("--complete", "incidents", "--complete", "people")
    run = clew("load", "delivery", *words, "--dry-run", home=tmp_path, database=database)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_delivery_that_lost_a_row_on_its_way_is_refused_whole(
    delivery: Path, empty: Writer, database: Address, tmp_path: Path
) -> None:
    assert clew("manifest", "delivery", "--replace", home=tmp_path).returncode == 0
    whole = (delivery / "involvements.csv").read_text("utf-8")
    (delivery / "involvements.csv").write_text(whole.rpartition("I9")[0], "utf-8")
    before = fingerprint(empty)
    run = clew("load", "delivery", home=tmp_path, database=database)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        "clew: involvements.csv is not the file that manifest.json lists: its checksum is another; deliver all of it "
        "again, or, if that is meant, write the manifest anew (`clew manifest FOLDER --replace`).\n"
    )
    assert fingerprint(empty) == before
