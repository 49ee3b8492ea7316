// purpose: The people against whom a person is suspected, each with what was reported and how it was graded.
// caution: Suspicion as recorded, not conviction; an inferred pair only shared an incident.
// param person_id: str -- The person, or any record of the person.
// param as_of: date | None = None -- What was reported or completed by this day counts; not given: all that is known.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 100 -- Rows at most.
// column dyad_id: str -- The pair.
// column victim_id: str -- The person against whom.
// column name: str -- Name on the victim's first record.
// column incidents: int -- Domestic incidents of the pair.
// column first_on: date | None -- Day on which the first was reported.
// column last_on: date | None -- Day on which the latest was reported.
// column assessments: int -- Assessments of the pair.
// column latest_grade: str | None -- Grade of the latest graded assessment.
// column latest_graded_on: date | None -- Day on which that assessment was completed.
// column pairing: str -- named: a source names the pair; inferred: from a shared incident; assessed: only a form names both.
// column incident_ids: list[str] -- Those incidents, by day reported.
// column assessment_ids: list[str] -- Those assessments, by day completed.
CALL () {
  MATCH (person:Person {person_id: $person_id})
  RETURN person
UNION
  MATCH (asked:Nominal {nominal_id: $person_id})-[:IS]->(person:Person)
  WHERE (asked.restricted_to IS NULL OR any(g IN asked.restricted_to WHERE g IN $groups))
  RETURN person
}
MATCH (person)-[:SUSPECT_OF]->(dyad:Dyad)-[:VICTIM]->(victim:Person)
WHERE $audience IN dyad.audiences
WITH dyad, victim,
     [i IN range(0, dyad.incidents - 1) WHERE $as_of IS NULL OR dyad.incident_on[i] <= $as_of] AS counted,
     [i IN range(0, dyad.assessments - 1) WHERE $as_of IS NULL OR dyad.assessed_on[i] <= $as_of] AS forms
WHERE size(counted) + size(forms) > 0
WITH dyad, victim, counted, forms, [i IN forms WHERE dyad.grades[i] <> ''] AS graded,
     dyad.incident_on[counted[-1]] AS last_on
WHERE CASE
  WHEN $after.victim_id IS NULL THEN true
  WHEN coalesce(last_on, date('0001-01-01')) <> coalesce($after.last_on, date('0001-01-01'))
  THEN coalesce(last_on, date('0001-01-01')) < coalesce($after.last_on, date('0001-01-01'))
  ELSE victim.person_id > $after.victim_id
END
CALL (victim) {
  MATCH (victim)<-[:IS]-(record:Nominal)
  WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
  RETURN trim(coalesce(record.given_names, '') + ' ' + coalesce(record.family_name, '')) AS name
  ORDER BY record.nominal_id
  LIMIT 1
}
RETURN dyad.dyad_id AS dyad_id, victim.person_id AS victim_id, name, size(counted) AS incidents,
       dyad.incident_on[counted[0]] AS first_on, last_on,
       size(forms) AS assessments, dyad.grades[graded[-1]] AS latest_grade,
       dyad.assessed_on[graded[-1]] AS latest_graded_on, dyad.pairing AS pairing,
       [i IN counted | dyad.incident_ids[i]] AS incident_ids,
       [i IN forms | dyad.assessment_ids[i]] AS assessment_ids
ORDER BY coalesce(last_on, date('0001-01-01')) DESC, victim_id
LIMIT $limit
