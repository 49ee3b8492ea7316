"""How often clusters of risk occur."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph.connection import Reader
from graph.errors import QuestionError
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "cluster_id", "value")

DIMENSIONS = ("grade", "neighbourhood", "month")
"""What pairs may be counted by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevalence:
    """How many pairs with something in common match a cluster of risk."""

    cluster_id: str
    label: str
    value: str
    dyads: int | None
    of: int | None
    share: float | None
    suppressed: bool


async def cluster_prevalence(
    reader: Reader, viewer: Viewer, *, by: str = "grade", least: int = 5, after: Place | None = None, limit: int = 5000
) -> Answer[Prevalence]:
    """Count the pairs that match each cluster of risk, by something that pairs have in common.

    Raises QuestionError if there is no such dimension.
    """
    if by not in DIMENSIONS:
        raise QuestionError(f"by must be one of {', '.join(DIMENSIONS)}.")
    return await ask(reader, viewer, QUERY, Prevalence, {"by": by, "least": least, "after": after, "limit": limit})
