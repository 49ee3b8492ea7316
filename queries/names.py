"""Words of a name, as the full-text index takes them."""

from __future__ import annotations

import re

from graph.errors import QuestionError

_WORD = re.compile(r"\w+")


def beginnings(text: str) -> str:
    """Return an index expression for names in which every given word begins some word.

    Nothing of what was typed can be an operator of the index. Raises QuestionError if there is no word in it.
    """
    words = _WORD.findall(text)[:8]
    if not words:
        raise QuestionError("text must hold at least one word of a name.")
    return " AND ".join(f"({word.lower()} OR {word.lower()}*)" for word in words)
