"""Makes the fields by which an auditor sees who looked: each report on the record as a list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

import strawberry

from api.asking import Asking, Info
from api.publish import published
from api.shown import About, Listing
from api.types import looks as shows
from graph.audit import reports
from graph.audit.readings import Look, looks
from graph.errors import QuestionError
from graph.terms import Permission
from queries.lookups.areas import areas

MOST = 100
_AREAS_AT_ONCE = 1_000

Finds = Callable[[Asking, Sequence[Look]], Any]
"""Finds what a report tells in looks; may ask the database."""


def _field(says: str, shown: Any, find: Finds) -> Any:
    caution = "What happened, and nothing of why: a threat list at night can be the night shift's work."

    async def resolver(info: Info, since: Any = None, first: Any = MOST) -> Any:
        asking = info.context
        asking.need(Permission.AUDIT, "reading who looked")
        if not 1 <= first <= MOST:
            raise QuestionError(f"first must lie between 1 and {MOST}.")
        from_at = None if since is None else datetime.combine(since, time(), asking.zone).astimezone(UTC)
        read = await asyncio.to_thread(lambda: list(looks(asking.records, from_at)))
        found = find(asking, read)
        rows = await found if asyncio.iscoroutine(found) else found
        asking.show(rows[:first])
        return Listing(
            rows=published(shown, rows[:first], True),
            cut=f"first: more than {first} rows" if len(rows) > first else None,
            about=About(question=says, caution=caution, as_of=None, known_at=None, state="ready", versions=[]),
        )

    returns: Any = Listing[shown]
    resolver.__annotations__ = {
        "info": Info,
        "since": Annotated[date | None, strawberry.argument(description="First day that counts; not given: all.")],
        "first": Annotated[int, strawberry.argument(description=f"How many at most; to {MOST}.")],
        "return": returns,
    }
    return strawberry.field(resolver=resolver, description=f"{says} Caution: {caution}")


def bursts() -> Any:
    """Return the field that tells bursts."""
    says = "When a viewer read more than 100 persons within 10 minutes."
    return _field(says, shows.Burst, lambda _, read: reports.bursts(read))


def out_of_hours() -> Any:
    """Return the field that tells who looked before seven, after nineteen or at a weekend."""
    says = "Who read on which day before 7:00, after 19:00 or at a weekend."
    return _field(says, shows.OutOfHours, lambda asking, read: reports.out_of_hours(read, zone=asking.zone))


def many_viewers() -> Any:
    """Return the field that tells whom many read."""
    says = "Whom at least 10 viewers read within 7 days."
    return _field(says, shows.ManyViewers, lambda _, read: reports.many_viewers(read))


def unusual_areas() -> Any:
    """Return the field that tells who read of areas in which they hardly ever do."""
    says = "Persons whom a viewer read of areas with under 2 % of that viewer's reads of the last 90 days."
    return _field(says, shows.UnusualArea, _unusual)


async def _unusual(asking: Asking, read: Sequence[Look]) -> list[reports.UnusualArea]:
    persons = sorted({each for look in read for each in look.subject_ids})
    found: dict[str, str] = {}
    for start in range(0, len(persons), _AREAS_AT_ONCE):
        told = await areas(asking.reader, asking.viewer, persons=persons[start : start + _AREAS_AT_ONCE])
        found |= {row.person_id: row.area for row in told.rows}
    return reports.unusual_areas(read, found)
