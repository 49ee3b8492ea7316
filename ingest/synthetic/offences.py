"""Recorded crimes: Home Office codes as often as domestic abuse statistics have them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.synthetic.cast import People
from ingest.synthetic.columns import joined, taken
from ingest.synthetic.draws import Floats, Ints, chance, shares
from ingest.synthetic.dyads import Dyads
from ingest.synthetic.incidents import Incidents, Scene
from ingest.synthetic.scenes import NOBODY, SUSPECT, VICTIM, Roles
from ingest.synthetic.size import MINUTES, Area, Part

CODES: tuple[tuple[str, str, float, float], ...] = (
    ("195/94", "Harassment", 16, 0.3),
    ("195/12", "Stalking", 8, 0.4),
    ("008/65", "Stalking involving fear of violence", 4, 0.7),
    ("008/66", "Stalking involving serious alarm or distress", 2, 0.7),
    ("105/01", "Common assault and battery", 27, 0.3),
    ("008/06", "Assault occasioning actual bodily harm", 14.5, 0.5),
    ("008/01", "Wounding or grievous bodily harm without intent", 1.6, 0.9),
    ("005/01", "Wounding or grievous bodily harm with intent", 0.9, 1.0),
    ("149/00", "Criminal damage under £5,000", 6.5, 0.2),
    ("058/00", "Criminal damage of £5,000 or more", 0.5, 0.5),
    ("008/72", "Sending letters or messages with intent to cause distress", 4, 0.2),
    ("003/01", "Threats to kill", 2, 0.8),
    ("008/77", "Non-fatal strangulation", 2, 0.9),
    ("008/67", "Controlling or coercive behaviour", 4, 0.8),
    ("019/08", "Rape of a female aged 16 or over", 1.8, 1.0),
    ("020/05", "Sexual assault on a female", 1.2, 0.8),
    ("008/31", "Breach of a restraining order", 1.2, 0.6),
    ("066/39", "Breach of a non-molestation order", 0.8, 0.6),
    ("036/03", "False imprisonment", 0.6, 1.0),
    ("056/02", "Arson not endangering life", 0.4, 0.9),
    ("125/09", "Intentional harassment, alarm or distress", 0.9, 0.2),
    ("066/01", "Affray", 0.1, 0.4),
)
"""Code, what a source calls it, share in per cent (domain knowledge: 10 and 11.4), how far it goes with severity."""

OUTCOMES = (
    "Evidential difficulties: victim does not support",
    "Evidential difficulties: victim supports",
    "Charged",
    "Caution",
    "Investigation complete, no suspect identified",
    "",
)
_OUTCOME_WEIGHTS = (48, 20, 11, 3, 4, 14)

UNCODED = 0.02
"""Share of crimes for which the source has no code (domain knowledge: 10)."""

_FEMALE_ONLY = {"019/08": "019/10", "020/05": "017/15"}
"""Codes that say the victim is female, and those for a man."""

_FEMALE_TITLES = {"019/10": "Rape of a male aged 16 or over", "017/15": "Sexual assault on a male"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offences:
    """Recorded crimes by incident: place in the list of codes, outcome, and the victim named, if any."""

    incident: Ints
    code: Ints
    missing: Ints
    """Whether the source has no code for it: 1 or 0."""
    outcome: Ints
    against: Ints


def codes() -> list[tuple[str, str]]:
    """Return code and description of every place in the list, the men's after the others."""
    listed = [(code, title) for code, title, _, _ in CODES]
    return listed + [(male, _FEMALE_TITLES[male]) for male in _FEMALE_ONLY.values()]


def offences(area: Area, dyads: Dyads, incidents: Incidents, roles: Roles, people: People) -> Offences:
    """Return the crimes of each incident: one mostly, at times two or three before the counting rule changed."""
    numbers = area.numbers(Part.OFFENCES)
    crimes = np.flatnonzero(incidents.crime)
    more = np.where(incidents.reported[crimes] < area.break_day * MINUTES, shares(numbers, len(crimes), (78, 17, 5)), 0)
    incident = np.repeat(crimes, 1 + more)
    dyad = incidents.dyad[incident]
    code = _by_severity(numbers, dyads.severity[dyad])
    code[incidents.scene[incident] == Scene.DISPUTE] = 8
    victims = roles.role == VICTIM
    first = np.full(len(incidents.dyad), NOBODY)
    first[roles.incident[victims][::-1]] = roles.person[victims][::-1]
    man = people.male[first[incident]]
    names = [code for code, _ in codes()]
    for female, male in _FEMALE_ONLY.items():
        code[man & (code == names.index(female))] = names.index(male)
    against = np.where(chance(numbers, len(incident), 0.35), first[incident], NOBODY)
    drawn = Offences(
        incident=incident,
        code=code,
        missing=chance(numbers, len(incident), UNCODED).astype(np.int64),
        outcome=shares(numbers, len(incident), _OUTCOME_WEIGHTS),
        against=against,
    )
    return _one_for_each_pair(numbers, incidents, roles, drawn)


def _by_severity(numbers: np.random.Generator, severity: Floats) -> Ints:
    """Return codes in their shares, so placed that grave ones gather where severity is high."""
    drawn = shares(numbers, len(severity), [weight for _, _, weight, _ in CODES])
    gravity = np.array([grave for _, _, _, grave in CODES])[drawn] + 0.55 * numbers.standard_normal(len(drawn))
    placed = np.empty_like(drawn)
    placed[np.argsort(severity + 0.2 * numbers.standard_normal(len(severity)), kind="stable")] = drawn[
        np.argsort(gravity, kind="stable")
    ]
    return placed


def _one_for_each_pair(numbers: np.random.Generator, incidents: Incidents, roles: Roles, drawn: Offences) -> Offences:
    """Where two suspects are named against one victim each, record one crime for each pair instead."""
    named = (roles.role == SUSPECT) & (roles.against[:, 0] != NOBODY) & (roles.against[:, 1] == NOBODY)
    pair = np.unique(np.stack([roles.incident[named], roles.against[named, 0]]), axis=1)
    incident, counts = np.unique(pair[0], return_counts=True)
    several = incident[counts > 1]
    at = np.isin(pair[0], several) & incidents.crime[pair[0]]
    own = Offences(
        incident=pair[0][at],
        code=np.full(int(at.sum()), 4),
        missing=np.zeros(int(at.sum()), dtype=np.int64),
        outcome=shares(numbers, int(at.sum()), _OUTCOME_WEIGHTS),
        against=pair[1][at],
    )
    both = joined([taken(drawn, ~np.isin(drawn.incident, several)), own])
    return taken(both, np.argsort(both.incident, kind="stable"))
