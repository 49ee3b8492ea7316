// purpose: People whose names begin with the words asked for, in the order of their names.
// caution: Two people can share a name, and one person can have several records; compare dates of birth.
// param text: str -- Words of a name; each must begin some word of the name.
// param born_on: date | None = None -- Date of birth.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 20 -- Rows at most.
// column person_id: str -- The person.
// column nominal_id: str -- The record that matched.
// column family_name: str | None -- Family name as recorded.
// column given_names: str | None -- Given names as recorded.
// column born_on: date | None -- Date of birth.
// column sex: str | None -- Sex as recorded.
// column source: str -- System that delivered the record.
// column source_ref: str -- The source's own id of the record.
// column records: int -- Records of the person.
CALL db.index.fulltext.queryNodes('nominal_names', $text) YIELD node
WITH node AS found, node.family_name + '' AS family_name, node.given_names + '' AS given_names
WHERE ($born_on IS NULL OR found.born_on = $born_on)
  AND CASE
    WHEN $after.nominal_id IS NULL THEN true
    WHEN (family_name IS NULL) <> ($after.family_name IS NULL) THEN family_name IS NULL
    WHEN family_name <> $after.family_name THEN family_name > $after.family_name
    WHEN (given_names IS NULL) <> ($after.given_names IS NULL) THEN given_names IS NULL
    WHEN given_names <> $after.given_names THEN given_names > $after.given_names
    ELSE found.nominal_id > $after.nominal_id
  END
WITH found, family_name, given_names
ORDER BY family_name, given_names
MATCH (found:Nominal)-[:IS]->(person:Person)
WHERE (found.restricted_to IS NULL OR any(g IN found.restricted_to WHERE g IN $groups))
WITH found, family_name, given_names, person
ORDER BY family_name, given_names, found.nominal_id
LIMIT $limit
RETURN person.person_id AS person_id, found.nominal_id AS nominal_id, family_name, given_names,
       found.born_on AS born_on, found.sex AS sex, found.source AS source, found.source_ref AS source_ref,
       COUNT { MATCH (person)<-[:IS]-(record:Nominal) WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups)) } AS records
ORDER BY family_name, given_names, nominal_id
