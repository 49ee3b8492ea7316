"""Makes each nominal the person that judgements say it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.connection import Row, Transaction
from queries.identity import Standing

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
_LEFT = """
MATCH (person:Person)
WHERE ($everyone OR person:Touched) AND NOT EXISTS { (person)<-[:IS]-(:Nominal) }
RETURN person.person_id AS person_id
"""
_SUSPECTS_OF = """
UNWIND $people AS id
MATCH (:Person {person_id: id})<-[:VICTIM]-(:Dyad)<-[:SUSPECT_OF]-(suspect:Person)
RETURN DISTINCT suspect.person_id AS suspect
"""


@dataclass(frozen=True, slots=True)
class Move:
    """A nominal that is to be another person than it is now."""

    nominal_id: str
    was: str | None
    person_id: str
    contradicted: bool | None


def moves(current: Iterable[Row], wanted: Mapping[str, Standing]) -> list[Move]:
    """Return what must change so that each nominal is the person that it should be."""
    found = []
    for row in current:
        nominal = row["nominal_id"]
        standing = wanted.get(nominal) or Standing(nominal, None, nominal)
        if (row["person_id"], row["contradicted"]) != (standing.person_id, standing.contradicted):
            found.append(Move(nominal, row["person_id"], standing.person_id, standing.contradicted))
    return found


def clear(transaction: Transaction, *, everyone: bool = False) -> set[str]:
    """Take away persons none of whose nominals is there any more, and return the suspects whom that concerns.

    Without `everyone` only those whose nominal was taken out since the last derivation are looked for.
    """
    left = [row["person_id"] for row in transaction.run(_LEFT, {"everyone": everyone})]
    return {suspect for row in transaction.run(_EMPTY, {"people": left}) for suspect in row["suspects"]}


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
