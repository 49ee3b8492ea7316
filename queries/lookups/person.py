"""What is recorded of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read

QUERY = read(Path(__file__).with_suffix(".cypher"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """One record of a person."""

    person_id: str
    nominal_id: str
    source: str
    source_ref: str
    family_name: str | None
    given_names: str | None
    also_known_as: list[str]
    born_on: date | None
    sex: str | None
    addresses: list[str]
    withheld_addresses: int
    identifiers: list[str]
    schools: list[str]
    markers: list[str]
    ties: list[str]


async def person(reader: Reader, viewer: Viewer, *, person_id: str, limit: int = 100) -> Answer[PersonRecord]:
    """Show what is recorded of a person, one row a record."""
    return await ask(reader, viewer, QUERY, PersonRecord, {"person_id": person_id, "limit": limit})
