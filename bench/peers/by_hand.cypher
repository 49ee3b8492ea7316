MATCH (person:Person {person_id: $id})
CALL (person) {
  MATCH (person)-[:SUSPECT_OF]->(dyad:Dyad)-[:VICTIM]->(victim:Person)
  WITH dyad, victim
  ORDER BY dyad.score DESC, dyad.dyad_id
  LIMIT 50
  RETURN collect([dyad, victim]) AS own
}
CALL (person, own) {
  UNWIND own AS each
  WITH person, each[1] AS victim
  CALL (person, victim) {
    MATCH (victim)<-[:VICTIM]-(other:Dyad)<-[:SUSPECT_OF]-(rival:Person)
    WHERE rival <> person
    WITH other, rival
    ORDER BY coalesce(other.last_on, date('0001-01-01')) DESC, other.dyad_id
    LIMIT 10
    RETURN collect([other, rival]) AS others
  }
  RETURN reduce(all = [], some IN collect(others) | all + some) AS others
}
CALL (own, others) {
  UNWIND own + others AS each
  WITH each[0] AS dyad
  RETURN collect(dyad {
    .dyad_id, .suspect_id, .victim_id, .incidents, .last_on, .latest_grade, .score, .band,
    incident_ids: dyad.incident_ids[-20..]
  }) AS dyads
}
CALL (person, own, others) {
  UNWIND [[null, person]] + own + others AS each
  WITH DISTINCT each[1] AS someone
  CALL (someone) {
    MATCH (someone)<-[:IS]-(record:Nominal)
    RETURN trim(coalesce(record.given_names, '') + ' ' + coalesce(record.family_name, '')) AS called
    ORDER BY record.nominal_id
    LIMIT 1
  }
  RETURN collect({person_id: someone.person_id, name: called}) AS people
}
CALL (dyads) {
  UNWIND dyads AS dyad
  UNWIND dyad.incident_ids AS id
  WITH DISTINCT id
  MATCH (incident:Incident {incident_id: id})
  WITH incident, COLLECT {
    MATCH (incident)-[:RECORDS]->(offence:Offence)
    RETURN offence {.offence_id, .code, .description}
    LIMIT 10
  } AS offences
  RETURN collect(incident {.incident_id, .reported_on, .kind, offences: offences}) AS incidents
}
RETURN {person_id: person.person_id, name: people[0].name, people: people, dyads: dyads, incidents: incidents} AS network
