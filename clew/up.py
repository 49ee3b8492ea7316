"""`clew up`: starts the local Neo4j."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from graph.connection import Address
    from graph.settings import Settings

EXAMPLE = "Example: clew up"


def up() -> None:
    """Start the local Neo4j, if it does not run already; the first time it is fetched, about 150 MB.

    Everything of it is kept in CLEW_HOME, and it listens on this machine only. If it holds conclusions, every question
    is put to it once, so that nobody waits for what it does only the first time. With NEO4J_URI set that Neo4j is used,
    and none is started.
    """
    from clew import progress
    from graph.engine import server
    from graph.settings import Settings

    settings = Settings.from_env()
    ran = settings.neo4j_uri is not None or server.running(settings) is not None
    with progress.shown() as tell:
        address = server.up(settings, lambda done, there: tell("Fetching Neo4j", done, there))
    if settings.neo4j_uri:
        typer.echo(f"NEO4J_URI is set: the Neo4j at {address.uri} is used, and none is started.")
        return
    password = settings.home / "password"
    typer.echo(f"Neo4j runs at {address.uri}; user name {address.username}, password in {password}")
    if not ran:
        warm(settings, address)


def warm(settings: Settings, address: Address) -> None:
    """Put every question to a server that has just started, if it holds conclusions; it runs whatever comes of it."""
    import asyncio

    from clew import progress
    from graph import connection
    from graph.errors import ClewError
    from graph.reference.roles import audiences
    from queries import warm
    from queries.answer import Viewer

    async def warmed() -> None:
        viewers = [Viewer(audience=each) for each in audiences(settings.roles)]
        with progress.shown() as tell:
            async with connection.reader(address, settings.read_seconds) as reader:
                await warm.warm(reader, viewers, tell=lambda done, there: tell("Warming up", done, there))

    with suppress(ClewError):
        asyncio.run(warmed())
