"""What was found of one kind beside what is there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ingest.evaluate.cases import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How much of one kind was found for one audience.

    `there` are the cases of the truth, `found` what the graph answers, `right` what is in both. `found` is None where
    the answer rightly holds more than was planted, so that it cannot be said what of it is wrong.
    """

    kind: str
    audience: str
    there: int
    found: int | None
    right: int

    @property
    def recall(self) -> float:
        """Return the share of what is there that was found."""
        return self.right / self.there if self.there else 1.0

    @property
    def precision(self) -> float | None:
        """Return the share of what was found that is there."""
        if self.found is None:
            return None
        return self.right / self.found if self.found else 1.0

    @property
    def missed(self) -> int:
        """Return how many cases were not found."""
        return self.there - self.right

    @property
    def wrong(self) -> int:
        """Return how many cases were found and are none."""
        return 0 if self.found is None else self.found - self.right


def compared(kind: str, audience: str, there: Collection[Key], found: Collection[Key]) -> Measured:
    """Return how the cases of the truth and those that were found agree."""
    both = set(there) & set(found)
    return Measured(kind=kind, audience=audience, there=len(there), found=len(found), right=len(both))
