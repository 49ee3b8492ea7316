"""Incidents in time: when they happened, when they were reported and recorded, and in which system."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ingest.synthetic.columns import joined, taken
from ingest.synthetic.draws import ABSENT, Flags, Ints, bursts, chance, delays, even, hours, shares, some
from ingest.synthetic.dyads import Dyads, Plan
from ingest.synthetic.families import Families
from ingest.synthetic.size import MINUTES, Area, Part


class Source(IntEnum):
    """The systems that deliver records."""

    RMS = 0
    LEGACY = 1
    CUSTODY = 2
    PARTNER_AGENCY = 3
    ASSESSMENT_UNIT = 4


class Scene(IntEnum):
    """What an incident is for: a dyad's own, or something that must not be taken for one."""

    DYAD = 0
    UNKNOWN_SUSPECT = 1
    DISPUTE = 2
    PARTIES = 3
    UNFLAGGED_NEIGHBOUR = 4
    UNFLAGGED_CHILD = 5
    TOGETHER = 6
    """Two victims of one suspect, in an incident that he is no part of."""


DOMESTIC, NOT_DOMESTIC, NO_FLAG = 1, 0, -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidents:
    """Incidents in the order in which they were reported; `dyad` is whose scene it is."""

    dyad: Ints
    scene: Ints
    reported: Ints
    began: Ints
    ended: Ints
    day_only: Flags
    recorded: Ints
    source: Ints
    domestic: Ints
    crime: Flags
    unknown: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The moments of the dyads' own incidents, and each dyad's first and last day."""

    dyad: Ints
    minute: Ints
    first: Ints
    last: Ints


def series(area: Area, dyads: Dyads) -> Series:
    """Draw when the dyads' incidents are reported; suspects with something planted only since the switch."""
    numbers = area.numbers(Part.INCIDENTS)
    planted = (dyads.plan != Plan.SINGLE) | dyads.borrowed
    begin = np.where(planted, area.switch_day, area.first_day)
    dyad, minute = bursts(numbers, dyads.incidents, begin, area.last_day)
    day = minute // MINUTES
    by_chance = begin + np.floor(even(numbers, len(begin)) * (area.last_day - begin)).astype(np.int64)
    first, last = np.where(dyads.incidents > 0, 2**40, by_chance), np.where(dyads.incidents > 0, ABSENT, by_chance)
    np.minimum.at(first, dyad, day)
    np.maximum.at(last, dyad, day)
    return Series(dyad=dyad, minute=minute, first=first, last=last)


def incidents(area: Area, dyads: Dyads, families: Families, told: Series) -> Incidents:
    """Return all incidents, those of the dyads and those that must not be taken for one."""
    numbers = area.numbers(Part.SCENES)
    own = _drawn(numbers, told.dyad, Scene.DYAD, told.minute)
    share = len(told.dyad)
    since = MINUTES * area.switch_day
    late, early = (since, area.last_minute), (MINUTES * area.first_day, since)
    ordinary = dyads.ordinary & (dyads.incidents > 0)
    strangers = np.flatnonzero(ordinary & (families.neighbour >= 0))
    parents = np.flatnonzero(ordinary & (families.minor >= 0))
    together = np.flatnonzero((dyads.plan == Plan.SHARED_INCIDENT) & (dyads.nth == 0))
    more = [
        _more(numbers, among, round(share * part), scene, period)
        for among, part, scene, period in (
            (np.flatnonzero(ordinary), 0.015, Scene.UNKNOWN_SUSPECT, late),
            (strangers, 0.03, Scene.DISPUTE, late),
            (strangers, 0.01, Scene.PARTIES, late),
            (strangers, 0.005, Scene.UNFLAGGED_NEIGHBOUR, early),
            (parents, 0.003, Scene.UNFLAGGED_CHILD, early),
            (together, 1.0, Scene.TOGETHER, late),
        )
    ]
    all_of_them = joined([own, *more])
    all_of_them = taken(all_of_them, np.argsort(all_of_them.reported, kind="stable"))
    return _filled(area, numbers, all_of_them)


def _more(numbers: np.random.Generator, among: Ints, count: int, scene: Scene, period: tuple[int, int]) -> Incidents:
    dyad = some(numbers, among, max(count, 4))
    days = numbers.integers(period[0] // MINUTES, period[1] // MINUTES, len(dyad))
    return _drawn(numbers, dyad, scene, days * MINUTES + hours(numbers, len(dyad)))


def _drawn(numbers: np.random.Generator, dyad: Ints, scene: Scene, reported: Ints) -> Incidents:
    count = len(dyad)
    nothing = np.full(count, ABSENT)
    nobody = scene in {Scene.UNKNOWN_SUSPECT, Scene.TOGETHER}
    unknown = np.where(chance(numbers, count, 0.2), 2, 1) if nobody else np.zeros(count, dtype=np.int64)
    return Incidents(
        dyad=dyad,
        scene=np.full(count, int(scene)),
        reported=reported,
        began=nothing,
        ended=nothing,
        day_only=np.zeros(count, dtype=np.bool_),
        recorded=nothing,
        source=np.zeros(count, dtype=np.int64),
        domestic=np.full(count, DOMESTIC if scene in {Scene.DYAD, Scene.UNKNOWN_SUSPECT} else NOT_DOMESTIC),
        crime=np.zeros(count, dtype=np.bool_),
        unknown=unknown,
    )


def _filled(area: Area, numbers: np.random.Generator, drawn: Incidents) -> Incidents:
    """Return the incidents with what follows from their time: delays, system, flag, whether a crime was recorded."""
    count = len(drawn.dyad)
    kind = shares(numbers, count, (62, 26, 12))  # at once, within days, long after
    wait = np.choose(
        kind,
        [
            delays(numbers, count, median=45, spread=1.1),
            delays(numbers, count, median=2 * MINUTES, spread=0.9),
            delays(numbers, count, median=60 * MINUTES, spread=1.2),
        ],
    )
    wait = np.minimum(wait, 5 * 365 * MINUTES)
    began = drawn.reported - wait - 1
    lasted = np.where(
        kind == 2, np.floor(wait * numbers.random(count)), np.minimum(wait, numbers.integers(2, 120, count))
    )
    ended = np.where(chance(numbers, count, 0.4), began + lasted.astype(np.int64), ABSENT)
    late = chance(numbers, count, 0.01)
    until_recorded = np.where(
        late,
        delays(numbers, count, median=70 * MINUTES, spread=0.5),
        delays(numbers, count, median=150, spread=1.4),
    )
    legacy = drawn.reported < MINUTES * area.switch_day
    before = drawn.reported < MINUTES * area.break_day
    crime = np.where(before, chance(numbers, count, 0.64), chance(numbers, count, 0.54))
    return Incidents(
        dyad=drawn.dyad,
        scene=drawn.scene,
        reported=drawn.reported,
        began=np.where(chance(numbers, count, 0.06), ABSENT, began),
        ended=ended,
        day_only=kind == 2,
        recorded=np.minimum(drawn.reported + until_recorded, area.last_minute),
        source=np.where(legacy, Source.LEGACY, Source.RMS).astype(np.int64),
        domestic=np.where(legacy, NO_FLAG, drawn.domestic),
        crime=crime & (drawn.scene != Scene.PARTIES),
        unknown=drawn.unknown,
    )
