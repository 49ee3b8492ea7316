"""`clew up`: starts the local Neo4j."""

from __future__ import annotations

import typer

EXAMPLE = "Example: clew up"


def up() -> None:
    """Start the local Neo4j, if it does not run already; the first time it is fetched, about 150 MB.

    Everything of it is kept in CLEW_HOME, and it listens on this machine only. With NEO4J_URI set that Neo4j is used,
    and none is started.
    """
    from clew import progress
    from graph.engine import server
    from graph.settings import Settings

    settings = Settings.from_env()
    with progress.shown() as tell:
        address = server.up(settings, lambda done, there: tell("Fetching Neo4j", done, there))
    if settings.neo4j_uri:
        typer.echo(f"NEO4J_URI is set: the Neo4j at {address.uri} is used, and none is started.")
    else:
        password = settings.home / "password"
        typer.echo(f"Neo4j runs at {address.uri}; user name {address.username}, password in {password}")
