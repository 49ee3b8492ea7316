"""Finds the database that a subcommand works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.connection import Address
    from graph.settings import Settings

_SECONDS = 10.0


def found(settings: Settings) -> Address:
    """Return the address of a database that answers.

    It is asked once before any work, since work is tried again for a while where nothing answers. Raises EngineError,
    SettingsError or DatabaseUnavailable where there is none.
    """
    from graph import connection
    from graph.engine import server
    from graph.errors import DatabaseUnavailable

    address = server.locate(settings)
    if not connection.answers(address, _SECONDS):
        raise DatabaseUnavailable(
            f"No Neo4j answers at {address.uri}; look whether it runs and NEO4J_URI names it."
            if settings.neo4j_uri
            else f"The local Neo4j at {address.uri} does not answer; `clew down`, then `clew up`, starts it anew."
        )
    return address
