"""Versions that do not hold now: former ones, those that wait, and what took a record back; kept in the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.connection import Row, Transaction, Writer
from graph.versions import read, written
from ingest.contracts.feed import Feed
from ingest.delivery import FactRow
from ingest.place import Kept, Retired, Version

RETIRED = "retired"
"""State, and digest, of a note that a complete feed did not hold a record."""

_BY_FEED = "MATCH (r:Revision) RETURN r.feed AS feed, count(*) AS revisions"
_COLUMNS = """
r.revision_id AS revision_id, r.fact_id AS fact_id, r.state AS state, r.received_at AS received_at,
r.resumed_at AS resumed_at, r.content AS content
"""
_OF = f"""
UNWIND $ids AS id
MATCH (r:Revision {{fact_id: id}})
WHERE r.feed = $feed
RETURN {_COLUMNS}
"""
_OF_FORMS = f"""
UNWIND $ids AS id
MATCH (r:Revision {{assessment_ref: id}})
WHERE r.feed = 'answers'
RETURN r.assessment_ref AS form_id, {_COLUMNS}
"""
_OF_FEED = f"""
MATCH (r:Revision {{feed: $feed}})
RETURN {_COLUMNS}
"""
_WAITING = """
MATCH (r:Revision)
WHERE r.revision_id > $after AND r.revision_id STARTS WITH $feed + ' ' AND r.state = 'waiting'
RETURN r.revision_id AS revision_id, r.fact_id AS fact_id, r.needs AS needs
ORDER BY r.revision_id
LIMIT $size
"""
_IN_FEED = """
MATCH (r:Revision {feed: $feed})
WHERE r.source = $source
RETURN r.fact_id AS fact_id, collect(CASE WHEN r.state = 'retired' THEN r.received_at END) AS retired,
       count(CASE WHEN r.state = 'retired' AND r.resumed_at IS NULL THEN 1 END) > 0 AS gone
"""
_KEEP = """
UNWIND $rows AS row
MERGE (r:Revision {revision_id: row.revision_id})
SET r = row
"""
_LET_GO = """
UNWIND $ids AS id
MATCH (r:Revision {revision_id: id})
DELETE r
"""

REFERENCES = (
    "person_ref",
    "other_ref",
    "suspect_ref",
    "victim_ref",
    "incident_ref",
    "assessment_ref",
    "address_ref",
    "identifier_ref",
    "school_ref",
    "undoes",
)
"""Columns whose ids a revision has as properties, so that it is found by what it refers to."""


@dataclass(slots=True)
class Stored:
    """What is stored of one record beside the version that holds."""

    versions: dict[str, Version] = field(default_factory=dict)
    """By the id of the revision."""
    retired: dict[str, Retired] = field(default_factory=dict)

    @property
    def ids(self) -> set[str]:
        """Return the ids of all its revisions."""
        return self.versions.keys() | self.retired.keys()

    def add(self, row: Row) -> None:
        """Take up one revision as read."""
        if row["state"] == RETIRED:
            self.retired[row["revision_id"]] = Retired(row["received_at"], row["resumed_at"])
            return
        self.versions[row["revision_id"]] = Version(parse(row["content"]), row["received_at"])


def feeds(writer: Writer) -> set[str]:
    """Return the feeds that have revisions."""
    return {row["feed"] for row in writer.read(_BY_FEED)}


def of(writer: Writer, feed: Feed, ids: Iterable[str]) -> dict[str, Stored]:
    """Return what is stored of some records, by the record's id."""
    found: dict[str, Stored] = defaultdict(Stored)
    for row in writer.read(_OF, {"feed": feed.name, "ids": list(ids)}):
        found[row["fact_id"]].add(row)
    return found


def of_forms(writer: Writer, ids: Iterable[str]) -> dict[str, Stored]:
    """Return what is stored of the answers of some assessments, by the assessment's id."""
    found: dict[str, Stored] = defaultdict(Stored)
    for row in writer.read(_OF_FORMS, {"ids": list(ids)}):
        found[row["form_id"]].add(row)
    return found


def of_feed(writer: Writer, feed_name: str) -> dict[str, Stored]:
    """Return what is stored of all records of a feed that has few, by the record's id."""
    found: dict[str, Stored] = defaultdict(Stored)
    for row in writer.read(_OF_FEED, {"feed": feed_name}):
        found[row["fact_id"]].add(row)
    return found


def waiting(writer: Writer, feed: Feed, size: int) -> Iterator[list[tuple[str, list[str]]]]:
    """Yield the records of a feed of which a version waits, with what it needs, so many at a time."""
    after = ""
    while rows := writer.read(_WAITING, {"feed": feed.name, "after": after, "size": size}):
        yield [(row["fact_id"], row["needs"]) for row in rows]
        after = rows[-1]["revision_id"]


def in_feed(writer: Writer, feed: Feed, source: str) -> Iterator[Row]:
    """Yield each record of a source that has revisions: when it was retired, and whether it is now."""
    return writer.stream(_IN_FEED, {"feed": feed.name, "source": source})


def kept(feed_name: str, versions: Iterable[Kept], provenance: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the revisions for versions that are to be kept; one just delivered has this provenance."""
    return [_revision(feed_name, each, provenance) for each in versions]


def _revision(feed_name: str, each: Kept, provenance: Mapping[str, Any]) -> dict[str, Any]:
    row, version = each.version.row, each.version
    properties = {**provenance, **row.properties}
    return {
        "revision_id": revision_id(feed_name, version),
        "feed": feed_name,
        "fact_id": row.id,
        "source": row.properties["source"],
        "state": each.state.value,
        "needs": list(each.needs) or None,
        "recorded_at": row.properties.get("recorded_at"),
        "digest": row.properties["digest"],
        "received_at": version.received_at,
        "restricted_to": row.properties.get("restricted_to"),
        # A judgement refers to the form of which it retracts an answer by a property: it does not wait for that.
        "assessment_ref": row.properties.get("assessment_id"),
        **{column: ref for column, ref in row.refs.items() if column in REFERENCES},
        "content": write(FactRow(row.id, properties, row.refs, row.by)),
    }


def retired(feed_name: str, fact_id: str, source: str, each: Retired) -> dict[str, Any]:
    """Return the note that a record was retired."""
    return {
        "revision_id": f"{feed_name} {fact_id} {RETIRED} {each.received_at.isoformat()}",
        "feed": feed_name,
        "fact_id": fact_id,
        "source": source,
        "state": RETIRED,
        "digest": RETIRED,
        "received_at": each.received_at,
        "resumed_at": each.resumed_at,
    }


def keep(rows: Sequence[Mapping[str, Any]], transaction: Transaction) -> None:
    """Keep revisions."""
    transaction.run(_KEEP, {"rows": rows})


def let_go(ids: Sequence[str], transaction: Transaction) -> None:
    """Forget revisions that hold now, or that can hold at no time."""
    transaction.run(_LET_GO, {"ids": ids})


def revision_id(feed_name: str, version: Version) -> str:
    """Return the id of a version; the same content recorded again is another version."""
    recorded = version.row.properties.get("recorded_at")
    return " ".join(
        (feed_name, version.row.id, recorded.isoformat() if recorded else "-", version.row.properties["digest"])
    )


def write(row: FactRow) -> str:
    """Return a checked row as JSON; the same row gives the same text, but for where and when it was delivered."""
    return written({"id": row.id, "by": row.by, "refs": row.refs, "properties": row.properties})


def parse(text: str) -> FactRow:
    """Return the row that `write` wrote."""
    data = read(text)
    return FactRow(data["id"], data["properties"], data["refs"], data["by"])
