"""Fetch the jars of the local Neo4j, exactly those of its lock file, and see that they stay those."""

from __future__ import annotations

import errno
import hashlib
import re
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from graph.engine.folder import enough_room, in_our_words, make_home
from graph.engine.lock import waited_for
from graph.errors import EngineError
from graph.settings import Settings

Progress = Callable[[int, int], None]
"""Told how many files are there, and how many there will be."""

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between two tries for one file: a first burst of look-ups fails now and then, and passes."""

_AT_ONCE = 8
_MEGABYTES = 300
"""What the jars of a version take, with some to spare."""

_LOCAL_FAULTS = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """One line of a lock file: a file in the package repository, and what is in it."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def name(self) -> str:
        """Return the file's name."""
        return "-".join(filter(None, (self.artifact, self.version, self.classifier))) + ".jar"


def locked(version: str) -> list[Jar]:
    """Return what the lock file of a Neo4j version lists."""
    jars = []
    for line in (files("graph.engine") / f"neo4j-{version}.lock").read_text("utf-8").splitlines():
        place, sha256 = line.split()
        group, artifact, number, classifier, *_ = [*place.split(":"), ""]
        jars.append(Jar(group=group, artifact=artifact, version=number, classifier=classifier, sha256=sha256))
    return jars


def version_of(settings: Settings) -> str:
    """Return the version of the Neo4j that would run: that of NEO4J_HOME if it is set.

    Raises EngineError if there is none in NEO4J_HOME.
    """
    if settings.neo4j_home is None:
        return settings.neo4j_version
    for jar in (settings.neo4j_home / "lib").glob("neo4j-[0-9]*.jar"):
        if found := re.fullmatch(r"neo4j-(\d+\.\d+\.\d+)\.jar", jar.name):
            return found[1]
    raise EngineError(
        "NEO4J_HOME holds no Neo4j: set it to a folder that has one in lib, or unset it to have one fetched."
    )


def jars(settings: Settings, progress: Progress | None = None, *, pauses: Sequence[float] = PAUSES) -> list[Path]:
    """Return the class path of the Neo4j that runs, after fetching what is not there or not as locked.

    Raises EngineError if a file cannot be fetched, or the disk has no room for it.
    """
    if settings.neo4j_home is not None:
        return sorted((settings.neo4j_home / "lib").absolute().glob("*.jar"))
    wanted = locked(settings.neo4j_version)
    folder = settings.home / "jars" / settings.neo4j_version
    with in_our_words():
        make_home(settings)
        folder.parent.mkdir(exist_ok=True)
        with waited_for(folder.with_name(f"{folder.name}.lock")):
            complete(wanted, folder, progress, pauses=pauses)
    return [folder / jar.name for jar in wanted]


def complete(
    wanted: list[Jar], folder: Path, progress: Progress | None = None, *, pauses: Sequence[float] = PAUSES
) -> None:
    """Fetch into a folder what is not there or not as locked.

    Raises EngineError if a file cannot be fetched, or the disk has no room for it.
    """
    # A fetch that was broken off is taken up again; nobody sees the folder before it is whole.
    whole = folder.is_dir()
    into = folder if whole else folder.with_name(f"{folder.name}.part")
    into.mkdir(exist_ok=True)
    if missing := _missing(wanted, into):
        _fetch(missing, into, len(wanted), progress, pauses)
    if not whole:
        into.rename(folder)


def _missing(wanted: list[Jar], folder: Path) -> list[Jar]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        sound = pool.map(lambda jar: _digest(folder / jar.name) == jar.sha256, wanted)
        return [jar for jar, is_sound in zip(wanted, sound, strict=True) if not is_sound]


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _fetch(missing: list[Jar], into: Path, total: int, progress: Progress | None, pauses: Sequence[float]) -> None:
    from jgo.maven import MavenContext  # noqa: PLC0415 - takes longer to import than a start that fetches nothing has

    enough_room(into, _MEGABYTES * len(missing) // total + 1)
    arrivals = into.with_name(f"{into.name}.arrivals")
    shutil.rmtree(arrivals, ignore_errors=True)
    maven = MavenContext(repo_cache=arrivals)
    done, given_up = total - len(missing), threading.Event()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        fetches = [pool.submit(_fetch_one, maven, jar, into, pauses, given_up) for jar in missing]
        try:
            for fetch in as_completed(fetches):
                fetch.result()
                done += 1
                if progress:
                    progress(done, total)
        finally:
            given_up.set()
            pool.shutdown(wait=True, cancel_futures=True)
            shutil.rmtree(arrivals, ignore_errors=True)


def _fetch_one(maven: Any, jar: Jar, into: Path, pauses: Sequence[float], given_up: threading.Event) -> None:
    source = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact(classifier=jar.classifier)
    damaged = (into / jar.name).exists()
    why = ""
    for pause in (0.0, *pauses):
        if given_up.wait(pause):
            return
        # What was broken off would be taken for the whole file.
        source.cached_path.unlink(missing_ok=True)
        try:
            arrived = source.resolve()
            if _digest(arrived) == jar.sha256:
                arrived.replace(into / jar.name)
                return
            why = "what arrives is not the file that was locked (its sha256 differs)"
        except OSError as error:
            if error.errno in _LOCAL_FAULTS:
                raise
            why = (
                "there is no connection to Maven Central; look at the network (and at HTTPS_PROXY, if there is a proxy)"
            )
        except RuntimeError:
            why = "Maven Central does not deliver it"
    (into / jar.name).unlink(missing_ok=True)
    what = f"{jar.name} was damaged and could not be fetched again" if damaged else f"{jar.name} could not be fetched"
    raise EngineError(f"{what}: {why}. Try again (what has arrived is kept), or set NEO4J_HOME to an installed Neo4j.")
