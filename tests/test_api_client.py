"""The generated client: it is made from what there is now, and its answers and errors are typed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from functools import partial
from inspect import signature
from typing import Any, TypeVar

import pytest
from pydantic import ValidationError

from api.client import Clew, Refused, Unreachable, operations
from api.client.ego_network import EgoNetworkEgoNetworkNetwork, EgoNetworkEgoNetworkNotFound
from api.client.enums import Reason
from api.client.generate import documents, schema_hash
from api.client.suspect_network import SuspectNetworkSuspectNetworkSuspectNetwork
from api.client.threat_list import ThreatList
from api.client.threat_score import ThreatScoreThreatScoreNotFound, ThreatScoreThreatScoreThreatScore
from api.preparation import document_id
from graph.connection import Address
from graph.errors import QueryFileError
from served import Served, free_port, served

T = TypeVar("T")

AGAIN = "run `make client`"
NOBODY = "n" + "a" * 16


@pytest.fixture(scope="module")
def service(database: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give the service with so much time that an answer does not depend on how busy the machine is."""
    with served(database, tmp_path_factory.mktemp("client"), CLEW_REQUEST_SECONDS="60") as running:
        yield running


def asked(service: Served, question: Callable[[Clew], Awaitable[T]], role: str = "assessor") -> T:
    """Return what a question gives somebody with a role; assessors are held to trusted documents."""

    async def ask() -> T:
        async with Clew(f"{service.url}/graphql", headers={"Authorization": service.bearer(role)}) as clew:
            return await question(clew)

    return asyncio.run(ask())


def highest(service: Served) -> Any:
    """Return the pair with the highest score."""
    return asked(service, lambda clew: clew.threat_list(first=1)).nodes[0]


def test_it_is_made_from_the_schema_as_it_is() -> None:
    assert schema_hash() == operations.SCHEMA, AGAIN


def test_it_has_a_method_for_each_trusted_document_as_it_is() -> None:
    given = {name: each for name, each in vars(operations).items() if name.endswith("_ID")}
    texts = documents()
    assert set(given.values()) == {document_id(text) for text in texts.values()}, AGAIN
    methods = {name.removesuffix("_ID").lower() for name in given}
    assert {name.lower() for name in texts} == {method.replace("_", "") for method in methods}
    assert all(getattr(Clew, method).__doc__ for method in methods)


def test_a_document_that_does_not_fit_the_schema_gets_no_method(tmp_path: Any) -> None:
    (tmp_path / "wrong.graphql").write_text("query Wrong { nothing }", "utf-8")
    with pytest.raises(QueryFileError, match=r"wrong\.graphql does not fit the schema"):
        documents(tmp_path)
    (tmp_path / "wrong.graphql").write_text("{ __typename }", "utf-8")
    with pytest.raises(QueryFileError, match="exactly one operation"):
        documents(tmp_path)


def test_the_threat_list_comes_page_by_page(service: Served, sample: object) -> None:
    one = asked(service, lambda clew: clew.threat_list(first=1))
    two = asked(service, lambda clew: clew.threat_list(first=1, after=one.page_info.end_cursor))
    both = asked(service, lambda clew: clew.threat_list(first=2))
    assert one.page_info.has_next_page
    assert [*one.nodes, *two.nodes] == both.nodes
    assert both.nodes[0].score >= both.nodes[1].score
    assert isinstance(both.nodes[0].last_on, date)
    assert both.about.caution


def test_a_score_comes_with_its_items(service: Served, sample: object) -> None:
    pair = highest(service)
    score = asked(service, lambda clew: clew.threat_score(pair.dyad_id))
    assert isinstance(score, ThreatScoreThreatScoreThreatScore)
    assert score.score == pair.score == sum(item.points for item in score.items)
    then = asked(service, lambda clew: clew.threat_score(pair.dyad_id, as_of=pair.last_on))
    assert isinstance(then, ThreatScoreThreatScoreThreatScore)
    assert then.about.as_of == pair.last_on


def test_a_network_comes_as_nodes_and_edges(service: Served, sample: object) -> None:
    pair = highest(service)
    network = asked(service, lambda clew: clew.ego_network(pair.suspect_id))
    assert isinstance(network, EgoNetworkEgoNetworkNetwork)
    ids = {node.id for node in network.nodes}
    assert pair.victim_id in ids
    assert {edge.source_id for edge in network.edges} | {edge.target_id for edge in network.edges} <= ids


def test_the_network_of_a_suspect_comes_with_victims_incidents_and_offences(service: Served, sample: object) -> None:
    pair = highest(service)
    network = asked(service, lambda clew: clew.suspect_network(pair.suspect_id, max_victims=5))
    assert isinstance(network, SuspectNetworkSuspectNetworkSuspectNetwork)
    assert pair.victim_id in {person.person_id for person in network.people}
    (own,) = [dyad for dyad in network.dyads if dyad.dyad_id == pair.dyad_id]
    assert own.score == pair.score
    assert set(own.incident_ids) <= {incident.incident_id for incident in network.incidents}
    assert any(incident.offences for incident in network.incidents)


def test_each_method_understands_what_the_service_answers(service: Served, sample: object) -> None:
    pair = highest(service)
    given = {
        "person_id": pair.suspect_id,
        "subject_id": pair.suspect_id,
        "dyad_id": pair.dyad_id,
        "text": "Smith",
        "from_on": date(2024, 1, 1),
        "first": 2,
    }
    for name in sorted(name for name in vars(Clew) if not name.startswith("_")):
        method = getattr(Clew, name)
        words = {each: given[each] for each in signature(method).parameters if each in given}
        role = "auditor" if name.startswith("audit") else "assessor"
        told = asked(service, partial(method, **words), role)
        assert told.about.caution, name


def test_what_does_not_exist_is_an_answer(service: Served, sample: object) -> None:
    nothing = asked(service, lambda clew: clew.threat_score(f"{NOBODY}>{NOBODY}"))
    assert isinstance(nothing, ThreatScoreThreatScoreNotFound)
    nobody = asked(service, lambda clew: clew.ego_network(NOBODY))
    assert isinstance(nobody, EgoNetworkEgoNetworkNotFound)
    assert nobody.says == nothing.says


def test_a_name_that_is_withheld_is_not_a_name_that_is_missing(service: Served, sample: object) -> None:
    (pair,) = asked(service, lambda clew: clew.threat_list(first=1), "application").nodes
    assert pair.suspect_name.typename__ == "Withheld"
    assert pair.suspect_name.reason is Reason.ROLE
    assert highest(service).suspect_name.typename__ == "Known"


def test_what_the_service_refuses_is_raised_with_its_code_and_its_sentence(service: Served, sample: object) -> None:
    with pytest.raises(Refused) as auditor:
        asked(service, lambda clew: clew.threat_list(first=1), "auditor")
    assert auditor.value.code == "FORBIDDEN"
    with pytest.raises(Refused) as cursor:
        asked(service, lambda clew: clew.threat_list(first=1, after="nowhere"))
    assert cursor.value.code == "BAD_USER_INPUT"
    assert str(cursor.value)
    assert cursor.value.request_id


def test_nobody_is_refused(service: Served) -> None:
    async def ask() -> None:
        async with Clew(f"{service.url}/graphql") as clew:
            await clew.threat_list(first=1)

    with pytest.raises(Refused) as nobody:
        asyncio.run(ask())
    assert (nobody.value.status, nobody.value.code) == (401, "UNAUTHENTICATED")


def test_a_purpose_goes_with_one_request(service: Served, sample: object) -> None:
    with pytest.raises(Refused) as purpose:
        asked(service, lambda clew: clew.threat_list(first=1, headers={"X-Purpose": "CURIOSITY"}))
    assert purpose.value.code == "BAD_USER_INPUT"


def test_a_service_that_is_not_there_is_said_to_be_unreachable() -> None:
    async def ask() -> None:
        async with Clew(f"http://127.0.0.1:{free_port()}/graphql") as clew:
            await clew.threat_list(first=1)

    with pytest.raises(Unreachable, match="is it running"):
        asyncio.run(ask())


def test_what_a_model_does_not_understand_is_not_repeated_in_the_error() -> None:
    with pytest.raises(ValidationError) as wrong:
        ThreatList.model_validate({"threatList": "Jane Example"})
    assert "Jane" not in str(wrong.value)
