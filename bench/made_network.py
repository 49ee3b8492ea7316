"""Writes a delivery around one person, whose network in two steps has 500 nodes and 1,500 edges."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

NODES, EDGES = 500, 1_500
_INCIDENTS, _OTHERS = 99, 400
"""With the person they are the nodes; the person is in every incident, and the others fill up the edges."""
_SAID = {"kind": "synthetic", "source": "rms", "received_at": "2026-03-01T06:00:00+00:00"}

PERSON = "P"
"""The person's id in the source."""


def write(folder: Path) -> Path:
    """Write the delivery into a folder that is emptied before, and return that."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"delivery_id": "made-network", **_SAID}), "utf-8")
    others = [f"P{number}" for number in range(_OTHERS)]
    incidents = [f"I{number}" for number in range(_INCIDENTS)]
    roles = [(incidents[place % _INCIDENTS], others[place % _OTHERS]) for place in range(EDGES - _INCIDENTS)]
    victims = dict(reversed(roles))
    _write(folder, "people", ["person_ref"], ([each] for each in (PERSON, *others)))
    days = [f"2025-{1 + place % 12:02}-{1 + place % 28:02}" for place in range(_INCIDENTS)]
    happened = ([each, day, "yes", "Assault"] for each, day in zip(incidents, days, strict=True))
    _write(folder, "incidents", ["incident_ref", "reported_at", "domestic", "kind"], happened)
    _write(
        folder,
        "involvements",
        ["incident_ref", "person_ref", "role"],
        [
            *([each, PERSON, "suspect"] for each in incidents),
            *([each, other, "victim" if victims[each] == other else "witness"] for each, other in roles),
        ],
    )
    return folder


def _write(folder: Path, feed: str, columns: list[str], rows: Iterable[list[str]]) -> None:
    with (folder / f"{feed}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
