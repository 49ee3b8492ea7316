"""The two real public extracts, loaded by their mappings, against counts made without Clew."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from graph.reference.instruments import instruments
from graph.terms import DOMESTIC_TYPES, PARTNER_TYPES
from ingest.check import check
from ingest.delivery import Delivery
from ingest.read import read_delivery

pytestmark = pytest.mark.extracts

LONDON = ZoneInfo("Europe/London")


def extract(name: str) -> Path:
    """Return an extract: from CLEW_TEST_EXTRACTS, or from the folder `shared/data` beside the checkout."""
    beside = Path(__file__).parent.parent.parent / "shared" / "data"
    path = Path(os.environ.get("CLEW_TEST_EXTRACTS") or beside) / name
    if not path.exists():
        pytest.skip(f"the public extract {name} is not here: set CLEW_TEST_EXTRACTS to its folder")
    return path


def frame(delivery: Delivery, feed: str) -> pd.DataFrame:
    (found,) = (table.whole().frame for table in delivery.tables if table.feed == feed)
    return found


def counts(delivery: Delivery) -> dict[str, int]:
    return {table.feed: len(table.whole().frame) for table in delivery.tables}


def left_out(delivery: Delivery) -> dict[str, int]:
    remarks = [remark.split(" left out: ") for remark in delivery.remarks if " left out: " in remark]
    return {rule: int(rows.split(" ")[0].replace(",", "")) for rows, rule in remarks}


def rejects(delivery: Delivery) -> list[object]:
    forms = instruments()
    checked = [check(table.whole(), delivery, zone=LONDON, instruments=forms) for table in delivery.tables]
    return [reject for found in checked for reject in found.rejects]


@pytest.fixture(scope="module")
def nibrs() -> Delivery:
    return read_delivery(extract("nibrs_vt.zip"), mapping="nibrs")


@pytest.fixture(scope="module")
def pole() -> Delivery:
    return read_delivery(extract("pole.zip"), mapping="pole")


@pytest.fixture(scope="module")
def pairs(nibrs: Delivery) -> pd.DataFrame:
    """Ties with the incident and the ages of both ends."""
    people = frame(nibrs, "involvements")[["person_ref", "incident_ref", "age"]]
    people = people.assign(age=pd.to_numeric(people["age"]))
    return (
        frame(nibrs, "relationships")
        .merge(people, on="person_ref")
        .merge(people.rename(columns={"person_ref": "other_ref"}), on="other_ref", suffixes=("", "_of_other"))
    )


def test_nibrs_has_the_rows_that_were_counted_without_clew(nibrs: Delivery) -> None:
    assert counts(nibrs) == {
        "people": 44_482,  # 26,104 victims that are persons and 18,378 offenders that are no placeholders
        "incidents": 34_994,
        "relationships": 7_950,  # 10,320 less 2,370 that are no tie
        "involvements": 44_482,
        "offences": 37_411,
    }
    assert not any(table.whole().faults for table in nibrs.tables)


def test_nibrs_leaves_out_nothing_without_a_counted_rule(nibrs: Delivery) -> None:
    roles = Counter(frame(nibrs, "involvements")["role"])
    assert roles == {"victim": 26_104, "suspect": 18_378}
    assert list(left_out(nibrs).values()) == [18_314, 11_619, 1_313, 602, 455, 193]
    assert roles["suspect"] + 18_314 == 36_692
    assert roles["victim"] + 11_619 == 37_723
    assert counts(nibrs)["relationships"] + 1_313 + 602 + 455 == 10_320
    assert not rejects(nibrs)


def test_nibrs_placeholders_are_counted_on_their_incidents(nibrs: Delivery) -> None:
    assert pd.to_numeric(frame(nibrs, "incidents")["unknown_suspects"]).sum() == 18_314


def test_nibrs_pairs_are_the_source_s(nibrs: Delivery, pairs: pd.DataFrame) -> None:
    assert len(pairs) == 7_950
    assert (pairs["incident_ref"] == pairs["incident_ref_of_other"]).all()
    partners = pairs[pairs["kind"].isin(PARTNER_TYPES)]
    assert (len(partners), partners["incident_ref"].nunique()) == (2_203, 2_149)
    in_2019 = partners[partners["file"].str.startswith("VT-2019/")]
    assert in_2019["incident_ref"].nunique() == 1_125
    domestic = pairs[pairs["kind"].isin(DOMESTIC_TYPES)]
    assert (len(domestic), domestic["incident_ref"].nunique()) == (3_486, 3_207)
    assert ((domestic["age"] >= 16) & (domestic["age_of_other"] >= 16)).sum() == 2_993
    assert (domestic.groupby("other_ref").size() >= 2).sum() == 154


def test_nibrs_suspects_are_against_the_victims_that_the_source_names(nibrs: Delivery, pairs: pd.DataFrame) -> None:
    roles = frame(nibrs, "involvements")
    named = roles[roles["against"].notna()]
    assert set(named["role"]) == {"suspect"}
    said = {
        (suspect, victim)
        for suspect, victims in zip(named["person_ref"], named["against"], strict=True)
        for victim in victims.split(";")
    }
    assert len(said) == 10_320
    assert set(zip(pairs["other_ref"], pairs["person_ref"], strict=True)) <= said


def test_nibrs_offences_against_no_person_are_against_nobody_in_the_graph(nibrs: Delivery) -> None:
    people = set(frame(nibrs, "people")["person_ref"])
    victims = [set(str(refs).split(";")) for refs in frame(nibrs, "offences")["against"]]
    assert sum(refs <= people for refs in victims) == 25_705
    assert sum(refs.isdisjoint(people) for refs in victims) == 37_411 - 25_705


def test_nibrs_dates_and_hours_are_as_delivered(nibrs: Delivery) -> None:
    incidents = frame(nibrs, "incidents")
    assert incidents["reported_at"].str.fullmatch(r"20(19|20)-\d\d-\d\d").all()
    assert incidents["occurred_from"].isna().sum() == 72
    assert incidents["occurred_from"].dropna().str.fullmatch(r"20(19|20)-\d\d-\d\dT\d\d:00").all()


def test_pole_has_the_rows_that_were_counted_without_clew(pole: Delivery) -> None:
    assert counts(pole) == {
        "people": 369,
        "addresses": 14_904,
        "identifiers": 328 + 328 + 1_000 + 7,
        "incidents": 28_762,
        "relationships": 155 + 80 + 586,
        "residences": 368,
        "uses": 328 + 328,
        "involvements": 55,
        "appearances": 985,
        "offences": 28_762,
    }
    assert not rejects(pole)


def test_pole_leaves_out_nothing_without_a_counted_rule(pole: Delivery) -> None:
    made, dropped = counts(pole), sum(left_out(pole).values())
    facts = sum(made[feed] for feed in made if feed != "offences")  # a crime is an incident and an offence
    # Where a crime took place and in which area a location lies are columns of incidents and of addresses.
    assert facts + dropped + 28_762 + 14_904 + 93 == 61_521 + 105_840


def test_pole_keeps_apart_who_shares_only_a_name(pole: Delivery) -> None:
    people = frame(pole, "people")
    assert people["person_ref"].is_unique
    assert people.duplicated(["family_name", "given_names"]).sum() == 2


def test_pole_says_of_nobody_that_they_are_suspect_or_victim(pole: Delivery) -> None:
    roles = frame(pole, "involvements")
    assert set(roles["role"]) == {"party"}
    crimes = roles.groupby("person_ref").size()
    assert (len(crimes), (crimes >= 2).sum(), (crimes >= 3).sum()) == (29, 13, 7)


def test_pole_keeps_what_was_involved_whatever_it_is(pole: Delivery) -> None:
    kinds = frame(pole, "identifiers").set_index("identifier_ref")["kind"]
    assert Counter(frame(pole, "appearances")["identifier_ref"].map(kinds)) == {"vehicle": 978, "object": 7}


def test_pole_anne_freeman_knows_eight_who_are_party_to_a_crime(pole: Delivery) -> None:
    people, ties = frame(pole, "people"), frame(pole, "relationships")
    (anne,) = people.loc[(people["family_name"] == "Freeman") & (people["given_names"] == "Anne"), "person_ref"]
    knows = ties[ties["kind"] == "knows"]
    others = {
        *knows.loc[knows["person_ref"] == anne, "other_ref"],
        *knows.loc[knows["other_ref"] == anne, "person_ref"],
    }
    assert len(others & set(frame(pole, "involvements")["person_ref"])) == 8
    assert anne not in others


def test_reading_an_extract_twice_gives_the_same(pole: Delivery) -> None:
    again = read_delivery(extract("pole.zip"), mapping="pole")
    assert again.delivery_id == pole.delivery_id
    for one, other in zip(pole.tables, again.tables, strict=True):
        pd.testing.assert_frame_equal(one.whole().frame, other.whole().frame)
