"""Fills the local database by Neo4j's own importer, and puts it in the place of the one that was there.

What is imported lies beside the database until it is whole; the next start of the server takes it. So whoever is
killed, at whatever moment, finds the old database or the new one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.engine import folder, java
from graph.engine.fetch import jars, version_of
from graph.errors import EngineError
from graph.settings import Settings

ARRAY = "\x1e"
"""What stands between the values of a list; no value that passes the checks holds it."""

_PREFIX, _INCOMING = "import-", "incoming"
"""Folders in that of the server: one in which something is imported, and one that is whole."""
_PARTS = ("transactions", "databases")
"""What of a server's data belongs to one database, in the order in which it is exchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file for the importer: which label or type its lines are of, and whether they are nodes."""

    kind: str
    node: bool
    file: Path


def prepare(settings: Settings) -> Path:
    """Return a new folder beside the database, for its owner alone, for an import and its files."""
    with folder.in_our_words():
        home = folder.make(settings, version_of(settings))
        # The importer of somebody who was killed may still write into one: nobody looks there again.
        for left in home.glob(f"{_PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)
        place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
        for each in (place / "conf", place / "files"):
            each.mkdir(mode=0o700)
        return place


def build(settings: Settings, place: Path, sources: Sequence[Source]) -> None:
    """Import files into a database in a folder of `prepare`, which the next start of the server takes.

    Raises EngineError if the importer fails; the database that is there stays as it is.
    """
    version = version_of(settings)
    with folder.in_our_words():
        home = folder.place(settings, version)
        programs = java.Programs(
            java=java.find(settings, version), version=version, class_path=jars(settings), home=home
        )
        (place / "conf" / "neo4j.conf").write_text(f"server.directories.data={place / 'data'}\n", "utf-8")
        arguments = java.command(
            programs,
            "org.neo4j.cli.AdminTool",
            "database",
            "import",
            "full",
            *_options(settings, place, sources),
            heap=settings.heap,
        )
        log = home / "logs" / "import.log"
        with log.open("wb") as opened:
            code = subprocess.run(
                arguments,
                check=False,
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=opened,
                stderr=opened,
                env={name: value for name, value in os.environ.items() if not name.startswith(("NEO4J_", "CLEW_"))}
                | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(place / "conf")},
                umask=0o077,
            ).returncode
        if code:
            folder.enough_room(home, 100)
            raise EngineError(f"Neo4j's importer ended with exit code {code}; its log says why: {log}.")
        shutil.rmtree(place / "files")
        _sync(place / "data")
        if (home / _INCOMING).exists():
            (home / _INCOMING).rename(place / "former")
        place.rename(home / _INCOMING)
        _sync(home, deep=False)


def _options(settings: Settings, place: Path, sources: Sequence[Source]) -> list[str]:
    options = [
        "--id-type=string",
        f"--array-delimiter=U+{ord(ARRAY):04X}",
        "--ignore-empty-strings=true",
        "--skip-bad-relationships=false",
        "--bad-tolerance=0",
        f"--report-file={place / 'report'}",
        "--overwrite-destination",
    ]
    for each in sources:
        options.append(f"--{'nodes' if each.node else 'relationships'}={each.kind}={each.file}")
    return [*options, "--", settings.neo4j_database]


def _sync(place: Path, *, deep: bool = True) -> None:
    """See that a folder, and what is in it, is on the disk."""
    for each in (*(place.rglob("*") if deep else ()), place):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def take(home: Path, database: str) -> bool:
    """Put an import that is whole in the place of the database; the lock of the server's folder must be held.

    Returns whether there was one. Broken off, it is done with the next time.
    """
    place = home / _INCOMING
    if not place.exists():
        return False
    for part in _PARTS:
        fresh, there = place / "data" / part / database.lower(), home / "data" / part / database.lower()
        if fresh.exists():
            shutil.rmtree(there, ignore_errors=True)
            fresh.rename(there)
            _sync(there.parent, deep=False)
    shutil.rmtree(place)
    return True
