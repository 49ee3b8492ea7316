"""Tells who asks from the header Authorization: by a token, a developer's token or an application's key."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime

from api.callers import Caller, Reason, refused
from api.developer import Developer
from api.keys import BEGINS, Keys
from api.tokens import Issuer
from graph.reference.roles import roles
from graph.settings import Settings

MOST_CHARACTERS = 16 * 1024

_BEARER = re.compile(r"bearer +([\x21-\x7e]+) *", re.IGNORECASE)


class Authenticator:
    """Tells who asks; one a process, for as long as it serves.

    `developer` lets in whoever has a token of `clew token`: only for a service that serves this machine alone. `now`
    is seconds since 1970, `clock` seconds that never go back.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        developer: bool = False,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read the role mapping, the applications' keys and, if wanted, the developer's key.

        Raises SettingsError, ReferenceDataError or EngineError if one of them cannot be used.
        """
        mapping = roles(settings.roles)
        self._now, self._zone = now, settings.time_zone
        self._keys = Keys(settings, mapping, clock=clock)
        self._developer = Developer(settings, mapping, now=now) if developer else None
        self._issuer = (
            Issuer(settings, mapping, now=now, clock=clock) if settings.jwks or settings.token_issuer else None
        )

    async def caller(self, authorization: str | None) -> Caller:
        """Return who asks, by the value of the header.

        Raises SignInRefused if nobody can be told, in one sentence whatever the reason; NotPermitted if who it is may
        do nothing here.
        """
        if not authorization:
            raise refused(Reason.MISSING)
        if len(authorization) > MOST_CHARACTERS:
            raise refused(Reason.TOO_LONG)
        written = _BEARER.fullmatch(authorization)
        if written is None:
            raise refused(Reason.MALFORMED)
        token = written[1]
        if token.startswith(BEGINS):
            return self._keys.check(token, datetime.fromtimestamp(self._now(), self._zone).date())
        # By the key that it names, and so without believing, or even reading, what is not checked yet.
        if self._developer is not None and self._developer.signed(token):
            return self._developer.check(token)
        if self._issuer is None:
            raise refused(Reason.NO_ISSUER)
        return await self._issuer.check(token)

    async def prepare(self) -> bool:
        """Fetch what tokens are checked by; return whether there is something to check every kind of them by."""
        return self._issuer is None or await self._issuer.keys.prepare()

    async def close(self) -> None:
        """Give up what is under way."""
        if self._issuer is not None:
            await self._issuer.keys.close()
