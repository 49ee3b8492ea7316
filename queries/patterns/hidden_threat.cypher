// purpose: Pairs graded low whose history or clusters of risk say more, highest threat score first, with what hides it.
// caution: A grade may rest on what no record holds; the score orders cases for review and says nothing of what will happen.
// param most_grade: str = 'medium' -- Highest latest grade that counts as low: standard or medium.
// param least_score: int = 200 -- Threat score from which a pair is listed.
// param least_clusters: int = 3 -- Clusters of risk from which a pair is listed, whatever its score.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 100 -- Rows at most.
// column dyad_id: str -- The pair.
// column suspect_id: str -- The person suspected.
// column suspect_name: str -- Name on the suspect's first record.
// column victim_id: str -- The person against whom.
// column victim_name: str -- Name on the victim's first record.
// column latest_grade: str -- Grade of the latest graded form.
// column latest_graded_on: date -- Day on which that form was completed.
// column form_age_days: int -- Days from the latest form, graded or not, to the day for which conclusions are stored.
// column score: int -- Threat score.
// column band: str -- What a score of this height is called.
// column clusters: list[str] -- Clusters of risk that the pair matches, with their versions.
// column why: list[str] -- score, clusters: for which of these the pair is listed; contradicted: some yes was later answered no, too.
// column contradicted: list[str] -- Factors answered yes that a later form says no to, although they cannot cease to be so.
// column hidden_by: list[str] -- Factors once answered yes to which the latest form that asked says no.
// column last_on: date | None -- Day on which the latest incident was reported.
MATCH (dyad:Dyad)
WHERE dyad.score >= 0
  AND $audience IN dyad.audiences
  AND dyad.latest_grade IN CASE $most_grade WHEN 'standard' THEN ['standard'] WHEN 'medium' THEN ['standard', 'medium'] END
  AND (dyad.score >= $least_score OR size(dyad.clusters) >= $least_clusters)
  AND dyad.score <= coalesce($after.score, 9223372036854775807)
  AND CASE
    WHEN $after.dyad_id IS NULL THEN true
    WHEN dyad.score <> $after.score THEN dyad.score < $after.score
    WHEN coalesce(dyad.last_on, date('0001-01-01')) <> coalesce($after.last_on, date('0001-01-01'))
    THEN coalesce(dyad.last_on, date('0001-01-01')) < coalesce($after.last_on, date('0001-01-01'))
    ELSE dyad.dyad_id > $after.dyad_id
  END
WITH dyad
ORDER BY dyad.score DESC, coalesce(dyad.last_on, date('0001-01-01')) DESC, dyad.dyad_id
LIMIT $limit
CALL (dyad) {
  MATCH (derivation:Derivation {derivation_id: 'current'})
  RETURN duration.inDays(dyad.assessed_on[-1], derivation.as_of).days AS form_age_days
}
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
       dyad.latest_grade AS latest_grade, dyad.latest_graded_on AS latest_graded_on,
       form_age_days, dyad.score AS score, dyad.band AS band, dyad.clusters AS clusters,
       [
         reason IN [
           CASE WHEN dyad.score >= $least_score THEN 'score' END,
           CASE WHEN size(dyad.clusters) >= $least_clusters THEN 'clusters' END,
           CASE WHEN 'contradicted' IN dyad.states THEN 'contradicted' END
         ]
         WHERE reason IS NOT NULL
       ] AS why,
       [i IN range(0, size(dyad.factors) - 1) WHERE dyad.states[i] = 'contradicted' | dyad.factors[i]] AS contradicted,
       [i IN range(0, size(dyad.factors) - 1) WHERE dyad.latest_answers[i] = 'no' AND dyad.states[i] <> 'retracted' | dyad.factors[i]] AS hidden_by,
       dyad.last_on AS last_on
ORDER BY score DESC, coalesce(last_on, date('0001-01-01')) DESC, dyad_id
