"""Computes every dyad's ledger, clusters, harm and score for all audiences, and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from graph import connection
from graph.connection import Address, Transaction
from graph.reference.risk import shipped
from graph.reference.roles import Audience
from ingest.derive.everyone import batches
from ingest.derive.reach import EVERY_SUSPECT
from ingest.derive.restricted import own
from queries.answer import Viewer
from queries.risk.rules import rules
from queries.risk.texts import MATCHED, SUSPECTED

AT_ONCE = 500
"""Suspects of one statement."""

CONNECTIONS = 2

_AS_OF = "MATCH (d:Derivation) RETURN d.as_of AS as_of"


def sweep(address: Address, audiences: Sequence[Audience]) -> dict[str, int]:
    """Return how many suspects and how many dyads were computed: once for all audiences that see the same of a suspect.

    As deriving does, but that nothing is compared with what is stored, and nothing is written.
    """
    with connection.writer(address) as writer:
        suspects = writer.read(EVERY_SUSPECT)[0]["suspects"]
        (state,) = writer.read(_AS_OF)
        (found,) = writer.read(SUSPECTED.text, Viewer(audience=audiences[-1]).params())
    prepared = rules(shipped(), found["codes"])

    def lane(parts: Sequence[Sequence[str]]) -> int:
        with connection.writer(address) as writer:
            return sum(writer.write(lambda each, part=part: _part(each, part, audiences, state["as_of"], prepared))  # type: ignore[misc]
                       for part in parts)  # fmt: skip

    parts = list(batches(suspects, AT_ONCE))
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        dyads = sum(pool.map(lane, [parts[place::CONNECTIONS] for place in range(CONNECTIONS)]))
    return {"suspects": len(suspects), "dyads": dyads}


def _part(
    transaction: Transaction, suspects: Sequence[str], audiences: Sequence[Audience], as_of: date, prepared: Any
) -> int:
    restricted = own(transaction, suspects)
    alike = [each for each in suspects if each not in restricted]
    dyads = 0
    for viewer, some in [(audiences[0], alike), *((each, sorted(restricted)) for each in audiences)]:
        if some:
            asked = {"suspects": some, "as_of": as_of, "rules": prepared, **Viewer(audience=viewer).params()}
            dyads += sum(row["dyads"] for row in transaction.run(MATCHED, asked))
    return dyads
