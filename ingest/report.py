"""What became of a delivery: counts by feed, which must balance, and the rejects as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from graph.errors import ClewError
from ingest.delivery import Reject


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCounts:
    """How the delivered rows of one feed ended; the last three count records of earlier deliveries.

    `promoted` waited and are there now, `retired` are no longer in a complete feed, `suspended` wait again, since what
    they refer to was taken back.
    """

    feed: str
    delivered: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    waiting: int = 0
    rejected: int = 0
    promoted: int = 0
    retired: int = 0
    suspended: int = 0

    @property
    def ended(self) -> int:
        """Return how many delivered rows ended in one of the five ways."""
        return self.created + self.changed + self.unchanged + self.waiting + self.rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of one delivery."""

    delivery_id: str
    counts: tuple[FeedCounts, ...]
    rejects: tuple[Reject, ...] = ()
    remarks: tuple[str, ...] = ()

    def balanced(self) -> Report:
        """Return the report itself if every delivered row ended in exactly one way.

        Raises ClewError, which names the feed, if not: a load never lies.
        """
        for counts in self.counts:
            if counts.delivered != counts.ended:
                raise ClewError(
                    f"{counts.feed}: {counts.delivered} rows were delivered and {counts.ended} accounted for. "
                    "This is a fault of Clew's: do not rely on the load, and report it."
                )
        return self


def write_rejects(path: Path, rejects: Iterable[Reject]) -> None:
    """Write one line a reject: feed, file, row, column and rule, never a value."""
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("feed", "file", "row", "column", "rule"))
        lines.writerows((each.feed, each.file, each.row, each.column, each.rule) for each in rejects)
