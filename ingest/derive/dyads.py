"""Dyads: what each pair rests on, stored once for all audiences that see the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph.connection import Row, Transaction
from graph.reference.roles import Audience
from ingest.derive.variants import variants
from queries.patterns import dyad_features

_HELD = """
UNWIND $suspects AS id
MATCH (:Person {person_id: id})-[:SUSPECT_OF]->(dyad:Dyad)
RETURN properties(dyad) AS dyad
"""
_REMOVE = """
UNWIND $rows AS row
MATCH (dyad:Dyad {dyad_id: row.dyad_id, audiences: row.audiences})
DETACH DELETE dyad
"""
_CREATE = """
UNWIND $rows AS row
MATCH (suspect:Person {person_id: row.suspect_id})
MATCH (victim:Person {person_id: row.victim_id})
CREATE (suspect)-[:SUSPECT_OF]->(dyad:Dyad)-[:VICTIM]->(victim)
SET dyad = row
"""
_CHANGE = """
UNWIND $rows AS row
MATCH (dyad:Dyad {dyad_id: row.dyad_id, audiences: row.audiences})
SET dyad = row
"""

Key = tuple[str, tuple[str, ...]]


def conclude(
    transaction: Transaction, suspects: Sequence[str], audiences: Sequence[Audience], as_of: date
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Make the dyads of these suspects what the facts say, writing only what changed.

    Returns the dyads that hold now and how many were created, changed and removed.
    """
    wanted: dict[Key, dict[str, Any]] = {}
    by_audience = {
        audience.name: [
            (row["suspect_id"] + ">" + row["victim_id"], row)
            for row in _features(transaction, suspects, audience, as_of)
        ]
        for audience in audiences
    }
    for dyad_id, names, row in variants(by_audience):
        wanted[dyad_id, names] = _dyad(dyad_id, names, row)
    held = {
        (row["dyad"]["dyad_id"], tuple(row["dyad"]["audiences"])): row["dyad"]
        for row in transaction.run(_HELD, {"suspects": list(suspects)})
    }
    removed = [{"dyad_id": key[0], "audiences": list(key[1])} for key in held.keys() - wanted.keys()]
    created = [wanted[key] for key in sorted(wanted.keys() - held.keys())]
    changed = [wanted[key] for key in sorted(wanted.keys() & held.keys()) if _plain(wanted[key]) != held[key]]
    for text, rows in ((_REMOVE, removed), (_CREATE, created), (_CHANGE, changed)):
        if rows:
            transaction.run(text, {"rows": rows})
    return list(wanted.values()), {"created": len(created), "changed": len(changed), "removed": len(removed)}


def _features(transaction: Transaction, suspects: Sequence[str], audience: Audience, as_of: date) -> list[Row]:
    asked = {
        "suspects": list(suspects),
        "as_of": as_of,
        "groups": sorted(audience.groups),
        "audience": audience.name,
    }
    return transaction.run(dyad_features.QUERY.text, asked)


def _dyad(dyad_id: str, audiences: Sequence[str], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a dyad; Dyad says what each means."""
    graded = [i for i, grade in enumerate(row["grades"]) if grade]
    from_incidents = "named" if any(row["incident_named"]) else "inferred"
    return {
        **row,
        "dyad_id": dyad_id,
        "audiences": list(audiences),
        "pairing": from_incidents if row["incident_ids"] else "assessed",
        "incidents": len(row["incident_ids"]),
        "first_on": row["incident_on"][0] if row["incident_on"] else None,
        "last_on": row["incident_on"][-1] if row["incident_on"] else None,
        "assessments": len(row["assessment_ids"]),
        "latest_grade": row["grades"][graded[-1]] if graded else None,
        "latest_graded_on": row["assessed_on"][graded[-1]] if graded else None,
    }


def _plain(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties as the database gives them back: one without a value is not there."""
    return {name: value for name, value in properties.items() if value is not None}
