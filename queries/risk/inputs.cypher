// purpose: Which inputs of clusters the records hold at all: forms by instrument, offences with their codes, markers by kind, ties of couples, homes.
// caution: What no record holds may still be so.
// param limit: int = 200 -- Rows at most.
// column input: str -- The kind of record.
// column codes: list[str] -- Of offences their codes, as delivered; of others none.
CALL () {
  MATCH (form:Assessment)-[:OF_VICTIM]->(assessed:Nominal)
  WHERE (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
    AND (assessed.restricted_to IS NULL OR any(g IN assessed.restricted_to WHERE g IN $groups))
    AND form.answers IS NOT NULL
    AND NOT EXISTS {
      MATCH (form)-[:FOLLOWS]->(followed:Incident)
      WHERE NOT (followed.restricted_to IS NULL OR any(g IN followed.restricted_to WHERE g IN $groups))
    }
    AND NOT EXISTS {
      MATCH (form)-[:OF_SUSPECT]->(accused:Nominal)
      WHERE NOT (accused.restricted_to IS NULL OR any(g IN accused.restricted_to WHERE g IN $groups))
    }
  RETURN DISTINCT 'form ' + form.instrument + ' ' + form.version AS input, [] AS codes
UNION
  MATCH (incident:Incident)-[:RECORDS]->(offence:Offence)
  WHERE (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
    AND (offence.restricted_to IS NULL OR any(g IN offence.restricted_to WHERE g IN $groups))
    AND offence.code IS NOT NULL
  WITH collect(DISTINCT offence.code) AS codes
  WHERE size(codes) > 0
  RETURN 'offences' AS input, codes
UNION
  MATCH (owner:Nominal)-[:HAS]->(marker:Marker)
  WHERE (owner.restricted_to IS NULL OR any(g IN owner.restricted_to WHERE g IN $groups))
    AND (marker.restricted_to IS NULL OR any(g IN marker.restricted_to WHERE g IN $groups))
  RETURN DISTINCT 'marker ' + marker.kind AS input, [] AS codes
UNION
  MATCH (one:Nominal)-[tie:RELATED_TO]->(other:Nominal)
  WHERE (tie.kind = 'partner' OR tie.kind = 'ex_partner')
    AND (one.restricted_to IS NULL OR any(g IN one.restricted_to WHERE g IN $groups))
    AND (tie.restricted_to IS NULL OR any(g IN tie.restricted_to WHERE g IN $groups))
    AND (other.restricted_to IS NULL OR any(g IN other.restricted_to WHERE g IN $groups))
  RETURN 'ties' AS input, [] AS codes
  LIMIT 1
UNION
  MATCH (resident:Nominal)-[stay:LIVES_AT]->(home:Address)
  WHERE NOT coalesce(home.protected, false)
    AND stay.from_on IS NOT NULL
    AND (resident.restricted_to IS NULL OR any(g IN resident.restricted_to WHERE g IN $groups))
    AND (stay.restricted_to IS NULL OR any(g IN stay.restricted_to WHERE g IN $groups))
    AND (home.restricted_to IS NULL OR any(g IN home.restricted_to WHERE g IN $groups))
  RETURN 'homes' AS input, [] AS codes
  LIMIT 1
}
RETURN input, codes
ORDER BY input
LIMIT $limit
