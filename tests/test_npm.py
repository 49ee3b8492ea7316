"""What comes from npm, so `make test-npm` runs this: the audits of `graphql-http`, and the peer of the bench."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from audits import audits
from bench import clients, graphql_peer
from bench.peers import node
from graph.connection import Address, Writer
from served import served

pytestmark = pytest.mark.npm

NPM = Path(__file__).parent / "npm"


def test_the_suite_itself_finds_nothing(database: Address, tmp_path: Path) -> None:
    installed = node.install(NPM, tmp_path / "npm")
    with served(database, tmp_path / "home", "--dev") as running:
        ran = subprocess.run(
            [node.program(), NPM / "audit.mjs", f"{running.url}/graphql"],
            cwd=installed,
            env=node.environ(AUTHORIZATION=running.bearer("tester")),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    results = json.loads(ran.stdout)
    assert [each for each in results if each["status"] != "ok"] == []
    # Those that are held as data are these.
    assert {each["id"] for each in results} == {each.id for each in audits()}
    assert len(results) == 61


def test_the_peer_answers_from_the_same_graph(
    sample: Writer, database: Address, tmp_path: Path, monkeypatch: Any
) -> None:
    modules = node.install(graphql_peer.FILES, tmp_path / "npm")
    monkeypatch.setattr(clients, "CALLS", 2)
    monkeypatch.setattr(clients, "SECONDS", 0.1)
    pairs = sample.read(
        "MATCH (s:Person)-[:SUSPECT_OF]->(d:Dyad)-[:VICTIM]->(v:Person) "
        "RETURN s.person_id AS suspect, v.person_id AS victim, 'everyone' IN d.audiences AS shown "
        "ORDER BY suspect, victim"
    )
    assert not all(pair["shown"] for pair in pairs)
    suspects = sorted({pair["suspect"] for pair in pairs})
    with graphql_peer.served(database, modules) as port:
        for variant in graphql_peer.VARIANTS:
            peer = graphql_peer.client(port, variant)
            opened = peer.open()
            for suspect in suspects:
                victims = [
                    pair["victim"]
                    for pair in pairs
                    if pair["suspect"] == suspect and (pair["shown"] or variant != "authorised")
                ]
                assert (
                    _victims(json.loads(peer.ask(opened, graphql_peer.asked(variant, suspect)))["data"], suspect)
                    == victims
                ), variant
            opened.close()
    figures = graphql_peer.measure(database, modules, suspects, suspects)
    assert figures.keys() == set(graphql_peer.VARIANTS)
    assert all(each["network"]["calls"] == each["network_top"]["calls"] == 2 for each in figures.values())
    assert all(each["network_top_8"]["a_second"] > 0 for each in figures.values())
    assert graphql_peer.versions(modules).keys() == {"node", "@neo4j/graphql", "graphql", "neo4j-driver"}


def _victims(data: Any, suspect: str) -> list[str]:
    """Return the victims of a suspect in the answer of either form."""
    if "network" in data:
        return sorted(each["victim_id"] for each in data["network"]["dyads"] if each["suspect_id"] == suspect)
    (person,) = data["people"]
    return sorted(each["person_id"] for dyad in person["dyads"] for each in dyad["victim"])
