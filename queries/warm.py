"""Asks every question before anyone does, so that nobody waits for what a server does only the first time."""

from __future__ import annotations

import asyncio
from ast import literal_eval
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from importlib import import_module
from itertools import product
from typing import Any

from graph.connection import Reader
from graph.errors import DatabaseUnavailable, QuestionError
from queries.answer import Viewer, in_one_row
from queries.catalogue import AFTER, Query, catalogue
from queries.patterns.data_quality import CHECKS
from queries.patterns.repeat_dyads import repeat_dyads

SECONDS = 60.0
"""How long it may take unless told otherwise."""

Tell = Callable[[int, int], None]
"""Told how many steps are done and how many there are."""

Step = tuple[Query, Callable[[], Awaitable[object]]]

_NOBODY = "n" + "a" * 16
"""As long as the id of a record."""
_GIVEN: Mapping[str, Any] = {
    "str": _NOBODY,
    "int": 1,
    "float": 1.0,
    "bool": False,
    "date": date(2000, 1, 1),
    "datetime": datetime(9000, 1, 1, tzinfo=UTC),  # later than whatever a pair has
    "list[str]": [_NOBODY],
}
"""What is given for a parameter of each type where nothing better is known."""
_WORDS: Mapping[str, Sequence[Any]] = {"band": ["high"], "cluster": ["C02"], "grade": ["high"], "direction": ["up"]}
"""Words that are as long as what is asked: the server plans a text anew for a word of another order of length."""


async def warm(
    reader: Reader, viewers: Iterable[Viewer], *, seconds: float = SECONDS, tell: Tell = lambda *_: None
) -> list[str]:
    """Let the server plan each question in each shape, for each of some viewers, and read what it reads; forget it all.

    Questions about somebody are asked first, then those about the whole force planned, then asked once each. Returns
    the names of those for which the time did not suffice, or the time that the server gives each, or which refused
    what they were asked. Raises DatabaseRefused or AudienceError if nothing can be answered yet, DatabaseUnavailable
    if the server does not answer.
    """
    viewers = list(viewers)
    left, late = [*catalogue()], set[str]()
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            steps = _steps(reader, viewers, await _known(reader, viewers))
            left = [query.name for query, _ in steps]
            for done, (query, step) in enumerate(steps):
                tell(done, len(steps))
                try:
                    await step()
                except (DatabaseUnavailable, QuestionError):
                    late.add(query.name)
                left.pop(0)
            tell(len(steps), len(steps))
    return sorted(late.union(left))


def _steps(reader: Reader, viewers: list[Viewer], known: Mapping[str, Sequence[Any]]) -> list[Step]:
    about_one = [query for query in catalogue().values() if any(each.default is None for each in query.params.values())]
    about_all = [query for query in catalogue().values() if query not in about_one]
    asked: list[Step] = [
        (query, partial(_function(query), reader, viewer, **params))
        for query in about_one
        for viewer in viewers
        for params in shapes(query, known)
    ]
    planned: list[Step] = [
        (query, partial(reader.explain, in_one_row(query), {**_defaults(query), **params, **viewer.params()}))
        for query in about_all
        for viewer in viewers
        for params in shapes(query, known)
    ]
    return asked + planned + [(query, partial(_function(query), reader, viewers[0])) for query in about_all]


def shapes(query: Query, known: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Yield what a question is asked with, at least once for each set of types: a text is planned for each by itself.

    Only what must or need not be given is in it, from what is known by name and otherwise anything of its type. A
    place to go on from is not: it is given as a map, and so is none.
    """
    choices: dict[str, list[Any]] = {}
    for name, param in query.options.items():
        if param.default in {None, "None"}:
            nothing = [] if param.default is None else [None]
            choices[name] = [*nothing, *known.get(name, [_GIVEN[param.type.removesuffix(" | None")]])]
    for chosen in product(*choices.values()):
        yield dict(zip(choices, chosen, strict=True))


def _defaults(query: Query) -> dict[str, Any]:
    usual = {name: literal_eval(each.default) for name, each in query.options.items() if each.default is not None}
    return {**usual, AFTER: {}} if AFTER in query.params else usual


def _function(query: Query) -> Callable[..., Awaitable[object]]:
    """Return the function that asks a question, which stands beside its file."""
    asks: Callable[..., Awaitable[object]] = getattr(import_module(f"queries.{query.kind}.{query.name}"), query.name)
    return asks


async def _known(reader: Reader, viewers: list[Viewer]) -> dict[str, Sequence[Any]]:
    """Return values by names of parameters: of a pair of which much is known, as far as the first viewer may see it."""
    answer = await repeat_dyads(reader, viewers[0], window_days=0, min_incidents=1, limit=1)
    known: dict[str, Sequence[Any]] = {"check": CHECKS, "text": ["a"], **_WORDS}
    for pair in answer.rows:
        known |= {
            "person_id": [pair.suspect_id],
            "subject_id": [pair.suspect_id, pair.dyad_id],
            "suspects": [[pair.suspect_id]],
            "dyad_id": [pair.dyad_id],
            "from_on": [pair.first_on],
            "text": [pair.suspect_name or "a"],
            "as_of": [pair.last_on],
        }
    return known
