// purpose: What each source delivered when, by feed: which feeds are late, and the longest gap between days of records.
// caution: Late means nothing new for more days than ever before, and that, like a gap, may be no more than quiet days.
// param limit: int = 200 -- Rows at most.
// column source: str -- System that delivered.
// column feed: str -- What kind of record.
// column records: int -- Records held.
// column deliveries: int -- Different times at which some of them were received.
// column first_received_at: datetime -- When the earliest of them was received.
// column last_received_at: datetime -- When the latest was received.
// column usual_days: int | None -- Most days between two such times; if a feed came once, between two of its source.
// column days_since: int -- Days from the latest of them to the latest delivery of all.
// column late: bool -- Whether that is more than the most.
// column first_on: date | None -- Day of the earliest incident or assessment.
// column last_on: date | None -- Day of the latest incident or assessment.
// column longest_gap_days: int | None -- Most days between two days with records.
// column gap_from_on: date | None -- Day after which that gap begins.
MATCH (delivery:Delivery)
WITH max(delivery.received_at) AS now
CALL (now) {
  MATCH (fact:Nominal)
  WHERE (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
  RETURN 'people' AS feed, fact.source AS source, fact.received_at AS received_at, null AS day
UNION ALL
  MATCH (fact:Address)
  WHERE (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
  RETURN 'addresses' AS feed, fact.source AS source, fact.received_at AS received_at, null AS day
UNION ALL
  MATCH (fact:School)
  WHERE (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
  RETURN 'schools' AS feed, fact.source AS source, fact.received_at AS received_at, null AS day
UNION ALL
  MATCH (fact:Identifier)
  WHERE (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
  RETURN 'identifiers' AS feed, fact.source AS source, fact.received_at AS received_at, null AS day
UNION ALL
  MATCH (fact:Incident)
  WHERE (fact.restricted_to IS NULL OR any(g IN fact.restricted_to WHERE g IN $groups))
  RETURN 'incidents' AS feed, fact.source AS source, fact.received_at AS received_at, fact.reported_on AS day
UNION ALL
  MATCH (nominal:Nominal)-[role:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]->(incident:Incident)
  WHERE (nominal.restricted_to IS NULL OR any(g IN nominal.restricted_to WHERE g IN $groups))
    AND (role.restricted_to IS NULL OR any(g IN role.restricted_to WHERE g IN $groups))
    AND (incident.restricted_to IS NULL OR any(g IN incident.restricted_to WHERE g IN $groups))
  RETURN 'involvements' AS feed, role.source AS source, role.received_at AS received_at, incident.reported_on AS day
UNION ALL
  MATCH (recording:Incident)-[:RECORDS]->(offence:Offence)
  WHERE (recording.restricted_to IS NULL OR any(g IN recording.restricted_to WHERE g IN $groups))
    AND (offence.restricted_to IS NULL OR any(g IN offence.restricted_to WHERE g IN $groups))
  RETURN 'offences' AS feed, offence.source AS source, offence.received_at AS received_at, recording.reported_on AS day
UNION ALL
  MATCH (form:Assessment)-[:OF_VICTIM]->(assessed:Nominal)
  WHERE (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
    AND (assessed.restricted_to IS NULL OR any(g IN assessed.restricted_to WHERE g IN $groups))
    AND NOT EXISTS {
      MATCH (form)-[:FOLLOWS]->(followed:Incident)
      WHERE NOT (followed.restricted_to IS NULL OR any(g IN followed.restricted_to WHERE g IN $groups))
    }
    AND NOT EXISTS {
      MATCH (form)-[:OF_SUSPECT]->(accused:Nominal)
      WHERE NOT (accused.restricted_to IS NULL OR any(g IN accused.restricted_to WHERE g IN $groups))
    }
  RETURN 'assessments' AS feed, form.source AS source, form.received_at AS received_at, form.assessed_on AS day
UNION ALL
  MATCH (relative:Nominal)-[tie:RELATED_TO]->(other_relative:Nominal)
  WHERE (relative.restricted_to IS NULL OR any(g IN relative.restricted_to WHERE g IN $groups))
    AND (tie.restricted_to IS NULL OR any(g IN tie.restricted_to WHERE g IN $groups))
    AND (other_relative.restricted_to IS NULL OR any(g IN other_relative.restricted_to WHERE g IN $groups))
  RETURN 'relationships' AS feed, tie.source AS source, tie.received_at AS received_at, null AS day
UNION ALL
  MATCH (resident:Nominal)-[residence:LIVES_AT]->(home:Address)
  WHERE (resident.restricted_to IS NULL OR any(g IN resident.restricted_to WHERE g IN $groups))
    AND (residence.restricted_to IS NULL OR any(g IN residence.restricted_to WHERE g IN $groups))
    AND (home.restricted_to IS NULL OR any(g IN home.restricted_to WHERE g IN $groups))
  RETURN 'residences' AS feed, residence.source AS source, residence.received_at AS received_at, null AS day
UNION ALL
  MATCH (user:Nominal)-[use:USES]->(thing:Identifier)
  WHERE (user.restricted_to IS NULL OR any(g IN user.restricted_to WHERE g IN $groups))
    AND (use.restricted_to IS NULL OR any(g IN use.restricted_to WHERE g IN $groups))
    AND (thing.restricted_to IS NULL OR any(g IN thing.restricted_to WHERE g IN $groups))
  RETURN 'uses' AS feed, use.source AS source, use.received_at AS received_at, null AS day
UNION ALL
  MATCH (object:Identifier)-[appearance:INVOLVED_IN]->(event:Incident)
  WHERE (object.restricted_to IS NULL OR any(g IN object.restricted_to WHERE g IN $groups))
    AND (appearance.restricted_to IS NULL OR any(g IN appearance.restricted_to WHERE g IN $groups))
    AND (event.restricted_to IS NULL OR any(g IN event.restricted_to WHERE g IN $groups))
  RETURN 'appearances' AS feed, appearance.source AS source, appearance.received_at AS received_at,
         event.reported_on AS day
UNION ALL
  MATCH (pupil:Nominal)-[attendance:ATTENDS]->(attended:School)
  WHERE (pupil.restricted_to IS NULL OR any(g IN pupil.restricted_to WHERE g IN $groups))
    AND (attendance.restricted_to IS NULL OR any(g IN attendance.restricted_to WHERE g IN $groups))
    AND (attended.restricted_to IS NULL OR any(g IN attended.restricted_to WHERE g IN $groups))
  RETURN 'attendances' AS feed, attendance.source AS source, attendance.received_at AS received_at, null AS day
UNION ALL
  MATCH (marked:Nominal)-[:HAS]->(marker:Marker)
  WHERE (marked.restricted_to IS NULL OR any(g IN marked.restricted_to WHERE g IN $groups))
    AND (marker.restricted_to IS NULL OR any(g IN marker.restricted_to WHERE g IN $groups))
  RETURN 'markers' AS feed, marker.source AS source, marker.received_at AS received_at, null AS day
}
WITH now, source, feed, count(*) AS records, collect(DISTINCT received_at) AS times, collect(DISTINCT day) AS days
WITH now, source, collect([
  feed, records, COLLECT { UNWIND times AS each RETURN each ORDER BY each },
  COLLECT { UNWIND days AS each RETURN each ORDER BY each }
]) AS feeds
WITH now, source, feeds, COLLECT {
  UNWIND feeds AS each
  UNWIND each[2] AS time
  RETURN DISTINCT time ORDER BY time
} AS of_source
UNWIND feeds AS each
WITH now, source, each[0] AS feed, each[1] AS records, each[2] AS times, each[3] AS days,
     CASE WHEN size(each[2]) > 1 THEN each[2] ELSE of_source END AS usual
WITH source, feed, records, times, days, duration.inDays(times[-1], now).days AS days_since,
     [i IN range(0, size(usual) - 2) | duration.inDays(usual[i], usual[i + 1]).days] AS waits,
     [i IN range(0, size(days) - 2) | [duration.inDays(days[i], days[i + 1]).days, days[i]]] AS gaps
WITH source, feed, records, times, days, days_since,
     reduce(most = null, each IN waits | CASE WHEN most >= each THEN most ELSE each END) AS usual_days,
     reduce(most = null, each IN gaps | CASE WHEN most[0] >= each[0] THEN most ELSE each END) AS gap
RETURN source, feed, records, size(times) AS deliveries, times[0] AS first_received_at,
       times[-1] AS last_received_at, usual_days, days_since, coalesce(days_since > usual_days, false) AS late,
       days[0] AS first_on, days[-1] AS last_on, gap[0] AS longest_gap_days, gap[1] AS gap_from_on
ORDER BY source, feed
LIMIT $limit
