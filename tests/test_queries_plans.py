"""How the server finds each answer: from what was asked, one bounded step after the other, however large the graph."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping

import pytest

from deliver import wipe
from graph.connection import Address, Writer
from plans import Operator, grow, plan, shapes
from queries.answer import in_one_row
from queries.catalogue import Query, catalogue
from queries.known.gather import ANSWERS, CIRCUMSTANCES, JUDGEMENTS, LATEST, RECORDS, SURROUNDING, TOUCHING

each_question = pytest.mark.parametrize("query", tuple(catalogue().values()), ids=lambda query: query.name)

READS_EVERYTHING: Mapping[str, str] = {
    "cluster_pairs": "counts every pair by the clusters that it matches",
    "cluster_prevalence": "counts every pair by the clusters that it matches",
    "clusters": "what no record holds is known only when all were looked at",
    "contradictory_values": "compares the records of every person who has several, and no index says who has",
    "data_quality": "counts what is missing in every record",
    "freshness": "counts every record by source and by the time it was received",
    "grade_changes": "looks at the grades of every pair, and no index says whose changed",
    "role_conflicts": "compares the roles in every incident and on every form",
    "serial_perpetrators": "looks at everyone if no suspects are given",
}
"""Questions about the whole force that read all records of some kind, and why they must."""

_SCAN = re.compile(r"\w*Scan")
_REPEATED = re.compile(r"VarLength|Repeat|Trail|ShortestPath|Pruning", re.I)
_BOUNDED = re.compile(r"\*\d*\.\.\d+[^\]]*\]|\{\d*, ?\d+\}")


def faults(operators: Iterable[Operator], *, scans: bool = False) -> list[str]:
    """Return what in a plan grows faster than what was asked about; `scans` allows to read all records of a kind."""
    found = []
    for name, says in operators:
        endless = _REPEATED.search(name) and not _BOUNDED.search(says)
        if name == "CartesianProduct" or endless or name.startswith("All") or (not scans and _SCAN.fullmatch(name)):
            found.append(f"{name} {says}")
    return found


def asked(query: Query) -> str:
    return in_one_row(query) if query.name in catalogue() else query.text


def faults_of(database: Address, query: Query, *, scans: bool = False) -> list[str]:
    async def planned() -> list[str]:
        return [
            f"with {', '.join(name for name, value in params.items() if value is None) or 'nothing'} not given: {each}"
            for params in shapes(query)
            for each in faults(await plan(database, asked(query), params), scans=scans)
        ]

    return asyncio.run(planned())


@each_question
def test_no_question_takes_all_or_a_product_in_a_small_graph(sample: Writer, database: Address, query: Query) -> None:
    # Where a kind has a few records, to read them all costs no more than to look one up.
    assert faults_of(database, query, scans=True) == []


@each_question
def test_what_is_derived_is_read_before_the_rows(sample: Writer, database: Address, query: Query) -> None:
    found = asyncio.run(plan(database, in_one_row(query), next(shapes(query))))
    first = next(says for name, says in found if "Seek" in name or "Scan" in name)
    assert "derivation:Derivation(derivation_id)" in first


@pytest.fixture
def large(graph: Writer, holds: list[str]) -> Writer:
    """Give a graph in which nothing is small; for tests that only read."""
    if holds != ["large"]:
        wipe(graph)
        grow(graph)
        holds[:] = ["large"]
    return graph


@each_question
def test_no_question_takes_all_or_a_product_in_a_large_graph(large: Writer, database: Address, query: Query) -> None:
    assert faults_of(database, query, scans=query.name in READS_EVERYTHING) == []


@pytest.mark.parametrize("name", ["contradicted_answers", "hidden_threat", "threat_list"])
def test_pairs_by_score_are_read_in_that_order_until_there_are_enough(
    large: Writer, database: Address, name: str
) -> None:
    query = catalogue()[name]
    for params in shapes(query):
        found = asyncio.run(plan(database, in_one_row(query), params))
        assert any(each == "NodeIndexSeekByRange" and "Dyad(score)" in says for each, says in found)
        named = {each for each, _ in found}
        # All would be sorted by Sort or Top; the latter also takes the first of a person's records.
        assert "PartialTop" in named
        assert "Sort" not in named


KNOWN = (JUDGEMENTS, TOUCHING, RECORDS, SURROUNDING, CIRCUMSTANCES, ANSWERS, LATEST)


@pytest.mark.parametrize("query", KNOWN, ids=lambda query: query.name)
def test_what_was_known_of_a_subject_is_looked_up(large: Writer, database: Address, query: Query) -> None:
    every = ["NodeByLabelScan delivery:Delivery"] if query == LATEST else []
    assert [each.partition(": ")[2] for each in faults_of(database, query)] == every


def test_what_is_listed_as_reading_everything_is_asked() -> None:
    assert READS_EVERYTHING.keys() <= catalogue().keys()


def of(person: str) -> str:
    return f"MATCH (p:Person {{person_id: {person}}})"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("MATCH (n) RETURN count(n.x) AS x", "AllNodesScan"),
        ("MATCH (p:Person) RETURN p.x AS x", "NodeByLabelScan"),
        ("MATCH (n:Nominal|Person) RETURN n.x AS x", "UnionNodeByLabelsScan"),
        ("MATCH (n:Nominal)-[r:USES]->() RETURN r.x AS x", "Scan"),
        ("MATCH (p:Person) WHERE p.person_id IS NOT NULL RETURN p.x AS x", "NodeIndexScan"),
        ("MATCH (p:Person) WHERE p.person_id CONTAINS 'x' RETURN p.x AS x", "NodeIndexScan"),
        (f"{of('1')} MATCH (n:Nominal {{nominal_id: '1'}}) RETURN n.x AS x", "CartesianProduct"),
        (f"{of('1')} MATCH (p)-[:SUSPECT_OF|VICTIM*]-(x) RETURN x.x AS x", "VarLengthExpand"),
        (f"{of('1')} MATCH (p)-[:SUSPECT_OF|VICTIM*2..]-(x) RETURN x.x AS x", "VarLengthExpand"),
        (f"{of('1')} MATCH (p) (()-[:VICTIM]-())+ (x) RETURN x.x AS x", ""),
        (f"{of('1')} MATCH (p) (()-[:VICTIM]-()){{2,}} (x) RETURN x.x AS x", ""),
        (f"{of('1')} MATCH (p)-[:SUSPECT_OF|VICTIM*..3]-(x) RETURN x.x AS x", None),
        (f"{of('1')} MATCH (p) (()-[:VICTIM]-()){{1,3}} (x) RETURN x.x AS x", None),
        (f"{of('1')} MATCH (p)-[:SUSPECT_OF]->(d:Dyad) RETURN d.x AS x", None),
    ],
)
def test_a_plan_that_takes_too_much_is_known(large: Writer, database: Address, text: str, fault: str | None) -> None:
    found = faults(asyncio.run(plan(database, text, {})))
    assert found == [] if fault is None else any(fault in each for each in found), found
