"""Writes files that only their owner can read, each whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp


def write(path: Path, text: str) -> None:
    """Write a file, in place of the one that is there.

    Raises OSError if it cannot be written; then what was there stays.
    """
    fresh = _beside(path, text)
    try:
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def create(path: Path, text: str) -> None:
    """Write a file unless one is there already.

    Raises OSError if it cannot be written.
    """
    fresh = _beside(path, text)
    try:
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()


def _beside(path: Path, text: str) -> Path:
    """Write a new file in the same folder, durably, under a name of its own."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Several processes may write at once; and such a file is for its owner alone from its first moment.
    descriptor, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    return fresh
