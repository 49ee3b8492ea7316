// purpose: What each source delivered when, by feed, with the longest gap between days that have records.
// caution: A gap may be quiet days or a delivery that never came; only records that the viewer may see are counted.
// param limit: int = 200 -- Rows at most.
// column source: str -- System that delivered.
// column feed: str -- What kind of record.
// column records: int -- Records held.
// column deliveries: int -- Different times at which some of them were received.
// column first_received_at: datetime -- When the earliest of them was received.
// column last_received_at: datetime -- When the latest was received.
// column first_on: date | None -- Day of the earliest incident or assessment.
// column last_on: date | None -- Day of the latest incident or assessment.
// column longest_gap_days: int | None -- Most days between two days with records.
// column gap_from_on: date | None -- Day after which that gap begins.
CALL () {
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
WITH source, feed, count(*) AS records, collect(DISTINCT received_at) AS times, collect(DISTINCT day) AS days
WITH source, feed, records, times, COLLECT { UNWIND days AS day RETURN day ORDER BY day } AS days,
     COLLECT { UNWIND times AS each RETURN each ORDER BY each } AS ordered
WITH source, feed, records, ordered, days, [
  i IN range(0, size(days) - 2) | [duration.inDays(days[i], days[i + 1]).days, days[i]]
] AS gaps
WITH source, feed, records, ordered, days,
     reduce(longest = null, gap IN gaps | CASE WHEN longest IS NULL OR gap[0] > longest[0] THEN gap ELSE longest END) AS gap
RETURN source, feed, records, size(ordered) AS deliveries, ordered[0] AS first_received_at,
       ordered[-1] AS last_received_at, days[0] AS first_on, days[-1] AS last_on,
       gap[0] AS longest_gap_days, gap[1] AS gap_from_on
ORDER BY source, feed
LIMIT $limit
