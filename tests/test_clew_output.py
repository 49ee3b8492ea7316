"""Answers on paper: no formula reaches a spreadsheet, nothing reaches a terminal but text, no value is shortened."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew import output


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_would_be_a_formula_begins_with_an_apostrophe(begins: str) -> None:
    assert output.harmless(f"{begins}1+1") == f"'{begins}1+1"
    assert output.harmless([f"{begins}1", "2"]) == f"'{begins}1;2"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (-3, "-3"),
        (-0.5, "-0.5"),
        (date(2026, 3, 31), "2026-03-31"),
        (datetime(2026, 3, 31, 22, 15, tzinfo=UTC), "2026-03-31T22:15:00+00:00"),
        ([date(2026, 3, 31), date(2026, 4, 1)], "2026-03-31;2026-04-01"),
        ([], ""),
        ("Price", "Price"),
    ],
)
def test_a_cell_is_what_programs_read(value: object, text: str) -> None:
    assert output.harmless(value) == text


@given(st.lists(st.text()))
def test_every_text_comes_back_from_csv(texts: list[str]) -> None:
    file = io.StringIO(newline="")
    output.write_csv(file, ["a"], [{"a": text} for text in texts])
    read = list(csv.reader(io.StringIO(file.getvalue(), newline="")))
    assert [row[0] if row else "" for row in read] == ["a", *map(output.harmless, texts)]


@given(st.text(min_size=1))
def test_nothing_reaches_a_terminal_but_text(text: str) -> None:
    shown = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", shown)
        output.print_rows(["a"], [{"a": text}])
    assert all(each == "\n" or each.isprintable() for each in shown.getvalue())


def test_rows_that_fit_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_rows(["name", "number"], [{"name": "a", "number": 10}, {"name": "bb", "number": 9}])
    assert capsys.readouterr().out == "\nname   number\na          10\nbb          9\n\n"


def test_rows_that_do_not_fit_stand_below_each_other_whole(capsys: pytest.CaptureFixture[str]) -> None:
    ids = [f"n{number:016}" for number in range(40)]
    output.print_rows(["name", "ids", "none"], [{"name": "a", "ids": ids, "none": None}])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["", "1.", "name  a"]
    assert all(len(line) <= output.WIDTH_OF_A_FILE for line in lines)
    assert [each for each in " ".join(lines).replace(",", "").split() if each in ids] == ids
    assert "none" not in " ".join(lines)
