"""How large a synthetic force is, and the piece of it that is made at one time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

import numpy as np

MINUTES = 24 * 60
"""Minutes in a day; times are whole minutes since 1970, local, and days whole days since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a force is: areas that know nothing of each other, suspects in each, years of records.

    An area is made and written before the next is begun, so memory follows the area, not the force.
    """

    name: str
    areas: int
    suspects: int
    years: int

    @property
    def incidents(self) -> int:
        """Return how many incidents there should be: two for each suspect, or a little more."""
        return round(self.areas * self.suspects * 2.08)

    @property
    def latest(self) -> int:
        """Return about how many of them the last delivery should bring."""
        return min(500, self.incidents // 50)


SIZES = {
    size.name: size
    for size in (
        Size(name="demo", areas=1, suspects=1440, years=3),
        Size(name="force", areas=8, suspects=10_216, years=10),
        Size(name="metropolitan", areas=72, suspects=10_016, years=10),
    )
}


class Part(IntEnum):
    """A part of the work with random numbers of its own, so that a change of one leaves the others as they were."""

    DYADS = 1
    PEOPLE = 2
    FAMILIES = 3
    INCIDENTS = 4
    SCENES = 5
    OFFENCES = 6
    PLACES = 7
    THINGS = 8
    MARKERS = 9
    FORMS = 10
    ANSWERS = 11
    RECORDS = 12
    JUDGEMENTS = 13
    RESTRICTIONS = 14
    ROLES = 15
    MEETINGS = 16
    SITES = 17
    SCHOOLS = 18
    GRADES = 19
    RECORDED = 20
    REFERRALS = 21
    ARRIVALS = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One piece of a force: its number from 1, the days that it covers, and its random numbers."""

    size: Size
    seed: int
    number: int
    until: date

    def numbers(self, part: Part) -> np.random.Generator:
        """Return the random numbers of one part of the work."""
        sequence = np.random.SeedSequence(self.seed, spawn_key=(self.number, part))
        return np.random.Generator(np.random.PCG64(sequence))

    @property
    def last_day(self) -> int:
        """Return the last day, since 1970."""
        return (self.until - date(1970, 1, 1)).days

    @property
    def first_day(self) -> int:
        """Return the first day, since 1970."""
        return self.last_day - self.size.years * 1461 // 4 + 1

    @property
    def last_minute(self) -> int:
        """Return the last minute in which anything may have happened."""
        return (self.last_day + 1) * MINUTES - 1

    @property
    def switch_day(self) -> int:
        """Return the day on which the former records system gave way to the present one."""
        return self.first_day + 122

    @property
    def break_day(self) -> int:
        """Return the day from which fewer crimes are recorded for the same incident, as a new counting rule wants."""
        return self.first_day + (self.last_day - self.first_day) * 6 // 10

    @property
    def as_of(self) -> date:
        """Return the day on which the last records are received: what Clew concludes by itself is of that day."""
        return self.until + timedelta(days=1)

    @property
    def cuts(self) -> tuple[int, int, int]:
        """Return the minutes until which the systems are read for each of the three deliveries, on the hour.

        The last one follows the last day; between the second and it lie so many incidents as should be the latest, and
        between the first and the second four weeks.
        """
        each = self.size.years * 1461 / 4 * MINUTES / self.size.incidents
        end = self.last_minute + 1
        second = end - round(1.15 * self.size.latest * each / 60) * 60
        return second - 28 * MINUTES, second, end
