"""A provider that publishes its keys over HTTP on this machine, and a service that goes by them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from api.callers import Caller, Reason, reason_of
from api.tokens import Issuer
from graph.errors import SignInRefused
from graph.reference.roles import roles
from graph.settings import Settings
from signing import Provider


@dataclass(slots=True)
class Published:
    """What a provider answers over HTTP on this machine, and how often it was asked."""

    body: str = ""
    status: int = 200
    location: str | None = None
    asked: int = 0
    port: int = 0
    let_go: Event = field(default_factory=Event)

    @property
    def address(self) -> str:
        """Return where they are."""
        return f"http://127.0.0.1:{self.port}/keys"


@contextmanager
def published(provider: Provider, port: int = 0) -> Iterator[Published]:
    """Publish a provider's keys; whoever asks waits for `let_go`, which is set from the beginning."""
    said = Published(body=provider.jwks())
    said.let_go.set()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said.asked += 1
            said.let_go.wait(30)
            self.send_response(said.status)
            if said.location:
                self.send_header("Location", said.location)
            body = said.body.encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - it is called so there
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Answers) as server:
        said.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield said
        finally:
            said.let_go.set()
            server.shutdown()
            thread.join()


@dataclass(slots=True)
class Clock:
    """Seconds that pass when a test says so."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        """Return how many have passed."""
        return self.seconds


@dataclass(slots=True)
class Service:
    """An issuer under test, with its clock."""

    issuer: Issuer
    clock: Clock

    async def ask(self, token: str) -> Caller | Reason:
        """Return who asks, or why nobody could be told."""
        try:
            return await self.issuer.check(token)
        except SignInRefused as refusal:
            return reason_of(refusal)


def run(settings: Settings, test: Callable[[Service], Awaitable[None]]) -> None:
    """Run a test of one process from its start to its end."""
    clock = Clock()
    service = Service(Issuer(settings, roles(), clock=clock), clock)

    async def started() -> None:
        try:
            await test(service)
        finally:
            await service.issuer.keys.close()

    asyncio.run(started())
