"""One pair, several incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "incidents", "last_on", "dyad_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatDyad:
    """A pair with several incidents."""

    dyad_id: str
    suspect_id: str
    suspect_name: str
    victim_id: str
    victim_name: str
    incidents: int
    incidents_ever: int
    first_on: date
    last_on: date
    latest_grade: str | None
    pairing: str
    incident_ids: list[str]


async def repeat_dyads(
    reader: Reader,
    viewer: Viewer,
    *,
    as_of: date | None = None,
    window_days: int = 365,
    min_incidents: int = 2,
    after: Place | None = None,
    limit: int = 100,
) -> Answer[RepeatDyad]:
    """List pairs with several domestic incidents in a window."""
    return await ask(
        reader,
        viewer,
        QUERY,
        RepeatDyad,
        {"as_of": as_of, "window_days": window_days, "min_incidents": min_incidents, "after": after, "limit": limit},
    )
