"""No page, column or message calls a score a probability or a prediction: it orders cases for review."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command import clew
from queries.catalogue import catalogue

ROOT = Path(__file__).parent.parent
FORESEEN = re.compile(r"probab|predict|forecast|likel|foresee|chance (of|that)", re.IGNORECASE)
"""What would say that something will happen."""

DENIED = re.compile(r"\b(no|not|never|nothing|neither|nor|none|without)\b", re.IGNORECASE)
TOLD = ("says", "limits", "name", "reason", "label", "why", "of")
"""Keys of reference data that are shown; sources are titles of others, notes say what a source says."""


def claims(text: str) -> list[str]:
    """Return the sentences that foresee something, unless they say that nothing is foreseen."""
    sentences = re.split(r"(?<=[.:;?!])\s|\n\s*\n|\n[-|#]", text)
    return [each.strip() for each in sentences if FORESEEN.search(each) and not DENIED.search(each)]


def pages() -> Iterator[tuple[str, str]]:
    """Yield every page with its text; not the column of a table that says which words are not ours."""
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        avoided = False
        lines = []
        for line in path.read_text("utf-8").splitlines():
            avoided = ("we do not say" in line) if line.startswith("| word") else avoided and line.startswith("|")
            lines.append(line.rsplit("|", 2)[0] if avoided else line)
        yield str(path.relative_to(ROOT)), "\n".join(lines)


def told(part: Any) -> Iterator[str]:
    """Yield the texts of reference data that are shown."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(value, dict | list):
            yield from told(value)
        elif isinstance(value, str) and key in TOLD:
            yield value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The score is the probability of harm.", 1),
        ("It predicts who is next", 1),
        ("A likely victim; no more.", 1),
        ("Two dyads. It never predicts. The odds are a study's.", 0),
        ("It gives no grade and no probability.", 0),
    ],
)
def test_a_claim_is_told_from_its_denial(text: str, found: int) -> None:
    assert len(claims(text)) == found


def test_no_page_calls_a_score_a_prediction() -> None:
    found = dict(pages())
    assert {"README.md", "docs/queries.md", "docs/glossary.md"} <= found.keys()
    assert {path: claims(text) for path, text in found.items() if claims(text)} == {}


def test_no_reference_data_that_is_shown_does() -> None:
    files = list((ROOT / "graph" / "reference").rglob("*.toml"))
    texts = [(path.name, text) for path in files for text in told(tomllib.loads(path.read_text("utf-8")))]
    assert len(texts) > 200
    assert [(name, text) for name, text in texts if claims(text)] == []


def test_no_question_parameter_or_column_does() -> None:
    questions = catalogue().values()
    names = {name for each in questions for name in (each.name, *each.params, *each.columns)}
    assert {"score", "band", "as_of"} <= names
    assert [name for name in names if FORESEEN.search(name)] == []
    said = [
        text for each in questions for text in (each.purpose, each.caution, *(p.says for p in each.params.values()))
    ]
    assert [text for text in said if claims(text)] == []


def test_no_help_of_the_command_does(tmp_path: Path) -> None:
    assert claims(clew("--help", home=tmp_path).stdout) == []


def test_whatever_shows_a_score_says_what_it_is_not() -> None:
    scored = [each for each in catalogue().values() if "score" in each.columns or "score_after" in each.columns]
    assert {"threat_list", "threat_score", "score_change", "hidden_threat"} <= {each.name for each in scored}
    for each in scored:
        assert re.search(r"orders cases|not validated|says nothing of what will", each.caution), each.name
