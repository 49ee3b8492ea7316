"""The network of a suspect is cut where it is said to be cut, and says by how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import chain, product
from typing import Any

import pytest

import cells as say
from asking import answer
from deliver import RECEIVED, conclude, deliver
from graph.connection import Address, Writer
from graph.errors import DatabaseRefused, QuestionError
from ingest.ids import opaque
from queries.answer import Viewer
from queries.networks.suspect_network import MOST, QUERY, SuspectNetwork
from strategies import RMS, Cell, by_feed
from visibility import VIEWERS

VICTIMS, SUSPECTS, INCIDENTS, OFFENCES = 3, 4, 3, 12
"""Victims of the suspect, suspects of each victim, incidents of each pair, offences of the very first incident."""

SHOWN_OFFENCES = 10


def told() -> Iterator[Cell]:
    """Say that one of several suspects is suspected against several victims, and the others against one each."""
    yield say.person("suspect")
    for victim in range(VICTIMS):
        yield say.person(f"victim {victim}")
        # Those later in the alphabet offended more recently, so that no two orders agree.
        for suspect in range(SUSPECTS):
            name = f"suspect {victim} {suspect}" if suspect else "suspect"
            if suspect:
                yield say.person(name)
            for number in range(INCIDENTS):
                ref = f"{victim} {suspect} {number}"
                day = f"202{number}-0{1 + suspect}-0{1 + victim}"
                yield from say.incident(ref, name, f"victim {victim}", day)
                yield from (
                    say.row("offences", offence_ref=f"{ref} {each}", incident_ref=ref, code="105/01")
                    for each in range(OFFENCES if ref == "0 0 0" else 1)
                )


@pytest.fixture
def crowd(empty: Writer) -> Writer:
    """Give a graph with the network of one suspect in it."""
    deliver(empty, by_feed(told()))
    conclude(empty)
    return empty


def network(database: Address, **params: Any) -> SuspectNetwork:
    (row,) = answer(database, QUERY, person_id=opaque("n", RMS, "suspect"), **params).rows
    assert isinstance(row, SuspectNetwork)
    return row


def test_a_network_has_everybody_and_everything_once(crowd: Writer, database: Address) -> None:
    whole = network(database)
    assert (whole.victims_left_out, whole.suspects_left_out) == (0, 0)
    assert len(whole.dyads) == VICTIMS * SUSPECTS == len({dyad.dyad_id for dyad in whole.dyads})
    assert [dyad.suspect_id == whole.person_id for dyad in whole.dyads] == [
        place < VICTIMS for place in range(len(whole.dyads))
    ]
    ends = {end for dyad in whole.dyads for end in (dyad.suspect_id, dyad.victim_id)}
    assert whole.people[0].person_id == whole.person_id
    assert [each.person_id for each in whole.people[1:]] == sorted(ends - {whole.person_id})
    assert (whole.name, whole.people[0].name) == ("Name of suspect", "Name of suspect")
    listed = {incident for dyad in whole.dyads for incident in dyad.incident_ids}
    assert len(listed) == VICTIMS * SUSPECTS * INCIDENTS
    shown = [(incident.reported_on, incident.incident_id) for incident in whole.incidents]
    assert shown == sorted(shown)
    assert {incident for _, incident in shown} == listed
    many = opaque("i", RMS, "0 0 0")
    for incident in whole.incidents:
        recorded = OFFENCES if incident.incident_id == many else 1
        assert len(incident.offences) == min(recorded, SHOWN_OFFENCES)
        assert len(incident.offences) + incident.left_out == recorded


def test_a_network_is_cut_as_it_was_asked(crowd: Writer, database: Address) -> None:
    whole = network(database)
    for victims, suspects, incidents in product((1, 2, 50), (1, 2, 10), (1, 2, 20)):
        cut = network(database, max_victims=victims, max_suspects=suspects, max_incidents=incidents)
        hold_to_cut(whole, cut, victims, suspects, incidents)


def hold_to_cut(whole: SuspectNetwork, cut: SuspectNetwork, victims: int, suspects: int, incidents: int) -> None:
    """Compare a network that was cut with one that was not."""
    own, others = whole.dyads[:VICTIMS], whole.dyads[VICTIMS:]
    followed = own[:victims]
    rivals = [[dyad for dyad in others if dyad.victim_id == each.victim_id] for each in followed]
    for each in rivals:
        assert [dyad.last_on for dyad in each] == sorted((dyad.last_on for dyad in each if dyad.last_on), reverse=True)
    expected = [
        *(
            replace(dyad, suspects_left_out=max(0, len(each) - suspects))
            for dyad, each in zip(followed, rivals, strict=True)
        ),
        *chain.from_iterable(each[:suspects] for each in rivals),
    ]
    assert cut.dyads == [
        replace(dyad, incident_ids=dyad.incident_ids[-incidents:], left_out=max(0, INCIDENTS - incidents))
        for dyad in expected
    ]
    assert cut.victims_left_out == VICTIMS - len(followed)
    assert cut.suspects_left_out == sum(max(0, len(each) - suspects) for each in rivals)
    ends = {end for dyad in cut.dyads for end in (dyad.suspect_id, dyad.victim_id)}
    assert cut.people == [each for each in whole.people if each.person_id in ends]
    listed = {incident for dyad in cut.dyads for incident in dyad.incident_ids}
    assert cut.incidents == [each for each in whole.incidents if each.incident_id in listed]


@pytest.mark.parametrize("name", MOST)
def test_more_than_may_be_asked_for_is_refused_and_so_is_nothing(database: Address, name: str) -> None:
    for number in (0, -1, MOST[name] + 1):
        with pytest.raises(QuestionError, match=f"{name} must lie between 1 and {MOST[name]}"):
            network(database, **{name: number})


def test_an_incident_restricted_after_the_state_was_read_is_not_shown(empty: Writer, database: Address) -> None:
    incident, *roles = say.incident("i", "suspect", "victim")
    deliver(empty, by_feed([say.person("suspect"), say.person("victim"), incident, *roles]))
    conclude(empty)
    feed, row = say.hidden(incident)
    rows = by_feed([(feed, {**row, "recorded_at": "2026-03-03"})])
    deliver(empty, rows, received_at=RECEIVED + timedelta(days=1))
    with pytest.raises(DatabaseRefused, match="clew derive"):
        network(database)
    assert [len(shown(empty, viewer)) for viewer in VIEWERS] == [int(bool(v.audience.groups)) for v in VIEWERS]


def shown(writer: Writer, viewer: Viewer) -> list[Any]:
    """Return the incidents of the network by its text alone, as where the state was read before the restriction."""
    asked = {"person_id": opaque("n", RMS, "suspect"), "max_victims": 50, "max_suspects": 10, "max_incidents": 20}
    (row,) = writer.read(QUERY.text, {**asked, "limit": 1, **viewer.params()})
    assert [dyad["incidents"] for dyad in row["dyads"]] == [1]
    incidents: list[Any] = row["incidents"]
    return incidents
