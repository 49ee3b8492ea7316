"""Measures of the shape of a graph on rows that a question returned; the only importer of networkx."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx


def groups(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the sets of ids that pairs connect, each sorted, smallest id first."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from(pairs)
    return sorted(sorted(group) for group in nx.connected_components(graph))
