"""Keys are fetched once, refreshed without making anybody wait, and taken from nowhere but where they are set to be."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from api.callers import Caller, Reason
from api.jwks import SECONDS_BETWEEN_REFRESHES, SECONDS_BETWEEN_UNKNOWN_KEYS, VerifyingKeys, keys_of
from api.sign_in import Authenticator
from graph.errors import SettingsError
from publishing import Service, published, run
from signing import Provider, key_of


def test_keys_are_fetched_once_however_many_ask_at_once(tmp_path: Path) -> None:
    provider = Provider()

    async def test(service: Service) -> None:
        found = await asyncio.gather(*(service.ask(provider.token("assessor", jti=str(each))) for each in range(20)))
        assert {type(each) for each in found} == {Caller}
        assert said.asked == 1

    with published(provider) as said:
        run(provider.settings(tmp_path, jwks=said.address), test)


def test_a_new_key_is_found_as_soon_as_it_signs(tmp_path: Path) -> None:
    provider = Provider()

    async def test(service: Service) -> None:
        old = provider.token("assessor")
        assert isinstance(await service.ask(old), Caller)
        provider.keys = [key_of("second")]
        said.body = provider.jwks()
        assert isinstance(await service.ask(provider.token("assessor")), Caller)
        # Whatever the key that is gone has signed is over, remembered or not.
        assert await service.ask(old) is Reason.UNKNOWN_KEY
        assert said.asked == 2

    with published(provider) as said:
        run(provider.settings(tmp_path, jwks=said.address), test)


def test_another_key_under_the_same_id_ends_what_the_first_has_signed(tmp_path: Path) -> None:
    provider = Provider()

    async def test(service: Service) -> None:
        old = provider.token("assessor")
        assert isinstance(await service.ask(old), Caller)
        provider.keys = [key_of()]
        said.body = provider.jwks()
        service.clock.seconds += SECONDS_BETWEEN_REFRESHES
        await service.ask(old)
        await service.issuer.keys.settle()
        assert await service.ask(old) is Reason.SIGNATURE

    with published(provider) as said:
        run(provider.settings(tmp_path, jwks=said.address), test)


def test_unknown_ids_make_one_fetch_a_minute(tmp_path: Path) -> None:
    provider = Provider()

    async def test(service: Service) -> None:
        def forged(number: int) -> str:
            return provider.token("assessor", header={"kid": f"no-{number}"})

        await service.ask(provider.token("assessor"))
        found = await asyncio.gather(*(service.ask(forged(each)) for each in range(20)))
        assert (set(found), said.asked) == ({Reason.UNKNOWN_KEY}, 2)
        service.clock.seconds += SECONDS_BETWEEN_UNKNOWN_KEYS - 1
        await service.ask(forged(21))
        assert said.asked == 2
        service.clock.seconds += 1
        await service.ask(forged(22))
        assert said.asked == 3

    with published(provider) as said:
        run(provider.settings(tmp_path, jwks=said.address), test)


def test_a_refresh_makes_nobody_wait_and_there_is_one_at_a_time(tmp_path: Path) -> None:
    provider = Provider()

    async def test(service: Service) -> None:
        token = provider.token("assessor")
        await service.ask(token)
        said.let_go.clear()
        service.clock.seconds += SECONDS_BETWEEN_REFRESHES - 1
        await service.ask(token)
        await service.issuer.keys.settle()
        assert said.asked == 1
        service.clock.seconds += 1
        for _ in range(5):
            # The provider answers nobody now: whoever waited for it would wait in vain.
            assert isinstance(await asyncio.wait_for(service.ask(token), 2), Caller)
        said.let_go.set()
        await service.issuer.keys.settle()
        assert said.asked == 2

    with published(provider) as said:
        run(provider.settings(tmp_path, jwks=said.address), test)


def test_nobody_is_followed_to_where_an_answer_sends_one(tmp_path: Path) -> None:
    provider, theirs = Provider(), Provider()

    async def test(service: Service) -> None:
        assert await service.ask(theirs.token("assessor")) is Reason.NO_KEYS
        assert (said.asked, elsewhere.asked) == (1, 0)

    with published(provider) as said, published(theirs) as elsewhere:
        said.status, said.location = 302, elsewhere.address
        run(provider.settings(tmp_path, jwks=said.address), test)


@pytest.mark.parametrize("name", ["jku", "x5u"])
def test_an_address_in_a_token_is_never_asked(name: str, tmp_path: Path) -> None:
    provider, theirs = Provider(), Provider([key_of("theirs")])

    async def test(service: Service) -> None:
        token = theirs.token("assessor", header={name: elsewhere.address})
        assert await service.ask(token) is Reason.HEADER
        assert elsewhere.asked == 0

    with published(provider) as said, published(theirs) as elsewhere:
        run(provider.settings(tmp_path, jwks=said.address), test)


def test_a_file_of_keys_is_read_again_when_an_unknown_one_signs(tmp_path: Path) -> None:
    provider = Provider()

    async def test(service: Service) -> None:
        assert isinstance(await service.ask(provider.token("assessor")), Caller)
        provider.keys.append(key_of("second"))
        provider.settings(tmp_path)
        assert isinstance(await service.ask(provider.token("assessor")), Caller)

    run(provider.settings(tmp_path), test)
    assert not (tmp_path / "jwks.json").exists()


@pytest.mark.parametrize(
    "address",
    [
        "http://sign-in.invalid/keys",
        "http://127.0.0.1.sign-in.invalid/keys",
        "http://127.0.0.1@sign-in.invalid/keys",
        "ftp://127.0.0.1/keys",
        "file:///etc/keys",
        "https://",
        "http://[::1/keys",
    ],
)
def test_an_address_from_which_keys_could_come_changed_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CLEW_JWKS is not usable") as error:
        Authenticator(Provider().settings(tmp_path, jwks=address))
    assert "invalid" not in str(error.value)


@pytest.mark.parametrize("address", ["https://sign-in.invalid/keys", "http://localhost/k", "http://[::1]:8080/k"])
def test_an_address_that_cannot_be_listened_in_on_is_taken(address: str, tmp_path: Path) -> None:
    assert VerifyingKeys(Provider().settings(tmp_path, jwks=address)).held == {}


def test_a_key_that_is_not_understood_takes_no_other_with_it() -> None:
    good = key_of("good").as_dict(private=False)
    odd: list[Any] = [
        None,
        "key",
        {},
        {"kty": "AKP", "kid": "quantum", "alg": "ML-DSA-44"},
        {**good, "kid": "off the curve", "x": "AAAA"},
        {**good, "kid": "no such curve", "crv": "P-1"},
        {**good, "kid": 7},
        {**good, "kid": ""},
        {key: value for key, value in good.items() if key != "kid"},
        {**good, "kid": "for encryption", "use": "enc"},
        {"kty": "RSA", "kid": "short", "n": "AQAB" * 40, "e": "AQAB"},
        {"kty": "RSA", "kid": "no modulus", "e": "AQAB"},
        {"kty": "oct", "kid": "shared", "k": "AAAA"},
    ]
    assert list(keys_of({"keys": [*odd, good]})) == ["good"]
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"}).as_dict(private=False)
    assert list(keys_of({"keys": [rsa, good]})) == ["rsa", "good"]
