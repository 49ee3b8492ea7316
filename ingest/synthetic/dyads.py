"""Who is suspected against whom, how often, and what they are to each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from graph.terms import RelationshipType
from ingest.synthetic.cast import TIE
from ingest.synthetic.columns import joined, taken
from ingest.synthetic.draws import Flags, Floats, Ints, chance, even, power_law, shares, some
from ingest.synthetic.size import Area, Part

EX, PARTNER = TIE[RelationshipType.EX_PARTNER], TIE[RelationshipType.PARTNER]
CHILD, PARENT, SIBLING = (
    TIE[RelationshipType.CHILD],
    TIE[RelationshipType.PARENT],
    TIE[RelationshipType.SIBLING],
)
_OTHER_TIES = tuple(
    TIE[kind]
    for kind in (
        RelationshipType.IN_LAW,
        RelationshipType.STEP_CHILD,
        RelationshipType.GRANDCHILD,
        RelationshipType.PARTNERS_CHILD,
        RelationshipType.OTHER_FAMILY,
    )
)
_TIES = (EX, PARTNER, CHILD, PARENT, SIBLING, *_OTHER_TIES)
_TIE_WEIGHTS = (33, 36, 13, 5, 7.5, 1.5, 1, 1, 1, 1)
"""What a suspect is to a victim (domain knowledge: 10); the dyads of serial suspects are intimate, so a little less."""

VICTIMS = (0.92, 0.065, 0.011, 0.003, 0.001)
"""Shares of suspects with one victim, two, three and so on: 8 % with two or more, 1.5 % with three or more."""


class Plan(IntEnum):
    """How the first two victims of a suspect are connected."""

    SINGLE = 0
    UNRELATED = 1
    SISTERS = 2
    MOTHER_AND_DAUGHTER = 3
    SAME_HOUSEHOLD = 4
    SHARED_INCIDENT = 5


_PLAN_WEIGHTS = (0, 60, 10, 10, 10, 10)

_PLANNED_TIES = {
    Plan.SISTERS: TIE[RelationshipType.IN_LAW],
    Plan.MOTHER_AND_DAUGHTER: TIE[RelationshipType.STEP_PARENT],
    Plan.SAME_HOUSEHOLD: TIE[RelationshipType.LIVES_WITH],
    Plan.SHARED_INCIDENT: TIE[RelationshipType.FRIEND],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dyads:
    """Suspect and victim by number of person, and what is drawn for each pair."""

    suspect: Ints
    victim: Ints
    nth: Ints
    """Which of the suspect's victims this is, from 0."""
    plan: Ints
    tie: Ints
    incidents: Ints
    reverse_of: Ints
    """The dyad of the same two the other way round that this one answers; -1: none."""
    form_only: Flags
    """Whether only risk forms name the pair."""
    borrowed: Flags
    """Whether the victim has another suspect too."""
    control: Floats
    history: Floats
    severity: Floats

    @property
    def intimate(self) -> Flags:
        """Return which pairs are or were partners."""
        return np.isin(self.tie, (EX, PARTNER))

    @property
    def ordinary(self) -> Flags:
        """Return which pairs have nothing planted in them."""
        answered = np.zeros(len(self.suspect), dtype=np.bool_)
        answered[self.reverse_of[self.reverse_of >= 0]] = True
        planted = answered | self.form_only | self.borrowed | (self.reverse_of >= 0)
        single: Flags = self.plan == Plan.SINGLE
        return single & ~planted

    @property
    def cases(self) -> Ints:
        """Return for each dyad the case that it belongs to: all dyads that share a person, directly or not."""
        case = np.arange(1 + max(self.suspect.max(), self.victim.max()))
        while True:
            least = np.minimum(case[self.suspect], case[self.victim])
            former = case.copy()
            np.minimum.at(case, self.suspect, least)
            np.minimum.at(case, self.victim, least)
            if (case == former).all():
                return case[self.suspect]


def dyads(area: Area) -> Dyads:
    """Draw the dyads of an area; suspects are people from 0, their victims follow."""
    numbers = area.numbers(Part.DYADS)
    suspects = area.size.suspects
    victims = 1 + shares(numbers, suspects, VICTIMS)
    suspect = np.repeat(np.arange(suspects), victims)
    nth = np.arange(len(suspect)) - np.repeat(np.cumsum(victims) - victims, victims)
    plans = np.zeros(suspects, dtype=np.int64)
    plans[victims > 1] = shares(numbers, int((victims > 1).sum()), _PLAN_WEIGHTS)
    plan = plans[suspect]
    victim = suspects + np.arange(len(suspect))
    borrowed = _borrow(numbers, victim, plan)
    drawn = Dyads(
        suspect=suspect,
        victim=suspects + np.unique(victim, return_inverse=True)[1].astype(np.int64),
        nth=nth,
        plan=plan,
        tie=_ties(numbers, plan, nth, victims[suspect]),
        incidents=power_law(numbers, len(suspect)),
        reverse_of=np.full(len(suspect), -1),
        form_only=np.zeros(len(suspect), dtype=np.bool_),
        borrowed=borrowed,
        control=numbers.standard_normal(len(suspect)),
        history=numbers.standard_normal(len(suspect)),
        severity=even(numbers, len(suspect)),
    )
    return _with_forms_only(numbers, _with_answers(numbers, drawn))


def _borrow(numbers: np.random.Generator, victim: Ints, plan: Ints) -> Flags:
    """Give 5 % of single suspects a victim who is another single suspect's too; return the dyads that share one."""
    single = numbers.permutation(np.flatnonzero(plan == Plan.SINGLE))
    count = len(single) // 20
    takers, lenders = single[:count], single[count : 2 * count]
    victim[takers] = victim[lenders]
    borrowed = np.zeros(len(victim), dtype=np.bool_)
    borrowed[single[: 2 * count]] = True
    return borrowed


def _ties(numbers: np.random.Generator, plan: Ints, nth: Ints, victims: Ints) -> Ints:
    tie = np.array(_TIES)[shares(numbers, len(plan), _TIE_WEIGHTS)]
    serial = plan != Plan.SINGLE
    tie[serial] = EX
    tie[serial & (nth == victims - 1) & chance(numbers, len(plan), 0.6)] = PARTNER
    for planned, kind in _PLANNED_TIES.items():
        tie[(plan == planned) & (nth == 1)] = kind
    return tie


def _with_answers(numbers: np.random.Generator, drawn: Dyads) -> Dyads:
    """Add the other direction to so many couples that 8 % of all dyads are answered."""
    among = np.flatnonzero(drawn.ordinary & drawn.intimate)
    chosen = some(numbers, among, round(0.0417 * len(drawn.suspect)))
    back = taken(drawn, chosen)
    return joined(
        [
            drawn,
            Dyads(
                suspect=back.victim,
                victim=back.suspect,
                nth=back.nth,
                plan=back.plan,
                tie=back.tie,
                incidents=power_law(numbers, len(chosen)),
                reverse_of=chosen,
                form_only=back.form_only,
                borrowed=back.borrowed,
                control=numbers.standard_normal(len(chosen)),
                history=back.history,
                severity=even(numbers, len(chosen)),
            ),
        ]
    )


def _with_forms_only(numbers: np.random.Generator, drawn: Dyads) -> Dyads:
    """Leave 1 % of the pairs without any incident, and give a few suspects one more victim by form only."""
    among = np.flatnonzero(drawn.ordinary)
    chosen = some(numbers, among, max(6, len(among) // 100))
    alone, more = chosen[::2], chosen[1::2]
    drawn.incidents[alone] = 0
    drawn.form_only[alone] = True
    added = taken(drawn, more[: max(3, len(more) // 3)])
    count = len(added.suspect)
    first = int(max(drawn.suspect.max(), drawn.victim.max())) + 1
    return joined(
        [
            drawn,
            Dyads(
                suspect=added.suspect,
                victim=np.arange(first, first + count),
                nth=added.nth + 1,
                plan=added.plan,
                tie=np.full(count, EX),
                incidents=np.zeros(count, dtype=np.int64),
                reverse_of=added.reverse_of,
                form_only=np.ones(count, dtype=np.bool_),
                borrowed=added.borrowed,
                control=numbers.standard_normal(count),
                history=added.history,
                severity=even(numbers, count),
            ),
        ]
    )
