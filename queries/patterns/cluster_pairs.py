"""Clusters of risk that occur together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read

QUERY = read(Path(__file__).with_suffix(".cypher"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPair:
    """How many pairs match two clusters of risk."""

    one: str
    other: str
    dyads: int | None
    one_dyads: int | None
    other_dyads: int | None
    of: int | None
    lift: float | None
    suppressed: bool


async def cluster_pairs(reader: Reader, viewer: Viewer, *, least: int = 5, limit: int = 1000) -> Answer[ClusterPair]:
    """Count the pairs that match two clusters of risk, for each two that occur together."""
    return await ask(reader, viewer, QUERY, ClusterPair, {"least": least, "limit": limit})
