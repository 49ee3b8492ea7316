"""What is to be found in an area by the rules that Clew states, for one audience."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

import numpy as np

from graph.reference.factors import Scope, factors
from graph.reference.roles import Audience
from graph.terms import DOMESTIC_TYPES, RelationshipType
from ingest.synthetic.cast import TIE
from ingest.synthetic.draws import ABSENT
from ingest.synthetic.made import Made
from ingest.synthetic.nominals import NO_RECORD
from ingest.synthetic.pairing import Pairings, View, attributed, pairings, view
from ingest.synthetic.places import HOME
from ingest.synthetic.refs import Refs
from ingest.synthetic.size import MINUTES

WINDOW = 365
"""Days before the day of receipt in which two incidents make a dyad a repeat one."""

_DOMESTIC = frozenset(TIE[kind] for kind in DOMESTIC_TYPES)
_LIVES_WITH = TIE[RelationshipType.LIVES_WITH]

Entry = dict[str, object]


class Truth:
    """What is so for one audience, with the records that say so, as `source:id`."""

    def __init__(self, made: Made, refs: Refs, audience: Audience) -> None:
        self._made = made
        self._seen: View = view(made, audience)
        self._pairs: Pairings = pairings(made, self._seen)
        self._suspect, self._taken_as = attributed(made, self._seen, self._pairs)
        self._incident = refs.named_incidents()
        self._form = refs.named_forms()
        self._records = refs.named_persons(self._seen.nominals)
        self._day = made.incidents.reported // MINUTES
        self._dyads: dict[tuple[int, int], list[int]] = defaultdict(list)
        for suspect, victim, incident in zip(
            self._pairs.suspect.tolist(), self._pairs.victim.tolist(), self._pairs.incident.tolist(), strict=True
        ):
            self._dyads[suspect, victim].append(incident)

    def entries(self) -> dict[str, list[Entry]]:
        """Return all that is to be found, by kind."""
        return {
            "serial_suspects": self.serial_suspects(),
            "repeat_dyads": self.repeat_dyads(),
            "reciprocal_pairs": self.reciprocal_pairs(),
            "contradicted_answers": self.contradicted_answers(),
            "attributed_forms": self.attributed_forms(),
            "unattributable_forms": self.unattributable_forms(),
        }

    def serial_suspects(self) -> list[Entry]:
        """Return suspects with several victims in domestic incidents; `groups` are victims without a path between."""
        victims: dict[int, list[int]] = defaultdict(list)
        for suspect, victim in self._dyads:
            victims[suspect].append(victim)
        serial = {suspect: of for suspect, of in victims.items() if len(of) > 1}
        links = _Links(self._made, self._seen, {person for of in serial.values() for person in of})
        entries: list[Entry] = []
        for suspect, of in serial.items():
            found = links.among(of, suspect)
            entries.append(
                {
                    "suspect": self._records[suspect],
                    "victims": [{"victim": self._records[victim], **self._incidents(suspect, victim)} for victim in of],
                    "connected": [
                        {"victims": [self._records[one], self._records[other]], "how": how}
                        for (one, other), how in found.items()
                    ],
                    "groups": _groups(of, found),
                }
            )
        return entries

    def repeat_dyads(self) -> list[Entry]:
        """Return dyads with two or more incidents in the last year before the day of receipt."""
        after = self._made.area.last_day + 1 - WINDOW
        return [
            {
                "suspect": self._records[suspect],
                "victim": self._records[victim],
                "incidents": [self._incident[each] for each in incidents if self._day[each] > after],
                "incidents_ever": len(incidents),
            }
            for (suspect, victim), incidents in self._dyads.items()
            if sum(self._day[each] > after for each in incidents) > 1
        ]

    def reciprocal_pairs(self) -> list[Entry]:
        """Return couples of whom each is suspected against the other, each couple once."""
        return [
            {"one": self._records[one], "other": self._records[other]}
            for one, other in self._dyads
            if one < other and (other, one) in self._dyads
        ]

    def attributed_forms(self) -> list[Entry]:
        """Return forms that name no suspect and are taken to be of the only one."""
        return [
            {"form": self._form[form], "suspect": self._records[int(self._suspect[form])]}
            for form in np.flatnonzero(self._taken_as).tolist()
        ]

    def unattributable_forms(self) -> list[Entry]:
        """Return forms that name no suspect and are nobody's."""
        nobody = self._seen.forms & (self._suspect == NO_RECORD)
        person = self._made.judgements.person[self._made.form_victim]
        return [
            {"form": self._form[form], "victim": self._records[int(person[form])]}
            for form in np.flatnonzero(nobody).tolist()
        ]

    def contradicted_answers(self) -> list[Entry]:
        """Return what was once answered yes in a dyad and no on a later form, or on the same day in no known order."""
        said: dict[tuple[int, int, str], list[tuple[int, bool, bool, int]]] = defaultdict(list)
        forms, person = self._made.forms, self._made.judgements.person[self._made.form_victim]
        for form, factor, answer in self._both_ways():
            when = (int(forms.assessed[form]), bool(forms.day_only[form]))
            said[int(self._suspect[form]), int(person[form]), factor].append((*when, answer, form))
        entries: list[Entry] = []
        for (suspect, victim, factor), answers in sorted(said.items()):
            yes = sorted(each for each in answers if each[2])
            no = sorted(each for each in answers if not each[2] and any(_after(each, other) for other in yes))
            if no:
                entries.append(
                    {
                        "suspect": self._records[suspect],
                        "victim": self._records[victim],
                        "factor": factor,
                        "yes": [self._form[each[3]] for each in yes],
                        "later_no": [self._form[each[3]] for each in no],
                    }
                )
        return entries

    def _both_ways(self) -> Iterator[tuple[int, str, bool]]:
        """Yield form, factor and whether it said yes, wherever both yes and no were said of what ever happened.

        Whether the factor is about ever counts, not the item; of levels, whether one counts as a yes.
        """
        made = self._made
        ever = [each.factor for each in factors() if each.scope is Scope.EVER]
        person = made.judgements.person[made.form_victim]
        counted = self._seen.forms & (self._suspect != NO_RECORD) & (self._suspect != person)
        dyad = self._suspect * len(made.judgements.person) + person
        found = []
        for filled in made.answered:
            for item in (each for each in filled.instrument.main if each.factor in ever):
                answers, number = filled.answers[:, item.place], ever.index(item.factor)
                yes, no = (np.isin(answers, list(some)) for some in (item.yes, item.no))
                at = np.flatnonzero((yes | no) & counted[filled.forms])
                forms = filled.forms[at]
                found.append(np.stack([dyad[forms] * len(ever) + number, yes[at], forms, at * 0 + number]))
        key, answer, form, number = np.concatenate(found, axis=1)
        both = np.isin(key, np.intersect1d(key[answer == 1], key[answer == 0]))
        for each in np.flatnonzero(both).tolist():
            yield int(form[each]), ever[int(number[each])], bool(answer[each])

    def _incidents(self, suspect: int, victim: int) -> Entry:
        incidents = self._dyads[suspect, victim]
        days = self._day[incidents].astype("datetime64[D]")
        return {
            "incidents": [self._incident[each] for each in incidents],
            "first_on": str(days.min()),
            "last_on": str(days.max()),
        }


def _after(no: tuple[int, bool, bool, int], yes: tuple[int, bool, bool, int]) -> bool:
    """Return whether a no is later than a yes, or may be: on one day of which a time is not known, or in one minute."""
    if no[0] // MINUTES != yes[0] // MINUTES:
        return no[0] > yes[0]
    return no[1] or yes[1] or no[0] >= yes[0]


def _groups(victims: Iterable[int], connected: Iterable[tuple[int, int]]) -> int:
    group = {victim: victim for victim in victims}
    for one, other in connected:
        former, kept = group[other], group[one]
        group = {victim: kept if where == former else where for victim, where in group.items()}
    return len(set(group.values()))


class _Links:
    """How victims are connected other than through their suspect: family, household, a shared incident."""

    def __init__(self, made: Made, seen: View, wanted: set[int]) -> None:
        person = made.judgements.person
        self._family: dict[int, set[int]] = defaultdict(set)
        self._lodging: set[tuple[int, int]] = set()
        ties = made.tie_rows
        one, other = person[ties.one].tolist(), person[ties.other].tolist()
        for a, b, kind, visible in zip(one, other, ties.kind.tolist(), seen.ties.tolist(), strict=True):
            if visible and kind in _DOMESTIC:
                self._family[a].add(b)
                self._family[b].add(a)
            elif visible and kind == _LIVES_WITH:
                self._lodging |= {(a, b), (b, a)}
        self._stays: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        addresses, rows = made.places.addresses, made.stay_rows
        site = made.address_rows.site[rows.address]
        home = seen.stays & (addresses.kind[site] == HOME) & ~addresses.protected[site]
        for place in np.flatnonzero(home & np.isin(person[rows.nominal], list(wanted))).tolist():
            start, end = int(rows.start[place]), int(rows.end[place])
            stay = (int(rows.address[place]), start, 2**40 if end == ABSENT else end)
            self._stays[int(person[rows.nominal[place]])].append(stay)
        self._present: dict[int, set[int]] = defaultdict(set)
        self._involved: dict[int, set[int]] = defaultdict(set)
        roles = made.role_rows
        for who, where in zip(
            person[roles.nominal[seen.roles]].tolist(), roles.incident[seen.roles].tolist(), strict=True
        ):
            self._present[who].add(where)
            self._involved[where].add(who)

    def among(self, victims: list[int], suspect: int) -> dict[tuple[int, int], str]:
        """Return the connected pairs among the victims and how the first reason found connects them."""
        found: dict[tuple[int, int], str] = {}
        for one, other in combinations(victims, 2):
            if other in self._family[one] or (self._family[one] & self._family[other]) - {suspect}:
                found[one, other] = "family"
            elif (one, other) in self._lodging or self._under_one_roof(one, other):
                found[one, other] = "household"
            elif any(suspect not in self._involved[each] for each in self._present[one] & self._present[other]):
                found[one, other] = "incident"
        return found

    def _under_one_roof(self, one: int, other: int) -> bool:
        return any(
            here == there and start <= until and since <= end
            for here, start, end in self._stays[one]
            for there, since, until in self._stays[other]
        )
