"""The network around a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph.connection import Reader
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read

QUERY = read(Path(__file__).with_suffix(".cypher"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkItem:
    """A node or an edge of a network."""

    item: str
    id: str
    type: str
    label: str | None
    step: int | None
    source_id: str | None
    target_id: str | None
    left_out: int


async def ego_network(
    reader: Reader, viewer: Viewer, *, person_id: str, depth: int = 2, max_links: int = 50, limit: int = 500
) -> Answer[NetworkItem]:
    """Show the network around a person as nodes and edges."""
    return await ask(
        reader,
        viewer,
        QUERY,
        NetworkItem,
        {"person_id": person_id, "depth": depth, "max_links": max_links, "limit": limit},
    )
