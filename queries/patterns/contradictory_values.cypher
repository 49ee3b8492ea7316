// purpose: People whose records say different things of them: dates of birth and sex, side by side, by source.
// caution: Either value may be right, or the records may be of two people after all: compare before correcting any.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 200 -- Rows at most.
// column person_id: str -- The person, whose records are joined by judgements.
// column subject: str -- What they contradict each other in: born_on or sex.
// column between_sources: bool -- Whether two sources contradict each other; false: records of one source do.
// column values: list[str] -- What each record says; a sex that is recorded as unknown contradicts nothing.
// column sources: list[str] -- System that delivered each record, in the same order.
// column source_refs: list[str] -- The source's own id of each record, in the same order.
// column record_ids: list[str] -- The records, in the same order.
MATCH (record:Nominal)-[:IS]->(person:Person)<-[:IS]-(other:Nominal)
WHERE (record.restricted_to IS NULL OR any(g IN record.restricted_to WHERE g IN $groups))
  AND (other.restricted_to IS NULL OR any(g IN other.restricted_to WHERE g IN $groups))
UNWIND CASE WHEN record.born_on <> other.born_on THEN [['born_on', toString(record.born_on)]] ELSE [] END
     + CASE
         WHEN record.sex <> other.sex AND NOT 'unknown' IN [record.sex, other.sex] THEN [['sex', record.sex]]
         ELSE []
       END AS found
WITH DISTINCT person, found[0] AS subject, record, found[1] AS value
ORDER BY record.source, record.source_ref
WITH person, subject, count(DISTINCT record.source) > 1 AS between_sources, collect(value) AS values,
     collect(record.source) AS sources, collect(record.source_ref) AS source_refs,
     collect(record.nominal_id) AS record_ids
WHERE CASE
  WHEN $after.person_id IS NULL THEN true
  WHEN between_sources <> $after.between_sources THEN $after.between_sources
  WHEN subject <> $after.subject THEN subject > $after.subject
  ELSE person.person_id > $after.person_id
END
RETURN person.person_id AS person_id, subject, between_sources, values, sources, source_refs, record_ids
ORDER BY between_sources DESC, subject, person_id
LIMIT $limit
