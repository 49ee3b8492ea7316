// purpose: Why the threat score of one dyad moved between two days: by new evidence, time, corrections or identities; the changes sum to the change.
// caution: Compares by the same points; a score orders cases for review and is not validated against outcomes.
// param dyad_id: str -- The dyad.
// param from_on: date -- The earlier day.
// param as_of: date | None = None -- The later day; not given: the day for which conclusions are stored.
// param from_known_at: datetime | None = None -- What had been received by then counts for the earlier day; not given: as for the later.
// param known_at: datetime | None = None -- What had been received by then, as it stood then, counts for the later day; not given: as it stands now.
// param limit: int = 100 -- Rows at most.
// column item: str -- recency, frequency, harm, or the id of a cluster of risk.
// column label: str -- The item for people.
// column why: str -- identity: who is one person was judged since; correction: records of that time came late, or were corrected or taken back; time: what was there has aged; new evidence: incidents or forms since.
// column change: int -- By how many points this moved the score.
// column before: int -- Points of the item on the earlier day.
// column after: int -- Points of the item on the later day.
// column reason: str -- Why the item has its points on the later day; empty: it has none.
// column records: list[str] -- Records that it rests on, on the later day.
// column score_before: int -- The whole score on the earlier day.
// column score_after: int -- The whole score on the later day.
