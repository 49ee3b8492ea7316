"""Asks every question of the catalogue, cold and warm, and says how long the answers took."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from itertools import cycle, islice
from typing import Any

from graph import connection
from graph.connection import Address, Reader
from graph.reference.roles import audiences
from graph.settings import Settings
from queries.answer import Answer, Viewer
from queries.catalogue import catalogue
from queries.warm import warm

MOST_VICTIMS = 50
"""Suspects with the most victims that are asked about, beside as many again and more by lot."""

BY_LOT = 250
CALLS, BOUND = 300, 30.0
"""Calls of each question that is about somebody, and the seconds after which no further call is made."""

FEWER = 20
"""Calls of each question about the whole force."""

WARM_UP = 120.0
"""Seconds for the warm-up."""

Params = Mapping[str, Any]
Figures = dict[str, Any]

SUSPECTS = """
MATCH (suspect:Person)-[:SUSPECT_OF]->(dyad:Dyad)
WHERE 'everyone' IN dyad.audiences
RETURN suspect.person_id AS id, count(*) AS victims
ORDER BY victims DESC, id
"""
_NAMES = """
MATCH (n:Nominal)
WHERE n.family_name IS NOT NULL AND n.restricted_to IS NULL
RETURN n.family_name AS family, coalesce(n.given_names, '') AS given
ORDER BY n.nominal_id
"""
_PEOPLE = "MATCH (n:Person) RETURN n.person_id AS id ORDER BY id"
_DYADS = "MATCH (d:Dyad) WHERE 'everyone' IN d.audiences RETURN d.dyad_id AS id ORDER BY d.incidents DESC, id"
_STATE = "MATCH (d:Derivation) RETURN d.as_of AS as_of, d.known_at AS known_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question asked again and again, each time of the next of some parameters."""

    says: str
    name: str
    given: list[Params]
    calls: int


def measure(address: Address, settings: Settings, seed: int, only: Container[str] | None = None) -> dict[str, Any]:
    """Return for each case the milliseconds cold and warm, and what the warm-up took; the server has just started.

    `only` names the questions to ask; not given, all are.
    """
    with connection.writer(address) as writer:
        suspects = [row["id"] for row in writer.stream(SUSPECTS)]
        people = [row["id"] for row in writer.stream(_PEOPLE)]
        pairs = [row["id"] for row in writer.stream(_DYADS)]
        names = [(row["family"], row["given"]) for row in writer.stream(_NAMES)]
        (state,) = writer.read(_STATE)
    asked = cases(suspects, people, pairs, names, state, random.Random(seed))  # noqa: S311 -- a sample
    return asyncio.run(_measure(address, settings, [case for case in asked if only is None or case.name in only]))


def cases(
    suspects: list[str],
    people: list[str],
    pairs: list[str],
    names: list[tuple[str, str]],
    state: Params,
    lot: random.Random,
) -> list[Case]:
    """Return what is asked: of the suspects with the most victims, then of others by lot."""
    top = suspects[:MOST_VICTIMS]
    mixed = top + _some(suspects[MOST_VICTIMS:], BY_LOT, lot)
    anyone = top + _some(people, BY_LOT, lot)
    dyads = pairs[:MOST_VICTIMS] + _some(pairs[MOST_VICTIMS:], BY_LOT, lot)
    texts = [_words(place, *name) for place, name in enumerate(_some(names, CALLS, lot))]
    everyone = [Case(says=f"serial_perpetrators, {says}", name="serial_perpetrators", given=[given], calls=FEWER)
                for says, given in (
                    ("everything afresh", {}),
                    ("within a year", {"window_days": 365}),
                    ("unconnected victims", {"unconnected": True}),
                )]  # fmt: skip
    found = [
        _about("ego_network", "person_id", anyone),
        _about("ego_network", "person_id", top, f" of the {MOST_VICTIMS} with most victims"),
        _about("linked_victims", "person_id", mixed),
        _about("linked_victims", "person_id", top, f" of the {MOST_VICTIMS} with most victims"),
        _about("timeline", "subject_id", anyone),
        _about("timeline", "subject_id", anyone, ", as known at a time", known_at=state["known_at"]),
        *everyone,
        _about("search_people", "text", texts),
        _on_days("threat_score", dyads, state["as_of"], lot),
        _on_days("score_change", dyads, state["as_of"], lot),
    ]
    samples = {
        "person_id": anyone,
        "suspects": [[each] for each in mixed],
        "as_of": [state["as_of"]],
        "dyad_id": dyads,
        "from_on": [state["as_of"] - timedelta(days=90)],
    }
    for query in catalogue().values():
        if query.name not in {case.name for case in found}:
            needed = [name for name, param in query.params.items() if param.default is None]
            # A parameter that no sample is known for fails as a question that cannot be asked, and is said as that.
            given = _together(needed, samples)
            found.append(
                Case(
                    says=query.name,
                    name=query.name,
                    given=given,
                    calls=CALLS if {"person_id", "dyad_id"} & set(needed) else FEWER,
                )
            )
    return found


def _some(all_of: list[Any], number: int, lot: random.Random) -> list[Any]:
    return lot.sample(all_of, min(number, len(all_of)))


def _about(name: str, param: str, values: list[Any], says: str = "", **more: Any) -> Case:
    return Case(says=name + says, name=name, given=[{param: each, **more} for each in values], calls=CALLS)


def _on_days(name: str, dyads: list[str], as_of: date, lot: random.Random) -> Case:
    """Return one question about pairs on days of the last ten years; a change is that of the quarter before."""
    days = [as_of - timedelta(days=lot.randrange(3650)) for _ in dyads]
    before = [{"from_on": day - timedelta(days=90)} if name == "score_change" else {} for day in days]
    given: list[Params] = [
        {"dyad_id": dyad, "as_of": day, **more} for dyad, day, more in zip(dyads, days, before, strict=True)
    ]
    return Case(says=f"{name}, on any day", name=name, given=given, calls=CALLS)


def _together(needed: list[str], samples: Mapping[str, list[Any]]) -> list[Params]:
    columns = [cycle(samples.get(name, [None])) for name in needed]
    return [dict(zip(needed, row, strict=True)) for row in islice(zip(*columns, strict=False), CALLS)] or [{}]


def _words(place: int, family: str, given: str) -> str:
    """Return what somebody would type: a family name, the beginning of one, or a given name and a family name."""
    return (family, family[:3], f"{given.split(' ', maxsplit=1)[0]} {family}".strip())[place % 3]


async def _measure(address: Address, settings: Settings, asked: list[Case]) -> dict[str, Any]:
    viewers = [Viewer(audience=each) for each in audiences(settings.roles)]
    viewers = [viewers[0], viewers[-1]]
    async with connection.reader(address, settings.read_seconds) as reader:
        cold: dict[str, Any] = {}
        for case in asked:
            if case.name not in cold:
                cold[case.name] = await _cold(reader, viewers[0], case)
        warmed = await _warm(reader, viewers)
        figures = {}
        for case in asked:
            print(f"    {case.says}", file=sys.stderr, flush=True)
            figures[case.says] = {"cold_ms": cold[case.name], **await _again(reader, viewers, case)}
    return {**warmed, "questions": figures}


async def _warm(reader: Reader, viewers: list[Viewer]) -> Figures:
    """Warm up as a server does before it says that it is ready, and return the seconds and what came too late."""
    began = time.perf_counter()
    late = await warm(reader, viewers, seconds=WARM_UP)
    return {"warm_up_seconds": time.perf_counter() - began, "warm_up_late": late}


async def _cold(reader: Reader, viewer: Viewer, case: Case) -> float | None:
    began = time.perf_counter()
    try:
        await _question(case.name)(reader, viewer, **case.given[0])
    except Exception as failed:
        print(f"    {case.name}: {type(failed).__name__}: {failed}", file=sys.stderr, flush=True)
        return None
    return (time.perf_counter() - began) * 1000


async def _again(reader: Reader, viewers: list[Viewer], case: Case) -> dict[str, Any]:
    """Ask a first time without counting, then again and again, for those who see least and most in turn."""
    took: list[float] = []
    rows: list[int] = []
    until = time.monotonic() + BOUND
    turns = islice(zip(cycle(case.given), cycle(viewers), strict=False), case.calls + 2)
    try:
        question = _question(case.name)
        for place, (given, viewer) in enumerate(turns):
            began = time.perf_counter()
            answer = await question(reader, viewer, **given)
            if place > 1:
                took.append((time.perf_counter() - began) * 1000)
                rows.append(len(answer.rows))
            if time.monotonic() > until:
                break
    except Exception as failed:
        return {"failed": f"{type(failed).__name__}: {failed}"}
    return {
        "calls": len(took),
        "p50_ms": percentile(took, 50),
        "p95_ms": percentile(took, 95),
        "p99_ms": percentile(took, 99),
        "most_ms": max(took, default=None),
        "most_rows": max(rows, default=None),
    }


def _question(name: str) -> Callable[..., Awaitable[Answer[Any]]]:
    asked = catalogue()[name]
    question: Callable[..., Awaitable[Answer[Any]]] = getattr(import_module(f"queries.{asked.kind}.{name}"), name)
    return question


def percentile(values: list[float], percent: int) -> float | None:
    """Return the value that so many percent of the values do not exceed; None of no values."""
    if not values:
        return None
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]
