"""Whom a change, or time alone, reaches: an increment concludes what concluding everything would, and of few."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deliver import conclude, deliver, wipe
from graph.connection import Writer
from graph.fingerprint import fingerprint
from ingest.derive.derive import Summary
from ingest.ids import opaque
from plans import plans_kept
from strategies import RMS, World

__all__ = ["plans_kept"]

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


def test_who_moves_in_where_many_have_lived_concerns_nobody_elses_suspect(empty: Writer) -> None:
    pairs = [(f"s{number}", f"v{number}") for number in range(9)]
    before: World = {
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
    deliver(empty, before, received_at=datetime(2026, 4, 2, 6, tzinfo=UTC))
    assert conclude(empty).suspects == len(pairs)
    moving: World = {"residences": [{"person_ref": "v0", "address_ref": "hostel"}]}
    deliver(empty, moving, received_at=datetime(2026, 4, 3, 6, tzinfo=UTC))
    # Herself, of whom nothing is concluded, and her own suspect.
    moved = conclude(empty)
    assert (moved.full, moved.suspects) == (False, 2)
    deliver(
        empty,
        {"addresses": [{"address_ref": "hostel", "kind": "refuge", "recorded_at": "2026-05-01T10:00"}]},
        received_at=datetime(2026, 5, 2, 6, tzinfo=UTC),
    )
    assert conclude(empty).suspects == 2 * len(pairs)


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
