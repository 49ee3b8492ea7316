// purpose: Incidents with suspects whom nobody has named, one page after the other, with the forms that name none.
// caution: How many are unknown is as the source says.
// param after: str -- Only incidents whose ids follow this one.
// param limit: int -- Rows at most.
// column incident_id: str -- The incident.
// column unknown_suspects: int -- How many suspects nobody has named.
// column assessment_ids: list[str] -- Assessments that follow it and name no suspect.
MATCH (incident:Incident)
WHERE (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
  AND incident.incident_id > $after
  AND incident.unknown_suspects > 0
WITH incident
ORDER BY incident.incident_id
LIMIT $limit
RETURN incident.incident_id AS incident_id, incident.unknown_suspects AS unknown_suspects, COLLECT {
  MATCH (incident)<-[:FOLLOWS]-(form:Assessment {names_suspect: false})-[:OF_VICTIM]->(assessed:Nominal)
  WHERE (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
    AND (assessed.restricted_to IS NULL OR any(g IN assessed.restricted_to WHERE g IN $groups))
  RETURN form.assessment_id ORDER BY form.assessment_id
} AS assessment_ids
ORDER BY incident_id
