"""Where the latest incidents of some persons were recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read

QUERY = read(Path(__file__).with_suffix(".cypher"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The neighbourhood of somebody's latest incident."""

    person_id: str
    area: str


async def areas(reader: Reader, viewer: Viewer, *, persons: list[str], limit: int = 1000) -> Answer[Area]:
    """List the neighbourhoods in which the latest incidents of some persons were recorded."""
    return await ask(reader, viewer, QUERY, Area, {"persons": persons, "limit": limit})
