// purpose: The network of a suspect: the victims, those victims' other suspects, and the incidents of each pair with days and offences.
// caution: Suspicion as recorded, not conviction; an inferred pair only shared an incident, and two suspects of one victim need not know one another.
// param person_id: str -- The person, or any record of the person.
// param max_victims: int = 50 -- Victims at most, those with the highest threat score first.
// param max_suspects: int = 10 -- Other suspects of each victim at most, the latest incident first.
// param max_incidents: int = 20 -- Incidents of each pair at most, the latest.
// param limit: int = 1 -- Rows at most; there is only one.
// column person_id: str -- The person.
// column name: str -- Name on the person's first record.
// column people: list[dict] -- Everybody in the network, the person first, then by id, with the name on the first record.
// column dyads: list[dict] -- The pairs: the person's own by threat score, then, victim by victim, those of the victims' other suspects.
// column incidents: list[dict] -- The incidents that the pairs list, each once, by day reported, with offences, ten at most.
// column victims_left_out: int -- Victims of the person who are not shown because there are too many.
// column suspects_left_out: int -- Other suspects of the victims shown who are not shown because there are too many.
CALL () {
  MATCH (person:Person {person_id: $person_id})
  RETURN person
UNION
  MATCH (asked:Nominal {nominal_id: $person_id})-[:IS]->(person:Person)
  WHERE (asked.restricted_to IS NULL OR any(g IN asked.restricted_to WHERE g IN $groups))
  RETURN person
}
CALL (person) {
  MATCH (person)<-[:IS]-(own_record:Nominal)
  WHERE (own_record.restricted_to IS NULL OR any(g IN own_record.restricted_to WHERE g IN $groups))
  RETURN trim(coalesce(own_record.given_names, '') + ' ' + coalesce(own_record.family_name, '')) AS name
  ORDER BY own_record.nominal_id
  LIMIT 1
}
CALL (person) {
  MATCH (person)-[:SUSPECT_OF]->(dyad:Dyad)-[:VICTIM]->(victim:Person)
  WHERE $audience IN dyad.audiences
  WITH dyad, victim
  ORDER BY dyad.score DESC, coalesce(dyad.last_on, date('0001-01-01')) DESC, dyad.dyad_id
  RETURN collect([dyad, victim]) AS own
}
CALL (person, own) {
  UNWIND own[..$max_victims] AS each
  WITH person, each[0] AS dyad, each[1] AS victim
  CALL (person, victim) {
    MATCH (victim)<-[:VICTIM]-(other:Dyad)<-[:SUSPECT_OF]-(rival:Person)
    WHERE rival <> person
      AND $audience IN other.audiences
    WITH other, rival
    ORDER BY coalesce(other.last_on, date('0001-01-01')) DESC, other.dyad_id
    RETURN collect([other, rival, 0]) AS others
  }
  RETURN collect([dyad, victim, size(others[$max_suspects..])]) AS followed,
         reduce(all = [], some IN collect(others[..$max_suspects]) | all + some) AS others
}
CALL (followed, others) {
  UNWIND followed + others AS each
  WITH each[0] AS dyad, each[2] AS suspects_left_out
  RETURN collect(dyad {
    .dyad_id, .suspect_id, .victim_id, .score, .band, .incidents, .last_on, .latest_grade,
    incident_ids: dyad.incident_ids[-$max_incidents..], left_out: size(dyad.incident_ids[..-$max_incidents]),
    suspects_left_out: suspects_left_out
  }) AS dyads
}
CALL (followed, others) {
  UNWIND followed + others AS each
  WITH DISTINCT each[1] AS someone
  CALL (someone) {
    MATCH (someone)<-[:IS]-(record:Nominal)
    WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
    RETURN trim(coalesce(record.given_names, '') + ' ' + coalesce(record.family_name, '')) AS called
    ORDER BY record.nominal_id
    LIMIT 1
  }
  WITH someone.person_id AS person_id, called
  ORDER BY person_id
  RETURN collect({person_id: person_id, name: called}) AS named
}
CALL (dyads) {
  UNWIND dyads AS dyad
  UNWIND dyad.incident_ids AS id
  WITH DISTINCT id
  MATCH (incident:Incident {incident_id: id})
  WHERE (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
  WITH incident, COLLECT {
    MATCH (incident)-[:RECORDS]->(offence:Offence)
    WHERE (offence.restricted_to IS NULL OR any(g IN offence.restricted_to WHERE g IN $groups))
    WITH offence
    ORDER BY offence.offence_id
    RETURN offence {.offence_id, .code, .description}
  } AS offences
  ORDER BY incident.reported_on, incident.incident_id
  RETURN collect(incident {.incident_id, .reported_on, .kind, offences: offences[..10], left_out: size(offences[10..])}) AS incidents
}
RETURN person.person_id AS person_id, name, [{person_id: person.person_id, name: name}] + named AS people, dyads, incidents,
       size(own[$max_victims..]) AS victims_left_out,
       reduce(total = 0, each IN followed | total + each[2]) AS suspects_left_out
ORDER BY person_id
LIMIT $limit
