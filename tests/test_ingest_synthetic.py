"""The synthetic force: the same each time, within the contracts, and as its truth says."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from datetime import date
from multiprocessing import active_children
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import networkx as nx
import pandas as pd
import pytest

from graph.errors import SourceError
from graph.reference.instruments import instruments
from graph.reference.roles import audiences
from graph.terms import Role
from ingest.check import check
from ingest.contracts import BY_NAME, FEEDS
from ingest.read import read_delivery
from ingest.synthetic.arrivals import DELIVERIES
from ingest.synthetic.force import AUDIENCES, write_force
from ingest.synthetic.size import SIZES, Size
from ingest.synthetic.summary import Summary
from recount import contradicted, gathered, persons, reachable, recount, repeats, serial, table, tables, visible

UNTIL = date(2026, 3, 31)
AUDIENCE_NAMES = [audience.name for audience in AUDIENCES]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """Return the folder of a demo force and what it says of itself."""
    folder = tmp_path_factory.mktemp("force") / "demo"
    return folder, write_force(folder)


@pytest.fixture(scope="module")
def force(written: tuple[Path, Summary]) -> Path:
    return written[0]


@pytest.fixture(scope="module")
def feeds(force: Path) -> dict[str, pd.DataFrame]:
    return tables(force)


@pytest.fixture(scope="module")
def truth(force: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((force / "truth.json").read_text("utf-8"))
    return told


@pytest.fixture(scope="module")
def person(feeds: dict[str, pd.DataFrame]) -> dict[str, str]:
    return persons(feeds)


def hashes(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def seen_by(feeds: dict[str, pd.DataFrame], audience: str) -> dict[str, pd.DataFrame]:
    return visible(feeds, next(each.groups for each in AUDIENCES if each.name == audience))


def test_the_same_seed_gives_the_same_bytes(written: tuple[Path, Summary], tmp_path: Path) -> None:
    force, summary = written
    assert write_force(tmp_path) == summary
    assert hashes(tmp_path) == hashes(force)
    assert {name.partition("/")[0] for name in hashes(force)} == {*DELIVERIES, "truth.json"}
    listed = sorted((name, sha) for name, sha in hashes(force).items() if name.endswith(".csv"))
    assert summary.sha256 == hashlib.sha256("".join(f"{sha}  {name}\n" for name, sha in listed).encode()).hexdigest()


def test_another_seed_gives_another_force(force: Path, tmp_path: Path) -> None:
    write_force(tmp_path, seed=2)
    same = {name for name, sha in hashes(tmp_path).items() if hashes(force).get(name) == sha}
    assert same == {"1-history/schools.csv"}


def test_the_manifests_say_what_is_there(written: tuple[Path, Summary]) -> None:
    folder, summary = written
    received = []
    for number, (delivery_id, name) in enumerate(summary.deliveries.items()):
        said = json.loads((folder / name / "manifest.json").read_text("utf-8"))
        assert said["kind"] == "synthetic"
        assert said["delivery_id"] == delivery_id == f"synthetic-demo-1-2026-03-31-{name}"
        received.append(said["received_at"])
        there = hashes(folder / name)
        assert {f"{feed}.csv" for feed in said["feeds"]} == there.keys() - {"manifest.json"}
        for feed, rows in summary.rows.items():
            if rows[number]:
                assert said["feeds"][feed]["files"] == {f"{feed}.csv": there[f"{feed}.csv"]}
                assert said["feeds"][feed]["rows"] == rows[number]
                assert rows[number] == len(pd.read_csv(folder / name / f"{feed}.csv", dtype=str))
            else:
                assert feed not in said["feeds"]
    assert received == sorted(received)
    assert received[-1] == "2026-04-01T06:00:00"


def test_deliveries_hold_what_was_recorded_by_then_and_some_come_late(written: tuple[Path, Summary]) -> None:
    folder, summary = written
    assert summary.rows["answers"][1] == 0
    assert min(summary.rows["assessments"]) > 0
    assert 50 < summary.rows["incidents"][2] < summary.rows["incidents"][1] < summary.rows["incidents"][0]
    incidents = [pd.read_csv(folder / name / "incidents.csv", dtype=str)["recorded_at"] for name in DELIVERIES]
    assert incidents[0].max() < incidents[1].min()
    assert incidents[1].max() < incidents[2].min()
    late = pd.read_csv(folder / "2-late" / "assessments.csv", dtype=str)
    late = late[late["recorded_at"] < incidents[0].max()]
    assert {"partner_agency"} <= set(late["source"])
    answered = set(pd.read_csv(folder / "3-latest" / "answers.csv", dtype=str)["assessment_ref"])
    assert set(late["assessment_ref"]) <= answered
    for feed in ("relationships", "residences", "attendances"):
        key = ["source", *BY_NAME[feed].key]
        tables_ = [pd.read_csv(folder / name / f"{feed}.csv", dtype=str, keep_default_na=False) for name in DELIVERIES]
        again = tables_[0].merge(pd.concat(tables_[1:]), on=key, suffixes=("", "_again"))
        assert (again["until_on"] == "").all()
        assert (again["until_on_again"] != "").all()
        assert (again["recorded_at_again"] > again["recorded_at"]).all()
        assert len(again) or feed == "attendances"


def test_what_comes_out_is_near_its_target(written: tuple[Path, Summary]) -> None:
    summary = written[1]
    assert sum(summary.rows["incidents"]) == pytest.approx(summary.incidents_wanted, rel=0.05)
    for measure in summary.measures:
        near = 0.06 if measure.says.startswith("DASH") else 0.03
        assert measure.realised == pytest.approx(measure.target, abs=min(near, measure.target / 2)), measure.says
    assert all(summary.cases.values())


@pytest.mark.parametrize(("seed", "until"), [(1, UNTIL), (5, date(2024, 2, 29))])
def test_every_row_passes_the_check(seed: int, until: date, tmp_path: Path) -> None:
    write_force(tmp_path, seed=seed, until=until)
    zone = ZoneInfo("Europe/London")
    feeds = set()
    for name in DELIVERIES:
        delivery = read_delivery(tmp_path / name, zone=zone)
        feeds |= {each.feed for each in delivery.tables}
        for each in delivery.tables:
            checked = check(each.whole(), delivery, zone=zone, instruments=instruments())
            assert checked.rejects == []
            assert len({row.id for row in checked.rows}) == checked.delivered > 0, each.feed
    assert feeds == BY_NAME.keys()


def test_no_delivery_waits_for_a_later_one(force: Path) -> None:
    for last in range(1, len(DELIVERIES)):
        there = [tables_of(force, name) for name in DELIVERIES[:last]]
        so_far = {feed: pd.concat([each[feed] for each in there if feed in each]) for feed in BY_NAME}
        refer(so_far)


def tables_of(force: Path, delivery: str) -> dict[str, pd.DataFrame]:
    return {file.stem: table(file) for file in sorted((force / delivery).glob("*.csv"))}


def refer(feeds: dict[str, pd.DataFrame]) -> None:
    """Assert that whatever a row refers to is there."""
    by_label = {model.__name__: feed for feed in FEEDS for model in feed.models if not feed.start}
    by_label |= {"Judgement": BY_NAME["judgements"], "Assessment": BY_NAME["assessments"]}
    for feed in FEEDS:
        for column in (each for each in feed.columns if each.refers and each.name in feeds[feed.name]):
            to = by_label[column.refers.to] if column.refers else feed
            given = feeds[feed.name][column.name].explode().dropna()
            assert set(given) - {""} <= set(feeds[to.name][to.key[0]]), (feed.name, column.name)


def test_whatever_a_row_refers_to_is_there(feeds: dict[str, pd.DataFrame]) -> None:
    refer(feeds)


def test_only_suspects_are_named_against_somebody_and_only_against_victims(feeds: dict[str, pd.DataFrame]) -> None:
    roles = feeds["involvements"]
    named = roles[roles["against"].map(len) > 0]
    assert set(named["role"]) == {"suspect"}
    victims = roles[roles["role"] == "victim"]
    there = set(zip(victims["incident_ref"], victims["person_ref"], strict=True))
    for incident, against in zip(named["incident_ref"], named["against"], strict=True):
        assert {(incident, each) for each in against} <= there


def test_all_that_was_asked_for_is_there(feeds: dict[str, pd.DataFrame]) -> None:
    roles, incidents, forms = feeds["involvements"], feeds["incidents"], feeds["assessments"]
    assert set(roles["role"]) == set(Role)
    counts = roles.groupby(["incident_ref", "role"]).size().unstack(fill_value=0)
    for several in ("suspect", "victim"):
        crowded = counts[counts[several] > 1].index
        said = roles[roles["incident_ref"].isin(crowded) & (roles["role"] == "suspect")]["against"].map(len)
        assert {0, 1} <= set(said)
    assert set(incidents["domestic"]) == {"yes", "no", ""}
    assert set(incidents[incidents["domestic"] == ""]["source"]) == {"legacy"}
    assert (incidents["unknown_suspects"] > "0").sum() > 50
    assert set(forms["instrument"]) == {"dash", "dara", "safelives_dash"}
    assert {"rms", "legacy", "custody", "partner_agency"} <= set(feeds["people"]["source"])
    assert feeds["people"]["family_name"].str.contains(r"[^\x00-\x7F]").sum() > 100
    late = pd.to_datetime(incidents["recorded_at"]) - pd.to_datetime(incidents["reported_at"])
    assert (late > pd.Timedelta(days=30)).sum() > 10
    assert not forms.sort_values("recorded_at")["assessed_at"].is_monotonic_increasing


def test_times_are_in_order_and_none_lies_ahead(feeds: dict[str, pd.DataFrame]) -> None:
    incidents = feeds["incidents"]
    began, recorded = incidents["occurred_from"], incidents["recorded_at"]
    assert ((began == "") | (began <= incidents["reported_at"])).all()
    assert (incidents["reported_at"] <= recorded).all()
    for feed in feeds.values():
        for column in feed.columns.intersection(["reported_at", "recorded_at", "assessed_at", "at", "from_on"]):
            assert (feed[column].str[:10] <= str(UNTIL)).all()


def test_nothing_in_it_can_be_anybody_s(feeds: dict[str, pd.DataFrame]) -> None:
    values = feeds["identifiers"].groupby("kind")["value"].agg(list)
    assert all(re.fullmatch(r"07700 900\d{3}|01632 960\d{3}", each) for each in values["phone"])
    assert all(each.endswith("@example.org") for each in values["email"])
    assert all(each.startswith("ZQ") for each in values["vehicle"])
    assert feeds["addresses"]["postcode"].str.fullmatch(r"ZZ\d+ \d[A-Z]{2}").all()


def test_one_id_may_name_two_records_of_two_systems(feeds: dict[str, pd.DataFrame]) -> None:
    for feed, column in (("people", "person_ref"), ("incidents", "incident_ref"), ("addresses", "address_ref")):
        assert feeds[feed][column].is_unique
        assert not feeds[feed][column].str.partition(":")[2].is_unique


def test_restricted_records_are_those_of_the_truth(feeds: dict[str, pd.DataFrame], truth: dict[str, Any]) -> None:
    for feed, told in truth["restricted_records"].items():
        rows = feeds[feed]
        rows = rows[rows["restricted_to"] != ""]
        assert len(rows) == len(told) >= 4
        said = sorted((f"{each['source']}:{each['key'][0]}", ";".join(each["restricted_to"])) for each in told)
        assert said == sorted(zip(rows[BY_NAME[feed].key[0]], rows["restricted_to"], strict=True))
    assert truth["restricted_records"].keys() == BY_NAME.keys() - {"schools", "answers", "judgements"}


def test_the_truth_is_told_for_the_audiences_that_are_shipped(truth: dict[str, Any]) -> None:
    assert set(truth["found"]) == {audience.name for audience in audiences()}
    assert truth["found"]["everyone"] != truth["found"][AUDIENCE_NAMES[-1]]


@pytest.mark.parametrize("audience", AUDIENCE_NAMES)
def test_repeat_dyads_and_reciprocal_pairs_are_those_of_a_recount(
    audience: str, feeds: dict[str, pd.DataFrame], truth: dict[str, Any], person: dict[str, str]
) -> None:
    found, told = recount(seen_by(feeds, audience), person), truth["found"][audience]
    as_of = date.fromisoformat(truth["as_of"])
    assert {
        (person[each["suspect"][0]], person[each["victim"][0]]): set(each["incidents"]) for each in told["repeat_dyads"]
    } == repeats(found.pairs, as_of)
    dyads = set(zip(found.pairs["suspect"], found.pairs["victim"], strict=True))
    both = {frozenset(dyad) for dyad in dyads if dyad[::-1] in dyads}
    assert {frozenset((person[each["one"][0]], person[each["other"][0]])) for each in told["reciprocal_pairs"]} == both


@pytest.mark.parametrize("audience", AUDIENCE_NAMES)
def test_serial_suspects_are_those_of_a_recount(
    audience: str, feeds: dict[str, pd.DataFrame], truth: dict[str, Any], person: dict[str, str]
) -> None:
    found = recount(seen_by(feeds, audience), person)
    assert {
        person[each["suspect"][0]]: {person[one["victim"][0]]: set(one["incidents"]) for one in each["victims"]}
        for each in truth["found"][audience]["serial_suspects"]
    } == serial(found.pairs)


@pytest.mark.parametrize("audience", AUDIENCE_NAMES)
def test_forms_without_a_suspect_and_contradicted_answers_are_those_of_a_recount(
    audience: str, feeds: dict[str, pd.DataFrame], truth: dict[str, Any], person: dict[str, str]
) -> None:
    seen, told = seen_by(feeds, audience), truth["found"][audience]
    forms = recount(seen, person).forms
    concluded = forms[forms["concluded"] != ""]
    assert {each["form"]: person[each["suspect"][0]] for each in told["attributed_forms"]} == dict(
        zip(concluded["assessment_ref"], concluded["concluded"], strict=True)
    )
    nobody = set(forms[forms["suspect"] == ""]["assessment_ref"])
    assert {each["form"] for each in told["unattributable_forms"]} == nobody
    assert {
        (person[each["suspect"][0]], person[each["victim"][0]], each["factor"]): (
            set(each["yes"]),
            set(each["later_no"]),
        )
        for each in told["contradicted_answers"]
    } == contradicted(forms, feeds["answers"])


def test_pairs_and_forms_of_planted_incidents_are_those_of_a_recount(
    feeds: dict[str, pd.DataFrame], truth: dict[str, Any], person: dict[str, str]
) -> None:
    found, planted = recount(seen_by(feeds, AUDIENCE_NAMES[-1]), person), truth["planted"]
    pairs: dict[str, set[tuple[str, str]]] = {}
    rows = found.pairs
    for suspect, victim, where in zip(rows["suspect"], rows["victim"], rows["incident_ref"], strict=True):
        pairs.setdefault(where, set()).add((suspect, victim))
    kinds = set()
    for each in planted["crowded_incidents"]:
        assert {(person[one], person[other]) for one, other in each["pairs"]} == pairs[each["incident"]]
        kinds.add((len(each["suspects"]), len(each["victims"]), each["named"], len(each["pairs"])))
    assert {(2, 1, True, 2), (2, 1, False, 2), (1, 2, True, 1), (1, 2, False, 2)} <= kinds
    assert {(2, 2, True, 2), (2, 2, False, 4), (2, 2, False, 2)} <= kinds
    incidents, forms = feeds["incidents"], found.forms
    unknown = incidents[incidents["unknown_suspects"] > "0"]
    told = planted["unknown_suspects"]
    assert {each["incident"]: str(each["unknown"]) for each in told} == dict(
        zip(unknown["incident_ref"], unknown["unknown_suspects"], strict=True)
    )
    nameless = gathered(forms[forms["suspect_ref"] == ""], ["incident_ref"], "assessment_ref")
    assert {each["incident"]: set(each["nameless_forms"]) for each in told} == {
        each: nameless.get((each,), set()) for each in unknown["incident_ref"]
    }


def test_what_is_hard_about_forms_and_identities_is_there(
    force: Path, feeds: dict[str, pd.DataFrame], truth: dict[str, Any], person: dict[str, str]
) -> None:
    found, told = recount(seen_by(feeds, AUDIENCE_NAMES[-1]), person), truth["found"][AUDIENCE_NAMES[-1]]
    forms = found.forms.set_index("assessment_ref")
    sides = [(each["yes"], each["later_no"]) for each in told["contradicted_answers"]]
    assert any(day_of(forms, one) == day_of(forms, other) for yes, no in sides for one in yes for other in no)
    assert any(
        forms["instrument"][one] != forms["instrument"][other] for yes, no in sides for one in yes for other in no
    )
    assert any({"dara"} == set(forms["instrument"][no]) for _, no in sides)
    arrived = {
        ref: number
        for number, name in enumerate(DELIVERIES)
        for ref in tables_of(force, name)["assessments"]["assessment_ref"]
    }
    assert any(
        forms["assessed_at"][one] < forms["assessed_at"][other] and arrived[one] > arrived[other]
        for yes, no in sides
        for one in yes
        for other in no
    )
    # Who is judged the same only after both records were delivered, with incidents or forms of their own.
    first = tables_of(force, DELIVERIES[0])
    there = set(first["people"]["person_ref"]) & {
        *first["involvements"]["person_ref"],
        *first["assessments"]["victim_ref"],
    }
    later = pd.concat([tables_of(force, name)["judgements"] for name in DELIVERIES[1:]])
    same = later[later["verdict"] == "same"]
    assert any({one, other} <= there for one, other in zip(same["person_ref"], same["other_ref"], strict=True))


def day_of(forms: pd.DataFrame, ref: str) -> str:
    day: str = forms["assessed_at"][ref][:10]
    return day


def test_unrelated_victims_have_no_path_between_them_and_related_ones_are_connected(
    feeds: dict[str, pd.DataFrame], truth: dict[str, Any], person: dict[str, str]
) -> None:
    everything = AUDIENCE_NAMES[-1]
    seen = seen_by(feeds, everything)
    graph = reachable(seen, person)
    roles = seen["involvements"]
    incidents = roles.groupby(roles["person_ref"].map(person))["incident_ref"].agg(set)
    told = {person[each["suspect"][0]]: each for each in truth["found"][everything]["serial_suspects"]}
    hows = set()
    for planted in truth["planted"]["victims_of_one_suspect"]:
        suspect, victims = person[planted["suspect"]], {person[each] for each in planted["victims"]}
        entry = told[suspect]
        connected = [
            each["how"] for each in entry["connected"] if {person[one[0]] for one in each["victims"]} == victims
        ]
        hows.add((planted["how"], *connected))
        if planted["how"] == "unrelated":
            through = {suspect, *(f"at {each}" for each in incidents[suspect])}
            around = nx.restricted_view(graph, through & set(graph), [])
            one, other = victims
            assert one not in around or other not in nx.node_connected_component(around, one)
            assert entry["groups"] > 1
    assert hows == {
        ("unrelated",),
        ("sisters", "family"),
        ("mother_and_daughter", "family"),
        ("same_household", "household"),
        ("shared_incident", "incident"),
    }


def test_identities_are_as_planted(
    feeds: dict[str, pd.DataFrame], truth: dict[str, Any], person: dict[str, str]
) -> None:
    planted = truth["planted"]
    assert {each["judged"] for each in planted["duplicates"]} == {"same", "unsure", None}
    for each in planted["duplicates"]:
        one, other = each["records"]
        assert (person[one] == person[other]) is each["one_person"]
    born = dict(zip(feeds["people"]["person_ref"], feeds["people"]["born_on"], strict=True))
    for each in planted["twins"]:
        assert person[each["one"]] != person[each["other"]]
        assert born[each["one"]] == born[each["other"]] or "" in {born[each["one"]], born[each["other"]]}
    for each in planted["contradicted_identities"]:
        assert len(each["records"]) > 2
        assert [person[record] for record in each["records"]] == each["records"]
    undone = {each["verdict"] for each in planted["undone_judgements"]}
    assert undone == {"same", "different"}


def test_refuges_are_protected_and_hold_women_of_different_suspects(
    feeds: dict[str, pd.DataFrame], truth: dict[str, Any]
) -> None:
    kinds = feeds["addresses"].set_index("address_ref")[["kind", "protected"]]
    assert set(kinds[kinds["kind"] == "refuge"]["protected"]) == {"yes"}
    assert (kinds[kinds["kind"] == "home"]["protected"] == "yes").sum() > 5
    for hub in truth["planted"]["hubs"]:
        assert kinds["kind"][hub["address"]] == hub["kind"]
        stays = feeds["residences"]
        assert sorted(stays[stays["address_ref"] == hub["address"]]["person_ref"]) == sorted(hub["people"])
        assert len(hub["people"]) > 5


def test_a_larger_force_is_more_areas_of_the_same_kind_however_many_processes_make_it(
    force: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    several(2, monkeypatch)
    alone, tmp_path = tmp_path / "alone", tmp_path / "two"
    write_force(tmp_path)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    write_force(alone)
    assert hashes(alone) == hashes(tmp_path)
    first, whole = tables(force), tables(tmp_path)
    for feed, rows in first.items():
        ids = set(rows[BY_NAME[feed].key[0]])
        assert ids <= set(whole[feed][BY_NAME[feed].key[0]])
        assert len(whole[feed]) > 1.5 * len(rows)
    feeds = tables(tmp_path)
    assert all(rows[list(BY_NAME[feed].key)].duplicated().sum() == 0 for feed, rows in feeds.items())
    found = recount(seen_by(feeds, AUDIENCE_NAMES[0]), person := persons(feeds))
    told = json.loads((tmp_path / "truth.json").read_text("utf-8"))["found"][AUDIENCE_NAMES[0]]
    assert {person[each["suspect"][0]] for each in told["serial_suspects"]} == serial(found.pairs).keys()


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("person_ref\n1\n", "utf-8")
    with pytest.raises(SourceError, match="something other than a synthetic force"):
        write_force(tmp_path)
    (tmp_path / "manifest.json").write_text('{"kind": "synthetic"}', "utf-8")
    with pytest.raises(SourceError, match="something other than a synthetic force"):
        write_force(tmp_path)
    assert (tmp_path / "people.csv").read_text("utf-8") == "person_ref\n1\n"
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(SourceError, match="name another folder"):
        write_force(tmp_path / "people.csv")


@pytest.mark.parametrize(
    "foreign", ["1-history/notes.txt", "4-more/people.csv", "notes.txt", "1-history/manifest.json", ".hidden"]
)
def test_a_synthetic_force_with_anything_else_in_it_is_left_alone(foreign: str, force: Path, tmp_path: Path) -> None:
    folder = tmp_path / "force"
    shutil.copytree(force, folder)
    (folder / foreign).parent.mkdir(exist_ok=True)
    (folder / foreign).write_text('{"kind": "real"}', "utf-8")
    before = hashes(folder)
    with pytest.raises(SourceError, match="something other than a synthetic force"):
        write_force(folder, seed=3)
    assert hashes(folder) == before


def test_what_is_left_of_a_synthetic_force_is_replaced(force: Path, tmp_path: Path) -> None:
    folder = tmp_path / "force"
    shutil.copytree(force, folder)
    for name in ("truth.json", "2-late", "3-latest"):
        (folder / name).rename(tmp_path / name)
    write_force(folder)
    assert hashes(folder) == hashes(force)


def test_an_interrupted_run_leaves_what_was_there(force: Path, tmp_path: Path) -> None:
    folder = tmp_path / "force"
    shutil.copytree(force, folder)

    def interrupt(_what: str, done: int, _there: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_force(folder, seed=3, progress=interrupt)
    assert hashes(folder) == hashes(force)
    write_force(folder, seed=3)
    assert hashes(folder) != hashes(force)


def several(areas: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a demo force of several areas, by two processes."""
    demo = SIZES["demo"]
    monkeypatch.setitem(SIZES, "demo", Size(name="demo", areas=areas, suspects=demo.suspects, years=demo.years))
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def test_an_interruption_ends_the_processes_too(force: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "force"
    shutil.copytree(force, folder)
    several(4, monkeypatch)

    def interrupt(_what: str, done: int, _there: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_force(folder, seed=3, progress=interrupt)
    assert hashes(folder) == hashes(force)
    assert not active_children()


def test_a_process_that_is_killed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    several(12, monkeypatch)

    def kill(_what: str, done: int, _there: int) -> None:
        if done == 1:
            for child in active_children():
                child.kill()

    with pytest.raises(SourceError, match="is there enough memory"):
        write_force(tmp_path, progress=kill)
    assert not hashes(tmp_path)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"size": "huge"}, "no such size"),
        ({"seed": -1}, "seed"),
        ({"until": date(1999, 1, 1)}, "last day"),
    ],
)
def test_what_is_not_possible_is_refused(wrong: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=says):
        write_force(tmp_path / "force", **wrong)
    assert not (tmp_path / "force").exists()
