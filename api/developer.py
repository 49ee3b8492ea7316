"""Signs and checks developer tokens, by a key that each CLEW_HOME has of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from api import private_file
from api.callers import Caller, caller
from api.tokens import Checker, kid_of, listed
from graph.engine.folder import in_our_words, make_home
from graph.errors import SettingsError
from graph.reference.roles import RoleEntry
from graph.settings import Settings

ISSUER = "clew-developer"
FILE = "developer.json"
ROLE = "developer"
MOST_HOURS = 24

_SECONDS_AN_HOUR = 3600


class Developer:
    """Checks developer tokens; to be asked only in a service that serves this machine alone."""

    def __init__(
        self, settings: Settings, mapping: Mapping[str, RoleEntry], *, now: Callable[[], float] = time.time
    ) -> None:
        """Read the key, or make it.

        Raises SettingsError or EngineError if it cannot be used.
        """

        def who(claims: Mapping[str, Any]) -> Caller:
            return caller(claims["sub"], "developer", listed(claims, "roles"), mapping)

        self._key = signing_key(settings)
        self._checker = Checker(ISSUER, settings.token_audience, who, now)

    def signed(self, token: str) -> bool:
        """Whether a token says that it is signed by this key.

        Raises SignInRefused if it says nothing of the kind.
        """
        return kid_of(token) == self._key.kid

    def check(self, token: str) -> Caller:
        """Return who a token says asks.

        Raises SignInRefused; NotPermitted if who it is may do nothing here.
        """
        return self._checker.check(token, self._key)


def sign(settings: Settings, roles: Sequence[str], *, now: float, hours: int = 8) -> str:
    """Return a token that gives these roles of the mapping for so many hours from now, in seconds since 1970.

    Raises SettingsError or EngineError if the key cannot be used.
    """
    key = signing_key(settings)
    claims = {
        "iss": ISSUER,
        "aud": settings.token_audience,
        "sub": ROLE,
        "roles": list(roles),
        "iat": int(now),
        "exp": int(now) + hours * _SECONDS_AN_HOUR,
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)


def signing_key(settings: Settings) -> ECKey:
    """Return the key of this CLEW_HOME, made the first time.

    Raises SettingsError if what is there is none; EngineError if CLEW_HOME cannot be used.
    """
    path = settings.home / FILE
    with in_our_words():
        make_home(settings)
        if not path.exists():
            made = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
            private_file.create(path, json.dumps(made.as_dict(private=True)))
        # Whoever was first has made the one that all use.
        text = path.read_bytes()
    try:
        key = ECKey.import_key(json.loads(text))
        if key.is_private and key.curve_name == "P-256" and key.kid:
            return key
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise SettingsError(f"{FILE} in CLEW_HOME is not a developer's key: remove it, and `clew token` makes another.")
