"""Runs the service: binds its port, starts its processes, and collects their figures."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector
from uvicorn.supervisors import Multiprocess

from graph.connection import Address
from graph.errors import SettingsError
from graph.settings import Settings

_UNDER_WAY = 500
_GRACE = 20
_BACKLOG = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where and how the service listens."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    metrics_port: int | None = None
    dev: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = False


def serve_until_stopped(settings: Settings, address: Address, listening: Listening) -> None:
    """Serve until SIGINT or SIGTERM; what is under way then is answered first.

    Raises SettingsError if the port is taken.
    """
    # It decides when it is imported whether figures are of one process: only now is it known.
    with _stopped_by_signals(), _figures(listening), _bound(listening) as bound:
        from api.app import Options, application  # noqa: PLC0415

        alone = listening.metrics_port if listening.workers == 1 else None
        options = Options(dev=listening.dev, metrics_port=alone)
        config = uvicorn.Config(
            partial(application, settings, address, options),
            factory=True,
            workers=listening.workers,
            loop="auto",
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=listening.behind_proxy,
            forwarded_allow_ips="127.0.0.1",
            limit_concurrency=_UNDER_WAY,
            backlog=_BACKLOG,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=_GRACE,
            ssl_certfile=listening.tls_cert,
            ssl_keyfile=listening.tls_key,
        )
        if listening.workers == 1:
            uvicorn.Server(config).run(sockets=[bound])
        else:
            Multiprocess(config, sockets=[bound]).run()


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let a signal to stop be an end like any other: uvicorn raises it once more when all is answered."""
    before = {each: signal.signal(each, lambda *_: None) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def _bound(listening: Listening) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    with socket.socket(family) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((listening.host, listening.port))
        except OSError as error:
            raise SettingsError(
                f"Port {listening.port} of {listening.host} cannot be listened on ({error.strerror}): choose another "
                "by --port."
            ) from None
        bound.set_inheritable(True)
        yield bound


@contextmanager
def _figures(listening: Listening) -> Iterator[None]:
    """Collect the figures of several processes in a folder and serve them, for the time of a `with`."""
    if listening.workers == 1 or listening.metrics_port is None:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="clew-figures-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
        server, thread = start_http_server(listening.metrics_port, addr="127.0.0.1", registry=registry)
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]
