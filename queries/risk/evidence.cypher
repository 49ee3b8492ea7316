// purpose: What is known of given dyads beside their lists: the answers of their forms, their offences, and signs beyond a form.
// caution: Allegations as recorded, not findings.
// param dyads: list[dict] -- For each dyad its suspect, victim, incidents and assessments, as `dyad_features` returns them.
// column dyad: dict -- The dyad as it was given.
// column forms: list[dict] -- Its assessments in order: id, day, time, instrument with version, answers, retracted items.
// column offences: list[dict] -- Offences against the victim in its incidents: id, day reported, code.
// column signs: list[dict] -- What records other than forms say: name, from, until, record.
UNWIND $dyads AS dyad
CALL (dyad) {
  UNWIND dyad.assessment_ids AS id
  MATCH (form:Assessment {assessment_id: id})
  WHERE (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
  WITH form, CASE
    WHEN EXISTS { MATCH (:Judgement {assessment_id: form.assessment_id}) } THEN COLLECT {
      MATCH (judgement:Judgement {assessment_id: form.assessment_id})
      WHERE judgement.undone IS NULL
      WITH judgement
      ORDER BY judgement.judgement_id
      RETURN [judgement.item, judgement.judgement_id]
    }
    ELSE []
  END AS retracted
  ORDER BY form.assessed_on, form.assessed_at, form.assessment_id
  RETURN collect([
    form.assessment_id, form.assessed_on, form.assessed_at, form.instrument + ' ' + form.version, form.answers, retracted
  ]) AS forms
}
CALL (dyad) {
  MATCH (victim:Person {person_id: dyad.victim_id})<-[:IS]-(hers:Nominal)
  WHERE (hers.restricted_to IS NULL OR any(g IN hers.restricted_to WHERE g IN $groups))
  CALL (hers) {
    RETURN [null, hers.nominal_id] AS sign
  UNION ALL
    MATCH (hers)-[:HAS]->(warning:Marker)
    WHERE (warning.restricted_to IS NULL OR any(g IN warning.restricted_to WHERE g IN $groups))
    RETURN ['victim_' + warning.kind, warning.from_on, warning.until_on, warning.marker_id] AS sign
  UNION ALL
    MATCH (hers)-[stay:LIVES_AT]->(home:Address)
    WHERE stay.from_on IS NOT NULL
      AND NOT coalesce(home.protected, false)
      AND (stay.restricted_to IS NULL OR any(g IN stay.restricted_to WHERE g IN $groups))
      AND (home.restricted_to IS NULL OR any(g IN home.restricted_to WHERE g IN $groups))
    RETURN ['new_address', stay.from_on, null, stay.residence_id] AS sign
  }
  WITH sign
  ORDER BY sign[0], sign[1], sign[3]
  RETURN [sign IN collect(sign) WHERE sign[0] IS NOT NULL] AS of_victim,
         [sign IN collect(sign) WHERE sign[0] IS NULL | sign[1]] AS victim_records
}
CALL (dyad, victim_records) {
  UNWIND dyad.incident_ids AS id
  MATCH (incident:Incident {incident_id: id})-[:RECORDS]->(offence:Offence)
  WHERE (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
    AND (offence.restricted_to IS NULL OR any(g IN offence.restricted_to WHERE g IN $groups))
    AND (offence.against IS NULL OR any(id IN offence.against WHERE id IN victim_records))
  WITH incident, offence
  ORDER BY incident.reported_on, offence.offence_id
  RETURN collect([offence.offence_id, incident.reported_on, offence.code]) AS offences
}
CALL (dyad) {
  MATCH (suspect:Person {person_id: dyad.suspect_id})<-[:IS]-(own:Nominal)
  WHERE (own.restricted_to IS NULL OR any(g IN own.restricted_to WHERE g IN $groups))
  CALL (own, dyad) {
    MATCH (own)-[:HAS]->(marker:Marker)
    WHERE (marker.restricted_to IS NULL OR any(g IN marker.restricted_to WHERE g IN $groups))
    UNWIND CASE
      WHEN marker.kind = 'honour' THEN [['victim_honour', marker.from_on, marker.until_on, marker.marker_id]]
      WHEN marker.kind = 'custody' AND marker.until_on IS NOT NULL THEN
        [['suspect_custody', marker.from_on, marker.until_on, marker.marker_id],
         ['release', marker.until_on, null, marker.marker_id]]
      ELSE [['suspect_' + marker.kind, marker.from_on, marker.until_on, marker.marker_id]]
    END AS sign
    RETURN sign
  UNION ALL
    MATCH (own)-[tie:RELATED_TO]-(other:Nominal)-[:IS]->(partner:Person)
    WHERE (tie.kind = 'partner' OR tie.kind = 'ex_partner')
      AND (tie.restricted_to IS NULL OR any(g IN tie.restricted_to WHERE g IN $groups))
      AND (other.restricted_to IS NULL OR any(g IN other.restricted_to WHERE g IN $groups))
    RETURN CASE
      WHEN partner.person_id <> dyad.victim_id AND partner.person_id <> dyad.suspect_id AND tie.kind = 'partner'
        THEN ['new_partner', tie.from_on, tie.until_on, tie.tie_id]
      WHEN partner.person_id = dyad.victim_id AND tie.kind = 'ex_partner'
        THEN ['separation', tie.from_on, null, tie.tie_id]
      WHEN partner.person_id = dyad.victim_id
        THEN ['separation', tie.until_on, null, tie.tie_id]
    END AS sign
  }
  WITH sign
  ORDER BY sign[0], sign[1], sign[3]
  WHERE sign[1] IS NOT NULL OR NOT sign[0] IN ['new_partner', 'separation', 'release']
  RETURN collect(sign) AS of_suspect
}
WITH dyad, forms, offences,
     of_suspect + [
       sign IN of_victim
       WHERE sign[0] <> 'new_address' OR any(other IN of_suspect WHERE other[0] = 'separation' AND other[1] <= sign[1])
     ] AS signs
RETURN dyad, forms, offences, signs
