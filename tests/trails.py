"""A record of who looked in a folder of its own, with a clock that a test sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from graph.audit import places
from graph.audit.entries import Entry, Kind, Outcome
from graph.audit.readings import rows
from graph.audit.trail import Trail, open_trail
from graph.audit.verify import Verified, verify

ALICE, BOB = "n" + "a" * 16, "n" + "b" * 16


ENTRY = Entry(
    request_id="r1",
    viewer="officer-1",
    client="token",
    roles=["assessor"],
    audience="everyone",
    purpose="THREAT_ASSESSMENT:M/1",
    kind=Kind.CONSULTATION,
    questions=["person"],
    document="d" * 64,
    variables="v" * 64,
    asked=[ALICE],
)


OUTCOME = Outcome(request_id="r1", ok=True, code=None, subjects=[ALICE, BOB], rows=2, ms=3.5)


LONDON = ZoneInfo("Europe/London")


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime

    def __call__(self) -> datetime:
        """Return what it is set to."""
        return self.now


def look(trail: Trail, entry: Entry = ENTRY, outcome: Outcome = OUTCOME) -> int:
    n = trail.intent(entry)
    trail.outcome(n, outcome)
    return n


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """The two folders of a record."""

    folder: Path
    anchors: Path

    @classmethod
    def within(cls, path: Path) -> Place:
        """Return the place within a folder."""
        return cls(path / "audit", path / "anchors")

    def opened(self, clock: Callable[[], datetime] | None = None) -> Trail:
        """Open a trail, whose clock stands still."""
        return open_trail(self.folder, self.anchors, clock=clock or Clock(at(2)))

    def verify(self) -> Verified:
        """Verify what is there."""
        return verify(self.folder, self.anchors)

    def files(self) -> list[Path]:
        """Return the files of rows."""
        return sorted(self.folder.glob("*.jsonl"))

    def all_anchors(self) -> list[Path]:
        """Return the anchors, named or not."""
        return sorted(path for path in self.anchors.rglob("*") if path.is_file())

    def lines(self, chain: str) -> list[bytes]:
        """Return the lines of a chain."""
        found = places.files_by_chain(self.folder)[chain]
        return [line for path in found for line in path.read_bytes().splitlines(keepends=True)]

    def read(self) -> list[dict[str, Any]]:
        """Return all rows."""
        return list(rows(self.folder))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.within(tmp_path)
