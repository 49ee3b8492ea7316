"""Those around a pair: children, relatives, neighbours, new partners; and all ties among people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.terms import RelationshipType
from ingest.synthetic import names
from ingest.synthetic.cast import TIE, Cast, People
from ingest.synthetic.draws import ABSENT, Flags, Ints, chance, shares, some
from ingest.synthetic.dyads import CHILD, EX, PARENT, PARTNER, SIBLING, Dyads, Plan
from ingest.synthetic.principals import YEAR, Pairs
from ingest.synthetic.size import Area, Part

CHILDREN = (0.3106, 0.264, 0.1496, 0.0636)
"""Shares of couples with one child, two and so on: Poisson with mean 1.7, without none."""

WITH_CHILDREN = (0.13, 0.97)
"""Shares of couples who are of an age to have children and do: of those met once, and of those met again.

So a third of the incidents have children linked without every couple bringing in theirs.
"""

_KNOWN = tuple(
    TIE[kind]
    for kind in (
        RelationshipType.NEIGHBOUR,
        RelationshipType.FRIEND,
        RelationshipType.COLLEAGUE,
        RelationshipType.PARENT,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Families:
    """People around the dyads, each with the dyad that they belong to, sorted by it."""

    children: Ints
    children_dyad: Ints
    bystanders: Ints
    bystanders_dyad: Ints
    new_partners: Ints
    new_partners_dyad: Ints
    neighbour: Ints
    """For each dyad a bystander who is no relative; -1: none."""
    minor: Ints
    """For each dyad a child of the suspect who was under 16 while the former system was in use; -1: none."""


def families(area: Area, dyads: Dyads, pairs: Pairs, cast: Cast) -> Families:
    """Add the people around the dyads to the cast, and the ties of everyone so far."""
    numbers = area.numbers(Part.FAMILIES)
    people = cast.people()
    _tie_pairs(dyads, pairs, people, cast)
    children, children_dyad, own = _children(numbers, dyads, pairs, people, cast)
    born = cast.people().born[children]
    minor = own & (born < area.first_day - YEAR) & (born > area.switch_day - 15.5 * YEAR)
    bystanders, bystanders_dyad, kin = _bystanders(area, numbers, dyads, people, cast)
    new_partners, new_dyad = _new_partners(area, numbers, dyads, people, cast)
    return Families(
        children=children,
        children_dyad=children_dyad,
        bystanders=bystanders,
        bystanders_dyad=bystanders_dyad,
        new_partners=new_partners,
        new_partners_dyad=new_dyad,
        neighbour=first_of(bystanders[~kin], bystanders_dyad[~kin], len(dyads.suspect)),
        minor=first_of(children[minor], children_dyad[minor], len(dyads.suspect)),
    )


def first_of(people: Ints, dyad: Ints, dyads: int) -> Ints:
    """Return for each dyad the first of the people that belong to it; -1: none."""
    found = np.full(dyads, -1)
    found[dyad[::-1]] = people[::-1]
    return found


def _tie_pairs(dyads: Dyads, pairs: Pairs, people: People, cast: Cast) -> None:
    once = dyads.reverse_of < 0
    ex = once & (dyads.tie == EX)
    for at, kind, start, end in (
        (once & ~ex, dyads.tie, pairs.together, np.full(len(ex), ABSENT)),
        (ex, np.full(len(ex), PARTNER), pairs.together, pairs.parted),
        (ex, dyads.tie, pairs.parted, np.full(len(ex), ABSENT)),
    ):
        cast.tie(dyads.suspect[at], dyads.victim[at], kind[at], start[at], end[at])
    for plan, kin in ((Plan.SISTERS, SIBLING), (Plan.MOTHER_AND_DAUGHTER, PARENT)):
        second = np.flatnonzero((dyads.plan == plan) & (dyads.nth == 1))
        younger = np.maximum(people.born[dyads.victim[second]], people.born[dyads.victim[second - 1]])
        cast.tie(dyads.victim[second - 1], dyads.victim[second], kin, younger)


def _children(
    numbers: np.random.Generator, dyads: Dyads, pairs: Pairs, people: People, cast: Cast
) -> tuple[Ints, Ints, Flags]:
    """Add children of victims; seven of ten are the suspect's too."""
    mother_age = (pairs.first - people.born[dyads.victim]) / YEAR
    fertile = dyads.intimate & (dyads.reverse_of < 0) & (mother_age > 17.5) & (mother_age < 58)
    with_children = np.flatnonzero(fertile)
    often = dyads.incidents[with_children] > 1
    with_children = np.sort(
        np.concatenate(
            [
                with_children[often == again][chance(numbers, int((often == again).sum()), share)]
                for again, share in ((False, WITH_CHILDREN[0]), (True, WITH_CHILDREN[1]))
            ]
        )
    )
    dyad = np.repeat(with_children, 1 + shares(numbers, len(with_children), CHILDREN))
    youngest, oldest = np.maximum(mother_age[dyad] - 48, 0), np.minimum(17.2, mother_age[dyad] - 16.5)
    age = youngest + numbers.random(len(dyad)) * np.maximum(oldest - youngest, 0.3)
    born = pairs.first[dyad] - 20 - np.floor(age * YEAR).astype(np.int64)
    male = chance(numbers, len(dyad), 0.51)
    own = chance(numbers, len(dyad), 0.7)
    parent = np.where(own & chance(numbers, len(dyad), 0.7), dyads.suspect[dyad], dyads.victim[dyad])
    child = cast.add(People(male=male, born=born, family=people.family[parent], given=names.given_names(numbers, male)))
    cast.tie(child, dyads.victim[dyad], CHILD, born)
    cast.tie(child[own], dyads.suspect[dyad[own]], CHILD, born[own])
    step = TIE[RelationshipType.STEP_PARENT]
    cast.tie(dyads.suspect[dyad[~own]], child[~own], step, np.maximum(born, pairs.together[dyad])[~own])
    return child, dyad, own


def _bystanders(
    area: Area, numbers: np.random.Generator, dyads: Dyads, people: People, cast: Cast
) -> tuple[Ints, Ints, Flags]:
    """Add one person beside some pairs: a neighbour, a friend, a colleague, or the victim's mother or father."""
    dyad = np.flatnonzero(dyads.reverse_of < 0)
    dyad = dyad[chance(numbers, len(dyad), 0.06)]
    kind = np.array(_KNOWN)[shares(numbers, len(dyad), (40, 30, 10, 20))]
    kin = (kind == PARENT) & (people.born[dyads.victim[dyad]] > area.first_day - 60 * YEAR)
    kind = np.where((kind == PARENT) & ~kin, TIE[RelationshipType.FRIEND], kind)
    male = chance(numbers, len(dyad), 0.45)
    years = np.where(kin, numbers.uniform(19, 34, len(dyad)), numbers.uniform(-10, 10, len(dyad)))
    victim = dyads.victim[dyad]
    born = people.born[victim] - np.floor(np.maximum(years, -0.5) * YEAR).astype(np.int64)
    family = np.where(kin, people.family[victim], names.family_names(numbers, len(dyad)))
    person = cast.add(People(male=male, born=born, family=family, given=names.given_names(numbers, male)))
    cast.tie(person, victim, kind, np.where(kin, people.born[victim], ABSENT))
    near = kind == TIE[RelationshipType.NEIGHBOUR]
    cast.tie(person[near], dyads.suspect[dyad[near]], TIE[RelationshipType.NEIGHBOUR])
    return person, dyad, kin


def _new_partners(
    area: Area, numbers: np.random.Generator, dyads: Dyads, people: People, cast: Cast
) -> tuple[Ints, Ints]:
    """Give some suspects of unrelated victims somebody new, whom no record names as a victim."""
    among = np.flatnonzero((dyads.plan == Plan.UNRELATED) & (dyads.nth == 0) & people.male[dyads.suspect])
    dyad = some(numbers, among, max(3, len(among) // 8))
    suspect = dyads.suspect[dyad]
    male = np.zeros(len(dyad), dtype=np.bool_)
    born = people.born[suspect] + numbers.integers(0, 1500, len(dyad))
    born = np.minimum(born, area.first_day - round(17 * YEAR))
    person = cast.add(
        People(
            male=male,
            born=born,
            family=names.family_names(numbers, len(dyad)),
            given=names.given_names(numbers, male),
        )
    )
    cast.tie(suspect, person, PARTNER, area.last_day - numbers.integers(10, 200, len(dyad)))
    return person, dyad
