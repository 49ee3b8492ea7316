"""Tells how far long work has come, and how long each of its parts took."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

EVERY = 10.0
"""Seconds between two lines about the same part."""


class Phases:
    """A `Progress`: notes how long each part takes, and says on standard error how far it has come.

    A part that is told of with nothing done begins then, and lasts until another is told of. Any other is told of when
    a piece of it is done, and has taken the time since anything was told of last.
    """

    def __init__(self, called: Callable[[str], str] = str) -> None:
        self._called = called
        self._seconds: dict[str, float] = {}
        self._what: str | None = None
        self._begun = False
        self._last = self._said = time.monotonic()

    def __call__(self, what: str, done: int, there: int) -> None:
        """Note how far a part has come."""
        what, now = self._called(what), time.monotonic()
        before = self._what
        self._add(before if before is not None and (self._begun or not done) else what, now)
        self._what, self._begun = what, not done
        if what != before or now - self._said >= EVERY:
            self._said = now
            of = f" of {there:,}" if there else ""
            print(f"    {what}{f': {done:,}{of}' if done else ''}", file=sys.stderr, flush=True)

    def _add(self, what: str, now: float) -> None:
        self._seconds[what] = self._seconds.get(what, 0.0) + now - self._last
        self._last = now

    def end(self) -> None:
        """End the part that is under way; what comes now is told of later, or not at all."""
        if self._begun and self._what is not None:
            self._add(self._what, time.monotonic())
        self._what, self._begun, self._last = None, False, time.monotonic()

    def seconds(self) -> dict[str, float]:
        """Return the seconds of each part."""
        self.end()
        return {what: round(seconds, 3) for what, seconds in self._seconds.items()}
