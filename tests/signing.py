"""An identity provider for tests: it has keys, publishes them in a file, and signs tokens of any role."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, KeySet

from graph.reference.roles import roles
from graph.settings import Settings

ISSUER = "https://sign-in.invalid"
AUDIENCE = "clew"
NEVER = 4_102_444_800
"""When tokens end unless a test says otherwise: 2100."""


def key_of(kid: str = "first") -> ECKey:
    """Return a new key."""
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


@dataclass(slots=True)
class Provider:
    """Who signs; the last of its keys signs."""

    keys: list[Key] = field(default_factory=lambda: [key_of()])

    def jwks(self) -> str:
        """Return what it publishes."""
        return json.dumps(KeySet(self.keys).as_dict(private=False))

    def settings(self, home: Path, **more: Any) -> Settings:
        """Return settings by which its tokens are taken, from a file that is written into a folder."""
        file = home / "provider.json"
        home.mkdir(parents=True, exist_ok=True)
        file.write_text(self.jwks(), "utf-8")
        given: dict[str, Any] = {"home": home, "jwks": str(file), "token_issuer": ISSUER, "token_audience": AUDIENCE}
        return replace(Settings.from_env({}), **given | more)

    def environ(self, home: Path) -> dict[str, str]:
        """Return the environment of a service that takes its tokens."""
        settings = self.settings(home)
        return {
            "CLEW_JWKS": settings.jwks or "",
            "CLEW_TOKEN_ISSUER": ISSUER,
            "CLEW_TOKEN_AUDIENCE": AUDIENCE,
            "CLEW_TOKEN_ROLES": settings.token_roles,
        }

    def token(self, *named: str, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Return a token that gives these roles of the shipped mapping; a claim that is None is left out."""
        said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "officer-1", "exp": NEVER, "roles": claims_of(named)} | claims
        key = self.keys[-1]
        heads = {"alg": "ES256", "kid": key.kid} | (header or {})
        return signed(key, heads, {name: value for name, value in said.items() if value is not None})

    def bearer(self, *named: str, **claims: Any) -> str:
        """Return the header Authorization with such a token."""
        return f"Bearer {self.token(*named, **claims)}"


def claims_of(named: Sequence[str]) -> list[str]:
    """Return claims that give these roles by the shipped mapping."""
    mapping = roles()
    return [min(mapping[name].claims) for name in named]


def signed(key: Key, header: dict[str, Any], claims: Any) -> str:
    """Return a token with whatever header and claims; None in the header leaves that out."""
    heads = {name: value for name, value in header.items() if value is not None}
    lax = jws.JWSRegistry(algorithms=[str(heads["alg"])], strict_check_header=False)
    return jws.serialize_compact(heads, json.dumps(claims), key, registry=lax)
