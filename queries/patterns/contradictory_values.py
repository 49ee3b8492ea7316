"""Contradictory values: what the records of one person say of it, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "between_sources", "subject", "person_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A person of whom records say different things."""

    person_id: str
    subject: str
    between_sources: bool
    values: list[str]
    sources: list[str]
    source_refs: list[str]
    record_ids: list[str]


async def contradictory_values(
    reader: Reader, viewer: Viewer, *, after: Place | None = None, limit: int = 200
) -> Answer[Contradiction]:
    """List people whose records contradict one another, those of different sources first."""
    return await ask(reader, viewer, QUERY, Contradiction, {"after": after, "limit": limit})
