"""Makes each nominal the person that judgements say it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.connection import Row, Transaction
from ingest.derive.listed import listed
from queries.identity import Standing, persons

JUDGED = """
MATCH (a:Nominal)-[judged:JUDGED]->(b:Nominal)
RETURN collect([a.nominal_id, b.nominal_id, judged.verdict]) AS judged
"""
_JUDGED_OF = """
UNWIND $ids AS id
MATCH (one:Nominal {nominal_id: id})-[judged:JUDGED]-(other:Nominal)
WITH DISTINCT judged
RETURN collect([startNode(judged).nominal_id, endNode(judged).nominal_id, judged.verdict]) AS judged
"""
_TOUCHED = """
MATCH (touched:Nominal:Touched)
OPTIONAL MATCH (touched)-[:IS]->(:Person)<-[:IS]-(mate:Nominal)
UNWIND [touched, mate] AS each
WITH DISTINCT each
WHERE each IS NOT NULL
OPTIONAL MATCH (each)-[:IS]->(person:Person)
RETURN each.nominal_id AS nominal_id, person.person_id AS person_id, person.contradicted AS contradicted
"""
_LISTED = """
UNWIND $ids AS id
MATCH (nominal:Nominal {nominal_id: id})
OPTIONAL MATCH (nominal)-[:IS]->(person:Person)
RETURN nominal.nominal_id AS nominal_id, person.person_id AS person_id, person.contradicted AS contradicted
"""
PECULIAR = """
MATCH (nominal:Nominal)-[:IS]->(person:Person)
WHERE person.person_id <> nominal.nominal_id OR person.contradicted
RETURN collect([nominal.nominal_id, person.person_id, person.contradicted]) AS nominals
"""
"""Nominals that are not simply a person of their own."""
# IS leads to nothing but persons. Were the label there, the server would plan to look through all persons for each
# nominal as long as there are none, and keep that plan while they come.
_MOVE = """
UNWIND $moves AS move
MATCH (nominal:Nominal {nominal_id: move.nominal_id})
OPTIONAL MATCH (nominal)-[former:IS]->()
DELETE former
MERGE (person:Person {person_id: move.person_id})
CREATE (nominal)-[:IS]->(person)
SET person.contradicted = move.contradicted
"""
ANYBODY_LEFT = """
MATCH (nominal:Nominal)
WHERE NOT EXISTS { (nominal)-[:IS]->() }
RETURN 1 AS one
LIMIT 1
"""
"""Tells by a row whether any nominal is nobody yet."""
UNTIL = """
MATCH (nominal:Nominal)
WHERE nominal.nominal_id > $after
WITH nominal.nominal_id AS id
ORDER BY id
LIMIT $size
RETURN max(id) AS until
"""
_OWN = """
MATCH (nominal:Nominal)
WHERE nominal.nominal_id > $after AND nominal.nominal_id <= $until AND NOT EXISTS { (nominal)-[:IS]->() }
MERGE (person:Person {person_id: nominal.nominal_id})
CREATE (nominal)-[:IS]->(person)
REMOVE person.contradicted
RETURN count(*) AS created
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
MATCH (person:Person:Touched)
WHERE NOT EXISTS { (person)<-[:IS]-(:Nominal) }
RETURN person.person_id AS person_id
"""
_LEFT_ANYWHERE = """
MATCH (person:Person)
WHERE NOT EXISTS { (person)<-[:IS]-(:Nominal) }
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


def standings(judged: Iterable[Sequence[str]]) -> dict[str, Standing]:
    """Return who each nominal that was judged the same as another is, by judgements as JUDGED gives them."""
    return persons({"a": a, "b": b, "verdict": verdict} for a, b, verdict in judged)


def touched(transaction: Transaction) -> list[Move]:
    """Return what must change for the nominals whose facts or judgements changed, and for whom that concerns."""
    current = {row["nominal_id"]: row for row in transaction.run(_TOUCHED)}
    wanted = standings(_judged_around(transaction, current))
    groups = {wanted[nominal].group for nominal in current if nominal in wanted}
    mates = sorted(each for each, standing in wanted.items() if standing.group in groups and each not in current)
    return moves([*current.values(), *transaction.run(_LISTED, {"ids": listed(mates)})], wanted)


def _judged_around(transaction: Transaction, nominals: Iterable[str]) -> Iterator[Sequence[str]]:
    """Yield every judgement about anyone whom judgements connect with these nominals."""
    seen = set[str]()
    ask = set(nominals)
    while ask:
        seen |= ask
        (row,) = transaction.run(_JUDGED_OF, {"ids": listed(sorted(ask))})
        yield from row["judged"]
        ask = {nominal for a, b, _ in row["judged"] for nominal in (a, b)} - seen


def moves(current: Iterable[Row], wanted: Mapping[str, Standing]) -> list[Move]:
    """Return what must change so that each nominal is the person that it should be."""
    found = []
    for row in current:
        nominal = row["nominal_id"]
        standing = wanted.get(nominal) or Standing(nominal, None, nominal)
        if (row["person_id"], row["contradicted"]) != (standing.person_id, standing.contradicted):
            found.append(Move(nominal, row["person_id"], standing.person_id, standing.contradicted))
    return found


def everyone(peculiar: Iterable[tuple[str, str, bool | None]], wanted: Mapping[str, Standing]) -> list[Move]:
    """Return what must change for all, by who they are, so that new ones who are simply their own person are left.

    They are in the order of their persons, so that connections that move nominals at the same time are seldom about
    the same.
    """
    now = {nominal: (nominal, None) for nominal in wanted} | {
        nominal: (person_id, contradicted) for nominal, person_id, contradicted in peculiar
    }
    rows = [{"nominal_id": each, "person_id": was, "contradicted": apart} for each, (was, apart) in now.items()]
    return sorted(moves(rows, wanted), key=lambda move: (move.person_id, move.nominal_id))


def own(after: str, until: str, transaction: Transaction) -> int:
    """Make each nominal in a range of ids that is nobody yet a person of its own; returns how many there were."""
    return int(transaction.run(_OWN, {"after": after, "until": until})[0]["created"])


def clear(transaction: Transaction, *, everyone: bool = False) -> set[str]:
    """Take away persons none of whose nominals is there any more, and return the suspects whom that concerns.

    Without `everyone` only those whose nominal was taken out since the last derivation are looked for.
    """
    left = [row["person_id"] for row in transaction.run(_LEFT_ANYWHERE if everyone else _LEFT)]
    if not left:
        return set()
    return {suspect for row in transaction.run(_EMPTY, {"people": listed(left)}) for suspect in row["suspects"]}


def move(wanted: Iterable[Move], transaction: Transaction) -> None:
    """Move nominals to their persons; who has none left stays until `clear`."""
    rows = [
        {"nominal_id": each.nominal_id, "person_id": each.person_id, "contradicted": each.contradicted}
        for each in wanted
    ]
    transaction.run(_MOVE, {"moves": rows})


def settle(wanted: Sequence[Move], transaction: Transaction) -> set[str]:
    """Move nominals to their persons, take away persons who have none left, and return everyone whom that concerns."""
    if not wanted:
        return set()
    former = sorted({each.was for each in wanted if each.was is not None})
    concerned = {each.person_id for each in wanted} | set(former)
    concerned |= {row["suspect"] for row in transaction.run(_SUSPECTS_OF, {"people": listed(former)})}
    move(wanted, transaction)
    for row in transaction.run(_EMPTY, {"people": listed(former)}):
        concerned |= set(row["suspects"])
    return concerned
