// purpose: Every version of every judgement, to resolve who was taken to be one person at a time.
// caution: Versions, whether they ever held or not.
// column feed: str -- Feed of the record.
// column fact_id: str -- The judgement.
// column state: str -- Why the version does not hold, or `holds`.
// column recorded_at: datetime | None -- When the source recorded it.
// column digest: str -- Hash of its content.
// column content: str | None -- The checked row, as JSON.
CALL () {
  MATCH (judgement:Judgement)
  RETURN 'judgements' AS feed, judgement.judgement_id AS fact_id, 'holds' AS state, judgement.recorded_at AS recorded_at,
         judgement.digest AS digest, judgement.content AS content
UNION ALL
  MATCH (revision:Revision {feed: 'judgements'})
  WHERE (revision.restricted_to IS NULL OR any(g IN revision.restricted_to WHERE g IN $groups))
  RETURN revision.feed AS feed, revision.fact_id AS fact_id, revision.state AS state, revision.recorded_at AS recorded_at,
         revision.digest AS digest, revision.content AS content
}
RETURN feed, fact_id, state, recorded_at, digest, content
ORDER BY fact_id, digest
