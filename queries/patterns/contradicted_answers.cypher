// purpose: Answers of yes that a later form of the pair contradicts, of pairs with the highest threat score first.
// caution: A no may be fear or haste, or the yes a slip: open the forms before concluding; the score only orders cases.
// param factor: str | None = None -- Only this factor, such as strangulation; not given: all.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 100 -- Rows at most.
// column dyad_id: str -- The pair.
// column suspect_id: str -- The person suspected.
// column suspect_name: str -- Name on the suspect's first record.
// column victim_id: str -- The person against whom.
// column victim_name: str -- Name on the victim's first record.
// column factor: str -- What was asked about, and cannot cease to be so.
// column first_yes_on: date -- Day of the first form that says yes.
// column last_yes_on: date -- Day of the latest form that says yes.
// column latest_answer: str -- What the latest form that asked says: yes, no or dont_know.
// column latest_grade: str | None -- Grade of the latest graded form of the pair.
// column score: int -- Threat score of the pair.
MATCH (dyad:Dyad)
WHERE dyad.score >= 0
  AND dyad.score <= coalesce($after.score, 9223372036854775807)
  AND $audience IN dyad.audiences
  AND 'contradicted' IN dyad.states
UNWIND [
  i IN range(0, size(dyad.factors) - 1)
  WHERE dyad.states[i] = 'contradicted' AND ($factor IS NULL OR dyad.factors[i] = $factor) AND CASE
    WHEN $after.dyad_id IS NULL THEN true
    WHEN dyad.score <> $after.score THEN dyad.score < $after.score
    WHEN dyad.dyad_id <> $after.dyad_id THEN dyad.dyad_id > $after.dyad_id
    ELSE dyad.factors[i] > $after.factor
  END
] AS i
WITH dyad, i, dyad.factors[i] AS factor
ORDER BY dyad.score DESC, dyad.dyad_id, factor
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
       factor, dyad.first_yes_on[i] AS first_yes_on, dyad.last_yes_on[i] AS last_yes_on,
       dyad.latest_answers[i] AS latest_answer, dyad.latest_grade AS latest_grade, dyad.score AS score
ORDER BY score DESC, dyad_id, factor
