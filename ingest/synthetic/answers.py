"""What was answered on each form: one latent factor of control, histories that turn up, and answers that turn to no."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from graph.reference.factors import Scope
from graph.reference.instruments import Instrument, instruments
from graph.terms import ANSWER_BYTES, NOT_DELIVERED, Answer, Level
from ingest.synthetic.draws import Flags, Floats, Ints, ranges
from ingest.synthetic.dyads import Dyads
from ingest.synthetic.forms import DARA, INSTRUMENTS, Forms
from ingest.synthetic.size import Area, Part

YES, NO, DONT_KNOW, NOT_ASKED = (
    ANSWER_BYTES[Answer.YES],
    ANSWER_BYTES[Answer.NO],
    ANSWER_BYTES[Answer.DONT_KNOW],
    ANSWER_BYTES[Answer.NOT_ASKED],
)
LEVELS = np.array([ANSWER_BYTES[level] for level in Level])
TURNED, UNKNOWN, MISSING = 0.25, 0.05, 0.08
"""Shares of answers that turn from yes to no at a later form, that nobody knew, and that were left out."""

_FACTORS: dict[str, tuple[float, float, float]] = {
    "injury_current": (22, 0.05, 0),
    "very_frightened": (45, 0.65, 0),
    "isolated": (25, 0.7, 0),
    "depressed_suicidal_victim": (25, 0.4, 0),
    "separation": (45, 0.05, 0),
    "child_contact_conflict": (20, 0.3, 0),
    "stalking_harassment": (28, 0.45, 0),
    "pregnant_recent_baby": (10, 0, 0),
    "stepchild_dependants": (15, 0, 0),
    "hurt_children": (3, 0.3, 0.2),
    "threat_children": (3, 0.7, 0),
    "more_often": (30, 0.4, 0),
    "getting_worse": (30, 0.4, 0),
    "control_jealous": (40, 0.75, 0),
    "weapons_objects": (12, 0.4, 0.2),
    "threat_to_kill": (12, 0.65, 0.1),
    "strangulation": (12, 0.45, 0.1),
    "sexual": (8, 0.65, 0),
    "other_person_threat": (8, 0.3, 0.1),
    "hurt_others": (15, 0.1, 0.6),
    "animal_cruelty": (5, 0.3, 0.1),
    "financial": (20, 0.4, 0),
    "drugs_alcohol_mh": (40, 0.1, 0.3),
    "perp_suicidal": (20, 0.3, 0.1),
    "breach": (15, 0.2, 0.6),
    "criminal_history": (45, 0, 0.7),
    "humiliation": (35, 0.7, 0),
    "threat_to_harm": (25, 0.6, 0.1),
    "physical_violence": (45, 0.2, 0.2),
    "property_damage": (20, 0.3, 0.2),
}
"""Share of yes in per cent, and how far it goes with control and with the suspect's history (domain knowledge: 10).

`afraid_of` is not here: it is no question of yes or no.
"""

_OF_CHILDREN = frozenset({"stepchild_dependants", "hurt_children", "threat_children", "child_contact_conflict"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answers of all forms of one instrument: a row a form, a column an item that is no part; 0: no answer."""

    instrument: Instrument
    forms: Ints
    answers: Ints


def answered(area: Area, dyads: Dyads, forms: Forms, with_children: Flags) -> tuple[list[Answered], Ints]:
    """Return the answers, by instrument, and for each form how grave it looks, in tenths of an item."""
    numbers = area.numbers(Part.ANSWERS)
    names = tuple(_FACTORS)
    truth = _truth(numbers, dyads, forms, names)
    gravity = np.zeros(len(forms.dyad), dtype=np.int64)
    known = instruments()
    filled = []
    for number, key in enumerate(INSTRUMENTS):
        at = np.flatnonzero(forms.instrument == number)
        answers = _filled(numbers, forms, at, known[key], truth, with_children)
        yes = (answers == YES) | (answers > LEVELS[1])
        gravity[at] = 10 * yes.sum(axis=1) * (27 / len(known[key].main))
        filled.append(Answered(instrument=known[key], forms=at, answers=answers))
    return filled, gravity


@dataclass(frozen=True, slots=True, kw_only=True)
class _Truth:
    """What is so at each form: a row a form, a column a factor; and how strongly."""

    place: dict[str, int]
    true: Flags
    strength: Floats
    nth: Ints


def _truth(numbers: np.random.Generator, dyads: Dyads, forms: Forms, names: tuple[str, ...]) -> _Truth:
    share, control, history = (np.array(column) for column in zip(*_FACTORS.values(), strict=True))
    ever = np.array([name in _EVER for name in names])
    # Some of what ever happened is not told at once, and some told no more: so much more of it must be true.
    threshold = np.array([NormalDist().inv_cdf(1 - each / 100) for each in np.where(ever, 1.25 * share, share)])
    rest = np.sqrt(1 - control**2 - history**2)
    of_dyad = np.outer(dyads.control, control) + np.outer(dyads.history, history)
    lasting = rest * numbers.standard_normal((len(dyads.control), len(names)))
    order = np.lexsort((np.arange(len(forms.dyad)), forms.dyad))
    starts, _ = ranges(forms.dyad[order], len(dyads.control))
    nth = np.empty(len(order), dtype=np.int64)
    nth[order] = np.arange(len(order)) - starts[forms.dyad[order]]
    now = 0.75 * lasting[forms.dyad] + 0.66 * rest * numbers.standard_normal((len(nth), len(names)))
    strength = of_dyad[forms.dyad] + np.where(ever, lasting[forms.dyad], now)
    # What ever happened may come to light only at a later form; once known, it stays so.
    begins = numbers.geometric(0.75, (len(dyads.control), len(names))) - 1
    revealed = ~ever | (nth[:, None] >= begins[forms.dyad])
    true = (strength > threshold) & revealed
    return _Truth(place={name: at for at, name in enumerate(names)}, true=true, strength=strength - threshold, nth=nth)


_EVER = frozenset(
    {
        "hurt_children",
        "threat_children",
        "weapons_objects",
        "threat_to_kill",
        "strangulation",
        "animal_cruelty",
        "perp_suicidal",
        "breach",
        "criminal_history",
    }
)


def _filled(
    numbers: np.random.Generator,
    forms: Forms,
    at: Ints,
    instrument: Instrument,
    truth: _Truth,
    with_children: Flags,
) -> Ints:
    """Return what was written down: true or not, and then the faults."""
    items = instrument.main
    written = np.full((len(at), len(items)), NOT_DELIVERED)
    drawn = numbers.random((2, len(at), len(items)))
    childless = ~with_children[forms.dyad[at]]
    for column, item in enumerate(items):
        if item.factor not in truth.place:
            continue
        factor = truth.place[item.factor]
        true, strength = truth.true[at, factor], truth.strength[at, factor]
        if item.scope is Scope.EVER:
            true = true & ~((truth.nth[at] > 0) & (drawn[0, :, column] < TURNED))
        if Level.NEVER in item.answers:
            level = 1 + (strength > 0.6) + (strength > 1.3)
            written[:, column] = LEVELS[np.where(true, level, 0)]
        else:
            written[:, column] = np.where(true, YES, NO)
        fault = drawn[1, :, column]
        written[fault < UNKNOWN, column] = DONT_KNOW
        if item.factor in _OF_CHILDREN:
            written[childless, column] = NOT_ASKED
        written[(fault >= UNKNOWN) & (fault < UNKNOWN + MISSING), column] = NOT_DELIVERED
    _contradict(forms.twice[at], instrument, written)
    return written


def _contradict(twice: Ints, instrument: Instrument, written: Ints) -> None:
    """Answer strangulation yes on one and no on the other of two forms of one day."""
    if (instrument.instrument, instrument.version) == DARA:
        return
    column = instrument.named["strangulation"].place
    written[twice == 1, column] = YES
    written[twice == 2, column] = NO


GRADES = (0.64, 0.30, 0.06)
"""Shares of standard, medium and high (domain knowledge: 10)."""


def grades(area: Area, gravity: Ints) -> Ints:
    """Return the grade of each form, 0 to 2 and -1 for none: by what was answered, and by who graded it."""
    numbers = area.numbers(Part.GRADES)
    officers = 25 * numbers.standard_normal(60)
    seen = gravity + officers[numbers.integers(0, 60, len(gravity))] + 20 * numbers.standard_normal(len(gravity))
    rank = np.argsort(np.argsort(seen, kind="stable"), kind="stable") / max(len(seen), 1)
    graded = np.searchsorted(np.cumsum(GRADES)[:-1], rank, side="right")
    return np.where(numbers.random(len(seen)) < 0.02, -1, graded)
