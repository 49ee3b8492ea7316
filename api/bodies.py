"""What a request brings, as GraphQL over HTTP says that it is brought, and in which form it wants its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request

from api.errors import Code, Refused

BYTES = 64 * 1024
"""Bytes of a body at most."""

JSON = "application/json"
RESPONSE = "application/graphql-response+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request's document, by its text or its id, with what it is to be executed with."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: Mapping[str, Any]


def wanted(accept: str) -> str:
    """Return the media type of the answer by the Accept header; of equals, the one that GraphQL over HTTP prefers.

    Raises Refused (406) if neither is wanted.
    """
    best, best_weight = None, 0.0
    for part in (accept or "*/*").split(","):
        kind, *params = [each.strip().lower() for each in part.split(";")]
        offered = RESPONSE if kind == RESPONSE else JSON if kind in {JSON, "application/*", "*/*"} else None
        weight = next((_weight(each[2:]) for each in params if each.startswith("q=")), 1.0)
        if offered and weight > best_weight:
            best, best_weight = offered, weight
    if best is None:
        raise Refused(Code.NOT_ACCEPTABLE, f"Accept {RESPONSE} or {JSON}.")
    return best


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


async def posted(request: Request) -> Body:
    """Return what a POST brings.

    Raises Refused: another media type or encoding (415), too long (413), not what GraphQL over HTTP says (400).
    """
    kind, *params = [each.strip().lower() for each in request.headers.get("content-type", "").split(";")]
    if kind != JSON or any(each.startswith("charset=") and each[8:].strip('"') != "utf-8" for each in params):
        raise Refused(Code.UNSUPPORTED_MEDIA_TYPE, f"Send {JSON} in UTF-8.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(Code.UNSUPPORTED_MEDIA_TYPE, "Send the body as it is, not compressed.")
    too_large = Refused(Code.TOO_LARGE, f"A body has {BYTES} bytes at most.", {"connection": "close"})
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > BYTES:
        raise too_large
    received = bytearray()
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > BYTES:
                raise too_large
    except ClientDisconnect:
        raise Refused(Code.BAD_REQUEST, "The body broke off.") from None
    try:
        return _body(orjson.loads(bytes(received)))
    except (orjson.JSONDecodeError, RecursionError):
        raise Refused(Code.BAD_REQUEST, "The body is not JSON.") from None


def asked_by_address(request: Request) -> Body:
    """Return what a GET brings in its address; raises Refused (400) if that is not what GraphQL over HTTP says."""
    told: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if told.get(name):
            try:
                told[name] = orjson.loads(told[name])
            except orjson.JSONDecodeError:
                raise Refused(Code.BAD_REQUEST, f"{name} is not JSON.") from None
    return _body(told)


def _body(told: Any) -> Body:
    if isinstance(told, list):
        raise Refused(Code.BAD_REQUEST, "One request at a time: several in a list are not taken.")
    if not isinstance(told, dict):
        raise Refused(Code.BAD_REQUEST, "The body is an object with `query` or `documentId`.")
    query, name = told.get("query"), told.get("operationName")
    document_id, variables = told.get("documentId"), told.get("variables")
    if not (query is None or isinstance(query, str)) or not (document_id is None or isinstance(document_id, str)):
        raise Refused(Code.BAD_REQUEST, "`query` and `documentId` are texts.")
    if (query is None) == (document_id is None) or query == "":
        raise Refused(Code.BAD_REQUEST, "Send either `query` or `documentId`.")
    if not (name is None or isinstance(name, str)):
        raise Refused(Code.BAD_REQUEST, "`operationName` is a text.")
    if not (variables is None or isinstance(variables, dict)):
        raise Refused(Code.BAD_REQUEST, "`variables` is an object.")
    if not (told.get("extensions") is None or isinstance(told["extensions"], dict)):
        raise Refused(Code.BAD_REQUEST, "`extensions` is an object.")
    return Body(query=query, document_id=document_id, operation_name=name or None, variables=variables or {})
