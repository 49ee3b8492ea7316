"""Who meets which definition of serial, with the evidence, and when time alone will alter that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from graph.connection import Transaction
from graph.reference.definitions import SerialDefinition
from graph.reference.roles import Audience
from ingest.derive.variants import variants
from queries.patterns import serial_perpetrators

_HELD = """
UNWIND $suspects AS id
MATCH (:Person {person_id: id})-[meets:MEETS]->(definition:Definition)
RETURN id, definition.definition_id AS definition_id, definition.version AS version, properties(meets) AS properties
"""
_REMOVE = """
UNWIND $rows AS row
MATCH (:Person {person_id: row.id})-[meets:MEETS {audiences: row.audiences}]->
      (:Definition {definition_id: row.definition_id, version: row.version})
DELETE meets
"""
_CREATE = """
UNWIND $rows AS row
MATCH (person:Person {person_id: row.id})
MATCH (definition:Definition {definition_id: row.definition_id, version: row.version})
CREATE (person)-[meets:MEETS]->(definition)
SET meets = row.properties
"""
_DEFINE = """
UNWIND $rows AS row
MERGE (definition:Definition {definition_id: row.definition_id, version: row.version})
SET definition.label = row.label
"""
_FORGET = """
MATCH (definition:Definition)
WHERE NOT definition.definition_id + ' ' + definition.version IN $names
DETACH DELETE definition
"""
_NEXT = """
UNWIND $rows AS row
MATCH (person:Person {person_id: row.id})
WHERE coalesce(person.next_change_on, date('0001-01-01')) <> coalesce(row.next_change_on, date('0001-01-01'))
SET person.next_change_on = row.next_change_on
"""


def define(transaction: Transaction, definitions: Sequence[SerialDefinition]) -> None:
    """Make the definitions in the graph those of the reference data."""
    rows = [{"definition_id": each.definition_id, "version": each.version, "label": each.label} for each in definitions]
    transaction.run(_FORGET, {"names": [name_of(each) for each in definitions]})
    transaction.run(_DEFINE, {"rows": rows})


def name_of(definition: SerialDefinition) -> str:
    """Return a definition's name with its version."""
    return f"{definition.definition_id} {definition.version}"


def conclude(
    transaction: Transaction,
    suspects: Sequence[str],
    dyads: Iterable[Mapping[str, Any]],
    audiences: Sequence[Audience],
    definitions: Sequence[SerialDefinition],
    as_of: date,
) -> dict[str, int]:
    """Make MEETS of these suspects what their dyads say; returns how many were created and removed."""
    dyads = list(dyads)
    wanted: dict[tuple[Any, ...], dict[str, Any]] = {}
    several = _with_several(dyads)
    for definition in definitions:
        by_audience = {
            audience.name: [
                (row["suspect_id"], _evidence(row)) for row in _ask(transaction, several, audience, definition, as_of)
            ]
            for audience in audiences
        }
        for suspect, names, evidence in variants(by_audience):
            key = (suspect, definition.definition_id, definition.version, names)
            wanted[key] = {**evidence, "audiences": list(names)}
    held = {
        (row["id"], row["definition_id"], row["version"], tuple(row["properties"]["audiences"])): row["properties"]
        for row in transaction.run(_HELD, {"suspects": list(suspects)})
    }
    removed = [key for key in held if wanted.get(key) != held[key]]
    created = [key for key in wanted if held.get(key) != wanted[key]]
    if removed:
        transaction.run(_REMOVE, {"rows": [_row(key, None) for key in removed]})
    if created:
        transaction.run(_CREATE, {"rows": [_row(key, wanted[key]) for key in created]})
    transaction.run(_NEXT, {"rows": _next_changes(suspects, dyads, definitions, as_of)})
    return {"created": len(created), "removed": len(removed)}


def _with_several(dyads: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the suspects of several victims; nobody else can be serial."""
    victims: dict[str, set[str]] = {}
    for dyad in dyads:
        if dyad["incidents"]:
            victims.setdefault(dyad["suspect_id"], set()).add(dyad["victim_id"])
    return sorted(suspect for suspect, against in victims.items() if len(against) > 1)


def _ask(
    transaction: Transaction,
    suspects: Sequence[str],
    audience: Audience,
    definition: SerialDefinition,
    as_of: date,
) -> list[dict[str, Any]]:
    if not suspects:
        return []
    asked = {
        "suspects": list(suspects),
        "as_of": as_of,
        "min_victims": definition.min_victims,
        "min_incidents": definition.min_incidents,
        "window_days": definition.window_days,
        "unconnected": definition.unconnected,
        "limit": len(suspects),
        "groups": sorted(audience.groups),
        "audience": audience.name,
    }
    return transaction.run(serial_perpetrators.QUERY.text, asked)


def _evidence(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"since_on": row["since_on"], "victim_ids": row["victim_ids"], "evidence": row["incident_ids"]}


def _row(key: tuple[Any, ...], properties: Mapping[str, Any] | None) -> dict[str, Any]:
    person, definition_id, version, audiences = key
    return {
        "id": person,
        "definition_id": definition_id,
        "version": version,
        "audiences": list(audiences),
        "properties": properties,
    }


def _next_changes(
    suspects: Sequence[str],
    dyads: Iterable[Mapping[str, Any]],
    definitions: Sequence[SerialDefinition],
    as_of: date,
) -> list[dict[str, Any]]:
    """Return for each suspect the first day on which an incident leaves a window."""
    soonest: dict[str, date | None] = dict.fromkeys(suspects)
    windows = sorted({each.window_days for each in definitions if each.window_days})
    for dyad in dyads:
        for day in dyad["incident_on"]:
            for window in windows:
                leaves = day + timedelta(days=window)
                if leaves > as_of:
                    known = soonest[dyad["suspect_id"]]
                    soonest[dyad["suspect_id"]] = leaves if known is None else min(known, leaves)
    return [{"id": suspect, "next_change_on": day} for suspect, day in soonest.items()]
