"""Which nominals are one person: connected by *same*, never across a *different*."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.connection import Row, Transaction
from graph.terms import Verdict
from queries.measures import groups

JUDGED = """
MATCH (a:Nominal)-[judged:JUDGED]->(b:Nominal)
RETURN a.nominal_id AS a, b.nominal_id AS b, judged.verdict AS verdict
"""
TOUCHED = """
MATCH (touched:Nominal:Touched)
OPTIONAL MATCH (touched)-[:IS]->(:Person)<-[:IS]-(mate:Nominal)
UNWIND [touched, mate] AS each
WITH DISTINCT each
WHERE each IS NOT NULL
OPTIONAL MATCH (each)-[:IS]->(person:Person)
RETURN each.nominal_id AS nominal_id, person.person_id AS person_id, person.contradicted AS contradicted
"""
LISTED = """
UNWIND $ids AS id
MATCH (nominal:Nominal {nominal_id: id})
OPTIONAL MATCH (nominal)-[:IS]->(person:Person)
RETURN nominal.nominal_id AS nominal_id, person.person_id AS person_id, person.contradicted AS contradicted
"""
EVERYONE = """
MATCH (nominal:Nominal)
WHERE nominal.nominal_id > $after
WITH nominal
ORDER BY nominal.nominal_id
LIMIT $size
OPTIONAL MATCH (nominal)-[:IS]->(person:Person)
RETURN nominal.nominal_id AS nominal_id, person.person_id AS person_id, person.contradicted AS contradicted
ORDER BY nominal_id
"""
_MOVE = """
UNWIND $moves AS move
MATCH (nominal:Nominal {nominal_id: move.nominal_id})
OPTIONAL MATCH (nominal)-[former:IS]->(:Person)
DELETE former
MERGE (person:Person {person_id: move.person_id})
CREATE (nominal)-[:IS]->(person)
SET person.contradicted = move.contradicted
"""
_EMPTY = """
UNWIND $people AS id
MATCH (person:Person {person_id: id})
WHERE NOT EXISTS { (person)<-[:IS]-(:Nominal) }
OPTIONAL MATCH (person)-[:SUSPECT_OF]->(own:Dyad)
OPTIONAL MATCH (suspect:Person)-[:SUSPECT_OF]->(suffered:Dyad)-[:VICTIM]->(person)
WITH person, collect(DISTINCT own) + collect(DISTINCT suffered) AS dyads,
     collect(DISTINCT suspect.person_id) AS suspects
FOREACH (dyad IN dyads | DETACH DELETE dyad)
DETACH DELETE person
RETURN suspects
"""
_SUSPECTS_OF = """
UNWIND $people AS id
MATCH (:Person {person_id: id})<-[:VICTIM]-(:Dyad)<-[:SUSPECT_OF]-(suspect:Person)
RETURN DISTINCT suspect.person_id AS suspect
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Who a nominal is: its person, whether a contradiction keeps it apart, and the group that judgements connect."""

    person_id: str
    contradicted: bool | None
    group: str


@dataclass(frozen=True, slots=True)
class Move:
    """A nominal that is to be another person than it is now."""

    nominal_id: str
    was: str | None
    person_id: str
    contradicted: bool | None


def persons(judged: Iterable[Row]) -> dict[str, Standing]:
    """Return who each nominal that was judged the same as another is.

    A group that a *different* contradicts is not joined: each of its nominals is a person of its own.
    """
    judged = list(judged)
    different = [(row["a"], row["b"]) for row in judged if row["verdict"] == Verdict.DIFFERENT]
    found: dict[str, Standing] = {}
    for group in groups((row["a"], row["b"]) for row in judged if row["verdict"] == Verdict.SAME):
        apart = any(a in group and b in group for a, b in different)
        found |= {nominal: Standing(nominal if apart else group[0], apart or None, group[0]) for nominal in group}
    return found


def moves(current: Iterable[Row], wanted: Mapping[str, Standing]) -> list[Move]:
    """Return what must change so that each nominal is the person that it should be."""
    found = []
    for row in current:
        nominal = row["nominal_id"]
        standing = wanted.get(nominal) or Standing(nominal, None, nominal)
        if (row["person_id"], row["contradicted"]) != (standing.person_id, standing.contradicted):
            found.append(Move(nominal, row["person_id"], standing.person_id, standing.contradicted))
    return found


def settle(wanted: Iterable[Move], transaction: Transaction) -> set[str]:
    """Move nominals to their persons, take away persons who have none left, and return everyone whom that concerns."""
    wanted = list(wanted)
    if not wanted:
        return set()
    former = sorted({move.was for move in wanted if move.was is not None})
    concerned = {move.person_id for move in wanted} | set(former)
    concerned |= {row["suspect"] for row in transaction.run(_SUSPECTS_OF, {"people": former})}
    rows = [
        {"nominal_id": move.nominal_id, "person_id": move.person_id, "contradicted": move.contradicted}
        for move in wanted
    ]
    transaction.run(_MOVE, {"moves": rows})
    for row in transaction.run(_EMPTY, {"people": former}):
        concerned |= set(row["suspects"])
    return concerned
