"""What clients are told when something fails, and that all is well again afterwards without a restart."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from graph.connection import Address, Writer
from line import line_to
from served import TRUSTED, Served, codes, served

REQUESTS = int(os.environ.get("CLEW_API_REQUESTS", "2000"))
ASKED = "{ threatList(first: 1) { nodes { dyadId } } }"
GONE = 2.0
"""Seconds within which a client is told that the database is gone, at least in one of some tries."""

CONNECTIONS = """
CALL dbms.listConnections() YIELD connectionId, userAgent
WHERE userAgent = 'clew'
RETURN count(*) AS connections
"""
TRANSACTIONS = "SHOW TRANSACTIONS YIELD transactionId, currentQuery RETURN count(*) AS transactions"
POOL = 100
"""Connections that the driver keeps at most."""


def until(holds: Callable[[], bool], seconds: float = 60) -> bool:
    """Return whether something came to hold in time; a slow machine only needs longer."""
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return held


def ready(running: Served) -> bool:
    return running.client.get(f"{running.url}/readyz").status_code == 200


def test_a_database_that_is_gone_is_told_at_once_and_comes_back_without_a_restart(
    sample: Writer, database: Address, tmp_path: Path
) -> None:
    with line_to(database) as (line, near), served(near, tmp_path) as running:
        assert running.ask(ASKED).status_code == 200
        assert until(lambda: ready(running), 300)
        line.cut()
        told = [running.ask(ASKED) for _ in range(5)]
        assert {each.status_code for each in told} == {503}
        assert codes(told[0]) == {"UNAVAILABLE"}
        assert min(each.elapsed.total_seconds() for each in told) < GONE
        assert "127.0.0.1" not in told[0].text
        assert until(lambda: not ready(running))
        assert running.client.get(f"{running.url}/healthz").status_code == 200
        line.mend()
        assert until(lambda: running.ask(ASKED).status_code == 200)
        assert until(lambda: ready(running))


def test_a_database_that_does_not_answer_is_given_up_on(sample: Writer, database: Address, tmp_path: Path) -> None:
    with line_to(database) as (line, near), served(near, tmp_path, CLEW_REQUEST_SECONDS="1") as running:
        assert until(lambda: running.ask(ASKED).status_code == 200)
        line.flows.clear()
        told = running.ask(ASKED)
        assert (told.status_code, codes(told)) in [(504, {"TIMEOUT"}), (503, {"UNAVAILABLE"})]
        line.flows.set()
        assert until(lambda: running.ask(ASKED).status_code == 200)


def test_nothing_is_left_open_by_thousands_of_requests_slow_ones_and_clients_that_leave(
    sample: Writer, database: Address, tmp_path: Path
) -> None:
    with served(database, tmp_path, CLEW_REQUEST_SECONDS="2") as running:
        ended = asyncio.run(_many(running))
        assert ended["200"] > REQUESTS // 2
        assert ended["left"] > 0
        assert set(ended) <= {"200", "left", "503", "504"}
        assert until(lambda: sample.read(TRANSACTIONS)[0]["transactions"] <= 1)
        assert sample.read(CONNECTIONS)[0]["connections"] <= POOL + 10
        assert running.ask(ASKED).status_code == 200


async def _many(running: Served) -> dict[str, int]:
    """Ask many times at once, a twentieth of them by clients that do not wait; return how they ended."""
    ended: dict[str, int] = {"200": 0, "left": 0}
    headers = {"authorization": running.bearer("tester"), "accept": TRUSTED}
    bodies = [{"query": ASKED}, {"query": "{ __typename }"}, {"query": '{ node(id: "naaaaaaaaaaaaaaaa") { id } }'}]
    places = iter(range(REQUESTS))

    async def client() -> None:
        async with httpx.AsyncClient(timeout=60) as own:
            for place in places:
                leaves = place % 20 == 7
                try:
                    answered = await own.post(
                        f"{running.url}/graphql",
                        json=bodies[place % 3],
                        headers=headers,
                        timeout=httpx.Timeout(60, read=0.001) if leaves else 60,
                    )
                    name = str(answered.status_code)
                except httpx.TransportError:
                    name = "left"
                ended[name] = ended.get(name, 0) + 1

    await asyncio.gather(*(client() for _ in range(16)))
    return ended


@pytest.mark.parametrize("stops", ["SIGTERM", "SIGINT"])
def test_what_is_under_way_is_answered_before_it_stops(
    sample: Writer, database: Address, tmp_path: Path, stops: str
) -> None:
    with served(database, tmp_path) as running:

        async def asked_and_stopped() -> list[int]:
            async with httpx.AsyncClient(timeout=60) as own:
                headers = {"authorization": running.bearer("tester"), "accept": TRUSTED}
                body = {"query": "{ dataQuality(first: 100) { nodes { check } } }"}
                under_way = [
                    asyncio.create_task(own.post(f"{running.url}/graphql", json=body, headers=headers))
                    for _ in range(4)
                ]
                await own.get(f"{running.url}/healthz")
                running.process.send_signal(getattr(signal, stops))
                return [(await each).status_code for each in under_way]

        assert set(asyncio.run(asked_and_stopped())) <= {200, 503}
        assert running.process.wait(30) == 0
