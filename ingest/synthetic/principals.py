"""Suspects and victims as people: sex, birth, names, and when each pair came together and parted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.terms import RelationshipType
from ingest.synthetic import names
from ingest.synthetic.cast import TIE, Cast, People
from ingest.synthetic.draws import ABSENT, Flags, Floats, Ints, chance, even, smallest, some
from ingest.synthetic.dyads import CHILD, EX, PARENT, PARTNER, SIBLING, Dyads, Plan
from ingest.synthetic.size import Area, Part

YEAR = 365.25
OF_AGE = round(16 * YEAR) + 40
"""Days after birth from which a person may be a suspect or a victim of domestic abuse in law, and a few more."""

OLDEST = round(94 * YEAR)
"""Days before the first day of all that nobody was born before, siblings and parents left aside."""

TWINS = 0.004
"""Share of suspects with a twin among the suspects, about."""

_OFFSETS = {
    CHILD: (-34, -18),
    PARENT: (18, 34),
    SIBLING: (-6, 6),
    TIE[RelationshipType.STEP_CHILD]: (-32, -15),
    TIE[RelationshipType.STEP_PARENT]: (15, 32),
    TIE[RelationshipType.PARTNERS_CHILD]: (-32, -15),
    TIE[RelationshipType.GRANDCHILD]: (-55, -40),
}
"""By how many years a suspect is older than a victim; all other ties but partners: within 15 years."""

_LEAST = {CHILD: 36, TIE[RelationshipType.STEP_CHILD]: 34, TIE[RelationshipType.PARTNERS_CHILD]: 34}
_LEAST[TIE[RelationshipType.GRANDCHILD]] = 58


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """For each dyad the first and last day of its incidents, and when the two came together and parted."""

    first: Ints
    last: Ints
    together: Ints
    parted: Ints


def principals(area: Area, dyads: Dyads, first: Ints, cast: Cast) -> Ints:
    """Add the suspects and victims to the cast; return pairs of twins, as an array with two columns."""
    numbers = area.numbers(Part.PEOPLE)
    people = int(max(dyads.suspect.max(), dyads.victim.max())) + 1
    base = dyads.reverse_of < 0
    own = np.zeros(len(base), dtype=np.bool_)
    own[np.flatnonzero(base)[np.unique(dyads.victim[base], return_index=True)[1]]] = True
    male = _sexes(numbers, dyads, base, own, people)
    born = _births(numbers, dyads, first, base, own, people)
    family = names.family_names(numbers, people)
    _share_names(numbers, dyads, base & own, family)
    earliest = smallest(people, np.concatenate([dyads.suspect, dyads.victim]), np.tile(first, 2), area.last_day)
    second = np.flatnonzero((dyads.plan > Plan.UNRELATED) & (dyads.nth == 1))
    np.minimum.at(earliest, dyads.victim[second], first[second - 1])
    born = np.minimum(np.maximum(born, area.first_day - OLDEST), earliest - OF_AGE)
    _keep_generations(dyads, born)
    twins = _twins(numbers, dyads, male, born)
    born[twins[:, 0]] = born[twins[:, 1]] = born[twins].min(axis=1)
    family[twins[:, 1]] = family[twins[:, 0]]
    given = names.given_names(numbers, male)
    same = given[twins[:, 0]] == given[twins[:, 1]]
    given[twins[same, 1]] += np.where(given[twins[same, 1]] == len(names.GIVEN) - 1, -1, 1)
    cast.add(People(male=male, born=born, family=family, given=given))
    cast.tie(twins[:, 0], twins[:, 1], SIBLING, born[twins[:, 0]])
    return twins


def _sexes(numbers: np.random.Generator, dyads: Dyads, base: Flags, own: Flags, people: int) -> Flags:
    male = np.zeros(people, dtype=np.bool_)
    suspects = np.unique(dyads.suspect[base])
    male[suspects] = chance(numbers, len(suspects), 0.755)
    male[dyads.suspect[(dyads.plan == Plan.SISTERS) | (dyads.plan == Plan.MOTHER_AND_DAUGHTER)]] = True
    same_sex, family_male = chance(numbers, len(base), 0.05), chance(numbers, len(base), 0.22)
    of_victim = np.where(dyads.intimate, male[dyads.suspect] == same_sex, family_male)
    of_victim &= ~((dyads.plan == Plan.SISTERS) | (dyads.plan == Plan.MOTHER_AND_DAUGHTER)) | (dyads.nth > 1)
    male[dyads.victim[own]] = of_victim[own]
    taker = base & ~own & dyads.intimate
    male[dyads.suspect[taker]] = male[dyads.victim[taker]] == same_sex[taker]
    return male


def _births(numbers: np.random.Generator, dyads: Dyads, first: Ints, base: Flags, own: Flags, people: int) -> Ints:
    born = np.zeros(people)
    older = _older(numbers, dyads.tie)
    lead, later = base & own & (dyads.nth == 0), base & own & (dyads.nth > 0)
    age = _ages(numbers, dyads)
    born[dyads.victim[lead]] = first[lead] - age[lead] * YEAR
    follows = base & (dyads.nth == 0)
    born[dyads.suspect[follows]] = born[dyads.victim[follows]] - older[follows] * YEAR
    born[dyads.victim[later]] = born[dyads.suspect[later]] + older[later] * YEAR
    second = np.flatnonzero(base & (dyads.nth == 1) & (dyads.plan > Plan.UNRELATED))
    before = dyads.victim[second - 1]
    years = np.where(dyads.plan[second] == Plan.MOTHER_AND_DAUGHTER, numbers.uniform(18, 30, len(second)), 0)
    years += np.where(dyads.plan[second] == Plan.SISTERS, numbers.uniform(-6, 6, len(second)), 0)
    kin = (dyads.plan[second] == Plan.MOTHER_AND_DAUGHTER) | (dyads.plan[second] == Plan.SISTERS)
    born[dyads.victim[second[kin]]] = born[before[kin]] + years[kin] * YEAR
    return np.floor(born).astype(np.int64)


def _ages(numbers: np.random.Generator, dyads: Dyads) -> Floats:
    """Return victims' ages: lognormal with median 32, none under 16; elders where the tie makes them so."""
    count = len(dyads.tie)
    age = 32 * np.exp(0.4 * numbers.standard_normal(count))
    low = age < 16.2
    age[low] = numbers.uniform(16.2, 30, int(low.sum()))
    age = np.minimum(age, np.where(dyads.tie == PARENT, 60, 88))
    for tie, least in _LEAST.items():
        age = np.where(dyads.tie == tie, least + 8 * np.exp(0.5 * numbers.standard_normal(count)), age)
    mother = (dyads.plan == Plan.MOTHER_AND_DAUGHTER) & (dyads.nth == 0)
    return np.where(mother, np.maximum(age, 37 + numbers.uniform(0, 9, count)), age)


def _older(numbers: np.random.Generator, tie: Ints) -> Floats:
    """Return by how many years each suspect is older than the victim."""
    partners = 2 + 5 * numbers.standard_normal(len(tie))
    older = np.where(np.isin(tie, (EX, PARTNER)), partners, numbers.uniform(-15, 15, len(tie)))
    for kind, (low, high) in _OFFSETS.items():
        older = np.where(tie == kind, numbers.uniform(low, high, len(tie)), older)
    return older


def _share_names(numbers: np.random.Generator, dyads: Dyads, own: Flags, family: Ints) -> None:
    share = np.where(dyads.intimate, 0.3, np.isin(dyads.tie, (CHILD, PARENT, SIBLING)) * 0.85)
    chosen = own & (numbers.random(len(share)) < share)
    family[dyads.victim[chosen]] = family[dyads.suspect[chosen]]
    kin = (dyads.nth == 1) & ((dyads.plan == Plan.SISTERS) | (dyads.plan == Plan.MOTHER_AND_DAUGHTER))
    second = np.flatnonzero(kin & own)
    family[dyads.victim[second]] = family[dyads.victim[second - 1]]


def _keep_generations(dyads: Dyads, born: Ints) -> None:
    """Make every parent at least 17 years older than the child."""
    gap = round(17 * YEAR)
    for tie, elder, younger in ((CHILD, dyads.victim, dyads.suspect), (PARENT, dyads.suspect, dyads.victim)):
        at = dyads.tie == tie
        np.minimum.at(born, elder[at], born[younger[at]] - gap)
    second = np.flatnonzero((dyads.plan == Plan.MOTHER_AND_DAUGHTER) & (dyads.nth == 1))
    np.minimum.at(born, dyads.victim[second - 1], born[dyads.victim[second]] - gap)


def _twins(numbers: np.random.Generator, dyads: Dyads, male: Flags, born: Ints) -> Ints:
    """Return pairs of brothers born about the same time, each the suspect of one partner of his own."""
    among = np.unique(dyads.suspect[dyads.ordinary & dyads.intimate & male[dyads.suspect]])
    among = among[np.argsort(born[among], kind="stable")]
    chosen = some(numbers, np.arange(len(among) // 2), max(4, len(among) // 200))
    return np.stack([among[2 * chosen], among[2 * chosen + 1]], axis=1)


def pairs(area: Area, dyads: Dyads, first: Ints, last: Ints, people: People) -> Pairs:
    """Return when each pair came together and parted; the two directions of a couple have the same days."""
    numbers = area.numbers(Part.MEETINGS)
    count = len(first)
    answer = np.flatnonzero(dyads.reverse_of >= 0)
    begun = first.copy()
    np.minimum.at(begun, dyads.reverse_of[answer], first[answer])
    ended = last.copy()
    np.maximum.at(ended, dyads.reverse_of[answer], last[answer])
    of_age = np.maximum(people.born[dyads.suspect], people.born[dyads.victim]) + round(16 * YEAR)
    together = begun - 30 - np.floor(numbers.exponential(4 * YEAR, count)).astype(np.int64)
    together = np.where(dyads.intimate, np.maximum(together, of_age), ABSENT)
    early = chance(numbers, count, 0.6)
    low = np.where(early, np.maximum(together, begun - 200), begun)
    high = np.where(early, begun, np.minimum(np.maximum(ended, begun + 30), area.last_day))
    parted = low + np.floor(even(numbers, count) * (high - low)).astype(np.int64)
    parted = np.where(dyads.tie == EX, parted, ABSENT)
    together[answer], parted[answer] = together[dyads.reverse_of[answer]], parted[dyads.reverse_of[answer]]
    return Pairs(first=first, last=last, together=together, parted=parted)
