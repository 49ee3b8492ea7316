"""`clew down`: stops the local Neo4j."""

from __future__ import annotations

import typer

EXAMPLE = "Example: clew down"


def down() -> None:
    """Stop the local Neo4j; its data stay in CLEW_HOME, and `clew up` starts it again.

    A Neo4j that NEO4J_URI names is left alone.
    """
    from graph.engine import server
    from graph.settings import Settings

    stopped = server.down(Settings.from_env())
    typer.echo("The local Neo4j is stopped." if stopped else "No local Neo4j runs.")
