"""Complete feeds: what they must be before they may retire anything, and what they do not hold any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from graph.connection import Writer
from graph.errors import SourceError
from ingest import deliveries, revisions
from ingest.batch import Checked
from ingest.contracts import BY_NAME
from ingest.contracts.feed import Feed
from ingest.delivery import Delivery
from ingest.statements import in_force

Pieces: TypeAlias = Iterator[Checked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a complete feed holds of its source."""

    source: str
    held: npt.NDArray[np.uint64]
    """Hashes of the ids of its records, sorted."""
    rejected: int

    def holds(self, fact_id: str) -> bool:
        """Return whether the feed holds a record; at worst one that it does not hold is taken for one that it does."""
        place = int(np.searchsorted(self.held, hashed := _hash(fact_id)))
        return place < len(self.held) and bool(self.held[place] == hashed)


def survey(writer: Writer, delivery: Delivery, checked: Callable[[str], Pieces], *, shrink: float) -> dict[str, Survey]:
    """Look at the complete feeds of a delivery before anything is loaded, and return what each holds.

    Raises SourceError where a feed cannot be complete, comes after a later one, or would retire more than `shrink`
    percent of what is held.
    """
    found = {}
    for name in sorted(delivery.complete):
        feed = BY_NAME[name]
        surveyed = _surveyed(_source(writer, delivery, feed), checked(name))
        _refuse_shrunk(writer, feed, surveyed, shrink)
        found[name] = surveyed
    return found


def _source(writer: Writer, delivery: Delivery, feed: Feed) -> str:
    """Return the source of which the feed holds all, or raise SourceError where it cannot be complete."""
    if not feed.may_be_complete:
        raise SourceError(f"{feed.name} cannot be complete: rows of it are withdrawn one by one (column withdrawn).")
    if delivery.source is None:
        raise SourceError(
            f"{feed.name} is said to be complete, but not of which system: name it as source in the manifest."
        )
    if feed.name not in {table.feed for table in delivery.tables}:
        raise SourceError(
            f"{feed.name} is said to be complete and is not in the delivery; deliver it, or do not say so."
        )
    if deliveries.overtaken(writer, feed, delivery.source, delivery.received_at):
        raise SourceError(
            f"{feed.name} is said to be complete, and a later delivery of it was loaded before: what it lacks may have "
            "come since. Load complete feeds in the order received, or this one as not complete."
        )
    return delivery.source


def _surveyed(source: str, pieces: Pieces) -> Survey:
    hashes, rejected = [], 0
    for piece in pieces:
        rejected += piece.rejected
        mine = [_hash(row.id) for row in piece.rows if row.properties["source"] == source]
        hashes.append(np.array(mine, dtype=np.uint64))
    held = np.unique(np.concatenate(hashes)) if hashes else np.array([], dtype=np.uint64)
    return Survey(source=source, held=held, rejected=rejected)


def _refuse_shrunk(writer: Writer, feed: Feed, surveyed: Survey, shrink: float) -> None:
    there = gone = 0
    for fact_id in in_force(writer, feed, surveyed.source):
        there += 1
        gone += not surveyed.holds(fact_id)
    if surveyed.rejected or not gone or gone * 100 <= there * shrink:
        return
    raise SourceError(
        f"{feed.name} is said to be complete and lacks {gone:,} of the {there:,} records held of its source, more than "
        f"the {shrink:g} % that may go at once. Nothing was loaded: deliver it whole, or raise CLEW_SHRINK_PERCENT if "
        "so many are meant to go."
    )


def absent(writer: Writer, feed: Feed, surveyed: Survey, received_at: object) -> Iterator[str]:
    """Yield the records of the source that the feed does not hold and that are not noted as retired yet."""
    noted: set[str] = set()
    waiting: list[str] = []
    for row in revisions.in_feed(writer, feed, surveyed.source):
        if row["gone"] or received_at in row["retired"]:
            noted.add(row["fact_id"])
        elif not surveyed.holds(row["fact_id"]):
            waiting.append(row["fact_id"])
    yield from waiting
    known = {*noted, *waiting}
    for fact_id in in_force(writer, feed, surveyed.source):
        if fact_id not in known and not surveyed.holds(fact_id):
            yield fact_id


def _hash(fact_id: str) -> int:
    return int.from_bytes(blake2b(fact_id.encode(), digest_size=8).digest())
