"""Reads truth.json as `clew synthesise` writes it: case by case, however many there are."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from graph.errors import SourceError

Entry = dict[str, Any]
"""One case."""

Place = tuple[str, ...]
"""Where the list of a case stands, such as ("found", "everyone", "repeat_dyads")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A truth: the deliveries that it is about, the day for which it holds, the window that its counts use."""

    path: Path
    deliveries: list[str]
    as_of: date
    window_days: int

    def cases(self, under: Place = (), kinds: Collection[str] | None = None) -> Iterator[tuple[str, Entry]]:
        """Yield the kind of every case under a place and the case, in the order of the file, or those of some kinds.

        Raises SourceError if the file is damaged.
        """
        try:
            for place, text in _lines(self.path):
                if text is not None and place[: len(under)] == under and (kinds is None or place[-1] in kinds):
                    yield place[-1], json.loads(text)
        except (OSError, ValueError):
            raise _unlike(self.path) from None

    def places(self) -> list[Place]:
        """Return the places of all lists, also of those without a case."""
        return [place for place, text in _lines(self.path) if text is None]


def told(path: Path) -> Told:
    """Return what a truth says of itself; raises SourceError if it is none that `clew synthesise` wrote."""
    try:
        with path.open(encoding="utf-8") as file:
            head = json.loads("{" + "".join(_head(file)).rstrip().rstrip(",") + "}")
        return Told(
            path=path,
            deliveries=[str(each) for each in head["deliveries"]],
            as_of=date.fromisoformat(head["as_of"]),
            window_days=int(head["window_days"]),
        )
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}): name a truth.json.") from None
    except (ValueError, KeyError, TypeError):
        raise _unlike(path) from None


def _head(file: Iterable[str]) -> Iterator[str]:
    """Yield the lines between the first and the one that opens something of more than one line."""
    for number, line in enumerate(file):
        if number and line.rstrip().endswith(("{", "[")):
            return
        if number:
            yield line


def _lines(path: Path) -> Iterator[tuple[Place, str | None]]:
    """Yield each list with None, and then its cases as they are written."""
    at: list[str] = []
    closed = False
    try:
        with path.open(encoding="utf-8") as file:
            for text in map(str.rstrip, islice(file, 1, None)):
                bare = text.rstrip("],")
                if text.startswith('{"'):
                    yield tuple(at), bare
                elif text.startswith("}"):
                    closed, at = not at, at[:-1]
                elif bare.endswith(("{", "[")):
                    at.append(json.loads(bare[: bare.rindex(":")]))
                    if bare.endswith("["):
                        yield tuple(at), None
                if "]" in text[len(bare) :] and (text.startswith('{"') or bare.endswith("[")):
                    at = at[:-1]
    except (OSError, ValueError):
        raise _unlike(path) from None
    if not closed:
        raise _unlike(path)


def _unlike(path: Path) -> SourceError:
    return SourceError(f"{path} is not as `clew synthesise` writes it: make the force again, or copy it as it is.")
