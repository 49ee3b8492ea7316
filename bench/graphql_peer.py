"""Asks `@neo4j/graphql` for the network of suspects, on the database that the service is measured on."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.peers import node
from bench.questions import percentile
from graph.connection import Address

VARIANTS = ("nested", "authorised", "by_hand")
"""What the library makes of the model; the same with its row authorisation; one field with a statement of its own."""

CALLS, BOUND = 300, 60.0
"""Calls one after the other, and the seconds after which no further one is made."""

CLIENTS, SECONDS = 8, 10.0
"""Clients at once, and for how long."""

FILES = Path(__file__).parent / "peers"

Figures = dict[str, Any]


def measure(address: Address, modules: Path, some: Sequence[str], top: Sequence[str]) -> Figures:
    """Return for each variant milliseconds for suspects by lot and for those with most victims, and answers a second.

    `modules` is where `node.install` put the packages. Raises RuntimeError if an answer has errors or nobody in it.
    """
    figures: Figures = {}
    with served(address, modules) as port:
        for variant in VARIANTS:
            peer = Peer(port, variant)
            figures[variant] = {
                "network": peer.times(some),
                "network_top": peer.times(top),
                "network_top_8": peer.at_once(top),
            }
    return figures


def versions(modules: Path) -> dict[str, str]:
    """Return the versions of what was installed and is measured."""
    packages = json.loads((modules / "package-lock.json").read_text("utf-8"))["packages"]
    names = ("@neo4j/graphql", "graphql", "neo4j-driver")
    ran = subprocess.run([node.program(), "--version"], capture_output=True, text=True, check=True)
    return {"node": ran.stdout.strip()} | {name: packages[f"node_modules/{name}"]["version"] for name in names}


class Peer:
    """Asks one variant over connections that stay open."""

    def __init__(self, port: int, variant: str) -> None:
        self._port = port
        self._path = f"/{variant}"
        file = "by_hand.graphql" if variant == "by_hand" else "nested.graphql"
        self._query = (FILES / file).read_text("utf-8")

    def open(self) -> http.client.HTTPConnection:
        """Return a connection that sends at once."""
        opened = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        opened.connect()
        opened.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self, opened: http.client.HTTPConnection, suspect: str) -> bytes:
        """Return the answer about a suspect."""
        body = json.dumps({"query": self._query, "variables": {"id": suspect}})
        opened.request("POST", self._path, body, {"content-type": "application/json"})
        answered = opened.getresponse()
        told = answered.read()
        if answered.status != http.client.OK or b'"errors"' in told[:20] or suspect.encode() not in told:
            raise RuntimeError(f"{self._path} answered {answered.status}: {told[:300].decode(errors='replace')}")
        return told

    def times(self, suspects: Sequence[str]) -> Figures:
        """Return what answers took one after the other, in milliseconds, after some that do not count."""
        opened, took, most = self.open(), [], 0
        until = time.monotonic() + BOUND
        for each in suspects:
            self.ask(opened, each)
            if time.monotonic() > until:
                break
        until = time.monotonic() + BOUND
        for place in range(CALLS):
            began = time.perf_counter()
            told = self.ask(opened, suspects[place % len(suspects)])
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

    def at_once(self, suspects: Sequence[str]) -> Figures:
        """Return how many answers a second clients get, each of which waits for its own."""
        began = time.monotonic()

        def one(start: int) -> int:
            opened, done = self.open(), 0
            while time.monotonic() < began + SECONDS:
                self.ask(opened, suspects[(start * 7 + done) % len(suspects)])
                done += 1
            opened.close()
            return done

        with ThreadPoolExecutor(CLIENTS) as pool:
            done = sum(pool.map(one, range(CLIENTS)))
        # The last answers come after the time: they count with the time that they took.
        return {"clients": CLIENTS, "a_second": done / (time.monotonic() - began)}


@contextmanager
def served(address: Address, modules: Path) -> Iterator[int]:
    """Run the peer for the time of a `with`, and give its port."""
    process = subprocess.Popen(
        [node.program(), FILES / "server.mjs"],
        cwd=modules,
        env=node.environ(
            NODE_ENV="production",
            NEO4J_URI=address.uri,
            NEO4J_USERNAME=address.username,
            NEO4J_PASSWORD=address.password,
            CLEW_NEO4J_DATABASE=address.database,
        ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None  # noqa: S101 -- it was asked for
    assert process.stdout is not None  # noqa: S101
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the server of @neo4j/graphql does not start")
        yield int(json.loads(line)["port"])
    finally:
        process.stdin.close()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
