"""The service, run as its users run it: a process of its own on the tests' database, asked over HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from command import environ
from graph.connection import Address
from signing import ISSUER, Provider

TRUSTED = "application/graphql-response+json"

ROLES = """
[roles.tester]
says = "Sees no restricted record, and names."
groups = []
may = ["ask", "names", "free_form", "introspect"]
claims = ["tester"]

[roles.blind]
says = "Sees no restricted record and no names."
groups = []
may = ["ask", "free_form"]
claims = ["blind"]

[roles.sensitive]
says = "Sees sensitive records."
groups = ["sensitive"]
may = ["ask", "names", "free_form"]
claims = ["sensitive"]

[roles.everything]
says = "Sees every record."
groups = ["sensitive", "professional_standards"]
may = ["ask", "names", "free_form"]
claims = ["everything"]

[roles.assessor]
says = "As shipped: held to trusted documents."
groups = []
may = ["ask", "names"]
claims = ["assessor"]

[roles.application]
says = "As shipped."
groups = []
may = ["ask"]
claims = ["application"]

[roles.auditor]
says = "As shipped."
groups = []
may = ["audit"]
claims = ["auditor"]
"""
"""The shipped audiences, each with a role that may send documents of its own, so that every field can be asked for."""

SEES = {"tester": (), "sensitive": ("sensitive",), "everything": ("sensitive", "professional_standards")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running service."""

    url: str
    home: Path
    provider: Provider
    process: subprocess.Popen[str]
    client: httpx.Client

    def bearer(self, *roles: str, **claims: Any) -> str:
        """Return the header Authorization of somebody with roles of ROLES."""
        return self.provider.bearer(roles=list(roles), **claims)

    def post(
        self, body: Mapping[str, Any], *roles: str, headers: Mapping[str, str | None] | None = None
    ) -> httpx.Response:
        """Post a body as somebody with roles (tester unless given); a header that is None is left out."""
        given: dict[str, str | None] = {
            "authorization": self.bearer(*(roles or ("tester",))),
            "accept": TRUSTED,
            **(headers or {}),
        }
        kept = {name: value for name, value in given.items() if value is not None}
        return self.client.post(f"{self.url}/graphql", json=body, headers=kept)

    def ask(self, query: str, *roles: str, **variables: Any) -> httpx.Response:
        """Post a document of one's own."""
        return self.post({"query": query, "variables": variables}, *roles)

    def data(self, query: str, *roles: str, **variables: Any) -> Any:
        """Return what a document of one's own gives; it must not go wrong."""
        answered = self.ask(query, *roles, **variables)
        told = answered.json()
        assert answered.status_code == 200, told
        assert "errors" not in told, told
        return told["data"]


def codes(answered: httpx.Response) -> set[str]:
    """Return the codes of what went wrong."""
    return {error["extensions"]["code"] for error in answered.json()["errors"]}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


@contextmanager
def served(address: Address | None, home: Path, *words: str, wait: float = 60.0, **more: str) -> Iterator[Served]:
    """Run the service for the time of a `with`; a test may have ended it before."""
    provider = Provider()
    home.mkdir(parents=True, exist_ok=True)
    (home / "roles.toml").write_text(ROLES, "utf-8")
    (home / "provider.json").write_text(provider.jwks(), "utf-8")
    port = free_port()
    given = {
        **environ(address, home),
        "CLEW_JWKS": str(home / "provider.json"),
        "CLEW_TOKEN_ISSUER": ISSUER,
        "CLEW_ROLES": str(home / "roles.toml"),
        "CLEW_BUDGET": "100000000",
        # A server that just started plans each text at its first question, on a machine that may have much else to do.
        "CLEW_REQUEST_SECONDS": "60",
        **more,
    }
    log = (home / "service.log").open("a", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "clew", "serve", "--port", str(port), *words],
        env=given,
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        text=True,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(timeout=60) as client:
            _wait(client, url, process, home / "service.log", wait)
            yield Served(url=url, home=home, provider=provider, process=process, client=client)
    finally:
        log.close()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait(client: httpx.Client, url: str, process: subprocess.Popen[str], log: Path, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            if client.get(f"{url}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"The service does not start: {log.read_text('utf-8')[-2000:]}")
