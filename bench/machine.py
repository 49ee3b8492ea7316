"""Says on what the figures were measured."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from graph.engine import fetch, java
from graph.settings import Settings

_DISTRIBUTIONS = ("clew", "neo4j", "neo4j-rust-ext", "pandas", "pyarrow", "duckdb", "numpy")


def described() -> dict[str, Any]:
    """Return the cores, the memory and the kind of processor."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / 2**30, 1),
        "processor": _processor(),
        "system": platform.system(),
    }


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    except OSError:
        return platform.machine()
    return found[1].strip() if found else platform.machine()


def versions(settings: Settings) -> dict[str, str]:
    """Return the versions of what does the work."""
    server = fetch.version_of(settings)
    found = {"Python": platform.python_version(), "Neo4j": server, "Java": java.find(settings, server).version}
    for name in _DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def sentence(machine: Mapping[str, Any]) -> str:
    """Return in words what was measured on."""
    return (
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gib']} GiB of memory, {machine['system']}"
    )
