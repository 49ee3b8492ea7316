"""Where a run of the bench keeps what it makes, and the settings of each database that it starts there."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from graph.engine import fetch, server
from graph.settings import Settings

ROOT = Path(__file__).parent.parent

MEMORY = {"demo": ("512m", "256m"), "force": ("2g", "1g"), "metropolitan": ("4g", "5g")}
"""Heap and page cache of each database, unless CLEW_HEAP and CLEW_PAGE_CACHE say otherwise."""

HISTORY, LATE, LATEST = "1-history", "2-late", "3-latest"
"""The deliveries of a synthetic force, in the order in which they are received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A size, a seed, and the folder for everything that is made from them."""

    size: str
    seed: int
    home: Path

    @property
    def force(self) -> Path:
        """Return the folder of the synthetic force; another one where the code that makes it is another."""
        made_by = hashlib.sha256(version("numpy").encode())
        for path in sorted((ROOT / "ingest" / "synthetic").glob("*.py")):
            made_by.update(path.read_bytes())
        return self.home / "forces" / f"{self.size}-{self.seed}-{made_by.hexdigest()[:12]}"

    @property
    def made(self) -> Path:
        """Return the file with the figures of its making."""
        return self.force.with_suffix(".json")

    @property
    def rows(self) -> Path:
        """Return the folder of the rows for the loops beside ours."""
        return self.home / "rows" / self.size

    def settings(self, name: str) -> Settings:
        """Return the settings of one of the databases, with the jars that CLEW_HOME has or gets."""
        own = Settings.from_env()
        heap, page_cache = MEMORY[self.size]
        home = self.home / "databases" / f"{self.size}-{name}"
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (home / "jars").exists():
            fetch.jars(own)
            (home / "jars").symlink_to(own.home / "jars", target_is_directory=True)
        return replace(
            own,
            home=home,
            neo4j_uri=None,
            neo4j_port=None,
            heap=os.environ.get("CLEW_HEAP") or heap,
            page_cache=os.environ.get("CLEW_PAGE_CACHE") or page_cache,
        )

    def empty(self, name: str) -> Settings:
        """Return the settings of one of the databases after making it one that never was."""
        settings = self.settings(name)
        server.down(settings)
        shutil.rmtree(settings.home)
        return self.settings(name)


def default_home() -> Path:
    """Return where to keep what is made: CLEW_BENCH_HOME, else a folder beside other temporary ones."""
    return Path(
        os.environ.get("CLEW_BENCH_HOME") or Path(tempfile.gettempdir()) / f"clew-bench-{os.getuid()}"
    ).absolute()
