"""Dyads: what each pair rests on, stored once for all audiences that see the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from graph.connection import Row, Transaction
from graph.reference.risk import Risk
from graph.reference.roles import Audience
from ingest.derive.listed import listed
from ingest.derive.restricted import own
from ingest.derive.variants import variants
from queries.answer import Viewer
from queries.risk.rules import rules
from queries.risk.texts import FROM_FACTS, WITH_RISK

# Dyad says what each property means.
_DYAD = """
WITH *, [i IN range(0, size(dyad.grades) - 1) WHERE dyad.grades[i] <> ''][-1] AS graded,
     [entry IN ledger WHERE entry.state <> 'below'] AS stuck
WITH matches, {
  dyad_id: dyad.suspect_id + '>' + dyad.victim_id,
  audiences: audiences,
  suspect_id: dyad.suspect_id,
  victim_id: dyad.victim_id,
  pairing: CASE
    WHEN size(dyad.incident_ids) = 0 THEN 'assessed'
    WHEN any(named IN dyad.incident_named WHERE named) THEN 'named'
    ELSE 'inferred'
  END,
  incidents: size(dyad.incident_ids),
  incident_ids: dyad.incident_ids,
  incident_on: dyad.incident_on,
  incident_named: dyad.incident_named,
  first_on: dyad.incident_on[0],
  last_on: dyad.incident_on[-1],
  assessments: size(dyad.assessment_ids),
  assessment_ids: dyad.assessment_ids,
  assessed_on: dyad.assessed_on,
  grades: dyad.grades,
  attributed: dyad.attributed,
  latest_grade: dyad.grades[graded],
  latest_graded_on: dyad.assessed_on[graded],
  factors: [entry IN stuck | entry.factor],
  states: [entry IN stuck | entry.state],
  first_yes_on: [entry IN stuck | entry.first_yes_on],
  last_yes_on: [entry IN stuck | entry.last_yes_on],
  latest_answers: [entry IN stuck | entry.latest],
  clusters: [found IN matches | found.cluster_id + ' ' + found.version],
  cluster_since: [found IN matches | coalesce(toString(found.since_on), '')],
  cluster_by: [found IN matches | reduce(all = '', by IN found.by | all + CASE all WHEN '' THEN '' ELSE ', ' END + by)],
  harm_days: counts.harm / 100.0,
  unweighed: counts.unweighed,
  score: score,
  band: band,
  score_parts: [part IN parts | part[0]],
  score_points: [part IN parts | part[1]],
  next_change_on: next_change_on
} AS row
"""
# What is restricted is asked for by audience and told as rows; all else goes from the facts into the dyads on the
# server, without a way through here.
_FROM_FACTS = f"{FROM_FACTS}{WITH_RISK}\nWITH *, $audiences AS audiences\n{_DYAD}"
_ROWS = f"{_FROM_FACTS}\nRETURN row, matches"
_FROM_ROWS = "UNWIND $rows AS given\nWITH given.row AS row, given.matches AS matches\n"
_MATCHES = """
WITH dyad, matches
CALL (dyad, matches) {
  UNWIND matches AS found
  MATCH (cluster:Cluster {cluster_id: found.cluster_id, version: found.version})
  CREATE (dyad)-[:MATCHES {since_on: found.since_on, factors: found.by}]->(cluster)
}
"""
# Two connections write at the same time, and one person may be in the dyads of both. So each first locks everyone whom
# it is about, in one order, by taking away what no person has; else each could wait for the other.
_INTO_NEW = f"""
WITH collect({{row: row, matches: matches}}) AS rows
CALL (rows) {{
  UNWIND rows AS each
  WITH each.row AS row
  UNWIND [row.suspect_id, row.victim_id] AS id
  WITH DISTINCT id
  ORDER BY id
  MATCH (person:Person {{person_id: id}})
  REMOVE person.nominal_id
  RETURN count(*) AS locked
}}
UNWIND rows AS each
WITH each.row AS row, each.matches AS matches
MATCH (suspect:Person {{person_id: row.suspect_id}})
MATCH (victim:Person {{person_id: row.victim_id}})
CREATE (suspect)-[:SUSPECT_OF]->(dyad:Dyad)-[:VICTIM]->(victim)
SET dyad = row
{_MATCHES}
RETURN count(*) AS created
"""
_COMPARED = """
OPTIONAL MATCH (dyad:Dyad {dyad_id: row.dyad_id, audiences: row.audiences})
WITH row, matches, dyad,
     dyad {.*, first_on: coalesce(dyad.first_on, 0), last_on: coalesce(dyad.last_on, 0),
           latest_grade: coalesce(dyad.latest_grade, 0), latest_graded_on: coalesce(dyad.latest_graded_on, 0),
           next_change_on: coalesce(dyad.next_change_on, 0)}
     = row {.*, first_on: coalesce(row.first_on, 0), last_on: coalesce(row.last_on, 0),
            latest_grade: coalesce(row.latest_grade, 0), latest_graded_on: coalesce(row.latest_graded_on, 0),
            next_change_on: coalesce(row.next_change_on, 0)} AS same
RETURN collect([row.dyad_id, row.audiences]) AS wanted,
       collect(CASE WHEN dyad IS NULL THEN {row: row, matches: matches} END) AS created,
       collect(CASE WHEN dyad IS NOT NULL AND NOT same THEN {row: row, matches: matches} END) AS changed
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
_CHANGE = f"""
{_FROM_ROWS}
MATCH (dyad:Dyad {{dyad_id: row.dyad_id, audiences: row.audiences}})
SET dyad = row
WITH dyad, matches
CALL (dyad) {{
  MATCH (dyad)-[former:MATCHES]->(:Cluster)
  DELETE former
}}
{_MATCHES}
"""
_CREATE = f"{_FROM_ROWS}\n{_INTO_NEW}"
_CODES = """
UNWIND $suspects AS id
MATCH (:Person {person_id: id})<-[:IS]-(:Nominal)-[:SUSPECT_IN]->(:Incident)-[:RECORDS]->(offence:Offence)
WHERE offence.code IS NOT NULL
RETURN collect(DISTINCT offence.code) AS codes
"""

_FORGET = """
MATCH (cluster:Cluster)
WHERE NOT cluster.cluster_id + ' ' + cluster.version IN $names
DETACH DELETE cluster
"""
_DEFINE = """
UNWIND $rows AS row
MERGE (cluster:Cluster {cluster_id: row.cluster_id, version: row.version})
SET cluster.label = row.label
"""

Key = tuple[str, tuple[str, ...]]


def define(transaction: Transaction, risk: Risk) -> None:
    """Make the clusters in the graph those of the reference data."""
    rows = [
        {"cluster_id": each.cluster_id, "version": each.version, "label": each.name} for each in risk.clusters.values()
    ]
    transaction.run(_FORGET, {"names": [f"{row['cluster_id']} {row['version']}" for row in rows]})
    transaction.run(_DEFINE, {"rows": rows})


def conclude(
    transaction: Transaction,
    suspects: Sequence[str],
    audiences: Sequence[Audience],
    as_of: date,
    risk: Risk,
    *,
    new: bool,
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
    (offences,) = transaction.run(_CODES, {"suspects": listed(suspects)})
    asked = {"as_of": as_of, "rules": rules(risk, offences["codes"])}
    # Any audience will do, since all see the same.
    for_all = {
        **asked,
        "audiences": [audience.name for audience in audiences],
        **Viewer(audience=audiences[0]).params(),
    }
    created, changed, wanted = 0, 0, set[Key]()
    if unpaired := [suspect for suspect in alike if suspect not in known]:
        (done,) = transaction.run(_FROM_FACTS + _INTO_NEW, {**for_all, "suspects": unpaired})
        created += done["created"]
    found = []
    if paired := [suspect for suspect in alike if suspect in known]:
        found += transaction.run(_FROM_FACTS + _COMPARED, {**for_all, "suspects": listed(paired)})
    if rows := _by_audience(transaction, [each for each in suspects if each in restricted], audiences, asked):
        if new:
            (done,) = transaction.run(_CREATE, {"rows": rows})
            created += done["created"]
        else:
            found += transaction.run(_FROM_ROWS + _COMPARED, {"rows": rows})
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
    transaction: Transaction, suspects: Sequence[str], audiences: Sequence[Audience], asked: Mapping[str, Any]
) -> list[Row]:
    """Return a row for each dyad and each set of audiences that see the same of it, with the clusters it matches."""
    if not suspects:
        return []
    by_audience = {
        audience.name: [
            (each["row"]["dyad_id"], each)
            for each in transaction.run(
                _ROWS, {**asked, "audiences": [], "suspects": listed(suspects), **Viewer(audience=audience).params()}
            )
        ]
        for audience in audiences
    }
    return [
        {"row": {**each["row"], "audiences": list(names)}, "matches": each["matches"]}
        for _, names, each in variants(by_audience)
    ]


def _keys(dyads: Iterable[tuple[str, Sequence[str]]]) -> set[Key]:
    return {(dyad_id, tuple(names)) for dyad_id, names in dyads}


def _run(transaction: Transaction, text: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        transaction.run(text, {"rows": list(rows)})
