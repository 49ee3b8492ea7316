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
from contextlib import contextmanager
from pathlib import Path

from bench import made_network
from bench.clients import CALLS, Asked, Client, Figures
from bench.questions import BY_LOT, MOST_VICTIMS, SUSPECTS
from graph import connection
from graph.connection import Address
from graph.settings import Settings

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
_MADE = "MATCH (n:Nominal {source_ref: $ref})-[:IS]->(p:Person) RETURN p.person_id AS id"
_NOBODY = ["n" + f"{place:016}".translate(str.maketrans("0123456789", "abcdefghij")) for place in range(CALLS)]
_SCREEN, _PAGES = 2000, 30


def measure(address: Address, settings: Settings, seed: int, root: Path) -> Figures:
    """Return milliseconds and requests a second of the service on a database; the service ends with it."""
    some, top = suspects(address, seed)
    with connection.writer(address) as writer:
        restricted = [row["id"] for row in writer.stream(_RESTRICTED)]
        large = [row["id"] for row in writer.stream(_LARGE)]
    with _served(settings, root) as (client, ready_seconds):
        network = _document("suspect_network")
        ego, page = _document("ego_network"), _document("threat_list")
        person = _document("person")
        networks = [(network, {"personId": each}) for each in some]
        of_top = [(network, {"personId": each}) for each in top]
        figures: Figures = {
            "ready_seconds": ready_seconds,
            "network": client.times(networks, 2 * CALLS),
            "network_top": client.times(of_top),
            "network_top_8": client.at_once(of_top),
            "threat_list": client.times(list(_pages(client, page))),
            "typename": client.times([("{ __typename }", {})]),
            "typename_8": client.at_once([("{ __typename }", {})]),
            "ego": client.times([(ego, {"personId": each}) for each in some]),
            "screen": _screen(client, ego, large),
            "found": client.times([(person, {"personId": each}) for each in some]),
            "nobody": client.times([(person, {"personId": each}) for each in _NOBODY]),
        }
        if restricted:
            figures["restricted"] = client.times([(person, {"personId": each}) for each in restricted], CALLS)
    return figures


def measure_made(address: Address, settings: Settings, root: Path) -> Figures:
    """Return milliseconds of the network around the person of `made_network`, and how large the answer says it is."""
    with connection.writer(address) as writer:
        (person,) = writer.stream(_MADE, {"ref": made_network.PERSON})
    asked = (_document("ego_network"), {"personId": person["id"], "maxLinks": 100, "first": _SCREEN})
    with _served(settings, root) as (client, _):
        told = json.loads(client.ask(client.open(), asked))["data"]["egoNetwork"]
        return {**client.times([asked]), "nodes": len(told["nodes"]), "edges": len(told["edges"])}


def suspects(address: Address, seed: int) -> tuple[list[str], list[str]]:
    """Return suspects by lot, and those with the most victims."""
    with connection.writer(address) as writer:
        found = [row["id"] for row in writer.stream(SUSPECTS)]
    lot = random.Random(seed)  # noqa: S311 -- a sample
    return lot.sample(found[MOST_VICTIMS:], min(BY_LOT, len(found) - MOST_VICTIMS)), found[:MOST_VICTIMS]


def _pages(client: Client, query: str) -> Iterator[Asked]:
    """Yield the first pages of the threat list."""
    opened, after = client.open(), None
    for _ in range(_PAGES):
        asked = (query, {"first": 50, "after": after})
        yield asked
        page = json.loads(client.ask(opened, asked))["data"]["threatList"]["pageInfo"]
        after = page["endCursor"]
        if not page["hasNextPage"]:
            return


def _screen(client: Client, query: str, ids: Sequence[str]) -> Figures:
    """Return what the largest network takes that there is around some."""
    opened, sizes = client.open(), []
    for each in ids:
        asked = (query, {"personId": each, "maxLinks": 100, "first": _SCREEN})
        told = json.loads(client.ask(opened, asked))["data"]["egoNetwork"]
        sizes.append((len(told["nodes"]) + len(told["edges"]), len(told["nodes"]), len(told["edges"]), asked))
    _, nodes, edges, asked = max(sizes, key=lambda each: each[0])
    return {**client.times([asked], 50), "nodes": nodes, "edges": edges}


def _document(name: str) -> str:
    return (_TRUSTED / f"{name}.graphql").read_text("utf-8")


@contextmanager
def _served(settings: Settings, root: Path) -> Iterator[tuple[Client, float]]:
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
        heads = {"authorization": f"Bearer {token.strip()}", "accept": "application/graphql-response+json"}
        began = time.monotonic()
        while not _ready(port):
            if process.poll() is not None or time.monotonic() - began > START_SECONDS:
                raise RuntimeError("the service does not come up")
            time.sleep(0.5)
        yield Client(port=port, path="/graphql", headers=heads), time.monotonic() - began
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
