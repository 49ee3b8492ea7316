"""Two never write at once: the second waits or is refused, and who lost the lock writes nothing any more."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from command import CLEW, clew, environ
from conftest import DATA
from deliver import wipe
from graph.alone import alone
from graph.connection import Address, Writer, writer
from graph.errors import DatabaseRefused, DatabaseUnavailable
from graph.fingerprint import fingerprint
from plans import plans_kept

BUSY = "clew: Another load or derivation is under way in this database; run it again when that has ended.\n"

__all__ = ["plans_kept"]


def test_of_several_loads_at_once_each_waits_or_is_refused(empty: Writer, database: Address, tmp_path: Path) -> None:
    assert clew("load", str(DATA), home=tmp_path, database=database).returncode == 0
    whole = fingerprint(empty)
    wipe(empty)
    at_once = [
        subprocess.Popen(
            [CLEW, "load", str(DATA)],
            env=environ(database, tmp_path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    ended = [(each.communicate()[1], each.returncode) for each in at_once]
    assert set(ended) <= {("", 0), (BUSY, 1)}
    assert ("", 0) in ended
    # One that was refused before it derived has loaded all the same.
    assert clew("derive", home=tmp_path, database=database).returncode == 0
    assert fingerprint(empty) == whole


def test_a_second_one_is_refused_and_gets_it_once_the_first_has_ended(empty: Writer, database: Address) -> None:
    with writer(database) as other:
        with alone(empty), alone(empty):
            with pytest.raises(DatabaseRefused, match="Another load or derivation is under way"), alone(other, 0.5):
                pass
            empty.write(lambda transaction: transaction.run("CREATE (:Kept)"))
        with alone(other, 0.5):
            other.write(lambda transaction: transaction.run("MATCH (n:Kept) DELETE n"))
    assert empty.read("MATCH (n:Lock) RETURN n.lock_id AS id") == []


def test_who_lost_the_lock_writes_nothing_any_more(empty: Writer) -> None:
    open_ones = "SHOW TRANSACTIONS YIELD transactionId AS id, currentQuery AS text WHERE text = '' RETURN id"
    with alone(empty):
        empty.write(lambda transaction: transaction.run("CREATE (:Before)"))
        (held,) = empty.read(open_ones)
        empty.declare([f"TERMINATE TRANSACTION '{held['id']}'"])
        with pytest.raises(DatabaseUnavailable, match="broke off in the middle, so that somebody else may write"):
            empty.write(lambda transaction: transaction.run("CREATE (:After)"))
    assert empty.read("MATCH (n:Before|After) RETURN labels(n) AS labels") == [{"labels": ["Before"]}]
