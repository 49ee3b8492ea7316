"""Invented names, numbers and places, none of which can be anybody's."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from ingest.synthetic.draws import Flags, Ints, Texts

Values = Callable[[Ints], Texts]
"""What makes a value for each number."""

_FRONT = (
    "Ash Bram Cold Dun Elder Fen Glen Haver Iver Jarn Kelm Lark Mar Nether Oak Pell Quen Raven Sel Tarn Under Vell "
    "Wither Yar Zell Brindle Thorn Hazel Ember Whin"
)
_BACK = (
    "acre bourne croft dale erby field gate holme kirk low mere ness over pool rigg shaw thwaite vale wick worthy "
    "bank combe drove furlong"
)
_FOREIGN = (
    "Łukarzyn", "Ó Dúlavain", "Yildizoğlan", "Nguyễnvar", "Þorbrandsen", "Müllerström", "Ñandúez", "Žižkovar",
    "D'Arbelay", "Håkavik", "Çelenkaya", "Ferreirão", "Øverlund-Måne", "Kőszegvári", "Šarūnaitė", "Al-Zahrawani",
)  # fmt: skip
FAMILY = np.array([front + back for back, front in product(_BACK.split(), _FRONT.split())] + list(_FOREIGN))
"""Family names; the last ones have letters beyond English."""

_FEMALE = (
    "Olivia Amelia Isla Ava Grace Freya Lily Sophie Emily Chloe Megan Jessica Hannah Lucy Ellie Georgia Katie Holly "
    "Abigail Charlotte Zara Aisha Priya Fatima Mei Ngozi Amara Sarah Emma Laura Rachel Claire Nicola Joanne Tracey "
    "Susan Karen Margaret Zoë Siân Łucja Özlem Chloé Nuráy Agnieszka Ingrid"
)
_MALE = (
    "Oliver Jack Harry George Noah Charlie Jacob Thomas Oscar William James Joshua Ethan Daniel Ryan Liam Connor "
    "Callum Lewis Adam Luke Nathan Kyle Jordan Mohammed Imran Arjun Wei Chidi Kwame David Mark Paul Andrew Stephen "
    "Gary Kevin Darren Lee Wayne José Łukasz Søren Çağlar Réamonn Dónal"
)
GIVEN = np.array(_FEMALE.split() + _MALE.split())
"""Given names, women's first."""

OTHER_SCRIPTS = np.array(["Олена", "Саша", "فاطمة", "ਪ੍ਰੀਤ", "李娜", "Δήμητρα"])
"""Names as they stand in a passport, for `also_known_as`."""

NICKNAMES = np.array(["Jaz", "Big T", "Mouse", "Red", "Smiler", "Ziggy", "Tank", "Bean"])

_WOMEN = len(_FEMALE.split())


def family_names(numbers: np.random.Generator, count: int) -> Ints:
    """Return places in FAMILY: some names are common, most are rare, one in twenty is not English."""
    english = len(FAMILY) - len(_FOREIGN)
    place = np.floor(english * numbers.random(count) ** 1.6).astype(np.int64)
    return np.where(numbers.random(count) < 0.05, english + numbers.integers(0, len(_FOREIGN), count), place)


def given_names(numbers: np.random.Generator, male: Flags) -> Ints:
    """Return places in GIVEN, fitting the sex."""
    drawn = numbers.random(len(male)) ** 1.3
    return np.where(male, _WOMEN + np.floor(drawn * (len(GIVEN) - _WOMEN)), np.floor(drawn * _WOMEN)).astype(np.int64)


def phones(places: Ints) -> Texts:
    """Return phone numbers from the ranges that Ofcom keeps for drama: mobiles first, then no area's landlines."""
    mobile = [f"07700 900{number:03d}" for number in range(1000)]
    landline = [f"01632 960{number:03d}" for number in range(1000)]
    return np.array(mobile + landline)[places % 2000]


def plates(places: Ints) -> Texts:
    """Return registrations that begin with letters which are issued to nobody."""
    letters = "ABCDEFGHJKLMNOPRSTUVWXYZ"
    return np.array(
        [
            f"ZQ{14 + place % 11:02d} {letters[place % 24]}{letters[place // 24 % 24]}{letters[place // 576 % 24]}"
            for place in places.tolist()
        ],
        dtype=np.str_,
    )


def emails(places: Ints) -> Texts:
    """Return e-mail addresses in a domain kept for examples."""
    return np.array([f"person{place}@example.org" for place in places.tolist()], dtype=np.str_)


def neighbourhoods(area: int, count: int) -> Texts:
    """Return the policing neighbourhoods of an area."""
    fronts, sides = _FRONT.split(), ("North", "South", "East", "West", "Centre")
    start = (area - 1) * count
    return np.array(
        [f"{fronts[(start + each) % len(fronts)]}minster {sides[(start + each) % 5]}" for each in range(count)]
    )


def lines(numbers: np.random.Generator, count: int) -> Texts:
    """Return houses and streets; one in six is a flat, so that a comma must be quoted."""
    streets = [f"{front}{back}" for front, back in product(_FRONT.split()[:20], ("ley", "ton", "brook"))]
    kinds = ("Road", "Close", "Street", "Avenue", "Drive", "Way")
    house, street = numbers.integers(1, 190, count), numbers.integers(0, len(streets), count)
    kind, flat = numbers.integers(0, len(kinds), count), numbers.integers(0, 60, count)
    return np.array(
        [
            (f"Flat {f}, " if f < 10 and f else "") + f"{h} {streets[s]} {kinds[k]}"
            for h, s, k, f in zip(house.tolist(), street.tolist(), kind.tolist(), flat.tolist(), strict=True)
        ],
        dtype=np.str_,
    )


def postcodes(numbers: np.random.Generator, neighbourhood: Ints) -> Texts:
    """Return postcodes of an area that does not exist, by neighbourhood."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    drawn = numbers.integers(0, 20, (len(neighbourhood), 2)).tolist()
    return np.array(
        [
            f"ZZ{1 + n} {(a * 7 + b) % 10}{letters[a]}{letters[b]}"
            for n, (a, b) in zip(neighbourhood.tolist(), drawn, strict=True)
        ],
        dtype=np.str_,
    )


def schools(area: int, count: int) -> Texts:
    """Return names of schools; one has quotation marks in it."""
    fronts = _FRONT.split()
    named = [
        f"{fronts[(area * 7 + each) % len(fronts)]}brook {'Academy' if each % 3 == 0 else 'Primary School'}"
        for each in range(count - 1)
    ]
    return np.array([*named, 'The "Limes" School'])
