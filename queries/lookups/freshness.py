"""What was delivered when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read

QUERY = read(Path(__file__).with_suffix(".cypher"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFreshness:
    """What one source delivered of one feed."""

    source: str
    feed: str
    records: int
    deliveries: int
    first_received_at: datetime
    last_received_at: datetime
    usual_days: int | None
    days_since: int
    late: bool
    first_on: date | None
    last_on: date | None
    longest_gap_days: int | None
    gap_from_on: date | None


async def freshness(reader: Reader, viewer: Viewer, *, limit: int = 200) -> Answer[FeedFreshness]:
    """Say what each source delivered when, and which of its feeds are late."""
    return await ask(reader, viewer, QUERY, FeedFreshness, {"limit": limit})
