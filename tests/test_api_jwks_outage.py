"""Whoever is signed in goes on working while the provider of the keys is away, and after a restart too."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
from pathlib import Path

import pytest

from api import jwks
from api.callers import Caller, Reason
from api.jwks import SECONDS_AFTER_A_FAILURE, SECONDS_BETWEEN_REFRESHES, SECONDS_WITHOUT_ANY
from api.sign_in import Authenticator
from graph.settings import Settings
from publishing import Service, published, run
from signing import ISSUER, Provider, key_of


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, None),
        (404, None),
        (200, ""),
        (200, "<html>"),
        (200, "[]"),
        (200, '{"keys": []}'),
        (200, '{"keys": [{"kty": "oct", "k": "AAAA", "kid": "first"}]}'),
        (200, "[" * 100_000),
        (200, " " * 300_000),
    ],
    ids=["500", "404", "empty", "a page", "a list", "no keys", "only a symmetric key", "deep", "long"],
)
def test_a_provider_that_answers_nonsense_takes_no_key_away(status: int, body: str | None, tmp_path: Path) -> None:
    provider = Provider()

    async def test(service: Service) -> None:
        token = provider.token("assessor")
        await service.ask(token)
        said.status, said.body = status, said.body if body is None else body
        service.clock.seconds += SECONDS_BETWEEN_REFRESHES
        await service.ask(token)
        await service.issuer.keys.settle()
        assert said.asked == 2
        assert isinstance(await service.ask(token), Caller)

    with published(provider) as said:
        run(provider.settings(tmp_path, jwks=said.address), test)


def test_an_outage_is_outlasted_and_its_end_is_noticed(tmp_path: Path) -> None:
    provider = Provider()
    with published(provider) as said:
        settings, port = provider.settings(tmp_path, jwks=said.address), said.port

    async def test(service: Service) -> None:
        token = provider.token("assessor")
        with published(provider, port):
            assert isinstance(await service.ask(token), Caller)
        provider.keys.append(key_of("second"))
        new = provider.token("assessor")
        service.clock.seconds += SECONDS_BETWEEN_REFRESHES
        assert isinstance(await service.ask(token), Caller)
        await service.issuer.keys.settle()
        assert await service.ask(new) is Reason.UNKNOWN_KEY
        with published(provider, port):
            service.clock.seconds += SECONDS_AFTER_A_FAILURE
            assert isinstance(await service.ask(token), Caller)
            await service.issuer.keys.settle()
            assert isinstance(await service.ask(new), Caller)

    run(settings, test)


def test_a_restart_during_an_outage_goes_by_the_kept_copy(tmp_path: Path) -> None:
    provider = Provider()

    async def first(service: Service) -> None:
        assert isinstance(await service.ask(provider.token("assessor")), Caller)

    async def restarted(service: Service) -> None:
        assert await service.issuer.keys.prepare()
        assert isinstance(await service.ask(provider.token("assessor")), Caller)
        assert await service.ask(Provider().token("assessor")) is Reason.SIGNATURE

    with published(provider) as said:
        settings = provider.settings(tmp_path, jwks=said.address)
        run(settings, first)
    kept = tmp_path / "jwks.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "d" not in json.loads(kept.read_text("utf-8"))["keys"][0]
    run(settings, restarted)


@pytest.mark.parametrize("change", ["another provider", "another issuer", "damaged", "missing"])
def test_a_copy_of_something_else_lets_nobody_in(change: str, tmp_path: Path) -> None:
    provider = Provider()

    async def first(service: Service) -> None:
        await service.ask(provider.token("assessor"))

    async def restarted(service: Service) -> None:
        assert not await service.issuer.keys.prepare()
        assert await service.ask(provider.token("assessor")) is Reason.NO_KEYS

    with published(provider) as said:
        address = said.address
        run(provider.settings(tmp_path, jwks=address), first)
    kept = tmp_path / "jwks.json"
    more: dict[str, str] = {"jwks": address}
    if change == "another provider":
        more = {"jwks": f"{address}2"}
    elif change == "another issuer":
        more["token_issuer"] = f"{ISSUER}/2"
    elif change == "damaged":
        kept.write_text(kept.read_text("utf-8")[:-9], "utf-8")
    else:
        kept.unlink()
    run(provider.settings(tmp_path, **more), restarted)


def test_without_any_key_the_provider_is_asked_again_soon_but_not_by_each_request(tmp_path: Path) -> None:
    provider = Provider()

    async def test(service: Service) -> None:
        token = provider.token("assessor")
        said.status = 503
        assert await service.ask(token) is Reason.NO_KEYS
        assert await service.ask(token) is Reason.NO_KEYS
        assert said.asked == 1
        said.status = 200
        service.clock.seconds += SECONDS_WITHOUT_ANY
        assert isinstance(await service.ask(token), Caller)
        assert said.asked == 2

    with published(provider) as said:
        run(provider.settings(tmp_path, jwks=said.address), test)


def test_a_provider_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = Provider()
    monkeypatch.setattr(jwks, "SECONDS_TO_ANSWER", 0.1)

    async def test(service: Service) -> None:
        said.let_go.clear()
        assert await asyncio.wait_for(service.ask(provider.token("assessor")), 10) is Reason.NO_KEYS

    with published(provider) as said:
        run(provider.settings(tmp_path, jwks=said.address), test)


def test_a_failure_is_logged_without_the_address(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    provider = Provider()

    async def test(service: Service) -> None:
        await service.ask(provider.token("assessor"))

    with published(provider) as said, caplog.at_level(logging.WARNING):
        said.status = 500
        run(provider.settings(tmp_path, jwks=said.address), test)
    assert "The keys at CLEW_JWKS cannot be fetched (ValueError)" in caplog.text
    assert str(said.port) not in caplog.text


def test_a_copy_that_cannot_be_kept_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    provider = Provider()

    async def test(service: Service) -> None:
        assert isinstance(await service.ask(provider.token("assessor")), Caller)

    (tmp_path / "jwks.json").mkdir()
    with published(provider) as said, caplog.at_level(logging.WARNING):
        run(provider.settings(tmp_path, jwks=said.address), test)
    assert "jwks.json in CLEW_HOME cannot be written" in caplog.text
    assert [each.name for each in tmp_path.glob(".*")] == []


def test_a_service_says_whether_it_can_check_anybody(tmp_path: Path) -> None:
    provider = Provider()

    async def prepared(settings: Settings) -> bool:
        authenticator = Authenticator(settings)
        try:
            return await authenticator.prepare()
        finally:
            await authenticator.close()

    with published(provider) as said:
        settings = provider.settings(tmp_path, jwks=said.address)
        said.status = 503
        assert not asyncio.run(prepared(settings))
        said.status = 200
        assert asyncio.run(prepared(settings))
    assert asyncio.run(prepared(provider.settings(tmp_path, jwks=None, token_issuer=None)))
