"""Rows made ready for loops that only write: plain dicts in files of one transaction each, and a list of them.

It needs nothing but Python, since a loop may run in an environment of its own.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

A_TRANSACTION = 10_000
"""Rows written in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of node or relationship: its name, its key if it has one, its properties, and how many rows there are.

    A row of a node is its properties. A row of a relationship has `start`, `end` and `properties`.
    """

    name: str
    key: str | None
    properties: list[str]
    rows: int
    files: list[str]
    start: tuple[str, str] | None = None
    end: tuple[str, str] | None = None

    def batches(self, folder: Path) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of one transaction after the other."""
        for file in self.files:
            yield pickle.loads((folder / file).read_bytes())  # noqa: S301 -- written by this bench


def kinds(folder: Path) -> list[Kind]:
    """Return what is there: nodes first."""
    return [Kind(**each) for each in json.loads((folder / "kinds.json").read_text("utf-8"))]


def write(
    folder: Path,
    name: str,
    rows: Iterable[dict[str, Any]],
    *,
    key: str | None,
    start: tuple[str, str] | None = None,
    end: tuple[str, str] | None = None,
) -> Kind:
    """Write the rows of one kind, and return what is to be said of it."""
    files: list[str] = []
    left, count = iter(rows), 0
    properties: dict[str, None] = {}
    while batch := list(islice(left, A_TRANSACTION)):
        for row in batch:
            properties.update(dict.fromkeys(row["properties"] if start else row))
        files.append(f"{name}-{start[0] if start else ''}-{len(files):05}.pickle")
        (folder / files[-1]).write_bytes(pickle.dumps(batch, protocol=pickle.HIGHEST_PROTOCOL))
        count += len(batch)
    return Kind(name=name, key=key, properties=list(properties), rows=count, files=files, start=start, end=end)


def note(folder: Path, written: list[Kind]) -> None:
    """Write the list of what is there; what has no rows is left out."""
    (folder / "kinds.json").write_text(json.dumps([asdict(each) for each in written if each.rows]), "utf-8")
