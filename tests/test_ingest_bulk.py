"""The first load by Neo4j's own importer: the same graph as over Bolt, and the old database or the new one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliver import RECEIVED, ZONE, conclude, wipe
from graph import connection
from graph.connection import Address, Writer
from graph.engine import server, store
from graph.engine.store import Source
from graph.errors import DatabaseRefused, EngineError
from graph.fingerprint import fingerprint
from graph.settings import Settings
from graph.terms import DatabaseKind
from ingest.bulk import load as bulk
from ingest.claim import claim, kind_of
from ingest.delivery import FILE, ROW, Delivered, Delivery, Table
from ingest.ids import opaque
from ingest.keys import Keys, numbers
from ingest.load import load
from ingest.read import read_delivery
from ingest.report import FeedCounts, Report

DATA = Path(__file__).parent / "data"

Rows = Mapping[str, Sequence[Mapping[str, str]]]

FORM = {"instrument": "dash", "version": "2009", "assessed_at": "2026-01-11", "victim_ref": "ann"}
JUDGED = {"by": "clerk", "at": "2026-03-01", "reason": 'said "the same", twice', "person_source": "rms"}
RETRACTED = {**JUDGED, "verdict": "retract", "assessment_ref": "f2", "approved_by": "inspector"}
ODD: Rows = {
    "people": [
        {"person_ref": "ann", "family_name": 'O\'Neill, née "Ash"', "also_known_as": "Nan;An", "born_on": "1990-02-03"},
        {"person_ref": "bob", "given_names": "Bob", "restricted_to": "sensitive;professional_standards"},
        {"person_ref": "bob", "given_names": "Robert", "recorded_at": "2026-01-02T10:00"},
        {"person_ref": "cat"},
        {"person_ref": "dee", "given_names": "Dee", "withdrawn": "yes"},
        {"person_ref": "eve", "born_on": "31/12/1990"},
        {"person_ref": "fay", "given_names": "Fay", "sex": "female"},
        {"person_ref": "gus", "family_name": "Gray"},
    ],
    "addresses": [
        {"address_ref": "a1", "line": "1 Mill Lane", "kind": "home"},
        {"address_ref": "a2", "kind": "refuge"},
    ],
    "incidents": [
        {"incident_ref": "i1", "reported_at": "2026-01-10T22:15:01.5", "domestic": "yes", "address_ref": "a1"},
        {"incident_ref": "i2", "reported_at": "1969-07-20T21:17", "occurred_from": "1969-07-20", "address_ref": "a9"},
        {"incident_ref": "i3", "reported_at": "2026-01-12", "domestic": "no"},
    ],
    "involvements": [
        {"incident_ref": "i1", "person_ref": "bob", "role": "suspect", "against": "ann;cat"},
        {"incident_ref": "i1", "person_ref": "ann", "role": "victim", "age": "35"},
        {"incident_ref": "i2", "person_ref": "nobody", "role": "victim"},
        {"incident_ref": "i3", "person_ref": "eve", "role": "witness"},
    ],
    "relationships": [{"person_ref": "ann", "other_ref": "bob", "kind": "ex_partner", "from_on": "2020-01-01"}],
    "residences": [{"person_ref": "ann", "address_ref": "a2", "until_on": "2026-01-31"}],
    "assessments": [
        {"assessment_ref": "f1", **FORM, "suspect_ref": "bob", "incident_ref": "i1", "grade": "high"},
        {"assessment_ref": "f2", **FORM, "instrument": "dara", "version": "2022", "assessed_at": "2026-01-12T10:00"},
        {"assessment_ref": "f3", **FORM, "victim_ref": "nobody"},
        {"assessment_ref": "f4", **FORM},
    ],
    "answers": [
        {"assessment_ref": "f1", "item": "18", "answer": "yes", "recorded_at": "2026-01-11T10:00"},
        {"assessment_ref": "f1", "item": "1", "answer": "no", "recorded_at": "2026-01-11T10:00"},
        {"assessment_ref": "f2", "item": "1", "answer": "often", "recorded_at": "2026-01-12T10:00"},
        {"assessment_ref": "f2", "item": "2", "answer": "never", "recorded_at": "2026-01-13T10:00:00.25"},
        {"assessment_ref": "f2", "item": "3", "answer": "yes"},
        {"assessment_ref": "f3", "item": "1", "answer": "yes"},
        {"assessment_ref": "f1", "item": "strangulation", "answer": "no", "recorded_at": "2026-01-12T10:00"},
        {"assessment_ref": "f1", "item": "999", "answer": "no"},
    ],
    "judgements": [
        {"judgement_ref": "j1", "verdict": "same", "person_ref": "fay", "other_ref": "gus", **JUDGED},
        {"judgement_ref": "j2", "verdict": "same", "person_ref": "ann", "other_ref": "cat", **JUDGED},
        {"judgement_ref": "r1", "item": "1", **RETRACTED},
        {"judgement_ref": "r2", "item": "2", **RETRACTED},
        {"judgement_ref": "r3", "verdict": "undo", "undoes": "r2", **JUDGED},
    ],
}
"""Every way in which a row can end, beside what is plain."""
UNDONE: Rows = {
    **ODD,
    "judgements": [
        *ODD["judgements"],
        {"judgement_ref": "j3", "verdict": "undo", "undoes": "j2", "by": "clerk", "at": "2026-03-02", "reason": "no"},
        {"judgement_ref": "j4", "verdict": "different", "person_ref": "ann", "other_ref": "nobody", **JUDGED},
    ],
}

CONTRADICTED: Rows = {
    **ODD,
    "judgements": [
        *ODD["judgements"],
        {"judgement_ref": "j3", "verdict": "different", "person_ref": "gus", "other_ref": "fay", **JUDGED},
    ],
}

ALONE: Rows = {**ODD, "judgements": ODD["judgements"][2:]}


@pytest.fixture(scope="module")
def local(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Give settings of a local Neo4j of its own, which may be stopped and started."""
    home = tmp_path_factory.mktemp("bulk")
    (home / "jars").symlink_to(engine_settings.home / "jars", target_is_directory=True)
    settings = replace(engine_settings, home=home)
    server.up(settings)
    try:
        yield settings
    finally:
        server.down(settings)


def delivery(rows: Rows, name: str = "first") -> Delivery:
    """Return a delivery of which each feed comes in two files."""
    tables = []
    for feed, given_rows in rows.items():
        columns = sorted({column for row in given_rows for column in row})
        cells: dict[str, list[Any]] = {column: [row.get(column) or pd.NA for row in given_rows] for column in columns}
        half = len(given_rows) // 2
        cells |= {FILE: [f"{feed}-{1 + (place >= half)}.csv" for place in range(len(given_rows))]}
        cells |= {ROW: list(range(2, len(given_rows) + 2))}
        tables.append(Delivered.of(Table(feed=feed, frame=pd.DataFrame(cells, dtype="object"))))
    return Delivery(
        delivery_id=name,
        kind=DatabaseKind.SYNTHETIC,
        received_at=RECEIVED,
        source="rms",
        tables=tuple(tables),
        content=name,
    )


def emptied(settings: Settings) -> None:
    """Empty the local database, and mark it as the tests' own."""
    with connection.writer(server.locate(settings)) as opened:
        wipe(opened)
        if kind_of(opened)[0] is None:
            claim(opened, DatabaseKind.SYNTHETIC, owner="tests")


def retractions(writer: Writer) -> list[Any]:
    """Return the judgements that retract answers."""
    return writer.read(
        "MATCH (j:Judgement) WHERE j.assessment_id IS NOT NULL\n"
        "RETURN j.assessment_id AS form, j.item AS item, j.undone AS undone ORDER BY item"
    )


def by_importer(settings: Settings, brought: Delivery) -> tuple[Report, str]:
    emptied(settings)
    address, report = bulk.load(settings, brought, zone=ZONE)
    with connection.writer(address) as opened:
        conclude(opened)
        assert kind_of(opened) == (DatabaseKind.SYNTHETIC, "tests")
        return report, fingerprint(opened)


def over_bolt(graph: Writer, brought: Delivery) -> tuple[Report, str]:
    wipe(graph)
    report = load(graph, brought, zone=ZONE)
    conclude(graph)
    return report, fingerprint(graph)


def ended(counts: FeedCounts) -> tuple[str, int, int, int]:
    return counts.feed, counts.delivered, counts.waiting, counts.rejected


@pytest.mark.parametrize(
    "brought",
    [
        pytest.param(lambda: read_delivery(DATA, zone=ZONE), id="the sample"),
        pytest.param(lambda: delivery(ODD), id="every way that a row can end"),
        pytest.param(lambda: delivery(UNDONE), id="judgements that are taken back or wait"),
        pytest.param(lambda: delivery(CONTRADICTED), id="judgements that contradict each other"),
        pytest.param(lambda: delivery(ALONE), id="no judgement but retractions"),
    ],
)
def test_the_importer_and_bolt_give_the_same_graph_and_the_same_counts(
    brought: Callable[[], Delivery], local: Settings, empty: Writer
) -> None:
    expected, mark = over_bolt(empty, brought())
    told = retractions(empty)
    report, found = by_importer(local, brought())
    assert found == mark
    with connection.writer(server.locate(local)) as opened:
        assert retractions(opened) == told
    assert [ended(each) for each in report.counts] == [ended(each) for each in expected.counts]
    assert sorted(report.rejects, key=repr) == sorted(expected.rejects, key=repr)


def test_what_came_later_goes_on_from_what_was_imported(local: Settings, empty: Writer) -> None:
    later: Rows = {
        "people": [{"person_ref": "nobody", "given_names": "Nobody"}],
        "judgements": [
            {
                "judgement_ref": "j5",
                "verdict": "undo",
                "undoes": "j1",
                "by": "clerk",
                "at": "2026-03-02",
                "reason": "no",
            }
        ],
    }
    over_bolt(empty, delivery(ODD))
    load(empty, delivery(later, "second"), zone=ZONE)
    conclude(empty)
    by_importer(local, delivery(ODD))
    with connection.writer(server.locate(local)) as opened:
        load(opened, delivery(later, "second"), zone=ZONE)
        conclude(opened)
        assert fingerprint(opened) == fingerprint(empty)


def test_only_an_empty_database_is_filled_by_the_importer(local: Settings) -> None:
    emptied(local)
    with connection.writer(server.locate(local)) as opened:
        load(opened, delivery({"people": [{"person_ref": "ann"}]}, "before"), zone=ZONE)
    with pytest.raises(DatabaseRefused, match="was loaded into this database before"):
        bulk.load(local, delivery(ODD), zone=ZONE)
    large = replace(delivery(ODD), rows={"people": bulk.FROM})
    assert not bulk.is_first(local, large)
    emptied(local)
    assert bulk.is_first(local, large)
    assert not bulk.is_first(local, delivery(ODD))
    assert not bulk.is_first(replace(local, neo4j_uri="bolt://127.0.0.1:1"), large)


LOAD = """
import json, sys
from pathlib import Path
from dataclasses import replace
from zoneinfo import ZoneInfo
from graph.settings import Settings
from ingest.bulk import load as bulk
from ingest.read import read_delivery

said = json.loads(sys.argv[1])
settings = replace(Settings.from_env({"CLEW_HOME": said["home"]}), heap="1g", page_cache="256m")
zone = ZoneInfo("Europe/London")
bulk.load(settings, read_delivery(Path(said["data"]), zone=zone), zone=zone)
"""


def _importing(home: Path) -> bool:
    return any(home.glob("*/import-*/data/databases/*"))


def _whole(home: Path) -> bool:
    return any(home.glob("*/incoming"))


def _exchanged(home: Path) -> bool:
    return any(home.glob("*/ready")) and not _whole(home)


@pytest.mark.parametrize(
    "moments", [[_importing], [_whole], [_whole, _exchanged]], ids=["importing", "imported", "exchanged"]
)
def test_killed_at_any_moment_it_leaves_the_old_database_or_the_new_one(
    moments: Sequence[Callable[[Path], bool]], local: Settings, empty: Writer
) -> None:
    _, mark = over_bolt(empty, read_delivery(DATA, zone=ZONE))
    emptied(local)
    said = json.dumps({"home": str(local.home), "data": str(DATA)})
    loading = subprocess.Popen([sys.executable, "-c", LOAD, said], cwd=Path(__file__).parent.parent)
    try:
        for reached in moments:
            while not reached(local.home) and loading.poll() is None:
                time.sleep(0.01)
    finally:
        loading.kill()
        loading.wait()
    address: Address = server.up(local)
    with connection.writer(address) as opened:
        held = opened.read("MATCH (n:Nominal) RETURN count(n) AS n")[0]["n"]
        deliveries = opened.read("MATCH (d:Delivery) RETURN d.finished AS finished")
        assert (held, bool(deliveries)) in {(0, False), (40, True)}
        again = replace(read_delivery(DATA, zone=ZONE), rows={"people": bulk.FROM})
    finished = any(each["finished"] for each in deliveries)
    assert bulk.is_first(local, again) is not finished
    if not finished:
        address, _ = bulk.load(local, read_delivery(DATA, zone=ZONE), zone=ZONE)
    with connection.writer(address) as opened:
        conclude(opened)
        assert fingerprint(opened) == mark
    assert not list(local.home.glob("*/incoming"))


def test_what_the_importer_cannot_take_leaves_the_database_as_it_was(local: Settings, tmp_path: Path) -> None:
    emptied(local)
    place = store.prepare(local)
    file = place / "files" / "broken.csv"
    file.write_text("nominal_id:ID(Nominal),born_on:date\nn1,yesterday\n", "utf-8")
    with pytest.raises(EngineError, match="importer ended with exit code"):
        store.build(local, place, [Source(kind="Nominal", node=True, file=file)])
    shutil.rmtree(place)
    with connection.writer(server.locate(local)) as opened:
        assert kind_of(opened) == (DatabaseKind.SYNTHETIC, "tests")


@given(st.lists(st.lists(st.integers(0, 60), max_size=12), max_size=8), st.lists(st.integers(0, 60), max_size=12))
def test_keys_hold_what_was_added(added: list[list[int]], asked: list[int]) -> None:
    keys = Keys()
    for some in added:
        keys.add(np.array(some, dtype=np.uint64))
    there = {each for some in added for each in some}
    assert keys.hold(np.array(asked, dtype=np.uint64)).tolist() == [each in there for each in asked]


@given(st.lists(st.text(max_size=3), max_size=30))
def test_numbers_tell_ids_apart_as_their_texts_do(names: list[str]) -> None:
    ids = [opaque("n", name) for name in names]
    found = numbers(pa.array(ids, pa.string())).tolist()
    assert len(set(found)) == len(set(ids))
    assert numbers(pa.array(["x" * 3, *ids], pa.string()).slice(1)).tolist() == found if ids else True
