// purpose: Roles that cannot all be right: own_victim, own_form, both_sides, reversed_form, young_suspect, adult_child.
// caution: A counter_allegation, where a source says against whom a victim is suspected too, need be no mistake.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 200 -- Rows at most.
// column conflict: str -- own_victim: suspected against that very person; own_form: suspect and victim of one form; both_sides: suspect and victim in one incident, and nobody says against whom; reversed_form: suspect of a form, but in its incident a victim and no suspect; young_suspect: under 10; adult_child: linked as a child, 18 or over; or counter_allegation.
// column person_id: str -- The person, whose records are joined by judgements.
// column incident_id: str | None -- The incident, or the one that the form follows.
// column assessment_id: str | None -- The form.
// column source: str -- System that delivered the incident or the form.
// column source_ref: str -- The source's own id of the form, else of the incident.
// column happened_on: date -- Day on which the incident was reported or the form was completed.
// column age: int | None -- For a young suspect or an adult child: age then as recorded, else by the date of birth.
// column record_ids: list[str] -- The person's records concerned.
CALL () {
  MATCH (record:Nominal)-[suspicion:SUSPECT_IN]->(incident:Incident)<-[harm:VICTIM_IN]-(harmed:Nominal)
  WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
    AND (suspicion.restricted_to IS NULL OR any(g IN suspicion.restricted_to WHERE g IN $groups))
    AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
    AND (harm.restricted_to IS NULL OR any(g IN harm.restricted_to WHERE g IN $groups))
    AND (harmed.restricted_to IS NULL OR any(g IN harmed.restricted_to WHERE g IN $groups))
  MATCH (record)-[:IS]->(person:Person)
  MATCH (harmed)-[:IS]->(person)
  WITH person, incident, [record.nominal_id, harmed.nominal_id] AS ids, CASE
    WHEN harmed.nominal_id IN suspicion.against THEN 'own_victim'
    WHEN suspicion.against IS NULL THEN 'both_sides'
    ELSE 'counter_allegation'
  END AS conflict
  UNWIND ids AS id
  RETURN conflict, person, incident, null AS form, null AS age, id
UNION ALL
  MATCH (form:Assessment)-[:OF_SUSPECT]->(accused:Nominal)-[:IS]->(person:Person)
  MATCH (form)-[:OF_VICTIM]->(assessed:Nominal)
  OPTIONAL MATCH (form)-[:FOLLOWS]->(followed:Incident)
  WITH form, accused, assessed, followed, person
  WHERE (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
    AND (accused.restricted_to IS NULL OR any(g IN accused.restricted_to WHERE g IN $groups))
    AND (assessed.restricted_to IS NULL OR any(g IN assessed.restricted_to WHERE g IN $groups))
    AND (followed.restricted_to IS NULL OR any(g IN followed.restricted_to WHERE g IN $groups))
  WITH form, accused, assessed, followed, person,
       EXISTS { MATCH (assessed)-[:IS]->(person) } AS own,
       EXISTS {
         MATCH (followed)<-[harm:VICTIM_IN]-(harmed:Nominal)-[:IS]->(person)
         WHERE (harm.restricted_to IS NULL OR any(g IN harm.restricted_to WHERE g IN $groups))
           AND (harmed.restricted_to IS NULL OR any(g IN harmed.restricted_to WHERE g IN $groups))
       } AND NOT EXISTS {
         MATCH (followed)<-[suspicion:SUSPECT_IN]-(suspected:Nominal)-[:IS]->(person)
         WHERE (suspicion.restricted_to IS NULL OR any(g IN suspicion.restricted_to WHERE g IN $groups))
           AND (suspected.restricted_to IS NULL OR any(g IN suspected.restricted_to WHERE g IN $groups))
       } AS reversed
  UNWIND CASE WHEN own THEN [['own_form', accused.nominal_id], ['own_form', assessed.nominal_id]] ELSE [] END
       + CASE WHEN reversed THEN [['reversed_form', accused.nominal_id]] ELSE [] END AS found
  RETURN found[0] AS conflict, person, followed AS incident, form, null AS age, found[1] AS id
UNION ALL
  MATCH (record:Nominal)-[role:SUSPECT_IN|CHILD_IN]->(incident:Incident)
  WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
    AND (role.restricted_to IS NULL OR any(g IN role.restricted_to WHERE g IN $groups))
    AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
  WITH record, incident, type(role) AS role,
       coalesce(role.age, duration.between(record.born_on, incident.reported_on).years) AS age
  WHERE (role = 'SUSPECT_IN' AND age < 10) OR (role = 'CHILD_IN' AND age >= 18)
  MATCH (record)-[:IS]->(person:Person)
  RETURN CASE role WHEN 'SUSPECT_IN' THEN 'young_suspect' ELSE 'adult_child' END AS conflict, person, incident,
         null AS form, age, record.nominal_id AS id
}
WITH conflict, person, incident, form, age, id
ORDER BY id
WITH conflict, person, incident, form, min(age) AS age, collect(DISTINCT id) AS record_ids
WITH conflict, person.person_id AS person_id, incident.incident_id AS incident_id,
     form.assessment_id AS assessment_id, coalesce(form.source, incident.source) + '' AS source,
     coalesce(form.source_ref, incident.source_ref) + '' AS source_ref,
     coalesce(form.assessed_on, incident.reported_on) AS happened_on, age, record_ids
WHERE CASE
  WHEN $after.person_id IS NULL THEN true
  WHEN (conflict = 'counter_allegation') <> ($after.conflict = 'counter_allegation') THEN conflict = 'counter_allegation'
  WHEN happened_on <> $after.happened_on THEN happened_on < $after.happened_on
  WHEN source_ref <> $after.source_ref THEN source_ref > $after.source_ref
  WHEN source <> $after.source THEN source > $after.source
  WHEN conflict <> $after.conflict THEN conflict > $after.conflict
  ELSE person_id > $after.person_id
END
RETURN conflict, person_id, incident_id, assessment_id, source, source_ref, happened_on, age, record_ids
ORDER BY conflict = 'counter_allegation', happened_on DESC, source_ref, source, conflict, person_id
LIMIT $limit
