"""Who meets which definition of serial, with the evidence, and when time alone will alter that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from graph.connection import Transaction
from graph.reference.definitions import SerialDefinition
from graph.reference.roles import Audience
from ingest.derive import restricted
from ingest.derive.listed import listed
from ingest.derive.variants import variants
from queries.answer import Viewer
from queries.patterns import serial_perpetrators

_SEVERAL = """
UNWIND $suspects AS id
MATCH (:Person {person_id: id})-[:SUSPECT_OF]->(dyad:Dyad)
WHERE dyad.incidents > 0
WITH id, count(DISTINCT dyad.victim_id) AS victims
WHERE victims > 1
RETURN collect(id) AS ids
"""
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
UNWIND $suspects AS id
MATCH (person:Person {person_id: id})
CALL (person) {
  MATCH (person)-[:SUSPECT_OF]->(dyad:Dyad)
  UNWIND $windows AS window
  UNWIND [day IN dyad.incident_on WHERE day > window.since] AS day
  WITH window, min(day) AS first
  RETURN min(first + duration({days: window.days})) AS soonest
}
WITH person, soonest
WHERE coalesce(person.next_change_on, date('0001-01-01')) <> coalesce(soonest, date('0001-01-01'))
SET person.next_change_on = soonest
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
    audiences: Sequence[Audience],
    definitions: Sequence[SerialDefinition],
    as_of: date,
) -> dict[str, int]:
    """Make MEETS of these suspects what their dyads say; returns how many were created and removed."""
    # Nobody with fewer victims can be serial.
    several = transaction.run(_SEVERAL, {"suspects": listed(suspects)})[0]["ids"]
    apart = set[str]()
    if len(audiences) > 1:
        apart = restricted.own(transaction, several) | restricted.of_victims(transaction, several)
    names = tuple(audience.name for audience in audiences)
    wanted: dict[tuple[Any, ...], dict[str, Any]] = {}
    for definition in definitions:
        ask = partial(_ask, transaction, definition, as_of)
        found = [
            # Any audience will do, since all see the same.
            *((key, names, row) for key, row in ask(audiences[0], [each for each in several if each not in apart])),
            *variants({audience.name: ask(audience, sorted(apart)) for audience in audiences}),
        ]
        for suspect, seen_by, evidence in found:
            key = (suspect, definition.definition_id, definition.version, seen_by)
            wanted[key] = {**evidence, "audiences": list(seen_by)}
    held = {
        (row["id"], row["definition_id"], row["version"], tuple(row["properties"]["audiences"])): row["properties"]
        for row in transaction.run(_HELD, {"suspects": listed(suspects)})
    }
    removed = [key for key in held if wanted.get(key) != held[key]]
    created = [key for key in wanted if held.get(key) != wanted[key]]
    if removed:
        transaction.run(_REMOVE, {"rows": [_row(key, None) for key in removed]})
    if created:
        transaction.run(_CREATE, {"rows": [_row(key, wanted[key]) for key in created]})
    windows = [
        {"days": days, "since": as_of - timedelta(days=days)}
        for days in sorted({each.window_days for each in definitions if each.window_days})
    ]
    transaction.run(_NEXT, {"suspects": list(suspects), "windows": windows, "as_of": as_of})
    return {"created": len(created), "removed": len(removed)}


def _ask(
    transaction: Transaction, definition: SerialDefinition, as_of: date, audience: Audience, suspects: Sequence[str]
) -> list[tuple[str, dict[str, Any]]]:
    """Return each of these suspects who meets the definition, with the evidence."""
    if not suspects:
        return []
    asked = {
        "suspects": listed(suspects),
        "as_of": as_of,
        "min_victims": definition.min_victims,
        "min_incidents": definition.min_incidents,
        "window_days": definition.window_days,
        "unconnected": definition.unconnected,
        "after": {},
        "limit": len(suspects),
        **Viewer(audience=audience).params(),
    }
    return [(row["suspect_id"], _evidence(row)) for row in transaction.run(serial_perpetrators.QUERY.text, asked)]


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
