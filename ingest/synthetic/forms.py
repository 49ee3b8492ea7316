"""Completed risk forms: after incidents, without one, without a suspect, twice on one day, by the partner agency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.synthetic.columns import joined, taken
from ingest.synthetic.draws import Flags, Ints, chance, delays, even, hours, some, split
from ingest.synthetic.dyads import Dyads
from ingest.synthetic.incidents import Incidents, Scene, Source
from ingest.synthetic.principals import Pairs
from ingest.synthetic.scenes import NOBODY, SUSPECT, VICTIM, Roles
from ingest.synthetic.size import MINUTES, Area, Part

DASH, DARA, SAFELIVES = ("dash", "2009"), ("dara", "2022"), ("safelives_dash", "2009")
INSTRUMENTS = (DASH, DARA, SAFELIVES)
NO_INCIDENT = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Forms in the order in which they were completed; `dyad` is whom they are about, whether they say so or not."""

    dyad: Ints
    incident: Ints
    suspect: Ints
    """The suspect that the form names; NOBODY: none."""
    victim: Ints
    assessed: Ints
    day_only: Flags
    recorded: Ints
    instrument: Ints
    source: Ints
    twice: Ints
    """1 and 2: the first and the second form of one day, without times, that contradict each other."""


def forms(area: Area, dyads: Dyads, pairs: Pairs, incidents: Incidents, roles: Roles, referred: Ints) -> Forms:
    """Return all forms; `referred` are the dyads that the partner agency knows."""
    numbers = area.numbers(Part.FORMS)
    parts = [
        *_after_incidents(area, numbers, dyads, incidents, roles),
        _without_incident(area, numbers, dyads, pairs),
        _unattributable(area, numbers, dyads, pairs),
        _of_the_agency(area, numbers, dyads, pairs, referred),
    ]
    drawn = joined(parts)
    drawn = joined([drawn, *_twice(numbers, dyads, drawn)])
    drawn = taken(drawn, np.lexsort((drawn.source, drawn.dyad, drawn.assessed)))
    _drop_times_where_clear(numbers, drawn)
    return drawn


def _part(
    area: Area,
    numbers: np.random.Generator,
    dyads: Dyads,
    dyad: Ints,
    assessed: Ints,
    *,
    incident: Ints | None = None,
    named: bool = True,
    source: Ints | int = Source.RMS,
    instrument: Ints | int = 0,
) -> Forms:
    count = len(dyad)
    assessed = np.minimum(assessed, area.last_minute)
    late = chance(numbers, count, 0.02)  # put in long after, so that forms arrive out of order
    wait = np.where(
        late, delays(numbers, count, median=40 * MINUTES, spread=0.6), delays(numbers, count, median=240, spread=1)
    )
    return Forms(
        dyad=dyad,
        incident=np.full(count, NO_INCIDENT) if incident is None else incident,
        suspect=dyads.suspect[dyad] if named else np.full(count, NOBODY),
        victim=dyads.victim[dyad],
        assessed=assessed,
        day_only=np.zeros(count, dtype=np.bool_),
        recorded=np.minimum(assessed + wait, area.last_minute),
        instrument=np.broadcast_to(np.asarray(instrument, dtype=np.int64), (count,)),
        source=np.broadcast_to(np.asarray(source, dtype=np.int64), (count,)),
        twice=np.zeros(count, dtype=np.int64),
    )


def _after_incidents(
    area: Area, numbers: np.random.Generator, dyads: Dyads, incidents: Incidents, roles: Roles
) -> list[Forms]:
    """Add forms after 85 % of the domestic incidents, some a second time by a specialist, some without the suspect."""
    own = np.flatnonzero((incidents.scene == Scene.DYAD) | (incidents.scene == Scene.UNKNOWN_SUSPECT))
    incident = own[chance(numbers, len(own), 0.85)]
    again = some(numbers, incident[incidents.scene[incident] == Scene.DYAD], round(0.06 * len(incident)))
    where = np.concatenate([incident, again])
    wait = np.concatenate(
        [delays(numbers, len(incident), median=100, spread=1.2), numbers.integers(1, 12, len(again)) * MINUTES]
    )
    officers = _part(
        area,
        numbers,
        dyads,
        incidents.dyad[where],
        incidents.reported[where] + wait,
        incident=where,
        source=incidents.source[where],
        instrument=chance(numbers, len(where), 0.15).astype(np.int64),
    )
    suspects = np.bincount(roles.incident[roles.role == SUSPECT], minlength=len(incidents.dyad))[where]
    silent = chance(numbers, len(where), 0.05) | (incidents.scene[where] == Scene.UNKNOWN_SUSPECT)
    silent |= (suspects > 1) & chance(numbers, len(where), 0.4)
    officers.suspect[silent] = NOBODY
    return [officers, *_of_second_victims(area, numbers, dyads, incidents, roles)]


def _of_second_victims(
    area: Area, numbers: np.random.Generator, dyads: Dyads, incidents: Incidents, roles: Roles
) -> list[Forms]:
    """Add forms for victims whose dyad is another one than the incident's."""
    at = (roles.role == VICTIM) & (incidents.scene[roles.incident] == Scene.DYAD)
    at &= roles.person != dyads.victim[incidents.dyad[roles.incident]]
    incident, victim = roles.incident[at], roles.person[at]
    suspect = dyads.suspect[incidents.dyad[incident]]
    places = {pair: dyad for dyad, pair in enumerate(zip(dyads.suspect.tolist(), dyads.victim.tolist(), strict=True))}
    dyad = np.array(
        [places.get(pair, -1) for pair in zip(suspect.tolist(), victim.tolist(), strict=True)], dtype=np.int64
    )
    known = dyad >= 0
    wait = delays(numbers, int(known.sum()), median=100, spread=1.2)
    return [
        _part(
            area,
            numbers,
            dyads,
            dyad[known],
            incidents.reported[incident[known]] + wait,
            incident=incident[known],
            source=incidents.source[incident[known]],
        )
    ]


def _without_incident(area: Area, numbers: np.random.Generator, dyads: Dyads, pairs: Pairs) -> Forms:
    """Add forms that name both and follow no incident; some pairs are known by nothing else."""
    alone = np.flatnonzero(dyads.form_only)
    alone = np.repeat(alone, numbers.integers(1, 4, len(alone)))
    usual = np.flatnonzero(~dyads.form_only)
    dyad = np.concatenate([alone, usual[chance(numbers, len(usual), 0.03)]])
    late = np.minimum(pairs.first[dyad] + 400, area.last_day)
    day = pairs.first[dyad] + np.floor(numbers.random(len(dyad)) * (late - pairs.first[dyad])).astype(np.int64)
    return _part(area, numbers, dyads, dyad, day * MINUTES + hours(numbers, len(dyad)))


def _unattributable(area: Area, numbers: np.random.Generator, dyads: Dyads, pairs: Pairs) -> Forms:
    """Add forms that name no suspect and follow no incident."""
    usual = np.flatnonzero(~dyads.form_only & (dyads.reverse_of < 0))
    dyad = some(numbers, usual, max(8, len(usual) // 200))
    return _part(area, numbers, dyads, dyad, pairs.last[dyad] * MINUTES + hours(numbers, len(dyad)), named=False)


def _of_the_agency(area: Area, numbers: np.random.Generator, dyads: Dyads, pairs: Pairs, referred: Ints) -> Forms:
    """Add the partner agency's own forms: one to three for each pair that it knows."""
    dyad = np.repeat(referred, numbers.integers(1, 4, len(referred)))
    since = np.minimum(pairs.first[dyad] + 20, area.last_day)
    day = since + np.floor(even(numbers, len(dyad)) * (area.last_day - since)).astype(np.int64)
    return _part(
        area,
        numbers,
        dyads,
        dyad,
        day * MINUTES + 9 * 60 + numbers.integers(0, 480, len(dyad)),
        source=Source.PARTNER_AGENCY,
        instrument=2,
    )


def _twice(numbers: np.random.Generator, dyads: Dyads, drawn: Forms) -> list[Forms]:
    """Add a second form of the same day to a few dyads with one form; neither has a time, and they contradict."""
    usual = (drawn.source == Source.RMS) & (drawn.suspect != NOBODY) & dyads.ordinary[drawn.dyad]
    alone = np.bincount(drawn.dyad, minlength=len(dyads.suspect))[drawn.dyad] == 1
    (chosen,) = split(numbers, np.flatnonzero(usual & alone), max(2, len(drawn.dyad) // 1500))
    drawn.instrument[chosen] = 0
    drawn.day_only[chosen] = True
    second = taken(drawn, chosen)
    drawn.twice[chosen] = 1
    second.twice[:] = 2
    return [second]


def _drop_times_where_clear(numbers: np.random.Generator, drawn: Forms) -> None:
    """Leave only the day on some forms, where the victim has no other form of that day."""
    key = drawn.victim * 2**20 + drawn.assessed // MINUTES
    _, at, counts = np.unique(key, return_inverse=True, return_counts=True)
    drawn.day_only[chance(numbers, len(key), 0.07) & (counts[at] == 1)] = True
