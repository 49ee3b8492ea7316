"""What an area came out as, beside what it should be like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from graph.terms import NOT_DELIVERED, Grade
from ingest.synthetic.answers import DONT_KNOW, GRADES, MISSING, NO, UNKNOWN, YES
from ingest.synthetic.arrivals import SENT_LATE, Arrivals
from ingest.synthetic.draws import ABSENT
from ingest.synthetic.dyads import CHILD, EX, PARENT, PARTNER
from ingest.synthetic.incidents import Scene, Source
from ingest.synthetic.made import Made
from ingest.synthetic.markers import ARRESTS, CUSTODY
from ingest.synthetic.nominals import DUPLICATES, NO_RECORD
from ingest.synthetic.offences import UNCODED
from ingest.synthetic.principals import TWINS
from ingest.synthetic.scenes import CHILD as CHILD_ROLE
from ingest.synthetic.schools import ATTENDING
from ingest.synthetic.size import MINUTES


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
    """What was written: what was realised beside its target, how many cases were planted.

    `deliveries` gives the folder of each by its id, `rows` has a number for each delivery by feed, `sha256` is one hash
    of all CSV files.
    """

    deliveries: Mapping[str, str]
    rows: Mapping[str, tuple[int, ...]]
    sha256: str
    incidents_wanted: int
    measures: tuple[Measure, ...]
    cases: Mapping[str, int]


def measured(made: Made, come: Arrivals) -> list[Measure]:
    """Return what an area came out as; parts and wholes of areas can be added."""
    return [
        Measure(says=says, target=target, part=int(part), whole=int(whole))
        for says, target, part, whole in (
            *_dyads(made),
            *_people(made),
            *_homes(made),
            *_incidents(made),
            *_forms(made),
            *_grading(made),
            ("records of other systems of the last year sent late", SENT_LATE, come.late, come.could_be_late),
        )
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
    yield "suspects with a twin among them", TWINS, made.twins.size, len(suspects)


def _homes(made: Made) -> Iterator[_Share]:
    """Yield who lives with whom, and which children go to school."""
    dyads, stays, children = made.dyads, made.places.residences, made.families.children
    once = dyads.reverse_of < 0
    lived = stays.person * 2**32 + stays.address
    shared = np.isin(dyads.suspect[once] * 2**32 + made.places.home[once], lived)
    yield "suspects who live or lived in the victim's home", 0.66, shared.sum(), once.sum()
    old_enough = made.people.born[children] < made.area.last_day - 5 * 365
    attending = np.isin(children, made.attendances.person)
    yield "children of school age whose school is known", ATTENDING, attending[old_enough].sum(), old_enough.sum()


def _incidents(made: Made) -> Iterator[_Share]:
    rows = made.incidents
    own = rows.scene == Scene.DYAD
    yield "domestic incidents that are crimes", 0.60, rows.crime[own].sum(), own.sum()
    before = rows.reported < made.area.break_day * MINUTES
    for says, target, when in (("before", 0.64, before), ("since", 0.54, ~before)):
        yield f"... {says} the break in recording", target, rows.crime[own & when].sum(), (own & when).sum()
    with_child = np.zeros(len(own), dtype=np.bool_)
    with_child[made.roles.incident[made.roles.role == CHILD_ROLE]] = True
    yield "domestic incidents with children linked", 0.35, with_child[own].sum(), own.sum()
    former = (made.area.switch_day - made.area.first_day) / (made.area.last_day - made.area.first_day + 1)
    yield "incidents of the former system", former, (rows.source == Source.LEGACY).sum(), len(own)
    dated = rows.began != ABSENT
    soon = rows.reported - rows.began < MINUTES
    yield "incidents reported within a day", 0.68, (dated & soon).sum(), dated.sum()
    yield (
        "incidents recorded within a day of the report",
        0.94,
        (rows.recorded - rows.reported < MINUTES).sum(),
        len(own),
    )
    yield "offences without a code", UNCODED, made.offences.missing.sum(), len(made.offences.missing)
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
    asked = [dash.instrument.named[code].place for code in ("control_jealous", "strangulation", "injury_current")]
    answers = dash.answers[:, asked]
    yield "DASH: answered by don't know", UNKNOWN, (answers == DONT_KNOW).sum(), answers.size
    yield "DASH: not answered", MISSING, (answers == NOT_DELIVERED).sum(), answers.size


def _grading(made: Made) -> Iterator[_Share]:
    """Yield how grades follow from what was answered, and how far they do not."""
    dash = made.answered[0]
    yes, grade = (dash.answers == YES).sum(axis=1), made.grade[dash.forms]
    for number, (named, target) in enumerate(zip(Grade, (0.14, 0.24, 0.32), strict=True)):
        of_it = grade == number
        yield f"DASH graded {named}: items answered yes", target, yes[of_it].sum(), of_it.sum() * dash.answers.shape[1]
    rank = np.argsort(np.argsort(yes, kind="stable"), kind="stable") / max(len(yes), 1)
    by_items = np.searchsorted(np.cumsum(GRADES)[:-1], rank, side="right")
    yield (
        "DASH graded otherwise than by counting items",
        0.30,
        (by_items != grade)[grade >= 0].sum(),
        (grade >= 0).sum(),
    )
