"""A suspect's victims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from queries.answer import EVER, Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "last_on", "victim_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedVictim:
    """A person against whom somebody is suspected."""

    dyad_id: str
    victim_id: str
    name: str
    incidents: int
    first_on: date | None
    last_on: date | None
    assessments: int
    latest_grade: str | None
    latest_graded_on: date | None
    pairing: str
    incident_ids: list[str]
    assessment_ids: list[str]


async def linked_victims(
    reader: Reader,
    viewer: Viewer,
    *,
    person_id: str,
    as_of: date | None = None,
    after: Place | None = None,
    limit: int = 100,
) -> Answer[LinkedVictim]:
    """List a suspect's victims."""
    asked = {"person_id": person_id, "as_of": as_of or EVER, "after": after, "limit": limit}
    return await ask(reader, viewer, QUERY, LinkedVictim, asked)
