"""What is concluded is a function of facts, judgements, reference data and a day: of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import count
from random import Random
from threading import Barrier, Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliver import ZONE, conclude, deliver, wipe
from graph.alone import LANES, alone
from graph.connection import Address, Transaction, Writer, writer
from graph.errors import DatabaseRefused
from graph.fingerprint import fingerprint
from graph.reference.roles import Audience, audiences
from ingest.derive import derive as deriving
from ingest.derive import reach, restricted
from ingest.derive.derive import Summary, derive
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


def test_what_is_derived_can_be_deleted_and_rebuilt(sample: Writer) -> None:
    before = fingerprint(sample)

    def forget(transaction: Transaction) -> None:
        transaction.run("MATCH (n:Person|Dyad|Definition|Derivation) DETACH DELETE n")

    sample.write(forget)
    assert fingerprint(sample) != before
    summary = conclude(sample)
    assert (summary.full, summary.moved, sum(summary.dyads.values())) == (True, 40, 29)
    assert fingerprint(sample) == before


@pytest.mark.parametrize("at_once", [1, 5])
def test_batches_do_not_matter(sample: Writer, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    before = fingerprint(sample)
    sample.write(lambda transaction: transaction.run("MATCH (n:Person|Dyad) DETACH DELETE n"))
    monkeypatch.setattr(deriving, "AT_ONCE", at_once)
    told: list[tuple[str, int, int]] = []
    derive(sample, audiences=audiences(), zone=ZONE, full=True, progress=lambda *said: told.append(said))
    assert fingerprint(sample) == before
    last = {what: (done, there) for what, done, there in told}
    assert last == {"persons": (40, 40), "suspects": (14, 14), "definitions": (14, 14)}


def test_a_derivation_that_was_cut_off_can_be_run_again(sample: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(sample)
    monkeypatch.setattr(deriving, "AT_ONCE", 4)
    for after in (0, 3, 5, 6):
        sample.write(lambda transaction: transaction.run("MATCH (n:Person|Dyad|Derivation) DETACH DELETE n"))
        times = iter(range(after))

        def stop(*_: object, times: object = times) -> None:
            if next(times, None) is None:  # type: ignore[call-overload]
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            derive(sample, audiences=audiences(), zone=ZONE, full=True, progress=stop)
        conclude(sample)
        assert fingerprint(sample) == before


class _Killed(BaseException):
    """Ends a derivation as suddenly as a signal does."""


@pytest.mark.parametrize("there", ["nothing", "the whole"])
def test_a_derivation_that_was_killed_in_any_transaction_can_be_run_again(
    sample: Writer, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    before = fingerprint(sample)
    monkeypatch.setattr(deriving, "AT_ONCE", 4)
    written = count()
    kill_at, ended = 0, False
    write = Writer.write

    def killing(self: Writer, work: Callable[[Transaction], object], *, lane: int = 0) -> object:
        if next(written) == kill_at:
            raise _Killed
        return write(self, work, lane=lane)

    while not ended:
        if there == "nothing":
            sample.write(lambda transaction: transaction.run("MATCH (n:Person|Dyad|Derivation) DETACH DELETE n"))
        written = count()
        with monkeypatch.context() as patch:
            patch.setattr(Writer, "write", killing)
            try:
                conclude(sample, full=True)
                ended = True
            except _Killed:
                kill_at += 2
        conclude(sample, full=there == "the whole")
        assert fingerprint(sample) == before
    assert kill_at > 7


def test_several_connections_write_under_one_lock(sample: Writer, database: Address) -> None:
    """Each lane has its own lock, and somebody else waits for the transactions of every lane."""
    entered, leave = Barrier(len(LANES) + 1), Event()

    def stay(transaction: Transaction) -> None:
        transaction.run("CREATE (:Kept)")
        entered.wait(30)
        assert leave.wait(30)

    with ThreadPoolExecutor(len(LANES)) as pool:
        with alone(sample):
            under_way = [pool.submit(sample.write, stay, lane=lane) for lane in range(len(LANES))]
            # All are in the middle of a transaction at the same time.
            entered.wait(30)
        # The lock is given up, as by a holder that was killed, while its transactions go on.
        with writer(database) as other, pytest.raises(DatabaseRefused, match="under way"), alone(other, 0.5):
            pass
        leave.set()
        for each in under_way:
            each.result()
    with writer(database) as other, alone(other, 5):
        other.write(lambda transaction: transaction.run("MATCH (n:Kept) DELETE n"))


def test_who_moves_in_where_many_have_lived_concerns_nobody_elses_suspect(empty: Writer) -> None:
    pairs = [(f"s{number}", f"v{number}") for number in range(9)]
    before: dict[str, list[Row]] = {
        "people": [{"person_ref": each} for pair in pairs for each in pair],
        "addresses": [{"address_ref": "hostel"}],
        "incidents": [{"incident_ref": victim, "reported_at": "2026-03-01"} for _, victim in pairs],
        "involvements": [
            {"incident_ref": victim, "person_ref": each, "role": role}
            for suspect, victim in pairs
            for each, role in ((suspect, "suspect"), (victim, "victim"))
        ],
        "residences": [{"person_ref": victim, "address_ref": "hostel"} for _, victim in pairs[1:]],
    }
    deliver(empty, before, received_at=RECEIVED[1])
    assert conclude(empty).suspects == len(pairs)
    deliver(empty, {"residences": [{"person_ref": "v0", "address_ref": "hostel"}]}, received_at=RECEIVED[2])
    # Herself, of whom nothing is concluded, and her own suspect.
    moved = conclude(empty)
    assert (moved.full, moved.suspects) == (False, 2)
    deliver(
        empty,
        {"addresses": [{"address_ref": "hostel", "kind": "refuge", "recorded_at": "2026-05-01T10:00"}]},
        received_at=RECEIVED[3],
    )
    assert conclude(empty).suspects == 2 * len(pairs)


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


SERIAL: World = {
    "people": [{"person_ref": ref} for ref in ("ann", "bea", "sid")],
    "incidents": [
        {"incident_ref": "I1", "reported_at": "2023-03-10", "domestic": "yes"},
        {"incident_ref": "I2", "reported_at": "2026-01-10", "domestic": "yes"},
    ],
    "involvements": [
        {"incident_ref": "I1", "person_ref": "sid", "role": "suspect"},
        {"incident_ref": "I1", "person_ref": "ann", "role": "victim"},
        {"incident_ref": "I2", "person_ref": "sid", "role": "suspect"},
        {"incident_ref": "I2", "person_ref": "bea", "role": "victim"},
    ],
}
"""One suspect of two victims, of whom the first leaves a window of 1,096 days on 10 March 2026."""


def rules_met(writer: Writer) -> list[str]:
    return [
        row["rule"]
        for row in writer.read("MATCH ()-[:MEETS]->(d:Definition) RETURN d.definition_id AS rule ORDER BY rule")
    ]


def test_time_alone_ends_a_definition_on_its_day(empty: Writer) -> None:
    deliver(empty, SERIAL, received_at=datetime(2026, 3, 1, tzinfo=UTC))
    conclude(empty)
    assert rules_met(empty) == ["serial_acpo", "serial_matac"]
    for day, met in ((9, ["serial_acpo", "serial_matac"]), (10, ["serial_acpo"])):
        deliver(empty, {"people": [{"person_ref": f"P{day}"}]}, received_at=datetime(2026, 3, day, tzinfo=UTC))
        summary = conclude(empty)
        # Whoever is new is looked at as well.
        assert (summary.full, summary.suspects) == (False, 1 if day == 9 else 2)
        assert rules_met(empty) == met


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        ({"relationships": [{"person_ref": "ann", "other_ref": "bea", "kind": "sibling"}]}, ["serial_matac"]),
        ({"relationships": [{"person_ref": "ann", "other_ref": "bea", "kind": "lives_with"}]}, ["serial_matac"]),
        (
            {"relationships": [{"person_ref": "ann", "other_ref": "bea", "kind": "knows"}]},
            ["serial_acpo", "serial_matac"],
        ),
        (
            {
                "people": [{"person_ref": "mum"}],
                "relationships": [{"person_ref": "mum", "other_ref": ref, "kind": "parent"} for ref in ("ann", "bea")],
            },
            ["serial_matac"],
        ),
        (
            {"relationships": [{"person_ref": "sid", "other_ref": ref, "kind": "partner"} for ref in ("ann", "bea")]},
            ["serial_acpo", "serial_matac"],
        ),
        (
            {
                "addresses": [{"address_ref": "L1"}],
                "residences": [{"person_ref": ref, "address_ref": "L1"} for ref in ("ann", "bea")],
            },
            ["serial_matac"],
        ),
        (
            {
                "addresses": [{"address_ref": "L1", "kind": "refuge"}],
                "residences": [{"person_ref": ref, "address_ref": "L1"} for ref in ("ann", "bea")],
            },
            ["serial_acpo", "serial_matac"],
        ),
        (
            {
                "incidents": [{"incident_ref": "I3", "reported_at": "2026-02-01", "domestic": "no"}],
                "involvements": [
                    {"incident_ref": "I3", "person_ref": ref, "role": "witness"} for ref in ("ann", "bea")
                ],
            },
            ["serial_matac"],
        ),
        (
            {
                "incidents": [{"incident_ref": "I3", "reported_at": "2026-02-01", "domestic": "no"}],
                "involvements": [
                    {"incident_ref": "I3", "person_ref": ref, "role": "witness"} for ref in ("ann", "bea", "sid")
                ],
            },
            ["serial_acpo", "serial_matac"],
        ),
        ({"incidents": [{**SERIAL["incidents"][1], "domestic": "no", "recorded_at": "2026-02-01"}]}, []),
        (
            {
                "judgements": [
                    {
                        "judgement_ref": "J1",
                        "verdict": "same",
                        "person_ref": "ann",
                        "other_ref": "bea",
                        "by": "clerk",
                        "at": "2026-02-01",
                        "reason": "compared",
                    }
                ]
            },
            [],
        ),
    ],
    ids=[
        "sisters",
        "living together",
        "acquainted",
        "two daughters of one mother",
        "through the suspect alone",
        "one home",
        "one refuge",
        "another incident",
        "an incident with the suspect",
        "no longer domestic",
        "one person",
    ],
)
def test_what_connects_victims_is_seen_by_an_increment(empty: Writer, rows: World, left: list[str]) -> None:
    received = datetime(2026, 3, 1, tzinfo=UTC)
    deliver(empty, SERIAL, received_at=received)
    conclude(empty)
    deliver(empty, rows, received_at=received)
    summary: Summary = conclude(empty)
    assert not summary.full
    assert rules_met(empty) == left
    reached = fingerprint(empty)
    assert conclude(empty, full=True).meets == {}
    assert fingerprint(empty) == reached


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


def test_a_person_who_is_no_suspect_any_more_keeps_no_conclusions(empty: Writer) -> None:
    """Of each pair of records the one with the smaller id, which the person has, is in no incident itself."""
    (bare, sid), (anna, ann), (beah, bea) = (
        sorted(refs, key=lambda ref: opaque("n", RMS, ref))
        for refs in (("sid", "sidney"), ("ann", "anna"), ("bea", "beah"))
    )
    said = {"by": "clerk", "at": "2026-02-01", "reason": "compared", "verdict": "same"}
    rows: World = {
        **SERIAL,
        "people": [{"person_ref": ref} for ref in (bare, sid, anna, ann, beah, bea)],
        "involvements": [
            {**row, "person_ref": {"sid": sid, "ann": ann, "bea": bea}[row["person_ref"]]}
            for row in SERIAL["involvements"]
        ],
        "judgements": [{**said, "judgement_ref": "J1", "person_ref": bare, "other_ref": sid}],
    }
    changes: World = {
        "judgements": [
            {**said, "judgement_ref": "J2", "verdict": "undo", "undoes": "J1"},
            {**said, "judgement_ref": "J3", "person_ref": anna, "other_ref": ann},
            {**said, "judgement_ref": "J4", "person_ref": beah, "other_ref": bea},
        ]
    }
    found = set()
    for full in (False, True):
        wipe(empty)
        deliver(empty, rows, received_at=datetime(2026, 3, 1, tzinfo=UTC))
        conclude(empty)
        assert rules_met(empty) == ["serial_acpo", "serial_matac"]
        deliver(empty, changes, received_at=datetime(2026, 3, 1, tzinfo=UTC))
        conclude(empty, full=full)
        found.add(fingerprint(empty))
    assert len(found) == 1


def test_nothing_can_be_concluded_from_nothing(empty: Writer) -> None:
    with pytest.raises(DatabaseRefused, match="clew load PATH"):
        conclude(empty)
