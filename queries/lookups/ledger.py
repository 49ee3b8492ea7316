"""What was ever said yes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from graph.connection import Reader, Row
from graph.reference.risk import Risk
from graph.terms import ANSWER_BYTES
from queries.answer import Answer, Viewer, answered, hold_to_limit
from queries.catalogue import read
from queries.risk.case import Concluded, conclusion
from queries.risk.texts import CASE

QUERY = read(Path(__file__).with_suffix(".cypher"), CASE)

_LEVEL = {byte: str(level) for level, byte in ANSWER_BYTES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One factor that a form of the dyad ever said yes to, or a level of."""

    factor: str
    says: str
    scope: str
    state: str
    first_yes_on: date | None
    last_yes_on: date | None
    latest: str
    hidden_days: int
    yes_in: list[str]
    no_in: list[str]
    no_on: list[date]
    highest: str | None
    highest_on: date | None
    latest_level: str | None
    retracted_by: list[str]


async def ledger(
    reader: Reader,
    viewer: Viewer,
    *,
    dyad_id: str,
    as_of: date | None = None,
    known_at: datetime | None = None,
    limit: int = 200,
) -> Answer[LedgerEntry]:
    """List the sticky ledger of one dyad, as it is known or as it was known at a time.

    Raises QuestionError also if `known_at` has no time zone.
    """
    hold_to_limit(limit)
    found = await conclusion(reader, viewer, dyad_id, as_of=as_of, known_at=known_at)
    return answered(QUERY, entries(found), limit, found.found.about)


def entries(concluded: Concluded) -> list[LedgerEntry]:
    """Return the ledger that follows from evidence."""
    told = concluded.told["ledger"] if concluded.told else []
    return [_entry(each, concluded.risk, concluded.found.as_of) for each in told]


def _entry(told: Row, risk: Risk, as_of: date) -> LedgerEntry:
    factor = risk.factors[told["at"]]
    levels = list(zip(told["levels"], told["levels_on"], strict=True))
    highest = max(told["levels"], default=0)
    return LedgerEntry(
        factor=factor.factor,
        says=factor.says,
        scope=str(factor.scope),
        state=told["state"],
        first_yes_on=told["first_yes_on"],
        last_yes_on=told["last_yes_on"],
        latest=told["latest"],
        hidden_days=_hidden(told["yes_on"], told["no_on"], as_of),
        yes_in=told["yes_in"],
        no_in=told["no_in"],
        no_on=told["no_on"],
        highest=_LEVEL.get(highest),
        highest_on=next((on for level, on in levels if level == highest), None),
        latest_level=_LEVEL.get(levels[-1][0]) if levels else None,
        retracted_by=told["retracted_by"],
    )


def _hidden(yes_on: list[date], no_on: list[date], as_of: date) -> int:
    """Return on how many days the latest form said no after an earlier yes; a day with a yes hides nothing."""
    days, since = 0, None
    for day in sorted({*yes_on, *no_on, as_of}):
        if since is not None and (day in yes_on or day == as_of):
            days += (day - since).days
            since = None
        if day in no_on and day not in yes_on and since is None:
            since = day
    return days
