"""What is concluded is a function of facts, judgements, reference data and a day: of nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliver import ZONE, conclude, deliver, wipe
from graph.connection import Writer
from graph.errors import DatabaseRefused
from graph.fingerprint import fingerprint
from graph.reference.roles import Audience, audiences
from ingest.derive import reach, restricted
from ingest.derive.derive import derive
from ingest.ids import opaque
from plans import plans_kept
from queries.answer import Viewer
from queries.patterns import dyad_features
from strategies import RMS, Row, World, worlds

__all__ = ["plans_kept"]

SETTLED = [HealthCheck.function_scoped_fixture]
"""Each example empties the database itself."""

Part = dict[str, list[Row]]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, Row]]:
    """Return rows of every feed, of which some are versions of the same record and some refer to what never comes."""
    rows: list[tuple[str, Row]] = []
    for world in draw(st.lists(worlds(), min_size=1, max_size=2)):
        lost = draw(st.sampled_from((None, None, ("people", f"{RMS}1"), ("incidents", "i0"), ("assessments", "f0"))))
        for feed, given_rows in world.items():
            for row in given_rows:
                if lost is None or lost != (feed, row.get(key(feed))):
                    recorded = draw(st.sampled_from(("", "", "2026-01-02", "2026-01-03T10:00")))
                    rows.append((feed, row | {"recorded_at": recorded} if recorded else row))
    return rows


def key(feed: str) -> str:
    return {"people": "person_ref", "incidents": "incident_ref", "assessments": "assessment_ref"}.get(feed, "")


def parted(rows: Sequence[tuple[str, Row]], parts: int, random: Random) -> list[Part]:
    """Return the rows in a random order, in so many random parts."""
    found: list[Part] = [{} for _ in range(parts)]
    for feed, row in random.sample(rows, len(rows)):
        random.choice(found).setdefault(feed, []).append(row)
    for part in found:
        shuffled = random.sample(sorted(part.items()), len(part))
        part.clear()
        part.update(shuffled)
    return found


RECEIVED = [datetime(2026, month, 2, 6, tzinfo=UTC) for month in (3, 4, 5, 6)]
"""When parts are received; between them incidents leave the window of a definition."""


@settings(max_examples=12, suppress_health_check=SETTLED)
@given(histories(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_order_split_and_steps_do_not_matter(
    empty: Writer, rows: list[tuple[str, Row]], parts: int, random: Random
) -> None:
    wipe(empty)
    for number, part in enumerate(parted(rows, parts, random)):
        report = deliver(empty, part, received_at=RECEIVED[number], delivery_id=f"D{number}")
        assert not report.rejects, report.rejects
        conclude(empty)
    _without_revisions(empty)
    step_by_step = fingerprint(empty)
    again = conclude(empty, full=True)
    assert (again.moved, again.dyads, again.meets) == (0, {}, {})
    assert fingerprint(empty) == step_by_step
    wipe(empty)
    (whole,) = parted(rows, 1, random)
    deliver(empty, whole, received_at=RECEIVED[parts - 1])
    conclude(empty)
    _without_revisions(empty)
    assert fingerprint(empty) == step_by_step


def _without_revisions(writer: Writer) -> None:
    """Forget what was known before: it differs where parts were received at other times."""
    writer.write(lambda transaction: transaction.run("MATCH (revision:Revision) DELETE revision"))


def person(*refs: str) -> str:
    """Return the id of the person that these records of tests/data are."""
    return min(opaque("n", "custody" if ref[0] == "C" else "rms", ref) for ref in refs)


GARRICK, FINCH = person("garrick", "C1"), person("finch", "nightjar")
EVERYONE, SENSITIVE, STANDARDS = (each.name for each in audiences())
PAIRS = {
    *((GARRICK, person(victim)) for victim in ("una", "dilys", "hester", "C2")),
    *((person("corbin"), person(victim)) for victim in ("merle", "wren")),
    *((person("ferris"), person(victim)) for victim in ("odette", "ione")),
    *((person("lucan"), person(victim)) for victim in ("tansy", "niamh")),
    *((person("dorian"), person(victim)) for victim in ("posy", "renee")),
    *((person("jasper"), person(victim)) for victim in ("lettice", "maud")),
    *((person(suspect), person(victim)) for suspect in ("osric", "wulfric") for victim in ("pearl", "opal")),
    (person("tobias"), person("ada")),
    (person("silas"), person("juno")),
    (person("juno"), person("silas")),
    (person("edmund"), person("clementine")),
    (FINCH, person("wren")),
}
"""The pairs of tests/data that everyone may know of."""
SENSITIVE_PAIRS = {(person("tobias"), person("ruth")), (FINCH, person("posy"))}
STANDARDS_PAIRS = {(person("halcyon"), person("odette"))}


def test_the_samples_pairs_are_those_that_each_audience_may_know_of(sample: Writer) -> None:
    found = {
        audience: [
            (row["suspect"], row["victim"])
            for row in sample.read(
                "MATCH (suspect:Person)-[:SUSPECT_OF]->(dyad:Dyad)-[:VICTIM]->(victim:Person)\n"
                "WHERE $audience IN dyad.audiences\n"
                "RETURN suspect.person_id AS suspect, victim.person_id AS victim",
                {"audience": audience},
            )
        ]
        for audience in (EVERYONE, SENSITIVE, STANDARDS)
    }
    assert {audience: len(pairs) for audience, pairs in found.items()} == {EVERYONE: 23, SENSITIVE: 25, STANDARDS: 26}
    assert {audience: set(pairs) for audience, pairs in found.items()} == {
        EVERYONE: PAIRS,
        SENSITIVE: PAIRS | SENSITIVE_PAIRS,
        STANDARDS: PAIRS | SENSITIVE_PAIRS | STANDARDS_PAIRS,
    }


def test_what_differs_between_audiences_is_stored_for_each_and_what_does_not_once(sample: Writer) -> None:
    stored = sample.read("MATCH (dyad:Dyad) RETURN dyad.dyad_id AS id, dyad.audiences AS audiences")
    several = sorted(row["id"] for row in stored if len([each for each in stored if each["id"] == row["id"]]) > 1)
    assert set(several) == {
        f"{GARRICK}>{person('una')}",
        f"{GARRICK}>{person('dilys')}",
        f"{person('lucan')}>{person('tansy')}",
    }
    assert len(stored) == 26 + 3
    (lucan,) = {tuple(row["audiences"]) for row in stored if row["id"].startswith(person("lucan"))} - {
        (STANDARDS,),
        (EVERYONE, SENSITIVE, STANDARDS),
    }
    assert lucan == (EVERYONE, SENSITIVE)


def test_the_sample_has_those_who_meet_each_definition_by_audience(sample: Writer) -> None:
    rows = sample.read(
        "MATCH (p:Person)-[meets:MEETS]->(d:Definition)\n"
        "RETURN p.person_id AS person, d.definition_id AS rule, meets.audiences AS audiences,\n"
        "       meets.since_on AS since, meets.evidence AS evidence, meets.victim_ids AS victims"
    )

    def meets(rule: str, audience: str) -> set[str]:
        return {row["person"] for row in rows if row["rule"] == rule and audience in row["audiences"]}

    unrelated = {GARRICK, person("lucan")}
    assert meets("serial_acpo", EVERYONE) == unrelated
    assert meets("serial_acpo", SENSITIVE) == unrelated | {person("tobias")}
    assert meets("serial_acpo", STANDARDS) == {GARRICK, person("tobias")}
    twice = {person(ref) for ref in ("corbin", "ferris", "lucan", "dorian", "osric", "wulfric")} | {GARRICK}
    assert meets("serial_matac", EVERYONE) == twice
    assert meets("serial_matac", SENSITIVE) == meets("serial_matac", STANDARDS) == twice | {person("tobias")}
    assert len(rows) == 13
    (acpo,) = (row for row in rows if (row["person"], row["rule"]) == (person("tobias"), "serial_acpo"))
    assert acpo["since"] == date(2025, 11, 11)
    assert acpo["victims"] == [person("ada"), person("ruth")]
    assert acpo["evidence"] == [opaque("i", "rms", "I15"), opaque("i", "rms", "I16")]


def test_the_day_on_which_time_alone_alters_something_is_known(sample: Writer) -> None:
    # 2023-03-31 left the window of 1,096 days on the very day that is concluded for; 2025-03-31 is next.
    rows = sample.read("MATCH (p:Person {person_id: $id}) RETURN p.next_change_on AS on", {"id": GARRICK})
    assert rows == [{"on": date(2028, 3, 31)}]
    rows = sample.read("MATCH (p:Person {person_id: $id}) RETURN p.next_change_on AS on", {"id": person("una")})
    assert rows == [{"on": None}]


def test_only_whom_a_restricted_fact_can_reach_is_asked_for_by_audience(sample: Writer) -> None:
    (row,) = sample.read(reach.EVERY_SUSPECT)
    by_hand = {
        suspect
        for suspect in row["suspects"]
        if len({tuple(sorted(seen)) for seen in _pairs_by_audience(sample, suspect)}) > 1
    }
    reached = sample.write(lambda transaction: restricted.own(transaction, row["suspects"]))
    assert by_hand <= reached < set(row["suspects"])
    assert {GARRICK, person("tobias"), person("lucan"), FINCH, person("halcyon")} <= reached


def _pairs_by_audience(graph: Writer, suspect: str) -> list[list[str]]:
    params = {"suspects": [suspect], "as_of": date(2026, 4, 1)}
    return [
        [str(row) for row in graph.read(dyad_features.QUERY.text, {**params, **Viewer(audience=each).params()})]
        for each in audiences()
    ]


def test_other_audiences_and_other_days_are_concluded_for_everyone(sample: Writer) -> None:
    before = fingerprint(sample)
    alone = [Audience(groups=frozenset())]
    assert derive(sample, audiences=alone, zone=ZONE).full
    assert sample.read("MATCH (d:Dyad) RETURN DISTINCT d.audiences AS a") == [{"a": [EVERYONE]}]
    assert conclude(sample).full
    assert fingerprint(sample) == before
    earlier = derive(sample, audiences=audiences(), zone=ZONE, as_of=date(2025, 11, 3))
    assert (earlier.full, earlier.as_of) == (True, date(2025, 11, 3))
    assert fingerprint(sample) != before
    later = date(2028, 9, 1)
    ahead = derive(sample, audiences=audiences(), zone=ZONE, as_of=later)
    reached = fingerprint(sample)
    whole = derive(sample, audiences=audiences(), zone=ZONE, as_of=later, full=True)
    assert (whole.dyads, whole.meets) == ({}, {})
    assert fingerprint(sample) == reached
    assert ahead.as_of == later
    assert conclude(sample).full
    assert fingerprint(sample) == before


AGES = {
    "ann": ("15", "", False),
    "bea": ("16", "", True),
    "cat": ("", "2010-01-10", True),
    "dee": ("", "2010-01-11", False),
}
"""Age as recorded, date of birth, and whether a pair follows: both must be 16 or over on 10 January 2026."""


def test_without_a_flag_a_pair_is_domestic_by_its_tie_and_both_ages(empty: Writer) -> None:
    refs = [*AGES, "eve"]
    rows: World = {
        "people": [{"person_ref": ref, "born_on": born} for ref, (_, born, _) in AGES.items()]
        + [{"person_ref": "eve"}, {"person_ref": "sid"}],
        "incidents": [{"incident_ref": "I1", "reported_at": "2026-01-10T23:30"}],
        "involvements": [
            {"incident_ref": "I1", "person_ref": ref, "role": "victim", "age": AGES.get(ref, ("30",))[0]}
            for ref in refs
        ]
        + [{"incident_ref": "I1", "person_ref": "sid", "role": "suspect", "age": "40"}],
        "relationships": [{"person_ref": "sid", "other_ref": ref, "kind": "parent"} for ref in AGES]
        + [{"person_ref": "sid", "other_ref": "eve", "kind": "friend"}],
    }
    deliver(empty, rows)
    conclude(empty)
    found = {row["id"] for row in empty.read("MATCH (d:Dyad) RETURN d.victim_id AS id")}
    assert found == {opaque("n", RMS, ref) for ref, (_, _, paired) in AGES.items() if paired}


def test_nothing_can_be_concluded_from_nothing(empty: Writer) -> None:
    with pytest.raises(DatabaseRefused, match="clew load PATH"):
        conclude(empty)
