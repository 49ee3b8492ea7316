// purpose: The records that in any version name one of some people, or one of some incidents.
// caution: Those that the viewer may not see in the version that does so are left out.
// param nominals: list[str] -- Nominals that are named.
// param incidents: list[str] -- Incidents that are named.
// column fact_id: str -- The record.
// column incident_id: str | None -- For a role: its incident.
CALL () {
  UNWIND $nominals AS id
  MATCH (person:Nominal {nominal_id: id})
  MATCH (person)-[role:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]->(incident:Incident)
  WHERE (person.restricted_to IS NULL OR any(g IN person.restricted_to WHERE g IN $groups))
    AND (role.restricted_to IS NULL OR any(g IN role.restricted_to WHERE g IN $groups))
    AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
  RETURN role.role_id AS fact_id, incident.incident_id AS incident_id
UNION
  UNWIND $nominals AS id
  MATCH (person:Nominal {nominal_id: id})
  MATCH (person)<-[:OF_SUSPECT|OF_VICTIM]-(form:Assessment)
  WHERE (person.restricted_to IS NULL OR any(g IN person.restricted_to WHERE g IN $groups))
    AND (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
  RETURN form.assessment_id AS fact_id, null AS incident_id
UNION
  UNWIND $nominals AS id
  MATCH (person:Nominal {nominal_id: id})
  MATCH (person)-[tie:RELATED_TO]->(other:Nominal)
  WHERE (person.restricted_to IS NULL OR any(g IN person.restricted_to WHERE g IN $groups))
    AND (tie.restricted_to IS NULL OR any(g IN tie.restricted_to WHERE g IN $groups))
    AND (other.restricted_to IS NULL OR any(g IN other.restricted_to WHERE g IN $groups))
    AND any(each IN $nominals WHERE each = other.nominal_id)
  RETURN tie.tie_id AS fact_id, null AS incident_id
UNION
  UNWIND $nominals AS id
  MATCH (revision:Revision {person_ref: id})
  WHERE (revision.restricted_to IS NULL OR any(g IN revision.restricted_to WHERE g IN $groups))
    AND (revision.other_ref IS NULL OR revision.other_ref IN $nominals)
  RETURN revision.fact_id AS fact_id, revision.incident_ref AS incident_id
UNION
  UNWIND $nominals AS id
  MATCH (revision:Revision {suspect_ref: id})
  WHERE (revision.restricted_to IS NULL OR any(g IN revision.restricted_to WHERE g IN $groups))
  RETURN revision.fact_id AS fact_id, null AS incident_id
UNION
  UNWIND $nominals AS id
  MATCH (revision:Revision {victim_ref: id})
  WHERE (revision.restricted_to IS NULL OR any(g IN revision.restricted_to WHERE g IN $groups))
  RETURN revision.fact_id AS fact_id, null AS incident_id
UNION
  UNWIND $incidents AS id
  MATCH (incident:Incident {incident_id: id})-[:RECORDS]->(offence:Offence)
  WHERE (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
    AND (offence.restricted_to IS NULL OR any(g IN offence.restricted_to WHERE g IN $groups))
  RETURN offence.offence_id AS fact_id, null AS incident_id
UNION
  UNWIND $incidents AS id
  MATCH (person:Nominal)-[role:SUSPECT_IN|VICTIM_IN]->(incident:Incident {incident_id: id})
  WHERE (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
    AND (role.restricted_to IS NULL OR any(g IN role.restricted_to WHERE g IN $groups))
    AND (person.restricted_to IS NULL OR any(g IN person.restricted_to WHERE g IN $groups))
  RETURN role.role_id AS fact_id, incident.incident_id AS incident_id
UNION
  UNWIND $incidents AS id
  MATCH (revision:Revision {incident_ref: id})
  WHERE (revision.restricted_to IS NULL OR any(g IN revision.restricted_to WHERE g IN $groups))
  RETURN revision.fact_id AS fact_id, id AS incident_id
}
RETURN fact_id, incident_id
ORDER BY fact_id, incident_id
