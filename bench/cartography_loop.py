"""Loads the plain rows with Cartography's own loader: node schemas by `load`, relationships by `load_matchlinks`.

Run in an environment that has Cartography: `python -m bench.cartography_loop FOLDER`, with NEO4J_URI and so on; prints
the seconds by kind as JSON. Reading rows from their files is not counted. Cartography keys nodes by `id` and a
relationship by its type and its two ends, keeps indexes rather than constraints, and adds some properties of its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import field, make_dataclass
from pathlib import Path
from typing import Any

from cartography.client.core.tx import load, load_matchlinks
from cartography.models.core.common import PropertyRef
from cartography.models.core.nodes import CartographyNodeProperties, CartographyNodeSchema
from cartography.models.core.relationships import (
    CartographyRelProperties,
    CartographyRelSchema,
    LinkDirection,
    make_source_node_matcher,
    make_target_node_matcher,
)
from neo4j import GraphDatabase

from bench.prepared import A_TRANSACTION, Kind, kinds

_EVERY: dict[str, Any] = {"lastupdated": 1, "batch_size": A_TRANSACTION}
_OF_LINKS: dict[str, Any] = {**_EVERY, "_sub_resource_label": "Force", "_sub_resource_id": "force"}


def main() -> int:
    """Load the rows of the folder that is named, and print the seconds by kind."""
    folder = Path(sys.argv[1])
    seconds: dict[str, float] = {}
    with (
        GraphDatabase.driver(
            os.environ["NEO4J_URI"], auth=(os.environ["NEO4J_USERNAME"], os.environ["NEO4J_PASSWORD"])
        ) as driver,
        driver.session() as session,
    ):
        for kind in kinds(folder):
            write = _nodes(session, kind) if kind.start is None else _relationships(session, kind)
            took, done = 0.0, 0
            for batch in kind.batches(folder):
                rows = batch if kind.start is None else [_flat(row) for row in batch]
                began = time.perf_counter()
                write(rows)
                took, done = took + time.perf_counter() - began, done + len(batch)
            print(f"    {kind.name}: {done:,} in {took:.1f} s", file=sys.stderr, flush=True)
            seconds[kind.name] = seconds.get(kind.name, 0.0) + took
    print(json.dumps(seconds))
    return 0


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return {"_start": row["start"], "_end": row["end"], **row["properties"]}


def _nodes(session: Any, kind: Kind) -> Callable[[list[dict[str, Any]]], None]:
    properties = {name: PropertyRef(name) for name in kind.properties if name != kind.key}
    properties |= {"id": PropertyRef(kind.key), "lastupdated": PropertyRef("lastupdated", set_in_kwargs=True)}
    schema = _made(
        f"{kind.name}Schema",
        CartographyNodeSchema,
        {"label": (str, kind.name), "properties": (Any, _properties(kind, CartographyNodeProperties, properties))},
    )
    return lambda rows: load(session, schema, rows, **_EVERY)


def _relationships(session: Any, kind: Kind) -> Callable[[list[dict[str, Any]]], None]:
    properties = {name: PropertyRef(name) for name in kind.properties}
    properties |= {
        name: PropertyRef(name, set_in_kwargs=True)
        for name in ("lastupdated", "_sub_resource_label", "_sub_resource_id")
    }
    assert kind.start is not None and kind.end is not None  # noqa: S101, PT018 -- the caller knows
    schema = _made(
        f"{kind.name}Schema",
        CartographyRelSchema,
        {
            "source_node_label": (str, kind.start[0]),
            "source_node_matcher": (Any, make_source_node_matcher({"id": PropertyRef("_start")})),
            "target_node_label": (str, kind.end[0]),
            "target_node_matcher": (Any, make_target_node_matcher({"id": PropertyRef("_end")})),
            "direction": (Any, LinkDirection.OUTWARD),
            "rel_label": (str, kind.name),
            "properties": (Any, _properties(kind, CartographyRelProperties, properties)),
        },
    )
    return lambda rows: load_matchlinks(session, schema, rows, **_OF_LINKS)


def _properties(kind: Kind, model: type[Any], properties: dict[str, PropertyRef]) -> Any:
    return _made(f"{kind.name}Properties", model, {name: (PropertyRef, ref) for name, ref in properties.items()})


def _made(name: str, model: type[Any], values: dict[str, tuple[Any, Any]]) -> Any:
    """Return an instance of a dataclass as one would write it by hand."""
    declared = [(each, kind, field(default=value)) for each, (kind, value) in values.items()]
    made = make_dataclass(name, declared, bases=(model,), frozen=True)
    made.__module__ = "cartography.models.clew.force"
    return made()


if __name__ == "__main__":
    sys.exit(main())
