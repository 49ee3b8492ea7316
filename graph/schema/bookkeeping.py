"""What Clew notes about its own work: what the database may hold, what was delivered, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from graph.properties import Prop


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """What this database may hold; one node, set at the first load."""

    database_id: Annotated[str, Prop("Always `this`.", key=True)]
    kind: Annotated[str, Prop("synthetic or real.")]
    owner: Annotated[str | None, Prop("`tests` where the tests marked an empty database as theirs.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What arrived together."""

    delivery_id: Annotated[str, Prop("Id of the delivery.", key=True)]
    source: Annotated[str | None, Prop("System that it came from, where it is one.")] = None
    received_at: Annotated[datetime, Prop("When it was received.")]
    finished: Annotated[bool, Prop("Whether all of it was loaded.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A row that refers to something not delivered yet; loaded when that comes."""

    waiting_id: Annotated[str, Prop("Feed, key and version of the row.", key=True)]
    feed: Annotated[str, Prop("Feed of the row.", index=True)]
    fact_id: Annotated[str, Prop("Id that its fact will have.", index=True)]
    needs: Annotated[list[str], Prop("Ids that it refers to and that are not there.")]
    content: Annotated[str, Prop("The checked row, as JSON.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A judgement as delivered, in force or taken back; JUDGED stands in the graph for those in force."""

    judgement_id: Annotated[str, Prop("Our id of the judgement.", key=True)]
    undoes: Annotated[str | None, Prop("The judgement that it takes back.", index=True)] = None
    recorded_at: Annotated[datetime | None, Prop("When the source last recorded it.")] = None
    digest: Annotated[str, Prop("Hash of the delivered content, by which versions are compared.")]
    content: Annotated[str, Prop("The checked row, as JSON.")]
