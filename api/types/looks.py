"""What the API shows auditors of who looked."""

from __future__ import annotations

from datetime import date, datetime

from api.publish import ID, publish
from graph.audit import reports
from queries.lookups import areas

_SAYS = {
    "viewer": "Who looked, by the subject of a token or the name of an application.",
    "subjects": "Different persons who were read.",
    "looks": "Answers in which they stood.",
    "first_at": "When the first was answered.",
    "last_at": "When the last was answered.",
    "on": "The day, in the force's time zone.",
    "subject_id": "The person who was read.",
    "viewers": "How many read the person.",
    "viewer_names": "Who they are.",
    "area": "Neighbourhood of the persons' latest incidents.",
    "reads": "Reads of persons of that area.",
    "of_reads": "All reads of the viewer.",
    "subject_ids": "The persons who were read.",
}


@publish(reports.Burst, _SAYS)
class Burst:
    viewer: str
    subjects: int
    looks: int
    first_at: datetime
    last_at: datetime


@publish(reports.OutOfHours, _SAYS)
class OutOfHours:
    viewer: str
    on: date
    subjects: int
    looks: int
    first_at: datetime
    last_at: datetime


@publish(reports.ManyViewers, _SAYS)
class ManyViewers:
    subject_id: ID
    viewers: int
    viewer_names: list[str]
    looks: int
    first_at: datetime
    last_at: datetime


@publish(reports.UnusualArea, _SAYS)
class UnusualArea:
    viewer: str
    area: str
    reads: int
    of_reads: int
    subject_ids: list[ID]
    first_at: datetime
    last_at: datetime


@publish(areas.Area, areas.QUERY)
class Area:
    person_id: ID
    area: str
