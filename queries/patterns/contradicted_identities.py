"""Records that a judgement keeps apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "person_id", "nominal_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContradictedRecord:
    """A record kept apart by a judgement."""

    person_id: str
    nominal_id: str
    source: str
    source_ref: str
    family_name: str | None
    given_names: str | None
    born_on: date | None
    same_as: list[str]
    different_from: list[str]


async def contradicted_identities(
    reader: Reader, viewer: Viewer, *, after: Place | None = None, limit: int = 100
) -> Answer[ContradictedRecord]:
    """List records that a judgement keeps from being one person."""
    return await ask(reader, viewer, QUERY, ContradictedRecord, {"after": after, "limit": limit})
