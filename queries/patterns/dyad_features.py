"""What each dyad rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read

QUERY = read(Path(__file__).with_suffix(".cypher"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DyadFeatures:
    """What one dyad rests on."""

    suspect_id: str
    victim_id: str
    incident_ids: list[str]
    incident_on: list[date]
    incident_named: list[bool]
    assessment_ids: list[str]
    assessed_on: list[date]
    grades: list[str]
    attributed: list[bool]


async def dyad_features(reader: Reader, viewer: Viewer, *, suspects: list[str], as_of: date) -> Answer[DyadFeatures]:
    """List what each dyad of given suspects rests on."""
    return await ask(reader, viewer, QUERY, DyadFeatures, {"suspects": suspects, "as_of": as_of})
