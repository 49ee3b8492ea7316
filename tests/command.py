"""The command, run as its users run it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from clew.__main__ import main
from graph.connection import Address

CLEW = Path(sys.executable).with_name("clew")
ROOT = Path(__file__).parent.parent


def environ(database: Address | None, home: Path) -> dict[str, str]:
    """Return an environment in which nothing but a database and a folder is set for Clew."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLEW_", "NEO4J_"))}
    if database is not None:
        kept |= {
            "NEO4J_URI": database.uri,
            "NEO4J_USERNAME": database.username,
            "NEO4J_PASSWORD": database.password,
            "CLEW_NEO4J_DATABASE": database.database,
        }
    return {**kept, "CLEW_HOME": str(home)}


def clew(*words: str, home: Path, database: Address | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, in its home folder; return what it printed and how it ended."""
    out, says = io.StringIO(newline=""), io.StringIO(newline="")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(says):
        patch.chdir(home)
        patch.setattr(os, "environ", {**environ(database, home), **more})
        patch.setattr(sys, "argv", ["clew", *words])
        code = main()
    return subprocess.CompletedProcess(words, code, out.getvalue(), says.getvalue())


def clew_alone(*words: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command as a process of its own."""
    return subprocess.run(
        [CLEW, *words],
        env={**environ(None, home), **more},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
