// purpose: Pairs of suspect and victim by threat score, highest first, with what the score is made of.
// caution: The score adds up suggested points for history and clusters of risk; it orders cases for review and says nothing of what will happen.
// param band: str | None = None -- Only scores that are called this: low, moderate, high or very high; not given: all.
// param cluster: str | None = None -- Only pairs that match this cluster of risk, such as C02; not given: all.
// param grade: str | None = None -- Only pairs whose latest grade is this: standard, medium or high; not given: all.
// param neighbourhood: str | None = None -- Only pairs whose latest incident was recorded there; not given: all.
// param changed_since: date | None = None -- Only pairs with an incident reported or a form completed after this day; not given: all.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 50 -- Rows at most.
// column dyad_id: str -- The pair.
// column suspect_id: str -- The person suspected.
// column suspect_name: str -- Name on the suspect's first record.
// column victim_id: str -- The person against whom.
// column victim_name: str -- Name on the victim's first record.
// column score: int -- Threat score: the sum of its parts.
// column band: str -- What a score of this height is called; very high: the red list.
// column score_parts: list[str] -- Parts of the score that have points.
// column score_points: list[int] -- Points of each.
// column clusters: list[str] -- Clusters of risk that the pair matches, with their versions.
// column incidents: int -- Domestic incidents of the pair.
// column last_on: date | None -- Day on which the latest was reported.
// column latest_grade: str | None -- Grade of the latest graded form.
// column latest_assessed_on: date | None -- Day on which the latest form was completed, graded or not.
// column harm_days: float -- Days of harm of offences in the window of the score.
// column unweighed: int -- Offences whose harm is not known.
// column neighbourhood: str | None -- Neighbourhood in which the latest incident was recorded.
// column form_known: bool -- Whether any form of the pair is known.
MATCH (dyad:Dyad)
WHERE dyad.score >= 0
  AND $audience IN dyad.audiences
  AND ($band IS NULL OR dyad.band = $band)
  AND ($cluster IS NULL OR any(name IN dyad.clusters WHERE split(name, ' ')[0] = $cluster))
  AND ($grade IS NULL OR dyad.latest_grade = $grade)
  AND ($changed_since IS NULL OR dyad.last_on > $changed_since OR dyad.assessed_on[-1] > $changed_since)
  AND ($neighbourhood IS NULL OR EXISTS {
    MATCH (there:Incident {incident_id: dyad.incident_ids[-1]})
    WHERE there.neighbourhood = $neighbourhood
  })
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
OPTIONAL MATCH (latest:Incident {incident_id: dyad.incident_ids[-1]})
RETURN dyad.dyad_id AS dyad_id, suspect.person_id AS suspect_id, suspect_name, victim.person_id AS victim_id, victim_name,
       dyad.score AS score, dyad.band AS band, dyad.score_parts AS score_parts, dyad.score_points AS score_points,
       dyad.clusters AS clusters, dyad.incidents AS incidents, dyad.last_on AS last_on,
       dyad.latest_grade AS latest_grade, dyad.assessed_on[-1] AS latest_assessed_on,
       dyad.harm_days AS harm_days, dyad.unweighed AS unweighed, latest.neighbourhood AS neighbourhood,
       dyad.assessments > 0 AS form_known
ORDER BY score DESC, coalesce(last_on, date('0001-01-01')) DESC, dyad_id
