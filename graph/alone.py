"""Keeps two loads or derivations from writing at once, by a lock that ends with its holder's connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock as Mutex

from graph import constraints
from graph.connection import Transaction, Writer
from graph.errors import DatabaseRefused
from graph.schema import Lock

SECONDS = 5.0
"""How long one waits for another's end before it is refused."""

LANES = ("batch", "batch 2")
"""A lock for each transaction that the holder may have under way at the same time."""

_RULED = "SHOW INDEXES YIELD name, state WHERE name = 'lock_lock_id' AND state = 'ONLINE' RETURN name"

# Locks the id, which is unique, until the transaction ends. The node is never there: whoever is killed, client or
# server, leaves nothing that would lock out the next.
_LOCK = "MERGE (lock:Lock {lock_id: $id}) DELETE lock"


@contextmanager
def alone(writer: Writer, seconds: float = SECONDS) -> Iterator[None]:
    """Keep other loads and derivations out of the database for the time of a `with`, which may stand in another.

    While it lasts, each transaction of this writer is begun only if nobody else can have begun to write. Raises
    DatabaseRefused if somebody else writes and has not ended within about so many seconds; DatabaseUnavailable, also
    from each `write`, if the lock is lost.
    """
    if writer.before_each is not None:
        yield
        return
    if not writer.read(_RULED):
        constraints.apply(writer, constraints.rules(Lock))
    with ExitStack() as held:
        # The server ends what is limited in time even if it waits no more. So what is held must have no limit, and
        # must not have to wait for it: while one has the turn, nobody else asks for the others.
        with ExitStack() as turn:
            _take(turn, writer, "turn", 3 * seconds)
            # A transaction that was begun before "writing" was free again holds the lock of its lane until it ends.
            for each in ("writing", *LANES):
                with ExitStack() as probe:
                    _take(probe, writer, each, seconds)
            still_held = _take(held, writer, "writing", None)

        one_at_a_time = Mutex()

        def only_if_held(transaction: Transaction, lane: int) -> None:
            # In this order. A server may finish the last transactions of a client that is gone already: the next
            # holder has waited for them. And one that comes later finds that its lock is lost.
            transaction.run(_LOCK, {"id": LANES[lane]})
            with one_at_a_time:
                still_held()

        writer.before_each = only_if_held
        try:
            yield
        finally:
            writer.before_each = None


def _take(stack: ExitStack, writer: Writer, what: str, seconds: float | None) -> Callable[[], None]:
    still_held = stack.enter_context(writer.hold(_LOCK, {"id": what}, seconds))
    if still_held is None:
        raise DatabaseRefused(
            "Another load or derivation is under way in this database; run it again when that has ended."
        )
    return still_held
