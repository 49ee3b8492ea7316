// purpose: The threat score of one dyad, item by item: points, reason and records; the points sum to the score.
// caution: Orders cases for review by suggested points; it is not validated against outcomes, and silence in the records is no sign of safety.
// param dyad_id: str -- The dyad.
// param as_of: date | None = None -- What was known to have happened by this day counts; not given: the day for which conclusions are stored.
// param known_at: datetime | None = None -- What had been received by then, as it stood then; not given: as it stands now.
// param limit: int = 100 -- Rows at most.
// column item: str -- recency, frequency, harm, or the id of a cluster of risk.
// column label: str -- The item for people.
// column points: int -- Its points.
// column reason: str -- Why it has them.
// column records: list[str] -- Incidents, offences, forms and other records that it rests on.
// column since_on: date | None -- Since when it holds, where that is a day.
// column score: int -- The whole score.
// column band: str -- What a score of this height is called; very high: the red list.
// column form_known: bool -- Whether any risk form of the dyad is known; without one, only history and harm count.
// column weights: str -- Version of the points.
