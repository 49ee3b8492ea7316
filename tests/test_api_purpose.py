"""A purpose is one of a closed list, with a reference if there is one; the force's policy says whether it is asked."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.purpose import Purpose, purpose
from graph.errors import NotPermitted, QuestionError

ASKED = ["required", "optional"]
GOOD = st.tuples(
    st.sampled_from(Purpose),
    st.one_of(st.just(""), st.from_regex(r":[A-Za-z0-9_\-/. ]{1,100}", fullmatch=True)),
).map("".join)


@pytest.mark.parametrize("policy", ASKED)
@given(said=GOOD)
def test_a_code_is_taken_with_or_without_a_reference(policy: str, said: str) -> None:
    assert purpose(said, policy) == said


def is_good(said: str) -> bool:
    code, colon, reference = said.partition(":")
    allowed = re.compile(r"[A-Za-z0-9_\-/. ]*")
    return code in list(Purpose) and (not colon or (0 < len(reference) <= 100 and bool(allowed.fullmatch(reference))))


@pytest.mark.parametrize("policy", ASKED)
@given(
    said=st.one_of(
        st.text(min_size=1),
        st.tuples(st.sampled_from(Purpose), st.text()).map("".join),
        st.tuples(st.sampled_from(Purpose), st.text()).map(":".join),
    ).filter(lambda said: not is_good(said))
)
@example("AUDIT:a\n")
@example("AUDIT\n")
@example("AUDIT:")
@example("audit")
@example("AUDIT:" + "x" * 101)
@example("CURIOSITY:case")
@example("AUDIT:<b>")
@example("AUDIT:é")
def test_anything_else_is_refused_without_being_repeated(policy: str, said: str) -> None:
    with pytest.raises(QuestionError) as error:
        purpose(said, policy)
    assert str(error.value) == message()


def message() -> str:
    """Return the one text of such a refusal, in which no value can stand."""
    with pytest.raises(QuestionError) as error:
        purpose("?", "optional")
    return str(error.value)


@pytest.mark.parametrize("none", [None, ""])
def test_only_where_the_force_requires_it_must_it_be_given(none: str | None) -> None:
    assert purpose(none, "optional") is None
    with pytest.raises(NotPermitted, match=r"^Say the purpose: this force asks for one") as error:
        purpose(none, "required")
    assert "law" not in str(error.value)


@pytest.mark.parametrize("said", [None, "", "AUDIT", "what it is not"])
def test_where_it_is_off_nothing_is_read_or_kept(said: str | None) -> None:
    assert purpose(said, "off") is None
