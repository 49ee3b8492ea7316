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
class Lock:
    """Who writes now: taken in a transaction that is never committed, so that none is ever found."""

    lock_id: Annotated[str, Prop("What is locked.", key=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What arrived together."""

    delivery_id: Annotated[str, Prop("Id of the delivery.", key=True)]
    source: Annotated[str | None, Prop("System that it came from, where it is one.")] = None
    received_at: Annotated[datetime, Prop("When it was received.")]
    content: Annotated[str | None, Prop("Hash of its content; absent: not known.")] = None
    feeds: Annotated[list[str] | None, Prop("Feeds that it brought, each with each source of its rows.")] = None
    complete: Annotated[list[str] | None, Prop("Those of them that held all that the source had.")] = None
    finished: Annotated[bool, Prop("Whether all of it was loaded.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A version of a record that does not hold now: it held before, waits, or took the record back."""

    revision_id: Annotated[str, Prop("Feed, id of the fact, and version.", key=True)]
    feed: Annotated[str, Prop("Feed of the row.", index=True)]
    fact_id: Annotated[str, Prop("Id of the fact.", index=True)]
    source: Annotated[str, Prop("System that delivered the row.")]
    state: Annotated[
        str,
        Prop(
            "former: a greater version holds; waiting: it refers to something that is not there; withdrawn: the source "
            "took the record back, and that holds; retired: a complete feed did not hold the record any more.",
            index=True,
        ),
    ]
    needs: Annotated[
        list[str] | None, Prop("For a version that waits: ids that it refers to and that are not there.")
    ] = None
    recorded_at: Annotated[datetime | None, Prop("When the source recorded this version.")] = None
    digest: Annotated[str, Prop("Hash of the delivered content; `withdrawn` where it takes the record back.")]
    received_at: Annotated[datetime, Prop("When this version was first received.")]
    resumed_at: Annotated[
        datetime | None, Prop("For retired: when the record was next received; absent: it was not.")
    ] = None
    restricted_to: Annotated[list[str] | None, Prop("Groups of which a viewer needs any one.")] = None
    person_ref: Annotated[str | None, Prop("Id of the nominal that the row names so.", index=True)] = None
    other_ref: Annotated[str | None, Prop("Id of the nominal that the row names so.", index=True)] = None
    suspect_ref: Annotated[str | None, Prop("Id of the nominal that the row names so.", index=True)] = None
    victim_ref: Annotated[str | None, Prop("Id of the nominal that the row names so.", index=True)] = None
    incident_ref: Annotated[str | None, Prop("Id of the incident that the row names.", index=True)] = None
    assessment_ref: Annotated[str | None, Prop("Id of the assessment that the row names.", index=True)] = None
    address_ref: Annotated[str | None, Prop("Id of the address that the row names.", index=True)] = None
    identifier_ref: Annotated[str | None, Prop("Id of the identifier that the row names.", index=True)] = None
    school_ref: Annotated[str | None, Prop("Id of the school that the row names.", index=True)] = None
    undoes: Annotated[str | None, Prop("Id of the judgement that the row takes back.", index=True)] = None
    content: Annotated[str | None, Prop("The checked row, as JSON; absent for retired.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Rows of one delivery that were rejected by one rule."""

    rejected_id: Annotated[str, Prop("Delivery, feed, column, rule and restriction.", key=True)]
    delivery_id: Annotated[str, Prop("The delivery.")]
    feed: Annotated[str, Prop("Feed of the rows.", index=True)]
    source: Annotated[str | None, Prop("System that the manifest names.")] = None
    column: Annotated[str, Prop("Column that the rule is about; empty: the row as a whole.")]
    rule: Annotated[str, Prop("Why they were rejected.")]
    rows: Annotated[int, Prop("How many rows.")]
    received_at: Annotated[datetime, Prop("When the delivery was received.")]
    restricted_to: Annotated[list[str] | None, Prop("Groups of which a viewer needs any one, as those rows say.")] = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A judgement as delivered, in force or taken back; JUDGED stands in the graph for those on persons in force."""

    judgement_id: Annotated[str, Prop("Our id of the judgement.", key=True)]
    person_ref: Annotated[str | None, Prop("Id of the nominal that it names first, there or not.", index=True)] = None
    other_ref: Annotated[str | None, Prop("Id of the nominal that it names second, there or not.", index=True)] = None
    undoes: Annotated[str | None, Prop("The judgement that it takes back.", index=True)] = None
    assessment_id: Annotated[str | None, Prop("The form of which it retracts an answer, there or not.", index=True)] = (
        None
    )
    item: Annotated[str | None, Prop("The item whose answer it retracts, by number or code.")] = None
    undone: Annotated[bool | None, Prop("Whether a retraction is taken back; absent: no.")] = None
    recorded_at: Annotated[datetime | None, Prop("When the source last recorded it.")] = None
    digest: Annotated[str, Prop("Hash of the delivered content, by which versions are compared.")]
    content: Annotated[str, Prop("The checked row, as JSON.")]
