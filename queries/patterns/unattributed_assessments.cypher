// purpose: Assessments that name no suspect and cannot be taken to be of one, latest first.
// caution: What they say counts for the victim only and for no dyad until somebody names the suspect.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 100 -- Rows at most.
// column assessment_id: str -- The assessment.
// column source: str -- System that delivered it.
// column source_ref: str -- The source's own id of the form.
// column instrument: str -- Which form.
// column assessed_on: date -- Day on which it was completed.
// column grade: str | None -- Grade as an officer gave it.
// column victim_id: str -- The victim.
// column incident_id: str | None -- The incident that it follows.
// column suspects: int -- Suspects of that incident whose names are known.
// column why: str -- Why it is of nobody: no incident, no suspect, several suspects, or none paired with the victim.
MATCH (form:Assessment {names_suspect: false})-[:OF_VICTIM]->(assessed:Nominal)-[:IS]->(victim:Person)
OPTIONAL MATCH (form)-[:FOLLOWS]->(incident:Incident)
WITH form, assessed, victim, incident
WHERE (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
  AND (assessed.restricted_to IS NULL OR any(g IN assessed.restricted_to WHERE g IN $groups))
  AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
  AND NOT EXISTS {
    MATCH (victim)<-[:VICTIM]-(dyad:Dyad)
    WHERE $audience IN dyad.audiences
      AND form.assessment_id IN dyad.assessment_ids
  }
  AND CASE
    WHEN $after.assessment_id IS NULL THEN true
    WHEN form.assessed_on <> $after.assessed_on THEN form.assessed_on < $after.assessed_on
    ELSE form.assessment_id > $after.assessment_id
  END
WITH form, victim, incident
ORDER BY form.assessed_on DESC, form.assessment_id
LIMIT $limit
WITH form, victim, incident, COUNT {
  MATCH (incident)<-[accusation:SUSPECT_IN]-(accused:Nominal)-[:IS]->(suspect:Person)
  WHERE (accusation.restricted_to IS NULL OR any(g IN accusation.restricted_to WHERE g IN $groups))
    AND (accused.restricted_to IS NULL OR any(g IN accused.restricted_to WHERE g IN $groups))
  RETURN DISTINCT suspect
} AS suspects
RETURN form.assessment_id AS assessment_id, form.source AS source, form.source_ref AS source_ref,
       form.instrument AS instrument, form.assessed_on AS assessed_on, form.grade AS grade,
       victim.person_id AS victim_id, incident.incident_id AS incident_id, suspects,
       CASE
         WHEN incident IS NULL THEN 'no incident'
         WHEN suspects + incident.unknown_suspects = 0 THEN 'no suspect'
         WHEN suspects + incident.unknown_suspects > 1 THEN 'several suspects'
         WHEN suspects = 0 THEN 'suspect unknown'
         ELSE 'none paired with the victim'
       END AS why
ORDER BY assessed_on DESC, assessment_id
