"""Words of a name, as the full-text index takes them."""

from __future__ import annotations

from graph.errors import QuestionError
from graph.words import words


def beginnings(text: str) -> str:
    """Return an index expression for names in which every given word begins some word.

    Nothing of what was typed can be an operator of the index. Raises QuestionError if there is no word in it.
    """
    wanted = words(text)[:8]
    if not wanted:
        raise QuestionError("text must hold at least one word of a name.")
    return " AND ".join(f"({word} OR {word}*)" for word in wanted)
