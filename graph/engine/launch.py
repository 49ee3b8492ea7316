"""Launch the local Neo4j as a process of its own, which holds the lock of its folder as long as it lives."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.engine import folder, store
from graph.engine.java import Programs, command, make_archive
from graph.errors import EngineError
from graph.settings import Settings

_MEGABYTES = 100

# The child says itself which process it is, before it becomes the server: a record that its parent wrote would be
# missing whenever the parent is killed between the two.
_SAY_AND_BECOME = 'echo "$$ $1" > "$0" && shift && exec "$@"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the server's process says of itself: its number and its port, and that as it stands in the file."""

    text: str
    process: int
    port: int


def record(home: Path) -> Record | None:
    """Return what the server's process said last; true only while the lock is held."""
    try:
        text = (home / "server").read_text("ascii")
    except FileNotFoundError:
        return None
    found = re.fullmatch(r"(\d+) (\d+)\n", text)
    return Record(text=text, process=int(found[1]), port=int(found[2])) if found else None


def launch(settings: Settings, programs: Programs, descriptor: int) -> subprocess.Popen[Any]:
    """Start the server's process, which inherits the lock's descriptor, and return it without waiting for it.

    Raises EngineError if disk, port or database cannot be used.
    """
    home = programs.home
    (home / "server").unlink(missing_ok=True)
    folder.free_to_use(settings, home)
    store.take(home, settings.neo4j_database)
    folder.enough_room(home, _MEGABYTES)
    port = folder.port(settings)
    folder.make_password(settings, home)
    conf = folder.configure(settings, programs.version, home, port)
    shutil.rmtree(home / "scratch")
    (home / "scratch").mkdir(mode=0o700)
    make_archive(programs)
    with (home / "logs" / "console.log").open("wb") as log:
        process: dict[str, Any] = {
            # Neither our settings nor those for another Neo4j are the server's business.
            "env": {name: value for name, value in os.environ.items() if not name.startswith(("NEO4J_", "CLEW_"))}
            | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(conf)},
            "cwd": home,
            "stdin": subprocess.DEVNULL,
            "stdout": log,
            "stderr": log,
            "umask": 0o077,
            "pass_fds": (descriptor,),
            # Ctrl-C where it was started is not meant for it.
            "start_new_session": True,
        }
        if folder.begin(home):
            _set_password(settings, programs, process)
        arguments = (f"--home-dir={home}", f"--config-dir={conf}", "--console-mode")
        server = command(programs, _entry_point(programs.class_path), *arguments, heap=settings.heap)
        started = subprocess.Popen(
            ["/bin/sh", "-c", _SAY_AND_BECOME, str(home / "server"), str(port), *server], **process
        )
    # It outlives whoever started it; if it does not, somebody must take note of its end.
    threading.Thread(target=started.wait, daemon=True).start()
    return started


def died(what: str, code: int, home: Path) -> EngineError:
    """Return the error for a program of Neo4j that ended when it should not have."""
    return EngineError(
        f"{what} ended at its start with exit code {code}; its log says why: {home / 'logs' / 'console.log'}."
    )


def _set_password(settings: Settings, programs: Programs, process: dict[str, Any]) -> None:
    """Set the password before the first start, so that the default one is never valid."""
    # Neo4j's tool reads the file itself: nothing shows in the list of processes.
    password = f"@{settings.home / 'password'}"
    set_it = command(programs, "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", password, heap="128m")
    code = subprocess.run(set_it, check=False, **process).returncode
    if code:
        raise died("Neo4j's tool that sets the password", code, programs.home)


def _entry_point(class_path: list[Path]) -> str:
    """Return the main class of the server, which its jar names."""
    for path in class_path:
        if re.fullmatch(r"neo4j-\d[\d.]*\.jar", path.name):
            text = zipfile.Path(path, "META-INF/services/org.neo4j.server.startup.EntryPoint").read_text("utf-8")
            return next(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    raise EngineError("The Neo4j to start has no server in it: set NEO4J_HOME to another, or unset it.")
