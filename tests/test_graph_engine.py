"""The local Neo4j: fetched as locked, started once, found, stopped, and each way to fail said in a sentence."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from command import CLEW, environ
from graph.connection import Address, answers, writer
from graph.engine import fetch, folder, java, launch, lock, server
from graph.errors import DatabaseUnavailable, EngineError, SettingsError
from graph.settings import Settings

HOLD = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def alone(engine_settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Return settings of a home in which nothing ran yet, with the jars of the session."""
    home = tmp_path / "clew"
    home.mkdir()
    (home / "jars").symlink_to(engine_settings.home / "jars", target_is_directory=True)
    settings = replace(engine_settings, home=home, heap="512m", page_cache="64m")
    try:
        yield settings
    finally:
        server.down(settings)


@contextmanager
def no_network() -> Iterator[None]:
    """Make a network on which nothing answers, for the time of a `with`."""
    with socket.socket() as deaf, pytest.MonkeyPatch.context() as patch:
        deaf.bind(("127.0.0.1", 0))
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            for variable in (name, name.lower()):
                patch.setenv(variable, f"http://127.0.0.1:{deaf.getsockname()[1]}")
        for variable in ("NO_PROXY", "no_proxy"):
            patch.delenv(variable, raising=False)
        yield


def place(settings: Settings) -> Path:
    return folder.place(settings, fetch.version_of(settings))


def clew(word: str, settings: Settings) -> subprocess.Popen[str]:
    """Begin to run `clew up` or `clew down` with the same settings."""
    said = {
        "CLEW_HEAP": settings.heap,
        "CLEW_PAGE_CACHE": settings.page_cache,
        "CLEW_NEO4J_VERSION": settings.neo4j_version,
        "NEO4J_HOME": str(settings.neo4j_home or ""),
    }
    return subprocess.Popen(
        [CLEW, word],
        env={**environ(None, settings.home), **said},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def begun(settings: Settings, starter: subprocess.Popen[str]) -> launch.Record:
    """Wait until the process of the server is there, ready or not, and return what it says of itself."""
    until = time.monotonic() + 120
    while time.monotonic() < until and starter.poll() is None:
        if lock.held(place(settings) / "lock") and (record := launch.record(place(settings))):
            return record
        time.sleep(0.01)
    starter.kill()
    raise AssertionError(starter.communicate()[0])


def sockets(process: int) -> Iterator[tuple[str, str]]:
    """Yield the kind and the local address of each socket of a process that listens or takes datagrams."""
    own = {str(each.readlink()) for each in Path(f"/proc/{process}/fd").glob("*") if each.is_symlink()}
    for kind in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{process}/net/{kind}").read_text("ascii").splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if f"socket:[{inode}]" in own and (state == "0A" or kind.startswith("udp")):
                yield kind, local.split(":")[0]


# Starting, finding, stopping


def test_a_start_that_was_killed_leaves_nothing_that_blocks_the_next(alone: Settings) -> None:
    home = place(alone)
    # What a machine that lost its power in the middle of the very first start left behind.
    for half in ("databases/system/neostore", "databases/store_lock", "dbms/auth.ini"):
        (home / "data" / half).parent.mkdir(parents=True, exist_ok=True)
        (home / "data" / half).write_text("half")

    killed = clew("up", alone)
    first = begun(alone, killed)
    killed.kill()
    assert killed.communicate()[0] == ""

    # Two at once: both wait for the server that the killed one left starting.
    both = [clew("up", alone), clew("up", alone)]
    said = [each.communicate(timeout=180)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    address = server.locate(alone)
    assert server.running(alone) == server.up(alone) == address
    assert said == [f"Neo4j runs at {address.uri}; user name neo4j, password in {alone.home / 'password'}\n"] * 2
    assert launch.record(home) == first
    assert answers(address)

    # It listens on this machine only, and no stranger gets in or reads the password.
    if Path("/proc/self/net/tcp").exists():
        local = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
        assert {at for _, at in sockets(first.process)} <= local
        assert not [kind for kind, _ in sockets(first.process) if kind.startswith("udp")]
    modes = {path.name: path.stat().st_mode & 0o777 for path in (alone.home, home, alone.home / "password")}
    assert modes == {"clew": 0o700, home.name: 0o700, "password": 0o600}
    listed = subprocess.run(["ps", "-Aww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    assert str(home) in listed
    assert address.password not in listed
    with pytest.raises(DatabaseUnavailable):
        answers(replace(address, password="neo4j"))

    # The password file is somebody else's: said, and not taken for a server that is not ready.
    password = alone.home / "password"
    password.write_text("ring-road")
    folder.note_ready(home, "")
    with pytest.raises(EngineError, match=r"does not accept the password in .*: put the former file back") as refused:
        server.running(alone)
    assert "ring-road" not in str(refused.value)
    password.unlink()
    with pytest.raises(EngineError, match="password of the local Neo4j is missing: put the file"):
        server.running(alone)
    password.write_text(address.password)

    # The server itself is killed: what was written stays, and its record is taken for nobody's.
    with writer(address) as opened:
        opened.write(lambda transaction: transaction.run("CREATE (:Kept)"))
    os.kill(first.process, signal.SIGKILL)
    until = time.monotonic() + 30
    while server.running(alone) and time.monotonic() < until:
        time.sleep(0.01)
    assert launch.record(home) == first
    with pytest.raises(EngineError, match="No local Neo4j runs; start it with `clew up`"):
        server.locate(alone)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    again = server.up(replace(alone, neo4j_port=port))
    assert (again.uri, again.password) == (f"bolt://127.0.0.1:{port}", address.password)
    with writer(again) as opened:
        assert opened.read("MATCH (kept:Kept) RETURN count(kept) AS number") == [{"number": 1}]

    began = time.monotonic()
    stops = clew("down", alone)
    assert (stops.communicate()[0], stops.returncode) == ("The local Neo4j is stopped.\n", 0)
    # Neo4j's own pauses for clients would be ten seconds.
    assert time.monotonic() - began < 9
    assert (home / "logs" / "console.log").read_text("utf-8").rstrip().endswith("Stopped.")
    assert server.running(alone) is None
    assert server.down(alone) is False
    assert clew("down", alone).communicate()[0] == "No local Neo4j runs.\n"


def test_a_server_that_dies_at_its_start_is_named_with_its_exit_code_and_log(alone: Settings) -> None:
    with pytest.raises(EngineError) as died:
        server.up(replace(alone, heap="1m"))
    log = place(alone) / "logs" / "console.log"
    assert str(died.value) == (f"The local Neo4j ended at its start with exit code 1; its log says why: {log}.")
    assert "heap" in log.read_text()
    assert server.running(alone) is None


def test_a_neo4j_that_is_given_is_used_and_nothing_is_started(tmp_path: Path) -> None:
    settings = Settings.from_env({"CLEW_HOME": str(tmp_path / "clew"), "NEO4J_URI": "neo4j://graph.example:7687"})
    for find in (server.up, server.locate):
        with pytest.raises(SettingsError, match="NEO4J_PASSWORD is not"):
            find(settings)
        given = find(replace(settings, neo4j_password="ring-road", neo4j_username="clew"))
        assert given == Address(uri="neo4j://graph.example:7687", username="clew", password="ring-road")
    assert not (tmp_path / "clew").exists()


# Ways to fail before anything runs


def test_a_port_that_is_taken_is_said(alone: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EngineError, match="The port of CLEW_NEO4J_PORT is taken by another program") as refused:
            server.up(replace(alone, neo4j_port=port))
    assert str(port) not in str(refused.value)


def test_a_store_that_another_process_uses_is_said(alone: Settings) -> None:
    in_use = place(alone) / "data" / "databases" / "store_lock"
    in_use.parent.mkdir(parents=True)
    in_use.touch()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(in_use)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(EngineError, match="is in use by another process that Clew did not start"):
            server.up(alone)
        other.communicate()
    folder.free_to_use(alone, place(alone))


def test_a_database_of_another_name_is_said(alone: Settings) -> None:
    (place(alone) / "data" / "databases" / "force").mkdir(parents=True)
    with pytest.raises(EngineError, match="database of another name than CLEW_NEO4J_DATABASE"):
        server.up(alone)
    folder.free_to_use(replace(alone, neo4j_database="Force"), place(alone))


def test_a_database_without_its_password_is_said(alone: Settings) -> None:
    folder.make(alone, fetch.version_of(alone))
    folder.note_ready(place(alone), "")
    with pytest.raises(EngineError, match="password of the local Neo4j is missing: put the file"):
        server.up(alone)
    assert not (alone.home / "password").exists()


def test_a_broken_off_first_start_is_begun_anew_but_records_are_never_removed(alone: Settings) -> None:
    home = folder.make(alone, fetch.version_of(alone))
    assert folder.begin(home)
    nodes = home / "data" / "databases" / "neo4j" / "neostore.nodestore.db"
    nodes.parent.mkdir(parents=True)
    nodes.touch()
    assert folder.begin(home)
    assert not (home / "data").exists()
    nodes.parent.mkdir(parents=True)
    nodes.write_bytes(bytes(8192))
    assert not folder.begin(home)
    assert nodes.exists()


@pytest.mark.parametrize(
    ("version", "says", "accepted"),
    [
        ("5.26.31", "17", True),
        ("5.26.31", "21", True),
        ("5.26.31", "25", False),
        ("2025.09.0", "25", False),
        ("2026.09.0", "17", False),
        ("2026.09.0", "25", True),
    ],
)
def test_a_java_of_another_version_is_said(
    alone: Settings, tmp_path: Path, version: str, says: str, accepted: bool
) -> None:
    program = tmp_path / "java-home" / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{says}.0.1\" 2025-10-21 LTS' >&2\n")
    program.chmod(0o755)
    settings = replace(alone, java_home=tmp_path / "java-home", neo4j_version=version)
    if accepted:
        assert java.find(settings, version) == java.Java(program=program, version=f"{says}.0.1")
    else:
        with pytest.raises(EngineError, match=rf"JAVA_HOME is Java {says}, and Neo4j {version} needs \d\d.*unset it"):
            java.find(settings, version)


def test_a_java_home_without_java_is_said(alone: Settings, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="JAVA_HOME is not a Java that can be run"):
        server.up(replace(alone, java_home=tmp_path))


def test_the_java_that_comes_with_clew_will_do(alone: Settings) -> None:
    for version in ("5.26.31", "2026.09.0"):
        assert java.find(replace(alone, java_home=None), version).major == 21


def test_more_memory_than_there_is_is_said(alone: Settings) -> None:
    with pytest.raises(EngineError, match=r"up to \d+ MB of memory and there are \d+ MB: set CLEW_HEAP and CLEW_PAGE"):
        server.up(replace(alone, heap="9000g"))


def test_a_disk_without_room_is_said(alone: Settings) -> None:
    with pytest.raises(EngineError, match=r"has \d+ MB free and 1000000000 MB are needed: make room"):
        folder.enough_room(alone.home, 1_000_000_000)
    conf = folder.make(alone, fetch.version_of(alone)) / "conf" / "neo4j.conf"
    conf.symlink_to("/dev/full")
    with pytest.raises(EngineError, match="The disk that holds CLEW_HOME is full: make room on it"):
        server.up(alone)


def test_a_home_that_is_no_folder_is_said(alone: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for ask in (server.up, server.locate, server.down):
        with pytest.raises(EngineError, match="CLEW_HOME cannot be used"):
            ask(replace(alone, home=tmp_path / "file"))


# Jars


def test_the_lock_files_list_each_jar_once() -> None:
    for version, number in (("5.26.31", 213), ("2026.09.0", 230)):
        jars = fetch.locked(version)
        assert len({jar.name for jar in jars}) == len(jars) == number
        assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in jars)
        assert f"neo4j-{version}.jar" in {jar.name for jar in jars}
        natives = [jar.name for jar in jars if jar.classifier]
        assert natives
        assert all(re.search(r"-(linux|osx)-(x86_64|aarch_64)\.jar$", name) for name in natives)


def test_what_is_missing_or_damaged_is_fetched_and_the_rest_is_left(tmp_path: Path) -> None:
    few = [jar for jar in fetch.locked("5.26.31") if jar.artifact in ("neo4j-util", "neo4j-layout", "neo4j-gql-status")]
    into, told = tmp_path / "jars", list[tuple[int, int]]()
    fetch.complete(few, into, lambda done, there: told.append((done, there)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert sorted(path.name for path in into.iterdir()) == sorted(jar.name for jar in few)
    assert [path.name for path in tmp_path.iterdir()] == ["jars"]

    whole = {path: path.stat().st_ino for path in into.iterdir()}
    damaged = into / few[0].name
    sound = damaged.read_bytes()
    damaged.write_bytes(sound[:-1])
    told.clear()
    fetch.complete(few, into, lambda done, there: told.append((done, there)))
    assert told == [(3, 3)]
    assert damaged.read_bytes() == sound
    assert {path for path in into.iterdir() if path.stat().st_ino == whole[path]} == set(whole) - {damaged}

    told.clear()
    with no_network():
        fetch.complete(few, into, lambda done, there: told.append((done, there)))
    assert told == []


def test_a_jar_that_is_damaged_and_cannot_be_fetched_again_is_said(engine_settings: Settings, tmp_path: Path) -> None:
    settings = replace(engine_settings, home=tmp_path / "clew", neo4j_home=None)
    there = engine_settings.home / "jars" / settings.neo4j_version
    jars = settings.home / "jars" / settings.neo4j_version
    jars.mkdir(parents=True)
    for jar in fetch.jars(replace(engine_settings, neo4j_home=None)):
        (jars / jar.name).symlink_to(there / jar.name)
    damaged = jars / f"neo4j-util-{settings.neo4j_version}.jar"
    damaged.unlink()
    damaged.write_bytes(b"half")
    with no_network(), pytest.raises(EngineError) as refused:
        fetch.jars(settings, pauses=(0.0, 0.0))
    assert str(refused.value).startswith(
        f"{damaged.name} was damaged and could not be fetched again: there is no connection to Maven Central"
    )
    assert not damaged.exists()


def test_no_network_on_the_first_run_is_said(tmp_path: Path) -> None:
    settings = Settings.from_env({"CLEW_HOME": str(tmp_path / "clew")})
    with no_network(), pytest.raises(EngineError, match=r"could not be fetched: there is no connection.*Try again"):
        fetch.jars(settings, pauses=(0.0, 0.0))
    # What there is stays apart until it is whole.
    assert {path.name for path in (settings.home / "jars").iterdir()} == {"5.26.31.lock", "5.26.31.part"}
    assert settings.home.stat().st_mode & 0o777 == 0o700


def test_a_jar_that_is_not_as_locked_is_refused(tmp_path: Path) -> None:
    (jar,) = (jar for jar in fetch.locked("5.26.31") if jar.artifact == "neo4j-util")
    with pytest.raises(EngineError, match="what arrives is not the file that was locked"):
        fetch.complete([replace(jar, sha256="0" * 64)], tmp_path / "jars", pauses=(0.1,))
    with pytest.raises(EngineError, match="Maven Central does not deliver it"):
        fetch.complete([replace(jar, version="0.0.0")], tmp_path / "jars", pauses=(0.1,))
    assert not list((tmp_path / "jars.part").iterdir())


def test_an_installed_neo4j_is_run_from_its_own_folder(engine_settings: Settings, tmp_path: Path) -> None:
    settings = replace(engine_settings, neo4j_home=tmp_path / "neo4j", home=tmp_path / "clew")
    with pytest.raises(EngineError, match="NEO4J_HOME holds no Neo4j"):
        server.up(settings)
    (tmp_path / "neo4j").mkdir()
    lib = engine_settings.home / "jars" / engine_settings.neo4j_version
    (tmp_path / "neo4j" / "lib").symlink_to(lib, target_is_directory=True)
    assert fetch.version_of(replace(settings, neo4j_version="2026.09.0")) == engine_settings.neo4j_version
    assert {jar.name for jar in fetch.jars(settings)} == {jar.name for jar in lib.glob("*.jar")}
    assert not settings.home.exists()
