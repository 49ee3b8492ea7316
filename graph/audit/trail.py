"""The trail that a process leaves: rows appended in microseconds, and made durable many at a time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from graph.audit import anchors as noted
from graph.audit import places
from graph.audit.anchors import Anchor, HeldAnchor
from graph.audit.entries import Entry, Outcome, row_of_entry, row_of_outcome
from graph.audit.files import DayFile
from graph.audit.lines import NO_HASH, sealed
from graph.audit.places import unavailable
from graph.errors import AuditUnavailable

LEAST_ROOM = 16 * 1024 * 1024
"""Bytes that must be free on the disk for the record to count as writable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Where a chain has got to: its last row, and the place in its file behind it."""

    n: int
    hash: str
    file: DayFile | None
    size: int


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def opened(folder: Path, anchors: Path, *, clock: Callable[[], datetime] = _now) -> Iterator[Trail]:
    """Open a trail for the time of a `with`; raises AuditUnavailable as `open_trail` and `Trail.close` do."""
    trail = open_trail(folder, anchors, clock=clock)
    try:
        yield trail
    finally:
        trail.close()


def open_trail(folder: Path, anchors: Path, *, clock: Callable[[], datetime] = _now) -> Trail:
    """Begin a chain of this process's own, with a durable first row that names the ends of the others.

    It is written by one process: a child that is forked from it opens its own. Raises AuditUnavailable.
    """
    trail = Trail(folder, anchors, clock)
    try:
        trail.begin()
    except AuditUnavailable:
        trail.abandon()
        raise
    return trail


class Trail:
    """A chain that is being written, by any number of threads and tasks of one process; made by `open_trail`."""

    def __init__(self, folder: Path, anchors: Path, clock: Callable[[], datetime]) -> None:
        """Make its anchor; raises AuditUnavailable."""
        self.chain = places.new_chain()
        self._folder, self._anchors, self._clock = folder, anchors, clock
        self._key = places.key(folder)
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="audit")
        self._queued: Future[None] | None = None
        self._end = _End(n=0, hash=NO_HASH, file=None, size=0)
        self._durable = 0
        self._closed = False
        try:
            self._anchor = HeldAnchor(anchors, self.chain)
        except OSError as error:
            raise unavailable(error) from None

    def begin(self) -> None:
        """Write the first row; raises AuditUnavailable."""
        try:
            others = list(noted.unnamed(self._anchors, self.chain))
            self._append("opened", {"heads": [_head(anchor) for anchor, _ in others]})
            self.sync()
            self._anchor.bring_to_disk()
            for anchor, gone in others:
                if gone:
                    noted.is_named(self._anchors, anchor.chain)
        except OSError as error:
            raise unavailable(error) from None

    def keyed(self, data: bytes) -> str:
        """Return a hash of data under the record's own key."""
        return places.hashed(self._key, data)

    def intent(self, entry: Entry) -> int:
        """Append who is about to ask, and return the number of the row.

        It is durable only after `durable` or `sync`. Raises AuditUnavailable, and the file is as it was before.
        """
        return self._append("intent", row_of_entry(entry))

    def outcome(self, intent_n: int, outcome: Outcome) -> None:
        """Append how what was asked in row `intent_n` ended; as `intent`."""
        self._append("outcome", row_of_outcome(intent_n, outcome))

    async def durable(self) -> None:
        """Wait until all that was appended before is on the disk and noted in the anchor; raises AuditUnavailable."""
        if asked := self._ask():
            try:
                # A waiter that is cancelled must not take the others' sync with it.
                await asyncio.shield(asyncio.wrap_future(asked))
            except OSError as error:
                raise unavailable(error) from None

    def sync(self) -> None:
        """Do what `durable` does, without asyncio."""
        if asked := self._ask():
            try:
                asked.result()
            except OSError as error:
                raise unavailable(error) from None

    def writable(self) -> bool:
        """Return whether a row could be written now: file and anchor in place, and room on their disks."""
        with self._lock:
            if self._closed or self._end.file is None:
                return False
            try:
                self._end.file.length()
                self._end.file.repair(self._end.size)
                return self._anchor.there() and all(_room(each) for each in (self._folder, self._anchors))
            except OSError:
                return False

    def close(self) -> None:
        """Write the last row, make all durable and let go of the files; raises AuditUnavailable."""
        if not self._closed:
            try:
                self._append("closed", {})
                self.sync()
            finally:
                self.abandon()

    def abandon(self) -> None:
        """Let go of the files, whatever is in them."""
        with self._lock:
            already, self._closed = self._closed, True
        if not already:
            self._worker.shutdown()
            self._anchor.close()
            if self._end.file is not None:
                self._end.file.close()

    def _append(self, phase: str, said: dict[str, Any]) -> int:
        with self._lock:
            if self._closed:
                raise _closed()
            at, end = self._clock().astimezone(UTC), self._end
            row = {
                **said,
                "n": end.n + 1,
                "at": at.isoformat(timespec="microseconds"),
                "chain": self.chain,
                "phase": phase,
                "prev": end.hash,
            }
            line, digest = sealed(row)
            try:
                if end.file is not None and at.date() <= end.file.day:
                    # Also where the clock was put back: a chain goes on in the order of its files.
                    file, place = end.file, end.size
                    file.add(line, place)
                else:
                    file, place = self._next_file(at.date(), line), 0
            except OSError as error:
                raise unavailable(error) from None
            # In one step: until here nothing has happened, wherever an interruption comes.
            self._end = _End(n=end.n + 1, hash=digest, file=file, size=place + len(line))
            if end.file is not None and end.file is not file:
                end.file.close()
            return end.n + 1

    def _next_file(self, day: date, line: bytes) -> DayFile:
        """Return the file of a day with its first row, once that of the day before is durable; raises OSError."""
        if self._end.file is not None:
            self._end.file.finish(self._end.size)
        file = DayFile(self._folder / places.file_name(day, self.chain), day)
        try:
            file.add(line, 0)
        except OSError:
            file.close()
            raise
        return file

    def _ask(self) -> Future[None] | None:
        """Return the sync that will cover all that is appended, shared by all who wait for one; None if it is done."""
        with self._lock:
            if self._durable >= self._end.n:
                return None
            if self._closed:
                raise _closed()
            if self._queued is None:
                self._queued = self._worker.submit(self._make_durable)
            return self._queued

    def _make_durable(self) -> None:
        """Sync what is appended by now and note it in the anchor; runs in the one thread of the worker."""
        with self._lock:
            # Whoever comes from here on may have appended too late for this one.
            self._queued = None
            end, file = self._end, self._end.file
            if file is None or self._durable >= end.n:
                return
            lent = file.lend(end.size)
        try:
            os.fdatasync(lent)
        except OSError:
            with self._lock:
                file.doubt()
            raise
        finally:
            os.close(lent)
        with self._lock:
            file.synced(end.size)
        self._anchor.note(end.n, end.hash)
        self._durable = end.n


def _head(anchor: Anchor) -> list[str | int]:
    return [anchor.chain, anchor.n, anchor.hash]


def _closed() -> AuditUnavailable:
    return AuditUnavailable("The record of who looked is closed, since this process is about to end; ask again.")


def _room(folder: Path) -> bool:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize >= LEAST_ROOM
