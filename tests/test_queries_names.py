"""Names are found by the beginnings of their words, however they are written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asking import answer
from deliver import conclude, deliver
from graph.connection import Address, Writer
from graph.errors import QuestionError
from queries.catalogue import catalogue
from queries.names import beginnings

NAMES = (
    ("Quigglethorpe", "Ann-Marie"),
    ("O'Fizzlewick", "Renée"),
    ("O\u2019Bumblecroft", "Zoë"),
    ("Großmöller", "Jürgen"),
    ("Sørumvangen", "Åse"),
    ("Łopuszkowicz", "Małgorzata"),
    ("St. Snodgrass", "J.R."),
    ("Nott-Orchard", "Andor"),
    ("Ødegårdæ", "Þóra"),
    ("van der Wobblehove", "İpek"),
)


def test_every_word_of_a_name_is_found_by_its_beginning(empty: Writer, database: Address) -> None:
    rows = [
        {"person_ref": f"P{number}", "family_name": family, "given_names": given_names}
        for number, (family, given_names) in enumerate(NAMES)
    ]
    deliver(empty, {"people": rows})
    conclude(empty)
    search = catalogue()["search_people"]
    missed = [
        (family, typed)
        for family, given_names in NAMES
        for word in re.split(r"[\s-]", f"{family} {given_names}")
        for typed in {word, word[:2], word[: len(word) // 2 + 1], word.upper()}
        if family not in {row.family_name for row in answer(database, search, text=typed).rows}
    ]
    assert missed == []


@given(st.text(max_size=30))
def test_nothing_typed_is_an_operator(text: str) -> None:
    try:
        said = beginnings(text)
    except QuestionError:
        return
    word = r"\w+(?:['.]\w+)*"
    assert re.fullmatch(rf"\({word} OR {word}\*\)(?: AND \({word} OR {word}\*\)){{0,7}}", said)
    assert not re.search(r"\b(AND|OR|NOT|TO)\b", re.sub(r" AND \(|\) AND | OR ", " ", said))


@pytest.mark.parametrize("text", ["", "  ", "-- ' .", "(*)", "^~"])
def test_a_text_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(QuestionError, match="at least one word"):
        beginnings(text)
