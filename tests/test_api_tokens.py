"""A token is taken if the provider signed it, for us, and it is good now; every other is refused in one sentence."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

import api.tokens
from api.callers import SENTENCE, Caller, Reason, reason_of
from api.sign_in import Authenticator
from api.tokens import ALGORITHMS, LEEWAY, Issuer, listed
from graph.errors import NotPermitted, SignInRefused
from graph.reference.roles import roles
from signing import AUDIENCE, ISSUER, NEVER, Provider, key_of, signed

NOW = 1_800_000_000
CLAIMS = {"iss": ISSUER, "aud": AUDIENCE, "sub": "officer-1", "exp": NEVER, "roles": ["clew-assessor"]}
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})


def outcome(provider: Provider, token: str, home: Path, **more: Any) -> Reason | Caller:
    """Return who asks, or why nobody could be told; the sentence must not tell."""
    return told(Authenticator(provider.settings(home, **more), now=lambda: NOW), token)


def told(authenticator: Authenticator, token: str) -> Reason | Caller:
    try:
        return asyncio.run(authenticator.caller(f"Bearer {token}"))
    except SignInRefused as refusal:
        found = refusal
    assert str(found) == SENTENCE
    return reason_of(found)


def by_hand(header: Any, claims: Any, signature: Callable[[bytes], bytes]) -> str:
    """Return a token that no library would sign."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    text = b".".join(parts)
    return (text + b"." + base64.urlsafe_b64encode(signature(text)).rstrip(b"=")).decode()


def hs256(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda text: hmac.new(secret, text, hashlib.sha256).digest()


def test_a_good_token_says_who_asks(tmp_path: Path) -> None:
    provider = Provider()
    found = outcome(provider, provider.token("supervisor", sub="officer-7"), tmp_path)
    assert isinstance(found, Caller)
    assert (found.subject, found.client, found.roles) == ("officer-7", "token", ("supervisor",))


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("RS256", RSA),
        ("PS256", RSA),
        ("ES256", key_of()),
        ("Ed25519", OKPKey.generate_key("Ed25519", {"kid": "ed", "use": "sig"})),
    ],
)
def test_every_way_of_signing_that_is_accepted_works(algorithm: str, key: Key, tmp_path: Path) -> None:
    assert algorithm in ALGORITHMS
    provider = Provider([key])
    assert isinstance(outcome(provider, provider.token("assessor", header={"alg": algorithm}), tmp_path), Caller)


@pytest.mark.parametrize("none", ["none", "None", "NONE", "", None])
def test_a_token_that_nobody_signed_is_refused(none: str | None, tmp_path: Path) -> None:
    token = by_hand({"alg": none, "kid": "first"}, CLAIMS, lambda _: b"")
    assert outcome(Provider(), token, tmp_path) is Reason.ALGORITHM


def test_a_token_signed_with_the_public_key_for_a_secret_is_refused(tmp_path: Path) -> None:
    provider = Provider([RSA])
    pem, der = RSA.as_pem(private=False), RSA.as_der(private=False)
    for secret in (pem, pem.strip(), der, provider.jwks().encode(), json.dumps(RSA.as_dict(private=False)).encode()):
        for header in ({"alg": "HS256", "kid": "rsa"}, {"alg": "RS256", "kid": "rsa"}):
            token = by_hand(header, CLAIMS, hs256(secret))
            expected = Reason.ALGORITHM if header["alg"] == "HS256" else Reason.SIGNATURE
            assert outcome(provider, token, tmp_path) is expected


@pytest.mark.parametrize(("algorithm", "reason"), [("HS256", Reason.ALGORITHM), ("ES256", Reason.UNKNOWN_KEY)])
def test_a_symmetric_key_is_never_used_even_if_it_is_published(algorithm: str, reason: Reason, tmp_path: Path) -> None:
    provider = Provider()
    settings = provider.settings(tmp_path)
    secret = {"kty": "oct", "kid": "shared", "k": base64.urlsafe_b64encode(b"s" * 32).decode().rstrip("=")}
    published = json.loads(provider.jwks())["keys"]
    (tmp_path / "provider.json").write_text(json.dumps({"keys": [secret, *published]}), "utf-8")
    authenticator = Authenticator(settings, now=lambda: NOW)
    token = by_hand({"alg": algorithm, "kid": "shared"}, CLAIMS, hs256(b"s" * 32))
    assert told(authenticator, token) is reason
    assert isinstance(told(authenticator, provider.token("assessor")), Caller)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": NOW - LEEWAY}, Reason.EXPIRED),
        ({"exp": 0}, Reason.EXPIRED),
        ({"exp": None}, Reason.CLAIMS),
        ({"exp": "2100-01-01"}, Reason.CLAIMS),
        ({"exp": float("nan")}, Reason.CLAIMS),
        ({"exp": True}, Reason.CLAIMS),
        ({"nbf": NOW + LEEWAY + 1}, Reason.NOT_YET),
        ({"iat": NOW + LEEWAY + 1}, Reason.CLAIMS),
        ({"aud": "another"}, Reason.CLAIMS),
        ({"aud": ["another", "clew-2"]}, Reason.CLAIMS),
        ({"aud": []}, Reason.CLAIMS),
        ({"aud": {"clew": 1}}, Reason.CLAIMS),
        ({"aud": None}, Reason.CLAIMS),
        ({"iss": "https://sign-in.invalid/"}, Reason.CLAIMS),
        ({"iss": [ISSUER]}, Reason.CLAIMS),
        ({"iss": "clew-developer"}, Reason.CLAIMS),
        ({"iss": None}, Reason.CLAIMS),
        ({"sub": None}, Reason.CLAIMS),
        ({"sub": ""}, Reason.CLAIMS),
        ({"sub": 7}, Reason.CLAIMS),
        ({"sub": "x" * 201}, Reason.CLAIMS),
        ({"sub": "officer\n1"}, Reason.CLAIMS),
    ],
)
def test_a_claim_that_is_not_as_it_must_be_is_refused(claims: dict[str, Any], reason: Reason, tmp_path: Path) -> None:
    provider = Provider()
    assert outcome(provider, provider.token("assessor", **claims), tmp_path) is reason


@pytest.mark.parametrize(
    "claims",
    [{"exp": NOW - LEEWAY + 1}, {"nbf": NOW + LEEWAY}, {"aud": ["another", AUDIENCE]}, {"exp": NOW + 0.5}],
    ids=str,
)
def test_clocks_may_differ_a_little_and_a_token_may_be_for_several(claims: dict[str, Any], tmp_path: Path) -> None:
    provider = Provider()
    assert isinstance(outcome(provider, provider.token("assessor", **claims), tmp_path), Caller)


@pytest.mark.parametrize("claims", [[], "text", None, 1])
def test_a_token_without_claims_is_refused(claims: Any, tmp_path: Path) -> None:
    provider = Provider()
    token = signed(provider.keys[0], {"alg": "ES256", "kid": "first"}, claims)
    assert outcome(provider, token, tmp_path) is Reason.MALFORMED


@pytest.mark.parametrize("kid", ["../../etc/passwd", "/etc/passwd", "first\x00", "FIRST", "", "' OR 1=1", "second"])
def test_the_id_of_a_key_is_looked_up_and_nothing_else(kid: str, tmp_path: Path) -> None:
    provider = Provider()
    assert outcome(provider, provider.token("assessor", header={"kid": kid}), tmp_path) is Reason.UNKNOWN_KEY


@pytest.mark.parametrize("kid", [7, ["first"], {"first": 1}, True])
def test_what_is_no_id_names_no_key(kid: Any, tmp_path: Path) -> None:
    token = by_hand({"alg": "ES256", "kid": kid}, CLAIMS, lambda _: b"")
    assert outcome(Provider(), token, tmp_path) is Reason.HEADER


def test_a_token_that_names_no_key_is_refused_even_if_there_is_only_one(tmp_path: Path) -> None:
    provider = Provider()
    assert outcome(provider, provider.token("assessor", header={"kid": None}), tmp_path) is Reason.HEADER


@pytest.mark.parametrize("signs", ["theirs", "ours"])
@pytest.mark.parametrize("brings", ["jku", "x5u", "jwk", "x5c", "crit"])
def test_a_token_that_brings_its_key_is_refused(brings: str, signs: str, tmp_path: Path) -> None:
    provider, theirs = Provider(), key_of()
    key = {"theirs": theirs, "ours": provider.keys[0]}[signs]
    what = {"jwk": theirs.as_dict(private=False), "x5c": ["MIIB"], "crit": ["exp"]}.get(brings, "http://127.0.0.1:9/k")
    token = by_hand({"alg": "ES256", "kid": "first", brings: what}, CLAIMS, lambda text: signature(key, text))
    assert outcome(provider, token, tmp_path) is Reason.HEADER


def signature(key: Key, text: bytes) -> bytes:
    return JWSRegistry.algorithms["ES256"].sign(text, key)


def test_a_key_of_ours_by_name_alone_is_not_ours(tmp_path: Path) -> None:
    provider = Provider()
    assert outcome(provider, Provider([key_of("first")]).token("assessor"), tmp_path) is Reason.SIGNATURE


def test_changed_claims_are_found(tmp_path: Path) -> None:
    provider = Provider()
    head, _, tail = provider.token("assessor").split(".")
    changed = base64.urlsafe_b64encode(json.dumps(CLAIMS | {"roles": ["clew-supervisor"]}).encode()).rstrip(b"=")
    assert outcome(provider, f"{head}.{changed.decode()}.{tail}", tmp_path) is Reason.SIGNATURE


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (ECKey.generate_key("P-256", {"kid": "first", "use": "enc"}), Reason.NO_KEYS),
        (ECKey.generate_key("P-384", {"kid": "first", "use": "sig"}), Reason.MALFORMED),
        (ECKey.generate_key("P-256", {"kid": "first", "alg": "ES384"}), Reason.MALFORMED),
        (RSAKey.generate_key(2048, {"kid": "first"}), Reason.MALFORMED),
    ],
    ids=["for encryption", "another curve", "another algorithm", "another kind"],
)
def test_a_key_that_is_for_something_else_is_not_used(key: Key, reason: Reason, tmp_path: Path) -> None:
    token = Provider([key_of("first")]).token("assessor")
    assert outcome(Provider([key]), token, tmp_path) is reason


def test_nested_brackets_without_end_are_malformed(tmp_path: Path) -> None:
    header = base64.urlsafe_b64encode(b"[" * 10_000).decode().rstrip("=")
    assert outcome(Provider(), f"{header}.e30.AA", tmp_path) is Reason.MALFORMED


def test_whoever_has_no_role_is_told_so_and_not_to_sign_in_again(tmp_path: Path) -> None:
    provider = Provider()
    with pytest.raises(NotPermitted, match="You have no role here"):
        outcome(provider, provider.token("assessor", roles=["staff"]), tmp_path)


def test_an_auditor_who_is_an_assessor_too_is_refused(tmp_path: Path) -> None:
    provider = Provider()
    with pytest.raises(NotPermitted, match="Nobody audits what they ask"):
        outcome(provider, provider.token("auditor", "assessor"), tmp_path)


@pytest.mark.parametrize(
    ("claims", "name", "found"),
    [
        ({"roles": ["a", "b"]}, "roles", ["a", "b"]),
        ({"roles": "a  b"}, "roles", ["a", "b"]),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", ["a"]),
        ({"https://force.invalid/roles": ["a"]}, "https://force.invalid/roles", ["a"]),
        ({"a.b": ["named"], "a": {"b": ["nested"]}}, "a.b", ["named"]),
        ({"roles": ["a", 1, None, {"x": 1}]}, "roles", ["a"]),
        ({"roles": {"a": True}}, "roles", []),
        ({"roles": True}, "roles", []),
        ({"roles": ["a"]}, "roles.more", []),
        ({}, "roles", []),
    ],
)
def test_what_a_claim_lists(claims: dict[str, Any], name: str, found: list[str]) -> None:
    assert listed(claims, name) == found


def test_roles_follow_from_the_claim_that_is_set(tmp_path: Path) -> None:
    provider = Provider()
    token = provider.token(roles=None, realm_access={"roles": ["clew-analyst", "offline"]})
    found = outcome(provider, token, tmp_path, token_roles="realm_access.roles")
    assert isinstance(found, Caller)
    assert found.roles == ("analyst",)


def test_a_remembered_token_still_ends(tmp_path: Path) -> None:
    provider, times = Provider(), [float(NOW)]
    authenticator = Authenticator(provider.settings(tmp_path), now=lambda: times[0])
    token = provider.token("assessor", exp=NOW + 60, nbf=NOW)
    first = told(authenticator, token)
    assert isinstance(first, Caller)
    assert told(authenticator, token) is first
    times[0] = NOW + 60 + LEEWAY
    assert told(authenticator, token) is Reason.EXPIRED
    times[0] = NOW - LEEWAY - 1
    assert told(authenticator, token) is Reason.NOT_YET


def test_only_so_many_tokens_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.tokens, "MOST_REMEMBERED", 10)
    provider = Provider()
    issuer = Issuer(provider.settings(tmp_path), roles(), now=lambda: NOW)

    async def ask() -> tuple[Caller, Caller, Caller, Caller]:
        tokens = [provider.token("assessor", jti=str(number)) for number in range(11)]
        found = [await issuer.check(token) for token in tokens]
        return found[-1], await issuer.check(tokens[-1]), found[0], await issuer.check(tokens[0])

    last, last_again, first, first_again = asyncio.run(ask())
    assert last_again is last
    assert first_again is not first
    assert first_again == first
