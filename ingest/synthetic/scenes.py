"""Who was what in each incident: several suspects, several victims, counter-allegations, witnesses, children."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.terms import Role
from ingest.synthetic import names
from ingest.synthetic.cast import Cast, People
from ingest.synthetic.columns import joined, taken
from ingest.synthetic.draws import Ints, chance, expand, ranges, shares, some, split
from ingest.synthetic.dyads import SIBLING, Dyads, Plan
from ingest.synthetic.families import Families, first_of
from ingest.synthetic.incidents import Incidents, Scene, Source
from ingest.synthetic.size import MINUTES, Area, Part

ROLES = tuple(Role)
"""Roles by number."""

SUSPECT, VICTIM, WITNESS, CHILD, REPORTED, PARTY = range(len(ROLES))
NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """What each person was in each incident; `against` has a column for each of the two victims that may be named."""

    incident: Ints
    person: Ints
    role: Ints
    against: Ints


def roles(area: Area, dyads: Dyads, families: Families, incidents: Incidents, cast: Cast) -> tuple[Roles, Ints]:
    """Return all roles by incident, and how many suspects nobody has named in each incident."""
    numbers = area.numbers(Part.ROLES)
    unknown = incidents.unknown.copy()
    own = np.flatnonzero(incidents.scene == Scene.DYAD)
    first = first_of(own, incidents.dyad[own], len(dyads.suspect))
    base = _base(numbers, dyads, families, incidents)
    everyone = joined(
        [
            base,
            *_planted(numbers, dyads, first, unknown, base),
            *_accusing(numbers, dyads, first, base),
            *_companions(numbers, dyads, incidents, unknown, base, cast),
            *_others(numbers, dyads, families, incidents, cast.people()),
        ]
    )
    everyone = taken(everyone, np.lexsort((everyone.person, everyone.role, everyone.incident)))
    key = np.stack([everyone.incident, everyone.role, everyone.person])
    new = np.ones(len(everyone.person), dtype=np.bool_)
    new[1:] = (key[:, 1:] != key[:, :-1]).any(axis=0)
    return taken(everyone, new), unknown


def _part(incident: Ints, person: Ints, role: int, first: Ints | None = None, second: Ints | None = None) -> Roles:
    """Return one role in each incident, against nobody named, or one victim, or two."""
    nobody = np.full(len(incident), NOBODY)
    against = np.stack([nobody if first is None else first, nobody if second is None else second], axis=1)
    return Roles(incident=incident, person=person, role=np.full(len(incident), role), against=against)


def _base(numbers: np.random.Generator, dyads: Dyads, families: Families, incidents: Incidents) -> Roles:
    """Return the suspect and the victim of every scene; half of the suspects are named against the victim."""
    scene, dyad = incidents.scene, incidents.dyad
    suspect, victim = dyads.suspect[dyad], dyads.victim[dyad]
    strange = np.isin(scene, (Scene.DISPUTE, Scene.PARTIES, Scene.UNFLAGGED_NEIGHBOUR))
    victim = np.where(strange, families.neighbour[dyad], victim)
    victim = np.where(scene == Scene.UNFLAGGED_CHILD, families.minor[dyad], victim)
    named = chance(numbers, len(dyad), 0.5) & (scene != Scene.PARTIES)
    everywhere = np.arange(len(dyad))
    both = joined(
        [
            _part(everywhere, suspect, SUSPECT, np.where(named, victim, NOBODY)),
            _part(everywhere, victim, VICTIM),
        ]
    )
    both.role[np.tile(scene == Scene.PARTIES, 2)] = PARTY
    suspected = (scene != Scene.UNKNOWN_SUSPECT) & (scene != Scene.TOGETHER)
    return taken(both, np.concatenate([suspected, everywhere >= 0]))


def _name(base: Roles, incident: Ints, first: Ints, second: Ints) -> None:
    """Write whom the suspects of these incidents are named against; each has one suspect so far."""
    suspects = np.flatnonzero(base.role == SUSPECT)
    row = suspects[np.searchsorted(base.incident[suspects], incident)]
    base.against[row, 0] = first
    base.against[row, 1] = second


def _planted(numbers: np.random.Generator, dyads: Dyads, first: Ints, unknown: Ints, base: Roles) -> list[Roles]:
    """Bring the second victim of a suspect whose victims are connected into an incident of the first."""
    start = np.flatnonzero((dyads.plan > Plan.UNRELATED) & (dyads.nth == 0))
    start = start[chance(numbers, len(start), 0.5)]
    incident, victim, second = first[start], dyads.victim[start], dyads.victim[start + 1]
    how = shares(numbers, len(start), (1, 1, 1))
    _name(base, incident, np.where(how == 0, NOBODY, victim), np.where(how == 1, second, NOBODY))
    unknown[incident[how == 2]] = 1
    return [_part(incident, second, VICTIM)]


def _accusing(numbers: np.random.Generator, dyads: Dyads, first: Ints, base: Roles) -> list[Roles]:
    """Make three of ten couples accuse each other in one incident, half of them named."""
    answer = np.flatnonzero(dyads.reverse_of >= 0)
    dyad = dyads.reverse_of[some(numbers, answer, round(0.3 * len(answer)))]
    suspect, victim = dyads.suspect[dyad], dyads.victim[dyad]
    named = chance(numbers, len(dyad), 0.5)
    _name(base, first[dyad], np.where(named, victim, NOBODY), np.full(len(dyad), NOBODY))
    return [
        _part(first[dyad], victim, SUSPECT, np.where(named, suspect, NOBODY)),
        _part(first[dyad], suspect, VICTIM),
    ]


def _companions(
    numbers: np.random.Generator, dyads: Dyads, incidents: Incidents, unknown: Ints, base: Roles, cast: Cast
) -> list[Roles]:
    """Add second suspects, second couples and suspects whom nobody has named to incidents of ordinary dyads.

    The second suspect is a brother or sister of the first, the second victim of the first victim. Two suspects named
    against one victim each are the case that crossing everyone with everyone gets wrong.
    """
    usual = np.flatnonzero(
        (incidents.scene == Scene.DYAD) & dyads.ordinary[incidents.dyad] & (incidents.source == Source.RMS)
    )
    usual = usual[np.unique(incidents.dyad[usual], return_index=True)[1]]
    tenth, few = round(len(incidents.dyad) / 1000), max(4, len(usual) // 300)
    *groups, beside = split(numbers, usual, 8 * tenth, 8 * tenth, 2 * few, few, 10 * tenth)
    unknown[beside] = 1
    added: list[Roles] = []
    for incident, named, couples in zip(groups, (True, False, True, False), (False, False, True, True), strict=True):
        victim = dyads.victim[incidents.dyad[incident]]
        nobody = np.full(len(incident), NOBODY)
        other = _siblings(numbers, victim, cast) if couples else victim
        second = _siblings(numbers, dyads.suspect[incidents.dyad[incident]], cast)
        _name(base, incident, victim if named else nobody, nobody)
        added.append(_part(incident, second, SUSPECT, other if named else nobody))
        if couples:
            added.append(_part(incident, other, VICTIM))
    return added


def _siblings(numbers: np.random.Generator, of: Ints, cast: Cast) -> Ints:
    """Add an elder brother or sister of each of these people to the cast."""
    people = cast.people()
    male = chance(numbers, len(of), 0.6)
    born = people.born[of] - numbers.integers(300, 2500, len(of))
    person = cast.add(People(male=male, born=born, family=people.family[of], given=names.given_names(numbers, male)))
    cast.tie(person, of, SIBLING, people.born[of])
    return person


def _others(
    numbers: np.random.Generator, dyads: Dyads, families: Families, incidents: Incidents, people: People
) -> list[Roles]:
    """Add those who reported, those who saw it, and the children of the house."""
    dyad = incidents.dyad
    everywhere = np.arange(len(dyad))
    bystander = first_of(families.bystanders, families.bystanders_dyad, len(dyads.suspect))[dyad]
    own = incidents.scene == Scene.DYAD
    by = shares(numbers, len(dyad), (48, 26, 26))
    victim_reported = (by == 0) & (own | (incidents.scene == Scene.UNKNOWN_SUSPECT))
    other_reported = (by == 1) & (bystander >= 0)
    saw = own & (bystander >= 0) & chance(numbers, len(dyad), 0.45)
    together = everywhere[incidents.scene == Scene.TOGETHER]
    starts, counts = ranges(families.children_dyad, len(dyads.suspect))
    at_home = everywhere[own & chance(numbers, len(dyad), 0.97)]
    owner, place = expand(starts[dyad[at_home]], counts[dyad[at_home]])
    incident, child = at_home[owner], families.children[place]
    age = people.ages(child, incidents.reported[incident] // MINUTES)
    young = (age >= 0) & (age < 18)
    return [
        _part(everywhere[victim_reported], dyads.victim[dyad[victim_reported]], REPORTED),
        _part(everywhere[other_reported], bystander[other_reported], REPORTED),
        _part(everywhere[saw], bystander[saw], WITNESS),
        _part(incident[young], child[young], CHILD),
        _part(together, dyads.victim[dyad[together] + 1], WITNESS),
    ]
