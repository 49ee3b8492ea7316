"""Words of a name, as the full-text index takes them."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

from graph.errors import QuestionError

_WORD = re.compile(r"\w+(?:['.]\w+)*")
"""The index keeps an apostrophe or a full stop within a word, as in O'Neill."""

_SPELT = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
_APOSTROPHES = dict.fromkeys("\u2018\u2019\u02bc`", "'")
_LETTERS = str.maketrans(_SPELT | _APOSTROPHES)


def beginnings(text: str) -> str:
    """Return an index expression for names in which every given word begins some word.

    Nothing of what was typed can be an operator of the index. Raises QuestionError if there is no word in it.
    """
    words = _WORD.findall(_folded(text))[:8]
    if not words:
        raise QuestionError("text must hold at least one word of a name.")
    return " AND ".join(f"({word} OR {word}*)" for word in words)


def _folded(text: str) -> str:
    """Return the text as the index keeps words: without capitals and accents; it folds whole words only itself."""
    plain = "".join(each for each in normalize("NFKD", text.lower()) if not combining(each))
    return plain.translate(_LETTERS)
