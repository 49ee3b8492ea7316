"""Lists of ids alike in length: the server plans a text anew for a list of another order of length."""

from __future__ import annotations

from collections.abc import Iterable

_ROOM = 2000
_NOBODY = ""
"""Fills the room: nothing has this id."""


def listed(ids: Iterable[str]) -> list[str]:
    """Return ids as a list for a text that looks each of them up, and only reads.

    One that writes locks what it does not find, so that connections would wait for each other at what fills the room.
    """
    found = list(ids)
    return found + [_NOBODY] * (_ROOM - len(found))
