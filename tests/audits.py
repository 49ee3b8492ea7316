"""The 61 audits of GraphQL over HTTP that the `graphql-http` suite (npm, 1.23.1) makes of a server, as data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
ASKED = "{ __typename }"
NO_FIELD = "{ 8f31403dfe404bccbb0e835f2629c6a7 }"
BY_NAME = "query Type($name: String!) { __type(name: $name) { name } }"
NOT_NULL = "query CoerceFailure($id: ID!){ __typename }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One audit: what is sent, and what must come back."""

    id: str
    name: str
    method: str = "POST"
    accept: str | None = None
    content_type: str | None = JSON
    body: str | None = None
    address: Mapping[str, str] = field(default_factory=dict)
    least: int = 200
    most: int = 200
    comes_as: str | None = None
    without: str | None = None
    """What the answer must not have: `errors` or `data`."""


def _post(key: str, name: str, accept: str | None = None, /, **more: Any) -> Audit:
    given = {
        each: more.pop(each) for each in list(more) if each in {"query", "variables", "operationName", "extensions"}
    }
    body = more.pop("body", json.dumps(given or {"query": ASKED}, ensure_ascii=False))
    status = more.pop("status", None)
    if status is not None:
        more |= {"least": status, "most": status}
    return Audit(id=key, name=name, accept=accept, body=body, **more)


def audits() -> Iterator[Audit]:
    """Yield the audits in the order of the suite."""
    yield _post("22EB", "SHOULD accept graphql-response+json and match the content-type", RESPONSE, comes_as=RESPONSE)
    yield _post("4655", "MUST accept application/json and match the content-type", JSON, comes_as=JSON)
    yield _post("47DE", "SHOULD accept */* and use application/json", "*/*", comes_as=JSON)
    yield _post("80D8", "SHOULD assume application/json when accept is missing", comes_as=JSON)
    yield _post("82A3", "MUST use utf-8 encoding when responding")
    yield _post(
        "BF61",
        "MUST accept utf-8 encoded request",
        query='{ __type(name: "Run🏃Swim🏊") { name } }',
        content_type="application/json; charset=utf-8",
    )
    yield _post("78D5", "MUST assume utf-8 in request if encoding is unspecified")
    yield _post("2C94", "MUST accept POST requests")
    yield Audit(id="5A70", name="MAY accept GET requests", method="GET", content_type=None, address={"query": ASKED})
    yield Audit(
        id="9C48",
        name="MAY NOT allow executing mutations on GET requests",
        method="GET",
        accept=RESPONSE,
        content_type=None,
        address={"query": "mutation { __typename }"},
        least=400,
        most=499,
    )
    yield _post(
        "9ABE", "SHOULD respond with 4xx if content-type is not supplied", content_type=None, least=400, most=499
    )
    yield _post("03D4", "MUST accept application/json POST requests")
    yield _post("A5BF", "MAY use 400 when request body is missing on POST", body=None, status=400)
    yield _post("423L", "MAY use 400 on missing {query}", RESPONSE, body='{"notquery": "{ __typename }"}', status=400)
    for place, wrong in enumerate(({"obj": "ect"}, 0, False, ["array"])):
        yield _post(f"LKJ{place}", f"MAY use 400 on {wrong} {{query}} parameter", query=wrong, status=400)
    yield _post("34A2", "SHOULD allow string {query}", RESPONSE)
    yield _post("13EE", "MUST allow string {query}", JSON, without="errors")
    for place, wrong in enumerate(({"obj": "ect"}, 0, False, ["array"])):
        yield _post(
            f"6C0{place}", f"MAY use 400 on {wrong} {{operationName}}", query=ASKED, operationName=wrong, status=400
        )
    named = {"operationName": "Query", "query": "query Query { __typename }"}
    yield _post("8161", "SHOULD allow string {operationName}", RESPONSE, **named)
    yield _post("B8B3", "MUST allow string {operationName}", JSON, **named, without="errors")
    for place, parameter in enumerate(("variables", "operationName", "extensions")):
        nothing = {"query": ASKED, parameter: None}
        yield _post(f"94B{place}", f"SHOULD allow null {{{parameter}}}", RESPONSE, **nothing, without="errors")
        yield _post(f"022{place}", f"MUST allow null {{{parameter}}}", JSON, **nothing, without="errors")
    for place, wrong in enumerate(("string", 0, False, ["array"])):
        yield _post(f"476{place}", f"MAY use 400 on {wrong} {{variables}}", query=ASKED, variables=wrong, status=400)
    some = {"query": BY_NAME, "variables": {"name": "sometype"}}
    yield _post("2EA1", "SHOULD allow map {variables}", RESPONSE, **some)
    yield _post("28B9", "MUST allow map {variables}", JSON, **some, without="errors")
    for each, accept in (("D6D5", RESPONSE), ("6A70", JSON)):
        yield Audit(
            id=each,
            name="MAY allow URL-encoded JSON string {variables} in GETs",
            method="GET",
            accept=accept,
            content_type=None,
            address={"query": BY_NAME, "variables": '{"name":"sometype"}'},
            without="errors",
        )
    for place, wrong in enumerate(("string", 0, False, ["array"])):
        yield _post(f"58B{place}", f"MAY use 400 on {wrong} {{extensions}}", query=ASKED, extensions=wrong, status=400)
    more = {"query": ASKED, "extensions": {"some": "value"}}
    yield _post("428F", "SHOULD allow map {extensions}", RESPONSE, **more)
    yield _post("1B7A", "MUST allow map {extensions}", JSON, **more, without="errors")
    no_json = '{ "not a JSON'
    yield _post("B6DC", "MAY use 2xx, 4xx or 5xx on JSON parsing failure", JSON, body=no_json, least=200, most=599)
    yield _post("BCF8", "SHOULD use 400 on JSON parsing failure", JSON, body=no_json, status=400)
    yield _post("B7N8", "SHOULD use 400 on JSON parsing failure", RESPONSE, body=no_json, status=400)
    typo = '{"qeury": "{ __typename }"}'
    yield _post("8764", "MAY use 4xx or 5xx if parameters are invalid", body=typo, least=400, most=599)
    yield _post("3E3A", "MAY use 400 if parameters are invalid", body=typo, status=400)
    yield _post("572B", "SHOULD use 200 on document parsing failure", JSON, query="{")
    yield _post("FDE2", "SHOULD use 200 on document validation failure", JSON, query=NO_FIELD)
    yield _post("7B9B", "SHOULD use 200 on variable coercion failure", JSON, query=NOT_NULL, variables={"id": None})
    yield _post("865D", "SHOULD use 4xx or 5xx on document parsing failure", RESPONSE, query="{", least=400, most=599)
    yield _post("556A", "SHOULD use 400 on document parsing failure", RESPONSE, query="{", status=400)
    yield _post("D586", "SHOULD not contain data on parsing failure", RESPONSE, query="{", status=400, without="data")
    yield _post("51FE", "SHOULD use 4xx or 5xx on validation failure", RESPONSE, query=NO_FIELD, least=400, most=599)
    yield _post("74FF", "SHOULD use 400 on validation failure", RESPONSE, query=NO_FIELD, status=400)
    yield _post(
        "5E5B", "SHOULD not contain data on validation failure", RESPONSE, query=NO_FIELD, status=400, without="data"
    )
    yield _post(
        "86EE", "SHOULD use 400 on coercion failure", RESPONSE, query=NOT_NULL, variables={"id": None}, status=400
    )
