"""Schools and who attends them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.synthetic.cast import People
from ingest.synthetic.draws import ABSENT, Ints, chance
from ingest.synthetic.size import Area, Part

SCHOOLS = 12
ATTENDING = 0.7
"""Share of children whose school is known (domain knowledge: 10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendances:
    """Which child attends which school, from a day until a day."""

    person: Ints
    school: Ints
    start: Ints
    end: Ints


def attendances(area: Area, people: People, children: Ints) -> Attendances:
    """Send seven of ten children of school age to school, each since the September of the year it turned 4 or 11."""
    numbers = area.numbers(Part.SCHOOLS)
    attending = children[chance(numbers, len(children), ATTENDING)]
    days = people.born[attending].astype("datetime64[D]")
    year = days.astype("datetime64[Y]").astype(np.int64) + 1970
    parts = []
    for first_age, last_age, schools in ((4, 11, np.arange(SCHOOLS // 2)), (11, 16, np.arange(SCHOOLS // 2, SCHOOLS))):
        start, end = _day(year + first_age, 9), _day(year + last_age, 8) - 1
        began = start <= area.last_day
        school = schools[numbers.integers(0, len(schools), int(began.sum()))]
        known = chance(numbers, len(school), 0.85)
        parts.append(
            (
                attending[began],
                school,
                np.where(known, start[began], ABSENT),
                np.where(end[began] <= area.last_day, end[began], ABSENT),
            )
        )
    person, school, start, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((start, school, person))
    return Attendances(person=person[order], school=school[order], start=start[order], end=end[order])


def _day(year: Ints, month: int) -> Ints:
    """Return the first day of a month."""
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)
