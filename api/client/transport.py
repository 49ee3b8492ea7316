"""Sends trusted documents by their ids, and says what went wrong; what else the client is made of is generated."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic_core import to_jsonable_python

from .base_model import UNSET

_ACCEPT = "application/graphql-response+json"


class ClientError(Exception):
    """A question got no answer."""


class Unreachable(ClientError):
    """The service could not be reached, or took longer than the time allowed."""


class Refused(ClientError):
    """The service answered with an error; its text is the service's own sentence."""

    def __init__(self, response: httpx.Response, errors: list[Any]) -> None:
        """Take what the service said; an answer that is none of its own has the code UNKNOWN."""
        first = errors[0] if errors and isinstance(errors[0], dict) else {}
        super().__init__(str(first.get("message", "What came back is no answer of the service.")))
        self.status = response.status_code
        self.code = str((first.get("extensions") or {}).get("code", "UNKNOWN"))
        self.request_id = response.headers.get("x-request-id")
        """By which those who run the service find the request in its log."""
        wait = response.headers.get("retry-after", "")
        self.retry_after = int(wait) if wait.isdecimal() else None
        """Seconds after which to ask again; None: that was not said."""


class Transport:
    """A connection to one service."""

    def __init__(
        self, url: str, headers: Mapping[str, str] | None = None, http_client: httpx.AsyncClient | None = None
    ) -> None:
        """Take the address of /graphql and what goes with every request: `Authorization`, and `X-Purpose` if asked for.

        A client of httpx that is given stays the caller's to close.
        """
        self._url = url
        self._headers = {"accept": _ACCEPT, **(headers or {})}
        self._own = http_client is None
        self._http = http_client or httpx.AsyncClient(timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection."""
        if self._own:
            await self._http.aclose()

    async def execute(
        self,
        query: str,
        operation_name: str | None = None,
        variables: Mapping[str, object] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
    ) -> httpx.Response:
        """Return the response to a trusted document, given as `query` by its id; `timeout` is in seconds.

        Raises Unreachable.
        """
        given = {name: value for name, value in (variables or {}).items() if value is not UNSET}
        body = {"documentId": query, "operationName": operation_name, "variables": to_jsonable_python(given)}
        try:
            return await self._http.post(
                self._url, json=body, headers={**self._headers, **(headers or {})}, timeout=timeout
            )
        except httpx.TransportError as error:
            raise Unreachable(f"The service does not answer ({type(error).__name__}): is it running?") from None

    def get_data(self, response: httpx.Response) -> dict[str, Any]:
        """Return the data of a response.

        Raises Refused if it has none, or errors beside it.
        """
        try:
            told = response.json()
        except ValueError:
            told = None
        told = told if isinstance(told, dict) else {}
        data, errors = told.get("data"), told.get("errors")
        if errors or not isinstance(data, dict) or response.status_code != httpx.codes.OK:
            raise Refused(response, errors if isinstance(errors, list) else [])
        return data
