"""Concludes for everyone, in batches on several connections, which can be stopped at any moment and begun again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

from graph.alone import LANES
from graph.connection import Transaction, Writer
from ingest.derive import dyads, identity, meets, reach
from ingest.derive.suspects import Done, Plan, define, pair

T = TypeVar("T")
Progress = Callable[[str, int, int], None]

_NOMINALS = "MATCH (nominal:Nominal) RETURN count(nominal) AS number"
_ANY_DYAD = "MATCH (dyad:Dyad) RETURN 1 AS any LIMIT 1"


def everyone(writer: Writer, plan: Plan, at_once: int, progress: Progress) -> tuple[int, Done]:
    """Bring everyone up to date, at most so many suspects in a transaction.

    Returns how many nominals became another person than they were, and what was done. Afterwards the state has only to
    be marked as finished.
    """
    moved = _persons(writer, 5 * at_once, progress)
    writer.write(partial(identity.clear, everyone=True))
    writer.write(lambda transaction: meets.define(transaction, plan.definitions))
    writer.write(lambda transaction: dyads.define(transaction, plan.risk))
    suspects = writer.read(reach.EVERY_SUSPECT)[0]["suspects"]
    new = not writer.read(_ANY_DYAD)
    total = Done()

    def tell(done: Done) -> None:
        nonlocal total
        total += done
        progress("suspects", total.suspects, len(suspects))

    _in_lanes(writer, [partial(pair, plan, batch, new=new) for batch in batches(suspects, at_once)], tell)
    # Only when all dyads are there: the server plans by what there is, and long texts seldom anew.
    met = Done()

    def tell_met(done: Done) -> None:
        nonlocal met
        met += done
        progress("definitions", met.suspects, len(suspects))

    _in_lanes(writer, [partial(define, plan, batch) for batch in batches(suspects, 5 * at_once)], tell_met)
    return moved, Done(suspects=len(suspects), dyads=total.dyads, meets=met.meets)


def _persons(writer: Writer, size: int, progress: Progress) -> int:
    """Make each nominal the person that it should be, and return how many became another."""
    wanted = identity.standings(writer.read(identity.JUDGED)[0]["judged"])
    moves = identity.everyone(writer.read(identity.PECULIAR)[0]["nominals"], wanted)
    _in_lanes(writer, [partial(identity.move, batch) for batch in batches(moves, size)])
    number = writer.read(_NOMINALS)[0]["number"]
    moved, seen = len(moves), 0

    def tell(created: int) -> None:
        nonlocal moved, seen
        moved, seen = moved + created, min(seen + size, number)
        progress("persons", seen, number)

    if not writer.read(identity.ANYBODY_LEFT):
        progress("persons", number, number)
        return moved
    # Whoever is nobody still is a person of its own; rows of those need not come here.
    _in_lanes(writer, [partial(identity.own, *ends) for ends in _ranges(writer, size)], tell)
    return moved


def _ranges(writer: Writer, size: int) -> Iterator[tuple[str, str]]:
    """Yield ranges of so many nominals' ids."""
    after = ""
    while until := writer.read(identity.UNTIL, {"after": after, "size": size})[0]["until"]:
        yield after, until
        after = until


def batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield rows so many at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _in_lanes(
    writer: Writer, works: Iterable[Callable[[Transaction], T]], tell: Callable[[T], None] = lambda _: None
) -> None:
    """Do works, each in a transaction, several at a time, and tell what each returns.

    Where one fails, or is stopped, what is under way is finished and nothing more is begun.
    """
    free: SimpleQueue[int] = SimpleQueue()
    for lane in range(len(LANES)):
        free.put(lane)

    def on_one(work: Callable[[Transaction], T]) -> T:
        lane = free.get()
        try:
            return writer.write(work, lane=lane)
        finally:
            free.put(lane)

    with ThreadPoolExecutor(len(LANES)) as pool:
        begun = [pool.submit(on_one, work) for work in works]
        try:
            for each in as_completed(begun):
                tell(each.result())
        finally:
            for each in begun:
                each.cancel()
