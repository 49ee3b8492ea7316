"""One dyad's evidence at a day, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.connection import Reader, Row
from graph.reference.risk import Risk, shipped
from queries.answer import STATE, Viewer, refuse_unready
from queries.risk.rules import rules
from queries.risk.texts import CASE, CONCLUDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is derived now, the day that was asked for, and the dyad's evidence on that day, or None."""

    state: Row
    as_of: date
    case: Row | None


async def evidence(reader: Reader, viewer: Viewer, dyad_id: str, as_of: date | None) -> Found:
    """Return the evidence on a dyad as of a day; not given, the day for which conclusions are stored.

    Raises as `ask` does.
    """
    ((state,),) = await reader.read((STATE, {}))
    refuse_unready(state, viewer)
    day: date = as_of or state["as_of"]
    asked = {"dyad_id": dyad_id, "as_of": day, "limit": 1, **viewer.params()}
    (rows,) = await reader.read((CASE.text, asked))
    return Found(state=state, as_of=day, case=rows[0] if rows else None)


async def concluded(reader: Reader, cases: Sequence[Row], as_of: date, risk: Risk | None = None) -> list[Row]:
    """Return what follows from evidence as of a day, in the order of the cases."""
    codes = {offence[2] for case in cases for offence in case["offences"] if offence[2] is not None}
    asked: dict[str, Any] = {"cases": list(cases), "as_of": as_of, "rules": rules(risk or shipped(), codes)}
    (rows,) = await reader.read((CONCLUDE.text, asked))
    return rows
