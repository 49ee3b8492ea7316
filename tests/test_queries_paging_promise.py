"""Nothing is skipped or told twice, whatever comes and goes between two pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from deliver import RECEIVED, conclude, deliver, wipe
from graph.connection import Writer
from graph.errors import StaleCursor
from graph.reference.roles import audiences
from paged import CONCLUDED, WIDEST, Ask, ask, each_list, keys, order_of, walk
from plans import plans_kept
from queries.answer import MOST
from queries.catalogue import Query
from queries.lookups import search_people, timeline
from queries.paging import RUN, cursor, place, read_cursor
from queries.patterns import threat_list
from visibility import PLACE

__all__ = ["ask", "plans_kept"]

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
        graph.write(lambda transaction: transaction.run(CONCLUDED, {"audiences": [each.name for each in audiences()]}))
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
