"""Lists that go on from page to page, asked and walked through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from hypothesis import strategies as st

from asking import function
from graph.connection import Address, reader
from queries.answer import Answer, Viewer
from queries.catalogue import AFTER, Query, catalogue
from queries.paging import Order, cursor, place, read_cursor
from visibility import VIEWERS

PAGED = {query.name: query for query in catalogue().values() if AFTER in query.params}


each_list = pytest.mark.parametrize("query", PAGED.values(), ids=lambda query: query.name)


WIDEST = VIEWERS[-1]


Ask = Callable[..., Answer[Any]]


Change = Callable[[], None]


WIDELY: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "cluster_prevalence": [{"by": by, "least": 1} for by in ("grade", "neighbourhood", "month")],
    "hidden_threat": [{"least_score": 0}],
    "linked_victims": [{"person_id": "nmvnixqqdi534mbww"}],
    "repeat_dyads": [{"window_days": 0, "min_incidents": 1}],
    "search_people": [{"text": "a"}, {"text": "larkspur"}],
    "serial_perpetrators": [{}, {"unconnected": True}, {"min_victims": 1}, {"min_victims": 1, "unconnected": True}],
    "timeline": [
        {"subject_id": "ncncwcf4d6dqdznp3"},
        {"subject_id": "ncncwcf4d6dqdznp3>nphzgtqkzhz5o7wqs", "known_at": datetime(2026, 3, 31, 5, tzinfo=UTC)},
    ],
}
"""What lists are asked with on tests/data so that they are long; others are whole without."""


def order_of(query: Query) -> Order:
    by = import_module(f"queries.{query.kind}.{query.name}").ORDER
    assert isinstance(by, Order)
    return by


@pytest.fixture(scope="module")
def ask(database: Address) -> Iterator[Ask]:
    """Ask a question as a viewer."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        opened = runner.run(stack.enter_async_context(reader(database)))

        def asked(query: Query, viewer: Viewer, **params: Any) -> Answer[Any]:
            told: Answer[Any] = runner.run(function(query)(opened, viewer, **params))
            return told

        yield asked
        runner.run(stack.aclose())


def walk(ask: Ask, query: Query, viewer: Viewer, size: int, change: Change = lambda: None, **params: Any) -> list[Any]:
    """Return the rows of all pages, one after the other; `change` is called between two."""
    by, rows, after = order_of(query), list[Any](), None
    while True:
        page = ask(query, viewer, limit=size, after=read_cursor(after, by), **params)
        assert len(page.rows) == size or page.cut is None
        rows += page.rows
        if page.cut is None:
            return rows
        after = cursor(place(page.rows[-1], by), by, page.run)
        change()


def keys(rows: Sequence[Any], query: Query) -> list[tuple[Any, ...]]:
    return [tuple(place(row, order_of(query)).values()) for row in rows]


CONCLUDED = """
CREATE (:Derivation {derivation_id: 'current', as_of: date('2026-04-01'), known_at: datetime('2026-04-01T06:00:00Z'),
                     state: 'ready', run: 1, audiences: $audiences, definitions: [], risk: []})
CREATE (:Person {person_id: 'nme'})<-[:IS]-(:Nominal {nominal_id: 'nme'})
"""


TYPES: Mapping[str, st.SearchStrategy[Any]] = {
    "str": st.one_of(st.text(max_size=5), st.sampled_from(["n", "incident", "waiting", "both_sides", "medium"])),
    "int": st.integers(-(2**63), 2**63 - 1) | st.integers(0, 100),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "date": st.dates() | st.dates(date(2024, 1, 1), date(2026, 4, 1)),
}


def of_type(kind: str) -> st.SearchStrategy[Any]:
    values = TYPES[kind.removesuffix(" | None")]
    return st.none() | values if kind.endswith(" | None") else values


def places(by: Order) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: of_type(kind) for name, kind in by.columns.items()})


MADE = Order(
    question="made",
    columns={
        "a": "str",
        "b": "int | None",
        "c": "float",
        "d": "bool | None",
        "e": "date | None",
        "f": "str | None",
    },
)
