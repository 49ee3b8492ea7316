"""A judgement is in force unless one that is in force takes it back."""

from __future__ import annotations

import hypothesis
from hypothesis import strategies as st

from graph.identity import in_force


def test_what_is_undone_is_not_in_force_and_what_only_undoes_never_is() -> None:
    assert in_force({"a": None, "b": None, "c": "a"}) == {"b"}


def test_what_is_undone_by_what_is_undone_is_in_force() -> None:
    assert in_force({"a": None, "b": "a", "c": "b"}) == {"a"}
    assert in_force({"a": None, "b": "a", "c": "b", "d": "a"}) == set()


def test_undos_of_each_other_and_of_what_is_not_there_concern_nobody_else() -> None:
    assert in_force({"a": None, "b": "c", "c": "b", "d": "d", "e": "never delivered"}) == {"a"}


def test_a_long_dispute_is_settled() -> None:
    disputed = {"0": None, **{str(number): str(number - 1) for number in range(1, 20_001)}}
    assert in_force(disputed) == {"0"}
    assert in_force({**disputed, "more": "20000"}) == set()


@hypothesis.given(st.dictionaries(st.sampled_from("abcdefgh"), st.none() | st.sampled_from("abcdefgh")))
def test_it_is_what_its_sentence_says(undoes: dict[str, str | None]) -> None:
    def taken_back(judgement: str) -> bool:
        return any(not taken_back(each) for each, what in undoes.items() if what == judgement)

    assert in_force(undoes) == {each for each, what in undoes.items() if what is None and not taken_back(each)}
