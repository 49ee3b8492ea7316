"""Anchors: for each chain the number and the hash of its last durable row, best kept on another machine.

A chain of hashes shows that nothing was changed only up to its end; the anchor says where the end must be at least.
A chain whose process is gone and that a later one has named in its first row is moved to `named`, so that the first row
of the next has to name only those that none has named yet.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graph.audit.lines import NO_HASH
from graph.audit.places import is_chain, make, sync_folder

NAMED = "named"

_NOTED = re.compile(r"(?P<n>\d{20}) (?P<hash>[0-9a-f]{64})\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The last row of a chain that is known to have been durable; row 0 stands for none."""

    chain: str
    n: int
    hash: str


class HeldAnchor:
    """The anchor of a chain that is being written; it is locked for as long, so that others know."""

    def __init__(self, folder: Path, chain: str) -> None:
        """Make it, before the chain has its first file, and whole before it has its name; raises OSError."""
        make(folder)
        making = folder / f"{chain}.new"
        self._fd = os.open(making, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            # Where a file system has no locks, the chain is taken to be written for ever, and is named by all.
            with suppress(OSError):
                fcntl.flock(self._fd, fcntl.LOCK_EX)
            self.note(0, NO_HASH)
            self.bring_to_disk()
            making.rename(folder / chain)
            sync_folder(folder)
        except OSError:
            os.close(self._fd)
            raise

    def note(self, n: int, digest: str) -> None:
        """Note the last durable row, in one write of a fixed length; raises OSError."""
        line = f"{n:020d} {digest}\n".encode()
        if os.pwrite(self._fd, line, 0) != len(line):
            raise OSError("the anchor was written in part")

    def bring_to_disk(self) -> None:
        """Wait until what is noted is on the disk; raises OSError."""
        os.fsync(self._fd)

    def there(self) -> bool:
        """Return whether the file still has a name."""
        return os.fstat(self._fd).st_nlink > 0

    def close(self) -> None:
        """Let go of it."""
        os.close(self._fd)


def chains(folder: Path) -> set[str]:
    """Return the ids of all chains that have an anchor."""
    # In this order: an anchor that is moved in between is seen twice, never not at all.
    return {name for place in (folder, folder / NAMED) for name in _names(place)}


def noted(folder: Path, chain: str) -> Anchor | None:
    """Return the anchor of a chain, or None if there is none; raises ValueError if it is not one."""
    for path in (folder / chain, folder / NAMED / chain):
        with suppress(FileNotFoundError), path.open("rb") as opened:
            return _read(chain, opened.fileno())
    return None


def unnamed(folder: Path, own: str) -> Iterator[tuple[Anchor, bool]]:
    """Yield the anchors that no chain is known to have named, and whether the process of each is gone.

    Raises OSError. What is no anchor any more is left to `verify` to find.
    """
    for chain in sorted(_names(folder) - {own}):
        # Another may name and move it at this moment.
        with suppress(FileNotFoundError, ValueError):
            opened = os.open(folder / chain, os.O_RDWR)
            try:
                gone = _is_free(opened)
                anchor = _read(chain, opened)
            finally:
                os.close(opened)
            if anchor.n:
                yield anchor, gone


def is_named(folder: Path, chain: str) -> None:
    """Note that a chain which is not written any more is named by another, durably; raises OSError."""
    make(folder / NAMED)
    with suppress(FileNotFoundError):
        (folder / chain).rename(folder / NAMED / chain)


def _is_free(opened: int) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _names(folder: Path) -> set[str]:
    return {name for name in os.listdir(folder) if is_chain(name)} if folder.is_dir() else set()  # noqa: PTH208


def _read(chain: str, opened: int) -> Anchor:
    data = b""
    # It may be written at this moment: two reads that agree are not half of one note and half of the next.
    while data != (data := os.pread(opened, 1000, 0)):
        pass
    text = _NOTED.fullmatch(data.decode("ascii", "replace"))
    if text is None or (int(text["n"]) == 0) != (text["hash"] == NO_HASH):
        raise ValueError("not an anchor")
    return Anchor(chain=chain, n=int(text["n"]), hash=text["hash"])
