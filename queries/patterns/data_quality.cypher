// purpose: What is wrong with what was delivered: rejected and waiting rows by age, missing answers, missing values.
// caution: What is not listed has no finding here; ask freshness, role_conflicts and contradictory_values too.
// param check: str | None = None -- Only this check; not given: all.
// param after: Place | None = None -- Only rows after this place in the order; not given: from the first.
// param limit: int = 500 -- Rows at most.
// column check: str -- rejected, waiting, no_answers (forms without any), missing_answers (on others) or completeness.
// column source: str | None -- System that delivered; for rejected rows the one that the manifest names.
// column feed: str -- What kind of record.
// column subject: str | None -- The column; for forms the neighbourhood; for what waits, the feed that it waits for.
// column detail: str | None -- The rule that was broken, what became of what is waited for, or which form.
// column rows: int -- Rows, forms, answers or values that are missing or wrong.
// column of: int | None -- Of how many; values that may not be shown count neither as missing nor as given.
// column first_at: datetime | None -- When the earliest of the rows that were rejected or wait was received.
// column last_at: datetime | None -- When the latest was received.
// column age_days: int | None -- Days from the earliest to the latest delivery of all.
MATCH (delivery:Delivery)
WITH max(delivery.received_at) AS now
CALL (now) {
  WITH 1 AS rank
  WHERE coalesce($check, 'rejected') = 'rejected'
  MATCH (refused:Rejected)
  WHERE (refused.restricted_to IS NULL OR any(g IN refused.restricted_to WHERE g IN $groups))
  RETURN rank, 'rejected' AS check, refused.source AS source, refused.feed AS feed,
         nullIf(refused.column, '') AS subject, refused.rule AS detail, sum(refused.rows) AS rows, null AS of,
         min(refused.received_at) AS first_at, max(refused.received_at) AS last_at
UNION ALL
  WITH 2 AS rank
  WHERE coalesce($check, 'waiting') = 'waiting'
  MATCH (kept:Revision {state: 'waiting'})
  WHERE (kept.restricted_to IS NULL OR any(g IN kept.restricted_to WHERE g IN $groups))
  CALL (kept) {
    RETURN kept AS version
  UNION
    MATCH (needed:Revision)
    WHERE needed.fact_id IN kept.needs
    RETURN CASE
      WHEN (needed.restricted_to IS NULL OR any(g IN needed.restricted_to WHERE g IN $groups))
        AND NOT EXISTS {
          MATCH (lacked:Revision)
          WHERE lacked.fact_id IN needed.needs
            AND NOT (lacked.restricted_to IS NULL OR any(g IN lacked.restricted_to WHERE g IN $groups))
        }
      THEN needed
    END AS version
  }
  WITH rank, kept, version, version IS NOT NULL AND NOT EXISTS {
    MATCH (person:Nominal)
    WHERE person.nominal_id IN [version.person_ref, version.other_ref, version.suspect_ref, version.victim_ref]
      AND NOT (person.restricted_to IS NULL OR any(g IN person.restricted_to WHERE g IN $groups))
  } AND NOT EXISTS {
    MATCH (event:Incident {incident_id: version.incident_ref})
    WHERE NOT (event.restricted_to IS NULL OR any(g IN event.restricted_to WHERE g IN $groups))
  } AND NOT EXISTS {
    MATCH (place:Address {address_id: version.address_ref})
    WHERE NOT (place.restricted_to IS NULL OR any(g IN place.restricted_to WHERE g IN $groups))
  } AND NOT EXISTS {
    MATCH (object:Identifier {identifier_id: version.identifier_ref})
    WHERE NOT (object.restricted_to IS NULL OR any(g IN object.restricted_to WHERE g IN $groups))
  } AND NOT EXISTS {
    MATCH (academy:School {school_id: version.school_ref})
    WHERE NOT (academy.restricted_to IS NULL OR any(g IN academy.restricted_to WHERE g IN $groups))
  } AS seen
  WITH rank, kept, collect(seen) AS seen, collect(CASE WHEN version <> kept THEN version.state END) AS states
  WHERE all(each IN seen WHERE each)
  WITH rank, kept, states, COLLECT {
    UNWIND kept.needs AS id
    RETURN DISTINCT {
      n: 'people', i: 'incidents', a: 'assessments', l: 'addresses', x: 'identifiers', s: 'schools', j: 'judgements'
    }[left(id, 1)] AS need
    ORDER BY need
  } AS needs
  RETURN rank, 'waiting' AS check, kept.source AS source, kept.feed AS feed,
         reduce(all = head(needs), need IN tail(needs) | all + ', ' + need) AS subject,
         CASE
           WHEN 'withdrawn' IN states OR 'retired' IN states THEN 'taken back'
           WHEN 'waiting' IN states THEN 'waits itself'
           ELSE 'not delivered'
         END AS detail,
         count(*) AS rows, null AS of, min(kept.received_at) AS first_at, max(kept.received_at) AS last_at
UNION ALL
  WITH 3 AS rank
  WHERE coalesce($check, 'no_answers') IN ['no_answers', 'missing_answers']
  MATCH (form:Assessment)-[:OF_VICTIM]->(assessed:Nominal)
  OPTIONAL MATCH (form)-[:FOLLOWS]->(followed:Incident)
  OPTIONAL MATCH (form)-[:OF_SUSPECT]->(accused:Nominal)
  WITH rank, form, assessed, followed, accused
  WHERE (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
    AND (assessed.restricted_to IS NULL OR any(g IN assessed.restricted_to WHERE g IN $groups))
    AND (followed.restricted_to IS NULL OR any(g IN followed.restricted_to WHERE g IN $groups))
    AND (accused.restricted_to IS NULL OR any(g IN accused.restricted_to WHERE g IN $groups))
  WITH rank, form.source AS source, followed.neighbourhood AS subject, form.instrument + ' ' + form.version AS detail,
       count(*) AS forms, count(form.answers) AS answered, sum(size(form.answers)) AS expected,
       sum(size([answer IN form.answers WHERE answer = 0])) AS missing
  UNWIND [['no_answers', forms - answered, forms], ['missing_answers', missing, expected]] AS found
  WITH rank, source, subject, detail, found
  WHERE found[1] > 0 AND coalesce($check, found[0]) = found[0]
  RETURN rank, found[0] AS check, source, 'assessments' AS feed, subject, detail, found[1] AS rows, found[2] AS of,
         null AS first_at, null AS last_at
UNION ALL
  WITH 4 AS rank
  WHERE coalesce($check, 'completeness') = 'completeness'
  CALL (rank) {
    MATCH (fact:Nominal)
    WHERE (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
    RETURN 'people' AS feed, fact, ['family_name', 'given_names', 'born_on', 'sex'] AS columns
  UNION ALL
    MATCH (fact:Address)
    WHERE (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
      AND NOT coalesce(fact.protected, false)
    RETURN 'addresses' AS feed, fact, ['line', 'postcode', 'neighbourhood', 'kind'] AS columns
  UNION ALL
    MATCH (fact:School)
    WHERE (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
    RETURN 'schools' AS feed, fact, ['name'] AS columns
  UNION ALL
    MATCH (fact:Identifier)
    WHERE (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
    RETURN 'identifiers' AS feed, fact, ['value'] AS columns
  UNION ALL
    MATCH (fact:Incident)
    WHERE (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
    RETURN 'incidents' AS feed,
           fact{.source, .occurred_from, .kind, .domestic, .neighbourhood, address_ref: nullIf(EXISTS {
             MATCH (fact)-[:AT]->(scene:Address)
             WHERE (scene.restricted_to IS NULL OR any(g IN scene.restricted_to WHERE g IN $groups))
           }, false)} AS fact,
           ['occurred_from', 'kind', 'domestic', 'neighbourhood', 'address_ref'] AS columns
  UNION ALL
    MATCH (nominal:Nominal)-[fact:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]->(incident:Incident)
    WHERE (nominal.restricted_to IS NULL OR any(g IN nominal.restricted_to WHERE g IN $groups))
      AND (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
      AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
    RETURN 'involvements' AS feed, fact,
           CASE type(fact) WHEN 'SUSPECT_IN' THEN ['age', 'against'] ELSE ['age'] END AS columns
  UNION ALL
    MATCH (recording:Incident)-[:RECORDS]->(fact:Offence)
    WHERE (recording.restricted_to IS NULL OR any(g IN recording.restricted_to WHERE g IN $groups))
      AND (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
    RETURN 'offences' AS feed, fact, ['code', 'against', 'outcome'] AS columns
  UNION ALL
    MATCH (fact:Assessment)-[:OF_VICTIM]->(assessed:Nominal)
    OPTIONAL MATCH (fact)-[:FOLLOWS]->(followed:Incident)
    OPTIONAL MATCH (fact)-[:OF_SUSPECT]->(accused:Nominal)
    WITH fact, assessed, followed, accused
    WHERE (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
      AND (assessed.restricted_to IS NULL OR any(g IN assessed.restricted_to WHERE g IN $groups))
      AND (followed.restricted_to IS NULL OR any(g IN followed.restricted_to WHERE g IN $groups))
      AND (accused.restricted_to IS NULL OR any(g IN accused.restricted_to WHERE g IN $groups))
    RETURN 'assessments' AS feed,
           fact{.source, .grade, suspect_ref: accused.nominal_id, incident_ref: followed.incident_id} AS fact,
           ['grade', 'suspect_ref', 'incident_ref'] AS columns
  UNION ALL
    MATCH (relative:Nominal)-[fact:RELATED_TO]->(other_relative:Nominal)
    WHERE (relative.restricted_to IS NULL OR any(g IN relative.restricted_to WHERE g IN $groups))
      AND (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
      AND (other_relative.restricted_to IS NULL OR any(g IN other_relative.restricted_to WHERE g IN $groups))
    RETURN 'relationships' AS feed, fact, ['from_on'] AS columns
  UNION ALL
    MATCH (resident:Nominal)-[fact:LIVES_AT]->(home:Address)
    WHERE (resident.restricted_to IS NULL OR any(g IN resident.restricted_to WHERE g IN $groups))
      AND (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
      AND (home.restricted_to IS NULL OR any(g IN home.restricted_to WHERE g IN $groups))
    RETURN 'residences' AS feed, fact, ['from_on'] AS columns
  UNION ALL
    MATCH (marked:Nominal)-[:HAS]->(fact:Marker)
    WHERE (marked.restricted_to IS NULL OR any(g IN marked.restricted_to WHERE g IN $groups))
      AND (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
    RETURN 'markers' AS feed, fact, ['from_on'] AS columns
  }
  WITH rank, feed, fact.source AS source, columns, [column IN columns | fact[column] IS NULL] AS lacks,
       count(*) AS facts
  UNWIND range(0, size(columns) - 1) AS i
  WITH rank, feed, source, columns[i] AS subject, sum(facts) AS of,
       sum(CASE WHEN lacks[i] THEN facts ELSE 0 END) AS rows
  WHERE rows > 0
  RETURN rank, 'completeness' AS check, source, feed, subject, null AS detail, rows, of,
         null AS first_at, null AS last_at
}
WITH now, check, source + '' AS source, feed, subject + '' AS subject, detail + '' AS detail, rows, of, first_at, last_at,
     {rejected: 1, waiting: 2, no_answers: 3, missing_answers: 4, completeness: 5} AS ranks
WHERE CASE
  WHEN $after.check IS NULL THEN true
  WHEN check <> $after.check THEN ranks[check] > ranks[$after.check]
  WHEN toFloat(rows) / of <> toFloat($after.rows) / $after.of THEN toFloat(rows) / of < toFloat($after.rows) / $after.of
  WHEN rows <> $after.rows THEN rows < $after.rows
  WHEN (source IS NULL) <> ($after.source IS NULL) THEN source IS NULL
  WHEN source <> $after.source THEN source > $after.source
  WHEN feed <> $after.feed THEN feed > $after.feed
  WHEN (subject IS NULL) <> ($after.subject IS NULL) THEN subject IS NULL
  WHEN subject <> $after.subject THEN subject > $after.subject
  WHEN (detail IS NULL) <> ($after.detail IS NULL) THEN detail IS NULL
  ELSE detail > $after.detail
END
RETURN check, source, feed, subject, detail, rows, of, first_at, last_at,
       duration.inDays(first_at, now).days AS age_days
ORDER BY ranks[check], toFloat(rows) / of DESC, rows DESC, source, feed, subject, detail
LIMIT $limit
