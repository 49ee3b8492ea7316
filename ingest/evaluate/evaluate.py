"""Measures what is found in a synthetic force against its truth: recall and precision by kind and audience."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from graph.connection import Reader
from graph.errors import DatabaseRefused, SourceError
from graph.reference.roles import audience
from ingest.evaluate.asked import Graph
from ingest.evaluate.cases import FOUND, KINDS, Key
from ingest.evaluate.measured import Measured, compared
from ingest.evaluate.planted import ASKED, planted
from ingest.evaluate.told import Place, Told
from queries.answer import Viewer

Progress = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done and how much there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was measured, and the kinds of the truth for which there is no question yet."""

    measured: list[Measured]
    not_asked: list[str]


async def evaluate(
    reader: Reader, truth: Told, *, roles: Path | None = None, progress: Progress | None = None
) -> Evaluation:
    """Ask the graph for everything that the truth lists and return how much of it was found, and how much else.

    Raises DatabaseRefused if what is concluded is not of the day of the truth, SourceError if the truth is damaged,
    AudienceError if it is told for an audience that the role mapping does not have.
    """
    told = progress or (lambda *_: None)
    places = truth.places()
    names = list(dict.fromkeys(place[1] for place in places if place[0] == "found"))
    if not names:
        raise SourceError(f"{truth.path} lists nothing that is to be found.")
    graphs = {
        name: Graph(reader, Viewer(audience=audience(() if name == "everyone" else name.split("+"), roles)))
        for name in names
    }
    await _refuse_another_day(graphs[names[0]], truth)
    measured: list[Measured] = []
    found: dict[str, set[Key]] = {}
    for done, (name, graph) in enumerate(graphs.items()):
        told(_ASKING, done, len(graphs) + 1)
        there: dict[str, set[Key]] = defaultdict(set)
        async for listed, entry, persons in graph.resolved(truth, ("found", name), FOUND):
            for kind, key in FOUND[listed](entry, persons):
                there[kind].add(key)
        found = await graph.found(truth.window_days)
        measured += [compared(kind, name, there.pop(kind, ()), found.get(kind, ())) for kind in KINDS]
    told(_ASKING, len(graphs), len(graphs) + 1)
    measured += await planted(truth, graphs[names[-1]], names[-1], found)
    told(_ASKING, len(graphs) + 1, len(graphs) + 1)
    return Evaluation(measured=measured, not_asked=_not_asked(places))


_ASKING = "Asking for each audience"


async def _refuse_another_day(graph: Graph, truth: Told) -> None:
    state = await graph.state()
    if state["as_of"] != truth.as_of:
        raise DatabaseRefused(
            f"The truth is of {truth.as_of}, and what is concluded is of {state['as_of']}: load all deliveries of that "
            f"force and nothing else, or `clew derive --as-of {truth.as_of}`."
        )


def _not_asked(places: Iterable[Place]) -> list[str]:
    """Return the kinds of the truth that nothing was asked for."""
    kinds = dict.fromkeys(place[-1] for place in places if place[0] != "restricted_records")
    return [kind for kind in kinds if kind not in {*FOUND, *ASKED}]
