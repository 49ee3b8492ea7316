"""How much each client may ask for in a minute, in units of cost."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

_CLIENTS = 10_000
_MINUTE = 60.0


class Budget:
    """A bucket of units for each client that fills up over a minute; this process's own."""

    def __init__(self, units: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._units, self._clock = units, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, client: str, cost: int) -> int:
        """Take a cost from a client's units and return 0, or the seconds after which it can be taken.

        A cost above all that a minute gives is taken when the bucket is full, so that no document can never be asked.
        """
        now = self._clock()
        left, before = self._left.pop(client, (float(self._units), now))
        left = min(float(self._units), left + (now - before) * self._units / _MINUTE)
        wanted = min(cost, self._units)
        enough = left >= wanted
        self._left[client] = (left - wanted if enough else left, now)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
        return 0 if enough else max(1, ceil((wanted - left) * _MINUTE / self._units))
