"""Whom a changed fact can reach: the suspects whose conclusions may be different now."""

from __future__ import annotations

from graph.connection import Transaction

_TOUCHED = """
CALL () {
  MATCH (nominal:Nominal:Touched)
  RETURN nominal
UNION
  MATCH (:Person:Touched)<-[:IS]-(nominal:Nominal)
  RETURN nominal
UNION
  MATCH (incident:Incident:Touched)<-[:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]-(nominal:Nominal)
  RETURN nominal
UNION
  MATCH (address:Address:Touched)<-[:LIVES_AT]-(nominal:Nominal)
  RETURN nominal
UNION
  MATCH (form:Assessment:Touched)-[:OF_SUSPECT|OF_VICTIM]->(nominal:Nominal)
  RETURN nominal
UNION
  MATCH (form:Assessment:Touched)-[:FOLLOWS]->(incident:Incident)<-[:SUSPECT_IN|VICTIM_IN]-(nominal:Nominal)
  RETURN nominal
}
MATCH (nominal)-[:IS]->(person:Person)
RETURN DISTINCT person.person_id AS person_id
"""
_AROUND = """
UNWIND $people AS id
MATCH (person:Person {person_id: id})
CALL (person) {
  RETURN person AS near
UNION
  MATCH (person)<-[:IS]-(own:Nominal)-[:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]->(incident:Incident)
  MATCH (incident)<-[:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]-(:Nominal)-[:IS]->(near:Person)
  RETURN near
UNION
  MATCH (person)<-[:IS]-(own:Nominal)-[:RELATED_TO]-(:Nominal)-[:IS]->(near:Person)
  RETURN near
UNION
  MATCH (person)<-[:IS]-(own:Nominal)<-[:OF_SUSPECT|OF_VICTIM]-(form:Assessment)
  MATCH (form)-[:OF_SUSPECT|OF_VICTIM]->(:Nominal)-[:IS]->(near:Person)
  RETURN near
}
WITH DISTINCT near
CALL (near) {
  RETURN near AS suspect
UNION
  MATCH (near)<-[:VICTIM]-(:Dyad)<-[:SUSPECT_OF]-(suspect:Person)
  RETURN suspect
}
RETURN DISTINCT suspect.person_id AS suspect
ORDER BY suspect
"""
_DUE = """
MATCH (person:Person)
WHERE person.next_change_on <= $as_of
RETURN person.person_id AS person_id
"""
EVERY_SUSPECT = """
MATCH (person:Person)
WHERE person.next_change_on IS NOT NULL
   OR EXISTS { (person)-[:MEETS]->(:Definition) }
   OR EXISTS { (person)-[:SUSPECT_OF]->(:Dyad) }
   OR EXISTS { (person)<-[:IS]-(:Nominal)-[:SUSPECT_IN]->(:Incident) }
   OR EXISTS { (person)<-[:IS]-(:Nominal)<-[:OF_SUSPECT]-(:Assessment) }
RETURN person.person_id AS suspect
ORDER BY suspect
"""


def suspects(transaction: Transaction, concerned: set[str], as_of: object) -> list[str]:
    """Return the suspects whom changed facts, changed identities or the calendar can reach."""
    people = {row["person_id"] for row in transaction.run(_TOUCHED)} | concerned
    reached = {row["suspect"] for row in transaction.run(_AROUND, {"people": sorted(people)})}
    return sorted(reached | {row["person_id"] for row in transaction.run(_DUE, {"as_of": as_of})})
