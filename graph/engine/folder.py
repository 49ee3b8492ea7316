"""The folder in which the local Neo4j lives: made for its owner alone, with password and configuration, and checked."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graph.errors import EngineError
from graph.settings import Settings

_MEBIBYTE = 1 << 20
_MEGABYTES_BESIDE_THE_HEAP = 256
_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn what the operating system says about files into a sentence of ours."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EngineError(
                "The disk that holds CLEW_HOME is full: make room on it, or set CLEW_HOME to a folder on another disk."
            ) from error
        where = f": {error.filename}" if error.filename else ""
        raise EngineError(f"CLEW_HOME cannot be used ({error.strerror or 'no reason given'}){where}.") from error


def make_home(settings: Settings) -> None:
    """Make CLEW_HOME, for its owner alone.

    Raises EngineError if it is there and belongs to somebody else.
    """
    settings.home.parent.mkdir(parents=True, exist_ok=True)
    _make_private(settings.home)


def make(settings: Settings, version: str) -> Path:
    """Make what is missing of the folder of one Neo4j version in CLEW_HOME and return it."""
    make_home(settings)
    home = place(settings, version)
    for part in (home, home / "conf", home / "logs", home / "scratch"):
        _make_private(part)
    return home


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.stat()
    if status.st_uid != os.geteuid():
        raise EngineError("CLEW_HOME belongs to another user: set it to a folder of your own.")
    if status.st_mode & 0o077:
        folder.chmod(0o700)


def place(settings: Settings, version: str) -> Path:
    """Return where one Neo4j version keeps its data, whether it is there or not."""
    return settings.home / f"neo4j-{version}"


def was_ready(home: Path) -> str | None:
    """Return what was noted of the server that was ready last, None if none ever was."""
    try:
        return (home / "ready").read_text("ascii")
    except FileNotFoundError:
        return None


def note_ready(home: Path, server: str) -> None:
    """Note which server is ready; an empty note says that there is none any more."""
    (home / "ready").write_text(server, "ascii")


def begin(home: Path) -> bool:
    """Remove what a first start that was broken off left, and return whether the next one is a first start."""
    if was_ready(home) is not None:
        return False
    # Nobody was told of a server that was never ready. Half a system database cannot be started, and its password
    # may be the default one; but whatever came there in another way, and holds a node, stays.
    databases = (home / "data" / "databases").glob("*/neostore.nodestore.db")
    if any(nodes.stat().st_size for nodes in databases if nodes.parent.name != "system"):
        return False
    with suppress(FileNotFoundError):
        shutil.rmtree(home / "data")
    return True


def password(settings: Settings, home: Path) -> str:
    """Return the local server's password.

    Raises EngineError if it is not there.
    """
    try:
        return (settings.home / "password").read_text("ascii")
    except FileNotFoundError:
        raise EngineError(
            f"The password of the local Neo4j is missing: put the file {settings.home / 'password'} back, or remove "
            f"the folder {home}, and the data in it, to begin anew."
        ) from None


def make_password(settings: Settings, home: Path) -> None:
    """Make up a password before the first start; the start's lock must be held.

    Raises EngineError if a database is there whose password is not.
    """
    if (settings.home / "password").exists() or was_ready(home) is not None:
        password(settings, home)
        return
    # Appears whole or not at all, and never in place of another.
    fresh = home / "password"
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        # Hexadecimal: Neo4j's own tool would take a leading hyphen for an option.
        opened.write(secrets.token_hex(24))
    with suppress(FileExistsError):
        os.link(fresh, settings.home / "password")
    fresh.unlink()


def configure(settings: Settings, version: str, home: Path, port: int) -> Path:
    """Write neo4j.conf and return its folder."""
    says = {
        "initial.dbms.default_database": settings.neo4j_database,
        "server.default_listen_address": "127.0.0.1",
        "server.bolt.enabled": "true",
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.bolt.advertised_address": f"127.0.0.1:{port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "server.memory.heap.initial_size": settings.heap,
        "server.memory.heap.max_size": settings.heap,
        "server.memory.pagecache.size": settings.page_cache,
        "dbms.security.auth_enabled": "true",
        "db.tx_log.rotation.retention_policy": "1 files",
        # Else an empty database takes half a gigabyte.
        "db.tx_log.preallocate": "false",
        # Else each stop waits ten seconds for a transaction that is only held open, as that of a lock is.
        "db.shutdown_transaction_end_timeout": "0s",
        # Nothing is sent to anybody.
        "dbms.usage_report.enabled": "false",
        "server.bolt.telemetry.enabled": "false",
        # A Neo4j of NEO4J_HOME may be of any version and need not know each of these names.
        "server.config.strict_validation.enabled": "false" if settings.neo4j_home else "true",
    }
    # Else each stop waits twice five seconds for clients that are already gone.
    patience = "internal.dbms.bolt.netty_server_shutdown_quiet_period"
    if version.startswith("5."):
        says[patience] = "0"
    else:
        # The last two broadcast on the local network unless told not to; 5.26 does not know them.
        says |= {
            f"{patience}_duration": "0s",
            "dbms.fleet_manager.enabled": "false",
            "server.fleet_discovery.enabled": "false",
        }
    file = home / "conf" / "neo4j.conf"
    file.write_text("".join(f"{name}={value}\n" for name, value in says.items()), "utf-8")
    return file.parent


def enough_room(folder: Path, megabytes: int) -> None:
    """Raise EngineError unless the disk has so much room."""
    free = shutil.disk_usage(folder).free // _MEBIBYTE
    if free < megabytes:
        raise EngineError(
            f"The disk that holds CLEW_HOME has {free} MB free and {megabytes} MB are needed: make room on it, "
            "or set CLEW_HOME to a folder on another disk."
        )


def enough_memory(settings: Settings) -> None:
    """Raise EngineError unless the machine has the memory that heap and page cache may take."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for limit in map(Path, _CGROUP_LIMITS):
        if limit.exists() and (text := limit.read_text("ascii").strip()).isdecimal():
            limits.append(int(text))
    there = min(limits) // _MEBIBYTE
    needed = _MEGABYTES_BESIDE_THE_HEAP + sum(
        int(size[:-1]) * (1024 if size[-1] == "g" else 1) for size in (settings.heap, settings.page_cache)
    )
    if there < needed:
        raise EngineError(
            f"The local Neo4j would take up to {needed} MB of memory and there are {there} MB: "
            "set CLEW_HEAP and CLEW_PAGE_CACHE to less."
        )


def port(settings: Settings) -> int:
    """Return the port to listen on.

    Raises EngineError if CLEW_NEO4J_PORT is taken.
    """
    with socket.socket() as probe:
        # As the server does: a port whose last connections are only just closed is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.neo4j_port or 0))
        except OSError:
            raise EngineError(
                "The port of CLEW_NEO4J_PORT is taken by another program, or not yours to use: stop that program, "
                "set another port, or unset it to use any free one."
            ) from None
        return int(probe.getsockname()[1])


def free_to_use(settings: Settings, home: Path) -> None:
    """Raise EngineError if another process uses the databases, or they are not those that are asked for."""
    databases = home / "data" / "databases"
    names = {each.name for each in databases.glob("*/")} - {"system"}
    if names and settings.neo4j_database.lower() not in names:
        raise EngineError(
            "The local Neo4j holds a database of another name than CLEW_NEO4J_DATABASE, and it can hold one only: "
            "set that to the former name, or CLEW_HOME to a new folder."
        )
    for file in (databases / "store_lock", *databases.glob("*/database_lock")):
        if not file.exists():
            continue
        with file.open("r+b") as opened:
            try:
                fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (BlockingIOError, PermissionError):
                raise EngineError(
                    f"The database in {home} is in use by another process that Clew did not start "
                    "(another Neo4j, or one of its tools): stop that process and try again."
                ) from None
