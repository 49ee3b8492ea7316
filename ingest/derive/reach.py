"""Whom a changed fact can reach: the suspects whose conclusions may be different now."""

from __future__ import annotations

from graph.connection import Transaction
from ingest.derive.listed import listed

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
  MATCH (offence:Offence:Touched)<-[:RECORDS]-(:Incident)<-[:SUSPECT_IN|VICTIM_IN]-(nominal:Nominal)
  RETURN nominal
UNION
  MATCH (address:Address:Touched)<-[:LIVES_AT]-(nominal:Nominal)
  RETURN nominal
UNION
  MATCH (marker:Marker:Touched)<-[:HAS]-(nominal:Nominal)
  RETURN nominal
UNION
  MATCH (form:Assessment:Touched)-[:OF_SUSPECT|OF_VICTIM]->(nominal:Nominal)
  RETURN nominal
UNION
  MATCH (form:Assessment:Touched)-[:FOLLOWS]->(incident:Incident)<-[:SUSPECT_IN|VICTIM_IN]-(nominal:Nominal)
  RETURN nominal
}
MATCH (nominal)-[:IS]->(person:Person)
RETURN collect(DISTINCT person.person_id) AS ids
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
RETURN collect(DISTINCT suspect.person_id) AS ids
"""
_DUE = """
CALL () {
  MATCH (person:Person)
  WHERE person.next_change_on <= $as_of
  RETURN person.person_id AS id
UNION
  MATCH (dyad:Dyad)
  WHERE dyad.next_change_on <= $as_of
  RETURN dyad.suspect_id AS id
}
RETURN collect(id) AS ids
"""
EVERY_SUSPECT = """
CALL () {
  CALL () {
    MATCH (:Incident)<-[:SUSPECT_IN]-(accused:Nominal)
    RETURN accused
  UNION
    MATCH (:Assessment)-[:OF_SUSPECT]->(accused:Nominal)
    RETURN accused
  }
  MATCH (accused)-[:IS]->(person:Person)
  RETURN person
UNION
  MATCH (:Dyad)<-[:SUSPECT_OF]-(person:Person)
  RETURN person
UNION
  MATCH (:Definition)<-[:MEETS]-(person:Person)
  RETURN person
UNION
  MATCH (person:Person)
  WHERE person.next_change_on IS NOT NULL
  RETURN person
}
WITH person.person_id AS suspect
ORDER BY suspect
RETURN collect(suspect) AS suspects
"""
"""Everyone who is suspected of anything, or of whom it was concluded."""


def suspects(transaction: Transaction, concerned: set[str], as_of: object) -> list[str]:
    """Return the suspects whom changed facts, changed identities or the calendar can reach."""
    people = {*transaction.run(_TOUCHED)[0]["ids"], *concerned}
    reached = transaction.run(_AROUND, {"people": listed(sorted(people))})[0]["ids"]
    return sorted({*reached, *transaction.run(_DUE, {"as_of": as_of})[0]["ids"]})
