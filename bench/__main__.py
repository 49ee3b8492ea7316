"""`python -m bench`: runs the stages of one size, prints a table, and writes the page of results."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine, results
from bench.place import MEMORY, ROOT, Place, default_home
from bench.stages import STAGES
from bench.watch import Watch
from graph.engine import server
from graph.errors import ClewError
from graph.settings import Settings

SECONDS = {"demo": 900.0, "force": 2400.0, "metropolitan": 7200.0}
"""The most that one stage may take."""

PEERS = ("cartography", "graphql_peer")
OVER_BOLT = ("bolt", "rows", "loop", "cartography")
"""Left out at metropolitan size: an hour or more, and nothing that force size does not say."""

GOES_ON = ("again", "sweep", "rows", "ask", "serve", "graphql_peer", "late", "answers", "delta", "evaluate")
"""Stages that go on with the server of the stage before."""


def main() -> int:
    """Run the stages, and return 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--size", choices=list(MEMORY), default="force")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, default=default_home(), help="where to keep what is made")
    parser.add_argument("--stages", default="", help=f"only these, with commas: {', '.join(STAGES)}")
    parser.add_argument("--results", type=Path, help="folder for the figures; not given: bench/results")
    parser.add_argument("--page", type=Path, help="file for the page; not given: docs/results.md")
    given = parser.parse_args()
    place = Place(size=given.size, seed=given.seed, home=given.home.absolute())
    place.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A demonstration says nothing about speed: what it gives is never published.
    private = given.size == "demo"
    folder = given.results or (place.home / "results" if private else ROOT / "bench" / "results")
    page = given.page or (place.home / "results.md" if private else ROOT / "docs" / "results.md")
    chosen = [name for name in given.stages.split(",") if name]
    if unknown := set(chosen) - set(STAGES):
        parser.error(f"no stage is named {', '.join(sorted(unknown))}")
    run = _run(place, chosen, folder)
    print(results.in_terminal(run))
    page.write_text(results.page(results.kept(folder)), "utf-8")
    print(f"\nFigures: {folder / f'{place.size}.json'}; page: {page}")
    return 1 if any("failed" in stage for stage in run["stages"].values()) else 0


def _run(place: Place, chosen: list[str], folder: Path) -> dict[str, Any]:
    """Run the stages and return all figures; those of chosen stages are kept beside the others of before."""
    file = folder / f"{place.size}.json"
    folder.mkdir(parents=True, exist_ok=True)
    before = json.loads(file.read_text("utf-8")) if chosen and file.exists() else {}
    if before.get("seed") != place.seed:
        before = {}
    settings = Settings.from_env()
    run = {
        "size": place.size,
        "seed": place.seed,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine.described(),
        "versions": machine.versions(settings),
        "heap": os.environ.get("CLEW_HEAP") or MEMORY[place.size][0],
        "page_cache": os.environ.get("CLEW_PAGE_CACHE") or MEMORY[place.size][1],
        "stages": before.get("stages", {}),
    }
    wanted = chosen or [name for name in STAGES if _wanted(name, place)]
    try:
        for name in [each for each in STAGES if each in wanted]:
            run["stages"][name] = _stage(place, name)
            file.write_text(json.dumps(run, indent=1) + "\n", "utf-8")
    finally:
        _stop(place)
    return run


def _wanted(name: str, place: Place) -> bool:
    if name in PEERS and "CLEW_BENCH_PEERS" not in os.environ:
        return False
    return place.size != "metropolitan" or name not in OVER_BOLT


def _stage(place: Place, name: str) -> dict[str, Any]:
    """Run one stage in a process of its own, watched, and return its figures or why it failed."""
    if name == "synthesise" and (made := place.made).exists() and place.force.exists():
        print("synthesise: made before", file=sys.stderr, flush=True)
        return {**json.loads(made.read_text("utf-8")), "kept": True}
    if name not in GOES_ON:
        _stop(place)
    load = os.getloadavg()[0]
    print(f"{name}: begins at {datetime.now(UTC):%H:%M:%S}, load {load:.1f}", file=sys.stderr, flush=True)
    began = time.monotonic()
    figures = _watched(place, name)
    figures |= {"load": round(load, 1), "on": f"{datetime.now(UTC):%Y-%m-%d %H:%M}"}
    said = figures.get("failed") or "done"
    print(f"{name}: {said}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if "failed" not in figures:
        if name == "synthesise":
            place.made.write_text(json.dumps(figures), "utf-8")
        if name in {"bulk", "bolt"}:
            (place.home / f"loaded-{place.size}-{name}").touch()
    elif name in {"bulk", "bolt"}:
        (place.home / f"loaded-{place.size}-{name}").unlink(missing_ok=True)
    return figures


def _watched(place: Place, name: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "figures.json"
        words = [sys.executable, "-m", "bench.stage", name, place.size, str(place.seed), str(place.home), str(file)]
        process = subprocess.Popen(words, cwd=ROOT, start_new_session=True)
        failed: str | None = None
        with Watch(process.pid, place.home) as watch:
            try:
                process.wait(SECONDS[place.size])
            except subprocess.TimeoutExpired:
                failed = f"stopped after {SECONDS[place.size]:.0f} s"
            finally:
                if process.poll() is None:
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        figures: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    if failed or not figures:
        figures["failed"] = failed or f"ended with exit code {process.returncode}"
    return figures | {"peaks_mib": watch.peaks, "processor_seconds": watch.processor}


def _stop(place: Place) -> None:
    """Stop every server of this bench, and remove those that nothing goes on with."""
    for name in ("bulk", "bolt", "importer", "loop", "screen"):
        home = place.home / "databases" / f"{place.size}-{name}"
        if home.exists():
            server.down(place.settings(name))
            if name in {"importer", "loop", "screen"}:
                shutil.rmtree(home)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ClewError as refused:
        sys.exit(f"bench: {refused}")
