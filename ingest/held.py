"""What the graph holds of records: what versions are compared by, and all that the rows said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.connection import Writer
from graph.constraints import key
from graph.versions import Order, order
from ingest.contracts.feed import Feed
from ingest.delivery import FactRow
from ingest.place import Version
from ingest.statements import statements

_NOT_OF_THE_ROW = frozenset(
    {
        "answers",
        "answers_recorded_at",
        "answers_received_at",
        "answers_batches",
        "answers_files",
        "answers_brought",
        "answer_rows",
    }
)
"""Properties of a form that come of the rows of its answers."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held under an id: its version's place in the order, when it was first received, and which kind it is."""

    order: Order
    received_at: datetime
    by: str | None


def held(writer: Writer, feed: Feed, by: str | None, ids: Sequence[str]) -> dict[str, Held]:
    """Return what the graph holds of one kind under some ids."""
    how = statements(feed, by)
    # How many there are is known without looking; a first load need not ask for each.
    if not writer.read(how.any)[0]["there"]:
        return {}
    return {
        row["id"]: Held(order(row["recorded_at"], row["digest"]), row["received_at"], by)
        for row in writer.read(how.held, {"ids": ids})
    }


def whole(writer: Writer, feed: Feed, ids: Iterable[tuple[str | None, str]]) -> dict[str, Version]:
    """Return the versions that hold of some records, as their rows said; each id comes with the kind of its record."""
    grouped: dict[str | None, list[str]] = defaultdict(list)
    for by, fact_id in ids:
        grouped[by].append(fact_id)
    found: dict[str, Version] = {}
    for by, some in grouped.items():
        model = feed.fills[by or ""] if isinstance(feed.fills, Mapping) else feed.fills
        own = key(model)
        for row in writer.read(statements(feed, by).full, {"ids": some}):
            properties = {
                name: value for name, value in row["properties"].items() if name != own and name not in _NOT_OF_THE_ROW
            }
            refs = {column: ref for column, ref in row["refs"].items() if ref is not None}
            found[row["id"]] = Version(FactRow(row["id"], properties, refs, by), properties["received_at"])
    return found
