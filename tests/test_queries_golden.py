"""What every question answers on tests/data, reviewed by hand; `--update-golden` rewrites it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from asking import answer
from graph.connection import Address, Writer
from queries.catalogue import Query, catalogue

GOLDEN = Path(__file__).parent / "golden"
READ: dict[str, Callable[[str], Any]] = {"date": date.fromisoformat, "datetime": datetime.fromisoformat}


def cases() -> Iterator[Any]:
    for path in sorted(GOLDEN.glob("*.json")):
        for place, case in enumerate(json.loads(path.read_text("utf-8"))):
            yield pytest.param(path.stem, place, id=f"{path.stem}: {case['shows']}")


def test_every_question_has_golden_results_and_no_result_is_of_none() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(catalogue())


@pytest.mark.parametrize(("name", "place"), list(cases()))
def test_question_answers_what_was_reviewed(
    sample: Writer, database: Address, golden: Callable[[], bool], name: str, place: int
) -> None:
    path = GOLDEN / f"{name}.json"
    held = json.loads(path.read_text("utf-8"))
    case = held[place]
    query = catalogue()[name]
    told = answer(database, query, case["groups"], **parameters(query, case["parameters"]))
    got = json.loads(json.dumps({"cut": told.cut, "rows": [asdict(row) for row in told.rows]}, default=written))
    if golden():
        held[place] = case | got
        path.write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", "utf-8")
    else:
        assert got == {"cut": case["cut"], "rows": case["rows"]}


def parameters(query: Query, given: dict[str, Any]) -> dict[str, Any]:
    """Return parameters as Python's own types, by what the question's file says that they are."""
    found = {}
    for name, value in given.items():
        read = READ.get(query.params[name].type.removesuffix(" | None"))
        found[name] = read(value) if read and value is not None else value
    return found


def written(value: date) -> str:
    return value.isoformat()
