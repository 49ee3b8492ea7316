// purpose: The sticky ledger of one dyad: every factor that a form ever said yes to, whatever later forms say.
// caution: Answers as given on forms; a later no takes no yes away, and no form is ever proof.
// param dyad_id: str -- The dyad.
// param as_of: date | None = None -- What was known to have happened by this day counts; not given: the day for which conclusions are stored.
// param known_at: datetime | None = None -- What had been received by then, as it stood then; not given: as it stands now.
// param limit: int = 200 -- Rows at most.
// column factor: str -- The factor, whichever form asks.
// column says: str -- What it is about.
// column scope: str -- ever: a yes sticks; window: it holds for some days; now: the latest form decides.
// column state: str -- affirmed, contradicted or retracted; current or expired; current or past; below: only lower levels.
// column first_yes_on: date | None -- Day of the first form that says yes; for a retracted entry of the first that said it.
// column last_yes_on: date | None -- Day of the latest form that says yes; for a retracted entry of the latest that said it.
// column latest: str -- What the latest form that asked says; retracted: no answer is left.
// column hidden_days: int -- Days on which the latest form said no after an earlier yes.
// column yes_in: list[str] -- Forms that say yes, or for a retracted entry said it, oldest first.
// column no_in: list[str] -- Forms that say no after a yes, oldest first.
// column no_on: list[date] -- Day of each of those.
// column highest: str | None -- Highest level ever, where a form asks for levels.
// column highest_on: date | None -- First day of the highest level.
// column latest_level: str | None -- Latest level.
// column retracted_by: list[str] -- Judgements that retract answers about it, which count no more; an entry that is retracted has no others.
