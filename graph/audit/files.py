"""One day's file of a chain, as it is written: a row is added whole or not at all, and made durable when asked."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from errno import EIO, ENOENT
from pathlib import Path

from graph.audit.places import sync_folder


class DayFile:
    """A file that is being written; whoever calls holds a lock, and knows where the last whole row ends.

    What stands behind that place counts for nothing and is taken away, so that a call can break off anywhere.
    """

    def __init__(self, path: Path, day: date) -> None:
        """Make the file; raises OSError."""
        self.day, self._path = day, path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        made = os.fstat(self._fd)
        self._same = (made.st_dev, made.st_ino)
        self._unsynced: dict[int, bytes] = {}
        self._in_doubt = False
        try:
            sync_folder(path.parent)
        except OSError:
            self.close()
            raise

    def add(self, line: bytes, at: int) -> None:
        """Write a row where the last one ends; raises OSError, and the file ends there as before."""
        if self.length() != at:
            os.ftruncate(self._fd, at)
        self.repair(at)
        self._unsynced[at] = line
        try:
            _write(self._fd, line, at)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._fd, at)
            raise

    def length(self) -> int:
        """Return how long the file is; raises OSError if it does not stand in its folder any more."""
        there = os.stat(self._path)  # noqa: PTH116 (for each row: a Path's takes twice as long)
        if (there.st_dev, there.st_ino) != self._same:
            raise FileNotFoundError(ENOENT, "the file of this day was replaced")
        return there.st_size

    def repair(self, end: int) -> None:
        """Where syncing failed, write anew what may not have reached the disk, and sync; raises OSError.

        The system may hold such pages to be written: asked again, it would say that all is well.
        """
        if self._in_doubt:
            for at in sorted(at for at in self._unsynced if at < end):
                _write(self._fd, self._unsynced[at], at)
            os.fdatasync(self._fd)
            self._in_doubt = False
            self.synced(end)

    def lend(self, end: int) -> int:
        """Return a descriptor to sync, which the caller closes; raises OSError."""
        self.length()
        self.repair(end)
        return os.dup(self._fd)

    def synced(self, end: int) -> None:
        """Note that all up to a place is durable; raises OSError if syncing failed elsewhere meanwhile."""
        if self._in_doubt:
            raise OSError(EIO, os.strerror(EIO))
        for at in [at for at in self._unsynced if at < end]:
            del self._unsynced[at]

    def doubt(self) -> None:
        """Note that syncing failed."""
        self._in_doubt = True

    def finish(self, end: int) -> None:
        """Make the file durable; raises OSError."""
        self.repair(end)
        try:
            os.fdatasync(self._fd)
        except OSError:
            self.doubt()
            raise
        self.synced(end)

    def close(self) -> None:
        """Close it."""
        os.close(self._fd)


def _write(fd: int, data: bytes, at: int) -> None:
    """Write all of some bytes at a place; the system may take them in pieces."""
    left = memoryview(data)
    while left:
        written = os.pwrite(fd, left, at)
        left, at = left[written:], at + written
