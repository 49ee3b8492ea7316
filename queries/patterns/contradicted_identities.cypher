// purpose: Records that would be one person but for a judgement that two of them are different people.
// caution: They are kept apart until somebody undoes one of the judgements; counts may be split among them.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 100 -- Rows at most.
// column person_id: str -- The person that the record stands for while it is kept apart.
// column nominal_id: str -- The record.
// column source: str -- System that delivered it.
// column source_ref: str -- The source's own id of the record.
// column family_name: str | None -- Family name as recorded.
// column given_names: str | None -- Given names as recorded.
// column born_on: date | None -- Date of birth.
// column same_as: list[str] -- Records that it was judged the same as.
// column different_from: list[str] -- Records that it was judged different from.
MATCH (person:Person {contradicted: true})<-[:IS]-(record:Nominal)
WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
  AND CASE
    WHEN $after.nominal_id IS NULL THEN true
    WHEN person.person_id <> $after.person_id THEN person.person_id > $after.person_id
    ELSE record.nominal_id > $after.nominal_id
  END
RETURN person.person_id AS person_id, record.nominal_id AS nominal_id, record.source AS source,
       record.source_ref AS source_ref, record.family_name AS family_name, record.given_names AS given_names,
       record.born_on AS born_on,
       COLLECT {
         MATCH (record)-[judged:JUDGED {verdict: 'same'}]-(twin:Nominal)
         WHERE (twin.restricted_to IS NULL OR any(g IN twin.restricted_to WHERE g IN $groups))
         RETURN DISTINCT twin.nominal_id AS id ORDER BY id
       } AS same_as,
       COLLECT {
         MATCH (record)-[judged:JUDGED {verdict: 'different'}]-(stranger:Nominal)
         WHERE (stranger.restricted_to IS NULL OR any(g IN stranger.restricted_to WHERE g IN $groups))
         RETURN DISTINCT stranger.nominal_id AS id ORDER BY id
       } AS different_from
ORDER BY person_id, nominal_id
LIMIT $limit
