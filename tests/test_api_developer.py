"""A developer's token opens only a service that was started for developers, in the same CLEW_HOME."""

from __future__ import annotations

import asyncio
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from api.callers import Caller, Reason, reason_of
from api.developer import FILE, ISSUER, sign, signing_key
from api.sign_in import Authenticator
from api.tokens import LEEWAY
from graph.errors import NotPermitted, SettingsError, SignInRefused
from graph.settings import Settings
from signing import AUDIENCE, Provider, signed

NOW = 1_800_000_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings.from_env({}), home=tmp_path / "home")


def outcome(settings: Settings, token: str, *, developer: bool = True, now: int = NOW) -> Caller | Reason:
    authenticator = Authenticator(settings, developer=developer, now=lambda: now)
    try:
        return asyncio.run(authenticator.caller(f"Bearer {token}"))
    except SignInRefused as refusal:
        return reason_of(refusal)


def test_a_developer_s_token_gives_its_roles(settings: Settings) -> None:
    found = outcome(settings, sign(settings, ["supervisor", "analyst"], now=NOW))
    assert isinstance(found, Caller)
    assert (found.subject, found.client, found.roles) == ("developer", "developer", ("analyst", "supervisor"))


def test_a_service_that_is_not_for_developers_does_not_take_it(settings: Settings, tmp_path: Path) -> None:
    token = sign(settings, ["developer"], now=NOW)
    assert outcome(settings, token, developer=False) is Reason.NO_ISSUER
    provided = replace(Provider().settings(tmp_path), home=settings.home)
    assert outcome(provided, token, developer=False) is Reason.UNKNOWN_KEY


def test_a_service_for_developers_takes_the_provider_s_tokens_too(tmp_path: Path) -> None:
    provider = Provider()
    found = outcome(provider.settings(tmp_path), provider.token("assessor"))
    assert isinstance(found, Caller)
    assert found.client == "token"


def test_another_home_s_token_is_refused(settings: Settings, tmp_path: Path) -> None:
    other = replace(settings, home=tmp_path / "other")
    assert outcome(settings, sign(other, ["developer"], now=NOW)) is Reason.NO_ISSUER


def test_it_ends(settings: Settings) -> None:
    token = sign(settings, ["developer"], now=NOW, hours=2)
    assert isinstance(outcome(settings, token, now=NOW + 2 * 3600 + LEEWAY - 1), Caller)
    assert outcome(settings, token, now=NOW + 2 * 3600 + LEEWAY) is Reason.EXPIRED


@pytest.mark.parametrize(
    ("claims", "reason"),
    [({"iss": "https://sign-in.invalid"}, Reason.CLAIMS), ({"aud": "x"}, Reason.CLAIMS), ({"exp": 1}, Reason.EXPIRED)],
)
def test_the_right_key_alone_is_not_enough(claims: dict[str, Any], reason: Reason, settings: Settings) -> None:
    key = signing_key(settings)
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "developer", "roles": ["developer"], "exp": NOW + 60} | claims
    assert outcome(settings, signed(key, {"alg": "ES256", "kid": key.kid}, said)) is reason


def test_the_name_of_the_key_alone_is_not_enough(settings: Settings) -> None:
    other = ECKey.generate_key("P-256", {"kid": str(signing_key(settings).kid)})
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "developer", "roles": ["developer"], "exp": NOW + 60}
    assert outcome(settings, signed(other, {"alg": "ES256", "kid": other.kid}, said)) is Reason.SIGNATURE


def test_a_role_that_is_not_in_the_mapping_gives_nothing(settings: Settings) -> None:
    with pytest.raises(NotPermitted):
        outcome(settings, sign(settings, ["clew-assessor"], now=NOW))


def test_the_key_is_made_once_and_for_its_owner_alone(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = {key.kid for key in threads.map(lambda _: signing_key(settings), range(16))}
    assert len(made) == 1
    assert stat.S_IMODE((settings.home / FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    assert [each.name for each in settings.home.iterdir()] == [FILE]


PUBLIC = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=False)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kty": "oct", "k": "AAAA"}', json.dumps(PUBLIC), "[" * 100_000])
def test_what_is_no_key_is_refused_and_stays(text: str, settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / FILE).write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=r"^developer\.json in CLEW_HOME is not a developer's key"):
        signing_key(settings)
    assert (settings.home / FILE).read_text("utf-8") == text
