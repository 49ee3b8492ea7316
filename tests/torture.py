"""A process that runs the command again and again, and kills what it is told to at the moment that it is told.

Run as a program: it reads one order a line and answers each with one line. Each run is a child of its own, forked once
everything is imported, so that a run costs no more than its work.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

MOMENTS = ("begun", "written", "committing", "committed", "elapsed")
"""Where in a transaction a kill comes, counted over the whole run; or after so many seconds, wherever that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """What is killed when: the process itself, or another, in the transaction of a number, counted from 0.

    `seconds` is how long after the commit was sent off, or after the run was begun.
    """

    moment: str
    number: int = 0
    seconds: float = 0.0
    process: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a run of the command ended: its status, below 0 for a signal; what it said; how long each commit took."""

    status: int
    out: str
    says: str
    seconds: float
    commits: Sequence[float]


class Torturer:
    """The process of this module, seen from a test."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, kill: Kill | None = None, megabytes: int | None = None, batch: int = 40) -> Ran:
        """Run the command, with so much more memory than it has from the start, and say how it ended.

        Batches are small unless told otherwise, so that a small delivery has many.
        """
        assert self._process.stdin
        assert self._process.stdout
        order = {"words": words, "kill": asdict(kill) if kill else None, "megabytes": megabytes, "batch": batch}
        self._process.stdin.write(json.dumps({**order, "folder": str(self._folder)}) + "\n")
        self._process.stdin.flush()
        return Ran(**json.loads(self._process.stdout.readline()))

    def end(self) -> None:
        """Let the process end."""
        self._process.communicate()


# What the command imports in time.
_IMPORTED = """
duckdb neo4j pandas pandera.pandas pyarrow clew.__main__ clew.query graph.fingerprint graph.engine.server
ingest.load ingest.read ingest.derive.derive
"""


def _main() -> None:
    for name in _IMPORTED.split():
        importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(asdict(_ordered(json.loads(line)))), flush=True)


def _ordered(order: dict[str, Any]) -> Ran:
    folder = Path(order["folder"])
    out, says, commits = folder / "out", folder / "says", folder / "commits"
    kill = Kill(**order["kill"]) if order["kill"] else None
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _become(order["words"], (out, says, commits), kill, order["megabytes"], order["batch"])
    if kill and kill.moment == "elapsed":
        time.sleep(kill.seconds)
        os.kill(kill.process or child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return Ran(
        status=status,
        out=out.read_text("utf-8"),
        says=says.read_text("utf-8"),
        seconds=time.monotonic() - began,
        commits=json.loads(commits.read_text("utf-8")) if status == 0 else [],
    )


def _become(
    words: Sequence[str], files: tuple[Path, Path, Path], kill: Kill | None, megabytes: int | None, batch: int
) -> None:
    """Be a run of the command, and end with its status."""
    from clew.__main__ import main  # noqa: PLC0415

    status = 70
    out, says, commits = files
    try:
        for number, path in ((1, out), (2, says)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.chdir(out.parent)
        sys.argv = ["clew", *words]
        done = _small_batches_and(kill, batch)
        if megabytes is not None:
            pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
            most = pages * resource.getpagesize() + (megabytes << 20)
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        status = main()
        if status == 0:
            commits.write_text(json.dumps(done), "utf-8")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _small_batches_and(kill: Kill | None, batch: int) -> list[float]:
    """Make batches small, so that a small delivery has many; kill as told; and return where commits' times will be."""
    from graph import connection  # noqa: PLC0415
    from ingest import commit  # noqa: PLC0415
    from ingest.derive import derive  # noqa: PLC0415

    commit.BATCH, derive.AT_ONCE = batch, batch
    # Else the server makes each plan anew whenever the few records have become twice as many.
    connection._CYPHER = "CYPHER 5 replan=skip\n"
    # A server that was killed does not come back by itself.
    connection._DRIVER["max_transaction_retry_time"] = 0.0
    # Nor is there time to plan long texts anew whenever a graph of some hundred records has grown.
    connection._CYPHER = "CYPHER 5 replan=skip\n"
    done: list[float] = []
    as_it_is = connection.Writer.write

    def die() -> None:
        assert kill
        os.kill(kill.process or os.getpid(), signal.SIGKILL)

    def write(writer: connection.Writer, work: Callable[[connection.Transaction], T], *, lane: int = 0) -> T:
        mine = kill if kill and kill.number == len(done) else None
        worked = 0.0

        def watched(transaction: connection.Transaction) -> T:
            nonlocal worked
            if mine and mine.moment == "begun":
                die()
            result = work(transaction)
            if mine and mine.moment == "written":
                die()
            if mine and mine.moment == "committing":
                threading.Timer(mine.seconds, die).start()
            worked = time.monotonic()
            return result

        result = as_it_is(writer, watched, lane=lane)
        if mine and mine.moment == "committed":
            die()
        done.append(time.monotonic() - worked)
        return result

    connection.Writer.write = write  # type: ignore[method-assign,assignment]
    return done


if __name__ == "__main__":
    _main()
