// purpose: Why the threat score of one dyad moved between two days: by new evidence, or by time passing; the changes sum to the change.
// caution: Compares by the same points and by what is known now; a score orders cases for review and is not validated against outcomes.
// param dyad_id: str -- The dyad.
// param from_on: date -- The earlier day.
// param as_of: date | None = None -- The later day; not given: the day for which conclusions are stored.
// param limit: int = 100 -- Rows at most.
// column item: str -- recency, frequency, harm, or the id of a cluster of risk.
// column label: str -- The item for people.
// column why: str -- new evidence: incidents or forms since; time: what was there has aged.
// column change: int -- By how many points this moved the score.
// column before: int -- Points of the item on the earlier day.
// column after: int -- Points of the item on the later day.
// column reason: str -- Why the item has its points on the later day; empty: it has none.
// column records: list[str] -- Records that it rests on, on the later day.
// column score_before: int -- The whole score on the earlier day.
// column score_after: int -- The whole score on the later day.
