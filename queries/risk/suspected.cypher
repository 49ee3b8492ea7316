// purpose: Every suspect of a dyad that the viewer reads, and every offence code.
// caution: For counting over all dyads; says nothing of anyone.
// column suspects: list[str] -- The suspects, by id.
// column codes: list[str] -- The codes, as delivered.
CALL () {
  MATCH (dyad:Dyad)
  WHERE $audience IN dyad.audiences
  WITH DISTINCT dyad.suspect_id AS suspect_id
  ORDER BY suspect_id
  RETURN collect(suspect_id) AS suspects
}
CALL () {
  MATCH (incident:Incident)-[:RECORDS]->(offence:Offence)
  WHERE (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
    AND (offence.restricted_to IS NULL OR any(g IN offence.restricted_to WHERE g IN $groups))
    AND offence.code IS NOT NULL
  WITH DISTINCT offence.code AS code
  ORDER BY code
  RETURN collect(code) AS codes
}
RETURN suspects, codes
