// purpose: Which person each of some records is taken to be.
// caution: Records are joined only where somebody judged them the same.
// param records: list[str] -- The records.
// column nominal_id: str -- The record.
// column person_id: str -- The person.
UNWIND $records AS nominal_id
MATCH (record:Nominal {nominal_id: nominal_id})-[:IS]->(person:Person)
WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
RETURN nominal_id, person.person_id AS person_id
ORDER BY nominal_id
