// purpose: The neighbourhood in which the latest incident of each of some persons was recorded.
// caution: Where something was recorded is not where somebody lives; who has no such incident is not listed.
// param persons: list[str] -- Persons, by their ids.
// param limit: int = 1000 -- Rows at most.
// column person_id: str -- The person.
// column area: str -- Neighbourhood of the latest incident with one, as suspect or victim.
UNWIND $persons AS id
MATCH (person:Person {person_id: id})
WITH DISTINCT person
CALL (person) {
  MATCH (person)<-[:IS]-(record:Nominal)-[role:SUSPECT_IN|VICTIM_IN]->(incident:Incident)
  WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
    AND (role.restricted_to IS NULL OR any(g IN role.restricted_to WHERE g IN $groups))
    AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
    AND incident.neighbourhood IS NOT NULL
  RETURN incident.neighbourhood AS area
  ORDER BY incident.reported_on DESC, incident.incident_id
  LIMIT 1
}
RETURN person.person_id AS person_id, area
ORDER BY person_id
LIMIT $limit
