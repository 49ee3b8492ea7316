"""What happened, in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from graph.connection import Reader
from graph.errors import QuestionError
from queries.answer import EVER, Answer, Viewer, answered, ask, hold_to_limit, refuse_unready
from queries.catalogue import read
from queries.known.gather import gather
from queries.known.happenings import happenings, subjects
from queries.paging import Place, hold_to_run, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "happened_on", "incident_id", "kind", "record_id")


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
    reader: Reader,
    viewer: Viewer,
    *,
    subject_id: str,
    as_of: date | None = None,
    known_at: datetime | None = None,
    after: Place | None = None,
    limit: int = 200,
) -> Answer[Happening]:
    """List what happened to a person or in a dyad, in order, as it is known or as it was known at a time.

    Raises QuestionError also if `known_at` has no time zone.
    """
    if known_at is None:
        asked = {"subject_id": subject_id, "as_of": as_of or EVER, "known_at": None, "after": after, "limit": limit}
        return await ask(reader, viewer, QUERY, Happening, asked)
    if known_at.tzinfo is None:
        raise QuestionError("known_at needs a time zone.")
    hold_to_limit(limit)
    gathered = await gather(reader, viewer, subjects(subject_id))
    refuse_unready(gathered.state, viewer)
    hold_to_run(gathered.state["run"], after)
    rows = [Happening(**row) for row in happenings(gathered.at(known_at), subject_id, as_of, after)]
    return answered(QUERY, rows, limit, {**gathered.state, "as_of": as_of, "known_at": known_at})
