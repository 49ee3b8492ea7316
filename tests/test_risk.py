"""What is stored of risk in a dyad is what another reckoning of the same rows gives, whatever they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliver import ZONE, conclude, deliver, wipe
from graph.connection import Row, Writer
from graph.reference.clusters import Cluster, clusters
from graph.reference.factors import Scope
from graph.reference.instruments import instruments
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
from strategies import RMS
from strategies_risk import AS_OF, SUSPECT, VICTIM, Cell, as_read, case, evidence_of, form, forms, parted, records

__all__ = ["plans_kept"]

SETTLED = [HealthCheck.function_scoped_fixture]
"""Each example empties the database itself."""

ALL = audiences()[-1]
"""Sees what anybody may."""
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
        assert all(points > 0 for points in dyad["score_points"])
        assert len(dyad["score_parts"]) == len(dyad["score_points"])
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
    return {"offence" if name.startswith("offence ") else name for name in text.split(", ")}


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
    found: list[Any] = [("only stored", each) for each in sorted(got.keys() - expected.keys())]
    for dyad_id, on_it in expected.items():
        if dyad_id not in got:
            found.append(("not stored", dyad_id))
            continue
        for name, value in reckon(on_it, as_of).items():
            if got[dyad_id][name] != value:
                found.append((dyad_id, name, f"stored {got[dyad_id][name]}", f"reckoned {value}"))
    return found


# Over a whole force


@dataclass(frozen=True, kw_only=True)
class Whole:
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


def put(writer: Writer, rows: Sequence[Cell], parts: int, random: Random) -> None:
    """Deliver rows in a random order, in so many parts, and conclude after each."""
    wipe(writer)
    for number, part in enumerate(parted(rows, parts, random)):
        received = datetime(2026, 4, 1, 6, number, tzinfo=UTC)
        report = deliver(writer, part, received_at=received, delivery_id=f"D{number}")
        assert not report.rejects, report.rejects
        conclude(writer)


def hold(writer: Writer, rows: Sequence[Cell], as_of: date) -> dict[str, Evidence]:
    """Check that what is stored for each audience is what is reckoned; return what there is for the last."""
    dyads, feeds, expected = stored(writer), as_read(rows), dict[str, Evidence]()
    person = {record: record for record in feeds["people"]["person_ref"]}
    for audience in audiences():
        expected = gathered(feeds, person, audience)
        assert not differences(read_by(audience, dyads), expected, as_of), audience.name
    return expected


def at(writer: Writer, as_of: date, *, full: bool = False) -> None:
    derive(writer, audiences=audiences(), zone=ZONE, as_of=as_of, full=full)


PAIR = f"{opaque('n', RMS, SUSPECT)}>{opaque('n', RMS, VICTIM)}"


def the_pair(writer: Writer) -> Row:
    return read_by(ALL, stored(writer))[PAIR]


@settings(max_examples=30, suppress_health_check=SETTLED)
@given(forms(), st.integers(1, 3), st.randoms(use_true_random=False))
def test_forms_say_the_same_in_any_order_and_what_sticks_stays(
    empty: Writer, rows: list[Cell], parts: int, random: Random
) -> None:
    put(empty, rows, parts, random)
    hold(empty, rows, AS_OF)
    before = the_pair(empty)
    _expires_to_the_day(empty, before)
    no = {item.number: "no" for item in instruments()["dash", "2009"].items}
    later = form("later", ("dash", "2009"), "2026-04-15", no)
    deliver(empty, parted(later, 1, random)[0], received_at=datetime(2026, 5, 1, 6, tzinfo=UTC), delivery_id="later")
    conclude(empty)
    hold(empty, [*rows, *later], date(2026, 5, 1))
    after = the_pair(empty)
    assert after["factors"] == before["factors"]
    scopes = {each.factor: each.scope for each in shipped().factors}
    asked = {item.factor for item in instruments()["dash", "2009"].items}
    for factor, state, answer in zip(after["factors"], after["states"], after["latest_answers"], strict=True):
        if factor in asked:
            assert answer == "no"
            assert state == {Scope.EVER: "contradicted", Scope.NOW: "past"}.get(scopes[factor], state)


def _expires_to_the_day(writer: Writer, pair: Row) -> None:
    windows = {each.factor: each.days for each in shipped().factors if each.days}
    ends = {
        last + timedelta(days=windows[factor])
        for factor, last in zip(pair["factors"], pair["last_yes_on"], strict=True)
        if factor in windows
    }
    for end in [end for end in sorted(ends) if end > AS_OF][:2]:
        for day in (end - timedelta(days=1), end):
            at(writer, day)
            then = the_pair(writer)
            for factor, last, state in zip(then["factors"], then["last_yes_on"], then["states"], strict=True):
                if factor in windows:
                    assert state == ("current" if day < last + timedelta(days=windows[factor]) else "expired")


@settings(max_examples=40, suppress_health_check=SETTLED)
@given(records(), st.integers(1, 3), st.randoms(use_true_random=False))
def test_all_records_count_in_any_order_and_change_on_the_day_that_is_promised(
    empty: Writer, rows: list[Cell], parts: int, random: Random
) -> None:
    put(empty, rows, parts, random)
    on_it = hold(empty, rows, AS_OF).get(PAIR)
    if on_it is None:
        return
    before = the_pair(empty)
    due = before.get("next_change_on")
    last = (due or AS_OF + timedelta(days=3650)) - timedelta(days=1)
    now = reckon(on_it, AS_OF)
    for days in range((min(last, AS_OF + timedelta(days=800)) - AS_OF).days + 1):
        assert reckon(on_it, AS_OF + timedelta(days=days)) == now, f"changes {days} days later, promised {due}"
    # Once by hand, and once as the calendar does it.
    at(empty, last, full=True)
    assert the_pair(empty) == before
    if due:
        at(empty, due)
        hold(empty, rows, due)


# The examples of the clusters


@pytest.mark.parametrize("cluster", clusters().values(), ids=lambda cluster: cluster.cluster_id)
def test_each_example_of_a_cluster_matches_or_misses(cluster: Cluster, graph: Writer) -> None:
    told = [*((example, True) for example in cluster.matches), *((example, False) for example in cluster.misses)]
    for example, matches in told:
        on_it = evidence_of(example).by(example.as_of)
        codes = [code for _, code in on_it.offences]
        asked = {"cases": [case(on_it)], "as_of": example.as_of, "rules": rules(shipped(), codes)}
        (answer,) = graph.read(CONCLUDE.text, asked)
        found = [f"{each['cluster_id']} {each['version']}" for each in answer["matches"]]
        assert (f"{cluster.cluster_id} {cluster.version}" in found) is matches, example.says
        expected = reckon(on_it, example.as_of)
        assert found == expected["clusters"], example.says
        assert (answer["score"], answer["band"]) == (expected["score"], expected["band"])
        assert sum(points for _, points in answer["parts"]) == answer["score"]
