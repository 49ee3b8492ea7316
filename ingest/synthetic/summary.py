"""What an area came out as, beside what it should be like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from graph.terms import Grade
from ingest.synthetic.answers import GRADES, NO, YES
from ingest.synthetic.dyads import CHILD, EX, PARENT, PARTNER
from ingest.synthetic.incidents import Scene, Source
from ingest.synthetic.made import Made
from ingest.synthetic.markers import ARRESTS, CUSTODY
from ingest.synthetic.nominals import DUPLICATES, NO_RECORD
from ingest.synthetic.scenes import CHILD as CHILD_ROLE
from ingest.synthetic.size import Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A share of a whole, beside the share that it should be."""

    says: str
    target: float
    part: int
    whole: int

    @property
    def realised(self) -> float:
        """Return the share that came out."""
        return self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was written: rows by feed, what was realised beside its target, how many cases were planted."""

    delivery_id: str
    rows: Mapping[str, int]
    incidents_wanted: int
    measures: tuple[Measure, ...]
    cases: Mapping[str, int]


def measured(made: Made) -> list[Measure]:
    """Return what an area came out as; parts and wholes of areas can be added."""
    return [
        Measure(says=says, target=target, part=int(part), whole=int(whole))
        for says, target, part, whole in (*_dyads(made), *_people(made), *_incidents(made), *_forms(made))
    ]


def total(areas: Iterable[list[Measure]]) -> tuple[Measure, ...]:
    """Return the measures of all areas together."""
    return tuple(
        Measure(
            says=each[0].says,
            target=each[0].target,
            part=sum(one.part for one in each),
            whole=sum(one.whole for one in each),
        )
        for each in zip(*areas, strict=True)
    )


def wanted(size: Size) -> int:
    """Return how many incidents a force of this size should have: two for each suspect, or a little more."""
    return round(size.areas * size.suspects * 2.08)


_Share = tuple[str, float, float, float]


def _dyads(made: Made) -> Iterator[_Share]:
    dyads = made.dyads
    counts = dyads.incidents[dyads.incidents > 0]
    for says, target, part in (
        ("dyads with one incident", 0.76, counts == 1),
        ("dyads with 5 incidents or more", 0.045, counts >= 5),
        ("dyads with 10 incidents or more", 0.014, counts >= 10),
    ):
        yield says, target, part.sum(), len(counts)
    victims = np.bincount(dyads.suspect[(dyads.incidents > 0)])
    suspects = victims[victims > 0]
    yield "suspects with 2 victims or more", 0.08, (suspects > 1).sum(), len(suspects)
    yield "suspects with 3 victims or more", 0.015, (suspects > 2).sum(), len(suspects)
    yield "dyads with both directions", 0.08, 2 * (dyads.reverse_of >= 0).sum(), len(dyads.tie)
    yield "ties: former partners", 0.40, (dyads.tie == EX).sum(), len(dyads.tie)
    yield "ties: partners", 0.35, (dyads.tie == PARTNER).sum(), len(dyads.tie)
    yield "ties: parent and child", 0.15, np.isin(dyads.tie, (PARENT, CHILD)).sum(), len(dyads.tie)


def _people(made: Made) -> Iterator[_Share]:
    dyads, people = made.dyads, made.people
    once = dyads.reverse_of < 0
    victims, suspects = np.unique(dyads.victim[once]), np.unique(dyads.suspect[once])
    yield "victims: women", 0.74, (~people.male[victims]).sum(), len(victims)
    yield "suspects: men", 0.75, people.male[suspects].sum(), len(suspects)
    age = people.ages(dyads.victim[once], made.pairs.first[once])
    yield "victims under 18 at the first incident", 0.05, (age < 18).sum(), len(age)
    yield "victims over 65 at the first incident", 0.04, (age > 65).sum(), len(age)
    both = np.union1d(victims, suspects)
    second = (made.records.second[both] != NO_RECORD).sum()
    yield "suspects and victims recorded twice in one system", DUPLICATES, second, len(both)


def _incidents(made: Made) -> Iterator[_Share]:
    rows = made.incidents
    own = rows.scene == Scene.DYAD
    yield "domestic incidents that are crimes", 0.60, rows.crime[own].sum(), own.sum()
    with_child = np.zeros(len(own), dtype=np.bool_)
    with_child[made.roles.incident[made.roles.role == CHILD_ROLE]] = True
    yield "domestic incidents with children linked", 0.35, with_child[own].sum(), own.sum()
    crimes = own & rows.crime & (rows.source == Source.RMS)
    yield "arrests for each domestic crime", ARRESTS, (made.markers.kind == CUSTODY).sum(), crimes.sum()


def _forms(made: Made) -> Iterator[_Share]:
    graded = made.grade >= 0
    for number, (grade, target) in enumerate(zip(Grade, GRADES, strict=True)):
        yield f"forms graded {grade}", target, (made.grade == number).sum(), graded.sum()
    dash = made.answered[0]
    for code, target in (
        ("control_jealous", 0.40),
        ("separation", 0.45),
        ("strangulation", 0.12),
        ("injury_current", 0.22),
    ):
        answers = dash.answers[:, dash.instrument.named[code].place]
        yield f"DASH: {code} answered yes", target, (answers == YES).sum(), np.isin(answers, (YES, NO)).sum()
