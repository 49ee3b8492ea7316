// purpose: Every version of every answer of some forms, to resolve which of them held at a time.
// caution: Versions, whether they ever held or not; what a form held before it was of another instrument may be missing.
// param forms: list[str] -- The forms.
// column form_id: str -- The form.
// column instrument: str | None -- Instrument of the form, where it is there.
// column version: str | None -- Version of that.
// column answers: list[int] | None -- Its answers as bytes.
// column recorded_at: list[str] -- When the source recorded each, or all.
// column received_at: list[date] -- When what brought answers was received.
// column brought: list[int] | None -- For each answer the place among those times, as bytes.
// column content: str | None -- The checked row of an answer that does not hold, as JSON.
// column digest: str | None -- Hash of that answer.
CALL () {
  UNWIND $forms AS id
  MATCH (form:Assessment {assessment_id: id})
  WHERE (form.restricted_to IS NULL OR any(g IN form.restricted_to WHERE g IN $groups))
    AND form.answers IS NOT NULL
  RETURN id AS form_id, form.instrument AS instrument, form.version AS version, form.answers AS answers,
         coalesce(form.answers_recorded_at, []) AS recorded_at, coalesce(form.answers_received_at, []) AS received_at,
         form.answers_brought AS brought, null AS content, null AS digest
UNION ALL
  UNWIND $forms AS id
  MATCH (revision:Revision {assessment_ref: id})
  WHERE (revision.restricted_to IS NULL OR any(g IN revision.restricted_to WHERE g IN $groups))
    AND revision.feed = 'answers'
  RETURN id AS form_id, null AS instrument, null AS version, null AS answers, [] AS recorded_at,
         [revision.received_at] AS received_at, null AS brought, revision.content AS content, revision.digest AS digest
}
RETURN form_id, instrument, version, answers, recorded_at, received_at, brought, content, digest
ORDER BY form_id, digest
