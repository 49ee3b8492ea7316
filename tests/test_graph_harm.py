"""What an offence weighs, how its code is read, and what happens to a scale that is wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import ReferenceDataError
from graph.reference.harm import OTHER, HarmScale, How, Weight, harm_scale, normalise
from graph.reference.offence_codes import spell_out

GOOD = """
scale = "house"
version = "2026"
name = "House scale"
says = "Days that we made up."
limits = "Believe nothing."
provisional = true

[sources]
us = "We made it up."

[renumbered]
"008/05" = "008/06"

[[weights]]
codes = ["008/77"]
days = 365
why = "We say so."
sources = ["us"]

[[groups]]
name = "Injury"
days = 1.15
codes = ["005", "008/01-06", "008N", "008/77"]
sources = ["us"]

[[groups]]
name = "Drugs"
codes = ["092-093"]
left_out = "Found, not reported."
sources = ["us"]

[[unknown]]
codes = ["008"]
why = "Too many kinds."
"""


@pytest.fixture(scope="module")
def shipped() -> HarmScale:
    return harm_scale()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("008/06", "008/06"),
        ("00806", "008/06"),
        ("8/6", "008/06"),
        ("8/06", "008/06"),
        (" 008/6 ", "008/06"),
        ("008 / 06", "008/06"),
        ("195/94", "195/94"),
        ("4/10", "004/10"),
        ("120/01", "120/01"),
        ("8", "008"),
        ("034", "034"),
        ("8N", "008N"),
        ("8l", "008L"),
        ("008N", "008N"),
        ("105A", "105A"),
        ("13", "013"),
        ("013/01", "013/01"),
    ],
)
def test_a_code_is_written_one_way(written: str, code: str) -> None:
    assert normalise(written) == code


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "/", "8/", "/6", "8/006", "0806", "000806", "008/06/01", "008.06", "8N1", "N8", "8NN", "-8", "٨/٦"),
        *("13A", "013A", "13B", "09A", "9A", "11A", "23H", "30A", "58A", "90Z", "23*"),
        *("100", "120", "200", "290", "720"),
    ],
)
def test_what_is_no_code_of_the_home_office_is_none(written: str) -> None:
    assert normalise(written) is None


@given(st.one_of(st.text(), st.from_regex(r"\A[0-9]{1,3}(/[0-9]{1,2}|[A-Za-z])?\Z")))
def test_a_code_once_normalised_stays(written: str) -> None:
    code = normalise(written)
    assert code is None or normalise(code) == code


@pytest.mark.parametrize(
    ("short", "codes"),
    [
        ("034", ["034"]),
        ("008/06", ["008/06"]),
        ("008N", ["008N"]),
        ("040-043", ["040", "041", "042", "043"]),
        ("008/09-11", ["008/09", "008/10", "008/11"]),
        ("019C-E", ["019C", "019D", "019E"]),
        ("119-121", ["119", "120", "121"]),
        *(
            (wrong, None)
            for wrong in ("34", "8/6", "043-040", "008/09-9", "008/09-010", "008-09", "008A-09", "013A", "")
        ),
    ],
)
def test_lists_of_codes_are_written_short(short: str, codes: list[str] | None) -> None:
    assert spell_out(short) == codes


@pytest.mark.parametrize(
    ("delivered", "weight"),
    [
        ("1/1", ("001/01", 5475, How.WEIGHTED, "Homicide")),
        ("004/01", ("004/01", 730, How.WEIGHTED, "Homicide")),
        ("008/77", ("008/77", 365, How.WEIGHTED, "Violence with injury")),
        ("8N", ("008N", 365, How.INHERITED, "Violence with injury")),
        ("8/39", ("008/31", 10, How.INHERITED, "Stalking and harassment")),
        ("008/67", ("008/67", 10, How.INHERITED, "Stalking and harassment")),
        ("105/01", ("105/01", 10, How.INHERITED, "Violence without injury")),
        ("088/09", ("088/09", 182.25, How.INHERITED, "Other sexual offences")),
        ("034/01", ("034/01", 365, How.WEIGHTED, "Robbery of personal property")),
        ("066/39", ("066/39", 7.5, How.INHERITED, "Public order offences")),
        ("008", ("008", None, How.UNKNOWN, None)),
        ("092/50", ("092/50", None, How.UNKNOWN, "Possession of drugs")),
        ("803/01", ("803/01", None, How.UNKNOWN, "Motoring")),
        ("600/01", ("600/01", None, How.UNKNOWN, None)),
        ("13A", (None, None, How.UNKNOWN, None)),
        (None, (None, None, How.UNKNOWN, None)),
    ],
)
def test_the_shipped_scale_weighs(shipped: HarmScale, delivered: str | None, weight: tuple[object, ...]) -> None:
    found = shipped.weigh(delivered)
    assert (found.code, found.days, found.how, found.group) == weight
    assert (found.why is None) is (found.how is How.INHERITED)


def test_the_shipped_scales_say_what_they_are(shipped: HarmScale) -> None:
    other = harm_scale(OTHER)
    assert (shipped.scale, shipped.version) == ("cchi", "2026-provisional")
    assert (other.scale, other.version) == ("ons", "provisional")
    for scale in (shipped, other):
        assert scale.provisional
        assert scale.limits.endswith(".")
        assert scale.limits.count(".") == 1
        assert len(scale.limits) <= 200
    assert "stalking" in shipped.limits
    assert other.weigh("008/67") == Weight("008/67", None, How.UNKNOWN, None, "The scale does not have this code.")
    assert other.weigh("029/00").days == 2127


def test_sums_are_exact(shipped: HarmScale) -> None:
    weights = [shipped.weigh(code) for code in ["088/09", "066/39", "081/03", "028/03", "030/02"] * 1000]
    assert sum(weight.hundredths or 0 for weight in weights) == (18225 + 750 + 27375 + 27350 + 18350) * 1000
    assert Weight("008/06", 1.15, How.INHERITED).hundredths == 115
    assert shipped.weigh("092/50").hundredths is None


def test_a_scale_cannot_be_changed(shipped: HarmScale) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        shipped.version = "2027"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(TypeError):
        shipped.rules["001"] = shipped.weigh("034")  # type: ignore[index] # pyright: ignore[reportIndexIssue]


def test_a_force_brings_its_own_scale(tmp_path: Path) -> None:
    path = tmp_path / "house-2026.toml"
    path.write_text(GOOD, encoding="utf-8")
    scale = harm_scale(path)
    assert scale.weigh("8/5") == Weight("008/06", 1.15, How.INHERITED, "Injury")
    assert scale.weigh("5/99") == Weight("005/99", 1.15, How.INHERITED, "Injury")
    assert scale.weigh("8/77") == Weight("008/77", 365, How.WEIGHTED, "Injury", "We say so.")
    assert scale.weigh("8/78") == Weight("008/78", None, How.UNKNOWN, None, "Too many kinds.")
    assert scale.weigh("92/1") == Weight("092/01", None, How.UNKNOWN, "Drugs", "Found, not reported.")


def _replace(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_replace('"2026"', '"2026'), "is not TOML"),
        (_replace('scale = "house"', 'scale = "House"'), "has a `scale` that does not look like"),
        (_replace('"2026"', '"2027"'), "name the file house-2027.toml"),
        (_replace('limits = "Believe nothing."\n', ""), "needs `limits` as a text"),
        (_replace("provisional = true", "provisional = true\ncolour = 3"), "has `colour`, which means nothing there"),
        (_replace('us = "We made it up."\n', ""), r"needs a table \[sources\]"),
        (lambda text: text[: text.index("[[weights]]")], r"weighs nothing: give it \[\[weights\]\] or \[\[groups\]\]"),
        (_replace("days = 365", 'days = "365"'), "weights in place 1: needs `days` as a number above 0"),
        (_replace("days = 365", "days = 0"), "weights in place 1: needs `days` as a number above 0"),
        (_replace("days = 1.15\n", ""), "groups in place 1: needs `days` as a number above 0"),
        (_replace('why = "We say so."\n', ""), "weights in place 1: needs `why` as a text"),
        (
            _replace('sources = ["us"]', 'sources = ["them"]'),
            r"weights in place 1: cites them, which \[sources\] lacks",
        ),
        (_replace('codes = ["008/77"]', "codes = []"), "weights in place 1: needs `codes` as a list of at least one"),
        (_replace("008/01-06", "8/1-6"), "groups in place 1: has the code 8/1-6: write 034, 008N, 008/06, or a range"),
        (_replace('"008N"', '"013A"'), "groups in place 1: has the code 013A"),
        (_replace('"008N"', '"008/03"'), "has 008/03 twice in groups and unknown"),
        (_replace('codes = ["008"]', 'codes = ["093"]'), "has 093 twice in groups and unknown"),
        (_replace('["008/77"]', '["008/77", "008/77"]'), "has 008/77 twice in weights"),
        (_replace('"008/05" =', '"8/5" ='), r"\[renumbered\]: has 8/5 = 008/06: write an old code"),
        (_replace('= "008/06"', '= "008/05"'), r"\[renumbered\]: has 008/05 = 008/05: write an old code"),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, spoil: Callable[[str], str], says: str) -> None:
    path = tmp_path / "house-2026.toml"
    path.write_text(spoil(GOOD), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=says) as caught:
        harm_scale(path)
    assert str(caught.value).startswith(str(path))
