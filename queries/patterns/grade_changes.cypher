// purpose: Pairs whose grade went up or down from one graded form to the next, latest change first.
// caution: A grade may fall because danger passed or a form was answered otherwise; forms of one day have no order; the score only orders cases.
// param since: date | None = None -- Earliest day of a change; not given: all.
// param direction: str | None = None -- Only changes up or down; not given: both.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 100 -- Rows at most.
// column dyad_id: str -- The pair.
// column suspect_id: str -- The person suspected.
// column suspect_name: str -- Name on the suspect's first record.
// column victim_id: str -- The person against whom.
// column victim_name: str -- Name on the victim's first record.
// column from_grade: str -- Grade before.
// column to_grade: str -- Grade after.
// column from_on: date -- Day on which the form before was completed.
// column to_on: date -- Day on which the form that changed it was completed.
// column direction: str -- up or down.
// column assessment_id: str -- The form that changed it.
// column latest_grade: str -- Grade of the latest graded form of the pair.
// column score: int -- Threat score of the pair now.
// column band: str -- What a score of this height is called.
MATCH (dyad:Dyad)
WHERE $audience IN dyad.audiences
  AND dyad.assessments > 1
WITH dyad, [i IN range(0, dyad.assessments - 1) WHERE dyad.grades[i] <> ''] AS graded
UNWIND range(1, size(graded) - 1) AS place
WITH dyad, graded[place - 1] AS earlier, graded[place] AS later
WITH dyad, earlier, later, CASE
  WHEN dyad.grades[earlier] = dyad.grades[later] THEN null
  WHEN dyad.grades[earlier] = 'standard' OR dyad.grades[later] = 'high' THEN 'up'
  ELSE 'down'
END AS direction
WHERE direction IS NOT NULL
  AND ($direction IS NULL OR direction = $direction)
  AND ($since IS NULL OR dyad.assessed_on[later] >= $since)
  AND CASE
    WHEN $after.assessment_id IS NULL THEN true
    WHEN dyad.assessed_on[later] <> $after.to_on THEN dyad.assessed_on[later] < $after.to_on
    WHEN dyad.score <> $after.score THEN dyad.score < $after.score
    WHEN dyad.dyad_id <> $after.dyad_id THEN dyad.dyad_id > $after.dyad_id
    ELSE dyad.assessment_ids[later] > $after.assessment_id
  END
WITH dyad, earlier, later, direction
ORDER BY dyad.assessed_on[later] DESC, dyad.score DESC, dyad.dyad_id, dyad.assessment_ids[later]
LIMIT $limit
MATCH (suspect:Person)-[:SUSPECT_OF]->(dyad)-[:VICTIM]->(victim:Person)
CALL (suspect) {
  MATCH (suspect)<-[:IS]-(suspect_record:Nominal)
  WHERE (suspect_record.restricted_to IS NULL OR any(g IN suspect_record.restricted_to WHERE g IN $groups))
  RETURN trim(coalesce(suspect_record.given_names, '') + ' ' + coalesce(suspect_record.family_name, '')) AS suspect_name
  ORDER BY suspect_record.nominal_id
  LIMIT 1
}
CALL (victim) {
  MATCH (victim)<-[:IS]-(victim_record:Nominal)
  WHERE (victim_record.restricted_to IS NULL OR any(g IN victim_record.restricted_to WHERE g IN $groups))
  RETURN trim(coalesce(victim_record.given_names, '') + ' ' + coalesce(victim_record.family_name, '')) AS victim_name
  ORDER BY victim_record.nominal_id
  LIMIT 1
}
RETURN dyad.dyad_id AS dyad_id, suspect.person_id AS suspect_id, suspect_name, victim.person_id AS victim_id, victim_name,
       dyad.grades[earlier] AS from_grade, dyad.grades[later] AS to_grade,
       dyad.assessed_on[earlier] AS from_on, dyad.assessed_on[later] AS to_on, direction,
       dyad.assessment_ids[later] AS assessment_id, dyad.latest_grade AS latest_grade, dyad.score AS score, dyad.band AS band
ORDER BY to_on DESC, score DESC, dyad_id, assessment_id
