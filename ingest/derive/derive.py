"""Derives persons, dyads and who meets which definition from facts and judgements, and stores what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from graph.alone import alone
from graph.connection import Transaction, Writer
from graph.errors import DatabaseRefused
from graph.reference.definitions import serial_definitions
from graph.reference.risk import Risk, shipped
from graph.reference.roles import Audience
from ingest.derive import identity, meets, reach
from ingest.derive.everyone import Progress, batches, everyone
from ingest.derive.suspects import Done, Plan, define, pair

AT_ONCE = 2000
"""Suspects concluded at once; in a full derivation, in one transaction."""
WHOLE = 10
"""Times as many suspects of an increment are committed whole; if it reaches more, it is done like a full derivation."""

_STATE = """
MATCH (delivery:Delivery)
WITH max(delivery.received_at) AS known_at
OPTIONAL MATCH (derivation:Derivation {derivation_id: 'current'})
RETURN known_at, derivation.as_of AS as_of, derivation.known_at AS was_known_at, derivation.state AS state,
       derivation.audiences AS audiences, derivation.definitions AS definitions, derivation.risk AS risk
"""
_FINISH = """
MERGE (derivation:Derivation {derivation_id: 'current'})
SET derivation.as_of = $as_of, derivation.known_at = $known_at, derivation.audiences = $audiences,
    derivation.definitions = $definitions, derivation.risk = $risk, derivation.state = 'ready',
    derivation.run = coalesce(derivation.run, 0) + 1
"""
_UNTOUCH = """
MATCH (touched:Touched)
WITH touched
LIMIT $size
REMOVE touched:Touched
RETURN count(touched) AS done
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a derivation did: the day that it holds for, suspects looked at, and what was written."""

    as_of: date
    full: bool
    suspects: int
    moved: int
    dyads: Counter[str] = field(default_factory=Counter)
    meets: Counter[str] = field(default_factory=Counter)


def derive(
    writer: Writer,
    *,
    audiences: Sequence[Audience],
    zone: ZoneInfo,
    as_of: date | None = None,
    full: bool = False,
    risk: Risk | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Bring what is concluded up to what is known, and return what was done.

    By default for the day on which the latest delivery was received, and only for those whom a change can reach; a full
    derivation gives the same. Risk is concluded by `risk`; not given, by what comes with Clew. Raises DatabaseRefused
    if nothing has been loaded, or while something is loaded.
    """
    if writer.read(_STATE)[0]["known_at"] is None:
        raise DatabaseRefused("There is nothing to conclude from yet; load a delivery first: `clew load PATH`.")
    with alone(writer):
        return _derive(writer, audiences, zone, as_of, risk, progress or (lambda *_: None), full=full)


def _derive(
    writer: Writer,
    audiences: Sequence[Audience],
    zone: ZoneInfo,
    as_of: date | None,
    risk: Risk | None,
    progress: Progress,
    *,
    full: bool,
) -> Summary:
    (state,) = writer.read(_STATE)
    definitions = serial_definitions()
    latest = state["known_at"].astimezone(zone).date()
    plan = Plan(
        as_of=as_of or latest,
        known_at=state["known_at"],
        audiences=audiences,
        definitions=definitions,
        risk=risk or shipped(),
    )
    # A state for an earlier day than was known leaves out what came since, and no mark says what.
    backdated = state["as_of"] is None or plan.as_of < state["as_of"]
    backdated = backdated or state["as_of"] < state["was_known_at"].astimezone(zone).date()
    other = state["audiences"] != [each.name for each in audiences] or state["definitions"] != [
        meets.name_of(each) for each in definitions
    ]
    other = other or state["risk"] != plan.risk.versions
    if full or backdated or other or plan.as_of < latest:
        return _all(writer, plan, progress)
    return _touched(writer, plan, progress)


def _touched(writer: Writer, plan: Plan, progress: Progress) -> Summary:
    """Conclude for those whom changes can reach; in one transaction if they are few."""

    def work(transaction: Transaction) -> Summary | None:
        moves = identity.touched(transaction)
        if len(moves) > WHOLE * AT_ONCE:
            return None
        concerned = identity.settle(moves, transaction) | identity.clear(transaction)
        suspects = reach.suspects(transaction, concerned, plan.as_of)
        if len(suspects) > WHOLE * AT_ONCE:
            return None
        done = Done()
        for batch in batches(suspects, 4 * AT_ONCE):
            paired, defined = pair(plan, batch, transaction), define(plan, batch, transaction)
            done += Done(suspects=len(batch), dyads=paired.dyads, meets=defined.meets)
        transaction.run(_UNTOUCH, {"size": 10_000_000})
        _finish(transaction, plan)
        return _summary(plan, len(moves), done, full=False)

    done = _within_one(writer, work)
    return done or _all(writer, plan, progress)


class _TooMany(Exception):
    """More is reached than one transaction should hold."""


def _within_one(writer: Writer, work: Callable[[Transaction], Summary | None]) -> Summary | None:
    """Do the work in one transaction, or leave everything as it was and return None."""

    def or_nothing(transaction: Transaction) -> Summary:
        if (done := work(transaction)) is None:
            raise _TooMany
        return done

    try:
        return writer.write(or_nothing)
    except _TooMany:
        return None


def _all(writer: Writer, plan: Plan, progress: Progress) -> Summary:
    """Conclude for everyone, in batches that can be stopped and begun again."""
    moved, done = everyone(writer, plan, AT_ONCE, progress)
    while writer.write(lambda transaction: transaction.run(_UNTOUCH, {"size": 20_000}))[0]["done"]:
        pass
    writer.write(lambda transaction: _finish(transaction, plan))
    return _summary(plan, moved, done, full=True)


def _summary(plan: Plan, moved: int, done: Done, *, full: bool) -> Summary:
    return Summary(as_of=plan.as_of, full=full, suspects=done.suspects, moved=moved, dyads=done.dyads, meets=done.meets)


def _finish(transaction: Transaction, plan: Plan) -> None:
    transaction.run(
        _FINISH,
        {
            "as_of": plan.as_of,
            "known_at": plan.known_at,
            "audiences": [each.name for each in plan.audiences],
            "definitions": [meets.name_of(each) for each in plan.definitions],
            "risk": plan.risk.versions,
        },
    )
