// purpose: What happened to a person, or in a dyad, in order: incidents, offences and assessments.
// caution: Days are those on which something was reported or completed, not on which it happened.
// param subject_id: str -- A person, any record of a person, or a dyad.
// param as_of: date | None = None -- What was reported or completed by this day counts; not given: all that is known.
// param known_at: datetime | None = None -- What had been received by then, as it stood then; not given: as it stands now.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 200 -- Rows at most, the oldest first.
// column happened_on: date -- Day on which it was reported or completed.
// column kind: str -- incident, offence or assessment.
// column record_id: str -- The record.
// column incident_id: str | None -- The incident that it is, is part of, or follows.
// column source: str -- System that delivered it.
// column source_ref: str -- The source's own id.
// column roles: list[str] -- What the person, or the dyad's suspect, was: suspect, victim and so on.
// column detail: str | None -- What the source calls the incident, the offence's code and words, or the form.
// column grade: str | None -- Grade of an assessment.
// column domestic: bool | None -- Whether the source flags the incident as domestic.
CALL () {
  MATCH (subject:Person {person_id: $subject_id})
  RETURN [subject] AS people, null AS pair
UNION
  MATCH (asked:Nominal {nominal_id: $subject_id})-[:IS]->(subject:Person)
  WHERE (asked.restricted_to IS NULL OR any(g IN asked.restricted_to WHERE g IN $groups))
  RETURN [subject] AS people, null AS pair
UNION
  MATCH (suspect:Person)-[:SUSPECT_OF]->(dyad:Dyad {dyad_id: $subject_id})-[:VICTIM]->(victim:Person)
  WHERE $audience IN dyad.audiences
  RETURN [suspect, victim] AS people,
         {incidents: dyad.incident_ids, assessments: dyad.assessment_ids} AS pair
}
WITH people, pair
WHERE $known_at IS NULL
CALL (people, pair) {
  WITH people[0] AS person, people[1] AS partner, pair
  MATCH (person)<-[:IS]-(record:Nominal)-[role:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]->(incident:Incident)
  WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
    AND (role.restricted_to IS NULL OR any(g IN role.restricted_to WHERE g IN $groups))
    AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
    AND ($as_of IS NULL OR incident.reported_on <= $as_of)
    AND (pair IS NULL OR incident.incident_id IN pair.incidents)
  WITH incident, pair, collect(DISTINCT type(role)) AS types,
       COLLECT {
         MATCH (partner)<-[:IS]-(harmed:Nominal)
         WHERE (harmed.restricted_to IS NULL OR any(g IN harmed.restricted_to WHERE g IN $groups))
         RETURN harmed.nominal_id
       } AS harmed_ids
  WITH incident, pair, harmed_ids, COLLECT {
    UNWIND types AS each
    RETURN toLower(replace(replace(each, '_IN', ''), '_TO', '')) AS word ORDER BY word
  } AS roles
  CALL (incident, pair, harmed_ids, roles) {
    RETURN 'incident' AS kind, incident.incident_id AS record_id, incident.source AS source,
           incident.source_ref AS source_ref, incident.kind AS detail
  UNION
    MATCH (incident)-[:RECORDS]->(offence:Offence)
    WHERE (offence.restricted_to IS NULL OR any(g IN offence.restricted_to WHERE g IN $groups))
      AND (pair IS NULL OR offence.against IS NULL OR any(id IN offence.against WHERE id IN harmed_ids))
    RETURN 'offence' AS kind, offence.offence_id AS record_id, offence.source AS source,
           offence.source_ref AS source_ref,
           trim(coalesce(offence.code, '') + ' ' + coalesce(offence.description, '')) AS detail
  }
  RETURN incident.reported_on AS happened_on, kind, record_id, incident.incident_id AS incident_id, source, source_ref,
         roles, detail, null AS grade, incident.domestic AS domestic
UNION
  UNWIND people AS person
  MATCH (person)<-[:IS]-(named:Nominal)<-[of:OF_SUSPECT|OF_VICTIM]-(form:Assessment)
  OPTIONAL MATCH (form)-[:FOLLOWS]->(followed:Incident)
  WITH people, pair, person, named, of, form, followed
  WHERE (named.restricted_to IS NULL OR any(g IN named.restricted_to WHERE g IN $groups))
    AND (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
    AND (followed.restricted_to IS NULL OR any(g IN followed.restricted_to WHERE g IN $groups))
    AND ($as_of IS NULL OR form.assessed_on <= $as_of)
    AND (pair IS NULL OR form.assessment_id IN pair.assessments)
    AND NOT EXISTS {
      MATCH (form)-[:OF_SUSPECT|OF_VICTIM]->(other:Nominal)
      WHERE other <> named
        AND NOT (other.restricted_to IS NULL OR any(g IN other.restricted_to WHERE g IN $groups))
    }
  WITH form, followed, person, people, collect(DISTINCT type(of)) AS types
  WITH form, followed,
       reduce(all = [], each IN collect(CASE WHEN person = people[0] THEN types ELSE [] END) | all + each) AS types
  RETURN form.assessed_on AS happened_on, 'assessment' AS kind, form.assessment_id AS record_id,
         followed.incident_id AS incident_id, form.source AS source, form.source_ref AS source_ref,
         COLLECT { UNWIND types AS each RETURN toLower(replace(each, 'OF_', '')) AS word ORDER BY word } AS roles,
         form.instrument + ' ' + form.version AS detail, form.grade AS grade, null AS domestic
}
WITH happened_on, kind, record_id, incident_id, source, source_ref, roles, detail, grade, domestic,
     {incident: 0, offence: 1, assessment: 2} AS ranks
WHERE CASE
  WHEN $after.record_id IS NULL THEN true
  WHEN happened_on <> $after.happened_on THEN happened_on > $after.happened_on
  WHEN (incident_id IS NULL) <> ($after.incident_id IS NULL) THEN incident_id IS NULL
  WHEN incident_id <> $after.incident_id THEN incident_id > $after.incident_id
  WHEN ranks[kind] <> ranks[$after.kind] THEN ranks[kind] > ranks[$after.kind]
  ELSE record_id > $after.record_id
END
RETURN happened_on, kind, record_id, incident_id, source, source_ref, roles, detail, grade, domestic
ORDER BY happened_on, incident_id, ranks[kind], record_id
LIMIT $limit
