"""Records of people: one or more a person, in each system that knows them, with the typing errors of real ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.synthetic import names
from ingest.synthetic.cast import People
from ingest.synthetic.columns import joined
from ingest.synthetic.draws import ABSENT, Flags, Ints, Texts, chance, some
from ingest.synthetic.dyads import Dyads
from ingest.synthetic.incidents import Incidents, Source
from ingest.synthetic.scenes import SUSPECT, VICTIM, Roles
from ingest.synthetic.size import MINUTES, Area, Part

FEMALE, MALE, UNKNOWN_SEX = 0, 1, 2
NO_RECORD = -1
DUPLICATES = 0.03
"""Share of suspects and victims with a second record in the same system (domain knowledge: 10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominals:
    """Records of people by number, those of one system together."""

    person: Ints
    source: Ints
    family: Texts
    given: Texts
    also: Texts
    born: Ints
    sex: Ints
    recorded: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All nominals, and which of them each system uses for a person; NO_RECORD: none.

    `second` is the further record of a person in the main system, and `by_second` says in which incidents it is used.
    """

    nominals: Nominals
    in_system: Ints
    second: Ints
    by_second: Flags

    def of(self, people: Ints, source: Ints) -> Ints:
        """Return the record of each person in each system."""
        return self.in_system[source, people]

    def in_incident(self, people: Ints, incident: Ints, source: Ints) -> Ints:
        """Return the record that was used for each person in each incident."""
        usual = self.in_system[source, people]
        second = np.where(source == Source.RMS, self.second[people], NO_RECORD)
        return np.where((second != NO_RECORD) & self.by_second[incident], second, usual)


def records(
    area: Area,
    dyads: Dyads,
    incidents: Incidents,
    roles: Roles,
    people: People,
    arrested: Ints,
    referred: Ints,
    twins: Ints,
) -> Records:
    """Return the records of everyone; `arrested` people are known to custody, `referred` ones to the agency."""
    numbers = area.numbers(Part.RECORDS)
    everyone = np.arange(len(people.born))
    seen = _first_seen(area, numbers, incidents, roles, people)
    in_legacy = np.unique(roles.person[incidents.source[roles.incident] == Source.LEGACY])
    second = np.union1d(_twice(numbers, dyads, roles, incidents), twins[: max(1, len(twins) // 3), 0])
    parts = [
        _made(numbers, people, everyone, Source.RMS, seen, errors=0.0),
        _made(numbers, people, second, Source.RMS, seen, errors=1.0),
        _made(numbers, people, in_legacy, Source.LEGACY, seen, errors=0.2),
        _made(numbers, people, np.unique(arrested), Source.CUSTODY, seen, errors=0.15),
        _made(numbers, people, np.unique(referred), Source.PARTNER_AGENCY, seen, errors=0.1),
    ]
    nominals = joined(parts)
    in_system = np.full((len(Source), len(everyone)), NO_RECORD)
    places = np.arange(len(nominals.person))
    usual = (places < len(everyone)) | (nominals.source != Source.RMS)
    in_system[nominals.source[usual], nominals.person[usual]] = places[usual]
    seconds = np.full(len(everyone), NO_RECORD)
    seconds[second] = len(everyone) + np.arange(len(second))
    return Records(
        nominals=nominals,
        in_system=in_system,
        second=seconds,
        by_second=chance(numbers, len(incidents.dyad), 0.4),
    )


def _first_seen(area: Area, numbers: np.random.Generator, incidents: Incidents, roles: Roles, people: People) -> Ints:
    """Return when each person was first recorded: at the first incident, otherwise some day after birth."""
    count = len(people.born)
    seen = np.full(count, 2**40)
    np.minimum.at(seen, roles.person, incidents.reported[roles.incident])
    some_day = np.maximum(numbers.integers(area.first_day, area.last_day, count), people.born + 1) * MINUTES + 600
    wait = numbers.integers(5, 2000, count)
    return np.minimum(np.where(seen == 2**40, some_day, seen) + wait, area.last_minute)


def _twice(numbers: np.random.Generator, dyads: Dyads, roles: Roles, incidents: Incidents) -> Ints:
    """Return whom the main system holds twice: mostly people whom it met more than once."""
    ordinary = dyads.ordinary
    among = np.unique(np.concatenate([dyads.suspect[ordinary], dyads.victim[ordinary]]))
    count = round(DUPLICATES * len(np.unique(np.concatenate([dyads.suspect, dyads.victim]))))
    met = (incidents.source[roles.incident] == Source.RMS) & ((roles.role == SUSPECT) | (roles.role == VICTIM))
    often = np.bincount(roles.person[met], minlength=int(among.max()) + 1)[among] > 1
    return np.union1d(
        some(numbers, among[often], count * 7 // 10), some(numbers, among[~often], count - count * 7 // 10)
    )


def _made(
    numbers: np.random.Generator, people: People, who: Ints, source: Source, seen: Ints, *, errors: float
) -> Nominals:
    """Return a record of each of these people, with errors in so many of them."""
    count = len(who)
    family, given = names.FAMILY[people.family[who]].astype(object), names.GIVEN[people.given[who]].astype(object)
    middle = chance(numbers, count, 0.35) & (source != Source.PARTNER_AGENCY)
    men = people.male[who]
    given[middle] = given[middle] + " " + names.GIVEN[names.given_names(numbers, men)[middle]].astype(object)
    also, born = np.full(count, "", dtype=object), people.born[who].copy()
    nicknamed = chance(numbers, count, 0.15 if source is Source.CUSTODY else 0.02)
    also[nicknamed] = names.NICKNAMES[numbers.integers(0, len(names.NICKNAMES), int(nicknamed.sum()))].astype(object)
    foreign = chance(numbers, count, 0.01)
    scripts = numbers.integers(0, len(names.OTHER_SCRIPTS), int(foreign.sum()))
    also[foreign] = names.OTHER_SCRIPTS[scripts].astype(object)
    if source is Source.LEGACY:
        family = np.array([name.upper() for name in family.tolist()], dtype=object)
    else:
        born[chance(numbers, count, 0.25 if source is Source.PARTNER_AGENCY else 0.02)] = ABSENT
    wrong = np.flatnonzero(chance(numbers, count, errors))
    _spoil(numbers, wrong, family, given, also, born, keep_birth=source is Source.LEGACY)
    return Nominals(
        person=who,
        source=np.full(count, int(source)),
        family=family.astype(np.str_),
        given=given.astype(np.str_),
        also=also.astype(np.str_),
        born=born,
        sex=np.where(chance(numbers, count, 0.01), UNKNOWN_SEX, np.where(men, MALE, FEMALE)),
        recorded=seen[who],
    )


def _spoil(
    numbers: np.random.Generator,
    wrong: Ints,
    family: np.ndarray[tuple[int], np.dtype[np.object_]],
    given: np.ndarray[tuple[int], np.dtype[np.object_]],
    also: np.ndarray[tuple[int], np.dtype[np.object_]],
    born: Ints,
    *,
    keep_birth: bool,
) -> None:
    """Put the usual errors into records: letters or names swapped, day and month swapped, another family name."""
    for place, error in zip(wrong.tolist(), numbers.integers(0, 6, len(wrong)).tolist(), strict=True):
        name, first = str(family[place]), str(given[place])
        if error == 0:
            at = 1 + int(numbers.integers(0, max(len(name) - 2, 1)))
            family[place] = name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
        elif error == 1:
            family[place], given[place] = first.partition(" ")[0], name
        elif error == 2:
            given[place] = first[0]
        elif error == 3:
            family[place] = str(names.FAMILY[int(numbers.integers(0, len(names.FAMILY)))])
            also[place] = f"{first} {name}" if not also[place] else f"{also[place]};{first} {name}"
        elif keep_birth or born[place] == ABSENT:
            given[place] = first[:-1] + first[-1] * 2
        elif error == 4:
            born[place] = swapped(int(born[place]))
        else:
            born[place] = ABSENT


def swapped(born: int) -> int:
    """Return a day of birth with day and month swapped, or a year off where that is no date."""
    day = np.datetime64(born, "D")
    year, month, of_month = (int(part) for part in str(day).split("-"))
    if of_month <= 12 and of_month != month:
        return int(np.datetime64(f"{year:04d}-{of_month:02d}-{month:02d}", "D").astype(np.int64))
    return born - 365
