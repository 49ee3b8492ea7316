"""`clew evaluate` finds all that is planted in a demo force, and says so when something is missing or too much."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clew.evaluate import EXAMPLE
from command import clew
from deliver import conclude, deliver
from graph.connection import Address, Writer
from graph.errors import SourceError
from ingest.evaluate.told import told
from ingest.synthetic.force import write_force

ALL = "professional_standards+sensitive"


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("force") / "demo"
    write_force(folder)
    return folder


def test_a_truth_is_read_as_it_was_written(force: Path) -> None:
    truth = told(force / "truth.json")
    whole: dict[str, Any] = json.loads((force / "truth.json").read_text("utf-8"))
    assert truth.deliveries == whole["deliveries"]
    assert str(truth.as_of) == whole["as_of"]
    places = truth.places()
    for place in places:
        there: Any = whole
        for name in place:
            there = there[name]
        assert [entry for _, entry in truth.cases(place[:-1], [place[-1]])] == there
    assert len(places) == 13 + 3 * 6 + 12


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not as `clew synthesise` writes it"),
        ("[]", "is not as `clew synthesise` writes it"),
        ('{"deliveries": []}', "is not as `clew synthesise` writes it"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_truth_is_refused(text: str | None, says: str, tmp_path: Path) -> None:
    path = tmp_path / "truth.json"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(SourceError, match=says):
        told(path)


def test_a_truth_that_breaks_off_is_refused(force: Path, tmp_path: Path) -> None:
    lines = (force / "truth.json").read_text("utf-8").splitlines(keepends=True)
    for kept in (len(lines) // 2, len(lines) - 1):
        (tmp_path / "truth.json").write_text("".join(lines[:kept]), "utf-8")
        with pytest.raises(SourceError, match="is not as `clew synthesise` writes it"):
            list(told(tmp_path / "truth.json").cases())


def test_all_of_a_demo_force_is_found_and_what_is_changed_is_missed(
    empty: Writer, force: Path, database: Address, tmp_path: Path
) -> None:
    truth = str(force / "truth.json")
    for name in ("1-history", "2-late"):
        assert clew("load", str(force / name), home=tmp_path, database=database).returncode == 0
    early = clew("evaluate", truth, home=tmp_path, database=database)
    assert (early.returncode, early.stdout) == (1, "")
    assert "The truth is of 2026-04-01, and what is concluded is of 2026-03-" in early.stderr
    assert clew("load", str(force / "3-latest"), home=tmp_path, database=database).returncode == 0

    whole = clew("evaluate", truth, "--format", "json", home=tmp_path, database=database)
    assert (whole.returncode, whole.stderr) == (0, "")
    said = json.loads(whole.stdout)
    assert all(each["there"] > 0 and each["recall"] == 1.0 for each in said["measured"])
    assert {each["precision"] for each in said["measured"]} == {1.0, None}
    assert {each["audience"] for each in said["measured"]} == {"everyone", "sensitive", ALL}
    assert said["not_asked_yet"] == []
    shutil.copytree(force, tmp_path / "force")
    table = clew(*EXAMPLE.removeprefix("Example: clew ").split(), home=tmp_path, database=database)
    assert (table.returncode, table.stderr) == (0, "")
    assert "Not asked yet" not in table.stdout

    alter(empty, json.loads(Path(truth).read_text("utf-8")))
    altered = clew("evaluate", truth, "--format", "csv", home=tmp_path, database=database)
    assert altered.returncode == 1
    assert re.fullmatch(
        r"clew: \d+ cases of the truth were not found, and \d+ were found that are none\.\n", altered.stderr
    )
    rows = {(each["kind"], each["audience"]): each for each in csv.DictReader(io.StringIO(altered.stdout))}
    for kind in (
        "repeat dyads",
        "planted: records of one person, as judged",
        "forms taken to be of the only suspect",
        "planted: hostels whose links a network counts and cuts short",
        "planted: refuges that a network does not show",
        *BOTH_WAYS,
    ):
        assert float(rows[kind, ALL]["recall"]) < 1, kind
    for kind in (
        "serial suspects",
        "reciprocal pairs",
        "planted: records that a judgement keeps apart",
        *BOTH_WAYS,
    ):
        assert float(rows[kind, ALL]["precision"]) < 1, kind


BOTH_WAYS = (
    "contradicted answers",
    "contradicted answers: the forms that say yes and later no",
    "planted: pairs of incidents with several suspects or victims",
    "planted: incidents with suspects whom nobody named, and how many",
    "planted: forms without a suspect after these incidents",
)
"""What is damaged so that some of it is missed, and something else is found."""


def alter(writer: Writer, truth: dict[str, Any]) -> None:
    """Take back what cases of the truth rest on, and say of others what is not so."""
    found, planted = truth["found"][ALL], truth["planted"]
    repeated = found["repeat_dyads"][0]["incidents"]
    form = found["attributed_forms"][0]["form"]
    pair = next(each["records"] for each in planted["duplicates"] if each["one_person"])
    twins = planted["twins"][0]
    couple = planted["dyads_by_form_only"][0]
    later_no = next(each["later_no"] for each in found["contradicted_answers"] if len(each["later_no"]) == 1)
    crossed = next(each for each in planted["crowded_incidents"] if sizes(each) == (2, 2, True))
    fewer = next(each for each in planted["crowded_incidents"] if sizes(each) == (2, 1, False))
    followed = next(each for each in planted["unknown_suspects"] if each["nameless_forms"])
    unfollowed = next(each for each in planted["unknown_suspects"] if not each["nameless_forms"])
    hostel, refuge, _ = planted["hubs"]
    filled = {"source": "rms", "instrument": "dash", "version": "2009"}
    rows = {
        "incidents": [
            *(taken_back("incident_ref", each) for each in (*repeated, followed["incident"])),
            record("incident_ref", "rms:NEW", reported_at="2026-03-01", domestic="yes", unknown_suspects="2"),
        ],
        "assessments": [
            *(taken_back("assessment_ref", each) for each in (form, *later_no)),
            *(
                {
                    **filled,
                    "assessment_ref": name,
                    "assessed_at": "2026-03-30",
                    "suspect_ref": ref(couple["suspect"]),
                    "victim_ref": ref(couple["victim"]),
                }
                for name in ("NEW1", "NEW2")
            ),
            {
                **filled,
                "assessment_ref": "NEW3",
                "assessed_at": "2026-03-30",
                "victim_ref": ref(twins["one"]),
                "incident_ref": ref(unfollowed["incident"]),
            },
        ],
        "answers": [
            {"source": "rms", "assessment_ref": name, "item": "18", "answer": answer}
            for name, answer in (("NEW1", "yes"), ("NEW2", "no"))
        ],
        "involvements": [
            *(
                {"source": "rms", "incident_ref": "NEW", "person_ref": ref(person), "role": role}
                for person in (couple["suspect"], twins["one"], twins["other"])
                for role in ("suspect", "victim")
            ),
            # Nobody is named any more, so that each is crossed with each; and somebody is suspected no more.
            suspected(crossed, recorded_at="2026-04-01"),
            suspected(fewer, recorded_at="2026-04-01", withdrawn="yes"),
        ],
        "residences": [record("address_ref", hostel["address"], person_ref=ref(couple["suspect"]))],
        "addresses": [record("address_ref", refuge["address"], kind="home", protected="no", recorded_at="2026-04-01")],
        "judgements": [
            judged("NEW1", "different", *pair),
            judged("NEW2", "same", twins["one"], twins["other"]),
        ],
    }
    report = deliver(writer, rows, received_at=datetime(2026, 4, 1, 7, tzinfo=UTC), delivery_id="altered")
    assert not report.rejects
    conclude(writer)


def sizes(crowd: dict[str, Any]) -> tuple[int, int, bool]:
    """Return how many are suspected and harmed, and whether a source says by whom; 0 for couples that are both."""
    both = set(crowd["suspects"]) & set(crowd["victims"])
    return (0 if both else len(crowd["suspects"])), len(crowd["victims"]), crowd["named"]


def suspected(crowd: dict[str, Any], **more: str) -> dict[str, str]:
    return record("incident_ref", crowd["incident"], person_ref=ref(crowd["suspects"][0]), role="suspect", **more)


def taken_back(column: str, name: str) -> dict[str, str]:
    return record(column, name, withdrawn="yes", recorded_at="2026-04-01")


def ref(record: str) -> str:
    return record.partition(":")[2]


def record(column: str, name: str, **more: str) -> dict[str, str]:
    return {"source": name.partition(":")[0], column: ref(name), **more}


def judged(name: str, verdict: str, one: str, other: str) -> dict[str, str]:
    said = {"judgement_ref": name, "verdict": verdict, "by": "Somebody", "at": "2026-03-31", "reason": "Wrong"}
    sides = {
        f"{side}_{what}": value
        for side, each in (("person", one), ("other", other))
        for what, value in (("source", each.partition(":")[0]), ("ref", ref(each)))
    }
    return {"source": "assessment_unit", **said, **sides}
