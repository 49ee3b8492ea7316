"""Judgements: in force until one that takes them back is itself in force; JUDGED stands for those on persons that are.

A retraction is found from its form by the judgement's own node, whether or not the form is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.connection import Row, Transaction, Writer
from graph.constraints import TOUCHED
from graph.identity import in_force
from graph.terms import Verdict
from ingest import revisions
from ingest.contracts.feed import Feed
from ingest.delivery import FactRow
from ingest.place import Kept, Known, Tally, Version, place
from ingest.there import LOOKED_UP, batches

_ALL = """
MATCH (judgement:Judgement)
RETURN judgement.judgement_id AS id, judgement.undoes AS undoes, judgement.content AS content
"""
_AROUND = """
UNWIND $ids AS id
CALL (id) {
  MATCH (judgement:Judgement {judgement_id: id})
  RETURN judgement
UNION
  MATCH (judgement:Judgement {undoes: id})
  RETURN judgement
}
RETURN DISTINCT judgement.judgement_id AS id, judgement.undoes AS undoes, judgement.content AS content
"""
_KEEP = """
UNWIND $rows AS row
MERGE (judgement:Judgement {judgement_id: row.judgement_id})
SET judgement = row
"""
_FORGET = """
UNWIND $ids AS id
MATCH (judgement:Judgement {judgement_id: id})
DELETE judgement
"""
_TAKE_OUT = f"""
UNWIND $ids AS id
MATCH (a:Nominal)-[judged:JUDGED {{judgement_id: id}}]->(b:Nominal)
SET a:{TOUCHED}, b:{TOUCHED}
DELETE judged
"""
_MARK = f"""
UNWIND $ids AS id
MATCH (form:Assessment {{assessment_id: id}})
SET form:{TOUCHED}
"""
_UNDO = """
UNWIND $rows AS row
MATCH (judgement:Judgement {judgement_id: row.judgement_id})
SET judgement.undone = row.undone
"""
_PUT_IN = f"""
UNWIND $rows AS row
MATCH (a:Nominal {{nominal_id: row.person}})
MATCH (b:Nominal {{nominal_id: row.other}})
CREATE (a)-[judged:JUDGED {{judgement_id: row.id}}]->(b)
SET judged += $provenance, judged += row.properties, a:{TOUCHED}, b:{TOUCHED}
"""


@dataclass(slots=True)
class Every:
    """Judgements: those in the graph, versions that do not hold, and those on offer, by id."""

    holding: dict[str, Version] = field(default_factory=dict)
    stored: dict[str, revisions.Stored] = field(default_factory=dict)
    offered: dict[str, list[Version]] = field(default_factory=dict)

    @property
    def ids(self) -> set[str]:
        """Return the ids of all."""
        return self.holding.keys() | self.stored.keys() | self.offered.keys()

    @property
    def nominals(self) -> set[str]:
        """Return the nominals that any of them names."""
        others = [version for each in self.stored.values() for version in each.versions.values()]
        offered = [version for each in self.offered.values() for version in each]
        return {
            ref
            for version in [*self.holding.values(), *others, *offered]
            for column, ref in version.row.refs.items()
            if column != "undoes"
        }


@dataclass(slots=True)
class Settled:
    """What is to be written: judgements that are there now, those that are not, and JUDGED of those in force.

    `undone` are retractions that are not in force; `forms` those of which other answers are retracted now.
    """

    changed: list[Version] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    taken_out: list[str] = field(default_factory=list)
    put_in: list[FactRow] = field(default_factory=list)
    undone: set[str] = field(default_factory=set)
    turned: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    let_go: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Return whether there is anything to write."""
        return any((self.changed, self.forgotten, self.taken_out, self.put_in, self.kept, self.let_go))


def every(writer: Writer, versions: Sequence[Version], *, all_of_them: bool = False) -> Every:
    """Return judgements on offer and versions that do not hold, and those in the graph that have to do with them.

    Those are what they take back and what takes them back, over any number of steps; with `all_of_them`, all.
    """
    found = offered(versions)
    found.stored = revisions.of_feed(writer, "judgements")
    if all_of_them:
        _hold(found, writer.read(_ALL))
        return found
    others = [version for each in found.stored.values() for version in each.versions.values()]
    wanted = found.ids | {ref for each in (*versions, *others) if (ref := each.row.refs.get("undoes"))}
    seen: set[str] = set()
    while wanted:
        seen |= wanted
        rows = [row for some in batches(sorted(wanted), LOOKED_UP) for row in writer.read(_AROUND, {"ids": some})]
        _hold(found, rows)
        wanted = {each for row in rows for each in (row["id"], row["undoes"]) if each} - seen
    return found


def _hold(found: Every, rows: Iterable[Row]) -> None:
    for row in rows:
        judged = revisions.parse(row["content"])
        found.holding[row["id"]] = Version(judged, judged.properties["received_at"])


def offered(versions: Sequence[Version]) -> Every:
    """Return judgements on offer, where there are no others."""
    found: dict[str, list[Version]] = defaultdict(list)
    for each in versions:
        found[each.row.id].append(each)
    return Every(offered=dict(found))


def settle(found: Every, is_there: Callable[[str], bool], tally: Tally) -> Settled:
    """Decide which judgements are there and which are in force.

    One that takes another back waits until that was delivered.
    """
    known_ids, settled = found.ids, Settled()
    after: dict[str, Version] = {}

    def missing(row: FactRow) -> list[str]:
        return [
            ref for column, ref in row.refs.items() if not (ref in known_ids if column == "undoes" else is_there(ref))
        ]

    for row_id in sorted(known_ids):
        stored = found.stored.get(row_id) or revisions.Stored()
        known = Known(holds=found.holding.get(row_id), others=list(stored.versions.values()))
        outcome = place(known, found.offered.get(row_id, ()), missing)
        tally.add(outcome)
        if outcome.holds is not None:
            after[row_id] = outcome.holds
            if outcome.holds is not known.holds:
                settled.changed.append(outcome.holds)
        elif known.holds is not None:
            settled.forgotten.append(row_id)
        settled.kept += outcome.kept
        wanted = {revisions.revision_id("judgements", each.version) for each in outcome.kept}
        settled.let_go += sorted(stored.ids - wanted)
    before_force, after_force = _in_force(found.holding), _in_force(after)
    out = [row for each, row in before_force.items() if after_force.get(each) is not row]
    put = [row for each, row in after_force.items() if before_force.get(each) is not row]
    settled.taken_out = [row.id for row in out if not retracts(row)]
    settled.put_in = [row for row in put if not retracts(row)]
    retractions = {row_id: version.row for row_id, version in after.items() if retracts(version.row)}
    settled.undone = retractions.keys() - after_force.keys()
    settled.turned = sorted({row.id for row in (*out, *put)} & retractions.keys())
    settled.forms = sorted({row.properties["assessment_id"] for row in (*out, *put) if retracts(row)})
    return settled


def retracts(row: FactRow) -> bool:
    """Return whether a judgement retracts an answer."""
    return bool(row.properties.get("verdict") == Verdict.RETRACT)


def _in_force(versions: Mapping[str, Version]) -> dict[str, FactRow]:
    standing = in_force({row_id: version.row.refs.get("undoes") for row_id, version in versions.items()})
    return {row_id: version.row for row_id, version in versions.items() if row_id in standing}


def write(feed: Feed, settled: Settled, provenance: Mapping[str, Any], transaction: Transaction) -> None:
    """Write judgements, let JUDGED stand for exactly those in force, and mark the forms whose answers are retracted."""
    kept = nodes(settled, provenance)
    revisions.keep(revisions.kept(feed.name, settled.kept, provenance), transaction)
    transaction.run(_KEEP, {"rows": kept})
    transaction.run(_TAKE_OUT, {"ids": settled.taken_out})
    transaction.run(_FORGET, {"ids": settled.forgotten})
    transaction.run(_PUT_IN, {"rows": [_judged(row) for row in settled.put_in], "provenance": provenance})
    if settled.forms:
        turned = [{"judgement_id": each, "undone": _undone(each, settled)} for each in settled.turned]
        transaction.run(_UNDO, {"rows": turned})
        transaction.run(_MARK, {"ids": settled.forms})
    revisions.let_go(settled.let_go, transaction)


def nodes(settled: Settled, provenance: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the properties of the nodes that stand for changed judgements as delivered."""
    return [
        {
            "judgement_id": version.row.id,
            "person_ref": version.row.refs.get("person_ref"),
            "other_ref": version.row.refs.get("other_ref"),
            "undoes": version.row.refs.get("undoes"),
            "assessment_id": version.row.properties.get("assessment_id"),
            "item": version.row.properties.get("item"),
            "undone": _undone(version.row.id, settled),
            "recorded_at": version.row.properties.get("recorded_at"),
            "digest": version.row.properties["digest"],
            "content": revisions.write(_stamped(version.row, provenance)),
        }
        for version in settled.changed
    ]


def _undone(judgement: str, settled: Settled) -> bool | None:
    return True if judgement in settled.undone else None


def _stamped(row: FactRow, provenance: Mapping[str, Any]) -> FactRow:
    """Return a row that knows which delivery brought it: this one, if it was not kept from an earlier one."""
    return FactRow(row.id, {**provenance, **row.properties}, row.refs, row.by)


def _judged(row: FactRow) -> Mapping[str, object]:
    return {
        "id": row.id,
        "person": row.refs["person_ref"],
        "other": row.refs["other_ref"],
        "properties": {name: value for name, value in row.properties.items() if name != "restricted_to"},
    }
