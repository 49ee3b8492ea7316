"""A full disk, short memory, a database that is gone, another load: one sentence, and nothing half done."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from command import CLEW, ROOT, clew, environ
from conftest import DATA, mark_as_ours
from deliver import wipe
from graph import connection, constraints
from graph.alone import alone
from graph.connection import Address, Row, Writer
from graph.engine import fetch, folder, launch, server
from graph.errors import ClewError
from graph.fingerprint import fingerprint
from graph.settings import Settings
from torture import Kill, Torturer

BUSY = "clew: Another load or derivation is under way in this database; run it again when that has ended.\n"

HOLD = """
import sys
from graph import connection
from graph.alone import alone
from graph.settings import Settings
from graph.engine import server
with connection.writer(server.locate(Settings.from_env())) as writer, alone(writer):
    print("held", flush=True)
    sys.stdin.read()
"""

HALF_MADE = """
SHOW INDEXES YIELD name, owningConstraint
WHERE name = 'nominal_nominal_id' AND owningConstraint IS NULL
RETURN name
"""

FIFTY_THOUSAND = "UNWIND range(1, 50000) AS i CREATE (:Nominal {nominal_id: randomUUID()})"

FULL_DISK = """
mount -t tmpfs -o size=400m tmpfs "$CLEW_HOME"
ln -s "$1" "$CLEW_HOME/jars"
clew="$2"
"$clew" up > /dev/null || exit 10
free=$(df -m --output=avail "$CLEW_HOME" | tail -1)
fallocate -l $((free - 2))m "$CLEW_HOME/filler"
"$clew" load "$3" > /dev/null
echo "full $?"
rm "$CLEW_HOME/filler"
"$clew" down > /dev/null; "$clew" up > /dev/null
"$clew" load "$3" > /dev/null
echo "again $?"
"$4" -c '
from graph import connection
from graph.engine import server
from graph.fingerprint import fingerprint
from graph.settings import Settings
with connection.writer(server.locate(Settings.from_env())) as writer:
    print("hash", fingerprint(writer))
'
"$clew" down > /dev/null
"""


@pytest.fixture(scope="module")
def whole(graph: Writer, holds: list[str], database: Address, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the hash of the sample, loaded and concluded from undisturbed."""
    holds.clear()
    wipe(graph)
    assert clew("load", str(DATA), home=tmp_path_factory.mktemp("home"), database=database).returncode == 0
    found = fingerprint(graph)
    wipe(graph)
    return found


@pytest.fixture(scope="module")
def small(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Torturer]]:
    """Give a server of its own that may be killed, and a process that runs the command on it."""
    home = tmp_path_factory.mktemp("small")
    (home / "jars").symlink_to(engine_settings.home / "jars", target_is_directory=True)
    settings = replace(engine_settings, home=home, heap="512m", page_cache="64m")
    said = {"CLEW_HEAP": "512m", "CLEW_PAGE_CACHE": "64m", "CLEW_NEO4J_VERSION": settings.neo4j_version}
    torturer = Torturer({**environ(None, home), **said}, home)
    try:
        mark_as_ours(server.up(settings))
        yield settings, torturer
    finally:
        server.down(settings)
        torturer.end()


def emptied(settings: Settings) -> Address:
    address = server.up(settings)
    with connection.writer(address) as writer:
        wipe(writer)
    return address


def hash_of(address: Address) -> str:
    with connection.writer(address) as writer:
        return fingerprint(writer)


def test_a_second_load_is_refused_while_another_is_under_way(empty: Writer, database: Address, tmp_path: Path) -> None:
    before = fingerprint(empty)
    with alone(empty):
        second = clew("load", str(DATA), home=tmp_path, database=database)
        third = clew("derive", home=tmp_path, database=database)
    assert (second.returncode, second.stderr) == (1, BUSY)
    assert third.returncode == 1
    assert fingerprint(empty) == before


def test_a_load_that_was_killed_keeps_nobody_out(empty: Writer, whole: str, database: Address, tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env=environ(database, tmp_path),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    loaded = clew("load", str(DATA), home=tmp_path, database=database)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert fingerprint(empty) == whole


@pytest.mark.parametrize("number", [4, 25])
def test_a_database_that_goes_in_the_middle_is_said_in_one_sentence(
    number: int, small: tuple[Settings, Torturer], whole: str
) -> None:
    settings, torturer = small
    address = emptied(settings)
    running = launch.record(folder.place(settings, fetch.version_of(settings)))
    assert running
    kill = Kill(moment="written", number=number, process=running.process)
    ran = torturer.run("load", str(DATA), kill=kill, batch=5000)
    assert (ran.status, ran.says) == (
        1,
        f"clew: No Neo4j answers at {address.uri} any more: start it (`clew up`), and run the same command again.\n",
    )
    # Its process may take a moment to die.
    server.down(settings)
    address = server.up(settings)
    assert torturer.run("load", str(DATA), batch=5000).status == 0
    assert hash_of(address) == whole


def test_a_key_of_which_half_was_made_when_the_server_ended_is_made_anew(small: tuple[Settings, Torturer]) -> None:
    settings, _ = small
    address = emptied(settings)
    running = launch.record(folder.place(settings, fetch.version_of(settings)))
    assert running
    key = "CREATE CONSTRAINT nominal_nominal_id IF NOT EXISTS FOR (n:Nominal) REQUIRE n.nominal_id IS UNIQUE"
    with connection.writer(address) as writer, connection.writer(address) as other, ThreadPoolExecutor(1) as aside:
        constraints.apply(writer)
        writer.declare(["DROP CONSTRAINT nominal_nominal_id"])
        for _ in range(8):
            writer.write(lambda each: each.run(FIFTY_THOUSAND))
        # The key may be whole before it is looked at; one that cannot be made is said, not tried for ever.
        half, making = list[Row](), aside.submit(other.declare, [key])
        for _ in range(20):
            making.result()
            making = aside.submit(other.declare, ["DROP CONSTRAINT nominal_nominal_id IF EXISTS", key])
            while not (half := writer.read(HALF_MADE)) and not making.done():
                pass
            if half:
                break
        assert half, "the key was whole each time before half of it was seen"
        os.kill(running.process, signal.SIGKILL)
        with suppress(ClewError):
            making.result()
    server.down(settings)
    address = server.up(settings)
    with connection.writer(address) as writer:
        assert writer.read(HALF_MADE) == half
        constraints.apply(writer)
        assert writer.read(HALF_MADE) == []
        shown = writer.read("SHOW CONSTRAINTS YIELD name WHERE name = 'nominal_nominal_id' RETURN name")
        assert shown == [{"name": "nominal_nominal_id"}]


def test_a_command_that_may_not_have_more_memory_says_so(small: tuple[Settings, Torturer], whole: str) -> None:
    settings, torturer = small
    address = emptied(settings)
    ran = torturer.run("load", str(DATA), megabytes=8, batch=5000)
    assert ran.status == 1
    assert re.fullmatch(r"clew: There is too little memory .*run .* again\.\n", ran.says), ran.says
    assert torturer.run("load", str(DATA), batch=5000).status == 0
    assert hash_of(address) == whole


def test_a_server_with_too_little_memory_for_a_transaction_says_what_to_raise(
    small: tuple[Settings, Torturer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings, torturer = small
    emptied(settings)
    server.down(settings)
    # As an administrator would set it, in the file that the server reads.
    configured = folder.configure

    def with_limit(*given: Any) -> Path:
        conf = configured(*given)
        with (conf / "neo4j.conf").open("a", encoding="utf-8") as file:
            file.write("db.memory.transaction.max=4m\n")
        return conf

    names = "".join(f"n{number},{'Family' * 30},{'Given' * 30}\n" for number in range(5000))
    (tmp_path / "people.csv").write_text(f"person_ref,family_name,given_names\n{names}", "utf-8")
    (tmp_path / "manifest.json").write_text('{"source": "rms", "kind": "synthetic"}', "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(folder, "configure", with_limit)
        address = server.up(settings)
        ran = torturer.run("load", str(tmp_path), batch=5000)
        with connection.writer(address) as writer:
            assert writer.read("MATCH (n:Nominal) RETURN count(n) AS n") == [{"n": 0}]
        server.down(settings)
    code = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"
    assert (ran.status, ran.says) == (
        1,
        f"clew: The Neo4j at {address.uri} has too little memory for this ({code}): give it more (CLEW_HEAP, then "
        "`clew down` and `clew up`), and run the same command again.\n",
    )
    address = server.up(settings)
    assert torturer.run("load", str(tmp_path), batch=5000).status == 0
    with connection.writer(address) as writer:
        assert writer.read("MATCH (n:Nominal) RETURN count(n) AS n") == [{"n": 5000}]


def test_a_server_that_can_write_no_more_is_said_in_one_sentence_and_what_was_there_goes_on(
    small: tuple[Settings, Torturer], whole: str
) -> None:
    """The server's files may not grow beyond a size, which needs no right that a disk of one's own may need."""
    settings, torturer = small
    address = emptied(settings)
    home = folder.place(settings, fetch.version_of(settings))
    running = launch.record(home)
    assert running
    sizes = [path.stat().st_size for path in (home / "data").rglob("*") if path.is_file()]
    _, most = resource.prlimit(running.process, resource.RLIMIT_FSIZE)
    resource.prlimit(running.process, resource.RLIMIT_FSIZE, (max(sizes) + 50_000, most))
    ran = torturer.run("load", str(DATA), batch=5000)
    assert ran.status == 1
    assert re.fullmatch(rf"clew: The Neo4j at {address.uri} cannot go on \(Neo\.DatabaseError\.\S+\), .*\n", ran.says)
    then = torturer.run("load", str(DATA), batch=5000)
    assert then.says == (
        f"clew: The local Neo4j at {address.uri} does not answer; `clew down`, then `clew up`, starts it anew.\n"
    )
    # There is room again before it is stopped: a clean stop would spoil its log now.
    resource.prlimit(running.process, resource.RLIMIT_FSIZE, (most, most))
    assert server.down(settings)
    address = server.up(settings)
    assert torturer.run("load", str(DATA), batch=5000).status == 0
    assert hash_of(address) == whole


def test_a_full_disk_is_said_in_one_sentence_and_what_was_there_goes_on(
    engine_settings: Settings, whole: str, tmp_path: Path
) -> None:
    """The server's home is a file system of its own, in a name space of its own, and is filled up."""
    home = tmp_path / "home"
    home.mkdir()
    said = {"CLEW_HEAP": "512m", "CLEW_PAGE_CACHE": "64m", "CLEW_NEO4J_VERSION": engine_settings.neo4j_version}
    jars = (engine_settings.home / "jars").resolve()
    words = [str(jars), str(CLEW), str(DATA), sys.executable]
    ran = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", FULL_DISK, "sh", *words],
        env={**environ(None, home), **said, "PATH": os.environ["PATH"]},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert ran.stdout.splitlines() == ["full 1", "again 0", f"hash {whole}"], ran.stderr
    sentence = re.fullmatch(r"clew: The Neo4j at (\S+) cannot go on \((Neo\.\w+\.\w+\.\w+)\), (.*)\n", ran.stderr)
    assert sentence, ran.stderr
    assert sentence[3] == (
        "as when its disk is full or its heap too small: make room, or raise CLEW_HEAP, then start it anew "
        "(`clew down`, `clew up`), and run the same command again."
    )
