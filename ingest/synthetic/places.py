"""Where people live and lived: shared homes, moves after separation, a hostel, refuges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.terms import AddressKind, RelationshipType
from ingest.synthetic import names
from ingest.synthetic.cast import TIE, People
from ingest.synthetic.columns import joined, taken
from ingest.synthetic.draws import ABSENT, Flags, Ints, Texts, chance, some, split
from ingest.synthetic.dyads import CHILD, EX, PARENT, PARTNER, SIBLING, Dyads, Plan
from ingest.synthetic.families import Families
from ingest.synthetic.principals import Pairs
from ingest.synthetic.size import Area, Part

KINDS = tuple(AddressKind)
HOME, REFUGE, HOSTEL, _CUSTODY, PUBLIC, _OTHER = range(len(KINDS))
NEIGHBOURHOODS = 12
NOWHERE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Addresses by number."""

    kind: Ints
    protected: Flags
    neighbourhood: Ints
    line: Texts
    postcode: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Residences:
    """Who lives where, from a day until a day; `agency` says that the partner agency delivers it, and nobody else."""

    person: Ints
    address: Ints
    start: Ints
    end: Ints
    agency: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """All addresses and residences of an area, and the special ones among them."""

    addresses: Addresses
    residences: Residences
    home: Ints
    """For each dyad the victim's home while the two were together."""
    moved: Ints
    """For each dyad the day on which the victim moved away, and..."""
    moved_to: Ints
    """...where to; NOWHERE: she did not."""
    public: Ints
    hostel: Ints
    refuge: Ints
    agency_refuge: Ints


class _Book:
    """Addresses and residences that are added part by part."""

    def __init__(self) -> None:
        self.kinds: list[Ints] = []
        self.protected: list[Flags] = []
        self.residences: list[Residences] = []
        self.count = 0

    def add(self, count: int, *, kind: int = HOME, protected: npt.ArrayLike = False) -> Ints:
        """Add addresses and return their numbers."""
        self.kinds.append(np.full(count, kind))
        self.protected.append(np.broadcast_to(np.asarray(protected, dtype=np.bool_), (count,)))
        self.count += count
        return np.arange(self.count - count, self.count)

    def live(
        self,
        person: Ints,
        address: Ints,
        start: npt.ArrayLike = ABSENT,
        end: npt.ArrayLike = ABSENT,
        *,
        agency: bool = False,
    ) -> None:
        """Add residences."""
        shape = person.shape
        self.residences.append(
            Residences(
                person=person,
                address=address,
                start=np.broadcast_to(np.asarray(start, dtype=np.int64), shape),
                end=np.broadcast_to(np.asarray(end, dtype=np.int64), shape),
                agency=np.full(shape, agency),
            )
        )


def places(area: Area, dyads: Dyads, pairs: Pairs, families: Families, people: People, referred: Ints) -> Places:
    """Return where everyone lives; `referred` are the victims whom the partner agency knows."""
    numbers = area.numbers(Part.PLACES)
    book = _Book()
    home = _homes(numbers, dyads, book)
    moved, moved_to = _moves(area, numbers, dyads, pairs, book)
    left = moved_to != NOWHERE
    book.live(dyads.victim[left], home[left], ABSENT, moved[left])
    book.live(dyads.victim[left], moved_to[left], moved[left])
    _stay(numbers, dyads, families, people, pairs, home, left, book)
    hostel, refuge, agency_refuge = _shelters(area, numbers, dyads, pairs, people, referred, book)
    public = book.add(6, kind=PUBLIC)
    neighbourhood = numbers.integers(0, NEIGHBOURHOODS, book.count)
    known = joined(book.residences)
    known = taken(known, np.lexsort((known.start, known.address, known.person)))
    key = np.stack([known.person, known.address, known.start])
    new = np.ones(len(known.person), dtype=np.bool_)
    new[1:] = (key[:, 1:] != key[:, :-1]).any(axis=0)
    return Places(
        addresses=Addresses(
            kind=np.concatenate(book.kinds),
            protected=np.concatenate(book.protected),
            neighbourhood=neighbourhood,
            line=names.lines(numbers, book.count),
            postcode=names.postcodes(numbers, neighbourhood),
        ),
        residences=taken(known, new),
        home=home,
        moved=moved,
        moved_to=moved_to,
        public=public,
        hostel=hostel,
        refuge=refuge,
        agency_refuge=agency_refuge,
    )


def _homes(numbers: np.random.Generator, dyads: Dyads, book: _Book) -> Ints:
    """Return each victim's home, for each dyad; a daughter and a lodger live with the first victim."""
    with_first = np.isin(dyads.plan, (Plan.MOTHER_AND_DAUGHTER, Plan.SAME_HOUSEHOLD)) & (dyads.nth == 1)
    whose = np.where(with_first, np.roll(dyads.victim, 1), dyads.victim)
    whose = np.where(dyads.reverse_of >= 0, whose[dyads.reverse_of], whose)
    _, at = np.unique(whose, return_inverse=True)
    homes = book.add(int(at.max()) + 1)
    return homes[numbers.permutation(len(homes))][at]


def _moves(area: Area, numbers: np.random.Generator, dyads: Dyads, pairs: Pairs, book: _Book) -> tuple[Ints, Ints]:
    """Return when and where victims moved after separation; one new home in six is protected."""
    alone = (dyads.tie == EX) & (dyads.reverse_of < 0) & ~dyads.borrowed & (pairs.parted != ABSENT)
    going = np.flatnonzero(alone & chance(numbers, len(alone), 0.35))
    moved, moved_to = np.full(len(alone), ABSENT), np.full(len(alone), NOWHERE)
    moved[going] = np.minimum(pairs.parted[going] + numbers.integers(0, 30, len(going)), area.last_day)
    moved_to[going] = book.add(len(going), protected=chance(numbers, len(going), 0.16))
    return moved, moved_to


def _stay(
    numbers: np.random.Generator,
    dyads: Dyads,
    families: Families,
    people: People,
    pairs: Pairs,
    home: Ints,
    left: Flags,
    book: _Book,
) -> None:
    """Add everyone's residence in the homes: victims who stayed, suspects, children, bystanders, new partners."""
    once = dyads.reverse_of < 0
    stayed = once & ~left
    book.live(dyads.victim[stayed], home[stayed])
    share = np.where(dyads.intimate, 0.7, np.isin(dyads.tie, (CHILD, PARENT, SIBLING)) * 0.6)
    share[dyads.tie == TIE[RelationshipType.LIVES_WITH]] = 1.0
    together = once & (numbers.random(len(once)) < share)
    book.live(dyads.suspect[together], home[together], pairs.together[together], pairs.parted[together])
    partner = together & (dyads.tie == PARTNER)
    apart = np.setdiff1d(dyads.suspect[once], dyads.suspect[partner])
    begin = np.full(len(people.born), ABSENT)
    np.maximum.at(begin, dyads.suspect[together], pairs.parted[together])
    book.live(apart, book.add(len(apart)), begin[apart])
    child = chance(numbers, len(families.children), 0.7)
    children = families.children[child]
    from_birth = chance(numbers, len(children), 0.5)
    book.live(children, home[families.children_dyad[child]], np.where(from_birth, people.born[children], ABSENT))
    housed = families.bystanders[chance(numbers, len(families.bystanders), 0.3)]
    book.live(housed, book.add(len(housed)))
    theirs = book.add(len(families.new_partners))
    book.live(families.new_partners, theirs)
    half = numbers.random(len(theirs)) < 0.5
    book.live(dyads.suspect[families.new_partners_dyad[half]], theirs[half])


def _shelters(
    area: Area, numbers: np.random.Generator, dyads: Dyads, pairs: Pairs, people: People, referred: Ints, book: _Book
) -> tuple[Ints, Ints, Ints]:
    """Fill a hostel with people who have nothing to do with each other, and two refuges with women.

    Both victims of some suspects live in the same refuge: that connects nobody.
    """
    single = np.flatnonzero(dyads.ordinary & (dyads.tie == EX))
    women = single[~people.male[dyads.victim[single]]]
    men, guests, fled = split(numbers, women, max(16, len(single) // 25), 4, max(6, len(single) // 80))
    hostel, refuge, agency_refuge = (
        book.add(1, kind=HOSTEL),
        book.add(1, kind=REFUGE, protected=True),
        book.add(1, kind=REFUGE, protected=True),
    )
    since = np.minimum(pairs.parted + numbers.integers(0, 40, len(pairs.parted)), area.last_day)
    living = np.concatenate([dyads.suspect[men], dyads.victim[guests]])
    book.live(living, np.full(len(living), hostel[0]), since[np.concatenate([men, guests])])
    both = np.flatnonzero((dyads.plan == Plan.UNRELATED) & (dyads.nth == 0))
    both = both[~people.male[dyads.victim[both]] & ~people.male[dyads.victim[both + 1]]]
    both = some(numbers, both, 2)
    living = np.concatenate([dyads.victim[fled], dyads.victim[both], dyads.victim[both + 1]])
    days = np.concatenate([since[fled], pairs.last[both], pairs.last[both + 1]])
    book.live(living, np.full(len(living), refuge[0]), days)
    sheltered = some(numbers, referred[~people.male[referred]], 7)
    start = area.last_day - numbers.integers(5, 300, len(sheltered))
    book.live(sheltered, np.full(len(sheltered), agency_refuge[0]), start, agency=True)
    return hostel, refuge, agency_refuge


def sites(area: Area, dyad: Ints, day: Ints, own: Flags, places: Places) -> Ints:
    """Return where each incident took place: the victim's home of that day, a public place, or unknown."""
    numbers = area.numbers(Part.SITES)
    how = numbers.random(len(dyad))
    gone = (places.moved_to[dyad] != NOWHERE) & (day >= places.moved[dyad])
    at_home = np.where(gone, places.moved_to[dyad], places.home[dyad])
    public = places.public[numbers.integers(0, len(places.public), len(dyad))]
    return np.where(how < np.where(own, 0.72, 0.2), at_home, np.where(how < 0.8, public, NOWHERE))
