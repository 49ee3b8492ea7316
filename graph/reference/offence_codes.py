"""Home Office offence codes: one way of writing each, and lists of codes written short."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"([0-9]{1,3})\s*(?:/\s*([0-9]{1,2})|([A-Z]))?|([0-9]{3})([0-9]{2})")

NIBRS_NUMBERS = frozenset(
    {100, 101, 103, 120, 200, 210, 220, 240, 250, 270, 280, 290, 360, 370, 510, 520, 521, 522, 526, 620, 720}
)
"""Codes of the American NIBRS that look like a class of the Home Office."""

NIBRS_LETTERED = frozenset({9, 11, 13, 23, 26, 30, 35, 36, 39, 40, 49, 58, 61, 64, 90})
"""Numbers that NIBRS uses with letters: 13A is aggravated assault there."""


def normalise(code: str) -> str | None:
    """Return a Home Office code as 008/06, a class alone as 008 or, with its letter, 008N; None if it is none.

    8/6, 00806 and 8n are read as well; zeros lost from 00806 are not guessed.

    A class alone can look like a code of NIBRS, and both stand in the same column of a graph. So what NIBRS has is
    never a class: neither its numbers, such as 120, nor a letter after a number that it uses with letters, such as 13A.
    The few classes of the Home Office that this refuses, such as 9A and 11A, have to be delivered as whole codes.
    """
    written = _WRITTEN.fullmatch(code.strip().upper())
    if written is None:
        return None
    first, sub, letter, run, rest = written.groups()
    number = (first or run).zfill(3)
    if sub or rest:
        return f"{number}/{(sub or rest).zfill(2)}"
    if int(number) in (NIBRS_LETTERED if letter else NIBRS_NUMBERS):
        return None
    return number + (letter or "")


def class_of(code: str) -> str:
    """Return the class of a code in the form that `normalise` gives; a class is its own."""
    return code.partition("/")[0]


_SHORT = re.compile(r"([0-9]{3})(?:/([0-9]{2})|([A-Z]))?(?:-([0-9]{3}|[0-9]{2}|[A-Z]))?")


def spell_out(short: str) -> list[str] | None:
    """Return the codes that one entry of a list means; None if it cannot be read.

    040-043 are classes, 008/01-06 codes of one class, 019C-H its letters; both ends belong to it.
    """
    written = _SHORT.fullmatch(short)
    if written is None:
        return None
    number, sub, letter, last = written.groups()
    first = sub or letter or number
    last = last or first
    if len(first) != len(last) or first.isdigit() is not last.isdigit() or last < first:
        return None
    if letter and int(number) in NIBRS_LETTERED:
        return None
    if letter:
        return [f"{number}{chr(each)}" for each in range(ord(first), ord(last) + 1)]
    if sub:
        return [f"{number}/{each:02}" for each in range(int(first), int(last) + 1)]
    return [f"{each:03}" for each in range(int(first), int(last) + 1)]
