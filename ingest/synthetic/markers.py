"""Warnings and states on people: arrests and bail from custody, orders, licences, referrals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.terms import MarkerKind
from ingest.synthetic.columns import joined, taken
from ingest.synthetic.draws import ABSENT, Ints, chance
from ingest.synthetic.dyads import Dyads
from ingest.synthetic.incidents import Incidents, Scene, Source
from ingest.synthetic.principals import Pairs
from ingest.synthetic.size import MINUTES, Area, Part

KINDS = tuple(MarkerKind)
CUSTODY, BAIL, ORDER, LICENCE, WARNING, HONOUR, MARAC, MAPPA = range(len(KINDS))

ARRESTS = 0.35
"""Arrests for each domestic crime (domain knowledge: 10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Markers:
    """What is said of whom, by which system, from a day until a day."""

    person: Ints
    source: Ints
    kind: Ints
    start: Ints
    end: Ints


def markers(area: Area, dyads: Dyads, pairs: Pairs, incidents: Incidents) -> Markers:
    """Return all markers, by system and person; custody's follow arrests."""
    numbers = area.numbers(Part.MARKERS)
    crimes = np.flatnonzero(incidents.crime & (incidents.scene == Scene.DYAD) & (incidents.source == Source.RMS))
    arrests = crimes[chance(numbers, len(crimes), ARRESTS)]
    suspect = dyads.suspect[incidents.dyad[arrests]]
    day = np.minimum(incidents.reported[arrests] // MINUTES + numbers.integers(0, 3, len(arrests)), area.last_day)
    bailed = chance(numbers, len(arrests), 0.4)
    parts = [
        _part(suspect, Source.CUSTODY, CUSTODY, day, day + 1),
        _part(
            suspect[bailed],
            Source.CUSTODY,
            BAIL,
            np.minimum(day[bailed] + 1, area.last_day),
            day[bailed] + numbers.integers(20, 91, bailed.sum()),
        ),
    ]
    once = np.flatnonzero(dyads.reverse_of < 0)
    for who, kind, share, least, most in (
        (dyads.suspect, ORDER, 0.03, 180, 730),
        (dyads.suspect, LICENCE, 0.006, 100, 900),
        (dyads.suspect, WARNING, 0.03, 0, 0),
        (dyads.victim, HONOUR, 0.01, 0, 0),
        (dyads.victim, MARAC, 0.04, 0, 0),
        (dyads.suspect, MAPPA, 0.005, 0, 0),
    ):
        dyad = once[chance(numbers, len(once), share)]
        start = np.minimum(pairs.last[dyad] + numbers.integers(0, 20, len(dyad)), area.last_day)
        end = start + numbers.integers(least, most, len(dyad)) if most else np.full(len(dyad), ABSENT)
        known = np.where(chance(numbers, len(dyad), 0.1), ABSENT, start)
        parts.append(_part(who[dyad], Source.RMS, kind, known, end))
    all_of_them = joined(parts)
    order = np.lexsort((all_of_them.kind, all_of_them.start, all_of_them.person, all_of_them.source))
    return taken(all_of_them, order)


def _part(person: Ints, source: Source, kind: int, start: Ints, end: Ints) -> Markers:
    count = len(person)
    return Markers(person=person, source=np.full(count, int(source)), kind=np.full(count, kind), start=start, end=end)
