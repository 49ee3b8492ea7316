// purpose: Pairs of suspect and victim as they are stored, one page after the other.
// caution: Allegations as recorded, not findings.
// param after: str -- Only pairs whose ids follow this one.
// param limit: int -- Rows at most.
// column dyad_id: str -- The pair.
// column suspect_id: str -- The person suspected.
// column victim_id: str -- The person against whom.
// column incident_ids: list[str] -- Domestic incidents of the pair, by day reported.
// column assessment_ids: list[str] -- Assessments of the pair, by day completed.
// column attributed: list[bool] -- Whether each names no suspect and was taken to be of the only one.
MATCH (dyad:Dyad)
WHERE $audience IN dyad.audiences
  AND dyad.dyad_id > $after
RETURN dyad.dyad_id AS dyad_id, dyad.suspect_id AS suspect_id, dyad.victim_id AS victim_id,
       dyad.incident_ids AS incident_ids, dyad.assessment_ids AS assessment_ids, dyad.attributed AS attributed
ORDER BY dyad_id
LIMIT $limit
