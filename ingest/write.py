"""Writes facts: creates them, changes them to another version, and takes them out, each with its links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.connection import Transaction
from ingest.contracts.feed import Feed
from ingest.delivery import FactRow
from ingest.statements import Link, Statements


def create(
    feed: Feed, how: Statements, provenance: Mapping[str, Any], rows: Sequence[FactRow], transaction: Transaction
) -> None:
    """Create the facts of rows; one that brings no provenance of its own has the given one."""
    created = {"rows": _parameters(feed, rows, {}), "provenance": provenance}
    transaction.run(how.create, created)
    for link in how.links:
        _link(transaction, link, rows)
    for met in how.met:
        transaction.run(met, created)
    if how.touch:
        transaction.run(how.touch, created)


def change(
    feed: Feed, how: Statements, provenance: Mapping[str, Any], rows: Sequence[FactRow], transaction: Transaction
) -> None:
    """Make facts what other versions of their rows say."""
    without = dict.fromkeys(column.property for column in feed.all_columns if column.property)
    changed = {"rows": _parameters(feed, rows, without), "provenance": provenance}
    transaction.run(how.change, changed)
    for link in how.links:
        transaction.run(link.remove, changed)
        _link(transaction, link, rows)
    if how.touch:
        transaction.run(how.touch, changed)


def remove(how: Statements, ids: Sequence[str], transaction: Transaction) -> None:
    """Take facts out; nothing that is a fact of its own may stand on them any more."""
    transaction.run(how.remove, {"ids": ids})


def _parameters(feed: Feed, rows: Iterable[FactRow], without: Mapping[str, None]) -> list[dict[str, Any]]:
    """Return what the statements take for each row; a property in `without` is taken away if the row has none."""
    return [
        {
            "id": row.id,
            "properties": {**without, **row.properties},
            "start": row.refs.get(feed.start or ""),
            "end": row.refs.get(feed.end or ""),
        }
        for row in rows
    ]


def _link(transaction: Transaction, link: Link, rows: Iterable[FactRow]) -> None:
    said = ((row.id, row.properties.get(link.loose) if link.loose else row.refs.get(link.column)) for row in rows)
    if linked := [{"id": fact_id, "to": to} for fact_id, to in said if to is not None]:
        transaction.run(link.create, {"rows": linked})
