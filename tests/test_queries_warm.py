"""After a warm-up the server has a plan for every question that is asked; it ends in time and alters nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from asking import function
from command import clew
from conftest import DATA
from deliver import ZONE, conclude, delivery
from graph.connection import Address, Reader, Row, Writer, reader
from graph.engine import server
from graph.errors import DatabaseRefused, DatabaseUnavailable
from graph.reference.roles import audiences
from ingest.load import load
from ingest.read import read_delivery
from plans import grow, plans_kept
from queries.answer import Viewer, in_one_row
from queries.catalogue import catalogue
from queries.patterns.data_quality import CHECKS
from queries.risk.texts import CASE
from queries.warm import shapes, warm
from test_known_at import ACCUSED

__all__ = ["plans_kept"]

VIEWERS = [Viewer(audience=each) for each in audiences()]
ASKED_FOR_A_DAY = {query.name for query in catalogue().values() if query.text == CASE.text}
"""Questions whose text is asked by itself, for a day that is known only then or for several."""
TEXTS = {
    query.text if query.name in ASKED_FOR_A_DAY else in_one_row(query): query.name for query in catalogue().values()
}

Asked = list[tuple[str, Mapping[str, Any]]]


@pytest.fixture
def concluded(empty: Writer) -> Writer:
    """Give a graph that a test may alter, with what the sample has in it."""
    load(empty, read_delivery(DATA, zone=ZONE), zone=ZONE)
    conclude(empty)
    return empty


class Recording(Reader):
    """Keeps what it is asked."""

    def __init__(self, inner: Reader) -> None:
        self.__dict__ |= inner.__dict__
        self.asked: Asked = []

    async def read(self, *asked: tuple[str, Mapping[str, Any]]) -> list[list[Row]]:
        self.asked += asked
        return await super().read(*asked)


OTHERS: Mapping[str, Sequence[Any]] = {
    "person_id": ["n" + "b" * 16],
    "subject_id": ["n" + "b" * 16, "n" + "b" * 16 + "-n" + "c" * 16],
    "suspects": [["n" + "b" * 16]],
    "text": ["Somebody Else", "o"],
    "check": CHECKS,
    "band": ["low"],
    "cluster": ["C02b"],
    "grade": ["standard"],
    "direction": ["down"],
    "as_of": [date(2024, 2, 29)],
    "born_on": [date(1970, 1, 1)],
}


async def others(opened: Reader) -> Asked:
    """Return the statements that come of every question about others than a warm-up asks about."""
    recording = Recording(opened)
    for query in catalogue().values():
        for viewer in VIEWERS:
            for params in shapes(query, OTHERS):
                await function(query)(recording, viewer, **params)
    return [(text, params) for text, params in recording.asked if text in TEXTS]


def estimates(plan: Mapping[str, Any]) -> list[Any]:
    return [plan["operatorType"], plan["args"].get("EstimatedRows"), *map(estimates, plan.get("children", []))]


async def plans(opened: Reader, asked: Asked) -> list[list[Any]]:
    """Return the server's plans for statements: those that it has, and new ones for those that it has none for."""
    return [estimates((await opened.explain(text, params))[3]) for text, params in asked]


def forget(writer: Writer) -> None:
    # It also counts anew what the indexes hold, which the server would do some time later.
    writer.read("CALL db.prepareForReplanning()")


def test_after_it_every_question_has_its_plan(concluded: Writer, database: Address) -> None:
    async def asked_and_planned() -> tuple[Asked, list[list[Any]]]:
        async with reader(database) as opened:
            asked = await others(opened)
            forget(concluded)
            assert await warm(opened, VIEWERS, seconds=600) == []
            # A plan made from here on expects more rows.
            grow(concluded, forget=False)
            return asked, await plans(opened, asked)

    async def planned_anew(asked: Asked) -> list[list[Any]]:
        async with reader(database) as opened:
            return await plans(opened, asked)

    asked, kept = asyncio.run(asked_and_planned())
    assert {text for text, _ in asked} == set(TEXTS)
    forget(concluded)
    anew = asyncio.run(planned_anew(asked))
    unplanned = {TEXTS[text] for (text, _), had, has in zip(asked, kept, anew, strict=True) if had == has}
    assert unplanned == set()


def test_it_tells_how_far_it_is(sample: Writer, database: Address) -> None:
    told: list[tuple[int, int]] = []

    async def warmed() -> None:
        async with reader(database) as opened:
            await warm(opened, VIEWERS[:1], tell=lambda done, there: told.append((done, there)))

    asyncio.run(warmed())
    assert [done for done, _ in told] == list(range(len(told)))
    assert {there for _, there in told} == {len(told) - 1}


def test_what_there_was_no_time_for_is_said(sample: Writer, database: Address) -> None:
    async def warmed(seconds: float) -> list[str]:
        async with reader(database) as opened:
            return await warm(opened, VIEWERS, seconds=seconds)

    assert asyncio.run(warmed(0)) == sorted(catalogue())
    assert asyncio.run(warmed(600)) == []


def test_people_whose_names_nobody_gave_are_enough_to_search_for(
    empty: Writer, database: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(empty, delivery(ACCUSED), zone=ZONE)
    conclude(empty)
    monkeypatch.setattr("queries.warm.catalogue", lambda: {"search_people": catalogue()["search_people"]})

    async def warmed() -> list[str]:
        async with reader(database) as opened:
            return await warm(opened, VIEWERS, seconds=600)

    assert asyncio.run(warmed()) == []


def test_before_anything_is_concluded_there_is_nothing_to_ask(empty: Writer, database: Address) -> None:
    async def warmed() -> None:
        async with reader(database) as opened:
            await warm(opened, VIEWERS)

    with pytest.raises(DatabaseRefused):
        asyncio.run(warmed())


def test_every_combination_of_types_is_a_shape() -> None:
    timeline = list(shapes(catalogue()["timeline"], {"subject_id": ["x"]}))
    assert [{name: type(value).__name__ for name, value in shape.items()} for shape in timeline] == [
        {"subject_id": "str", "as_of": as_of, "known_at": known_at}
        for as_of in ("NoneType", "date")
        for known_at in ("NoneType", "datetime")
    ]
    assert {shape["subject_id"] for shape in timeline} == {"x"}


@pytest.mark.parametrize("ran", [True, False])
@pytest.mark.parametrize("refused", [True, False])
def test_what_clew_up_starts_is_warmed_up_and_what_ran_is_not(
    database: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ran: bool, refused: bool
) -> None:
    warmed: list[Viewer] = []

    async def noted(_: Reader, viewers: Iterable[Viewer], **__: object) -> list[str]:
        warmed.extend(viewers)
        if refused:
            raise DatabaseRefused("Nothing is concluded yet.")
        return []

    monkeypatch.setattr(server, "running", lambda _: database if ran else None)
    monkeypatch.setattr(server, "up", lambda *_: database)
    monkeypatch.setattr("queries.warm.warm", noted)
    told = clew("up", home=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"Neo4j runs at {database.uri}; ")
    assert warmed == ([] if ran else VIEWERS)


def test_a_question_that_the_server_stops_is_told_of_and_keeps_none_from_its_turn(
    sample: Writer, database: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def stopped(*_: object, **__: object) -> None:
        asked.append("person")
        raise DatabaseUnavailable("It took longer than it may.")

    monkeypatch.setattr("queries.lookups.person.person", stopped)

    async def warmed() -> list[str]:
        async with reader(database) as opened:
            return await warm(opened, VIEWERS, seconds=600)

    assert asyncio.run(warmed()) == ["person"]
    assert asked == ["person"] * len(VIEWERS)
