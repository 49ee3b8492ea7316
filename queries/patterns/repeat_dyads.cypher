// purpose: Pairs of suspect and victim with several domestic incidents in a window, most incidents first.
// caution: Counts reports, not harm; more reports may also mean more trust in the police.
// param as_of: date | None = None -- Day as of which to count; not given: the day for which conclusions are stored.
// param window_days: int = 365 -- Days before as_of in which incidents count; 0: ever.
// param min_incidents: int = 2 -- Fewest incidents in that time.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 100 -- Rows at most.
// column dyad_id: str -- The pair.
// column suspect_id: str -- The person suspected.
// column suspect_name: str -- Name on the suspect's first record.
// column victim_id: str -- The person against whom.
// column victim_name: str -- Name on the victim's first record.
// column incidents: int -- Incidents in that time.
// column incidents_ever: int -- Incidents in all.
// column first_on: date -- Day on which the first of that time was reported.
// column last_on: date -- Day on which the latest of that time was reported.
// column latest_grade: str | None -- Grade of the latest graded assessment of the pair.
// column pairing: str -- named: a source names the pair; inferred: from a shared incident.
// column incident_ids: list[str] -- The incidents counted, oldest first.
MATCH (derivation:Derivation {derivation_id: 'current'})
WITH coalesce($as_of, derivation.as_of) AS as_of
MATCH (dyad:Dyad)
WHERE dyad.incidents >= $min_incidents
  AND $audience IN dyad.audiences
WITH dyad, as_of, [
  i IN range(0, dyad.incidents - 1)
  WHERE dyad.incident_on[i] <= as_of
    AND ($window_days = 0 OR dyad.incident_on[i] > as_of - duration({days: $window_days}))
] AS counted
WHERE size(counted) >= $min_incidents
  AND CASE
    WHEN $after.dyad_id IS NULL THEN true
    WHEN size(counted) <> $after.incidents THEN size(counted) < $after.incidents
    WHEN dyad.incident_on[counted[-1]] <> $after.last_on THEN dyad.incident_on[counted[-1]] < $after.last_on
    ELSE dyad.dyad_id > $after.dyad_id
  END
WITH dyad, as_of, counted
ORDER BY size(counted) DESC, dyad.incident_on[counted[-1]] DESC, dyad.dyad_id
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
       size(counted) AS incidents, size([day IN dyad.incident_on WHERE day <= as_of]) AS incidents_ever,
       dyad.incident_on[counted[0]] AS first_on, dyad.incident_on[counted[-1]] AS last_on,
       head([i IN range(size(dyad.grades) - 1, 0, -1) WHERE dyad.assessed_on[i] <= as_of AND dyad.grades[i] <> '' | dyad.grades[i]])
         AS latest_grade,
       dyad.pairing AS pairing, [i IN counted | dyad.incident_ids[i]] AS incident_ids
ORDER BY incidents DESC, last_on DESC, dyad_id
