"""A database knows what it holds: invented people or real ones, marked at its first load."""

from __future__ import annotations

from graph.connection import Transaction, Writer
from graph.errors import DatabaseRefused
from graph.terms import DatabaseKind

_KIND = "MATCH (database:Database) RETURN database.kind AS kind, database.owner AS owner"
_CLAIM = """
MERGE (database:Database {database_id: 'this'})
ON CREATE SET database.kind = $kind, database.owner = $owner
"""
_MORE = "MATCH (n) WHERE NOT n:Database RETURN 1 AS one LIMIT 1"
_ANYTHING = "MATCH (n) RETURN labels(n) AS labels LIMIT 1"


def kind_of(writer: Writer) -> tuple[DatabaseKind | None, str | None]:
    """Return what the database holds and who owns it; None where nothing was loaded yet."""
    rows = writer.read(_KIND)
    return (DatabaseKind(rows[0]["kind"]), rows[0]["owner"]) if rows else (None, None)


def holds_anything(writer: Writer) -> bool:
    """Return whether anything is in the database but the mark of what it holds."""
    return bool(writer.read(_MORE))


def claim(writer: Writer, kind: DatabaseKind, *, owner: str | None = None, dry_run: bool = False) -> None:
    """Mark an unmarked database with what it holds.

    Raises DatabaseRefused if it holds the other kind, or holds something that Clew did not load.
    """
    held, _ = kind_of(writer)
    if held is None:
        if writer.read(_ANYTHING):
            raise DatabaseRefused("This database holds something that Clew did not load; give Clew an empty one.")
        if not dry_run:

            def mark(transaction: Transaction) -> None:
                transaction.run(_CLAIM, {"kind": kind, "owner": owner})

            writer.write(mark)
    elif held is not kind:
        raise DatabaseRefused(
            f"This database holds {held} records and the delivery {kind} ones; they are never mixed. "
            "Load it into another database (NEO4J_URI or CLEW_HOME)."
        )
