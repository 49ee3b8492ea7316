// purpose: The markers and homes of some people and their partners, in any version: what signs of risk rest on.
// caution: Those that the viewer may not see in the version that names the person are left out.
// param nominals: list[str] -- Nominals that are named.
// column fact_id: str -- The record.
CALL () {
  UNWIND $nominals AS id
  MATCH (person:Nominal {nominal_id: id})-[:HAS]->(marker:Marker)
  WHERE (person.restricted_to IS NULL OR any(g IN person.restricted_to WHERE g IN $groups))
    AND (marker.restricted_to IS NULL OR any(g IN marker.restricted_to WHERE g IN $groups))
  RETURN marker.marker_id AS fact_id
UNION
  UNWIND $nominals AS id
  MATCH (person:Nominal {nominal_id: id})-[stay:LIVES_AT]->(home:Address)
  WHERE (person.restricted_to IS NULL OR any(g IN person.restricted_to WHERE g IN $groups))
    AND (stay.restricted_to IS NULL OR any(g IN stay.restricted_to WHERE g IN $groups))
    AND (home.restricted_to IS NULL OR any(g IN home.restricted_to WHERE g IN $groups))
    AND NOT coalesce(home.protected, false)
  RETURN stay.residence_id AS fact_id
UNION
  UNWIND $nominals AS id
  MATCH (person:Nominal {nominal_id: id})-[tie:RELATED_TO]-(other:Nominal)
  WHERE (person.restricted_to IS NULL OR any(g IN person.restricted_to WHERE g IN $groups))
    AND (tie.restricted_to IS NULL OR any(g IN tie.restricted_to WHERE g IN $groups))
    AND (other.restricted_to IS NULL OR any(g IN other.restricted_to WHERE g IN $groups))
    AND tie.kind IN ['partner', 'ex_partner']
  RETURN tie.tie_id AS fact_id
UNION
  UNWIND $nominals AS id
  MATCH (revision:Revision {person_ref: id})
  WHERE (revision.restricted_to IS NULL OR any(g IN revision.restricted_to WHERE g IN $groups))
    AND revision.feed IN ['markers', 'residences', 'relationships']
  RETURN revision.fact_id AS fact_id
UNION
  UNWIND $nominals AS id
  MATCH (revision:Revision {other_ref: id})
  WHERE (revision.restricted_to IS NULL OR any(g IN revision.restricted_to WHERE g IN $groups))
    AND revision.feed = 'relationships'
  RETURN revision.fact_id AS fact_id
}
RETURN fact_id
ORDER BY fact_id
