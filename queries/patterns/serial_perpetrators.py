"""One suspect, several victims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "victims", "groups", "last_on", "suspect_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialPerpetrator:
    """A person suspected of abuse against several victims."""

    suspect_id: str
    name: str
    victims: int
    groups: int
    incidents: int
    first_on: date
    last_on: date
    since_on: date
    victim_ids: list[str]
    incident_ids: list[str]
    connections: list[str]


async def serial_perpetrators(
    reader: Reader,
    viewer: Viewer,
    *,
    suspects: list[str] | None = None,
    as_of: date | None = None,
    min_victims: int = 2,
    min_incidents: int = 1,
    window_days: int = 0,
    unconnected: bool = False,
    after: Place | None = None,
    limit: int = 100,
) -> Answer[SerialPerpetrator]:
    """List people suspected of abuse against several victims."""
    return await ask(
        reader,
        viewer,
        QUERY,
        SerialPerpetrator,
        {
            "suspects": suspects,
            "as_of": as_of,
            "min_victims": min_victims,
            "min_incidents": min_incidents,
            "window_days": window_days,
            "unconnected": unconnected,
            "after": after,
            "limit": limit,
        },
    )
