"""What the API shows of networks: nodes and edges, and the network of a suspect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import strawberry

from api.publish import ID
from api.shown import BY_ROLE, About, Known, NotFound, Text, typed
from queries.networks import ego_network

_SAYS = {name: column.says for name, column in ego_network.QUERY.columns.items()}
_WHO_OR_WHERE = {"Person", "Address", "Identifier", "School"}


@typed
class NetworkNode:
    """Somebody or something in a network."""

    id: ID = strawberry.field(description="The person, incident, address, identifier or school.")
    type: str = strawberry.field(description="Person, Incident, Address, Identifier or School.")
    label: Text | None = strawberry.field(description="Name, day and kind, address or value.")
    step: int = strawberry.field(description=_SAYS["step"])
    left_out: int = strawberry.field(description=_SAYS["left_out"])


@typed
class NetworkEdge:
    """A link in a network."""

    id: ID = strawberry.field(description="The link.")
    type: str = strawberry.field(description="The kind of link.")
    label: str | None = strawberry.field(description="For a tie, what the first is to the second.")
    source_id: ID = strawberry.field(description=_SAYS["source_id"])
    target_id: ID = strawberry.field(description=_SAYS["target_id"])


@typed
class Network:
    """Nodes and edges, and whether they are all."""

    nodes: list[NetworkNode] = strawberry.field(description="Nearest first.")
    edges: list[NetworkEdge] = strawberry.field(description="Between these nodes and, if it is cut, others.")
    truncated: bool = strawberry.field(description="Whether it is only a part: cut, or links of a node left out.")
    left_out: int = strawberry.field(description="Links that were not followed, over all nodes.")
    cut: str | None = strawberry.field(description="By what it was cut short; absent: it was not.")
    about: About = strawberry.field(description="What must be known with it.")


NetworkResult = Annotated[
    Network | NotFound, strawberry.union("NetworkResult", description="A network, or that there is no such person.")
]


def nodes(rows: Iterable[Any], names: bool) -> list[NetworkNode]:
    """Return the nodes of a network; without names, only incidents keep their labels."""
    return [
        NetworkNode(
            id=row.id,
            type=row.type,
            label=_label(row, names),
            step=row.step,
            left_out=row.left_out,
        )
        for row in rows
        if row.item == "node"
    ]


def edges(rows: Iterable[Any]) -> list[NetworkEdge]:
    """Return the edges of a network."""
    return [
        NetworkEdge(id=row.id, type=row.type, label=row.label, source_id=row.source_id, target_id=row.target_id)
        for row in rows
        if row.item == "edge"
    ]


def _label(row: Any, names: bool) -> Any:
    if not names and row.type in _WHO_OR_WHERE:
        return BY_ROLE
    return None if row.label is None else Known(text=row.label)
