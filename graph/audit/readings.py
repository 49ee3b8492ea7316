"""Reads the record back: its rows, and the looks that each intent makes with its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from graph.audit.entries import Kind
from graph.audit.places import day_of, files_by_chain

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look that was answered: who looked when, with what right, and the persons that the answer named."""

    viewer: str
    client: str
    at: datetime
    kind: Kind
    subject_ids: tuple[str, ...]


def rows(folder: Path, since: date | None = None) -> Iterator[Row]:
    """Yield the rows of the files of a day (UTC) and later: chain by chain, in each as written.

    They are not verified; a row that was broken off is left out.
    """
    for paths in files_by_chain(folder).values():
        for path in paths:
            if since is None or day_of(path) >= since.isoformat():
                with path.open("rb") as file:
                    yield from (orjson.loads(line) for line in file if line.endswith(b"\n"))


def looks(folder: Path, since: datetime | None = None) -> Iterator[Look]:
    """Yield the answered looks at or after an instant."""
    # A look may have been begun before midnight and answered after it.
    day = None if since is None else since.date() - timedelta(days=2)
    return (look for look in of_rows(rows(folder, day)) if since is None or look.at >= since)


def of_rows(written: Iterable[Row]) -> Iterator[Look]:
    """Yield the look of each consultation or disclosure whose outcome shows that something was answered."""
    begun: dict[tuple[str, int], Row] = {}
    for row in written:
        if row["phase"] == "intent":
            begun[row["chain"], row["n"]] = row
        elif row["phase"] == "outcome":
            intent = begun.pop((row["chain"], row["intent"]), None)
            if intent and intent["kind"] in _READS and (row["ok"] or row["subjects"]):
                yield Look(
                    viewer=intent["viewer"],
                    client=intent["client"],
                    at=datetime.fromisoformat(intent["at"]),
                    kind=Kind(intent["kind"]),
                    subject_ids=tuple(row["subjects"]),
                )


_READS = {Kind.CONSULTATION.value, Kind.DISCLOSURE.value}
