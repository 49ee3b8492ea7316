"""Loads and derivations are killed at moments spread over the whole run; run again, the graph is as if undisturbed."""

from __future__ import annotations

import csv
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from command import environ
from conftest import DATA, mark_as_ours
from deliver import wipe
from graph import connection
from graph.engine import fetch, folder, launch, lock, server
from graph.fingerprint import fingerprint
from graph.settings import Settings
from ingest.contracts import FEEDS
from ingest.contracts.feed import Feed
from ingest.inventory import write_manifest
from plans import plans_kept
from torture import MOMENTS, Kill, Ran, Torturer

SAYS = re.compile(r"clew: (No Neo4j answers at|The connection to the) .* run the same command again\.\n")
"""What the command says when its database is gone in the middle."""

KILLS = int(os.environ.get("CLEW_TORTURE_KILLS", "30"))

__all__ = ["plans_kept"]

Rows = list[dict[str, str]]

# What the first delivery lacks, so that rows wait; what the second corrects and takes back. Every n-th row from the
# k-th on: a few of each kind, in each feed.
LATER = {"people": (8, 5), "incidents": (9, 4), "assessments": (9, 2), "judgements": (5, 1)}
CORRECTED = (5, 2)
# Not all feeds: after its start a server takes a second or so to plan what it needs for each.
NAMES = ("people", "identifiers", "incidents", "uses", "involvements", "assessments", "answers", "judgements")
BROUGHT = [feed for feed in FEEDS if feed.name in NAMES]
WITHDRAWN = (11, 3)

CORRECTS: Mapping[str, Mapping[str, str]] = {
    "people": {"given_names": "Corrected"},
    "incidents": {"neighbourhood": "Elsewhere", "domestic": "yes"},
    "involvements": {"age": "44"},
    "assessments": {"grade": "high"},
    "answers": {"answer": "no"},
    "identifiers": {"restricted_to": "sensitive"},
}


# One audience: a server that was just started plans the longest texts anew for each. The long run keeps all of them.
ROLES = """
[roles.anyone]
says = "Sees what is not restricted."
groups = []
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command, and how it goes undisturbed: the state that it leads to, how long it and each commit takes."""

    words: tuple[str, ...]
    state: Sequence[object]
    seconds: float
    commits: Sequence[float]


class Bench:
    """A server of its own, to be killed, and a process that runs the command."""

    def __init__(self, settings: Settings) -> None:
        self._settings, home = settings, settings.home
        (home / "roles.toml").write_text(ROLES, "utf-8")
        said = {
            "CLEW_HEAP": settings.heap,
            "CLEW_PAGE_CACHE": settings.page_cache,
            "CLEW_NEO4J_VERSION": settings.neo4j_version,
            "CLEW_SHRINK_PERCENT": "50",
            "CLEW_ROLES": str(home / "roles.toml") if KILLS <= 30 else "",
        }
        self._torturer = Torturer({**environ(None, home), **said}, home)
        self.address = server.up(settings)
        mark_as_ours(self.address)

    def end(self) -> None:
        """Stop the server and the process."""
        self._torturer.end()
        server.down(self._settings)

    def run(self, step: Sequence[str], kill: Kill | None = None) -> Ran:
        """Run one command."""
        return self._torturer.run(*step, kill=kill)

    @property
    def process(self) -> int:
        """Return the server's process."""
        found = launch.record(folder.place(self._settings, fetch.version_of(self._settings)))
        assert found
        return found.process

    def up(self) -> None:
        """Start the server again, once the one that was killed is gone."""
        home = folder.place(self._settings, fetch.version_of(self._settings))
        while lock.held(home / "lock"):
            time.sleep(0.01)
        self.address = server.up(self._settings)

    def state(self) -> Sequence[object]:
        """Return what must be the same: the graph's hash, what was loaded, and what the derivation holds for."""
        with connection.writer(self.address) as writer:
            return (
                fingerprint(writer),
                writer.read("MATCH (n:Delivery) RETURN n.delivery_id AS id, n.finished AS finished ORDER BY id"),
                writer.read("MATCH (n:Derivation) RETURN n.state AS state, n.as_of AS as_of, n.known_at AS known_at"),
                writer.read("MATCH (n:Touched|Lock) RETURN count(n) AS left"),
            )

    def wipe(self) -> None:
        """Empty the database."""
        with connection.writer(self.address) as writer:
            wipe(writer)


@pytest.fixture(scope="module")
def benches(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Bench]]:
    """Give as many servers as most machines have processors: a server that was just started keeps one busy."""
    made: list[Bench] = []
    with pytest.MonkeyPatch.context() as patch:
        # A server that is killed every minute gains nothing from the slower and better of Java's two compilers.
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")
        try:
            for _ in range(2):
                home = tmp_path_factory.mktemp("torture")
                (home / "jars").symlink_to(engine_settings.home / "jars", target_is_directory=True)
                made.append(Bench(replace(engine_settings, home=home, heap="384m", page_cache="64m")))
            yield made
        finally:
            for bench in made:
                bench.end()


def every(rows: Rows, nth: tuple[int, int]) -> Rows:
    return rows[nth[1] :: nth[0]]


def deliveries(folder: Path) -> tuple[Path, Path]:
    """Write the rows of tests/data as two deliveries; the second brings what waits, corrects and takes back."""
    first: dict[str, Rows] = {}
    second: dict[str, Rows] = {}
    for feed in BROUGHT:
        with (DATA / f"{feed.name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        late = every(rows, LATER[feed.name]) if feed.name in LATER else []
        first[feed.name] = [row for row in rows if row not in late]
        anew = {"recorded_at": "2026-04-01T04:00"}
        corrected = [{**row, **CORRECTS[feed.name], **anew} for row in every(rows, CORRECTED) if feed.name in CORRECTS]
        withdrawn = [{**known_by(feed, row), **anew, "withdrawn": "yes"} for row in every(rows, WITHDRAWN)]
        second[feed.name] = late + corrected + withdrawn
    # Held whole but for one: that one is retired.
    second["uses"] = first["uses"][:-1]
    return (
        write(folder / "first", first, "2026-03-31T06:00:00"),
        write(folder / "second", second, "2026-04-01T06:00:00", complete=("uses",)),
    )


def known_by(feed: Feed, row: Mapping[str, str]) -> dict[str, str]:
    return {name: row[name] for name in (*feed.key, "source") if name in row}


def write(folder: Path, feeds: Mapping[str, Rows], received_at: str, complete: Sequence[str] = ()) -> Path:
    folder.mkdir()
    for name, rows in feeds.items():
        columns = sorted({column for row in rows for column in row})
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            lines = csv.DictWriter(file, columns)
            lines.writeheader()
            lines.writerows(rows)
    said = {"delivery_id": folder.name, "source": "rms", "kind": "synthetic", "received_at": received_at}
    write_manifest(folder, said=said, complete=complete)
    return folder


def undisturbed(bench: Bench, delivered: tuple[Path, Path]) -> list[Step]:
    """Run all commands twice, since the first time a server is slow, and return how each goes."""
    first, second = delivered
    commands = (("load", str(first)), ("load", str(second)), ("derive", "--full", "--as-of", "2026-02-01"))
    passes = []
    for _ in range(2):
        bench.wipe()
        steps = []
        for words in commands:
            ran = bench.run(words)
            assert (ran.status, ran.says) == (0, ""), ran
            steps.append(Step(words=words, state=bench.state(), seconds=ran.seconds, commits=ran.commits))
        passes.append(steps)
    assert [step.state for step in passes[0]] == [step.state for step in passes[1]]
    return passes[1]


def planned(steps: Sequence[Step], kills: int) -> Iterator[list[tuple[Step, Kill, bool]]]:
    """Yield passes over the steps, each with its kill and whether that is the server's.

    They are spread evenly over the transactions of each step, and over what can happen in one.
    """
    passes = -(-kills // len(steps))
    for number in range(passes):
        planned_ones = []
        for at, step in enumerate(steps):
            nth = number * len(steps) + at
            share = (number + (at + 0.5) / len(steps)) / passes
            transaction = min(int(share * len(step.commits)), len(step.commits) - 1)
            moment = MOMENTS[number % len(MOMENTS)]
            within = nth * 0.618 % 1.0
            seconds = {"committing": within * step.commits[transaction], "elapsed": share * step.seconds}.get(moment, 0)
            kill = Kill(moment=moment, number=transaction, seconds=seconds)
            planned_ones.append((step, kill, nth * 3 % 10 < 3))
        yield planned_ones


def tortured(bench: Bench, passes: Sequence[Sequence[tuple[Step, Kill, bool]]]) -> Counter[str]:
    """Kill as planned, run the same again, and compare; return how many of each were killed."""
    killed: Counter[str] = Counter()
    for planned_ones in passes:
        bench.wipe()
        for step, kill, server_s in planned_ones:
            ran = bench.run(step.words, replace(kill, process=bench.process) if server_s else kill)
            if server_s:
                # The command may be done before the server is; else it says so in one sentence.
                assert (ran.status, ran.says.count("\n")) in ((0, 0), (1, 1)), (kill, ran)
                assert ran.status == 0 or SAYS.match(ran.says), (kill, ran)
                bench.up()
            else:
                assert ran.status in (-9, 0), (kill, ran)
            killed["server" if server_s else "client" if ran.status else "done already"] += 1
            again = bench.run(step.words)
            assert (again.status, again.says) == (0, ""), (kill, again)
            assert bench.state() == step.state, kill
    return killed


def test_a_load_or_derivation_that_was_killed_is_run_again_and_the_graph_is_the_same(
    benches: list[Bench], tmp_path: Path
) -> None:
    delivered = deliveries(tmp_path)
    with ThreadPoolExecutor(len(benches)) as at_once:
        steps, others = at_once.map(partial(undisturbed, delivered=delivered), benches)
        assert [step.state for step in steps] == [step.state for step in others]
        assert len({str(step.state) for step in steps}) == len(steps)
        passes = list(planned(steps, KILLS))
        shares = [passes[number :: len(benches)] for number in range(len(benches))]
        killed = sum(at_once.map(tortured, benches, shares), Counter[str]())
    assert killed.total() >= KILLS
    assert killed["server"] >= KILLS * 3 // 10
    # One that comes at the end of a run, by the time that another took, may come too late.
    assert killed["done already"] <= KILLS // 10
