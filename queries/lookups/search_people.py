"""People by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.names import beginnings
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "family_name", "given_names", "nominal_id")

_LENGTH = 120
"""What is asked of the index is filled up with spaces, which it ignores: the server plans texts of up to 10, 100 and
1000 characters each by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecord:
    """A record whose name matched."""

    person_id: str
    nominal_id: str
    family_name: str | None
    given_names: str | None
    born_on: date | None
    sex: str | None
    source: str
    source_ref: str
    records: int


async def search_people(
    reader: Reader,
    viewer: Viewer,
    *,
    text: str,
    born_on: date | None = None,
    after: Place | None = None,
    limit: int = 20,
) -> Answer[FoundRecord]:
    """Find people by the beginnings of the words of their names."""
    asked = {"text": beginnings(text).ljust(_LENGTH), "born_on": born_on, "after": after, "limit": limit}
    return await ask(reader, viewer, QUERY, FoundRecord, asked)
