"""Withdrawn rows and complete feeds: what a source took back is gone, with what stands on it, and comes back whole."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliver import RECEIVED, ZONE, Rows, conclude, delivery, wipe
from graph.connection import Writer
from graph.errors import SourceError
from graph.fingerprint import fingerprint
from graph.terms import DatabaseKind
from ingest.ids import opaque
from ingest.inventory import write_manifest
from ingest.load import load
from ingest.read import read_delivery
from ingest.report import Report
from plans import plans_kept

__all__ = ["plans_kept"]

Row = Mapping[str, str]

PEOPLE = [{"person_ref": ref, "family_name": name} for ref, name in (("ann", "Ash"), ("bob", "Beck"), ("cy", "Cole"))]
INCIDENTS = [{"incident_ref": "I1", "reported_at": "2026-01-10", "domestic": "yes", "address_ref": "L1"}]
ROLES = [
    {"incident_ref": "I1", "person_ref": "ann", "role": "victim"},
    {"incident_ref": "I1", "person_ref": "bob", "role": "suspect"},
]
FORMS = [
    {
        "assessment_ref": "A1",
        "instrument": "dash",
        "version": "2009",
        "assessed_at": "2026-01-11",
        "grade": "high",
        "victim_ref": "ann",
        "suspect_ref": "bob",
        "incident_ref": "I1",
    }
]
ANSWERS = [{"assessment_ref": "A1", "item": item, "answer": "yes"} for item in ("1", "18")]
SAME = {"verdict": "same", "by": "DC 1", "at": "2026-01-12", "reason": "One date of birth."}
ALL: Rows = {
    "people": PEOPLE,
    "addresses": [{"address_ref": "L1", "line": "1 Mill Lane"}],
    "incidents": INCIDENTS,
    "involvements": ROLES,
    "assessments": FORMS,
    "answers": ANSWERS,
    "judgements": [{"judgement_ref": "J1", **SAME, "person_ref": "bob", "other_ref": "cy"}],
}


def at(day: int) -> datetime:
    return RECEIVED + timedelta(days=day)


def bring(writer: Writer, rows: Rows, day: int, *, complete: Sequence[str] = (), shrink: float = 100) -> Report:
    """Load what was received on a day, as its own delivery."""
    name = f"D{day} {'-'.join(rows)}{len(str(rows))}"
    brought = replace(delivery(rows, received_at=at(day), delivery_id=name), complete=frozenset(complete))
    return load(writer, brought, zone=ZONE, shrink=shrink)


def withdrawn(feed: str, *keys: Row) -> Rows:
    return {feed: [{**key, "withdrawn": "yes"} for key in keys]}


def counts(writer: Writer) -> dict[str, int]:
    rows = writer.read("MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS n")
    return {row["label"]: row["n"] for row in rows}


def states(writer: Writer, feed: str) -> list[str]:
    rows = writer.read("MATCH (r:Revision {feed: $feed}) RETURN r.state AS state ORDER BY state", {"feed": feed})
    return [row["state"] for row in rows]


def full_equals(writer: Writer) -> bool:
    """Return whether a full derivation changes nothing that the incremental one made."""
    conclude(writer)
    before = fingerprint(writer)
    conclude(writer, full=True)
    return fingerprint(writer) == before


def test_a_withdrawn_role_is_gone_and_its_dyad_with_it(empty: Writer) -> None:
    bring(empty, ALL, 0)
    conclude(empty)
    assert counts(empty)["Dyad"] > 0
    report = bring(empty, withdrawn("involvements", {"incident_ref": "I1", "person_ref": "bob", "role": "suspect"}), 1)
    assert [each.changed for each in report.counts] == [1]
    assert full_equals(empty)
    assert empty.read("MATCH (d:Dyad) RETURN d.incidents AS incidents, d.assessments AS forms") == [
        {"incidents": 0, "forms": 1}
    ]
    assert states(empty, "involvements") == ["former", "withdrawn"]


@pytest.mark.parametrize(
    ("feed", "key", "waiting"),
    [
        ("people", {"person_ref": "ann"}, {"assessments": 1, "answers": 2, "involvements": 1}),
        ("people", {"person_ref": "bob"}, {"assessments": 1, "answers": 2, "involvements": 1, "judgements": 1}),
        ("incidents", {"incident_ref": "I1"}, {"assessments": 1, "answers": 2, "involvements": 2}),
        ("assessments", {"assessment_ref": "A1"}, {"answers": 2}),
        ("addresses", {"address_ref": "L1"}, {}),
        ("judgements", {"judgement_ref": "J1"}, {}),
    ],
)
def test_what_stands_on_a_withdrawn_record_waits_and_all_comes_back_with_it(
    feed: str, key: Row, waiting: dict[str, int], empty: Writer
) -> None:
    bring(empty, ALL, 0)
    conclude(empty)
    whole = facts(empty)
    bring(empty, withdrawn(feed, {**key, "recorded_at": "2026-03-01"}), 1)
    assert full_equals(empty)
    rows = empty.read("MATCH (r:Revision {state: 'waiting'}) RETURN r.feed AS feed, count(*) AS n")
    assert {row["feed"]: row["n"] for row in rows} == waiting
    assert facts(empty) != whole
    again = {feed: [{**row, "recorded_at": "2026-03-02"} for row in ALL[feed] if row.items() >= key.items()]}
    bring(empty, again, 2)
    assert full_equals(empty)
    assert facts(empty) == whole


def facts(writer: Writer) -> Any:
    """Return nodes and relationships without their provenance and what tells versions apart."""
    without = ["batch", "file", "row", "received_at", "digest", "recorded_at", "answer_rows", "answers_received_at"]
    without += ["answers_batches", "answers_files", "answers_brought"]
    nodes = writer.read(
        "MATCH (n) WHERE NOT n:Revision AND NOT n:Delivery AND NOT n:Judgement AND NOT n:Derivation "
        "RETURN labels(n) AS labels, properties(n) AS properties"
    )
    links = writer.read("MATCH (a)-[r]->(b) RETURN type(r) AS labels, properties(r) AS properties")
    told = [
        (
            str(row["labels"]),
            sorted((name, str(value)) for name, value in row["properties"].items() if name not in without),
        )
        for row in nodes + links
    ]
    return sorted(told, key=str)


def test_an_answer_that_is_withdrawn_is_not_answered_any_more(empty: Writer) -> None:
    bring(empty, ALL, 0)
    bring(empty, withdrawn("answers", {"assessment_ref": "A1", "item": "18"}), 1)
    (form,) = empty.read("MATCH (a:Assessment) RETURN a.answers AS answers")
    assert (form["answers"][0], form["answers"][17]) == (2, 0)
    assert states(empty, "answers") == ["former", "withdrawn"]


def test_a_changed_answer_keeps_the_former_one(empty: Writer) -> None:
    bring(empty, ALL, 0)
    bring(empty, {"answers": [{**ANSWERS[1], "answer": "no", "recorded_at": "2026-03-01"}]}, 1)
    rows = empty.read("MATCH (r:Revision) RETURN r.fact_id AS id, r.digest AS digest, r.received_at AS at")
    assert rows == [{"id": f"{opaque('a', 'rms', 'A1')}#17", "digest": "02", "at": at(0)}]


def test_a_complete_feed_retires_what_it_does_not_hold(empty: Writer) -> None:
    bring(empty, ALL, 0)
    conclude(empty)
    report = bring(empty, {"people": PEOPLE[:2]}, 1, complete=["people"])
    (people,) = report.counts
    assert (people.unchanged, people.retired) == (2, 1)
    assert counts(empty)["Nominal"] == 2
    assert states(empty, "people") == ["former", "retired"]
    assert full_equals(empty)
    assert loads_again_unchanged(empty, {"people": PEOPLE[:2]}, 1, complete=["people"])


def loads_again_unchanged(writer: Writer, rows: Rows, day: int, *, complete: Sequence[str]) -> bool:
    """Return whether loading once more changes nothing."""
    before = fingerprint(writer)
    bring(writer, rows, day, complete=complete)
    conclude(writer)
    return fingerprint(writer) == before


def test_what_is_delivered_again_is_no_longer_retired(empty: Writer) -> None:
    bring(empty, ALL, 0)
    bring(empty, {"people": PEOPLE[:2]}, 1, complete=["people"])
    bring(empty, {"people": PEOPLE[2:]}, 2)
    assert counts(empty)["Nominal"] == 3
    assert empty.read("MATCH (r:Revision {state: 'retired'}) RETURN r.resumed_at AS at") == [{"at": at(2)}]


def test_a_late_row_that_a_complete_feed_did_not_hold_is_retired_at_once(empty: Writer) -> None:
    bring(empty, {"people": PEOPLE[:2]}, 3, complete=["people"])
    bring(empty, {"people": PEOPLE}, 1)
    assert counts(empty)["Nominal"] == 2
    assert states(empty, "people") == ["former", "retired"]


def test_records_of_another_source_are_not_retired(empty: Writer) -> None:
    bring(empty, {"people": [*PEOPLE, {"person_ref": "x", "source": "custody"}]}, 0)
    bring(empty, {"people": PEOPLE[:2]}, 1, complete=["people"])
    assert counts(empty)["Nominal"] == 3


def test_a_complete_feed_that_shrank_too_much_is_refused_whole(empty: Writer) -> None:
    bring(empty, ALL, 0)
    conclude(empty)
    before = fingerprint(empty)
    with pytest.raises(SourceError, match=r"people is said to be complete and lacks 1 of the 3 records"):
        bring(empty, {"people": PEOPLE[:2], "schools": [{"school_ref": "S"}]}, 1, complete=["people"], shrink=10)
    assert fingerprint(empty) == before


def test_a_complete_feed_with_a_rejected_row_retires_nothing(empty: Writer) -> None:
    bring(empty, ALL, 0)
    rows = [*PEOPLE[:2], {"person_ref": "dee", "born_on": "yesterday"}]
    (people,) = bring(empty, {"people": rows}, 1, complete=["people"]).counts
    assert (people.rejected, people.retired) == (1, 0)
    assert counts(empty)["Nominal"] == 3


def test_a_feed_that_was_not_taken_for_complete_tells_nothing_of_late_rows(empty: Writer) -> None:
    bring(empty, {"people": [PEOPLE[0], {"person_ref": "bob", "born_on": "yesterday"}]}, 5, complete=["people"])
    bring(empty, {"people": PEOPLE[:2]}, 1)
    assert counts(empty)["Nominal"] == 2
    assert "retired" not in states(empty, "people")


def test_a_complete_feed_stays_complete_when_it_is_loaded_again_as_it_is(empty: Writer) -> None:
    bring(empty, {"people": PEOPLE[:2]}, 3, complete=["people"])
    bring(empty, {"people": PEOPLE[:2]}, 3)
    bring(empty, {"people": PEOPLE}, 1)
    assert counts(empty)["Nominal"] == 2
    assert states(empty, "people") == ["former", "retired"]


def test_what_was_withdrawn_already_is_not_counted_as_retired(empty: Writer) -> None:
    bring(empty, ALL, 0)
    bring(empty, withdrawn("people", {"person_ref": "cy"}), 1)
    (people,) = [each for each in bring(empty, {"people": PEOPLE[:1]}, 2, complete=["people"]).counts if each.retired]
    assert people.retired == 1


def test_a_complete_feed_that_comes_after_a_later_one_is_refused(empty: Writer) -> None:
    bring(empty, ALL, 5)
    with pytest.raises(SourceError, match="a later delivery of it was loaded before"):
        bring(empty, {"people": PEOPLE}, 1, complete=["people"])


@pytest.mark.parametrize("feed", ["answers", "judgements"])
def test_a_feed_whose_rows_are_withdrawn_one_by_one_cannot_be_complete(feed: str, empty: Writer) -> None:
    with pytest.raises(SourceError, match=f"{feed} cannot be complete"):
        bring(empty, {feed: ALL[feed]}, 1, complete=[feed])


def test_the_same_delivery_with_other_content_is_refused(empty: Writer) -> None:
    first = replace(delivery(ALL, delivery_id="D1"), content="a")
    load(empty, first, zone=ZONE)
    load(empty, first, zone=ZONE)
    with pytest.raises(SourceError, match="A delivery D1 with other content was loaded before"):
        load(empty, replace(first, content="b"), zone=ZONE)
    with pytest.raises(SourceError, match="a delivery is received once"):
        load(empty, replace(first, received_at=datetime(2026, 5, 1, tzinfo=UTC)), zone=ZONE)


def test_a_delivery_whose_time_nobody_said_keeps_the_time_that_it_was_first_given(empty: Writer) -> None:
    first = replace(delivery(ALL, delivery_id="D1"), content="a", dated=False)
    load(empty, first, zone=ZONE)
    load(empty, replace(first, received_at=datetime(2026, 5, 1, tzinfo=UTC)), zone=ZONE)
    assert empty.read("MATCH (d:Delivery) RETURN d.received_at AS at") == [{"at": RECEIVED}]


def test_rejected_rows_are_counted_by_rule(empty: Writer) -> None:
    bring(empty, {"people": [{"person_ref": "a", "sex": "x"}, {"person_ref": "b", "sex": "y"}, *PEOPLE]}, 0)
    rows = empty.read("MATCH (r:Rejected) RETURN r.feed AS feed, r.column AS column, r.rows AS rows")
    assert rows == [{"feed": "people", "column": "sex", "rows": 2}]


FEEDS: Rows = {
    "people": [{"person_ref": f"p{number}", "family_name": f'O\'Name "{number}", é'} for number in range(6)],
    "schools": [{"school_ref": f"s{number}", "name": "Quay, Primary"} for number in range(3)],
}


def write(folder: Path) -> None:
    """Write a delivery whose feeds are complete, with its manifest."""
    folder.mkdir()
    for feed, rows in FEEDS.items():
        with (folder / f"{feed}.csv").open("w", encoding="utf-8", newline="") as file:
            lines = csv.DictWriter(file, sorted(rows[0]))
            lines.writeheader()
            lines.writerows(rows)
    said = {"source": "rms", "kind": "synthetic", "received_at": "2026-04-02T06:00:00", "delivery_id": "whole"}
    write_manifest(folder, said=said, complete=list(FEEDS))


class Harm(NamedTuple):
    """What happens to a delivery on its way: a file is cut, loses a line, a piece or itself, or has other bytes."""

    file: str
    kind: str
    where: float
    size: float


HARMS = st.builds(
    Harm,
    st.sampled_from(("people.csv", "schools.csv", "manifest.json")),
    st.sampled_from(("cut", "line", "piece", "gone", "other", "twice")),
    st.floats(0, 1),
    st.floats(0, 1),
)


def harmed(content: bytes, harm: Harm) -> bytes | None:
    """Return what is left of a file, or None."""
    start = int(harm.where * len(content))
    lines = content.splitlines(keepends=True)
    nth = min(int(harm.where * len(lines)), len(lines) - 1)
    match harm.kind:
        case "cut":
            return content[:start]
        case "line":
            return b"".join(lines[:nth] + lines[nth + 1 :])
        case "piece":
            return content[:start] + content[start + 1 + int(harm.size * 40) :]
        case "other":
            return content[:start] + bytes([int(harm.size * 255)]) + content[start + 1 :]
        case "twice":
            return content + b"".join(lines[1:])
        case _:
            return None


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(HARMS, min_size=1, max_size=2), st.booleans())
def test_a_feed_that_was_harmed_on_its_way_never_retires_a_record(
    empty: Writer, harms: list[Harm], shipped_again: bool
) -> None:
    wipe(empty)
    load(empty, delivery(FEEDS, received_at=at(0)), zone=ZONE)
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "delivery"
        write(folder)
        for harm in harms:
            file = folder / harm.file
            if file.exists():
                content = harmed(file.read_bytes(), harm)
                file.unlink()
                if content is not None:
                    file.write_bytes(content)
        try:
            read = read_delivery(folder, zone=ZONE, complete=FEEDS if shipped_again else ())
            # No shrinkage is refused here: the manifest alone must do.
            load(empty, replace(read, kind=DatabaseKind.SYNTHETIC), zone=ZONE, shrink=100)
        except SourceError:
            pass
    assert "retired" not in states(empty, "people") + states(empty, "schools")
    assert [counts(empty)[label] for label in ("Nominal", "School")] == [6, 3]


def test_the_same_feed_unharmed_retires_what_it_does_not_hold(empty: Writer, tmp_path: Path) -> None:
    load(empty, delivery({"people": [*FEEDS["people"], {"person_ref": "gone"}]}, received_at=at(0)), zone=ZONE)
    write(tmp_path / "delivery")
    load(empty, read_delivery(tmp_path / "delivery", zone=ZONE), zone=ZONE, shrink=100)
    assert "retired" in states(empty, "people")


def test_an_answer_is_compared_alike_on_its_form_and_while_it_waits_for_it(empty: Writer) -> None:
    for source in ("rms", "cms", "abc"):
        told = [{"source": source, "assessment_ref": "A1", "item": "18"} for _ in range(2)]
        answered = [{**row, "answer": answer} for row, answer in zip(told, ("yes", "dont_know"), strict=True)]
        form = {**FORMS[0], "source": source, "suspect_ref": "", "incident_ref": ""}
        person = {"source": source, "person_ref": "ann"}
        found = []
        for first, second in ((0, 1), (1, 0)):
            wipe(empty)
            parts: list[Rows] = [{"answers": answered}, {"people": [person], "assessments": [form]}]
            for day in (first, second):
                bring(empty, parts[day], day)
            found += [row["a"] for row in empty.read("MATCH (form:Assessment) RETURN form.answers[17] AS a")]
        assert found == [3, 3]


def test_of_two_withdrawals_at_one_time_the_restricted_one_holds(empty: Writer) -> None:
    back = [{"person_ref": "ann", "withdrawn": "yes"}, {"person_ref": "ann", "withdrawn": "yes", "restricted_to": "x"}]
    hashes = set()
    for rows in (back, back[::-1]):
        wipe(empty)
        bring(empty, {"people": rows}, 1)
        hashes.add(fingerprint(empty))
    assert len(hashes) == 1
