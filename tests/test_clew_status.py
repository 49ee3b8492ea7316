"""`clew status` says what a database holds, and never its password."""

from __future__ import annotations

import json
from pathlib import Path

from command import clew
from graph.connection import Address, Writer


def test_json_has_counts_state_and_freshness(sample: Writer, database: Address, tmp_path: Path) -> None:
    run = clew("status", "--format", "json", home=tmp_path, database=database)
    held = json.loads(run.stdout)
    assert (held["uri"], held["kind"], held["state"], held["edition"]) == (
        database.uri,
        "synthetic",
        "ready",
        "community",
    )
    (people,) = sample.read("MATCH (n:Nominal) RETURN count(n) AS number")
    (roles,) = sample.read("MATCH ()-[n:SUSPECT_IN]->() RETURN count(n) AS number")
    assert held["labels"]["Nominal"] == people["number"]
    assert held["relationship_types"]["SUSPECT_IN"] == roles["number"]
    assert {"people", "incidents", "assessments"} <= {row["feed"] for row in held["feeds"]}


def test_people_read_the_same(sample: Writer, database: Address, tmp_path: Path) -> None:
    run = clew("status", home=tmp_path, database=database)
    assert (run.returncode, run.stderr) == (0, "")
    assert database.uri in run.stdout
    assert "holds: synthetic records" in run.stdout
    assert "conclusions: up to date, as of " in run.stdout


def test_an_empty_database_says_what_to_do(empty: Writer, database: Address, tmp_path: Path) -> None:
    run = clew("status", home=tmp_path, database=database)
    assert run.returncode == 0
    assert "nothing is concluded yet; run `clew derive`" in run.stdout
    assert json.loads(clew("status", "--format", "json", home=tmp_path, database=database).stdout)["feeds"] is None


def test_the_password_is_never_shown(sample: Writer, database: Address, tmp_path: Path) -> None:
    for how in ("table", "json"):
        run = clew("status", "--format", how, home=tmp_path, database=database)
        assert database.password not in run.stdout + run.stderr
