"""A derivation in any batches, on several connections, cut off or killed: the same conclusions in the end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier, Event

import pytest

from deliver import ZONE, conclude
from graph.alone import LANES, alone
from graph.connection import Address, Transaction, Writer, writer
from graph.errors import DatabaseRefused
from graph.fingerprint import fingerprint
from graph.reference.roles import audiences
from ingest.derive import derive as deriving
from ingest.derive.derive import derive
from plans import plans_kept

__all__ = ["plans_kept"]


def test_what_is_derived_can_be_deleted_and_rebuilt(sample: Writer) -> None:
    before = fingerprint(sample)

    def forget(transaction: Transaction) -> None:
        transaction.run("MATCH (n:Person|Dyad|Definition|Derivation) DETACH DELETE n")

    sample.write(forget)
    assert fingerprint(sample) != before
    summary = conclude(sample)
    assert (summary.full, summary.moved, sum(summary.dyads.values())) == (True, 40, 29)
    assert fingerprint(sample) == before


@pytest.mark.parametrize("at_once", [1, 5])
def test_batches_do_not_matter(sample: Writer, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    before = fingerprint(sample)
    sample.write(lambda transaction: transaction.run("MATCH (n:Person|Dyad) DETACH DELETE n"))
    monkeypatch.setattr(deriving, "AT_ONCE", at_once)
    told: list[tuple[str, int, int]] = []
    derive(sample, audiences=audiences(), zone=ZONE, full=True, progress=lambda *said: told.append(said))
    assert fingerprint(sample) == before
    last = {what: (done, there) for what, done, there in told}
    assert last == {"persons": (40, 40), "suspects": (14, 14), "definitions": (14, 14)}


def test_a_derivation_that_was_cut_off_can_be_run_again(sample: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(sample)
    monkeypatch.setattr(deriving, "AT_ONCE", 4)
    for after in (0, 3, 5, 6):
        sample.write(lambda transaction: transaction.run("MATCH (n:Person|Dyad|Derivation) DETACH DELETE n"))
        times = iter(range(after))

        def stop(*_: object, times: object = times) -> None:
            if next(times, None) is None:  # type: ignore[call-overload]
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            derive(sample, audiences=audiences(), zone=ZONE, full=True, progress=stop)
        conclude(sample)
        assert fingerprint(sample) == before


class _Killed(BaseException):
    """Ends a derivation as suddenly as a signal does."""


@pytest.mark.parametrize("there", ["nothing", "the whole"])
def test_a_derivation_that_was_killed_in_any_transaction_can_be_run_again(
    sample: Writer, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    before = fingerprint(sample)
    monkeypatch.setattr(deriving, "AT_ONCE", 4)
    written = count()
    kill_at, ended = 0, False
    write = Writer.write

    def killing(self: Writer, work: Callable[[Transaction], object], *, lane: int = 0) -> object:
        if next(written) == kill_at:
            raise _Killed
        return write(self, work, lane=lane)

    while not ended:
        if there == "nothing":
            sample.write(lambda transaction: transaction.run("MATCH (n:Person|Dyad|Derivation) DETACH DELETE n"))
        written = count()
        with monkeypatch.context() as patch:
            patch.setattr(Writer, "write", killing)
            try:
                conclude(sample, full=True)
                ended = True
            except _Killed:
                kill_at += 2
        conclude(sample, full=there == "the whole")
        assert fingerprint(sample) == before
    assert kill_at > 7


def test_several_connections_write_under_one_lock(sample: Writer, database: Address) -> None:
    """Each lane has its own lock, and somebody else waits for the transactions of every lane."""
    entered, leave = Barrier(len(LANES) + 1), Event()

    def stay(transaction: Transaction) -> None:
        transaction.run("CREATE (:Kept)")
        entered.wait(30)
        assert leave.wait(30)

    with ThreadPoolExecutor(len(LANES)) as pool:
        with alone(sample):
            under_way = [pool.submit(sample.write, stay, lane=lane) for lane in range(len(LANES))]
            # All are in the middle of a transaction at the same time.
            entered.wait(30)
        # The lock is given up, as by a holder that was killed, while its transactions go on.
        with writer(database) as other, pytest.raises(DatabaseRefused, match="under way"), alone(other, 0.5):
            pass
        leave.set()
        for each in under_way:
            each.result()
    with writer(database) as other, alone(other, 5):
        other.write(lambda transaction: transaction.run("MATCH (n:Kept) DELETE n"))
