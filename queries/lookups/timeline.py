"""What happened, in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read

QUERY = read(Path(__file__).with_suffix(".cypher"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened to a person or in a dyad."""

    happened_on: date
    kind: str
    record_id: str
    incident_id: str | None
    source: str
    source_ref: str
    roles: list[str]
    detail: str | None
    grade: str | None
    domestic: bool | None


async def timeline(
    reader: Reader, viewer: Viewer, *, subject_id: str, as_of: date | None = None, limit: int = 200
) -> Answer[Happening]:
    """List what happened to a person or in a dyad, in order."""
    return await ask(reader, viewer, QUERY, Happening, {"subject_id": subject_id, "as_of": as_of, "limit": limit})
