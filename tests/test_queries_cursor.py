"""A cursor carries its place, and whatever else is sent for one is refused."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import QuestionError, StaleCursor
from paged import MADE, places
from plans import plans_kept
from queries.paging import RUN, cursor, read_cursor

__all__ = ["plans_kept"]


@given(places(MADE), st.integers(0, 2**62), st.none() | st.dates())
def test_a_cursor_carries_its_place(at: dict[str, Any], run: int, as_of: date | None) -> None:
    text = cursor(at, MADE, run, as_of=as_of)
    assert read_cursor(text, MADE, as_of=as_of) == {**at, RUN: run}
    assert text.isascii()
    assert text.replace("-", "a").replace("_", "a").isalnum()


def test_no_cursor_is_no_place() -> None:
    assert read_cursor(None, MADE) is None


AT = {"a": "n", "b": 1, "c": 0.5, "d": None, "e": date(2026, 1, 1), "f": None}


TOLD: list[Any] = ["made", 1, None, "n", 1, 0.5, None, "2026-01-01", None]


WRONG: tuple[Any, ...] = ([], {}, "\ud800")


def encoded(told: Any) -> str:
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def refused(text: str, **given: Any) -> None:
    with pytest.raises(QuestionError, match="after is no cursor of this list: take one from a page of made") as told:
        read_cursor(text, MADE, **given)
    assert not isinstance(told.value, StaleCursor)
    assert told.value.__cause__ is None


def test_a_cursor_of_anything_else_is_refused() -> None:
    assert read_cursor(encoded(TOLD), MADE) == {**AT, RUN: 1}
    refused(cursor(AT, replace(MADE, question="other"), 1))
    refused(cursor(AT, MADE, 1, as_of=date(2026, 1, 1)))
    refused(cursor(AT, MADE, 1), as_of=date(2026, 1, 1))


@pytest.mark.parametrize(
    "told",
    [
        *([*TOLD[:number], wrong, *TOLD[number + 1 :]] for number in range(len(TOLD)) for wrong in WRONG),
        *([*TOLD[:number], 2**63, *TOLD[number + 1 :]] for number in (1, 4)),
        *([*TOLD[:5], each, *TOLD[6:]] for each in (float("nan"), float("inf"), True, None, "0.5")),
        [*TOLD[:1], True, *TOLD[2:]],
        [*TOLD[:1], None, *TOLD[2:]],
        [*TOLD[:3], None, *TOLD[4:]],
        [*TOLD[:6], 1, *TOLD[7:]],
        [*TOLD[:7], "2026-02-30", *TOLD[8:]],
        [*TOLD, None],
        TOLD[:-1],
        TOLD[:2],
        [],
        {},
        "made",
        1,
        None,
    ],
)
def test_what_no_column_can_have_is_refused(told: Any) -> None:
    refused(encoded(told))


@pytest.mark.parametrize(
    "text", ["", "=", "a", "****", "é", encoded(TOLD) + "!", encoded(TOLD)[:-2], "A" * 4001, "W1tb" * 1000, "_" * 100]
)
def test_a_text_that_is_no_cursor_is_refused(text: str) -> None:
    refused(text)


@given(st.text() | st.binary().map(lambda told: urlsafe_b64encode(told).decode()))
def test_any_text_is_read_or_refused(text: str) -> None:
    refused(text)


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_cursor_with_another_letter_is_read_or_refused(number: int, letter: str) -> None:
    text = encoded(TOLD)
    at = number % len(text)
    with suppress(QuestionError):
        read = read_cursor(text[:at] + letter + text[at + 1 :], MADE)
        assert read is not None
        assert read.keys() == {*MADE.columns, RUN}
