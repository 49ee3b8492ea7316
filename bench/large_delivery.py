"""Loads a delivery of two million invented rows into a Neo4j of its own, and says how much memory Python took."""

from __future__ import annotations

import argparse
import csv
import itertools
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from graph import connection
from graph.engine import fetch, server
from graph.settings import Settings
from ingest.inventory import write_manifest
from ingest.load import load
from ingest.read import read_delivery

MOST = 1.5 * 2**30
"""Bytes that Python may take."""

SHARES = {"people": 4, "incidents": 3, "involvements": 6, "offences": 3, "assessments": 1, "answers": 3}
"""Rows of each feed, in twentieths of all."""


def main() -> int:
    """Write the delivery, load it in a process of its own, and return 1 if that took more memory than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.load:
        return _load(given.load)
    with tempfile.TemporaryDirectory() as folder:
        own = Settings.from_env()
        fetch.jars(own)
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        (home / "jars").symlink_to(own.home / "jars", target_is_directory=True)
        settings = replace(own, home=home, neo4j_uri=None)
        address = server.up(settings)
        try:
            _write(Path(folder) / "delivery", given.rows)
            environ = {
                "PATH": "",
                "NEO4J_URI": address.uri,
                "NEO4J_USERNAME": address.username,
                "NEO4J_PASSWORD": address.password,
            }
            words = [sys.executable, __file__, "--load", str(Path(folder) / "delivery")]
            return subprocess.run(words, env=environ, cwd=Path(__file__).parent.parent, check=False).returncode
        finally:
            server.down(settings)


def _load(folder: Path) -> int:
    settings = Settings.from_env()
    began = time.monotonic()
    delivery = read_delivery(folder, zone=settings.time_zone)
    read = time.monotonic() - began
    address = server.locate(settings)
    with connection.writer(address) as writer:
        report = load(writer, delivery, zone=settings.time_zone)
    seconds = time.monotonic() - began
    rows = sum(each.delivered for each in report.counts)
    created = sum(each.created for each in report.counts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{rows:,} rows, {created:,} created; examined in {read:.0f} s, loaded in {seconds:.0f} s in all")
    print(f"{rows / seconds:,.0f} rows a second; most memory taken: {peak / 2**20:,.0f} MiB of {MOST / 2**20:,.0f}")
    return 0 if peak < MOST and created == rows else 1


def _write(folder: Path, rows: int) -> None:
    folder.mkdir()
    numbers = {feed: rows * share // 20 for feed, share in SHARES.items()}
    people, incidents, forms = numbers["people"], numbers["incidents"], numbers["assessments"]
    a_form = -(-numbers["answers"] // forms)
    roles = ("suspect", "victim")
    lines: dict[str, tuple[str, Iterable[tuple[object, ...]]]] = {
        "people": (
            "person_ref,family_name,given_names,born_on,sex",
            ((f"P{n}", f"Family{n % 997}", f"Given{n % 89}", _day(n), "female") for n in range(people)),
        ),
        "incidents": (
            "incident_ref,reported_at,kind,domestic,neighbourhood",
            ((f"I{n}", _day(n), "Domestic incident", "yes", f"N{n % 40}") for n in range(incidents)),
        ),
        "involvements": (
            "incident_ref,person_ref,role",
            ((f"I{n // 2 % incidents}", f"P{n * 7 % people}", roles[n % 2]) for n in range(numbers["involvements"])),
        ),
        "offences": (
            "offence_ref,incident_ref,code",
            ((f"O{n}", f"I{n % incidents}", "8/6") for n in range(numbers["offences"])),
        ),
        "assessments": (
            "assessment_ref,instrument,version,assessed_at,grade,victim_ref,incident_ref",
            ((f"A{n}", "dash", "2009", _day(n), "medium", f"P{n % people}", f"I{n % incidents}") for n in range(forms)),
        ),
        "answers": (
            "assessment_ref,item,answer",
            (
                (f"A{form}", item + 1, "no")
                for form, item in itertools.islice(itertools.product(range(forms), range(a_form)), numbers["answers"])
            ),
        ),
    }
    for feed, (header, table) in lines.items():
        with (folder / f"{feed}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header.split(","))
            writer.writerows(table)
    said = {"source": "rms", "received_at": "2026-03-31T06:00:00", "kind": "synthetic", "delivery_id": "large"}
    write_manifest(folder, said=said)


def _day(number: int) -> str:
    return f"{2000 + number % 20}-{1 + number % 12:02}-{1 + number % 28:02}"


if __name__ == "__main__":
    sys.exit(main())
