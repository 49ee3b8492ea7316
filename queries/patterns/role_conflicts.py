"""Conflicts of role: what a delivery says of a person that cannot all be right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "conflict", "happened_on", "source_ref", "source", "person_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleConflict:
    """A person whose roles in one incident or on one form conflict."""

    conflict: str
    person_id: str
    incident_id: str | None
    assessment_id: str | None
    source: str
    source_ref: str
    happened_on: date
    age: int | None
    record_ids: list[str]


async def role_conflicts(
    reader: Reader, viewer: Viewer, *, after: Place | None = None, limit: int = 200
) -> Answer[RoleConflict]:
    """List roles that cannot all be right, the latest first."""
    return await ask(reader, viewer, QUERY, RoleConflict, {"after": after, "limit": limit})
