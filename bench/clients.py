"""Asks a GraphQL server over HTTP, by one client and by eight, and says how long its answers take."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bench.questions import percentile

CALLS, BOUND = 300, 60.0
"""Calls one after the other, and the seconds after which no further one is made."""

CLIENTS, SECONDS = 8, 10.0
"""Clients at once, and for how long."""

Asked = tuple[str, Mapping[str, Any]]
"""A document and its variables."""

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Asks at one address, over connections that stay open."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def open(self) -> http.client.HTTPConnection:
        """Return a connection that sends at once."""
        opened = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        opened.connect()
        opened.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self, opened: http.client.HTTPConnection, asked: Asked) -> bytes:
        """Return an answer; raises RuntimeError if it has errors."""
        query, variables = asked
        body = json.dumps({"query": query, "variables": variables})
        opened.request("POST", self.path, body, {"content-type": "application/json", **self.headers})
        answered = opened.getresponse()
        told = answered.read()
        if answered.status != http.client.OK or b'"errors"' in told[:20]:
            raise RuntimeError(f"{self.path} answered {answered.status}: {told[:300].decode(errors='replace')}")
        return told

    def times(self, asked: Sequence[Asked], calls: int | None = None) -> Figures:
        """Return what answers took one after the other, in milliseconds, after all were asked once."""
        opened, took, most = self.open(), [], 0
        until = time.monotonic() + BOUND
        for each in asked:
            self.ask(opened, each)
            if time.monotonic() > until:
                break
        until = time.monotonic() + BOUND
        for place in range(calls or CALLS):
            began = time.perf_counter()
            told = self.ask(opened, asked[place % len(asked)])
            took.append((time.perf_counter() - began) * 1000)
            most = max(most, len(told))
            if time.monotonic() > until:
                break
        opened.close()
        return {
            "calls": len(took),
            "p50_ms": percentile(took, 50),
            "p95_ms": percentile(took, 95),
            "p99_ms": percentile(took, 99),
            "bytes_most": most,
        }

    def at_once(self, asked: Sequence[Asked]) -> Figures:
        """Return how many answers a second clients get, each of which waits for its own."""
        began = time.monotonic()

        def one(start: int) -> int:
            opened, done = self.open(), 0
            while time.monotonic() < began + SECONDS:
                self.ask(opened, asked[(start * 7 + done) % len(asked)])
                done += 1
            opened.close()
            return done

        with ThreadPoolExecutor(CLIENTS) as pool:
            done = sum(pool.map(one, range(CLIENTS)))
        # The last answers come after the time: they count with the time that they took.
        return {"clients": CLIENTS, "a_second": done / (time.monotonic() - began)}
