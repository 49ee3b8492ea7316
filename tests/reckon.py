"""Reckons again, from delivered rows and in another way, the ledger, clusters, harm and score of each dyad."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd

from graph.reference.clusters import Group, Holds, Member
from graph.reference.factors import Factor, Scope
from graph.reference.offence_codes import normalise
from graph.reference.risk import shipped
from graph.terms import ANSWER_BYTES, Answer
from recount import Recount

Feeds = Mapping[str, pd.DataFrame]
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Form:
    """When a form was completed (no time: only the day is known), and what it says of each factor that it asked."""

    on: date
    at: str | None
    says: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Sign:
    """What a record other than a form says; without a day it has always been so, or has not ended."""

    name: str
    since: date | None
    until: date | None = None

    def holds(self, member: Member, as_of: date) -> bool:
        """Return whether it holds on a day as a member of a cluster asks."""
        if member.holds is Holds.NOW:
            return (self.since or as_of) <= as_of <= (self.until or as_of)
        return self.since is not None and self.since <= as_of and _within(self.since, member.days, as_of)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that is recorded of a dyad: days of incidents, forms, day and code of offences, signs."""

    incidents: Sequence[date] = ()
    forms: Sequence[Form] = ()
    offences: Sequence[tuple[date, str]] = ()
    signs: Sequence[Sign] = ()

    def by(self, as_of: date) -> Evidence:
        """Return what was reported or completed by a day."""
        return replace(
            self,
            incidents=sorted(day for day in self.incidents if day <= as_of),
            forms=[form for form in self.forms if form.on <= as_of],
            offences=[(day, code) for day, code in self.offences if day <= as_of],
        )


def said(instrument: tuple[str, str], answers: Mapping[str, str]) -> dict[str, str]:
    """Return what answers by item say of factors: yes, no, or dont_know for all that is neither."""
    found = {}
    for number, answer in answers.items():
        item, byte = shipped().instruments[instrument].item(number), ANSWER_BYTES[answer]
        if item and answer != Answer.NOT_ASKED:
            found[item.factor] = "yes" if byte in item.yes else "no" if byte in item.no else "dont_know"
    return found


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What sticks of one factor."""

    factor: str
    state: str
    yes_on: Sequence[date]
    latest: str


def entry(factor: Factor, forms: Sequence[Form], as_of: date) -> Entry | None:
    """Return what sticks of a factor, or None if no form ever said yes."""
    asked = [form for form in forms if factor.factor in form.says]
    yes, nos = ([form for form in asked if form.says[factor.factor] == answer] for answer in ("yes", "no"))
    if not yes:
        return None
    days = sorted({form.on for form in yes})
    last = [form for form in asked if form.on == max(each.on for each in asked)]
    answers = {form.says[factor.factor] for form in last if not any(_known_before(form, other) for other in last)}
    latest = next(answer for answer in ("yes", "no", "dont_know") if answer in answers)
    if factor.scope is Scope.EVER:
        state = "contradicted" if any(_contradicts(no, yes) for no in nos) else "affirmed"
    elif factor.scope is Scope.WINDOW:
        state = "current" if _within(days[-1], factor.days, as_of) else "expired"
    else:
        state = "current" if latest == "yes" else "past"
    return Entry(factor=factor.factor, state=state, yes_on=days, latest=latest)


def _known_before(one: Form, other: Form) -> bool:
    """Return whether a form is known to be earlier than another of its day."""
    return one.at is not None and other.at is not None and one.at < other.at


def _contradicts(no: Form, yes: Sequence[Form]) -> bool:
    if no.on > min(each.on for each in yes):
        return True
    beside = [each for each in yes if each.on == no.on]
    return bool(beside) and not all(_known_before(no, each) for each in beside)


def _within(day: date, days: int | None, as_of: date) -> bool:
    assert days
    return day > as_of - timedelta(days=days)


@cache
def hundredths(code: str) -> int | None:
    """Return the harm of an offence in hundredths of days."""
    return shipped().harm.weigh(code or None).hundredths


@cache
def current(code: str) -> str:
    """Return the code of today of an offence, empty if it has none."""
    normal = normalise(code) or ""
    return shipped().harm.renumbered.get(normal, normal)


@dataclass(frozen=True, kw_only=True)
class _Day:
    """Evidence of a dyad, looked at on one day."""

    as_of: date
    past: Evidence
    ledger: Sequence[Entry]

    def age(self, day: date) -> int:
        return (self.as_of - day).days

    def incidents(self, least: int, below: int) -> int:
        return sum(least <= self.age(day) < below for day in self.past.incidents)

    def harm(self, least: int, below: int) -> int:
        return sum(hundredths(code) or 0 for day, code in self.past.offences if least <= self.age(day) < below)

    def sign(self, member: Member) -> bool:
        if member.sign == "escalation_frequency":
            return self.incidents(0, 90) >= 2 and self.incidents(0, 90) > self.incidents(90, 180)
        if member.sign == "escalation_harm":
            return self.harm(0, 180) > self.harm(180, 360) > 0
        return any(sign.name == member.sign and sign.holds(member, self.as_of) for sign in self.past.signs)

    def factor(self, member: Member) -> bool:
        found = next((each for each in self.ledger if each.factor == member.factor), None)
        if found is None or member.holds is Holds.EVER:
            return found is not None and len(found.yes_on) >= member.times
        if member.holds is Holds.NOW:
            return found.latest == "yes"
        return _within(found.yes_on[-1], member.days, self.as_of)

    def offence(self, member: Member) -> bool:
        ever = member.holds is Holds.EVER
        codes = {current(code) for day, code in self.past.offences if ever or _within(day, member.days, self.as_of)}
        return not {name for code in codes for name in (code, f"{code[:3]}/*")}.isdisjoint(member.offences)

    def holds(self, member: Member) -> bool:
        return self.factor(member) if member.factor else self.sign(member) if member.sign else self.offence(member)

    def matches(self, group: Group) -> bool:
        return sum(map(self.holds, group.members)) >= group.at_least


def reckon(evidence: Evidence, as_of: date) -> dict[str, Any]:
    """Return what is to be stored of a dyad as of a day, as `Dyad` names it; why a cluster matches, in no order."""
    risk, past = shipped(), evidence.by(as_of)
    ledger = [found for factor in risk.factors if (found := entry(factor, past.forms, as_of))]
    day = _Day(as_of=as_of, past=past, ledger=ledger)
    matched = [each for each in risk.clusters.values() if all(day.matches(group) for group in each.groups)]
    weights = risk.weights
    recent, harm = day.incidents(0, weights.window_days), day.harm(0, weights.window_days)
    since_last = min((day.age(each) for each in past.incidents), default=None)
    points = {
        "recency": next((x.points for x in weights.recency if since_last is not None and since_last < x.edge), 0),
        "frequency": [0, *(step.points for step in weights.frequency if recent >= step.edge)][-1],
        "harm": [0, *(step.points for step in weights.harm if harm >= step.edge * 100)][-1],
    }
    points |= {f"cluster {each.cluster_id}": weights.clusters.get(each.cluster_id, 0) for each in matched}
    points = {name: number for name, number in points.items() if number}
    score = sum(points.values())
    return {
        "factors": [each.factor for each in ledger],
        "states": [each.state for each in ledger],
        "first_yes_on": [each.yes_on[0] for each in ledger],
        "last_yes_on": [each.yes_on[-1] for each in ledger],
        "latest_answers": [each.latest for each in ledger],
        "clusters": [f"{each.cluster_id} {each.version}" for each in matched],
        "cluster_by": [
            {one.factor or one.sign or "offence" for group in each.groups for one in group.members if day.holds(one)}
            for each in matched
        ],
        "harm_days": harm / 100,
        "unweighed": sum(hundredths(code) is None for _, code in past.offences),
        "score": score,
        "band": [band.name for band in weights.bands if score >= band.at_least][-1],
        "score_parts": list(points),
        "score_points": list(points.values()),
    }


def evidence(seen: Feeds, found: Recount, person: Mapping[str, str]) -> dict[Pair, Evidence]:
    """Return what visible rows hold of each dyad, by suspect and victim."""
    happened: dict[Pair, dict[str, date]] = defaultdict(dict)
    for suspect, victim, incident, day in _cells(found.pairs, "suspect", "victim", "incident_ref", "day"):
        happened[suspect, victim][incident] = day
    forms = _forms(seen, found)
    crimes: dict[str, list[tuple[set[str], str]]] = defaultdict(list)
    visible = {record: person[record] for record in seen["people"]["person_ref"]}
    for incident, against, code in _cells(seen["offences"], "incident_ref", "against", "code"):
        # Whoever is no visible record is still somebody in particular.
        crimes[incident].append(({visible.get(each, "nobody") for each in against}, code))
    signs = _Signs(seen, visible)
    return {
        (suspect, victim): Evidence(
            incidents=list(happened[suspect, victim].values()),
            forms=forms[suspect, victim],
            offences=[
                (day, code)
                for incident, day in happened[suspect, victim].items()
                for harmed, code in crimes[incident]
                if not harmed or victim in harmed
            ],
            signs=list(signs.of(suspect, victim)),
        )
        for suspect, victim in sorted(happened.keys() | forms.keys())
    }


def _forms(seen: Feeds, found: Recount) -> dict[Pair, list[Form]]:
    answers: dict[str, dict[str, str]] = defaultdict(dict)
    for form, item, answer in _cells(seen["answers"], "assessment_ref", "item", "answer"):
        answers[form][item] = answer
    forms: dict[Pair, list[Form]] = defaultdict(list)
    columns = ("suspect", "victim", "assessment_ref", "instrument", "version", "assessed_at")
    for suspect, victim, form, instrument, version, moment in _cells(found.forms, *columns):
        if suspect not in ("", victim):
            day, _, time = moment.partition("T")
            says = said((instrument, version), answers[form])
            forms[suspect, victim].append(Form(on=date.fromisoformat(day), at=time or None, says=says))
    return forms


class _Signs:
    """Everyone's markers, ties and homes, from visible rows."""

    def __init__(self, seen: Feeds, visible: Mapping[str, str]) -> None:
        self._markers: dict[str, list[tuple[str, date | None, date | None]]] = defaultdict(list)
        for record, kind, since, until in _cells(seen["markers"], "person_ref", "kind", "from_on", "until_on"):
            if record in visible:
                self._markers[visible[record]].append((kind, _day(since), _day(until)))
        self._ties: dict[str, list[tuple[str, str, date | None, date | None]]] = defaultdict(list)
        columns = ("person_ref", "other_ref", "kind", "from_on", "until_on")
        for one, other, kind, since, until in _cells(seen["relationships"], *columns):
            self._ties[visible[one]].append((visible[other], kind, _day(since), _day(until)))
            self._ties[visible[other]].append((visible[one], kind, _day(since), _day(until)))
        places = _cells(seen["addresses"], "address_ref", "protected", "kind")
        known = {place for place, protected, kind in places if protected != "yes" and kind != "refuge"}
        self._moves: dict[str, list[date]] = defaultdict(list)
        for record, place, since in _cells(seen["residences"], "person_ref", "address_ref", "from_on"):
            if since and place in known:
                self._moves[visible[record]].append(date.fromisoformat(since))

    def of(self, suspect: str, victim: str) -> Iterator[Sign]:
        """Yield the signs that concern a suspect and a victim."""
        for whose, name in ((suspect, "suspect"), (victim, "victim")):
            for kind, since, until in self._markers[whose]:
                yield Sign(name="victim_honour" if kind == "honour" else f"{name}_{kind}", since=since, until=until)
                if (name, kind) == ("suspect", "custody") and until:
                    yield Sign(name="release", since=until)
        partings = []
        for other, kind, since, until in self._ties[suspect]:
            if other == victim and kind in ("partner", "ex_partner"):
                partings.append(since if kind == "ex_partner" else until)
            elif other not in (victim, suspect) and kind == "partner" and since:
                yield Sign(name="new_partner", since=since, until=until)
        parted = sorted(day for day in partings if day)
        yield from (Sign(name="separation", since=day) for day in parted)
        yield from (Sign(name="new_address", since=day) for day in self._moves[victim] if parted and parted[0] <= day)


def _cells(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[column] for column in columns), strict=True)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
