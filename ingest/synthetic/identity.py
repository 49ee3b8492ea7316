"""Judgements whether two records are one person, and the persons that follow from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graph.terms import Verdict
from ingest.synthetic.cast import People
from ingest.synthetic.draws import Ints, chance, some
from ingest.synthetic.dyads import Dyads
from ingest.synthetic.incidents import Incidents, Source
from ingest.synthetic.nominals import NO_RECORD, Records
from ingest.synthetic.scenes import Roles
from ingest.synthetic.size import MINUTES, Area, Part

REASONS = {
    Verdict.SAME: (
        "Same name, date of birth and address",
        "Confirmed by an officer who knows both, by telephone",
        'Custody photograph matches; the other spelling is "as heard"',
        "Same phone number and children",
    ),
    Verdict.DIFFERENT: ("Twins: born on one day, seen together", "Different people; see the fingerprints"),
    Verdict.UNSURE: ("Dates of birth differ by one digit, no address",),
    Verdict.UNDO: ("Judged in error: these are not one person", "Taken back after a complaint, upheld"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One decision about two records, or one that takes another back."""

    verdict: Verdict
    one: int = NO_RECORD
    other: int = NO_RECORD
    undoes: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """All decisions in order, with who decided, when and why; and the person that each record stands for."""

    decided: list[Judgement]
    minute: Ints
    officer: Ints
    reason: list[str]
    person: Ints
    """For each record the number of the smallest record of its person, as judged."""
    contradicted: list[list[int]]


def judgements(
    area: Area, dyads: Dyads, incidents: Incidents, roles: Roles, people: People, records: Records, twins: Ints
) -> Judgements:
    """Decide about most of the duplicates, the twins, and a few that are decided wrongly."""
    numbers = area.numbers(Part.JUDGEMENTS)
    decided = [*_same(numbers, dyads, incidents, roles, records, twins), *_twins(records, twins)]
    wrong = list(_taken_back(numbers, dyads, people, records, twins))
    undoing = [Judgement(verdict=Verdict.UNDO, undoes=len(decided) + place) for place in range(len(wrong))]
    decided += wrong + undoing
    count = len(decided)
    minute = numbers.integers(area.first_day + 200, area.last_day - 20, count) * MINUTES + 540
    minute += numbers.integers(0, 480, count)
    undone = minute[[judgement.undoes for judgement in undoing]]
    minute[count - len(undoing) :] = np.minimum(undone + 9 * MINUTES, area.last_minute)
    reasons = numbers.integers(0, 12, count).tolist()
    person, contradicted = _persons(len(records.nominals.person), decided)
    return Judgements(
        decided=decided,
        minute=minute,
        officer=numbers.integers(1, 9, count),
        reason=[
            REASONS[judgement.verdict][number % len(REASONS[judgement.verdict])]
            for judgement, number in zip(decided, reasons, strict=True)
        ],
        person=person,
        contradicted=contradicted,
    )


def _same(
    numbers: np.random.Generator, dyads: Dyads, incidents: Incidents, roles: Roles, records: Records, twins: Ints
) -> Iterator[Judgement]:
    """Join records of one person: for the former system and the agency all of a case or none of it."""
    case = np.full(len(records.second), -1)
    cases = dyads.cases
    in_scene = incidents.source[roles.incident] == Source.LEGACY
    case[roles.person[in_scene]] = cases[incidents.dyad[roles.incident[in_scene]]]
    case[dyads.suspect] = case[dyads.victim] = cases
    joined_case = {
        Source.LEGACY: chance(numbers, int(cases.max()) + 1, 0.8),
        Source.PARTNER_AGENCY: chance(numbers, int(cases.max()) + 1, 0.7),
    }
    nominals, main = records.nominals, records.in_system[Source.RMS]
    second = np.setdiff1d(np.flatnonzero(records.second != NO_RECORD), twins[:, 0])
    decision = numbers.random(len(second))
    for person, how in zip(second.tolist(), decision.tolist(), strict=True):
        if how < 0.94:
            verdict = Verdict.SAME if how < 0.85 else Verdict.UNSURE
            yield Judgement(verdict=verdict, one=int(main[person]), other=int(records.second[person]))
    elsewhere = np.flatnonzero(nominals.source != Source.RMS)
    arrested = chance(numbers, len(elsewhere), 0.75).tolist()
    for place, known in zip(elsewhere.tolist(), arrested, strict=True):
        source, person = Source(int(nominals.source[place])), int(nominals.person[place])
        if known if source is Source.CUSTODY else joined_case[source][case[person]]:
            yield Judgement(verdict=Verdict.SAME, one=place, other=int(main[person]))


def _twins(records: Records, twins: Ints) -> Iterator[Judgement]:
    """Tell twins apart, and let somebody take a second record of one for the other: a contradiction."""
    main = records.in_system[Source.RMS]
    for one, other in twins.tolist():
        yield Judgement(verdict=Verdict.DIFFERENT, one=int(main[one]), other=int(main[other]))
    for one, other in twins[: max(1, len(twins) // 3)].tolist():
        second = int(records.second[one])
        yield Judgement(verdict=Verdict.SAME, one=int(main[one]), other=second)
        yield Judgement(verdict=Verdict.SAME, one=second, other=int(main[other]))


def _taken_back(
    numbers: np.random.Generator, dyads: Dyads, people: People, records: Records, twins: Ints
) -> Iterator[Judgement]:
    """Decide that two different suspects are one, and twice that one person is two; all of it is undone later."""
    main = records.in_system[Source.RMS]
    among = np.setdiff1d(dyads.suspect[dyads.ordinary], twins)
    among = among[np.argsort(people.born[among], kind="stable")]
    for place in some(numbers, np.arange(len(among) // 2), 2).tolist():
        yield Judgement(verdict=Verdict.SAME, one=int(main[among[2 * place]]), other=int(main[among[2 * place + 1]]))
    custody = np.setdiff1d(np.flatnonzero(records.in_system[Source.CUSTODY] != NO_RECORD), twins)
    for person in some(numbers, custody, 2).tolist():
        one, other = records.in_system[Source.CUSTODY][person], main[person]
        yield Judgement(verdict=Verdict.DIFFERENT, one=int(one), other=int(other))


def _persons(count: int, decided: list[Judgement]) -> tuple[Ints, list[list[int]]]:
    """Return for each record the smallest record of its person, and the groups that contradict themselves."""
    undone = {judgement.undoes for judgement in decided if judgement.verdict is Verdict.UNDO}
    standing = [judgement for place, judgement in enumerate(decided) if place not in undone]
    root = list(range(count))

    def find(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for judgement in standing:
        if judgement.verdict is Verdict.SAME:
            one, other = find(judgement.one), find(judgement.other)
            root[max(one, other)] = min(one, other)
    split = {
        find(judgement.one)
        for judgement in standing
        if judgement.verdict is Verdict.DIFFERENT and find(judgement.one) == find(judgement.other)
    }
    person = np.array([find(place) for place in range(count)], dtype=np.int64)
    groups = [np.flatnonzero(person == group).tolist() for group in sorted(split)]
    apart = np.isin(person, sorted(split))
    person[apart] = np.flatnonzero(apart)
    return person, groups
