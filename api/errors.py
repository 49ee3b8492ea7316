"""What a client is told of what went wrong: a code, a sentence, and for a fault of ours nothing but an id."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from graphql import GraphQLError

from graph.errors import (
    AudienceError,
    AuditUnavailable,
    ClewError,
    DatabaseRefused,
    DatabaseUnavailable,
    NotPermitted,
    QuestionError,
    SignInRefused,
    StaleCursor,
)

log = logging.getLogger("clew.api")


class Code(StrEnum):
    """What went wrong, for programs."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    PURPOSE_REQUIRED = "PURPOSE_REQUIRED"
    BAD_REQUEST = "BAD_REQUEST"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    STALE_CURSOR = "STALE_CURSOR"
    UNKNOWN_DOCUMENT = "UNKNOWN_DOCUMENT"
    NOT_TRUSTED = "NOT_TRUSTED"
    DEPTH_LIMIT = "DEPTH_LIMIT"
    COST_LIMIT = "COST_LIMIT"
    ALIAS_LIMIT = "ALIAS_LIMIT"
    ROOT_FIELD_LIMIT = "ROOT_FIELD_LIMIT"
    DIRECTIVE_LIMIT = "DIRECTIVE_LIMIT"
    OPERATION_LIMIT = "OPERATION_LIMIT"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    TOO_LARGE = "TOO_LARGE"
    RATE_LIMITED = "RATE_LIMITED"
    TIMEOUT = "TIMEOUT"
    UNAVAILABLE = "UNAVAILABLE"
    NOT_READY = "NOT_READY"
    AUDIT_UNAVAILABLE = "AUDIT_UNAVAILABLE"
    INTERNAL = "INTERNAL"


MEANS: Mapping[Code, str] = {
    Code.UNAUTHENTICATED: "The token or key is missing, expired or not one that is accepted: sign in again.",
    Code.FORBIDDEN: "The role does not allow this.",
    Code.PURPOSE_REQUIRED: "The force asks for the purpose of a request: send X-Purpose.",
    Code.BAD_REQUEST: "The request or its document is not what GraphQL and GraphQL over HTTP say.",
    Code.BAD_USER_INPUT: "An argument has a value that the question does not take; the sentence says which.",
    Code.STALE_CURSOR: "Conclusions were drawn anew since the page before: begin again without `after`.",
    Code.UNKNOWN_DOCUMENT: "There is no trusted document of this id that may be sent.",
    Code.NOT_TRUSTED: "Only trusted documents are taken from this role or key.",
    Code.DEPTH_LIMIT: "The document is nested too deeply.",
    Code.COST_LIMIT: "The document asks for too much at once: ask for fewer rows or fields.",
    Code.ALIAS_LIMIT: "The document has too many aliases.",
    Code.ROOT_FIELD_LIMIT: "The document asks too many questions at once.",
    Code.DIRECTIVE_LIMIT: "The document has too many directives.",
    Code.OPERATION_LIMIT: "The document has too many operations.",
    Code.METHOD_NOT_ALLOWED: "Only POST is taken: an address is kept by proxies and browsers.",
    Code.NOT_ACCEPTABLE: "None of the media types of Accept can be given.",
    Code.UNSUPPORTED_MEDIA_TYPE: "Only application/json in UTF-8, not compressed, is taken.",
    Code.TOO_LARGE: "The body is too long.",
    Code.RATE_LIMITED: "The client's budget for a minute is spent; Retry-After says how long to wait.",
    Code.TIMEOUT: "The request took too long and was stopped, in the database too.",
    Code.UNAVAILABLE: "The database does not answer now.",
    Code.NOT_READY: "Nothing is concluded yet, or a new restriction is not applied yet.",
    Code.AUDIT_UNAVAILABLE: "Who looks cannot be recorded now, so nothing is shown.",
    Code.INTERNAL: "A fault of the service; the request's id finds it in the log.",
}
"""What each code means for a client."""

STATUS: Mapping[Code, int] = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.NOT_ACCEPTABLE: 406,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.TOO_LARGE: 413,
    Code.RATE_LIMITED: 429,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
    Code.NOT_READY: 503,
    Code.AUDIT_UNAVAILABLE: 503,
    Code.TIMEOUT: 504,
}
"""HTTP status of each code that is not 400."""

WHOLE = {Code.UNAVAILABLE, Code.NOT_READY, Code.AUDIT_UNAVAILABLE, Code.TIMEOUT}
"""What a whole request fails with, whichever of its fields it befell."""

_CODES: tuple[tuple[type[ClewError], Code], ...] = (
    (StaleCursor, Code.STALE_CURSOR),
    (QuestionError, Code.BAD_USER_INPUT),
    (SignInRefused, Code.UNAUTHENTICATED),
    (NotPermitted, Code.FORBIDDEN),
    (AudienceError, Code.FORBIDDEN),
    (DatabaseUnavailable, Code.UNAVAILABLE),
    (DatabaseRefused, Code.NOT_READY),
    (AuditUnavailable, Code.AUDIT_UNAVAILABLE),
)
_PUBLIC: Mapping[Code, str] = {
    Code.UNAVAILABLE: "The database does not answer now; ask again shortly.",
    Code.AUDIT_UNAVAILABLE: "Who looks cannot be recorded now, so nothing is shown; ask again shortly.",
}
"""What is told where our own sentence names places inside."""


class Refused(Exception):
    """A request that is refused as a whole."""

    def __init__(self, code: Code, says: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(says)
        self.code, self.says, self.headers = code, says, dict(headers or {})

    def body(self) -> dict[str, Any]:
        """Return what the client is told."""
        return {"errors": [{"message": self.says, "extensions": {"code": self.code}}]}


def code_of(error: BaseException) -> Code:
    """Return the code of an exception; INTERNAL for what is not refused by us."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), Code.INTERNAL)


def refused(error: ClewError) -> Refused:
    """Return the refusal of a request that an exception of ours makes."""
    code = code_of(error)
    return Refused(code, _PUBLIC.get(code, str(error)))


def shown(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """Return what a client is told of an error in one field; of a fault only the id under which it is logged."""
    cause = error.original_error
    told = error.formatted
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if cause is None:
        if not (error.extensions or {}).get("code"):
            return {**told, "extensions": {"code": Code.BAD_REQUEST if error.path is None else Code.INTERNAL}}
        return dict(told)
    code = code_of(cause)
    place = {name: value for name, value in told.items() if name in {"locations", "path"}}
    if code is Code.INTERNAL:
        # Neither its text nor a traceback: both can quote a record.
        log.error("fault", extra={"told": {"request_id": request_id, "fault": _named(cause), "path": error.path}})
        says = "Internal error."
        return {"message": says, **place, "extensions": {"code": code, "requestId": request_id}}
    return {"message": _PUBLIC.get(code, str(cause)), **place, "extensions": {"code": code}}


def _named(fault: BaseException) -> str:
    """Return what a fault is and where it was raised, without its text."""
    trace, place = fault.__traceback__, ""
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(fault).__name__} at {place}"
