// purpose: What each dyad of given suspects rests on: its incidents and assessments, in order.
// caution: Allegations as recorded, not findings; where the source does not say who acted against whom, pairs are inferred.
// param suspects: list[str] -- Persons whose dyads are wanted, as suspects.
// param as_of: date -- What was reported or completed by this day counts.
// column suspect_id: str -- The person suspected.
// column victim_id: str -- The person against whom.
// column incident_ids: list[str] -- Domestic incidents of the pair, by day reported.
// column incident_on: list[date] -- Day on which each was reported.
// column incident_named: list[bool] -- Whether the source names the pair in each; false: inferred.
// column assessment_ids: list[str] -- Assessments of the pair, by day completed.
// column assessed_on: list[date] -- Day on which each was completed.
// column grades: list[str] -- Grade of each; empty: none was given.
// column attributed: list[bool] -- Whether the form names no suspect and is taken to be of the only one paired with the victim.
UNWIND $suspects AS suspect_id
MATCH (suspect:Person {person_id: suspect_id})
CALL (suspect) {
  CALL (suspect) {
    MATCH (suspect)<-[:IS]-(accused:Nominal)-[accusation:SUSPECT_IN]->(incident:Incident)
    MATCH (incident)<-[harm:VICTIM_IN]-(harmed:Nominal)-[:IS]->(victim:Person)
    WHERE (accused.restricted_to IS NULL OR any(g IN accused.restricted_to WHERE g IN $groups))
      AND (accusation.restricted_to IS NULL OR any(g IN accusation.restricted_to WHERE g IN $groups))
      AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
      AND (harm.restricted_to IS NULL OR any(g IN harm.restricted_to WHERE g IN $groups))
      AND (harmed.restricted_to IS NULL OR any(g IN harmed.restricted_to WHERE g IN $groups))
      AND victim <> suspect
      AND incident.reported_on <= $as_of
      AND (accusation.against IS NULL OR harmed.nominal_id IN accusation.against)
      AND (
        incident.domestic
        OR (
          incident.domestic IS NULL
          AND coalesce(accusation.age, duration.between(accused.born_on, incident.reported_on).years) >= 16
          AND coalesce(harm.age, duration.between(harmed.born_on, incident.reported_on).years) >= 16
          AND EXISTS {
            MATCH (suspect)<-[:IS]-(one:Nominal)-[tie:RELATED_TO]-(other:Nominal)-[:IS]->(victim)
            WHERE NOT tie.kind IN ['knows', 'friend', 'neighbour', 'colleague', 'cared_for', 'lives_with']
              AND (one.restricted_to IS NULL OR any(g IN one.restricted_to WHERE g IN $groups))
              AND (tie.restricted_to IS NULL OR any(g IN tie.restricted_to WHERE g IN $groups))
              AND (other.restricted_to IS NULL OR any(g IN other.restricted_to WHERE g IN $groups))
          }
        )
      )
    RETURN victim, incident, collect(DISTINCT harmed.nominal_id) AS harmed_ids,
           any(named IN collect(accusation.against IS NOT NULL) WHERE named) AS named
  }
  CALL (suspect, victim, incident, harmed_ids) {
    MATCH (incident)<-[:FOLLOWS]-(form:Assessment)-[:OF_VICTIM]->(assessed:Nominal)-[:IS]->(victim)
    WHERE (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
      AND (assessed.restricted_to IS NULL OR any(g IN assessed.restricted_to WHERE g IN $groups))
      AND NOT form.names_suspect
      AND form.assessed_on <= $as_of
      AND incident.unknown_suspects = 0
      AND NOT EXISTS {
        MATCH (incident)<-[suspicion:SUSPECT_IN]-(rival:Nominal)-[:IS]->(someone:Person)
        WHERE someone <> suspect
          AND someone <> victim
          AND (suspicion.against IS NULL OR any(id IN suspicion.against WHERE id IN harmed_ids))
          AND (suspicion.restricted_to IS NULL OR any(g IN suspicion.restricted_to WHERE g IN $groups))
          AND (rival.restricted_to IS NULL OR any(g IN rival.restricted_to WHERE g IN $groups))
      }
    RETURN collect([form.assessment_id, form.assessed_on, coalesce(form.grade, ''), true]) AS forms
  }
  RETURN victim, [incident.incident_id, incident.reported_on, named] AS happened, forms
UNION ALL
  MATCH (suspect)<-[:IS]-(accused:Nominal)<-[:OF_SUSPECT]-(form:Assessment)-[:OF_VICTIM]->(assessed:Nominal)
  MATCH (assessed)-[:IS]->(victim:Person)
  WHERE (accused.restricted_to IS NULL OR any(g IN accused.restricted_to WHERE g IN $groups))
    AND (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
    AND (assessed.restricted_to IS NULL OR any(g IN assessed.restricted_to WHERE g IN $groups))
    AND victim <> suspect
    AND form.assessed_on <= $as_of
    AND NOT EXISTS {
      MATCH (form)-[:FOLLOWS]->(followed:Incident)
      WHERE NOT (followed.restricted_to IS NULL OR any(g IN followed.restricted_to WHERE g IN $groups))
    }
  RETURN victim, null AS happened,
         [[form.assessment_id, form.assessed_on, coalesce(form.grade, ''), false]] AS forms
}
WITH suspect, victim, collect(happened) AS happened, collect(forms) AS forms
WITH suspect, victim,
     COLLECT { UNWIND happened AS each RETURN each ORDER BY each[1], each[0] } AS happened,
     COLLECT {
       UNWIND forms AS some
       UNWIND some AS each
       WITH DISTINCT each
       RETURN each ORDER BY each[1], each[0]
     } AS forms
RETURN suspect.person_id AS suspect_id, victim.person_id AS victim_id,
       [each IN happened | each[0]] AS incident_ids,
       [each IN happened | each[1]] AS incident_on,
       [each IN happened | each[2]] AS incident_named,
       [each IN forms | each[0]] AS assessment_ids,
       [each IN forms | each[1]] AS assessed_on,
       [each IN forms | each[2]] AS grades,
       [each IN forms | each[3]] AS attributed
ORDER BY suspect_id, victim_id
