"""Phones, e-mail addresses, vehicles and weapons: who uses them, alone or with others, and where they turned up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.terms import IdentifierKind
from ingest.synthetic import names
from ingest.synthetic.columns import joined, taken
from ingest.synthetic.draws import ABSENT, Ints, Texts, chance, some
from ingest.synthetic.dyads import Dyads
from ingest.synthetic.families import Families
from ingest.synthetic.incidents import Incidents, Scene, Source
from ingest.synthetic.principals import Pairs
from ingest.synthetic.size import Area, Part

KINDS = tuple(IdentifierKind)
PHONE, EMAIL, VEHICLE, OBJECT, ACCOUNT = range(len(KINDS))
_OBJECTS = ("Kitchen knife", "Hammer", "Baseball bat", "Glass bottle", "Tracking device")
_CARS = ("Small blue hatchback", "Silver estate", "White van", "Black saloon", "Red motorcycle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """Things by number."""

    kind: Ints
    value: Texts
    description: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """Who uses which thing, from a day until a day."""

    person: Ints
    thing: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """Everything about things: `appeared` and `appeared_in` say which turned up in which incident."""

    identifiers: Identifiers
    uses: Uses
    appeared: Ints
    appeared_in: Ints
    shared_by_strangers: Ints


class _Store:
    """Things and uses that are added part by part."""

    def __init__(self, last_day: int) -> None:
        self.identifiers: list[Identifiers] = []
        self.uses: list[Uses] = []
        self.count = 0
        self._last_day = last_day

    def add(self, kind: int, value: Texts, description: Texts) -> Ints:
        """Add things and return their numbers."""
        self.identifiers.append(
            Identifiers(kind=np.full(len(value), kind), value=value, description=description.astype(np.str_))
        )
        self.count += len(value)
        return np.arange(self.count - len(value), self.count)

    def use(self, person: Ints, thing: Ints, start: npt.ArrayLike = ABSENT, end: npt.ArrayLike = ABSENT) -> None:
        """Add uses."""
        spread = [np.broadcast_to(np.asarray(each, dtype=np.int64), person.shape) for each in (start, end)]
        self.uses.append(Uses(person=person, thing=thing, start=spread[0], end=spread[1]))


def things(area: Area, dyads: Dyads, pairs: Pairs, families: Families, incidents: Incidents) -> Things:
    """Return phones and other things, their users, and the incidents in which they turned up."""
    numbers = area.numbers(Part.THINGS)
    store = _Store(area.last_day)
    once = np.flatnonzero(dyads.reverse_of < 0)
    suspects, victims = np.unique(dyads.suspect[once]), np.unique(dyads.victim[once])
    phone_of = np.full(int(max(suspects.max(), victims.max())) + 1, -1)
    for group, share in ((suspects, 0.25), (victims, 0.3)):
        owners = group[chance(numbers, len(group), share)]
        phone_of[owners] = _add(store, PHONE, owners, names.phones)
    owners = np.flatnonzero(phone_of >= 0)
    known = np.where(chance(numbers, len(owners), 0.5), area.last_day - numbers.integers(30, 1500, len(owners)), ABSENT)
    store.use(owners, phone_of[owners], known)
    writers = victims[chance(numbers, len(victims), 0.1)]
    store.use(writers, _add(store, EMAIL, writers, names.emails))
    car_of = _vehicles(numbers, store, dyads, pairs, once)
    strangers = _shared(area, numbers, store, dyads, families)
    own = np.flatnonzero((incidents.scene == Scene.DYAD) & (incidents.source == Source.RMS))
    dyad = incidents.dyad[own]
    rung = chance(numbers, len(own), 0.1) & (phone_of[dyads.suspect[dyad]] >= 0)
    driven = chance(numbers, len(own), 0.3) & (car_of[dyad] >= 0)
    armed = own[chance(numbers, len(own), 0.02)]
    weapons = numbers.integers(0, len(_OBJECTS), len(armed))
    seized = store.add(OBJECT, np.full(len(armed), ""), np.array(_OBJECTS)[weapons])
    thing = np.concatenate([phone_of[dyads.suspect[dyad[rung]]], car_of[dyad[driven]], seized])
    incident = np.concatenate([own[rung], own[driven], armed])
    order = np.lexsort((incident, thing))
    uses = joined(store.uses)
    return Things(
        identifiers=joined(store.identifiers),
        uses=taken(uses, np.lexsort((uses.start, uses.thing, uses.person))),
        appeared=thing[order],
        appeared_in=incident[order],
        shared_by_strangers=strangers,
    )


def _add(store: _Store, kind: int, owners: Ints, values: names.Values) -> Ints:
    return store.add(kind, values(store.count + np.arange(len(owners))), np.full(len(owners), ""))


def _vehicles(numbers: np.random.Generator, store: _Store, dyads: Dyads, pairs: Pairs, once: Ints) -> Ints:
    """Add the suspects' vehicles, half of them driven by the victim too; return them by dyad."""
    dyad = once[chance(numbers, len(once), 0.12)]
    described = np.array(_CARS)[numbers.integers(0, len(_CARS), len(dyad))]
    car = store.add(VEHICLE, names.plates(numbers.permutation(6000)[: len(dyad)]), described)
    store.use(dyads.suspect[dyad], car)
    both = chance(numbers, len(dyad), 0.5)
    store.use(dyads.victim[dyad[both]], car[both], pairs.together[dyad[both]], pairs.parted[dyad[both]])
    car_of = np.full(len(dyads.suspect), -1)
    car_of[dyad] = car
    return car_of


def _shared(area: Area, numbers: np.random.Generator, store: _Store, dyads: Dyads, families: Families) -> Ints:
    """Add phones that three or four people use who have nothing else in common; return them."""
    among = np.unique(dyads.suspect[dyads.ordinary])
    count = max(3, len(among) // 400)
    thing = _add(store, PHONE, np.arange(count), names.phones)
    users = numbers.permutation(among)[: 4 * count].reshape(4, -1)
    for several in users:
        store.use(several, thing[: len(several)], area.last_day - numbers.integers(20, 400, len(several)))
    witness = some(numbers, families.bystanders, min(count, len(families.bystanders)))
    store.use(witness, thing[: len(witness)], area.last_day - numbers.integers(1, 20, len(witness)))
    return thing
