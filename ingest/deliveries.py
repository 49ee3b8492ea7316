"""What was delivered before: the same delivery is known again, and what became of each is noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from graph.connection import Row, Writer
from graph.errors import SourceError
from ingest.contracts.feed import Feed
from ingest.delivery import Delivery, Reject
from ingest.ids import opaque

_KNOWN = """
MATCH (delivery:Delivery {delivery_id: $delivery_id})
RETURN delivery.received_at AS received_at, delivery.content AS content
"""
_EVERY = """
MATCH (delivery:Delivery)
RETURN delivery.delivery_id AS delivery_id, delivery.content AS content, delivery.finished AS finished
ORDER BY delivery_id
"""
_NOTE = """
MERGE (delivery:Delivery {delivery_id: $delivery_id})
SET delivery.source = $source, delivery.received_at = $received_at, delivery.content = $content,
    delivery.finished = coalesce(delivery.finished, false)
"""
_NOTE_DONE = """
MATCH (delivery:Delivery {delivery_id: $delivery_id})
SET delivery.finished = true, delivery.feeds = $feeds,
    delivery.complete = [each IN coalesce(delivery.complete, []) WHERE NOT each IN $complete] + $complete
"""
_COMPLETE = """
MATCH (delivery:Delivery)
WHERE $part IN delivery.complete AND delivery.finished
RETURN DISTINCT delivery.received_at AS received_at
ORDER BY received_at
"""
_LATER = """
MATCH (delivery:Delivery)
WHERE delivery.received_at > $received_at AND $part IN delivery.feeds
RETURN count(*) AS deliveries
"""
_REJECTED = """
UNWIND $rows AS row
MERGE (rejected:Rejected {rejected_id: row.rejected_id})
SET rejected = row
"""


def known_again(writer: Writer, delivery: Delivery) -> Delivery:
    """Return the delivery as it was known before, if it was: received when it was first said to be.

    Raises SourceError if another delivery was loaded under its id.
    """
    for held in writer.read(_KNOWN, {"delivery_id": delivery.delivery_id}):
        if held["content"] is not None and delivery.content is not None and held["content"] != delivery.content:
            raise SourceError(
                f"A delivery {delivery.delivery_id} with other content was loaded before; "
                "give this one a delivery_id of its own in its manifest."
            )
        if held["received_at"] != delivery.received_at:
            if delivery.dated:
                raise SourceError(
                    f"The delivery {delivery.delivery_id} was loaded before as received "
                    f"{held['received_at']:%Y-%m-%d %H:%M} UTC; a delivery is received once."
                )
            return replace(delivery, received_at=held["received_at"])
    return delivery


def every(writer: Writer) -> list[Row]:
    """Return all deliveries: delivery_id, content, and whether it is finished."""
    return writer.read(_EVERY)


def note(writer: Writer, delivery: Delivery) -> None:
    """Note that the delivery has begun; one that was done before stays so."""
    noted = {
        "delivery_id": delivery.delivery_id,
        "source": delivery.source,
        "received_at": delivery.received_at,
        "content": delivery.content,
    }
    writer.write(lambda transaction: transaction.run(_NOTE, noted))


def note_done(writer: Writer, delivery: Delivery, *, feeds: Iterable[str], complete: Iterable[str]) -> None:
    """Note that the delivery is done, what it brought of which sources, and which feeds retired what they lack.

    Each is written as `part` does. What a feed lacks was not there: of that, late rows of earlier deliveries are told.
    """
    noted = {"delivery_id": delivery.delivery_id, "feeds": sorted(feeds), "complete": sorted(complete)}
    writer.write(lambda transaction: transaction.run(_NOTE_DONE, noted))


def part(feed_name: str, source: str | None) -> str:
    """Return what says that a delivery brought a feed of a source."""
    return f"{feed_name} {source}"


def complete_at(writer: Writer, feed: Feed, source: str) -> list[datetime]:
    """Return when complete feeds of a source were received that have been loaded."""
    return [row["received_at"] for row in writer.read(_COMPLETE, {"part": part(feed.name, source)})]


def overtaken(writer: Writer, feed: Feed, source: str, received_at: datetime) -> bool:
    """Return whether a delivery of the feed was loaded that was received later."""
    asked = {"part": part(feed.name, source), "received_at": received_at}
    return bool(writer.read(_LATER, asked)[0]["deliveries"])


def note_rejected(writer: Writer, delivery: Delivery, feed: Feed, rejects: Iterable[Reject]) -> None:
    """Note how many rows of a feed were rejected, by column, rule and who may see them."""
    counted = Counter((each.column, each.rule, each.restricted_to) for each in rejects)
    rows = [
        {
            "rejected_id": opaque("x", delivery.delivery_id, feed.name, column, rule, *(groups or ())),
            "delivery_id": delivery.delivery_id,
            "feed": feed.name,
            "source": delivery.source,
            "column": column,
            "rule": rule,
            "rows": number,
            "received_at": delivery.received_at,
            "restricted_to": None if groups is None else list(groups),
        }
        for (column, rule, groups), number in counted.items()
    ]
    if rows:
        writer.write(lambda transaction: transaction.run(_REJECTED, {"rows": rows}))
