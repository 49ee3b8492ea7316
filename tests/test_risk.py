"""What is stored of risk in a dyad is what another reckoning of the same rows gives, whatever they are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import hypothesis
import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

import strategies_risk as small
from deliver import RECEIVED, ZONE, conclude, deliver, wipe
from graph.connection import Row, Writer
from graph.reference.clusters import Cluster, clusters
from graph.reference.factors import Scope
from graph.reference.risk import shipped
from graph.reference.roles import Audience, audiences
from ingest.derive.derive import derive
from ingest.ids import opaque
from ingest.load import load
from ingest.read import read_delivery
from ingest.synthetic.arrivals import DELIVERIES
from ingest.synthetic.force import write_force
from plans import plans_kept
from queries.risk.rules import rules
from queries.risk.texts import CONCLUDE
from reckon import Evidence, evidence, reckon
from recount import persons, recount, tables, visible
from strategies import Cell, by_feed

__all__ = ["plans_kept"]

PHASES = (hypothesis.Phase.generate, *([hypothesis.Phase.shrink] if os.environ.get("CLEW_RISK_SHRINK") else []))
"""What fails is made as small as it can be only on demand (CLEW_RISK_SHRINK=1): it takes minutes."""


TRIED = hypothesis.settings(
    max_examples=30, phases=PHASES, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""How often a test is tried; each example empties the database itself."""

ALL = audiences()[-1]
each_audience = pytest.mark.parametrize("audience", audiences(), ids=lambda audience: audience.name)

_STORED = """
MATCH (dyad:Dyad)
RETURN properties(dyad) AS dyad, COLLECT {
  MATCH (dyad)-[found:MATCHES]->(cluster:Cluster)
  RETURN [cluster.cluster_id + ' ' + cluster.version, found.since_on, found.factors]
  ORDER BY cluster.cluster_id
} AS matches
"""


def stored(writer: Writer) -> list[Row]:
    """Return every dyad, with the clusters that it is tied to; each is held to what it says of itself."""
    found = []
    for row in writer.read(_STORED):
        dyad = row["dyad"]
        assert sum(dyad["score_points"]) == dyad["score"], dyad["dyad_id"]
        assert row["matches"] == [
            [cluster, date.fromisoformat(since) if since else None, by.split(", ")]
            for cluster, since, by in zip(dyad["clusters"], dyad["cluster_since"], dyad["cluster_by"], strict=True)
        ]
        found.append(dyad)
    return found


def read_by(audience: Audience, dyads: Iterable[Row]) -> dict[str, Row]:
    """Return what is stored for an audience, with the reasons for clusters as `reckon` gives them."""
    return {
        dyad["dyad_id"]: {**dyad, "cluster_by": [_by(text) for text in dyad["cluster_by"]]}
        for dyad in dyads
        if audience.name in dyad["audiences"]
    }


def _by(text: str) -> set[str]:
    return {name.partition("offence ")[0] or "offence" for name in text.split(", ")}


def gathered(feeds: Mapping[str, pd.DataFrame], person: Mapping[str, str], audience: Audience) -> dict[str, Evidence]:
    """Return by the id of each dyad what there is on it for an audience, as of the last day."""
    seen = visible(dict(feeds), audience.groups)
    found = evidence(seen, recount(seen, dict(person)), person)
    ids: dict[str, str] = {}
    for record, who in person.items():
        own = opaque("n", *record.split(":", 1))
        ids[who] = min(ids.get(who, own), own)
    return {f"{ids[suspect]}>{ids[victim]}": each for (suspect, victim), each in found.items()}


def differences(got: Mapping[str, Row], expected: Mapping[str, Evidence], as_of: date) -> list[Any]:
    """Return where what is stored is not what is reckoned."""
    found: list[Any] = [("stored" if each in got else "reckoned", each) for each in got.keys() ^ expected.keys()]
    return found + [
        (each, name, f"stored {got[each][name]}", f"reckoned {value}")
        for each in got.keys() & expected.keys()
        for name, value in reckon(expected[each], as_of).items()
        if got[each][name] != value
    ]


# Over a whole force


class Whole(NamedTuple):
    """A demo force: its rows, who is whom, and what was stored of it, as of a day."""

    feeds: Mapping[str, pd.DataFrame]
    person: Mapping[str, str]
    dyads: Sequence[Row]
    as_of: date


_whole: list[Whole] = []


@pytest.fixture
def whole(request: pytest.FixtureRequest, tmp_path: Path) -> Whole:
    """Give a demo force, loaded once, delivery by delivery, with what follows from each."""
    if not _whole:
        graph: Writer = request.getfixturevalue("empty")
        folder = tmp_path / "demo"
        write_force(folder)
        for name in DELIVERIES:
            report = load(graph, read_delivery(folder / name, zone=ZONE), zone=ZONE)
            assert not report.rejects
            conclude(graph)
        feeds, as_of = tables(folder), conclude(graph).as_of
        _whole.append(Whole(feeds=feeds, person=persons(feeds), dyads=stored(graph), as_of=as_of))
    return _whole[0]


@each_audience
def test_what_is_stored_of_a_force_is_what_is_reckoned(audience: Audience, whole: Whole) -> None:
    expected = gathered(whole.feeds, whole.person, audience)
    assert len(expected) > 500
    wrong = differences(read_by(audience, whole.dyads), expected, whole.as_of)
    assert not wrong, f"{len(wrong)} differences, such as {wrong[:5]}"


def test_a_force_shows_all_that_is_to_be_held(whole: Whole) -> None:
    """Say so if the comparison above compares nothing."""
    states = {state for dyad in whole.dyads for state in dyad["states"]}
    assert states == {"affirmed", "contradicted", "current", "expired", "past"}
    assert {answer for dyad in whole.dyads for answer in dyad["latest_answers"]} == {"yes", "no", "dont_know"}
    assert {dyad["band"] for dyad in whole.dyads} == {band.name for band in shipped().weights.bands}
    assert any(dyad["unweighed"] for dyad in whole.dyads)
    by = {name for dyad in whole.dyads for text in dyad["cluster_by"] for name in _by(text)}
    assert {"offence", "separation", "new_partner", "release", "victim_honour", "escalation_frequency"} <= by


def test_nothing_of_a_force_changes_before_the_day_that_is_promised(whole: Whole) -> None:
    dyads = read_by(ALL, whole.dyads)
    for dyad_id, on_it in gathered(whole.feeds, whole.person, ALL).items():
        due = dyads[dyad_id].get("next_change_on") or date(2100, 1, 1)
        assert due > whole.as_of
        assert reckon(on_it, due - timedelta(days=1)) == reckon(on_it, whole.as_of), dyad_id


# Over small worlds


def put(writer: Writer, parts: Sequence[Mapping[str, Sequence[Row]]], received_at: datetime = RECEIVED) -> None:
    """Deliver parts, a minute after each other, and conclude after each."""
    for number, part in enumerate(parts):
        report = deliver(writer, part, received_at=received_at + timedelta(minutes=number))
        assert not report.rejects, report.rejects
        conclude(writer)


def hold(writer: Writer, rows: Sequence[Cell], as_of: date) -> dict[str, Evidence]:
    """Check that what is stored for each audience is what is reckoned; return what there is for the last."""
    dyads, feeds, expected = stored(writer), small.as_read(rows), dict[str, Evidence]()
    person = {record: record for record in feeds["people"]["person_ref"]}
    for audience in audiences():
        expected = gathered(feeds, person, audience)
        assert not differences(read_by(audience, dyads), expected, as_of), audience.name
    return expected


def the_pair(writer: Writer) -> Row:
    return read_by(ALL, stored(writer))[small.PAIR]


@TRIED
@given(small.forms(), st.integers(1, 3), st.randoms(use_true_random=False))
def test_forms_say_the_same_in_any_order_and_what_sticks_stays(
    empty: Writer, rows: list[Cell], parts: int, random: Random
) -> None:
    wipe(empty)
    put(empty, small.parted(rows, parts, random))
    hold(empty, rows, small.AS_OF)
    before = the_pair(empty)
    _expires_to_the_day(empty, before)
    later = small.denial()
    put(empty, [by_feed(later)], RECEIVED + timedelta(days=30))
    hold(empty, [*rows, *later], date(2026, 5, 1))
    after = the_pair(empty)
    assert after["factors"] == before["factors"]
    scopes = {each.factor: each.scope for each in shipped().factors}
    asked = {item.factor for item in shipped().instruments["dash", "2009"].items}
    for factor, state, answer in zip(after["factors"], after["states"], after["latest_answers"], strict=True):
        wanted = {Scope.EVER: "contradicted", Scope.NOW: "past"}.get(scopes[factor], state)
        assert factor not in asked or (state, answer) == (wanted, "no")


def _expires_to_the_day(writer: Writer, pair: Row) -> None:
    windows = {each.factor: each.days for each in shipped().factors if each.days}
    ends = {
        last + timedelta(days=windows[factor])
        for factor, last in zip(pair["factors"], pair["last_yes_on"], strict=True)
        if factor in windows
    }
    for end in [end for end in sorted(ends) if end > small.AS_OF][:2]:
        for day in (end - timedelta(days=1), end):
            derive(writer, audiences=audiences(), zone=ZONE, as_of=day)
            then = the_pair(writer)
            for factor, last, state in zip(then["factors"], then["last_yes_on"], then["states"], strict=True):
                if factor in windows:
                    assert state == ("current" if day < last + timedelta(days=windows[factor]) else "expired")


@pytest.mark.parametrize("group", ["", "sensitive"])
@pytest.mark.parametrize("what", small.LATER)
def test_one_more_record_alone_counts_at_once_for_whoever_may_see_it(what: str, group: str, empty: Writer) -> None:
    rows = [*small.history(), *small.PARTED]
    later = [(feed, row | ({"restricted_to": group} if feed != "answers" else {})) for feed, row in small.LATER[what]]
    put(empty, [by_feed(rows)])
    before = reckon(hold(empty, rows, small.AS_OF)[small.PAIR], small.AS_OF)
    put(empty, [by_feed(later)], RECEIVED + timedelta(minutes=1))
    assert reckon(hold(empty, [*rows, *later], small.AS_OF)[small.PAIR], small.AS_OF) != before


@TRIED
@given(small.records(), st.integers(1, 3), st.randoms(use_true_random=False))
def test_all_records_count_in_any_order_and_change_on_the_day_that_is_promised(
    empty: Writer, rows: list[Cell], parts: int, random: Random
) -> None:
    wipe(empty)
    put(empty, small.parted(rows, parts, random))
    on_it = hold(empty, rows, small.AS_OF).get(small.PAIR)
    if on_it is None:
        return
    due = (before := the_pair(empty)).get("next_change_on")
    last = (due or small.AS_OF + timedelta(days=3650)) - timedelta(days=1)
    now = reckon(on_it, small.AS_OF)
    for days in range((min(last, small.AS_OF + timedelta(days=800)) - small.AS_OF).days + 1):
        assert reckon(on_it, small.AS_OF + timedelta(days=days)) == now, f"changes {days} days later, promised {due}"
    # Once by hand, and once as the calendar does it.
    derive(empty, audiences=audiences(), zone=ZONE, as_of=last, full=True)
    assert the_pair(empty) == before
    if due:
        derive(empty, audiences=audiences(), zone=ZONE, as_of=due)
        hold(empty, rows, due)


# The examples of the clusters


@pytest.mark.parametrize("cluster", clusters().values(), ids=lambda cluster: cluster.cluster_id)
def test_each_example_of_a_cluster_matches_or_misses(cluster: Cluster, graph: Writer) -> None:
    told = [*((example, True) for example in cluster.matches), *((example, False) for example in cluster.misses)]
    for example, matches in told:
        on_it = small.evidence_of(example).by(example.as_of)
        codes = [code for _, code in on_it.offences]
        asked = {"cases": [small.case(on_it)], "as_of": example.as_of, "rules": rules(shipped(), codes)}
        (answer,) = graph.read(CONCLUDE.text, asked)
        found = [f"{each['cluster_id']} {each['version']}" for each in answer["matches"]]
        assert (f"{cluster.cluster_id} {cluster.version}" in found) is matches, example.says
        expected = reckon(on_it, example.as_of)
        assert found == expected["clusters"], example.says
        assert (answer["score"], answer["band"]) == (expected["score"], expected["band"])
        assert sum(points for _, points in answer["parts"]) == answer["score"]


def test_whatever_the_evidence_what_follows_is_what_is_reckoned(graph: Writer) -> None:
    random = Random(1)  # noqa: S311
    cases = [small.anything(random) for _ in range(600)]
    codes = {code for each in cases for _, code in each.offences}
    asked = {"cases": [small.case(each) for each in cases], "as_of": small.AS_OF, "rules": rules(shipped(), codes)}
    for on_it, answer in zip(cases, graph.read(CONCLUDE.text, asked), strict=True):
        expected = reckon(on_it, small.AS_OF)
        ledger = [each for each in answer["ledger"] if each["state"] != "below"]
        assert [each["factor"] for each in ledger] == expected["factors"]
        assert [each["state"] for each in ledger] == expected["states"]
        assert [_by(", ".join(each["by"])) for each in answer["matches"]] == expected["cluster_by"]
        assert [part for part, _ in answer["parts"]] == expected["score_parts"]
        assert [points for _, points in answer["parts"]] == expected["score_points"]
        last = (answer["next_change_on"] or small.AS_OF + timedelta(days=1000)) - timedelta(days=1)
        assert reckon(on_it, last) == expected
