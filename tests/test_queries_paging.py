"""Pages of a list are the list: nothing is skipped or told twice, whatever comes and goes between them."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from asking import function
from deliver import RECEIVED, conclude, deliver, wipe
from graph.connection import Address, Transaction, Writer, reader
from graph.errors import QueryFileError, QuestionError, StaleCursor
from graph.reference.roles import audiences
from plans import grow, plan, plans_kept
from queries.answer import MOST, Answer, Viewer
from queries.catalogue import AFTER, Column, Query, catalogue
from queries.lookups import search_people, timeline
from queries.paging import RUN, Order, cursor, order, place, read_cursor
from queries.patterns import data_quality, threat_list
from strategies import worlds
from test_visibility import fill
from visibility import PLACE, VIEWERS, Subjects, subjects

__all__ = ["plans_kept"]

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


@each_list
@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_are_the_list(sample: Writer, ask: Ask, query: Query, size: int) -> None:
    longest = 0
    for params in WIDELY.get(query.name, [{}]):
        for viewer in VIEWERS:
            whole = ask(query, viewer, limit=MOST, **params).rows
            assert walk(ask, query, viewer, size, **params) == whole
            assert len(set(keys(whole, query))) == len(whole), "two rows of one place"
            longest = max(longest, len(whole))
    assert longest > 0


def asked_of(query: Query, about: Subjects) -> list[dict[str, Any]]:
    """Return what a list is asked with in a generated graph."""
    if query.name in {"linked_victims", "timeline"}:
        name = next(iter(query.params))
        named = about.people if name == "person_id" else [*about.people, *about.dyads]
        return [{name: each} for each in named[:12]]
    if query.name == "search_people":
        return [{"text": "a"}, {"text": "c b"}]
    return [dict(params) for params in WIDELY.get(query.name, [{}])]


def longest_of(ask: Ask, query: Query, asked: Sequence[Mapping[str, Any]]) -> int:
    """Hold a list to it that after each of its rows comes the rest of it; return how long it is at most."""
    longest = 0
    for params in asked:
        whole = ask(query, WIDEST, limit=MOST, **params).rows
        longest = max(longest, len(whole))
        for number, row in enumerate(whole, 1):
            after = place(row, order_of(query))
            assert ask(query, WIDEST, limit=MOST, after=after, **params).rows == whole[number:], query.name
    return longest


def test_after_each_row_of_lists_of_records_comes_the_rest(empty: Writer, ask: Ask) -> None:
    longest = dict.fromkeys(PAGED.keys() - ALIKE, 0)

    @settings(max_examples=4, phases=[Phase.generate], database=None)
    @given(worlds())
    def hold(world: Any) -> None:
        fill(empty, world)
        about = subjects(empty, world)
        for name in longest:
            query = PAGED[name]
            longest[name] = max(longest[name], longest_of(ask, query, asked_of(query, about)))

    hold()
    assert [name for name, rows in longest.items() if rows < 2] == [], "lists with nothing to go on to"


def test_after_each_row_of_lists_of_what_is_alike_comes_the_rest(empty: Writer, ask: Ask) -> None:
    everyone = {"audiences": [each.name for each in audiences()]}
    for text in (_CONCLUDED, _ALIKE):
        empty.write(partial(Transaction.run, text=text, params=everyone))
    for name in ALIKE:
        assert longest_of(ask, PAGED[name], WIDELY.get(name, [{}])) > 2, name


ALIKE = {
    "cluster_prevalence",
    "contradicted_answers",
    "contradicted_identities",
    "contradictory_values",
    "grade_changes",
    "hidden_threat",
    "repeat_dyads",
    "threat_list",
}
"""Lists of what a dozen pairs and people have in common."""

_ALIKE = """
CREATE (:Cluster {cluster_id: 'C01', version: '1', label: 'One'})
CREATE (:Cluster {cluster_id: 'C02', version: '1', label: 'Two'})
WITH date('2025-05-01') AS day
UNWIND range(10, 21) AS i
CREATE (:Nominal {nominal_id: 'ns' + i, source: 'rms', source_ref: 's' + i, sex: 'male', born_on: day})
         -[:IS]->(suspect:Person {person_id: 'ns' + i, contradicted: true}),
       (:Nominal {
         nominal_id: 'nt' + i, source: ['rms', 'cms'][i % 2], source_ref: 't' + i, sex: 'female',
         born_on: day + duration('P1Y')
       })-[:IS]->(suspect),
       (:Nominal {nominal_id: 'nv' + i})-[:IS]->(victim:Person {person_id: 'nv' + i}),
       (suspect)-[:SUSPECT_OF]->(:Dyad {
         dyad_id: 'n' + i, audiences: $audiences, score: 10 * (i % 2),
         last_on: [null, day, day + duration('P1D')][i % 3],
         incidents: 2, incident_ids: ['i' + i, 'j' + i], incident_on: [day, day + duration({days: i % 2})],
         assessments: 3, assessment_ids: ['a' + i, 'b' + i, 'c' + i], assessed_on: [day, day, day],
         grades: ['standard', 'high', 'standard'], latest_grade: 'standard', factors: ['choking', 'stalking'],
         states: ['contradicted', 'contradicted'], first_yes_on: [day, day], last_yes_on: [day, day],
         latest_answers: ['no', 'no'], clusters: ['C01 1', 'C02 1'],
         cluster_since: ['', ['2025-05-01', '2025-06-01'][i % 2]]
       })-[:VICTIM]->(victim)
"""


DAYS = st.sampled_from([None, date(2025, 5, 1), date(2025, 5, 2)])
OPERATIONS = st.lists(st.tuples(st.sampled_from(["add", "remove", "move"]), st.integers(0, 30)), max_size=3)


class Things(NamedTuple):
    """How something that a list tells of comes and goes."""

    keys: st.SearchStrategy[Any]
    add: Callable[[Writer, int, Any], object]
    remove: Callable[[Writer, int], object]
    number: Callable[[Any], int]
    """Which one a row is of."""


def hold_to_promise(graph: Writer, ask: Ask, query: Query, things: Things, **params: Any) -> None:
    """Hold a list to its promise while what it tells of comes, goes and moves between its pages."""

    @settings(max_examples=25, phases=[Phase.generate, Phase.shrink], database=None)
    @given(st.lists(things.keys, min_size=2, max_size=9), st.integers(1, 3), st.data())
    def hold(first: list[Any], size: int, data: st.DataObject) -> None:
        wipe(graph)
        graph.write(lambda transaction: transaction.run(_CONCLUDED, {"audiences": [each.name for each in audiences()]}))
        here = dict(enumerate(first))
        for number, key in here.items():
            things.add(graph, number, key)
        touched: set[int] = set()

        def change() -> None:
            for what, which in data.draw(OPERATIONS):
                if what == "add":
                    number = len(here) + len(touched)
                    number = next(each for each in range(number, 99) if each not in here and each not in touched)
                elif here:
                    number = sorted(here)[which % len(here)]
                    things.remove(graph, number)
                    del here[number]
                else:
                    continue
                touched.add(number)
                if what != "remove":
                    here[number] = data.draw(things.keys)
                    things.add(graph, number, here[number])

        def left(rows: list[Any]) -> list[Any]:
            return [row for row in rows if things.number(row) not in touched]

        before = ask(query, WIDEST, limit=MOST, **params).rows
        walked = walk(ask, query, WIDEST, size, change, **params)
        assert left(walked) == left(before)
        assert left(ask(query, WIDEST, limit=MOST, **params).rows) == left(before)
        assert len(set(keys(walked, query))) == len(walked)

    hold()


_CONCLUDED = """
CREATE (:Derivation {derivation_id: 'current', as_of: date('2026-04-01'), known_at: datetime('2026-04-01T06:00:00Z'),
                     state: 'ready', run: 1, audiences: $audiences, definitions: [], risk: []})
CREATE (:Person {person_id: 'nme'})<-[:IS]-(:Nominal {nominal_id: 'nme'})
"""


def run(text: str) -> Callable[[Writer, int, Any], None]:
    def work(graph: Writer, number: int, key: Any) -> None:
        asked = {"number": f"{number:02}", "key": key, "audiences": [each.name for each in audiences()]}
        graph.write(lambda transaction: transaction.run(text, asked))

    return work


def gone(text: str) -> Callable[[Writer, int], None]:
    return lambda graph, number: run(text)(graph, number, None)


PAIRS = Things(
    keys=st.tuples(st.sampled_from([0, 10, 20]), DAYS).map(list),
    add=run(
        """
        CREATE (:Nominal {nominal_id: 'ns' + $number})-[:IS]->(suspect:Person {person_id: 'ns' + $number})
        CREATE (:Nominal {nominal_id: 'nv' + $number})-[:IS]->(victim:Person {person_id: 'nv' + $number})
        CREATE (suspect)-[:SUSPECT_OF]->(:Dyad {
          dyad_id: 'n' + $number, audiences: $audiences, score: $key[0], last_on: $key[1], clusters: []
        })-[:VICTIM]->(victim)
        """
    ),
    remove=gone(
        """
        MATCH (suspect:Person)-[:SUSPECT_OF]->(dyad:Dyad {dyad_id: 'n' + $number})-[:VICTIM]->(victim:Person)
        MATCH (one:Nominal)-[:IS]->(suspect)
        MATCH (other:Nominal)-[:IS]->(victim)
        DETACH DELETE one, other, suspect, victim, dyad
        """
    ),
    number=lambda row: int(row.dyad_id[1:]),
)

NAMES = st.sampled_from([None, "a", "A", "b", "é", "z", "\ufffd", "\U0001f600"])
RECORDS = Things(
    keys=st.tuples(NAMES, NAMES).map(list),
    add=run(
        """
        CREATE (:Nominal {
          nominal_id: 'n' + $number, name_words: 'quick', family_name: $key[0], given_names: $key[1]
        })-[:IS]->(:Person {person_id: 'n' + $number})
        """
    ),
    remove=gone(
        """
        MATCH (record:Nominal {nominal_id: 'n' + $number})-[:IS]->(person:Person)
        DETACH DELETE record, person
        """
    ),
    number=lambda row: int(row.nominal_id[1:]),
)

HAPPENINGS = Things(
    keys=st.tuples(
        st.sampled_from([date(2025, 5, 1), date(2025, 5, 2)]), st.sampled_from(["incident", "form", "following"])
    ).map(list),
    add=run(
        """
        MATCH (record:Nominal {nominal_id: 'nme'})
        CALL (record) {
          WITH record
          WHERE $key[1] = 'incident'
          CREATE (record)-[:SUSPECT_IN]->(incident:Incident {incident_id: 'i' + $number, reported_on: $key[0]})
          CREATE (incident)-[:RECORDS]->(:Offence {offence_id: 'o' + $number + 'a'})
          CREATE (incident)-[:RECORDS]->(:Offence {offence_id: 'o' + $number + 'b'})
        }
        CALL (record) {
          WITH record
          WHERE $key[1] <> 'incident'
          CREATE (record)<-[:OF_SUSPECT]-(form:Assessment {assessment_id: 'a' + $number, assessed_on: $key[0]})
          WITH form
          WHERE $key[1] = 'following'
          CREATE (form)-[:FOLLOWS]->(:Incident {incident_id: 'i' + $number})
        }
        """
    ),
    remove=gone(
        """
        MATCH (fact:Incident|Offence|Assessment)
        WHERE substring(coalesce(fact.incident_id, fact.offence_id, fact.assessment_id), 1, 2) = $number
        DETACH DELETE fact
        """
    ),
    number=lambda row: int(row.record_id[1:3]),
)


def test_pairs_that_come_go_and_move_cost_no_other_its_place(empty: Writer, ask: Ask) -> None:
    hold_to_promise(empty, ask, threat_list.QUERY, PAIRS)


def test_records_that_come_go_and_move_cost_no_other_its_place(empty: Writer, ask: Ask) -> None:
    hold_to_promise(empty, ask, search_people.QUERY, RECORDS, text="quick")


def test_happenings_that_come_go_and_move_cost_no_other_its_place(empty: Writer, ask: Ask) -> None:
    hold_to_promise(empty, ask, timeline.QUERY, HAPPENINGS, subject_id="nme")


def test_a_list_does_not_go_on_in_other_conclusions(empty: Writer, ask: Ask) -> None:
    people = [{"person_ref": f"P{number}", "family_name": "Quickbeam"} for number in range(4)]
    deliver(empty, {"people": people})
    conclude(empty)
    first = ask(search_people.QUERY, WIDEST, text="quick", limit=2)
    text = cursor(place(first.rows[-1], search_people.ORDER), search_people.ORDER, first.run)
    later = RECEIVED + timedelta(days=1)
    deliver(empty, {"people": [{"person_ref": "P9", "family_name": "Quickbeam"}]}, received_at=later)
    after = read_cursor(text, search_people.ORDER)
    assert len(ask(search_people.QUERY, WIDEST, text="quick", after=after).rows) == 2
    conclude(empty)
    with pytest.raises(StaleCursor, match="drawn anew since that page: begin again without `after`"):
        ask(search_people.QUERY, WIDEST, text="quick", after=after)


def required(query: Query) -> dict[str, Any]:
    return {name: "x" for name, param in query.params.items() if param.default is None}


@each_list
def test_every_list_refuses_a_place_in_other_conclusions(sample: Writer, ask: Ask, query: Query) -> None:
    by = order_of(query)
    run = ask(query, WIDEST, **required(query)).run
    at = read_cursor(cursor(PLACE, by, run), by)
    ask(query, WIDEST, **required(query), after=at)
    for other in (run - 1, run + 1):
        with pytest.raises(StaleCursor):
            ask(query, WIDEST, **required(query), after={**(at or {}), RUN: other})


def test_what_was_known_at_a_time_refuses_it_too(sample: Writer, ask: Ask) -> None:
    params = {"subject_id": "ncncwcf4d6dqdznp3", "known_at": datetime(2026, 4, 2, tzinfo=UTC)}
    run = ask(timeline.QUERY, WIDEST, **params).run
    with pytest.raises(StaleCursor):
        ask(timeline.QUERY, WIDEST, **params, after={**PLACE, RUN: run + 1})


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


def shown(rows: list[Any]) -> list[str]:
    return [repr(row) for row in rows]


@each_list
def test_a_forged_place_only_takes_rows_away(sample: Writer, ask: Ask, query: Query) -> None:
    by, params = order_of(query), WIDELY.get(query.name, [{}])[-1]
    whole = {viewer: shown(ask(query, viewer, limit=MOST, **params).rows) for viewer in VIEWERS}

    @settings(max_examples=20, database=None)
    @given(places(by), st.sampled_from(VIEWERS))
    def hold(forged: dict[str, Any], viewer: Viewer) -> None:
        after = read_cursor(cursor(forged, by, ask(query, viewer, limit=1, **params).run), by)
        left = shown(ask(query, viewer, limit=MOST, after=after, **params).rows)
        assert left == [row for row in whole[viewer] if row in left]

    hold()


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


@given(places(MADE), st.integers(0, 2**62), st.none() | st.dates())
def test_a_cursor_carries_its_place(at: dict[str, Any], run: int, as_of: date | None) -> None:
    text = cursor(at, MADE, run, as_of=as_of)
    assert read_cursor(text, MADE, as_of=as_of) == {**at, RUN: run}
    assert text.isascii()
    assert text.replace("-", "a").replace("_", "a").isalnum()


def test_no_cursor_is_no_place() -> None:
    assert read_cursor(None, MADE) is None


AT = {"a": "n", "b": 1, "c": 0.5, "d": None, "e": date(2026, 1, 1), "f": None}
TOLD: list[Any] = ["made", 1, None, "n", 1, 0.5, None, "2026-01-01", None]
WRONG: tuple[Any, ...] = ([], {}, "\ud800")


def encoded(told: Any) -> str:
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def refused(text: str, **given: Any) -> None:
    with pytest.raises(QuestionError, match="after is no cursor of this list: take one from a page of made") as told:
        read_cursor(text, MADE, **given)
    assert not isinstance(told.value, StaleCursor)
    assert told.value.__cause__ is None


def test_a_cursor_of_anything_else_is_refused() -> None:
    assert read_cursor(encoded(TOLD), MADE) == {**AT, RUN: 1}
    refused(cursor(AT, replace(MADE, question="other"), 1))
    refused(cursor(AT, MADE, 1, as_of=date(2026, 1, 1)))
    refused(cursor(AT, MADE, 1), as_of=date(2026, 1, 1))


@pytest.mark.parametrize(
    "told",
    [
        *([*TOLD[:number], wrong, *TOLD[number + 1 :]] for number in range(len(TOLD)) for wrong in WRONG),
        *([*TOLD[:number], 2**63, *TOLD[number + 1 :]] for number in (1, 4)),
        *([*TOLD[:5], each, *TOLD[6:]] for each in (float("nan"), float("inf"), True, None, "0.5")),
        [*TOLD[:1], True, *TOLD[2:]],
        [*TOLD[:1], None, *TOLD[2:]],
        [*TOLD[:3], None, *TOLD[4:]],
        [*TOLD[:6], 1, *TOLD[7:]],
        [*TOLD[:7], "2026-02-30", *TOLD[8:]],
        [*TOLD, None],
        TOLD[:-1],
        TOLD[:2],
        [],
        {},
        "made",
        1,
        None,
    ],
)
def test_what_no_column_can_have_is_refused(told: Any) -> None:
    refused(encoded(told))


@pytest.mark.parametrize(
    "text", ["", "=", "a", "****", "é", encoded(TOLD) + "!", encoded(TOLD)[:-2], "A" * 4001, "W1tb" * 1000, "_" * 100]
)
def test_a_text_that_is_no_cursor_is_refused(text: str) -> None:
    refused(text)


@given(st.text() | st.binary().map(lambda told: urlsafe_b64encode(told).decode()))
def test_any_text_is_read_or_refused(text: str) -> None:
    refused(text)


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_cursor_with_another_letter_is_read_or_refused(number: int, letter: str) -> None:
    text = encoded(TOLD)
    at = number % len(text)
    with suppress(QuestionError):
        read = read_cursor(text[:at] + letter + text[at + 1 :], MADE)
        assert read is not None
        assert read.keys() == {*MADE.columns, RUN}


@each_list
def test_a_cursor_is_short(sample: Writer, ask: Ask, query: Query) -> None:
    by = order_of(query)
    for params in WIDELY.get(query.name, [{}]):
        told = ask(query, WIDEST, limit=MOST, **params)
        assert all(len(cursor(place(row, by), by, told.run)) < 300 for row in told.rows)


def test_only_a_search_by_name_has_names_in_its_cursors() -> None:
    tell = {"family_name", "given_names", "name", "suspect_name", "victim_name", "born_on"}
    assert {name for name, query in PAGED.items() if tell & order_of(query).columns.keys()} == {"search_people"}


@each_list
def test_the_test_of_visibility_goes_on_from_a_place_in_every_list(query: Query) -> None:
    assert order_of(query).columns.keys() <= PLACE.keys()


def test_rows_are_ordered_by_columns_that_a_cursor_can_carry(tmp_path: Path) -> None:
    with pytest.raises(QueryFileError, match="patterns/threat_list: rows cannot be ordered by shoe_size"):
        order(threat_list.QUERY, "shoe_size")
    with pytest.raises(QueryFileError, match="rows cannot be ordered by clusters"):
        order(threat_list.QUERY, "score", "clusters")
    with pytest.raises(QueryFileError, match="rows cannot be ordered by first_at"):
        order(data_quality.QUERY, "first_at")
    numbered = replace(threat_list.QUERY, columns={RUN: Column(type="int", says="Number.")})
    with pytest.raises(QueryFileError, match="rows cannot be ordered by run"):
        order(numbered, RUN)


def test_what_goes_on_from_a_place_is_no_option_of_a_person() -> None:
    assert AFTER not in threat_list.QUERY.options
    assert [*threat_list.QUERY.options] == [name for name in threat_list.QUERY.params if name != AFTER]


def estimates(planned: Mapping[str, Any]) -> list[Any]:
    children = map(estimates, planned.get("children", []))
    return [planned["operatorType"], planned["args"].get("EstimatedRows"), *children]


def test_all_pages_have_one_plan(empty: Writer, database: Address) -> None:
    async def planned(at: Mapping[str, Any]) -> dict[str, list[Any]]:
        async with reader(database) as opened:
            found = {}
            for query in PAGED.values():
                asked = dict.fromkeys(query.params) | {AFTER: at} | WIDEST.params()
                found[query.name] = estimates((await opened.explain(query.text, asked))[3])
            return found

    first = asyncio.run(planned({}))
    # A plan made from here on expects more rows.
    grow(empty, forget=False)
    assert asyncio.run(planned(PLACE)) == first
    empty.read("CALL db.clearQueryCaches()")
    anew = asyncio.run(planned(PLACE))
    assert [name for name in PAGED if anew[name] == first[name]] == []


def test_a_late_page_is_read_from_its_score_on(empty: Writer, database: Address) -> None:
    grow(empty)
    for name in ("contradicted_answers", "hidden_threat", "threat_list"):
        query = PAGED[name]
        usual: dict[str, Any] = dict.fromkeys(query.params)
        for at in ({}, PLACE):
            found = asyncio.run(plan(database, query.text, {**usual, "limit": 50, AFTER: at}))
            (seek,) = (says for each, says in found if each == "NodeIndexSeekByRange" and "Dyad(score)" in says)
            assert "score <= coalesce($after.score" in seek
            named = {each for each, _ in found}
            assert "PartialTop" in named
            assert "Sort" not in named
