"""Twenty attacks on the service, each with the answer that it gets, mostly before anything is asked of the database."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import OctKey

from graph.connection import Address, Writer
from served import TRUSTED, Served, codes, served
from signing import ISSUER, key_of, signed

SOME = "n" + "a" * 16
TRIES = 20
QUICK = 0.1
"""Seconds in which a refusal must come, at least in one of some tries: a machine may be busy with something else."""


def bomb(n: int) -> str:
    """Return a document whose fragments spread each other twice, n times over."""
    doubled = " ".join(f"fragment f{i} on About {{ ...f{i + 1} ...f{i + 1} }}" for i in range(n))
    return f"{{ threatList {{ about {{ ...f0 }} }} }} {doubled} fragment f{n} on About {{ asOf }}"


def deep(levels: int) -> str:
    """Return a document that is nested as deeply as asked, through what has no end in any schema: the schema itself."""
    return "{ __schema " + "{ types { fields { type " * levels + "{ name }" + " } } }" * levels + " }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """What is sent, and what comes back."""

    name: str
    query: str
    status: int = 400
    codes: frozenset[str] = field(default_factory=frozenset)
    variables: Mapping[str, Any] = field(default_factory=dict)
    role: str = "blind"


ATTACKS = (
    Attack(name="1 a deep cycle", query=deep(12), codes=frozenset({"DEPTH_LIMIT", "BAD_REQUEST"}), role="tester"),
    Attack(
        name="2 one question under 200 names",
        query="{ " + " ".join(f'a{i}: person(personId: "{SOME}") {{ __typename }}' for i in range(200)) + " }",
        codes=frozenset({"BAD_REQUEST", "ALIAS_LIMIT", "ROOT_FIELD_LIMIT"}),
    ),
    Attack(
        name="2 one question under 30 names",
        query="{ " + " ".join(f'a{i}: person(personId: "{SOME}") {{ __typename }}' for i in range(30)) + " }",
        codes=frozenset({"ALIAS_LIMIT", "ROOT_FIELD_LIMIT"}),
    ),
    Attack(name="3 fragments, 2^20", query=bomb(20), codes=frozenset({"COST_LIMIT"})),
    Attack(name="3 fragments, 2^60", query=bomb(60), codes=frozenset({"COST_LIMIT"})),
    Attack(
        name="6 the same field 500 times",
        query="{ " + "threatList { nodes { score } } " * 500 + "}",
        codes=frozenset({"BAD_REQUEST"}),
    ),
    Attack(
        name="7 500 directives", query="{ viewer " + "@aa" * 500 + "{ subject } }", codes=frozenset({"BAD_REQUEST"})
    ),
    Attack(
        name="7 directives that exist",
        query="{ viewer { subject " + "@include(if: true)" * 30 + " } }",
        codes=frozenset({"BAD_REQUEST", "DIRECTIVE_LIMIT"}),
    ),
    Attack(name="8 introspection", query="{ __schema { types { name } } }", codes=frozenset({"BAD_REQUEST"})),
    Attack(
        name="9 a field that nearly is one", query="{ threatLst { nodes { score } } }", codes=frozenset({"BAD_REQUEST"})
    ),
    Attack(
        name="10 a million rows",
        query="{ threatList(first: 1000000) { nodes { score } } }",
        codes=frozenset({"COST_LIMIT"}),
    ),
    Attack(
        name="10 a million rows by a variable",
        query="query($n: Int) { threatList(first: $n) { nodes { score } } }",
        variables={"n": 1_000_000},
        codes=frozenset({"COST_LIMIT"}),
    ),
    Attack(name="18 a syntax error", query="{ viewer {", codes=frozenset({"BAD_REQUEST"})),
    Attack(
        name="18 a variable of another type",
        query="query($n: Int!) { threatList(first: $n) { nodes { score } } }",
        variables={"n": "'; DROP"},
        codes=frozenset({"BAD_REQUEST"}),
    ),
)


def quickly(send: Callable[[], httpx.Response]) -> httpx.Response:
    """Return an answer that came in time at least once."""
    answered = send()
    for _ in range(TRIES):
        if answered.elapsed.total_seconds() < QUICK:
            return answered
        answered = send()
    raise AssertionError(f"never below {QUICK} s: {answered.elapsed.total_seconds()}")


def intents(running: Served) -> int:
    """Return how many requests were let through to the database, as the record of who looked says."""
    rows = [
        json.loads(line)
        for path in sorted((running.home / "audit").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return sum(row["phase"] == "intent" for row in rows)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_document_that_asks_too_much_is_refused_before_anything_is_asked(service: Served, attack: Attack) -> None:
    before = intents(service)
    answered = quickly(lambda: service.ask(attack.query, attack.role, **attack.variables))
    told = answered.json()
    assert answered.status_code == attack.status, told
    assert codes(answered) <= attack.codes, told
    assert "data" not in told
    assert len(told["errors"]) <= 5
    assert "Did you mean" not in answered.text
    coerced = bool(attack.variables) and attack.codes == {"BAD_REQUEST"}
    assert intents(service) == before or coerced


def test_4_a_long_body_is_refused_before_it_is_read(service: Served) -> None:
    answered = quickly(lambda: service.ask("{ __typename } #" + "x" * 1_000_000))
    assert (answered.status_code, codes(answered)) == (413, {"TOO_LARGE"})


def test_4_a_long_body_of_unknown_length_is_refused_on_the_way(service: Served) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"query": "{ __typename } #'
        for _ in range(1000):
            yield b"x" * 1000

    headers = {"authorization": service.bearer("tester"), "content-type": "application/json", "accept": TRUSTED}
    answered = service.client.post(f"{service.url}/graphql", content=pieces(), headers=headers)
    assert (answered.status_code, codes(answered)) == (413, {"TOO_LARGE"})


def test_5_several_requests_in_a_list_are_refused(service: Served) -> None:
    headers = {"authorization": service.bearer("tester"), "accept": TRUSTED}
    many = [{"query": "{ __typename }"}] * 50
    answered = quickly(lambda: service.client.post(f"{service.url}/graphql", json=many, headers=headers))
    assert (answered.status_code, codes(answered)) == (400, {"BAD_REQUEST"})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("depth", 50, "depth must lie between 1 and 2"), ("maxLinks", 10_000, "max_links must lie between 1 and 100")],
)
def test_10_more_than_there_may_be_is_refused(
    service: Served, sample: Writer, name: str, value: int, says: str
) -> None:
    query = f'query($n: Int) {{ egoNetwork(personId: "{SOME}", {name}: $n) {{ __typename }} }}'
    answered = service.ask(query, n=value)
    assert codes(answered) == {"BAD_USER_INPUT"}
    assert says in answered.text


def test_11_nothing_is_asked_by_an_address(service: Served) -> None:
    headers = {"authorization": service.bearer("tester"), "accept": TRUSTED}
    for query in ("{ __typename }", "mutation { __typename }"):
        answered = quickly(
            lambda query=query: service.client.get(f"{service.url}/graphql", params={"query": query}, headers=headers)  # type: ignore[misc]
        )
        assert (answered.status_code, codes(answered)) == (405, {"METHOD_NOT_ALLOWED"})
        assert answered.headers["allow"] == "POST"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_11_nothing_is_asked_by_another_method(service: Served, method: str) -> None:
    headers = {"authorization": service.bearer("tester"), "accept": TRUSTED}
    assert service.client.request(method, f"{service.url}/graphql", headers=headers).status_code == 405


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b'{"query":"{ __typename }"}', "headers": {"content-type": "text/plain"}},
        {"data": {"query": "{ __typename }"}},
        {"files": {"operations": (None, '{"query":"{ __typename }"}'), "map": (None, "{}")}},
        {"content": b'{"query":"{ __typename }"}', "headers": {"content-type": "application/json; charset=utf-16"}},
        {"content": b"x", "headers": {"content-type": "application/json", "content-encoding": "gzip"}},
    ],
    ids=["text", "form", "multipart", "utf-16", "gzip"],
)
def test_12_what_a_foreign_page_could_send_is_refused(service: Served, sent: dict[str, Any]) -> None:
    headers = {"authorization": service.bearer("tester"), "accept": TRUSTED, **sent.pop("headers", {})}
    answered = quickly(lambda: service.client.post(f"{service.url}/graphql", headers=headers, **sent))
    assert (answered.status_code, codes(answered)) == (415, {"UNSUPPORTED_MEDIA_TYPE"})


INJECTED = (
    "x'}) DETACH DELETE n //",
    "*:* OR name:/.*/",
    '" OR 1=1 --',
    "\\u0027) MATCH (n) RETURN n //",
    "~* ?* AND NOT",
)


@pytest.mark.parametrize("text", INJECTED)
def test_13_and_14_words_are_words_and_no_language_of_a_database(service: Served, sample: Writer, text: str) -> None:
    before = sample.read("MATCH (n) RETURN count(n) AS n")
    told = service.data("query($t: String!) { searchPeople(text: $t) { nodes { personId } } }", t=text)
    assert told == {"searchPeople": {"nodes": []}}
    for name in ("band", "cluster", "grade", "neighbourhood"):
        answered = service.ask(f"query($t: String!) {{ threatList({name}: $t) {{ nodes {{ dyadId }} }} }}", t=text)
        assert answered.json().get("data") in ({"threatList": {"nodes": []}}, None)
        assert name == "grade" or "errors" not in answered.json()
    assert sample.read("MATCH (n) RETURN count(n) AS n") == before


def test_15_an_id_of_something_else_is_nothing_and_no_id_is_refused(service: Served, sample: Writer) -> None:
    assert service.data('{ node(id: "iaaaaaaaaaaaaaaaa") { __typename } }') == {"node": None}
    for wrong in ("%%%%", "UGVyc29uOjE=", "' OR 1", "", "n" * 400):
        answered = service.ask("query($id: ID!) { node(id: $id) { __typename } }", id=wrong)
        assert codes(answered) == {"BAD_USER_INPUT"}
        assert wrong == "" or wrong not in answered.text


def test_17_nobody_is_told_by_a_token_that_is_not_theirs(service: Served) -> None:
    claims = {"iss": ISSUER, "aud": "clew", "sub": "evil", "roles": ["everything"], "exp": 4_102_444_800}
    public = OctKey.import_key(json.dumps(service.provider.keys[0].as_dict(private=False)).encode())
    kid = service.provider.keys[0].kid
    wrong = {
        "none": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJldmlsIn0.",
        "public key as a secret": signed(public, {"alg": "HS256", "kid": kid}, claims),
        "another key": signed(key_of(), {"alg": "ES256", "kid": kid}, claims),
        "expired": service.provider.token(roles=["tester"], exp=1),
        "for others": service.provider.token(roles=["tester"], aud="others"),
        "of another issuer": service.provider.token(roles=["tester"], iss="https://evil.invalid"),
        "a key by its path": service.provider.token(roles=["tester"], header={"kid": "../../etc/passwd"}),
        "a key by its address": service.provider.token(roles=["tester"], header={"jku": "https://evil.invalid/jwks"}),
    }
    bodies = set()
    for name, token in {**wrong, "": ""}.items():
        headers = {"authorization": f"Bearer {token}" if token else None}
        answered = service.post({"query": "{ __typename }"}, headers=headers)
        assert answered.status_code == 401, name
        bodies.add(answered.content)
    assert len(bodies) == 1
    assert "evil" not in (service.home / "service.log").read_text("utf-8")


def test_18_a_fault_is_told_by_its_id_alone(service: Served, database: Address, tmp_path: Path) -> None:
    """A database that is gone says where it was; nothing of that reaches a client."""
    answered = service.ask("query($d: Date!) { threatList(changedSince: $d) { nodes { score } } }", d="not a day")
    assert answered.status_code == 400
    assert database.uri not in answered.text


def test_20_a_name_with_a_line_break_does_not_break_a_line(service: Served, sample: Writer) -> None:
    forged = 'A\n{"phase": "intent"}'
    answered = service.post({"query": "query A { __typename }", "operationName": forged})
    assert (answered.status_code, codes(answered)) == (400, {"BAD_REQUEST"})
    assert forged not in (service.home / "service.log").read_text("utf-8")
    service.post({"query": "{ __typename }"}, headers={"x-purpose": "THREAT_ASSESSMENT:PMP-1"})
    for path in (service.home / "audit").glob("*.jsonl"):
        assert all(json.loads(line) for line in path.read_text("utf-8").splitlines())


def test_20_a_purpose_that_the_force_asks_for_must_be_said(database: Address, sample: Writer, tmp_path: Path) -> None:
    with served(database, tmp_path, CLEW_PURPOSE="required") as running:
        for said in (None, ""):
            answered = running.post({"query": "{ __typename }"}, headers={"x-purpose": said})
            assert (answered.status_code, codes(answered)) == (400, {"PURPOSE_REQUIRED"})
        wrong = running.post({"query": "{ __typename }"}, headers={"x-purpose": "CURIOSITY"})
        assert (wrong.status_code, codes(wrong)) == (400, {"BAD_USER_INPUT"})
        right = running.post({"query": "{ __typename }"}, headers={"x-purpose": "THREAT_ASSESSMENT:PMP-1"})
        assert right.status_code == 200


def test_20_there_is_no_socket_to_subscribe_by(service: Served) -> None:
    headers = {"connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13", "sec-websocket-key": "x"}
    answered = service.client.get(f"{service.url}/graphql", headers=headers)
    assert answered.status_code in {401, 405}


def test_a_budget_that_is_spent_is_told_with_when_to_come_again(
    database: Address, sample: Writer, tmp_path: Path
) -> None:
    with served(database, tmp_path, CLEW_BUDGET="60") as running:
        query = "{ threatList(first: 10) { nodes { score } } }"
        answers = [running.ask(query) for _ in range(10)]
        assert answers[0].status_code == 200
        late = [each for each in answers if each.status_code == 429]
        assert late
        assert codes(late[0]) == {"RATE_LIMITED"}
        assert 1 <= int(late[0].headers["retry-after"]) <= 60
        assert running.post(
            {"query": query}, headers={"authorization": running.bearer("tester", sub="another")}
        ).is_success


def test_19_a_body_that_does_not_come_is_not_waited_for(database: Address, sample: Writer, tmp_path: Path) -> None:
    with served(database, tmp_path, CLEW_REQUEST_SECONDS="1") as running:
        port = int(running.url.rpartition(":")[2])
        heads = f"authorization: {running.bearer('tester')}\r\ncontent-type: application/json\r\naccept: {TRUSTED}"
        with socket.create_connection(("127.0.0.1", port), timeout=60) as slow:
            slow.sendall(f"POST /graphql HTTP/1.1\r\nhost: x\r\n{heads}\r\ncontent-length: 100\r\n\r\n{{".encode())
            told = slow.recv(65536)
        assert told.startswith(b"HTTP/1.1 504 ")
        assert running.ask("{ __typename }").status_code == 200


def test_a_question_that_takes_too_long_is_stopped(database: Address, sample: Writer, tmp_path: Path) -> None:
    with served(database, tmp_path, CLEW_REQUEST_SECONDS="0.0001") as running:
        answered = running.ask("{ freshness { rows { source } } }")
        assert (answered.status_code, codes(answered)) == (504, {"TIMEOUT"})
