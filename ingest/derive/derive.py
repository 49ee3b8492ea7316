"""Derives persons, dyads and who meets which definition from facts and judgements, and stores what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from graph.alone import alone
from graph.connection import Transaction, Writer
from graph.errors import DatabaseRefused
from graph.reference.definitions import SerialDefinition, serial_definitions
from graph.reference.roles import Audience
from ingest.derive import dyads, identity, meets, reach
from queries.identity import persons

T = TypeVar("T")
Progress = Callable[[str, int, int], None]

AT_ONCE = 2000
"""Suspects concluded in one transaction; an increment that reaches no more is committed whole."""

_STATE = """
MATCH (delivery:Delivery)
WITH max(delivery.received_at) AS known_at
OPTIONAL MATCH (derivation:Derivation {derivation_id: 'current'})
RETURN known_at, derivation.as_of AS as_of, derivation.known_at AS was_known_at, derivation.state AS state,
       derivation.audiences AS audiences, derivation.definitions AS definitions
"""
_FINISH = """
MERGE (derivation:Derivation {derivation_id: 'current'})
SET derivation.as_of = $as_of, derivation.known_at = $known_at, derivation.audiences = $audiences,
    derivation.definitions = $definitions, derivation.state = 'ready'
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    as_of: date
    known_at: datetime
    audiences: Sequence[Audience]
    definitions: Sequence[SerialDefinition]


def derive(
    writer: Writer,
    *,
    audiences: Sequence[Audience],
    zone: ZoneInfo,
    as_of: date | None = None,
    full: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """Bring what is concluded up to what is known, and return what was done.

    By default for the day on which the latest delivery was received, and only for those whom a change can reach; a full
    derivation gives the same. Raises DatabaseRefused if nothing has been loaded, or while something is loaded.
    """
    if writer.read(_STATE)[0]["known_at"] is None:
        raise DatabaseRefused("There is nothing to conclude from yet; load a delivery first: `clew load PATH`.")
    with alone(writer):
        return _derive(writer, audiences, zone, as_of, progress or (lambda *_: None), full=full)


def _derive(
    writer: Writer, audiences: Sequence[Audience], zone: ZoneInfo, as_of: date | None, progress: Progress, *, full: bool
) -> Summary:
    (state,) = writer.read(_STATE)
    definitions = serial_definitions()
    latest = state["known_at"].astimezone(zone).date()
    plan = _Plan(as_of=as_of or latest, known_at=state["known_at"], audiences=audiences, definitions=definitions)
    # A state for an earlier day than was known leaves out what came since, and no mark says what.
    backdated = state["as_of"] is None or plan.as_of < state["as_of"]
    backdated = backdated or state["as_of"] < state["was_known_at"].astimezone(zone).date()
    other = state["audiences"] != [each.name for each in audiences] or state["definitions"] != [
        meets.name_of(each) for each in definitions
    ]
    if full or backdated or other or plan.as_of < latest:
        return _all(writer, plan, progress)
    return _touched(writer, plan, progress)


def _touched(writer: Writer, plan: _Plan, progress: Progress) -> Summary:
    """Conclude for those whom changes can reach; in one transaction if they are few."""

    def work(transaction: Transaction) -> Summary | None:
        wanted = persons(transaction.run(identity.JUDGED))
        current = {row["nominal_id"]: row for row in transaction.run(identity.TOUCHED)}
        groups = {wanted[nominal].group for nominal in current if nominal in wanted}
        mates = sorted(each for each, standing in wanted.items() if standing.group in groups and each not in current)
        rows = [*current.values(), *transaction.run(identity.LISTED, {"ids": mates})]
        moves = identity.moves(rows, wanted)
        if len(moves) > AT_ONCE:
            return None
        concerned = identity.settle(moves, transaction) | identity.clear(transaction)
        suspects = reach.suspects(transaction, concerned, plan.as_of)
        if len(suspects) > AT_ONCE:
            return None
        return _conclude(plan, suspects, transaction, moved=len(moves), finish=True)

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


def _all(writer: Writer, plan: _Plan, progress: Progress) -> Summary:
    """Conclude for everyone, in batches that can be stopped and begun again."""
    wanted = persons(writer.read(identity.JUDGED))
    moved, after = 0, ""
    while rows := writer.read(identity.EVERYONE, {"after": after, "size": 5 * AT_ONCE}):
        moves = identity.moves(rows, wanted)
        writer.write(partial(identity.settle, moves))
        moved, after = moved + len(moves), rows[-1]["nominal_id"]
        progress("persons", moved, 0)
    writer.write(partial(identity.clear, everyone=True))
    writer.write(lambda transaction: meets.define(transaction, plan.definitions))
    suspects = [row["suspect"] for row in writer.read(reach.EVERY_SUSPECT)]
    dyads_done: Counter[str] = Counter()
    meets_done: Counter[str] = Counter()
    for number, batch in enumerate(_batches(suspects, AT_ONCE), 1):
        done = writer.write(partial(_conclude, plan, batch, moved=0, finish=False))
        dyads_done += done.dyads
        meets_done += done.meets
        progress("suspects", min(number * AT_ONCE, len(suspects)), len(suspects))
    while writer.write(lambda transaction: transaction.run(_UNTOUCH, {"size": 20_000}))[0]["done"]:
        pass
    writer.write(lambda transaction: _finish(transaction, plan))
    return Summary(as_of=plan.as_of, full=True, suspects=len(suspects), moved=moved, dyads=dyads_done, meets=meets_done)


def _conclude(plan: _Plan, suspects: Sequence[str], transaction: Transaction, *, moved: int, finish: bool) -> Summary:
    held, dyads_done = dyads.conclude(transaction, suspects, plan.audiences, plan.as_of)
    meets_done = meets.conclude(transaction, suspects, held, plan.audiences, plan.definitions, plan.as_of)
    if finish:
        transaction.run(_UNTOUCH, {"size": 10_000_000})
        _finish(transaction, plan)
    return Summary(
        as_of=plan.as_of,
        full=False,
        suspects=len(suspects),
        moved=moved,
        dyads=Counter(dyads_done),
        meets=Counter(meets_done),
    )


def _finish(transaction: Transaction, plan: _Plan) -> None:
    transaction.run(
        _FINISH,
        {
            "as_of": plan.as_of,
            "known_at": plan.known_at,
            "audiences": [each.name for each in plan.audiences],
            "definitions": [meets.name_of(each) for each in plan.definitions],
        },
    )


def _batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
