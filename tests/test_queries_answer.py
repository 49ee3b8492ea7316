"""An answer says what was cut and as of when it holds; what cannot be answered rightly is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from asking import answer
from deliver import RECEIVED, ZONE, conclude, deliver
from graph.connection import Address, Writer
from graph.errors import AudienceError, DatabaseRefused, QuestionError, ReferenceDataError
from graph.reference.roles import Audience, audience, roles
from ingest.derive.derive import derive
from queries.answer import MOST, Viewer
from queries.catalogue import VIEWER, catalogue

PEOPLE = [{"person_ref": f"P{number}", "family_name": "Quickbeam"} for number in range(4)]
SEARCH = catalogue()["search_people"]


@pytest.fixture
def four(empty: Writer) -> Writer:
    """Four people of one name, concluded."""
    deliver(empty, {"people": PEOPLE})
    conclude(empty)
    return empty


@pytest.mark.parametrize(("limit", "rows", "cut"), [(3, 3, "limit: more than 3 rows"), (4, 4, None), (5, 4, None)])
def test_a_list_says_whether_it_was_cut_and_by_what(
    four: Writer, database: Address, limit: int, rows: int, cut: str | None
) -> None:
    told = answer(database, SEARCH, text="quick", limit=limit)
    assert (len(told.rows), told.cut) == (rows, cut)


def test_what_is_left_by_a_cut_is_the_beginning(four: Writer, database: Address) -> None:
    whole = answer(database, SEARCH, text="quick").rows
    assert answer(database, SEARCH, text="quick", limit=2).rows == whole[:2]


@pytest.mark.parametrize("query", [query for query in catalogue().values() if "limit" in query.params])
@pytest.mark.parametrize("limit", [0, -1, MOST + 1])
def test_a_limit_has_bounds(sample: Writer, database: Address, query: Any, limit: int) -> None:
    given = {name: "x" for name, param in query.params.items() if param.default is None}
    with pytest.raises(QuestionError, match=f"limit must lie between 1 and {MOST}"):
        answer(database, query, **given, limit=limit)


@pytest.mark.parametrize("limit", [1, MOST])
def test_the_bounds_themselves_are_allowed(four: Writer, database: Address, limit: int) -> None:
    assert len(answer(database, SEARCH, text="quick", limit=limit).rows) == min(limit, 4)


def test_an_answer_says_what_was_asked_and_as_of_when_it_holds(four: Writer, database: Address) -> None:
    told = answer(database, SEARCH, text="quick")
    assert told.query is SEARCH
    assert (told.as_of, told.known_at, told.state) == (RECEIVED.date(), RECEIVED, "ready")


def test_facts_that_came_since_are_told_of_and_not_concluded_from(four: Writer, database: Address) -> None:
    later = datetime(2026, 4, 2, 6, tzinfo=UTC)
    deliver(four, {"people": [{"person_ref": "P9", "family_name": "Quickbeam"}]}, received_at=later)
    told = answer(database, SEARCH, text="quick")
    assert (told.state, told.known_at, told.as_of) == ("stale", RECEIVED, RECEIVED.date())
    assert len(told.rows) == 4
    conclude(four)
    told = answer(database, SEARCH, text="quick")
    assert (told.state, told.known_at, told.as_of, len(told.rows)) == ("ready", later, date(2026, 4, 2), 5)


def test_facts_that_nothing_is_concluded_from_leave_conclusions_as_they_are(four: Writer, database: Address) -> None:
    deliver(four, {"identifiers": [{"identifier_ref": "X1", "kind": "phone", "value": "07700 900001"}]})
    assert answer(database, SEARCH, text="quick").state == "ready"


def test_nothing_is_answered_before_anything_is_concluded(empty: Writer, database: Address) -> None:
    with pytest.raises(DatabaseRefused, match="run `clew derive`"):
        answer(database, SEARCH, text="quick")
    deliver(empty, {"people": PEOPLE})
    with pytest.raises(DatabaseRefused, match="run `clew derive`"):
        answer(database, SEARCH, text="quick")


def test_groups_that_no_role_has_are_refused(four: Writer, database: Address) -> None:
    with pytest.raises(AudienceError, match=r"not an audience of the role mapping\. It has: everyone; sensitive; "):
        answer(database, SEARCH, ["professional_standards"], text="quick")


def test_an_audience_for_which_nothing_is_stored_is_refused(four: Writer, database: Address) -> None:
    derive(four, audiences=[Audience(groups=frozenset())], zone=ZONE)
    assert len(answer(database, SEARCH, text="quick").rows) == 4
    with pytest.raises(AudienceError, match="clew derive --full"):
        answer(database, SEARCH, ["sensitive"], text="quick")


def test_a_viewer_brings_its_groups_and_the_name_of_its_audience() -> None:
    asked = Viewer(audience=audience(["sensitive", "professional_standards"])).params()
    assert asked.keys() == VIEWER
    assert asked["audience"] == "professional_standards+sensitive"
    assert asked["groups"][:2] == ["professional_standards", "sensitive"]
    assert set(asked["groups"][2:]) == {";"}
    assert Viewer(audience=audience([])).params() == {"groups": [";"] * 20, "audience": "everyone"}


@pytest.mark.parametrize("count", [0, 1, 2, 3, 11, 20])
def test_the_list_of_groups_is_as_long_for_every_audience(count: int) -> None:
    some = frozenset("abcdefghijklmnopqrstuvwxyz"[:count])
    groups = Viewer(audience=Audience(groups=some)).params()["groups"]
    assert len(groups) == 20
    assert set(groups) - {";"} == some


def test_more_groups_than_there_is_room_for_are_all_brought() -> None:
    some = frozenset("abcdefghijklmnopqrstuvwxyz")
    assert Viewer(audience=Audience(groups=some)).params()["groups"] == sorted(some)


def test_what_fills_the_list_of_groups_can_be_no_group(empty: Writer, tmp_path: Path) -> None:
    mapping = tmp_path / "roles.toml"
    mapping.write_text('[roles.nobody]\nsays = "Reads."\ngroups = []\n[roles.filler]\nsays = "?"\ngroups = [";"]\n')
    with pytest.raises(ReferenceDataError, match="role filler needs"):
        roles(mapping)
    rows = [
        {"person_ref": f"P{number}", "family_name": "Quickbeam", "restricted_to": cell}
        for number, cell in enumerate((";", "sensitive;;", ";sensitive", " ; "))
    ]
    deliver(empty, {"people": rows})
    held = empty.read("MATCH (record:Nominal|Revision|Rejected) RETURN coalesce(record.restricted_to, []) AS groups")
    assert held
    assert ";" not in {group for row in held for group in row["groups"]}
