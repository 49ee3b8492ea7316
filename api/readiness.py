"""Whether a process can answer: the database, its keys and conclusions, the record of who looked, and the warm-up."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from graph import constraints
from graph.audit.trail import Trail
from graph.connection import Reader
from graph.errors import ClewError, DatabaseUnavailable
from queries.answer import STATE, Viewer, refuse_unready
from queries.warm import warm

log = logging.getLogger("clew.api")

_KEPT_SECONDS = 2.0
_PATIENCE = 1.5
_WARM_SECONDS = 300.0


@dataclass(slots=True, kw_only=True)
class Readiness:
    """What is known of whether this process can answer, asked for at most every two seconds."""

    reader: Reader
    patient: Reader
    """For the warm-up, which may take longer than a request."""
    trail: Trail
    viewers: Sequence[Viewer]
    clock: Callable[[], float] = time.monotonic
    warmed: bool = False
    stopping: bool = False
    _told: tuple[float, str | None] | None = None
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def lacks(self) -> str | None:
        """Return what this process lacks in a word, or None if it can answer."""
        if self.stopping:
            return "stopping"
        if not self.warmed:
            return "warming"
        async with self._one:
            if self._told is None or self.clock() - self._told[0] > _KEPT_SECONDS:
                self._told = (self.clock(), await self._ask())
            return self._told[1]

    async def _ask(self) -> str | None:
        if not self.trail.writable():
            return "audit"
        try:
            async with asyncio.timeout(_PATIENCE):
                (state,), (ready,) = await self.reader.read((STATE, {}), (constraints.READY, {}))
        except (DatabaseUnavailable, TimeoutError):
            return "database"
        if not set(constraints.names()) <= set(ready["names"]):
            return "schema"
        try:
            for viewer in self.viewers:
                refuse_unready(state, viewer)
        except ClewError:
            return "conclusions"
        return None

    async def warm(self) -> None:
        """Ask every question once, again and again until the database has something to ask about."""
        while not self.warmed:
            began = self.clock()
            try:
                late = await warm(self.patient, self.viewers, seconds=_WARM_SECONDS)
            except ClewError as error:
                log.warning("not ready: %s", type(error).__name__)
                await asyncio.sleep(_KEPT_SECONDS)
                continue
            self.warmed = True
            log.info("warm", extra={"told": {"seconds": round(self.clock() - began, 1), "late": late}})
