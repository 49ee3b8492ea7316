"""`clew queries` lists the catalogue."""

from __future__ import annotations

import json
from pathlib import Path

from command import clew
from queries.catalogue import catalogue


def test_every_question_is_listed_with_what_it_answers(tmp_path: Path) -> None:
    run = clew("queries", home=tmp_path)
    assert run.returncode == 0
    words = " ".join(run.stdout.split())
    assert all(f"{query.name} {query.purpose}" in words for query in catalogue().values())


def test_json_has_the_cautions_too(tmp_path: Path) -> None:
    listed = json.loads(clew("queries", "--format", "json", home=tmp_path).stdout)
    assert {each["question"]: each["caution"] for each in listed} == {
        name: query.caution for name, query in catalogue().items()
    }
