"""The forms that Clew ships, and what happens to a file that is wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from graph.errors import ReferenceDataError
from graph.reference.instruments import Instrument, Scope, instruments
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
sources = ["us"]
note = "Only a test."
"""


@pytest.fixture(scope="module")
def shipped() -> Mapping[tuple[str, str], Instrument]:
    return instruments()


def test_three_forms_are_shipped(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    sizes = {key: len(form.items) for key, form in shipped.items()}
    assert sizes == {("dash", "2009"): 27, ("safelives_dash", "2009"): 24, ("dara", "2022"): 23}
    assert [key for key, form in shipped.items() if form.provisional] == [("dara", "2022")]


def test_only_the_items_worded_so_stick(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    police = shipped["dash", "2009"]
    assert [item.number for item in police.items if item.scope is Scope.EVER] == [11, 12, 16, 17, 18, 22, 25, 26, 27]
    windows = {item.number: item.days for item in police.items if item.scope is Scope.WINDOW}
    assert windows == {6: 365, 9: 548, 24: 365}


def test_a_bare_number_means_another_thing_on_another_form(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    police, partners = shipped["dash", "2009"], shipped["safelives_dash", "2009"]
    assert _code(police, "18") == _code(partners, "15") == "strangulation"
    assert _code(partners, "18") == "hurt_others"
    moved = {item.code: item.number for item in police.items}
    without_children = [item for item in partners.items if moved[item.code] != item.number]
    assert {moved[item.code] - item.number for item in without_children} == {3}
    assert [item.number for item in without_children] == list(range(10, 25))


def test_an_item_is_found_by_number_and_by_code(shipped: Mapping[tuple[str, str], Instrument]) -> None:
    for form in shipped.values():
        for place, item in enumerate(form.items):
            assert item.place == place
            assert form.item(str(item.number)) is form.item(f" {item.code.upper()} ") is item
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
    (form,) = instruments(tmp_path).values()
    assert [(item.number, item.place, item.days, item.note) for item in form.items] == [
        (1, 0, None, None),
        (4, 1, 90, "Only a test."),
    ]


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
        (_replace("number = 4", 'number = "4"'), "item in place 2: needs `number` as a whole number above 0"),
        (_replace("number = 4", "number = true"), "item in place 2: needs `number` as a whole number above 0"),
        (_replace("number = 4", "number = 1"), "has two items with the number 1"),
        (_replace('code = "shouting"', 'code = "fear"'), "has two items with the code fear"),
        (_replace('code = "shouting"', 'code = "4"'), "item in place 2: has a `code` that does not look like"),
        (_replace('scope = "now"', 'scope = "always"'), "item in place 1: needs `scope` as one of: ever, window, now"),
        (_replace('scope = "now"', 'scope = ["now"]'), "item in place 1: needs `scope` as one of"),
        (_replace("days = 90\n", ""), "item in place 2: needs `days` if its scope is window, and only then"),
        (_replace('scope = "now"', 'scope = "now"\ndays = 3'), "item in place 1: needs `days` if its scope is window"),
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
        instruments(tmp_path)
    assert str(caught.value).startswith(str(path))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "house_form-2024.1.toml").write_bytes(GOOD.replace("Fear.", "Angst für").encode("latin-1"))
    with pytest.raises(ReferenceDataError, match="not UTF-8"):
        instruments(tmp_path)


def test_a_folder_without_forms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="holds no instrument"):
        instruments(tmp_path)


def _code(form: Instrument, named: str) -> str | None:
    item = form.item(named)
    return None if item is None else item.code
