"""The first load of an empty local database: by Neo4j's own importer, and over Bolt what is not plain.

The same checks, rejects, provenance and keys, and the same graph as over Bolt alone. Broken off at any moment, it
leaves the empty database or one that knows this delivery as begun; run again, it begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from graph import connection
from graph.alone import alone
from graph.connection import Address, Writer
from graph.engine import server, store
from graph.errors import DatabaseRefused
from graph.settings import Settings
from ingest import deliveries
from ingest.batch import Taken
from ingest.bulk.files import Files
from ingest.bulk.write import write
from ingest.check import demand_columns
from ingest.claim import claim, holds_anything, kind_of
from ingest.delivery import Delivery
from ingest.load import load as load_over_bolt
from ingest.report import Report

Progress = Callable[[str, int, int], None]

FROM = 150_000
"""Rows from which it is worth to stop the server and start it again."""


def is_first(settings: Settings, delivery: Delivery) -> bool:
    """Return whether a delivery is large, and the first that the local database gets."""
    if settings.neo4j_uri is not None or sum(delivery.rows.values()) < FROM:
        return False
    with connection.writer(server.locate(settings)) as writer:
        return _empty(writer, delivery)


def _empty(writer: Writer, delivery: Delivery) -> bool:
    """Return whether nothing was loaded but a part of this delivery."""
    begun = deliveries.every(writer)
    if not begun:
        return not holds_anything(writer)
    mine = [{"delivery_id": delivery.delivery_id, "content": delivery.content, "finished": False}]
    return delivery.content is not None and begun == mine


def load(
    settings: Settings, delivery: Delivery, *, zone: ZoneInfo, progress: Progress | None = None
) -> tuple[Address, Report]:
    """Load the first delivery, and return where the database is now, and the counts by feed and the rejects.

    Raises what `bring_in` and `ingest.load.load` do.
    """
    address, taken = bring_in(settings, delivery, zone=zone, progress=progress)
    with connection.writer(address) as writer:
        return address, load_over_bolt(writer, delivery, zone=zone, progress=progress, taken=taken)


def bring_in(
    settings: Settings, delivery: Delivery, *, zone: ZoneInfo, progress: Progress | None = None
) -> tuple[Address, Mapping[str, Taken]]:
    """Put what is plain of the first delivery into the database, and return where that is now, and what is left.

    What is left is for `ingest.load.load`. Raises DatabaseRefused if something was loaded before, SourceError if a
    table does not follow its contract, and EngineError if the importer fails; then the database is as it was.
    """
    told = progress or (lambda *_: None)
    taken = _import(settings, delivery, zone, told)
    return server.up(settings), taken


def _import(settings: Settings, delivery: Delivery, zone: ZoneInfo, told: Progress) -> Mapping[str, Taken]:
    """Build a database of what is plain, beside the one that is there."""
    with connection.writer(server.locate(settings)) as writer:
        claim(writer, delivery.kind, dry_run=True)
        for delivered in delivery.tables:
            demand_columns(delivered)
        with alone(writer):
            if not _empty(writer, delivery):
                raise DatabaseRefused("Something was loaded into this database before; load over Bolt.")
            delivery = deliveries.known_again(writer, delivery)
            _, owner = kind_of(writer)
            place = store.prepare(settings)
            with Files(place / "files") as files:
                taken = write(delivery, files, zone=zone, owner=owner, progress=told)
                sources = files.sources()
            told("Neo4j's importer", 0, 0)
            store.build(settings, place, sources)
            # Still alone: what somebody else loaded now would be gone.
            told("the Neo4j starts", 0, 0)
            server.down(settings)
    return taken
