"""Checks bearer tokens: who issued them, for whom, until when, and by which key they are signed."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jws import extract_compact

from api.callers import Caller, Reason, caller, refused
from api.jwks import VerifyingKey, VerifyingKeys
from graph.reference.roles import RoleEntry, given
from graph.settings import Settings

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519")
"""Ways of signing that are accepted: in none of them does checking need the secret."""

LEEWAY = 30
"""Seconds by which the clocks of two machines may differ."""

MOST_REMEMBERED = 1_000

_BRINGS_A_KEY = frozenset({"jku", "jwk", "x5u", "x5c", "crit"})
"""What a header may not have: a key, or where to find one, is not for who asks to say."""

_UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """A token whose signature was found good, by the key that it was checked by."""

    key: VerifyingKey
    times: Mapping[str, Any]
    caller: Caller


class Checker:
    """Checks the tokens of one issuer, and remembers the latest so that no signature is checked twice."""

    def __init__(
        self, issuer: str, audience: str, who: Callable[[Mapping[str, Any]], Caller], now: Callable[[], float]
    ) -> None:
        self._who = who
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._times = jwt.JWTClaimsRegistry(now=lambda: int(now()), leeway=LEEWAY, exp={"essential": True})
        self._remembered: OrderedDict[bytes, _Checked] = OrderedDict()

    def check(self, token: str, key: VerifyingKey) -> Caller:
        """Return who a token says asks, if this key signed it.

        Raises SignInRefused; NotPermitted if who it is may do nothing here.
        """
        digest = hashlib.sha256(token.encode("ascii")).digest()
        known = self._remembered.get(digest)
        if known is not None and known.key is key:
            _hold(self._times, known.times)
            self._remembered.move_to_end(digest)
            return known.caller
        claims = _signed(token, key)
        _hold(self._claims, claims)
        found = self._who(claims)
        times = {name: claims[name] for name in ("exp", "nbf") if name in claims}
        self._remembered[digest] = _Checked(key=key, times=times, caller=found)
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return found


class Issuer:
    """Checks the tokens of the force's identity provider, by CLEW_TOKEN_ISSUER, CLEW_TOKEN_AUDIENCE and CLEW_JWKS."""

    def __init__(
        self,
        settings: Settings,
        mapping: Mapping[str, RoleEntry],
        *,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        def who(claims: Mapping[str, Any]) -> Caller:
            return caller(claims["sub"], "token", given(listed(claims, settings.token_roles), mapping), mapping)

        self.keys = VerifyingKeys(settings, clock=clock)
        self._checker = Checker(settings.token_issuer or "", settings.token_audience, who, now)

    async def check(self, token: str) -> Caller:
        """Return who a token says asks.

        Raises SignInRefused; NotPermitted if who it is may do nothing here.
        """
        key = await self.keys.key(kid_of(token))
        if key is None:
            raise refused(Reason.UNKNOWN_KEY if self.keys.held else Reason.NO_KEYS)
        return self._checker.check(token, key)


def kid_of(token: str) -> str:
    """Return the id of the key by which a token says that it is signed; nothing of it is checked yet.

    Raises SignInRefused if it names none, brings one, or is not signed in a way that is accepted.
    """
    try:
        header = extract_compact(token.encode("ascii")).headers()
        kid, algorithm = header.get("kid"), header.get("alg")
    except _UNREADABLE:
        raise refused(Reason.MALFORMED) from None
    if algorithm not in ALGORITHMS:
        raise refused(Reason.ALGORITHM)
    if _BRINGS_A_KEY & header.keys() or not isinstance(kid, str):
        raise refused(Reason.HEADER)
    return kid


def listed(claims: Mapping[str, Any], name: str) -> Sequence[str]:
    """Return what a claim lists, or the words of its text; `a.b` is the part b of the claim a, unless it is a name."""
    found: Any = claims
    for part in (name,) if name in claims else name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return found.split()
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _signed(token: str, key: VerifyingKey) -> Mapping[str, Any]:
    try:
        return jwt.decode(token, key, algorithms=ALGORITHMS).claims
    except BadSignatureError:
        raise refused(Reason.SIGNATURE) from None
    except _UNREADABLE:
        # Among others: a key of another kind than the header says.
        raise refused(Reason.MALFORMED) from None


def _hold(rules: jwt.JWTClaimsRegistry, claims: Mapping[str, Any]) -> None:
    try:
        rules.validate(dict(claims))
    except ExpiredTokenError:
        raise refused(Reason.EXPIRED) from None
    except InvalidClaimError as wrong:
        raise refused(Reason.NOT_YET if wrong.claim == "nbf" else Reason.CLAIMS) from None
    except _UNREADABLE:
        raise refused(Reason.CLAIMS) from None
