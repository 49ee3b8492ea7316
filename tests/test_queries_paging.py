"""Pages of a list are the list, for every list and viewer, and a late page costs what the first does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from graph.connection import Address, Transaction, Writer, reader
from graph.errors import QueryFileError
from graph.reference.roles import audiences
from paged import CONCLUDED, PAGED, WIDELY, WIDEST, Ask, ask, each_list, keys, order_of, places, walk
from plans import grow, plan, plans_kept
from queries.answer import MOST, Viewer, in_one_row
from queries.catalogue import AFTER, Column, Query
from queries.paging import RUN, cursor, order, place, read_cursor
from queries.patterns import data_quality, threat_list
from strategies import worlds
from test_visibility import fill
from visibility import PLACE, VIEWERS, Subjects, subjects

__all__ = ["ask", "plans_kept"]


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
    for text in (CONCLUDED, _ALIKE):
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
                found[query.name] = estimates((await opened.explain(in_one_row(query), asked))[3])
            return found

    first = asyncio.run(planned({}))
    # A plan made from here on expects more rows.
    grow(empty, forget=False)
    assert asyncio.run(planned(PLACE)) == first
    # It also counts anew what the indexes hold, which the server would do some time later.
    empty.read("CALL db.prepareForReplanning()")
    anew = asyncio.run(planned(PLACE))
    assert [name for name in PAGED if anew[name] == first[name]] == []


def test_a_late_page_is_read_from_its_score_on(empty: Writer, database: Address) -> None:
    grow(empty)
    for name in ("contradicted_answers", "hidden_threat", "threat_list"):
        query = PAGED[name]
        usual: dict[str, Any] = dict.fromkeys(query.params)
        for at in ({}, PLACE):
            found = asyncio.run(plan(database, in_one_row(query), {**usual, "limit": 50, AFTER: at}))
            (seek,) = (says for each, says in found if each == "NodeIndexSeekByRange" and "Dyad(score)" in says)
            assert "score <= coalesce($after.score" in seek
            named = {each for each, _ in found}
            assert "PartialTop" in named
            assert "Sort" not in named
