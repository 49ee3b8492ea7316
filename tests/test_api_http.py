"""GraphQL over HTTP as its specification says: the 61 audits, and what else a client relies on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.preparation import SHIPPED, document_id
from audits import Audit, audits
from command import clew
from graph.connection import Address
from served import TRUSTED, Served, free_port, served

ALL = tuple(audits())


@pytest.fixture(scope="module")
def trying_out(database: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give the service as developers try it out, where a document may stand in the address."""
    with served(database, tmp_path_factory.mktemp("dev"), "--dev") as running:
        yield running


def test_there_are_61_audits() -> None:
    assert len({each.id for each in ALL}) == len(ALL) == 61


@pytest.mark.parametrize("audit", ALL, ids=lambda audit: f"{audit.id} {audit.name}")
def test_audit(trying_out: Served, audit: Audit) -> None:
    headers = {"authorization": trying_out.bearer("tester"), "accept": audit.accept, "content-type": audit.content_type}
    with httpx.Client() as client:
        # What the client would add by itself the suite does not send.
        client.headers.clear()
        answered = client.request(
            audit.method,
            f"{trying_out.url}/graphql",
            params=audit.address,
            content=None if audit.body is None else audit.body.encode(),
            headers={name: value for name, value in headers.items() if value is not None},
        )
    assert audit.least <= answered.status_code <= audit.most, answered.text
    answered.content.decode("utf-8")
    if audit.comes_as is not None:
        assert audit.comes_as in answered.headers["content-type"]
    if audit.without is not None:
        assert audit.without not in answered.json(), answered.text


def test_an_answer_is_of_nobody_else_and_is_not_kept(service: Served) -> None:
    answered = service.ask("{ __typename }")
    assert answered.headers["cache-control"] == "no-store"
    assert answered.headers["x-content-type-options"] == "nosniff"
    assert answered.headers["content-type"] == f"{TRUSTED}; charset=utf-8"
    assert "server" not in answered.headers


def test_a_media_type_that_cannot_be_given_is_refused(service: Served) -> None:
    answered = service.post({"query": "{ __typename }"}, headers={"accept": "text/html"})
    assert (answered.status_code, answered.json()["errors"][0]["extensions"]["code"]) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("accept", "comes_as"),
    [
        ("application/json;q=0.2, application/graphql-response+json;q=0.9", TRUSTED),
        ("application/json, application/graphql-response+json;q=0.9", "application/json"),
        ("text/html, application/*;q=0.1", "application/json"),
    ],
)
def test_the_media_type_is_the_one_that_is_wanted_most(service: Served, accept: str, comes_as: str) -> None:
    answered = service.post({"query": "{ __typename }"}, headers={"accept": accept})
    assert answered.headers["content-type"].startswith(comes_as)


def test_a_trusted_document_is_asked_for_by_its_id(service: Served, sample: object) -> None:
    text = (SHIPPED / "threat_list.graphql").read_text("utf-8")
    answered = service.post({"documentId": document_id(text), "variables": {"first": 1}}, "assessor")
    assert answered.status_code == 200, answered.text
    assert len(answered.json()["data"]["threatList"]["nodes"]) == 1


def test_who_may_not_send_documents_of_their_own_is_held_to_trusted_ones(service: Served) -> None:
    own = service.ask("{ __typename }", "assessor")
    assert (own.status_code, own.json()["errors"][0]["extensions"]["code"]) == (400, "NOT_TRUSTED")
    unknown = service.post({"documentId": "sha256:0"}, "assessor")
    assert (unknown.status_code, unknown.json()["errors"][0]["extensions"]["code"]) == (400, "UNKNOWN_DOCUMENT")


def test_the_page_to_try_it_out_is_for_trying_out_alone(service: Served, trying_out: Served) -> None:
    assert service.client.get(f"{service.url}/graphiql").status_code == 404
    page = trying_out.client.get(f"{trying_out.url}/graphiql")
    assert page.status_code == 200
    assert "http" not in page.text.replace("<!doctype html>", "")
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_it_says_that_it_lives_and_whether_it_is_ready(service: Served, sample: object) -> None:
    assert service.client.get(f"{service.url}/healthz").text == "alive\n"
    ready = service.client.get(f"{service.url}/readyz")
    assert (ready.status_code == 200) == (ready.text == "ready\n")


def test_it_counts_requests_by_document_and_code_and_by_nothing_else(database: Address, tmp_path: Path) -> None:
    port = free_port()
    with served(database, tmp_path, "--metrics-port", str(port)) as running:
        running.ask("query Secret { viewer { subject } }")
        running.ask("{ nothing }")
        told = running.client.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'clew_requests_total{code="OK",document="own"} 1.0' in told
    assert 'clew_requests_total{code="BAD_REQUEST",document="own"} 1.0' in told
    assert "officer" not in told
    assert "Secret" not in told


def test_several_processes_answer_at_one_port_and_their_figures_are_one(database: Address, tmp_path: Path) -> None:
    port = free_port()
    with served(database, tmp_path, "--workers", "2", "--metrics-port", str(port)) as running:
        for _ in range(20):
            with httpx.Client() as client:
                answered = client.post(
                    f"{running.url}/graphql",
                    json={"query": "{ __typename }"},
                    headers={"authorization": running.bearer("tester"), "accept": TRUSTED},
                )
            assert answered.status_code == 200
        told = running.client.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'clew_requests_total{code="OK",document="own"} 20.0' in told


@pytest.mark.parametrize("words", [["--host", "0.0.0.0"], ["--host", "0.0.0.0", "--dev", "--behind-proxy"]])  # noqa: S104
def test_it_does_not_listen_to_others_in_the_clear(database: Address, tmp_path: Path, words: list[str]) -> None:
    refused = clew("serve", *words, home=tmp_path, database=database)
    assert refused.returncode == 1
    assert "can be reached by others" in refused.stderr
