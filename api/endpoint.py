"""Answers one request: who asks, what, whether it may be, then the answer, and a record of it before it leaves."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode, execute
from starlette.requests import Request
from starlette.responses import Response

from api.asking import Asking
from api.bodies import JSON, RESPONSE, Body, asked_by_address, posted, wanted
from api.budget import Budget
from api.callers import Caller, reason_of
from api.errors import STATUS, WHOLE, Code, Refused, refused, shown
from api.executor import FastExecutionContext
from api.limits import Limits, beyond, measured
from api.metrics import Metrics
from api.preparation import Documents, Prepared
from api.purpose import purpose
from api.records import Looked, Recorder
from api.sign_in import Authenticator
from graph.connection import Reader
from graph.errors import ClewError, NotPermitted, SignInRefused

log = logging.getLogger("clew.api")

_ERRORS = 5
_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a process answers requests with."""

    schema: GraphQLSchema
    documents: Documents
    trusted: Mapping[str, str]
    reader: Reader
    authenticator: Authenticator
    recorder: Recorder
    budget: Budget
    metrics: Metrics
    limits: Limits
    policy: str
    seconds: float
    records: Path
    zone: ZoneInfo
    by_address: bool
    """Whether a document may stand in the address, where proxies and browsers keep it; only for trying out."""


@dataclass(slots=True, kw_only=True)
class _Request:
    """What is known of a request so far."""

    id: str
    began: float
    media: str = JSON
    document: str = "none"
    code: str = "OK"
    cost: int = 0


async def answer(service: Service, request: Request) -> Response:
    """Answer a request, whatever happens."""
    about = _Request(id=secrets.token_hex(8), began=time.perf_counter())
    service.metrics.under_way.inc()
    try:
        try:
            response = await _answer(service, request, about)
        except Refused as refusal:
            response = _refusal(refusal, about)
        except SignInRefused as nobody:
            service.metrics.refused.labels(reason_of(nobody)).inc()
            log.warning("nobody", extra={"told": {"request_id": about.id, "reason": reason_of(nobody)}})
            response = _refusal(refused(nobody), about)
        except ClewError as error:
            response = _refusal(refused(error), about)
    finally:
        service.metrics.under_way.dec()
    _note(service, about, response.status_code)
    return response


async def _answer(service: Service, request: Request, about: _Request) -> Response:
    about.media = wanted(request.headers.get("accept", ""))
    if request.method != "POST" and not (request.method == "GET" and service.by_address):
        raise Refused(Code.METHOD_NOT_ALLOWED, "Use POST.", {"allow": "GET, POST" if service.by_address else "POST"})
    caller = await service.authenticator.caller(request.headers.get("authorization"))
    body = await _body(service, request)
    said = _purpose(request, service.policy)
    text = _text(service, caller, body, about)
    prepared = service.documents.prepared(text, introspect=caller.introspects)
    operation = _operation(prepared, body.operation_name)
    if prepared.errors or prepared.document is None or operation is None:
        return _errors([shown(each, about.id) for each in prepared.errors] or [_NO_OPERATION], about)
    if request.method == "GET" and operation.operation.value != "query":
        raise Refused(Code.METHOD_NOT_ALLOWED, "Use POST.", {"allow": "POST"})
    document = prepared.document
    measure = measured(service.schema, document, body.operation_name, body.variables)
    about.cost = measure.cost
    if (too_much := beyond(measure, service.limits)) is not None:
        return _errors([shown(too_much, about.id)], about)
    if wait := service.budget.spend(caller.client + " " + caller.subject, measure.cost):
        raise Refused(Code.RATE_LIMITED, f"The budget is spent; ask again in {wait} s.", {"retry-after": str(wait)})
    looked = service.recorder.before(
        request_id=about.id, caller=caller, purpose=said, prepared=prepared, operation=operation, body=body, text=text
    )
    asking = Asking(reader=service.reader, caller=caller, records=service.records, zone=service.zone)
    try:
        result = await _execute(service, document, body, asking)
        content, status = _result(result, about)
    except BaseException as fault:
        await _after(service, looked, asking, about, fault)
        raise
    await _after(service, looked, asking, about)
    return _response(content, about, status)


async def _body(service: Service, request: Request) -> Body:
    """Return what a request brings; raises Refused (504) if that takes too long."""
    if request.method == "GET":
        return asked_by_address(request)
    try:
        async with asyncio.timeout(service.seconds):
            return await posted(request)
    except TimeoutError:
        slow = f"The body took longer than {service.seconds:g} s."
        raise Refused(Code.TIMEOUT, slow, {"connection": "close"}) from None


async def _execute(service: Service, document: DocumentNode, body: Body, asking: Asking) -> ExecutionResult:
    try:
        async with asyncio.timeout(service.seconds):
            result = execute(
                service.schema,
                document,
                context_value=asking,
                variable_values=dict(body.variables),
                operation_name=body.operation_name,
                executor_class=FastExecutionContext,
                hide_suggestions=True,
            )
            return result if isinstance(result, ExecutionResult) else await result
    except TimeoutError:
        raise Refused(Code.TIMEOUT, f"The request took longer than {service.seconds:g} s; ask for less.") from None


def _result(result: ExecutionResult, about: _Request) -> tuple[bytes, int]:
    """Return the body and the status of what came of an execution."""
    errors = [shown(each, about.id) for each in (result.errors or [])[:_ERRORS]]
    for each in errors:
        code = each["extensions"]["code"]
        about.code = code
        if code in WHOLE:
            raise Refused(Code(code), each["message"])
    if errors and result.data is None and not any("path" in each for each in errors):
        return orjson.dumps({"errors": errors}), _not_executed(about)
    told: dict[str, Any] = {"data": result.data, "extensions": {"cost": about.cost}}
    if errors:
        told = {"errors": errors, **told}
    return orjson.dumps(told), 200


async def _after(
    service: Service, looked: Looked, asking: Asking, about: _Request, fault: BaseException | None = None
) -> None:
    """Record what came of a request; the answer leaves only once that is on disk."""
    if isinstance(fault, Refused):
        about.code = fault.code
    elif fault is not None:
        about.code = "CANCELLED" if isinstance(fault, asyncio.CancelledError) else Code.INTERNAL
    ms = (time.perf_counter() - about.began) * 1000
    await service.recorder.after(looked, asking, code=None if about.code == "OK" else about.code, ms=ms)


def _purpose(request: Request, policy: str) -> str | None:
    try:
        return purpose(request.headers.get("x-purpose"), policy)
    except NotPermitted as error:
        raise Refused(Code.PURPOSE_REQUIRED, str(error)) from None


def _text(service: Service, caller: Caller, body: Body, about: _Request) -> str:
    """Return the text of the document, if the caller may send it."""
    if body.document_id is not None:
        text = service.trusted.get(body.document_id)
        if text is None or (caller.documents is not None and body.document_id not in caller.documents):
            raise Refused(Code.UNKNOWN_DOCUMENT, "No trusted document that you may send has this id.")
        about.document = body.document_id
        return text
    about.document = "own"
    if not caller.free_form:
        raise Refused(Code.NOT_TRUSTED, "Send the id of a trusted document as `documentId`.")
    return body.query or ""


_NO_OPERATION = {"message": "The document has no operation of that name.", "extensions": {"code": Code.BAD_REQUEST}}


def _operation(prepared: Prepared, name: str | None) -> OperationDefinitionNode | None:
    """Return the operation that is to run, or None if the document has no such or several."""
    if prepared.document is None:
        return None
    found = [each for each in prepared.document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        found = [each for each in found if each.name is not None and each.name.value == name]
    return found[0] if len(found) == 1 else None


def _errors(errors: list[dict[str, Any]], about: _Request) -> Response:
    """Return the answer to a document that was not executed."""
    about.code = errors[0]["extensions"]["code"]
    return _response(orjson.dumps({"errors": errors}), about, _not_executed(about))


def _not_executed(about: _Request) -> int:
    """Return the status for a document that was not executed: in plain JSON 200, as GraphQL over HTTP says."""
    return 400 if about.media == RESPONSE else 200


def _refusal(refusal: Refused, about: _Request) -> Response:
    about.code = refusal.code
    status = STATUS.get(refusal.code, 400)
    return _response(orjson.dumps(refusal.body()), about, status, refusal.headers)


def _response(content: bytes, about: _Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        content,
        status,
        {**_HEADERS, "x-request-id": about.id, **(headers or {})},
        media_type=f"{about.media}; charset=utf-8",
    )


def _note(service: Service, about: _Request, status: int) -> None:
    """Count a request and write its line, without a word that somebody wrote."""
    seconds = time.perf_counter() - about.began
    service.metrics.requests.labels(about.document, about.code).inc()
    service.metrics.seconds.labels(about.document).observe(seconds)
    service.metrics.cost.labels(about.document).inc(about.cost)
    log.info(
        "request",
        extra={
            "told": {
                "request_id": about.id,
                "document": about.document,
                "code": about.code,
                "status": status,
                "cost": about.cost,
                "ms": round(seconds * 1000, 1),
            }
        },
    )
