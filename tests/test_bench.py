"""The bench: what it measures with is right, and its page says what was measured, what is asked for and what is not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from asking import answer
from bench import bare_loop, day, made_network, plain_rows, prepared, questions, results
from bench.lines import LINES, P95
from bench.phases import Phases
from bench.place import LATEST, Place
from bench.watch import Watch
from deliver import ZONE, conclude
from graph.connection import Address, Writer
from graph.settings import Settings
from ingest.ids import opaque
from ingest.load import load
from ingest.read import read_delivery
from ingest.synthetic.force import write_force
from queries.catalogue import catalogue
from queries.networks import ego_network


def facts(writer: Writer) -> list[tuple[str, int]]:
    """Return how many facts there are by label and by type."""
    nodes = "MATCH (n) WHERE NOT n:Database RETURN labels(n)[0] AS kind, count(*) AS number"
    links = "MATCH ()-[r]->() RETURN type(r) AS kind, count(*) AS number"
    return sorted((row["kind"], row["number"]) for text in (nodes, links) for row in writer.read(text))


def test_a_bare_loop_writes_the_facts_that_loading_wrote(
    sample: Writer, database: Address, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    there = plain_rows.write(sample, tmp_path)
    kinds = prepared.kinds(tmp_path)
    before = dict(facts(sample))
    emptied: Writer = request.getfixturevalue("empty")
    seconds = bare_loop.load(database, tmp_path)
    assert seconds.keys() == {kind.name for kind in kinds}
    assert sum(there) == sum(kind.rows for kind in kinds)
    after = dict(facts(emptied))
    assert after == {kind: number for kind, number in before.items() if kind in after}
    assert {"Nominal", "Assessment", "SUSPECT_IN", "OF_VICTIM", "JUDGED"} <= after.keys()
    assert "Person" not in after


def test_every_question_is_asked_and_none_fails(sample: Writer, database: Address, monkeypatch: Any) -> None:
    monkeypatch.setattr(questions, "CALLS", 4)
    monkeypatch.setattr(questions, "FEWER", 2)
    measured = questions.measure(database, Settings.from_env({}), seed=1)
    assert measured["warm_up_late"] == []
    asked = measured["questions"]
    assert {name.partition(" of the ")[0].partition(",")[0] for name in asked} == set(catalogue())
    assert not [name for name, figures in asked.items() if "failed" in figures or figures["cold_ms"] is None]
    assert P95.keys() <= {name.partition(",")[0] for name in asked}


def test_the_made_network_is_as_large_as_it_says(empty: Writer, database: Address, tmp_path: Path) -> None:
    load(empty, read_delivery(made_network.write(tmp_path / "made"), zone=ZONE), zone=ZONE)
    conclude(empty)
    person = opaque("n", "rms", made_network.PERSON)
    found = answer(database, ego_network.QUERY, person_id=person, max_links=100, limit=10_000)
    items = Counter(row.item for row in found.rows)
    assert items == {"node": made_network.NODES, "edge": made_network.EDGES}


@pytest.mark.parametrize(("percent", "value"), [(50, 5.0), (95, 10.0), (99, 10.0), (10, 1.0)])
def test_a_percentile_is_a_value_that_was_measured(percent: int, value: float) -> None:
    assert questions.percentile([float(number) for number in range(10, 0, -1)], percent) == value
    assert questions.percentile([], percent) is None


def test_what_is_announced_lasts_until_the_next_and_what_is_told_of_has_taken_the_time_before(
    monkeypatch: Any,
) -> None:
    clock = iter(range(100))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    phases = Phases()
    phases("people", 10, 20)
    phases("people", 20, 20)
    phases("importer", 0, 0)
    phases("people", 5, 5)
    seconds = phases.seconds()
    assert seconds.keys() == {"people", "importer"}
    assert seconds["importer"] > 0


def test_memory_is_that_of_a_process_and_its_children(tmp_path: Path) -> None:
    takes = "b = bytearray(200 << 20); b[::4096] = b'x' * len(b[::4096]); import time; time.sleep(1.5)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {takes!r}])"
    process = subprocess.Popen([sys.executable, "-c", code])
    with Watch(process.pid, tmp_path) as watch:
        process.wait()
    assert 200 <= watch.peaks["python"] < 400
    assert watch.peaks.keys() == {"python"}


RUN: dict[str, Any] = {
    "seed": 1,
    "date": "2026-04-01",
    "machine": {"cores": 2, "processor": "one", "memory_gib": 8.0, "system": "Linux"},
    "versions": {"Neo4j": "5.26.31"},
    "heap": "2g",
    "page_cache": "1g",
}


def run(size: str, stages: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of an invented run."""
    return {**RUN, "size": size, "stages": stages}


def test_the_page_shows_both_sizes_side_by_side_with_what_is_asked_for() -> None:
    asked = {"timeline": {"cold_ms": 80.0, "calls": 3, "p50_ms": 1.0, "p95_ms": 26.0, "p99_ms": 30.0, "most_rows": 9}}
    force = run("force", {"synthesise": {"seconds": 61.0, "on": "2026-04-01 10:00", "load": 0.2},
                          "bulk": {"hash": "a", "seconds": 60.0}, "importer": {"seconds": 30.0},
                          "bolt": {"hash": "b"}, "ask": {"questions": asked}})  # fmt: skip
    large = run("metropolitan", {"synthesise": {"seconds": 599.0}, "bulk": {"failed": "stopped after 7200 s"}})
    page = results.page([force, large])
    assert "| made and written, s | 61.0 | at most 60 | **no** | 599.0 | at most 600 | yes |" in page
    assert "| bulk load in all, to the importer alone, times | 2.00 | at most 3 | yes | not measured |  |  |" in page
    assert "| the same graph by hash, by the importer and over Bolt, yes or no | no | yes | **no** |" in page
    assert "| timeline | force | 3 | 80.0 | 1.0 | 26.0 | 30.0 | 9 | at most 25 | **no** |" in page
    assert "- metropolitan: bulk (stopped after 7200 s).\n" in page
    assert "2026-04-01: 2 cores (one), 8.0 GiB of memory" in page


def test_recall_is_not_rounded_up_to_all() -> None:
    found = {
        "measured": [
            {"kind": "twins", "audience": "everyone", "there": 30_000, "found": 30_000, "right": 29_999,
             "recall": 0.99999, "precision": 1.0},
        ],
        "not_asked_yet": ["hidden_threat"],
    }  # fmt: skip
    shown = results.in_terminal(run("force", {"evaluate": {"found": found}}))
    assert "99.99 %, 100.00 % of 30,000" in shown
    assert "**no**" in shown
    assert "planted and not asked for yet: hidden threat" in results.page(
        [run("force", {"evaluate": {"found": found}})]
    )


def test_the_latest_delivery_is_parted_into_late_answers_and_a_day(tmp_path: Path) -> None:
    place = Place(size="demo", seed=1, home=tmp_path)
    write_force(place.force)
    parts = (day.answers_of_before(place), day.day(place))
    zone = Settings.from_env({}).time_zone
    late, new = (read_delivery(part, zone=zone) for part in parts)
    latest = read_delivery(place.force / LATEST, zone=zone)
    assert [table.feed for table in late.tables] == ["answers"]
    assert {table.feed for table in new.tables} == {table.feed for table in latest.tables}
    whole, *parted = (pd.read_csv(folder / "answers.csv", dtype=str) for folder in (place.force / LATEST, *parts))
    assert min(map(len, parted)) > 0
    assert sorted(pd.concat(parted).to_numpy().tolist(), key=repr) == sorted(whole.to_numpy().tolist(), key=repr)
    own = set(pd.read_csv(parts[1] / "assessments.csv", dtype=str)["assessment_ref"])
    assert set(pd.read_csv(parts[1] / "answers.csv", dtype=str)["assessment_ref"]) <= own
    assert len({late.delivery_id, new.delivery_id, latest.delivery_id}) == 3
    assert late.received_at == new.received_at == latest.received_at


def test_no_figure_is_said_twice() -> None:
    said = [(line.section, line.says) for line in LINES]
    assert len(set(said)) == len(said)


def test_a_stage_that_fails_leaves_the_others_and_is_said(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "bench", "--size", "demo", "--home", str(tmp_path), "--stages", "synthesise,late"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    # No server starts with so much memory, which is what fails here.
    ran = subprocess.run(words, capture_output=True, text=True, check=False, env={**environ, "CLEW_HEAP": "9000g"})
    assert ran.returncode == 1
    assert "Synthetic force: incidents" in ran.stdout
    assert "Not measured: late (EngineError: " in ran.stdout
    assert (tmp_path / "results.md").exists()
