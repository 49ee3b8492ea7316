"""Forms that are of nobody known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "assessed_on", "assessment_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnattributedAssessment:
    """An assessment that is of no known suspect."""

    assessment_id: str
    source: str
    source_ref: str
    instrument: str
    assessed_on: date
    grade: str | None
    victim_id: str
    incident_id: str | None
    suspects: int
    why: str


async def unattributed_assessments(
    reader: Reader, viewer: Viewer, *, after: Place | None = None, limit: int = 100
) -> Answer[UnattributedAssessment]:
    """List assessments that cannot be taken to be of a suspect."""
    return await ask(reader, viewer, QUERY, UnattributedAssessment, {"after": after, "limit": limit})
