"""Reads the points of the threat score: by recency, frequency, harm and clusters, and what totals are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from graph.reference.parts import Part, read_toml

SHIPPED = Path(__file__).with_name("weights.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Points that a value has: below `edge` for recency, from `edge` on for frequency and harm."""

    edge: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What a total is called from so many points on."""

    name: str
    at_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """One version of the points of the threat score."""

    version: str
    says: str
    limits: str
    sources: tuple[str, ...]
    window_days: int
    """Days before the day asked for in which incidents and harm count."""
    recency: tuple[Step, ...]
    """By days since the latest incident; the first step whose edge is greater."""
    frequency: tuple[Step, ...]
    """By incidents in the window; the last step whose edge is reached."""
    harm: tuple[Step, ...]
    """By days of harm in the window; the last step whose edge is reached."""
    clusters: Mapping[str, int]
    bands: tuple[Band, ...]


def weights(path: Path | None = None) -> Weights:
    """Read the points, ours or a force's own.

    Raises ReferenceDataError that names the file, the place and the cure.
    """
    part = read_toml(SHIPPED if path is None else path)
    part.has_only(
        "version", "says", "limits", "sources", "window_days", "recency", "frequency", "harm", "clusters", "bands"
    )
    clusters = Part(f"{part.where}, [clusters]", part.table("clusters"))
    bands = tuple(
        Band(name=each.text("name"), at_least=each.whole("from", least=0))
        for each in _tables(part, "bands", "name", "from")
    )
    if bands[0].at_least != 0 or any(one.at_least >= other.at_least for one, other in pairwise(bands)):
        raise part.wrong("needs [[bands]] that begin `from = 0` and rise")
    return Weights(
        version=part.text("version"),
        says=part.text("says"),
        limits=part.text("limits"),
        sources=tuple(part.texts("sources")),
        window_days=part.whole("window_days"),
        recency=_steps(part, "recency", "under_days"),
        frequency=_steps(part, "frequency", "from"),
        harm=_steps(part, "harm", "from"),
        clusters=MappingProxyType({name: clusters.whole(name) for name in clusters.content}),
        bands=bands,
    )


def _steps(part: Part, name: str, edge: str) -> tuple[Step, ...]:
    steps = tuple(
        Step(edge=each.whole(edge), points=each.whole("points")) for each in _tables(part, name, edge, "points")
    )
    if any(one.edge >= other.edge for one, other in pairwise(steps)):
        raise part.wrong(f"needs [[{name}]] whose `{edge}` rises")
    return steps


def _tables(part: Part, name: str, *keys: str) -> list[Part]:
    found = [Part(f"{part.where}, [[{name}]] {place + 1}", each) for place, each in enumerate(part.tables(name))]
    for each in found:
        each.has_only(*keys)
    return found
