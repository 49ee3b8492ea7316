"""Holds the keys by which an identity provider's tokens are checked: fetched, refreshed, and kept for an outage."""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import json
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from api import private_file
from graph.errors import SettingsError
from graph.settings import Settings

SECONDS_BETWEEN_REFRESHES = 600.0
SECONDS_AFTER_A_FAILURE = 60.0
SECONDS_BETWEEN_UNKNOWN_KEYS = 60.0
SECONDS_WITHOUT_ANY = 5.0
"""How long one waits before one tries again while there is no key at all."""

SECONDS_TO_ANSWER = 5.0

_MOST_BYTES = 256 * 1024
# 2,048 bits, the least that an RSA key may have, are so many characters of base64url.
_LEAST_OF_A_MODULUS = 342

VerifyingKey = RSAKey | ECKey | OKPKey

_log = logging.getLogger(__name__)


class VerifyingKeys:
    """The keys at CLEW_JWKS, by their ids; whoever asks waits for a fetch only if there is nothing to check by.

    While the provider cannot be reached the last good ones hold, without an end: also after a restart, from the copy
    in CLEW_HOME.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        if not settings.jwks or not settings.token_issuer:
            raise SettingsError("CLEW_JWKS and CLEW_TOKEN_ISSUER belong together: set both, or neither.")
        self.held: Mapping[str, VerifyingKey] = {}
        self._from = settings.jwks
        self._loopback = _is_loopback(self._from)
        self._kept = settings.home / "jwks.json"
        # A copy of another provider's keys must not let anybody in.
        self._kept_for = hashlib.sha256(f"{settings.jwks}\n{settings.token_issuer}".encode()).hexdigest()
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._refresh: asyncio.Task[None] | None = None
        self._due_at = self._first_at = self._unknown_at = float("-inf")

    async def key(self, kid: str) -> VerifyingKey | None:
        """Return the key of this id, None if there is none."""
        if not self.held:
            await self.prepare()
        elif self._clock() >= self._due_at and (self._refresh is None or self._refresh.done()):
            self._refresh = asyncio.create_task(self._refreshed())
        if self.held and kid not in self.held:
            await self._look_for(kid)
        return self.held.get(kid)

    async def prepare(self) -> bool:
        """Fetch the keys if there are none yet, or read the kept copy; return whether there are any now."""
        async with self._one_at_a_time:
            if not self.held and self._clock() >= self._first_at:
                if not await self._fetch():
                    self.held = await asyncio.to_thread(self._read_kept)
                self._first_at = self._clock() + SECONDS_WITHOUT_ANY
        return bool(self.held)

    async def settle(self) -> None:
        """Wait for a refresh that is under way, if one is."""
        if self._refresh is not None:
            await self._refresh

    async def close(self) -> None:
        """Give up a refresh that is under way, if one is."""
        if self._refresh is not None:
            self._refresh.cancel()
            await asyncio.gather(self._refresh, return_exceptions=True)

    async def _refreshed(self) -> None:
        async with self._one_at_a_time:
            await self._fetch()

    async def _look_for(self, kid: str) -> None:
        async with self._one_at_a_time:
            # Whoever had the turn before may have brought it.
            if kid not in self.held and self._clock() >= self._unknown_at:
                await self._fetch()
                self._unknown_at = self._clock() + SECONDS_BETWEEN_UNKNOWN_KEYS

    async def _fetch(self) -> bool:
        """Take the keys that are offered now; without any, what is held stays."""
        try:
            found = keys_of(json.loads(await self._text()))
        # Whatever a network, a server or a file can do wrong, those who are signed in go on working.
        except Exception as wrong:
            found = {}
            _log.warning("The keys at CLEW_JWKS cannot be fetched (%s); the last good ones hold.", type(wrong).__name__)
        if not found:
            self._due_at = self._clock() + SECONDS_AFTER_A_FAILURE
            return False
        # The same key stays the same object: what was checked by it before still counts.
        before = self.held
        self.held = {kid: before[kid] if before.get(kid) == key else key for kid, key in found.items()}
        self._due_at = self._clock() + SECONDS_BETWEEN_REFRESHES
        if self._loopback is not None:
            await asyncio.to_thread(self._keep)
        return True

    async def _text(self) -> bytes:
        if self._loopback is None:
            return await asyncio.to_thread(_read, Path(self._from))
        return await _get(self._from, self._loopback)

    def _keep(self) -> None:
        said = {"for": self._kept_for, "keys": [key.as_dict(private=False) for key in self.held.values()]}
        try:
            private_file.write(self._kept, json.dumps(said))
        except OSError as wrong:
            _log.warning("jwks.json in CLEW_HOME cannot be written (%s); a restart needs CLEW_JWKS.", wrong.strerror)

    def _read_kept(self) -> Mapping[str, VerifyingKey]:
        try:
            said = json.loads(_read(self._kept))
            return keys_of(said) if said["for"] == self._kept_for else {}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return {}


def keys_of(said: Any) -> Mapping[str, VerifyingKey]:
    """Return the keys of a JWK set that can check a signature, by their ids; those that cannot are left out.

    A symmetric key is never one: who can check by it can also sign by it.
    """
    listed = said.get("keys") if isinstance(said, dict) else None
    found: dict[str, VerifyingKey] = {}
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and (key := _key_of(each)) is not None:
            found.setdefault(each["kid"], key)
    return found


def _key_of(said: dict[str, Any]) -> VerifyingKey | None:
    kid, modulus = said.get("kid"), said.get("n")
    if not isinstance(kid, str) or not kid or said.get("use", "sig") != "sig":
        return None
    if said.get("kty") == "RSA" and not (isinstance(modulus, str) and len(modulus) >= _LEAST_OF_A_MODULUS):
        return None
    try:
        key = JWKRegistry.import_key(said)
    # One key that is not understood must not take the others with it.
    except Exception as wrong:
        _log.warning("A key at CLEW_JWKS is left out (%s).", type(wrong).__name__)
        return None
    return key if isinstance(key, RSAKey | ECKey | OKPKey) else None


def _is_loopback(address: str) -> bool | None:
    """Return whether an address is on this machine, None for a file.

    Raises SettingsError for one from which a key could come changed.
    """
    if "://" not in address:
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if host and (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        return loopback
    raise SettingsError(
        "CLEW_JWKS is not usable: it should be an address that begins with https:// (or http:// on this machine), or "
        "a file."
    )


async def _get(address: str, loopback: bool) -> bytes:
    # Reading the machine's certificates takes longer than a request may wait.
    verify = False if loopback and address.startswith("http:") else await asyncio.to_thread(httpx.create_ssl_context)
    body = bytearray()
    async with (
        asyncio.timeout(SECONDS_TO_ANSWER),
        # Not by way of a proxy to oneself; and never on to where an answer sends one.
        httpx.AsyncClient(verify=verify, trust_env=not loopback, timeout=SECONDS_TO_ANSWER) as client,
        client.stream("GET", address, headers={"accept-encoding": "identity"}) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            raise ValueError("no keys")
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > _MOST_BYTES:
                raise ValueError("too much")
    return bytes(body)


def _read(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(_MOST_BYTES)
