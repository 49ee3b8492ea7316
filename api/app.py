"""The service as an application: GraphQL, whether it lives and whether it is ready, from opening to closing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import start_http_server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api import preparation
from api.budget import Budget
from api.endpoint import Service, answer
from api.graphiql import routes as graphiql
from api.limits import Limits
from api.logs import to_standard_error
from api.metrics import Metrics
from api.preparation import Documents
from api.readiness import Readiness
from api.records import Recorder
from api.schema import schema
from api.sign_in import Authenticator
from graph import connection
from graph.audit.places import folders
from graph.audit.trail import opened
from graph.connection import Address
from graph.reference.roles import audiences
from graph.settings import Settings
from queries.answer import Viewer

COST = 60_000
"""Units of one request at most: a network of as many nodes and edges as there may be is within it."""

PATIENCE = 1.0
"""Seconds for which a database that does not answer is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is chosen when the service is started."""

    dev: bool = False
    metrics_port: int | None = None
    """Port of the figures of a process that is the only one; None: they are collected elsewhere or not at all."""


def application(settings: Settings, address: Address, options: Options) -> Starlette:
    """Return the application; it opens what it needs when it starts, and closes it when it ends."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        to_standard_error()
        metrics = Metrics()
        core = schema()._schema
        viewers = [Viewer(audience=each) for each in audiences(settings.roles)]
        with opened(*folders(settings)) as trail:
            async with (
                connection.reader(address, settings.request_seconds, patience=PATIENCE) as reader,
                connection.reader(address, settings.read_seconds) as patient,
            ):
                signing_in = Authenticator(settings, developer=options.dev)
                ready = Readiness(reader=reader, patient=patient, trail=trail, viewers=viewers)
                app.state.ready, app.state.service = (
                    ready,
                    Service(
                        schema=core,
                        documents=Documents(core),
                        trusted=preparation.trusted(*_folders(settings)),
                        reader=reader,
                        authenticator=signing_in,
                        recorder=Recorder(trail),
                        budget=Budget(settings.budget),
                        metrics=metrics,
                        limits=Limits(max_cost=COST),
                        policy=settings.purpose,
                        seconds=settings.request_seconds,
                        records=folders(settings)[0],
                        zone=settings.time_zone,
                        by_address=options.dev,
                    ),
                )
                metrics.ready.set_function(lambda: float(ready.warmed and not ready.stopping))
                await signing_in.prepare()
                figures = _figures(options, metrics)
                warming = asyncio.create_task(ready.warm())
                try:
                    yield
                finally:
                    ready.stopping = True
                    warming.cancel()
                    with suppress(asyncio.CancelledError):
                        await warming
                    figures()
                    await signing_in.close()

    routes: list[BaseRoute] = [
        Route("/graphql", _graphql, methods=_METHODS),
        Route("/healthz", _alive, methods=["GET"]),
        Route("/readyz", _ready, methods=["GET"]),
        *(graphiql.routes() if options.dev else []),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
"""All of them, so that what is refused is refused in one form."""


async def _graphql(request: Request) -> Response:
    return await answer(request.app.state.service, request)


async def _alive(_: Request) -> Response:
    return PlainTextResponse("alive\n")


async def _ready(request: Request) -> Response:
    lacks = await request.app.state.ready.lacks()
    return PlainTextResponse(f"{lacks or 'ready'}\n", 503 if lacks else 200)


def _folders(settings: Settings) -> list[Path]:
    return [preparation.SHIPPED, *([settings.documents] if settings.documents else [])]


def _figures(options: Options, metrics: Metrics) -> Callable[[], None]:
    """Serve the figures of this process where it is the only one, and return what ends that."""
    if options.metrics_port is None:
        return lambda: None
    server, thread = start_http_server(options.metrics_port, addr="127.0.0.1", registry=metrics.registry)

    def end() -> None:
        server.shutdown()
        thread.join()

    return end
