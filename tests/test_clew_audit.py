"""`clew audit`, and what `clew query` and `clew load` record on a database of real records."""

from __future__ import annotations

import csv
import io
import json
import os
import pwd
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clew.audit import Report
from command import clew
from graph.audit.entries import Entry, Kind, Outcome, subjects
from graph.audit.readings import rows
from graph.audit.trail import opened
from graph.audit.verify import verify
from graph.connection import Address, Transaction, Writer

SERIAL = ("query", "serial_perpetrators", "--format", "json")
NIGHT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
PEOPLE = [f"n{'a' * 14}{one}{other}" for one in "abcdefghijk" for other in "abcdefghijk"]


def mark(writer: Writer, kind: str) -> None:
    def work(transaction: Transaction) -> None:
        transaction.run("MATCH (database:Database) SET database.kind = $kind", {"kind": kind})

    writer.write(work)


@pytest.fixture
def real(graph: Writer) -> Iterator[None]:
    """Let the tests' database, of invented people, count as one of real ones."""
    mark(graph, "real")
    try:
        yield
    finally:
        mark(graph, "synthetic")


def recorded(home: Path) -> list[dict[str, Any]]:
    """Return the intents and outcomes in a home's record, which must be whole."""
    verify(home / "audit", home / "audit-anchors")
    return [row for row in rows(home / "audit") if row["phase"] in ("intent", "outcome")]


def look(home: Path, viewer: str, ids: list[str], when: datetime = NIGHT) -> None:
    """Write one look into a home's record."""
    with opened(home / "audit", home / "audit-anchors", clock=lambda: when) as trail:
        n = trail.intent(
            Entry(
                request_id="r",
                viewer=viewer,
                client="token",
                roles=["assessor"],
                audience="everyone",
                purpose=None,
                kind=Kind.CONSULTATION,
                questions=["person"],
                document="",
                variables="",
                asked=[],
            )
        )
        trail.outcome(n, Outcome(request_id="r", ok=True, code=None, subjects=ids, rows=len(ids), ms=1))


def test_a_record_that_is_whole_is_said_in_one_line(tmp_path: Path) -> None:
    look(tmp_path, "a", PEOPLE[:1])
    look(tmp_path, "b", PEOPLE[:1])
    run = clew("audit", "verify", home=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == (
        "The record is as it was written: 2 chains, 8 rows, 1 days; 0 cut short by a kill, 0 looks unfinished.\n"
    )


def test_a_record_that_was_changed_is_refused_in_one_sentence(tmp_path: Path) -> None:
    look(tmp_path, "officer-a", PEOPLE[:1])
    (path,) = (tmp_path / "audit").glob("*.jsonl")
    path.write_bytes(path.read_bytes().replace(b"officer-a", b"officer-b"))
    run = clew("audit", "verify", home=tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(f"clew: {path.name}, row 2 of its chain: this row was edited")
    assert run.stderr.count("\n") == 1
    assert "officer" not in run.stderr


def test_folders_elsewhere_are_those_of_the_settings(tmp_path: Path) -> None:
    look(tmp_path, "a", PEOPLE[:1])
    moved = tmp_path / "moved"
    (tmp_path / "audit").rename(moved)
    assert clew("audit", "verify", home=tmp_path).returncode == 1
    assert clew("audit", "verify", home=tmp_path, CLEW_AUDIT=str(moved)).returncode == 0


def test_reports_are_for_people_and_for_programs(tmp_path: Path) -> None:
    look(tmp_path, "night", PEOPLE)
    for number in range(10):
        look(tmp_path, f"v{number}", PEOPLE[:1], datetime(2026, 3, 5, 12, tzinfo=UTC))
    shown = clew("audit", "report", "bursts", home=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "night" in shown.stdout
    as_json = json.loads(clew("audit", "report", "out_of_hours", "--format", "json", home=tmp_path).stdout)
    assert as_json == {
        "report": "out_of_hours",
        "rows": [
            {
                "viewer": "night",
                "on": "2026-03-04",
                "subjects": len(PEOPLE),
                "looks": 1,
                "first_at": "2026-03-04T02:00:00+00:00",
                "last_at": "2026-03-04T02:00:00+00:00",
            }
        ],
    }
    as_csv = clew("audit", "report", "many_viewers", "--format", "csv", home=tmp_path).stdout
    (row,) = csv.DictReader(io.StringIO(as_csv))
    assert (row["subject_id"], row["viewers"]) == (PEOPLE[0], "11")


@pytest.mark.parametrize("kind", list(Report))
def test_a_report_counts_from_a_day_of_the_force(kind: Report, tmp_path: Path) -> None:
    for number in range(10):
        look(tmp_path, f"night-{number}", PEOPLE)
    from_then = clew("audit", "report", kind, "--since", "2026-03-04", home=tmp_path)
    assert "night" in from_then.stdout
    later = clew("audit", "report", kind, "--since", "2026-03-05", home=tmp_path)
    assert later.stdout == "Nothing in the record is of this kind.\n"


def test_a_report_that_there_is_not_is_wrong_usage(tmp_path: Path) -> None:
    assert clew("audit", "report", "nosuch", home=tmp_path).returncode == 2


def test_of_invented_people_nothing_is_recorded(sample: Writer, database: Address, tmp_path: Path) -> None:
    run = clew(*SERIAL, home=tmp_path, database=database, CLEW_PURPOSE="required")
    assert run.returncode == 0, run.stderr
    assert not (tmp_path / "audit").exists()


def test_a_question_on_real_records_is_recorded_with_everybody_in_its_answer(
    sample: Writer, real: None, database: Address, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    first = json.loads(clew(*SERIAL, home=elsewhere, database=database).stdout)["rows"][0]["suspect_id"]
    run = clew(*SERIAL, "--suspects", first, "--purpose", "THREAT_ASSESSMENT:M/1", home=tmp_path, database=database)
    answered = json.loads(run.stdout)["rows"]
    assert answered
    intent, outcome = recorded(tmp_path)
    assert (intent["viewer"], intent["client"]) == (pwd.getpwuid(os.getuid()).pw_name, "command")
    assert (intent["kind"], intent["questions"], intent["asked"]) == ("consultation", ["serial_perpetrators"], [first])
    assert (intent["purpose"], intent["audience"], intent["roles"]) == ("THREAT_ASSESSMENT:M/1", "everyone", [])
    assert (outcome["ok"], outcome["rows"], outcome["code"]) == (True, len(answered), None)
    assert outcome["subjects"] == subjects(answered)
    assert first in outcome["subjects"]
    assert len(outcome["subjects"]) > 1


def test_who_looked_is_not_what_the_environment_says(
    sample: Writer, real: None, database: Address, tmp_path: Path
) -> None:
    clew("query", "freshness", home=tmp_path, database=database, USER="chief", LOGNAME="chief")
    assert {row["viewer"] for row in recorded(tmp_path) if row["phase"] == "intent"} == {
        pwd.getpwuid(os.getuid()).pw_name
    }


def test_no_name_that_is_asked_for_or_found_is_in_the_record(
    sample: Writer, real: None, database: Address, tmp_path: Path
) -> None:
    (someone,) = sample.read(
        "MATCH (n:Nominal) WHERE n.family_name = 'Pennyfarthing' RETURN DISTINCT n.family_name AS x"
    )
    run = clew("query", "search_people", "--text", someone["x"], home=tmp_path, database=database)
    assert (run.returncode, run.stderr) == (0, "")
    assert someone["x"] in run.stdout
    written = b"".join(path.read_bytes() for path in (tmp_path / "audit").glob("*.jsonl"))
    assert someone["x"].lower().encode() not in written.lower()
    assert recorded(tmp_path)[-1]["subjects"]


def test_a_question_that_is_refused_is_recorded_too(
    empty: Writer, real: None, database: Address, tmp_path: Path
) -> None:
    run = clew("query", "freshness", home=tmp_path, database=database)
    assert (run.returncode, run.stdout) == (1, "")
    outcome = recorded(tmp_path)[-1]
    assert (outcome["ok"], outcome["code"], outcome["subjects"]) == (False, "DatabaseRefused", [])


def test_where_nothing_can_be_recorded_nothing_is_shown(
    sample: Writer, real: None, database: Address, tmp_path: Path
) -> None:
    (tmp_path / "audit").write_text("")
    run = clew(*SERIAL, home=tmp_path, database=database)
    assert (run.returncode, run.stdout) == (1, "")
    assert "cannot be recorded" in run.stderr
    assert str(tmp_path) not in run.stderr


def test_a_purpose_is_asked_for_and_kept_by_the_policy_of_the_force(
    sample: Writer, real: None, database: Address, tmp_path: Path
) -> None:
    asked = ("query", "freshness")
    run = clew(*asked, home=tmp_path, database=database, CLEW_PURPOSE="required")
    assert (run.returncode, run.stdout) == (1, "")
    assert "--purpose CODE" in run.stderr
    assert not (tmp_path / "audit").exists()
    said = ("--purpose", "PMP_REVIEW")
    assert clew(*asked, *said, home=tmp_path, database=database, CLEW_PURPOSE="required").returncode == 0
    assert clew(*asked, *said, home=tmp_path, database=database, CLEW_PURPOSE="off").returncode == 0
    assert clew(*asked, home=tmp_path, database=database).returncode == 0
    purposes = [row["purpose"] for row in recorded(tmp_path) if row["phase"] == "intent"]
    assert sorted(purposes, key=str) == [None, None, "PMP_REVIEW"]
    wrong = clew(*asked, "--purpose", "because", home=tmp_path, database=database)
    assert (wrong.returncode, wrong.stdout) == (2, "")


FEEDS = {
    "people": "person_ref,family_name\nP1,Ashdown\nP2,Price\n",
    "incidents": "incident_ref,reported_at\nI1,2026-01-05\n",
    "involvements": "incident_ref,person_ref,role\nI1,P1,suspect\nI1,P2,victim\n",
}


def delivery(folder: Path, kind: str, **more: str) -> None:
    folder.mkdir()
    for feed, text in {**FEEDS, **more}.items():
        (folder / f"{feed}.csv").write_text(text, "utf-8")
    said = {"delivery_id": "D1", "source": "rms", "received_at": "2026-03-31T06:00:00", "kind": kind}
    (folder / "manifest.json").write_text(json.dumps(said), "utf-8")


def test_loading_real_records_is_recorded_as_what_it_does(
    empty: Writer, real: None, database: Address, tmp_path: Path
) -> None:
    more = {
        "judgements": "judgement_ref,person_ref,other_ref,verdict,by,at,reason\n"
        "J1,P1,P2,different,A,2026-02-01T09:00,seen\n"
    }
    delivery(tmp_path / "delivery", "real", **more)
    dry = clew("load", "delivery", "--dry-run", home=tmp_path, database=database)
    assert dry.returncode == 0, dry.stderr
    assert not (tmp_path / "audit").exists()
    run = clew("load", "delivery", home=tmp_path, database=database)
    assert (run.returncode, run.stderr) == (0, "")
    found = recorded(tmp_path)
    assert [row["kind"] for row in found if row["phase"] == "intent"] == ["alteration", "combination"]
    assert [(row["ok"], row["rows"]) for row in found if row["phase"] == "outcome"] == [(True, 6)] * 2
    (tmp_path / "delivery" / "people.csv").write_text(FEEDS["people"] + "P3,Khan\n", "utf-8")
    (tmp_path / "delivery" / "manifest.json").unlink()
    said = ("--source", "rms", "--received-at", "2026-04-01T06:00", "--kind", "real", "--complete", "people")
    assert clew("manifest", "delivery", *said, home=tmp_path).returncode == 0
    whole = clew("load", "delivery", home=tmp_path, database=database)
    assert whole.returncode == 0, whole.stderr
    assert "erasure" in [row.get("kind") for row in recorded(tmp_path)]
    assert b"Ashdown" not in b"".join(path.read_bytes() for path in (tmp_path / "audit").glob("*.jsonl"))


def test_a_load_that_is_refused_is_recorded_as_that(empty: Writer, database: Address, tmp_path: Path) -> None:
    # The database holds invented people.
    delivery(tmp_path / "delivery", "real")
    run = clew("load", "delivery", home=tmp_path, database=database)
    assert run.returncode == 1
    assert [(row["ok"], row["code"]) for row in recorded(tmp_path) if row["phase"] == "outcome"] == [
        (False, "DatabaseRefused")
    ]


def test_loading_invented_records_is_not_recorded(empty: Writer, database: Address, tmp_path: Path) -> None:
    delivery(tmp_path / "delivery", "synthetic")
    run = clew("load", "delivery", home=tmp_path, database=database)
    assert run.returncode == 0, run.stderr
    assert not (tmp_path / "audit").exists()
