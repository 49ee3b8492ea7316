"""How a name is folded to be found: without capitals, accents and letters of other alphabets' spelling."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

_WORD = re.compile(r"\w+(?:['.]\w+)*")
"""The index keeps an apostrophe or a full stop within a word, as in O'Neill."""

_SPELT = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
_APOSTROPHES = dict.fromkeys("\u2018\u2019\u02bc`", "'")
_LETTERS = str.maketrans(_SPELT | _APOSTROPHES)


def words(text: str) -> list[str]:
    """Return the words of a name in the form in which they are kept and looked for."""
    plain = "".join(each for each in normalize("NFKD", text.lower()) if not combining(each))
    return _WORD.findall(plain.translate(_LETTERS))
