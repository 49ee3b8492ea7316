"""One dyad's evidence at a day, as it is known or was known at a time, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from graph.connection import Reader, Row
from graph.errors import QuestionError
from graph.reference.risk import Risk, shipped
from queries.answer import STATE, Viewer, refuse_unready
from queries.known import evidence as known
from queries.known.gather import LATEST, Gathered, gather
from queries.risk.rules import rules
from queries.risk.texts import CASE, CONCLUDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is derived now, with the time of knowledge asked for; the day asked for; and the evidence then, or None."""

    state: Row
    as_of: date
    case: Row | None

    @property
    def about(self) -> Row:
        """Return what an answer says of itself."""
        return {**self.state, "as_of": self.as_of}


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """The evidence on a dyad and what follows from it, None where there is none, by which rules."""

    found: Found
    told: Row | None
    risk: Risk


async def evidence(
    reader: Reader, viewer: Viewer, dyad_id: str, as_of: date | None, known_at: datetime | None = None
) -> Found:
    """Return the evidence on a dyad as of a day, as it is known or as it was known at a time.

    A day that is not given is that for which conclusions are stored, or were then. Raises as `ask` does, and
    QuestionError if `known_at` has no time zone.
    """
    if known_at is not None:
        gathered = await surrounding(reader, viewer, dyad_id, known_at)
        day = as_of or await day_of(reader, known_at)
        state = {**gathered.state, "known_at": known_at}
        return Found(state=state, as_of=day, case=known.case(gathered.at(known_at), dyad_id, day))
    (found,) = await on_days(reader, viewer, dyad_id, as_of)
    return found


async def on_days(reader: Reader, viewer: Viewer, dyad_id: str, *days: date | None) -> list[Found]:
    """Return the evidence on a dyad as of some days, as it is known; raises as `evidence` does.

    Days that are given are asked for with the state in one transaction.
    """

    def asked(day: date) -> tuple[str, dict[str, Any]]:
        return CASE.text, {"dyad_id": dyad_id, "as_of": day, "limit": 1, **viewer.params()}

    given = {day: asked(day) for day in days if day is not None}
    (state,), *rows = await reader.read((STATE, {}), *given.values())
    refuse_unready(state, viewer)
    today: date = state["as_of"]
    found = dict(zip(given, rows, strict=True))
    if None in days and today not in found:
        (found[today],) = await reader.read(asked(today))
    return [Found(state=state, as_of=day or today, case=next(iter(found[day or today]), None)) for day in days]


async def surrounding(reader: Reader, viewer: Viewer, dyad_id: str, *times: datetime | None) -> Gathered:
    """Return all versions of what a dyad's evidence may rest on; raises as `evidence` does for the times."""
    if any(each is not None and each.tzinfo is None for each in times):
        raise QuestionError("known_at and from_known_at need a time zone.")
    gathered = await gather(reader, viewer, dyad_id.split(">"), signs=True)
    refuse_unready(gathered.state, viewer)
    return gathered


async def day_of(reader: Reader, known_at: datetime) -> date:
    """Return the day, in the zone of `known_at`, on which the latest delivery was received that was known then."""
    ((latest,),) = await reader.read((LATEST.text, {"known_at": known_at}))
    received_at: datetime = latest["received_at"] or known_at
    return received_at.astimezone(known_at.tzinfo).date()


async def concluded(reader: Reader, *asked: tuple[Sequence[Row], date], risk: Risk | None = None) -> list[list[Row]]:
    """Return what follows from cases as of a day, in their order, for each that is asked; all in one transaction."""
    codes = {offence[2] for cases, _ in asked for case in cases for offence in case["offences"]} - {None}
    prepared = rules(risk or shipped(), codes)
    return await reader.read(
        *((CONCLUDE.text, {"cases": list(cases), "as_of": as_of, "rules": prepared}) for cases, as_of in asked)
    )


async def conclusion(
    reader: Reader,
    viewer: Viewer,
    dyad_id: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    risk: Risk | None = None,
) -> Concluded:
    """Return what follows from the evidence on a dyad by some rules; not given, by what comes with Clew.

    Raises as `evidence` does.
    """
    risk = risk or shipped()
    found = await evidence(reader, viewer, dyad_id, as_of, known_at)
    if found.case is None:
        return Concluded(found=found, told=None, risk=risk)
    ((told,),) = await concluded(reader, ([found.case], found.as_of), risk=risk)
    return Concluded(found=found, told=told, risk=risk)
