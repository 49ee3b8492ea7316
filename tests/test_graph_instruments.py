"""The forms that Clew ships, and what happens to a file that is wrong."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from graph.errors import ReferenceDataError
from graph.reference.factors import Factor, Scope, factors
from graph.reference.instruments import Instrument, instruments
from graph.terms import ANSWER_BYTES, Answer, Level

GOOD = """
instrument = "house_form"
version = "2024.1"
name = "House form"
says = "A form of our own."
provisional = true

[sources]
us = "We made it up."

[[items]]
number = 1
code = "fear"
factor = "very_frightened"
scope = "now"
says = "Fear."
answers = "tri_state"
sources = ["us"]

[[items]]
number = 4
code = "shouting"
factor = "shouting"
scope = "window"
days = 90
says = "Shouting in the last months."
answers = "level"
yes_from = "often"
sources = ["us"]
note = "Only a test."

[[items]]
number = "1b"
part_of = 1
code = "fear_at_night"
factor = "fear_at_night"
scope = "now"
says = "Fear at night."
answers = "tri_state"
sources = ["us"]
"""


def _factor(factor: str, scope: Scope = Scope.NOW, days: int | None = None) -> Factor:
    return Factor(factor=factor, says="Ours.", scope=scope, days=days, high_risk=False, sources=("us",))


FACTORS = (_factor("very_frightened"), _factor("shouting", Scope.EVER), _factor("fear_at_night"))


@pytest.fixture(scope="module")
def shipped() -> Mapping[tuple[str, str], Instrument]:
    return instruments()


def test_four_forms_are_shipped(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    sizes = {key: (len(form.main), len(form.items)) for key, form in shipped.items()}
    assert sizes == {
        ("dash", "2009"): (27, 49),
        ("safelives_dash", "2009"): (24, 46),
        ("dara", "2022"): (23, 23),
        ("daq", "1"): (27, 27),
    }
    assert [key for key, form in shipped.items() if form.provisional] == [("daq", "1"), ("dara", "2022")]


def test_what_was_stored_before_there_were_parts_keeps_its_place(
    shipped: Mapping[tuple[str, str], Instrument],
) -> None:
    for form in shipped.values():
        assert [(item.place, item.number) for item in form.main] == [
            (place, str(place + 1)) for place in range(len(form.main))
        ]
        assert form.least == len(form.main)


def test_parts_say_more_of_the_same_items_on_both_forms(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    police, partners = shipped["dash", "2009"], shipped["safelives_dash", "2009"]
    counts = Counter(item.part_of for item in police.items if item.part_of)
    assert counts == {"1": 1, "17": 3, "21": 6, "24": 3, "26": 5, "27": 4}
    parts = [(item.code, _code(police, item.part_of)) for item in police.items if item.part_of]
    assert parts == [(item.code, _code(partners, item.part_of)) for item in partners.items if item.part_of]
    for form in (police, partners):
        for item in form.items:
            if item.part_of:
                whole = form.named[item.part_of]
                assert item.number == f"{item.part_of}{item.number[-1]}"
                assert (item.scope, item.days) == (whole.scope, whole.days)
    assert "unsourced" not in str(police.named["24a"].sources)
    assert police.named["24a"].sources == police.named["12"].sources


def test_only_the_items_worded_so_stick(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    police = shipped["dash", "2009"]
    sticky = [item.number for item in police.main if item.scope is Scope.EVER]
    assert sticky == ["11", "12", "16", "17", "18", "22", "25", "26", "27"]
    windows = {item.number: item.days for item in police.main if item.scope is Scope.WINDOW}
    assert windows == {"6": 365, "9": 548, "24": 365}


def test_a_bare_number_means_another_thing_on_another_form(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    police, partners = shipped["dash", "2009"], shipped["safelives_dash", "2009"]
    assert _code(police, "18") == _code(partners, "15") == "strangulation"
    assert _code(partners, "18") == "hurt_others"
    moved = {item.code: int(item.number) for item in police.main}
    without_children = [item for item in partners.main if moved[item.code] != int(item.number)]
    assert {moved[item.code] - int(item.number) for item in without_children} == {3}
    assert [int(item.number) for item in without_children] == list(range(10, 25))
    scottish = shipped["daq", "1"]
    assert [item.code for item in scottish.items[:24]] == [item.code for item in partners.main]
    assert [item.code for item in scottish.items[24:]] == [
        "children_present",
        "children_hurt_or_threatened",
        "child_access",
    ]


def test_strangulation_is_one_factor_on_all_forms(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    asked = {
        key: [item.number for item in form.items if item.factor == "strangulation"] for key, form in shipped.items()
    }
    assert asked == {
        ("dash", "2009"): ["18"],
        ("safelives_dash", "2009"): ["15"],
        ("daq", "1"): ["15"],
        ("dara", "2022"): ["12"],
    }


def test_each_item_is_about_a_known_factor_and_each_factor_is_asked_about(
    shipped: Mapping[tuple[str, str], Instrument],
) -> None:
    known = {each.factor: each for each in factors()}
    assert {item.factor for form in shipped.values() for item in form.items} == set(known)
    for form in shipped.values():
        for item in form.items:
            if Level.NEVER not in item.answers:
                factor = known[item.factor]
                assert (item.scope, item.days) == (factor.scope, factor.days)


def test_an_answer_counts_as_a_yes_or_a_no_or_as_neither(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    for form in shipped.values():
        for item in form.items:
            taken = {ANSWER_BYTES[answer] for answer in item.answers}
            assert item.yes
            assert item.no
            assert not item.yes & item.no
            assert item.yes | item.no <= taken
            assert {ANSWER_BYTES[Answer.DONT_KNOW], ANSWER_BYTES[Answer.NOT_ASKED]} <= taken - item.yes - item.no
            if Level.NEVER not in item.answers:
                assert item.yes == {ANSWER_BYTES["yes"]}
                assert item.no == {ANSWER_BYTES["no"]}


def test_control_counts_from_often_and_violence_from_occasionally(
    shipped: Mapping[tuple[str, str], Instrument],
) -> None:
    levels = [item for item in shipped["dara", "2022"].items if Level.NEVER in item.answers]
    assert all(item.no == {ANSWER_BYTES["never"]} for item in levels)
    assert {len(item.yes) for item in levels} == {2, 3}
    assert all(ANSWER_BYTES["all_the_time"] in item.yes for item in levels)
    assert {item.code for item in levels if ANSWER_BYTES["occasionally"] not in item.yes} == {
        "isolating",
        "monitoring",
        "controlling_money",
        "controlling_daily_life",
        "humiliating",
        "jealousy",
    }


def test_an_item_is_found_by_number_and_by_code(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    for form in shipped.values():
        for place, item in enumerate(form.items):
            assert item.place == place
            assert form.item(item.number.upper()) is form.item(f" {item.code.upper()} ") is item
        assert form.item("0") is form.item("") is form.item("no_such_item") is None


def test_frequency_items_take_levels_and_the_others_do_not(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    provisional = shipped["dara", "2022"]
    choking, fear = provisional.item("strangling"), provisional.item("fear")
    assert choking is not None
    assert fear is not None
    assert choking.answers == {*Level, Answer.DONT_KNOW, Answer.NOT_ASKED}
    assert fear.answers == set(Answer)
    assert (choking.factor, choking.scope) == ("strangulation", Scope.EVER)
    for form in shipped.values():
        assert all(item.answers <= ANSWER_BYTES.keys() for item in form.items)


def test_every_item_says_where_it_comes_from_in_few_words_of_ours(
    shipped: Mapping[tuple[str, str], Instrument],
) -> None:
    for form in shipped.values():
        for item in form.items:
            assert item.sources
            assert item.says.endswith(".")
            assert len(item.says) <= 80
            assert "?" not in item.says


def test_forms_cannot_be_changed(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    form = shipped["dash", "2009"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        form.version = "2010"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(TypeError):
        shipped["dash", "2010"] = form  # type: ignore[index] # pyright: ignore[reportIndexIssue]


def test_a_force_brings_its_own_form(tmp_path: Path) -> None:
    (tmp_path / "house_form-2024.1.toml").write_text(GOOD, encoding="utf-8")
    (form,) = instruments(tmp_path, FACTORS).values()
    assert [(item.number, item.part_of, item.place, item.days, item.note) for item in form.items] == [
        ("1", None, 0, None, None),
        ("4", None, 1, 90, "Only a test."),
        ("1b", "1", 2, None, None),
    ]
    assert form.least == 2
    assert [item.yes for item in form.items] == [{2}, {18, 19}, {2}]


def test_a_part_may_stand_between_items(tmp_path: Path) -> None:
    head, *items = GOOD.split("[[items]]")
    (tmp_path / "house_form-2024.1.toml").write_text("[[items]]".join([head, items[0], items[2], items[1]]), "utf-8")
    (form,) = instruments(tmp_path, FACTORS).values()
    assert ([item.number for item in form.main], form.least) == (["1", "4"], 3)


def _replace(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_replace('"2024.1"', '"2024.1'), "is not TOML"),
        (_replace('version = "2024.1"\n', ""), "needs `version` as a text"),
        (_replace('"2024.1"', '"March 2024"'), "has a `version` that does not look like"),
        (_replace('"2024.1"', '"2025"'), "name the file house_form-2025.toml"),
        (_replace('name = "House form"', 'name = " "'), "needs `name` as a text"),
        (_replace("provisional = true", "provisional = 1"), "needs `provisional` as true or false"),
        (_replace("provisional = true", "provisional = true\ncolour = 3"), "has `colour`, which means nothing there"),
        (_replace('us = "We made it up."\n', ""), r"needs a table \[sources\]"),
        (lambda text: text[: text.index("[[items]]")], r"needs at least one table \[\[items\]\]"),
        (_replace("number = 4", 'number = "4ab"'), "item in place 2: needs `number` as a whole number above 0"),
        (_replace("number = 4", "number = 0"), 'item in place 2: needs `number` as .* with a letter, like "24a"'),
        (_replace("number = 4\n", ""), "item in place 2: needs `number` as a whole number above 0"),
        (_replace("part_of = 1", "part_of = -1"), "item in place 3: needs `part_of` as a whole number above 0"),
        (_replace("part_of = 1", "part_of = 2"), "item in place 3: is part of 2, which is no item before it"),
        (
            _replace("number = 4", "number = 4\npart_of = 4"),
            "item in place 2: is part of 4, which is no item before it",
        ),
        (
            _replace("number = 1\n", "number = 1\npart_of = 4\n"),
            "item in place 1: is part of 4, which is no item before",
        ),
        (
            lambda text: f'{text}\n[[items]]\nnumber = 5\npart_of = "1b"\n{text.partition("number = 1")[2]}',
            "item in place 4: is part of 1b, which is no item before it",
        ),
        (_replace("number = 4", "number = true"), "item in place 2: needs `number` as a whole number above 0"),
        (_replace("number = 4", "number = 1"), "has two items with the number 1"),
        (_replace('code = "shouting"', 'code = "fear"'), "has two items with the code fear"),
        (_replace('code = "shouting"', 'code = "4"'), "item in place 2: has a `code` that does not look like"),
        (_replace('scope = "now"', 'scope = "always"'), "item in place 1: needs `scope` as one of: ever, window, now"),
        (_replace('scope = "now"', 'scope = ["now"]'), "item in place 1: needs `scope` as one of"),
        (_replace("days = 90\n", ""), "item in place 2: needs `days` if its scope is window, and only then"),
        (_replace('scope = "now"', 'scope = "now"\ndays = 3'), "item in place 1: needs `days` if its scope is window"),
        (
            _replace('factor = "shouting"', 'factor = "Noise"'),
            "item in place 2: has a `factor` that does not look like",
        ),
        (
            _replace('factor = "shouting"', 'factor = "noise"'),
            "item in place 2: is about the factor noise, which is not",
        ),
        (
            _replace('scope = "now"', 'scope = "ever"'),
            "item in place 1: differs in scope from its factor very_frightened, which has now",
        ),
        (
            _replace('answers = "level"\nyes_from = "often"', 'answers = "tri_state"'),
            "item in place 2: differs in scope from its factor shouting, which has ever",
        ),
        (
            _replace('answers = "tri_state"', 'answers = "tri_state"\nyes_from = "often"'),
            "item in place 1: has `yes_from`, which is for items that ask how often",
        ),
        (
            _replace('yes_from = "often"\n', ""),
            "item in place 2: needs `yes_from` as one of: occasionally, often, all_",
        ),
        (_replace('yes_from = "often"', 'yes_from = "never"'), "item in place 2: needs `yes_from` as one of: occas"),
        (_replace('"level"', '"scale"'), "item in place 2: needs `answers` as one of: tri_state, level"),
        (_replace('sources = ["us"]', "sources = []"), "item in place 1: needs `sources` as a list of at least one"),
        (_replace('["us"]', '["them"]'), r"item in place 1: cites them, which \[sources\] lacks"),
        (_replace('note = "Only a test."', 'remark = "x"'), "item in place 2: has `remark`"),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, spoil: Callable[[str], str], says: str) -> None:
    path = tmp_path / "house_form-2024.1.toml"
    path.write_text(spoil(GOOD), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=says) as caught:
        instruments(tmp_path, FACTORS)
    assert str(caught.value).startswith(str(path))


def test_a_window_is_said_with_its_days(tmp_path: Path) -> None:
    (tmp_path / "house_form-2024.1.toml").write_text(GOOD, "utf-8")
    with pytest.raises(ReferenceDataError, match="very_frightened, which has window of 30 days: state the same"):
        instruments(tmp_path, (_factor("very_frightened", Scope.WINDOW, 30), *FACTORS[1:]))


def test_without_other_factors_those_that_are_shipped_are_known(tmp_path: Path) -> None:
    (tmp_path / "house_form-2024.1.toml").write_text(GOOD, "utf-8")
    with pytest.raises(ReferenceDataError, match="item in place 2: is about the factor shouting"):
        instruments(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "house_form-2024.1.toml").write_bytes(GOOD.replace("Fear.", "Angst für").encode("latin-1"))
    with pytest.raises(ReferenceDataError, match="not UTF-8"):
        instruments(tmp_path)


def test_a_folder_without_forms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="holds no instrument"):
        instruments(tmp_path)


def _code(form: Instrument, named: str | None) -> str | None:
    item = form.item(named or "")
    return None if item is None else item.code
