"""Judgements: kept as delivered, and in force until one that takes them back is itself in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from graph.connection import Transaction, Writer
from graph.constraints import TOUCHED
from graph.terms import Verdict
from ingest import waiting
from ingest.contracts.feed import Feed
from ingest.delivery import FactRow
from ingest.place import Held, Offered, Placed, place

_ALL = """
MATCH (judgement:Judgement)
RETURN judgement.judgement_id AS id, judgement.undoes AS undoes, judgement.recorded_at AS recorded_at,
       judgement.digest AS digest, judgement.content AS content
"""
_KEEP = """
UNWIND $rows AS row
MERGE (judgement:Judgement {judgement_id: row.id})
SET judgement.undoes = row.undoes, judgement.recorded_at = row.recorded_at, judgement.digest = row.digest,
    judgement.content = row.content
"""
_TAKE_OUT = f"""
UNWIND $ids AS id
MATCH (a:Nominal)-[judged:JUDGED {{judgement_id: id}}]->(b:Nominal)
SET a:{TOUCHED}, b:{TOUCHED}
DELETE judged
"""
_PUT_IN = f"""
UNWIND $rows AS row
MATCH (a:Nominal {{nominal_id: row.person}})
MATCH (b:Nominal {{nominal_id: row.other}})
CREATE (a)-[judged:JUDGED {{judgement_id: row.id}}]->(b)
SET judged += row.properties, a:{TOUCHED}, b:{TOUCHED}
"""

Commit = Callable[[Feed, Sequence[FactRow], Callable[[Transaction, Sequence[FactRow]], object], Placed], None]


def take(
    writer: Writer,
    feed: Feed,
    offered: Iterable[Offered],
    missing: Callable[[Feed, FactRow], list[str]],
    commit: Commit,
) -> Placed:
    """Load judgements, and let JUDGED stand for exactly those that are in force.

    A judgement that takes another back waits for it. Judgements are few: all are read at each load that brings any.
    """
    rows = writer.read(_ALL)
    held = {row["id"]: Held(row["recorded_at"], row["digest"]) for row in rows}
    content = {row["id"]: waiting.parse(row["content"]) for row in rows}
    offered = list(offered)
    known = set(held) | {each.row.id for each in offered}

    def lacks(row: FactRow) -> list[str]:
        undoes = row.refs.get("undoes")
        if undoes is None:
            return missing(feed, row)
        return [] if undoes in known else [undoes]

    placed = place(offered, held, lacks)
    taken = placed.created + placed.changed
    before = in_force(content)
    after = in_force(content | {row.id: row for row in taken})
    gone = [row_id for row_id in before if row_id not in after or after[row_id] is not before[row_id]]
    come = [row for row_id, row in after.items() if before.get(row_id) is not row]
    commit(feed, taken, partial(_write, gone, come), placed)
    return placed


def _write(gone: Sequence[str], come: Sequence[FactRow], transaction: Transaction, rows: Sequence[FactRow]) -> None:
    kept = [
        {
            "id": row.id,
            "undoes": row.refs.get("undoes"),
            "recorded_at": row.properties.get("recorded_at"),
            "digest": row.properties["digest"],
            "content": waiting.write(row),
        }
        for row in rows
    ]
    transaction.run(_KEEP, {"rows": kept})
    transaction.run(_TAKE_OUT, {"ids": list(gone)})
    transaction.run(_PUT_IN, {"rows": [_judged(row) for row in come]})


def _judged(row: FactRow) -> Mapping[str, object]:
    return {
        "id": row.id,
        "person": row.refs["person_ref"],
        "other": row.refs["other_ref"],
        "properties": {name: value for name, value in row.properties.items() if name != "restricted_to"},
    }


def in_force(rows: Mapping[str, FactRow]) -> dict[str, FactRow]:
    """Return the judgements that nothing in force takes back, without those that only take back.

    Two that take each other back leave both in doubt; neither is then in force.
    """
    undone_by: dict[str, list[str]] = {}
    for row_id, row in rows.items():
        if undoes := row.refs.get("undoes"):
            undone_by.setdefault(undoes, []).append(row_id)

    def stands(row_id: str, path: frozenset[str]) -> bool:
        if row_id in path:
            return False
        return not any(stands(each, path | {row_id}) for each in undone_by.get(row_id, []))

    return {
        row_id: row
        for row_id, row in rows.items()
        if row.properties["verdict"] != Verdict.UNDO and stands(row_id, frozenset())
    }
