"""Records with all their versions, as read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graph import versions
from graph.connection import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One delivered content of a record; `says` is None where the viewer may not see it, or nobody."""

    recorded_at: datetime | None
    digest: str
    received_at: datetime
    refs: Mapping[str, str]
    says: Mapping[str, Any] | None
    holds: bool
    """Whether it is what the graph holds of the record now."""

    @property
    def order(self) -> versions.Order:
        """Return what it is compared by."""
        return versions.order(self.recorded_at, self.digest)

    @property
    def withdrawn(self) -> bool:
        """Return whether it takes the record back."""
        return self.digest.startswith(versions.WITHDRAWN)


@dataclass(slots=True)
class Record:
    """All versions of one record, the greatest first, and from when until when complete feeds did not hold it."""

    feed: str = ""
    versions: list[Version] = field(default_factory=list)
    gone: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def at(self, known_at: datetime) -> list[Version]:
        """Return the versions of which the first whose references were there held at a time; none: it was not there."""
        if any(since <= known_at and (until is None or until > known_at) for since, until in self.gone):
            return []
        found: list[Version] = []
        for each in self.versions:
            if each.received_at <= known_at:
                if each.withdrawn:
                    break
                found.append(each)
        return found

    @property
    def current(self) -> list[Version]:
        """Return the versions that decide who may see the record: what holds, the latest, what took it back."""
        latest = next((each for each in self.versions if not each.withdrawn), None)
        return [each for each in self.versions if each is latest or each.holds or each.withdrawn]


def records(rows: Iterable[Row]) -> dict[str, Record]:
    """Return the records of which versions were read, by their ids."""
    found: dict[str, Record] = defaultdict(Record)
    for row in rows:
        record = found[row["fact_id"]]
        record.feed = row["feed"]
        if row["state"] == "retired":
            record.gone.append((row["received_at"], row["resumed_at"]))
        else:
            record.versions.append(_version(row))
    for record in found.values():
        record.versions.sort(key=lambda each: each.order, reverse=True)
    return dict(found)


def _version(row: Row) -> Version:
    says, refs, received_at = row.get("says"), row.get("refs", {}), row.get("received_at")
    if row["content"] is not None:
        content = versions.read(row["content"])
        says, refs = {**content["properties"], "role": content["by"]}, content["refs"]
        received_at = received_at or says["received_at"]
        if row["feed"] == "addresses" and says.get("protected"):
            says = None
    assert received_at is not None  # noqa: S101 -- only what a judgement was is read without it, and has content
    return Version(
        recorded_at=row["recorded_at"],
        digest=row["digest"],
        received_at=received_at,
        refs={column: ref for column, ref in refs.items() if ref is not None},
        says=says,
        holds=row["state"] == "holds",
    )
