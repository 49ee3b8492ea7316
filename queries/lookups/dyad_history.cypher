// purpose: How recent, frequent and harmful the history of one dyad is: counts in windows, gaps, and whether frequency or harm rose.
// caution: Small numbers move easily, recorded harm mostly does not rise, and more reports may mean more trust; read with the timeline.
// param dyad_id: str -- The dyad.
// param as_of: date | None = None -- Day that windows are counted to; not given: the day for which conclusions are stored.
// param limit: int = 1 -- Rows at most.
// column dyad_id: str -- The dyad.
// column incidents: int -- Incidents ever.
// column in_30: int -- Incidents reported in the last 30 days.
// column in_90: int -- In the last 90 days.
// column in_180: int -- In the last 180 days.
// column in_365: int -- In the last 365 days.
// column in_730: int -- In the last 730 days.
// column share_in_90: float | None -- Share of all incidents that fell in the last 90 days; absent: fewer than three incidents.
// column gaps: list[int] -- Days between one incident and the next, oldest first.
// column frequency: str -- rising: more in the last 90 days than in the 90 before, and at least two; not rising; too few: fewer than three ever.
// column harm_days: float -- Days of harm of offences ever, where known.
// column harm_days_180: float -- Of offences in the last 180 days.
// column harm_days_before: float -- Of offences in the 180 days before those.
// column harm: str -- rising: more in the last 180 days than in the 180 before, where there was some; not rising; not known: no offence is weighed.
// column unweighed: int -- Offences whose harm is not known.
// column forms: int -- Risk forms known; none: only history and harm can be told.
