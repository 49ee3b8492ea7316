"""Dyads: what each pair rests on, stored once for all audiences that see the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from graph.connection import Row, Transaction
from graph.reference.roles import Audience
from ingest.derive.listed import listed
from ingest.derive.restricted import own
from ingest.derive.variants import variants
from queries.answer import Viewer
from queries.patterns import dyad_features

# What is restricted is asked for by audience and told as rows; all else goes from the facts into the dyads on the
# server, without a way through here.
_FROM_FACTS = f"CALL () {{\n{dyad_features.QUERY.text}\n}}\nWITH *, $audiences AS audiences\n"
_FROM_ROWS = """
UNWIND $rows AS row
WITH row.suspect_id AS suspect_id, row.victim_id AS victim_id, row.incident_ids AS incident_ids,
     row.incident_on AS incident_on, row.incident_named AS incident_named, row.assessment_ids AS assessment_ids,
     row.assessed_on AS assessed_on, row.grades AS grades, row.attributed AS attributed, row.audiences AS audiences
"""
# Dyad says what each property means.
_DYAD = """
WITH *, [i IN range(0, size(grades) - 1) WHERE grades[i] <> ''][-1] AS graded
WITH {
  dyad_id: suspect_id + '>' + victim_id,
  audiences: audiences,
  suspect_id: suspect_id,
  victim_id: victim_id,
  pairing: CASE
    WHEN size(incident_ids) = 0 THEN 'assessed'
    WHEN any(named IN incident_named WHERE named) THEN 'named'
    ELSE 'inferred'
  END,
  incidents: size(incident_ids),
  incident_ids: incident_ids,
  incident_on: incident_on,
  incident_named: incident_named,
  first_on: incident_on[0],
  last_on: incident_on[-1],
  assessments: size(assessment_ids),
  assessment_ids: assessment_ids,
  assessed_on: assessed_on,
  grades: grades,
  attributed: attributed,
  latest_grade: grades[graded],
  latest_graded_on: assessed_on[graded]
} AS row
"""
# Two connections write at the same time, and one person may be in the dyads of both. So each first locks everyone whom
# it is about, in one order, by taking away what no person has; else each could wait for the other.
_INTO_NEW = """
WITH collect(row) AS rows
CALL (rows) {
  UNWIND rows AS row
  UNWIND [row.suspect_id, row.victim_id] AS id
  WITH DISTINCT id
  ORDER BY id
  MATCH (person:Person {person_id: id})
  REMOVE person.nominal_id
  RETURN count(*) AS locked
}
UNWIND rows AS row
MATCH (suspect:Person {person_id: row.suspect_id})
MATCH (victim:Person {person_id: row.victim_id})
CREATE (suspect)-[:SUSPECT_OF]->(dyad:Dyad)-[:VICTIM]->(victim)
SET dyad = row
RETURN count(*) AS created
"""
_COMPARED = """
OPTIONAL MATCH (dyad:Dyad {dyad_id: row.dyad_id, audiences: row.audiences})
WITH row, dyad, [name IN keys(row) WHERE row[name] IS NOT NULL] AS names
RETURN collect([row.dyad_id, row.audiences]) AS wanted,
       collect(CASE WHEN dyad IS NULL THEN row END) AS created,
       collect(CASE
         WHEN dyad IS NOT NULL
           AND (size(keys(dyad)) <> size(names) OR any(name IN names WHERE NOT coalesce(dyad[name] = row[name], false)))
         THEN row
       END) AS changed
"""
_HELD = """
UNWIND $suspects AS id
MATCH (:Person {person_id: id})-[:SUSPECT_OF]->(dyad:Dyad)
RETURN collect([dyad.dyad_id, dyad.audiences]) AS dyads, collect(DISTINCT id) AS suspects
"""
_REMOVE = """
UNWIND $rows AS row
MATCH (dyad:Dyad {dyad_id: row.dyad_id, audiences: row.audiences})
DETACH DELETE dyad
"""
_CHANGE = """
UNWIND $rows AS row
MATCH (dyad:Dyad {dyad_id: row.dyad_id, audiences: row.audiences})
SET dyad = row
"""
_CREATE = f"UNWIND $rows AS row\n{_INTO_NEW}"

Key = tuple[str, tuple[str, ...]]


def conclude(
    transaction: Transaction, suspects: Sequence[str], audiences: Sequence[Audience], as_of: date, *, new: bool
) -> dict[str, int]:
    """Make the dyads of these suspects what the facts say, writing only what changed.

    Whom a restricted fact can reach is asked for by audience, all others once. `new`: there is no dyad yet. Returns how
    many were created, changed and removed.
    """
    restricted = own(transaction, suspects) if len(audiences) > 1 else set[str]()
    held: Row = {"dyads": [], "suspects": []}
    if not new:
        (held,) = transaction.run(_HELD, {"suspects": listed(suspects)})
    known = set(held["suspects"])
    alike = [suspect for suspect in suspects if suspect not in restricted]
    asked = {
        "as_of": as_of,
        "audiences": [audience.name for audience in audiences],
        # Any will do, since all see the same.
        **Viewer(audience=audiences[0]).params(),
    }
    created, changed, wanted = 0, 0, set[Key]()
    if unpaired := [suspect for suspect in alike if suspect not in known]:
        (done,) = transaction.run(_FROM_FACTS + _DYAD + _INTO_NEW, {**asked, "suspects": unpaired})
        created += done["created"]
    found = []
    if paired := [suspect for suspect in alike if suspect in known]:
        found += transaction.run(_FROM_FACTS + _DYAD + _COMPARED, {**asked, "suspects": listed(paired)})
    if rows := _by_audience(transaction, [each for each in suspects if each in restricted], audiences, as_of):
        if new:
            (done,) = transaction.run(_FROM_ROWS + _DYAD + _INTO_NEW, {"rows": rows})
            created += done["created"]
        else:
            found += transaction.run(_FROM_ROWS + _DYAD + _COMPARED, {"rows": rows})
    for compared in found:
        wanted |= _keys(compared["wanted"])
        created += len(compared["created"])
        changed += len(compared["changed"])
    removed = _keys(held["dyads"]) - wanted
    _run(transaction, _REMOVE, [{"dyad_id": dyad_id, "audiences": list(names)} for dyad_id, names in sorted(removed)])
    _run(transaction, _CHANGE, [row for compared in found for row in compared["changed"]])
    _run(transaction, _CREATE, [row for compared in found for row in compared["created"]])
    return {"created": created, "changed": changed, "removed": len(removed)}


def _by_audience(
    transaction: Transaction, suspects: Sequence[str], audiences: Sequence[Audience], as_of: date
) -> list[Row]:
    """Return a row for each dyad and each set of audiences that see the same of it."""
    if not suspects:
        return []
    by_audience = {
        audience.name: [
            ((row["suspect_id"], row["victim_id"]), row)
            for row in transaction.run(
                dyad_features.QUERY.text,
                {"suspects": listed(suspects), "as_of": as_of, **Viewer(audience=audience).params()},
            )
        ]
        for audience in audiences
    }
    return [{**row, "audiences": list(names)} for _, names, row in variants(by_audience)]


def _keys(dyads: Iterable[tuple[str, Sequence[str]]]) -> set[Key]:
    return {(dyad_id, tuple(names)) for dyad_id, names in dyads}


def _run(transaction: Transaction, text: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        transaction.run(text, {"rows": list(rows)})
