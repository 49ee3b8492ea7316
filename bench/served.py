"""Asks the service over HTTP, with the record of who looked and visibility on, by one client and by eight."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.questions import BY_LOT, MOST_VICTIMS, SUSPECTS
from graph import connection
from graph.connection import Address
from graph.settings import Settings

CLIENTS = 8
SECONDS = 10.0
"""For how long several clients ask at once."""
CALLS = 300
START_SECONDS = 600.0

_TRUSTED = Path(__file__).parent.parent / "api" / "trusted"
_RESTRICTED = """
MATCH (n:Nominal)-[:IS]->(p:Person)
WHERE n.restricted_to IS NOT NULL AND NOT EXISTS { MATCH (p)<-[:IS]-(m:Nominal) WHERE m.restricted_to IS NULL }
RETURN p.person_id AS id ORDER BY id LIMIT 300
"""
_LARGE = """
MATCH (p:Person)<-[:IS]-(n:Nominal)-[link]-()
RETURN p.person_id AS id, count(link) AS links ORDER BY links DESC, id LIMIT 40
"""
_NOBODY = ["n" + f"{place:016}".translate(str.maketrans("0123456789", "abcdefghij")) for place in range(CALLS)]
_SCREEN = 2000


def measure(address: Address, settings: Settings, seed: int, root: Path) -> dict[str, Any]:
    """Return milliseconds and requests a second of the service on a database; the service ends with it."""
    some, top = suspects(address, seed)
    with connection.writer(address) as writer:
        restricted = [row["id"] for row in writer.stream(_RESTRICTED)]
        large = [row["id"] for row in writer.stream(_LARGE)]
    with _served(settings, root) as client:
        network = _document("suspect_network")
        ego, page = _document("ego_network"), _document("threat_list")
        person = _document("person")
        networks = [(network, {"personId": each}) for each in some]
        of_top = [(network, {"personId": each}) for each in top]
        figures: dict[str, Any] = {
            "ready_seconds": client.ready_seconds,
            "network": client.times(networks, 2 * CALLS),
            "network_top": client.times(of_top, CALLS),
            "network_top_8": client.at_once(of_top),
            "threat_list": client.times(list(client.pages(page)), CALLS),
            "typename": client.times([("{ __typename }", {})], CALLS),
            "typename_8": client.at_once([("{ __typename }", {})]),
            "ego": client.times([(ego, {"personId": each}) for each in some], CALLS),
            "screen": client.screen(ego, large),
            "found": client.times([(person, {"personId": each}) for each in some], CALLS),
            "nobody": client.times([(person, {"personId": each}) for each in _NOBODY], CALLS),
        }
        if restricted:
            figures["restricted"] = client.times([(person, {"personId": each}) for each in restricted], CALLS)
    return figures


def suspects(address: Address, seed: int) -> tuple[list[str], list[str]]:
    """Return suspects by lot, and those with the most victims."""
    with connection.writer(address) as writer:
        found = [row["id"] for row in writer.stream(SUSPECTS)]
    lot = random.Random(seed)  # noqa: S311 -- a sample
    return lot.sample(found[MOST_VICTIMS:], min(BY_LOT, len(found) - MOST_VICTIMS)), found[:MOST_VICTIMS]


Asked = tuple[str, dict[str, Any]]


class _Client:
    """Asks over connections that stay open, one for each thread."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._headers = {
            "authorization": f"Bearer {token}",
            "content-type": "application/json",
            "accept": "application/graphql-response+json",
        }
        self.ready_seconds = 0.0

    def open(self) -> http.client.HTTPConnection:
        opened = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        opened.connect()
        opened.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self, opened: http.client.HTTPConnection, asked: Asked) -> bytes:
        query, variables = asked
        opened.request("POST", "/graphql", json.dumps({"query": query, "variables": variables}), self._headers)
        answered = opened.getresponse()
        body = answered.read()
        if answered.status != 200 or b'"errors"' in body[:12]:
            raise RuntimeError(f"the service answered {answered.status}: {body[:300].decode(errors='replace')}")
        return body

    def times(self, asked: Sequence[Asked], calls: int) -> dict[str, float]:
        """Return what answers took one after the other, in milliseconds, after all were asked once."""
        opened, took, size = self.open(), [], 0
        for each in asked:
            self.ask(opened, each)
        for place in range(calls):
            began = time.perf_counter()
            body = self.ask(opened, asked[place % len(asked)])
            took.append((time.perf_counter() - began) * 1000)
            size = max(size, len(body))
        opened.close()
        took.sort()
        return {
            "calls": calls,
            "p50_ms": took[len(took) // 2],
            "p95_ms": took[int(len(took) * 0.95)],
            "p99_ms": took[int(len(took) * 0.99)],
            "bytes_most": size,
        }

    def at_once(self, asked: Sequence[Asked]) -> dict[str, float]:
        """Return how many requests a second are answered to several clients, each of which waits for its answer."""
        until = time.monotonic() + SECONDS

        def one(start: int) -> int:
            opened, done = self.open(), 0
            while time.monotonic() < until:
                self.ask(opened, asked[(start * 7 + done) % len(asked)])
                done += 1
            opened.close()
            return done

        with ThreadPoolExecutor(CLIENTS) as pool:
            return {"clients": CLIENTS, "a_second": sum(pool.map(one, range(CLIENTS))) / SECONDS}

    def pages(self, query: str) -> Iterator[Asked]:
        """Yield the first pages of the threat list."""
        opened, after = self.open(), None
        for _ in range(30):
            asked = (query, {"first": 50, "after": after})
            yield asked
            page = json.loads(self.ask(opened, asked))["data"]["threatList"]["pageInfo"]
            after = page["endCursor"]
            if not page["hasNextPage"]:
                return

    def screen(self, query: str, ids: Sequence[str]) -> dict[str, Any]:
        """Return what a network of about 500 nodes and 1,500 edges takes, or the largest that there is."""
        opened = self.open()
        sizes = []
        for each in ids:
            asked = (query, {"personId": each, "maxLinks": 100, "first": _SCREEN})
            told = json.loads(self.ask(opened, asked))["data"]["egoNetwork"]
            sizes.append((len(told["nodes"]) + len(told["edges"]), len(told["nodes"]), len(told["edges"]), asked))
        _, nodes, edges, asked = max(sizes, key=lambda each: each[0])
        return {**self.times([asked], 50), "nodes": nodes, "edges": edges}


def _document(name: str) -> str:
    return (_TRUSTED / f"{name}.graphql").read_text("utf-8")


@contextmanager
def _served(settings: Settings, root: Path) -> Iterator[_Client]:
    """Run the service on a database of the bench for the time of a `with`, ready to answer."""
    environ = {"PATH": os.environ["PATH"], "CLEW_HOME": str(settings.home), "CLEW_BUDGET": "1000000000"}
    words = [sys.executable, "-m", "clew"]
    token = subprocess.run([*words, "token"], env=environ, cwd=root, capture_output=True, text=True, check=True).stdout
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
    log = (settings.home / "serve.log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [*words, "serve", "--dev", "--port", str(port)],
        env=environ,
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    try:
        client = _Client(port, token.strip())
        began = time.monotonic()
        while not _ready(port):
            if process.poll() is not None or time.monotonic() - began > START_SECONDS:
                raise RuntimeError("the service does not come up")
            time.sleep(0.5)
        client.ready_seconds = time.monotonic() - began
        yield client
    finally:
        log.close()
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _ready(port: int) -> bool:
    try:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        asked.request("GET", "/readyz")
        return asked.getresponse().status == 200
    except OSError:
        return False
