"""The harm scales that Clew ships, over every offence code that the Ministry of Justice lists."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter

import pytest

from graph.reference.harm import OTHER, How, harm_scale, normalise
from test_extracts import extract

pytestmark = pytest.mark.extracts


@pytest.fixture(scope="module")
def codes() -> list[str]:
    with extract("ho_codes.csv").open(encoding="utf-8", newline="") as lines:
        return [row["stats_code"] for row in csv.DictReader(lines)]


def test_every_code_is_weighted_inherits_or_is_listed_as_unknown(
    codes: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    scale = harm_scale()
    weights = [scale.weigh(code) for code in codes]
    counts = Counter(weight.how for weight in weights)
    with capsys.disabled():
        print(f"\n{scale.name}:", ", ".join(f"{counts[how]:,} {how}" for how in How))
    assert counts == {How.WEIGHTED: 27, How.INHERITED: 860, How.UNKNOWN: 2_152}
    assert sum(counts.values()) == len(codes) == 3_039
    assert not [weight.code for weight in weights if weight.why == "The scale does not have this code."]
    assert all(weight.why for weight in weights if weight.how is not How.INHERITED)
    assert all(weight.group for weight in weights if weight.how is not How.UNKNOWN)


def test_every_code_is_written_as_the_list_writes_it(codes: list[str]) -> None:
    for code in codes:
        assert normalise(code) == normalise(code.replace("/", "")) == code


def test_the_other_scale_knows_little_and_says_so(codes: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    scale = harm_scale(OTHER)
    counts = Counter(scale.weigh(code).how for code in codes)
    with capsys.disabled():
        print(f"\n{scale.name}:", ", ".join(f"{counts[how]:,} {how}" for how in How))
    assert counts == {How.WEIGHTED: 21, How.UNKNOWN: 3_018}


def test_medians_are_the_published_ones() -> None:
    with extract("cchi_subgroup_2026.csv").open(encoding="utf-8", newline="") as lines:
        published = {row["prc_subgroup"]: float(row["cchi_days"]) for row in csv.DictReader(lines)}
    assert {group.name: group.days for group in harm_scale().groups if group.days is not None} == published
    assert len(published) == 23


def test_no_code_of_nibrs_is_taken_for_one_of_the_home_office() -> None:
    with zipfile.ZipFile(extract("nibrs_vt.zip")) as archive:
        rows = csv.DictReader(io.StringIO(archive.read("VT-2019/NIBRS_OFFENSE_TYPE.csv").decode("utf-8")))
        nibrs = [row["OFFENSE_CODE"] for row in rows]
    assert len(nibrs) == 86
    assert not [code for code in nibrs if normalise(code)]
