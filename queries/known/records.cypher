// purpose: Every version of some records, to resolve which of them was there at a time.
// caution: Versions, whether they ever held or not; what they say is left out where the viewer may not see it.
// param ids: list[str] -- The records.
// param incidents: list[str] -- Incidents in which those of them are that are roles.
// column feed: str -- Feed of the record.
// column fact_id: str -- The record.
// column state: str -- Why the version does not hold, or `holds`.
// column recorded_at: datetime | None -- When the source recorded it.
// column digest: str -- Hash of its content.
// column received_at: datetime -- When it was first received.
// column resumed_at: datetime | None -- For what was retired: when it was next received.
// column refs: dict -- Ids that it refers to, by column.
// column says: dict | None -- What it says, where it holds.
// column content: str | None -- The checked row, as JSON, where it does not hold.
CALL () {
  UNWIND $ids AS id
  MATCH (nominal:Nominal {nominal_id: id})
  RETURN 'people' AS feed, id AS fact_id, 'holds' AS state, nominal.recorded_at AS recorded_at, nominal.digest AS digest,
         nominal.received_at AS received_at, null AS resumed_at, {} AS refs, null AS content,
         CASE
           WHEN (nominal.restricted_to IS NULL OR any(g IN nominal.restricted_to WHERE g IN $groups))
           THEN {born_on: nominal.born_on}
         END AS says
UNION ALL
  UNWIND $ids AS id
  MATCH (incident:Incident {incident_id: id})
  RETURN 'incidents' AS feed, id AS fact_id, 'holds' AS state, incident.recorded_at AS recorded_at, incident.digest AS digest,
         incident.received_at AS received_at, null AS resumed_at, {} AS refs, null AS content,
         CASE
           WHEN (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
           THEN {source: incident.source, source_ref: incident.source_ref, reported_on: incident.reported_on,
                 kind: incident.kind, domestic: incident.domestic, unknown_suspects: incident.unknown_suspects}
         END AS says
UNION ALL
  UNWIND $incidents AS id
  MATCH (person:Nominal)-[role:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]->(incident:Incident {incident_id: id})
  WHERE role.role_id IN $ids
  RETURN 'involvements' AS feed, role.role_id AS fact_id, 'holds' AS state, role.recorded_at AS recorded_at, role.digest AS digest,
         role.received_at AS received_at, null AS resumed_at,
         {person_ref: person.nominal_id, incident_ref: id} AS refs, null AS content,
         CASE
           WHEN (role.restricted_to IS NULL OR any(g IN role.restricted_to WHERE g IN $groups))
             AND (person.restricted_to IS NULL OR any(g IN person.restricted_to WHERE g IN $groups))
             AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
           THEN {role: toLower(replace(replace(type(role), '_IN', ''), '_TO', '')), age: role.age, against: role.against}
         END AS says
UNION ALL
  UNWIND $ids AS id
  MATCH (incident:Incident)-[:RECORDS]->(offence:Offence {offence_id: id})
  RETURN 'offences' AS feed, id AS fact_id, 'holds' AS state, offence.recorded_at AS recorded_at, offence.digest AS digest,
         offence.received_at AS received_at, null AS resumed_at, {incident_ref: incident.incident_id} AS refs,
         null AS content,
         CASE
           WHEN (offence.restricted_to IS NULL OR any(g IN offence.restricted_to WHERE g IN $groups))
             AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
           THEN {source: offence.source, source_ref: offence.source_ref, code: offence.code,
                 description: offence.description, against: offence.against}
         END AS says
UNION ALL
  UNWIND $ids AS id
  MATCH (form:Assessment {assessment_id: id})-[:OF_VICTIM]->(victim:Nominal)
  OPTIONAL MATCH (form)-[:OF_SUSPECT]->(suspect:Nominal)
  OPTIONAL MATCH (form)-[:FOLLOWS]->(incident:Incident)
  RETURN 'assessments' AS feed, id AS fact_id, 'holds' AS state, form.recorded_at AS recorded_at, form.digest AS digest,
         form.received_at AS received_at, null AS resumed_at,
         {suspect_ref: suspect.nominal_id, victim_ref: victim.nominal_id, incident_ref: incident.incident_id} AS refs,
         null AS content,
         CASE
           WHEN (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
             AND (victim.restricted_to IS NULL OR any(g IN victim.restricted_to WHERE g IN $groups))
             AND (suspect.restricted_to IS NULL OR any(g IN suspect.restricted_to WHERE g IN $groups))
             AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
           THEN {source: form.source, source_ref: form.source_ref, instrument: form.instrument, version: form.version,
                 assessed_on: form.assessed_on, assessed_at: form.assessed_at, grade: form.grade}
         END AS says
UNION ALL
  UNWIND $ids AS id
  MATCH (one:Nominal)-[tie:RELATED_TO {tie_id: id}]->(other:Nominal)
  RETURN 'relationships' AS feed, id AS fact_id, 'holds' AS state, tie.recorded_at AS recorded_at, tie.digest AS digest,
         tie.received_at AS received_at, null AS resumed_at,
         {person_ref: one.nominal_id, other_ref: other.nominal_id} AS refs, null AS content,
         CASE
           WHEN (tie.restricted_to IS NULL OR any(g IN tie.restricted_to WHERE g IN $groups))
             AND (one.restricted_to IS NULL OR any(g IN one.restricted_to WHERE g IN $groups))
             AND (other.restricted_to IS NULL OR any(g IN other.restricted_to WHERE g IN $groups))
           THEN {kind: tie.kind, from_on: tie.from_on, until_on: tie.until_on}
         END AS says
UNION ALL
  UNWIND $ids AS id
  MATCH (revision:Revision {fact_id: id})
  RETURN revision.feed AS feed, id AS fact_id, revision.state AS state, revision.recorded_at AS recorded_at, revision.digest AS digest,
         revision.received_at AS received_at, revision.resumed_at AS resumed_at,
         {person_ref: revision.person_ref, other_ref: revision.other_ref, suspect_ref: revision.suspect_ref,
          victim_ref: revision.victim_ref, incident_ref: revision.incident_ref, address_ref: revision.address_ref} AS refs,
         CASE
           WHEN (revision.restricted_to IS NULL OR any(g IN revision.restricted_to WHERE g IN $groups))
           THEN revision.content
         END AS content,
         null AS says
}
RETURN feed, fact_id, state, recorded_at, digest, received_at, resumed_at, refs, says, content
ORDER BY fact_id, received_at
