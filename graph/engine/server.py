"""Start, find and stop the local Neo4j."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from graph import connection
from graph.connection import Address
from graph.engine import folder, java, lock
from graph.engine.fetch import Progress, jars, version_of
from graph.engine.launch import Record, died, launch, record
from graph.errors import ClewError, DatabaseUnavailable, EngineError, SettingsError
from graph.settings import Settings

_SECONDS_TO_START = 180.0
_SECONDS_TO_STOP = 120.0
_MEGABYTES_TO_RUN = 10


def up(settings: Settings, progress: Progress | None = None) -> Address:
    """Return the address of the Neo4j to use, after starting the local one if it is to be that and does not run.

    Raises SettingsError if NEO4J_URI is set without its password, and EngineError if the local server cannot be
    fetched or started.
    """
    if settings.neo4j_uri:
        return _given(settings, settings.neo4j_uri)
    with folder.in_our_words():
        while (address := _when_ready(settings)) is None:
            _start(settings, progress)
        return address


def locate(settings: Settings) -> Address:
    """Return the address of the Neo4j to use, without starting anything.

    Raises SettingsError if NEO4J_URI is set without its password, and EngineError if it is not set and no local
    server runs.
    """
    if settings.neo4j_uri:
        return _given(settings, settings.neo4j_uri)
    address = running(settings)
    if address is None:
        raise EngineError("No local Neo4j runs; start it with `clew up`.")
    return address


def running(settings: Settings) -> Address | None:
    """Return the address of the local server if it runs now and is ready.

    Raises EngineError if it runs and does not accept our password.
    """
    with folder.in_our_words():
        home = folder.place(settings, version_of(settings))
        server = record(home) if lock.held(home / "lock") else None
        if server is None:
            return None
        address = _address(settings, home, server)
        # Asked until it answers once: a busy server must not be taken for one that is not there.
        if folder.was_ready(home) != server.text:
            try:
                if not connection.answers(address):
                    return None
            except DatabaseUnavailable:
                raise EngineError(
                    f"The local Neo4j does not accept the password in {settings.home / 'password'}: put the former "
                    f"file back, or run `clew down` and remove the folder {home}, and the data in it, to begin anew."
                ) from None
            folder.note_ready(home, server.text)
        return address


def _address(settings: Settings, home: Path, server: Record) -> Address:
    return Address(
        uri=f"bolt://127.0.0.1:{server.port}",
        username="neo4j",
        password=folder.password(settings, home),
        database=settings.neo4j_database,
    )


def down(settings: Settings) -> bool:
    """Stop the local server cleanly and return whether one ran."""
    with folder.in_our_words():
        home = folder.place(settings, version_of(settings))
        stopped, until = False, time.monotonic() + _SECONDS_TO_STOP
        while lock.held(home / "lock"):
            # No record yet: the one that holds the lock is about to start the server.
            server = record(home)
            if server and not stopped:
                number = signal.SIGKILL if _broken(settings, home, server) else signal.SIGTERM
                if folder.was_ready(home) is not None:
                    folder.note_ready(home, "")
                stopped = _signal(server, number)
            if server and time.monotonic() > until:
                # Nothing is lost: the next start recovers from the transaction log.
                _signal(server, signal.SIGKILL)
            time.sleep(0.05)
        return stopped


def _broken(settings: Settings, home: Path, server: Record) -> bool:
    """Return whether a server that was ready does not answer any more.

    One whose disk was full has half a transaction in its log. If there is room again, a clean stop writes more behind
    that, which no start can read; killed, it leaves what every start can recover from.
    """
    if folder.was_ready(home) != server.text:
        return False
    try:
        return not connection.answers(_address(settings, home, server))
    except ClewError:
        return False


def _signal(server: Record, number: signal.Signals) -> bool:
    try:
        os.kill(server.process, number)
    except ProcessLookupError:
        return False
    return True


def _given(settings: Settings, uri: str) -> Address:
    if settings.neo4j_password is None:
        raise SettingsError("NEO4J_URI is set and NEO4J_PASSWORD is not: set it to the password for that Neo4j.")
    return Address(
        uri=uri,
        username=settings.neo4j_username,
        password=settings.neo4j_password,
        database=settings.neo4j_database,
    )


def _when_ready(settings: Settings) -> Address | None:
    """Return the address once the server that runs or is being started is ready, None if there is none."""
    home = folder.place(settings, version_of(settings))
    until = time.monotonic() + _SECONDS_TO_START
    while lock.held(home / "lock"):
        if (address := running(settings)) is not None:
            return address
        if time.monotonic() > until:
            folder.enough_room(home, _MEGABYTES_TO_RUN)
            raise EngineError(
                f"The local Neo4j has not become ready in {_SECONDS_TO_START:.0f} s; run `clew up` again to go on "
                f"waiting, or look into its logs in {home / 'logs'}."
            )
        time.sleep(0.1)
    return None


def _start(settings: Settings, progress: Progress | None) -> None:
    """Start the server and wait until it is ready; do nothing if another process is about to."""
    version = version_of(settings)
    found = java.find(settings, version)
    folder.enough_memory(settings)
    home = folder.make(settings, version)
    programs = java.Programs(java=found, version=version, class_path=jars(settings, progress), home=home)
    descriptor = lock.acquire(home / "lock")
    if descriptor is None:
        return
    try:
        process = launch(settings, programs, descriptor)
    finally:
        os.close(descriptor)
    if _when_ready(settings) is None:
        raise died("The local Neo4j", process.wait(), home)
