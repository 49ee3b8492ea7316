// purpose: Every version of the judgements that name some nominals or forms, of some judgements, and of what takes those back.
// caution: Versions, whether they ever held or not; of a judgement, perhaps only the version that names one of them.
// param ids: list[str] -- Nominals, forms and judgements.
// column feed: str -- Feed of the record.
// column fact_id: str -- The judgement.
// column state: str -- Why the version does not hold, or `holds`.
// column recorded_at: datetime | None -- When the source recorded it.
// column digest: str -- Hash of its content.
// column content: str | None -- The checked row, as JSON.
CALL () {
  UNWIND $ids AS id
  MATCH (judgement:Judgement)
  WHERE judgement.judgement_id = id OR judgement.person_ref = id OR judgement.other_ref = id
    OR judgement.assessment_id = id OR judgement.undoes = id
  RETURN 'judgements' AS feed, judgement.judgement_id AS fact_id, 'holds' AS state, judgement.recorded_at AS recorded_at,
         judgement.digest AS digest, judgement.content AS content
UNION
  UNWIND $ids AS id
  MATCH (revision:Revision)
  WHERE (revision.restricted_to IS NULL OR any(g IN revision.restricted_to WHERE g IN $groups))
    AND revision.feed = 'judgements'
    AND (revision.fact_id = id OR revision.person_ref = id OR revision.other_ref = id OR revision.assessment_ref = id
      OR revision.undoes = id)
  RETURN revision.feed AS feed, revision.fact_id AS fact_id, revision.state AS state, revision.recorded_at AS recorded_at,
         revision.digest AS digest, revision.content AS content
}
RETURN feed, fact_id, state, recorded_at, digest, content
ORDER BY fact_id, digest
