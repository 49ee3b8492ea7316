"""An application's key is taken while it is good, gives what it was made for, and is kept as a hash alone."""

from __future__ import annotations

import hashlib
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api import keys
from api.callers import SENTENCE, Caller, Reason, reason_of
from api.keys import SECONDS_BETWEEN_LOOKS, Keys
from graph.errors import NotPermitted, QuestionError, SettingsError, SignInRefused
from graph.reference.roles import roles
from graph.settings import Settings
from publishing import Clock

TODAY = date(2026, 3, 31)
REVOKED_AT = datetime(2026, 4, 1, 12, tzinfo=UTC)
MAPPING = roles()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings.from_env({}), home=tmp_path / "home")


def add(settings: Settings, **more: Any) -> tuple[str, str]:
    """Return a new key and its id."""
    given: dict[str, Any] = {"name": "case-management", "owner": "Case systems team", "today": TODAY}
    text, made = keys.add(settings, MAPPING, **given | more)
    return text, made.key_id


def outcome(checks: Keys, text: str, today: date = TODAY) -> Caller | Reason:
    try:
        return checks.check(text, today)
    except SignInRefused as refusal:
        found = refusal
    assert str(found) == SENTENCE
    return reason_of(found)


def test_a_key_gives_what_it_was_made_for(settings: Settings) -> None:
    text, key_id = add(settings, documents=["sha256:one", "two"])
    found = outcome(Keys(settings, MAPPING), text)
    assert isinstance(found, Caller)
    assert (found.subject, found.client) == ("application:case-management", f"key:{key_id}")
    assert (found.roles, found.audience.name) == (("application",), "everyone")
    assert found.documents == frozenset({"sha256:one", "two"})
    assert (found.asks, found.sees_names, found.free_form) == (True, False, False)


def test_a_key_asks_freely_only_if_it_was_made_so(settings: Settings) -> None:
    held, free = add(settings, roles=["analyst"])[0], add(settings, roles=["analyst"], free_form=True)[0]
    checks = Keys(settings, MAPPING)
    found = [outcome(checks, text) for text in (held, free)]
    assert [isinstance(each, Caller) and (each.asks, each.free_form) for each in found] == [(True, False), (True, True)]


def test_a_key_is_written_as_said_and_only_a_hash_is_kept(settings: Settings) -> None:
    text, key_id = add(settings)
    begins, middle, secret = text.split("_", 2)
    assert (begins, middle, len(key_id), len(secret)) == ("clew", key_id, 12, 43)
    kept = settings.home / "keys.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert secret not in kept.read_text("utf-8")
    assert json.loads(kept.read_text("utf-8"))["keys"][key_id]["sha256"] == hashlib.sha256(secret.encode()).hexdigest()
    assert sorted(each.name for each in settings.home.iterdir()) == [".keys.json.lock", "keys.json"]
    assert hashlib.sha256(secret.encode()).hexdigest() not in repr(keys.read(kept))


def test_the_file_may_be_elsewhere(settings: Settings, tmp_path: Path) -> None:
    elsewhere = replace(settings, keys=tmp_path / "secrets" / "clew.json")
    text, _ = add(elsewhere)
    assert isinstance(outcome(Keys(elsewhere, MAPPING), text), Caller)
    assert not settings.home.exists()


def test_a_key_is_good_until_the_end_of_its_last_day(settings: Settings) -> None:
    text, _ = add(settings, days=30)
    checks = Keys(settings, MAPPING)
    assert isinstance(outcome(checks, text, TODAY + timedelta(days=30)), Caller)
    assert outcome(checks, text, TODAY + timedelta(days=31)) is Reason.EXPIRED


def test_a_wrong_secret_an_unknown_id_and_rubbish_are_refused_alike(settings: Settings) -> None:
    text, key_id = add(settings)
    other, _ = add(settings)
    checks = Keys(settings, MAPPING)
    assert outcome(checks, f"clew_{key_id}_{other.split('_', 2)[2]}") is Reason.UNKNOWN_KEY
    assert outcome(checks, f"clew_{'a' * 12}_{text.split('_', 2)[2]}") is Reason.UNKNOWN_KEY
    last = "B" if text[-1] == "A" else "A"
    assert outcome(checks, text[:-1] + last) is Reason.UNKNOWN_KEY
    for rubbish in (text[:-1], text + "A", text + "\n", text.upper(), f"clew_{key_id}", "", text.replace("_", "-")):
        assert outcome(checks, rubbish) is Reason.MALFORMED


def test_the_hash_of_nobody_opens_nothing(settings: Settings) -> None:
    add(settings)
    assert outcome(Keys(settings, MAPPING), f"clew_{'a' * 12}_{'0' * 43}") is Reason.UNKNOWN_KEY


def test_a_key_that_is_revoked_while_the_service_runs_is_refused_within_a_second(settings: Settings) -> None:
    text, key_id = add(settings)
    clock = Clock()
    checks = Keys(settings, MAPPING, clock=clock)
    assert isinstance(outcome(checks, text), Caller)
    assert keys.revoke(settings, key_id, REVOKED_AT).revoked_at == REVOKED_AT
    clock.seconds += SECONDS_BETWEEN_LOOKS
    assert outcome(checks, text) is Reason.REVOKED
    clock.seconds += SECONDS_BETWEEN_LOOKS
    assert outcome(checks, text) is Reason.REVOKED
    assert outcome(checks, text, TODAY + timedelta(days=400)) is Reason.REVOKED


def test_a_key_that_is_added_while_the_service_runs_is_taken(settings: Settings) -> None:
    clock = Clock()
    checks = Keys(settings, MAPPING, clock=clock)
    text, _ = add(settings)
    assert outcome(checks, text) is Reason.UNKNOWN_KEY
    clock.seconds += SECONDS_BETWEEN_LOOKS
    assert isinstance(outcome(checks, text), Caller)


def test_a_file_that_cannot_be_read_any_more_lets_nobody_in_until_it_can(settings: Settings) -> None:
    text, _ = add(settings)
    clock, kept = Clock(), settings.home / "keys.json"
    checks = Keys(settings, MAPPING, clock=clock)
    good = kept.read_text("utf-8")
    kept.write_text(good[:-20], "utf-8")
    clock.seconds += SECONDS_BETWEEN_LOOKS
    assert outcome(checks, text) is Reason.UNKNOWN_KEY
    kept.write_text(good, "utf-8")
    clock.seconds += SECONDS_BETWEEN_LOOKS
    assert isinstance(outcome(checks, text), Caller)


def test_the_first_time_of_a_revocation_stays(settings: Settings) -> None:
    _, key_id = add(settings)
    keys.revoke(settings, key_id, REVOKED_AT)
    assert keys.revoke(settings, key_id, REVOKED_AT + timedelta(days=1)).revoked_at == REVOKED_AT


def test_a_key_whose_role_is_gone_from_the_mapping_may_do_nothing(settings: Settings) -> None:
    text, _ = add(settings)
    mapping = {name: entry for name, entry in MAPPING.items() if name != "application"}
    with pytest.raises(NotPermitted, match="no role here"):
        Keys(settings, mapping).check(text, TODAY)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": ""}, "Its name should be"),
        ({"name": "Case Management"}, "Its name should be"),
        ({"name": "a" * 61}, "Its name should be"),
        ({"owner": " "}, "who answers for it"),
        ({"owner": "o" * 201}, "who answers for it"),
        ({"days": 0}, "from 1 to 366 days"),
        ({"days": -1}, "from 1 to 366 days"),
        ({"days": 367}, "from 1 to 366 days"),
        ({"days": 10**9}, "from 1 to 366 days"),
        ({"roles": []}, "Each role should be"),
        ({"roles": ["application", "chief"]}, "Each role should be"),
        ({"roles": ["developer"]}, "No application may ask for the schema"),
        ({"free_form": True}, "Only a role that may ask freely"),
        ({"roles": ["analyst"], "free_form": True, "documents": ["one"]}, "Only a role that may ask freely"),
        ({"documents": ["one", "../two"]}, "Each document should be"),
    ],
)
def test_what_a_key_cannot_be_is_said_and_nothing_is_written(
    given: dict[str, Any], says: str, settings: Settings
) -> None:
    with pytest.raises(QuestionError, match=says):
        add(settings, **given)
    assert not settings.home.exists()


def test_no_key_audits_what_it_asks(settings: Settings) -> None:
    with pytest.raises(NotPermitted, match="Nobody audits what they ask"):
        add(settings, roles=["auditor", "application"])


def test_an_unknown_id_cannot_be_revoked(settings: Settings) -> None:
    with pytest.raises(QuestionError, match="No key has this id"):
        keys.revoke(settings, "abcdefgh2345", REVOKED_AT)


def test_keys_that_are_added_at_once_are_all_kept(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda number: add(settings, name=f"application-{number}"), range(24)))
    assert keys.read(keys.place(settings)).keys() == {key_id for _, key_id in made}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sha256", "x" * 64),
        ("sha256", ""),
        ("expires_on", "2027-06-01"),
        ("expires_on", "soon"),
        ("roles", "application"),
        ("roles", [1]),
        ("documents", "one"),
        ("owner", None),
        ("revoked_at", True),
    ],
)
def test_a_file_that_was_edited_wrongly_is_refused_at_the_start(name: str, value: Any, settings: Settings) -> None:
    _, key_id = add(settings)
    kept = settings.home / "keys.json"
    said = json.loads(kept.read_text("utf-8"))
    said["keys"][key_id][name] = value
    kept.write_text(json.dumps(said), "utf-8")
    with pytest.raises(SettingsError, match=r"^keys\.json, the file of the applications' keys"):
        Keys(settings, MAPPING)
    with pytest.raises(SettingsError):
        add(settings)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": []}', '{"keys": {"a": 1}}', "[" * 100_000])
def test_what_is_no_file_of_keys_is_refused_and_stays(text: str, settings: Settings) -> None:
    settings.home.mkdir()
    kept = settings.home / "keys.json"
    kept.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=r"is not as `clew key` writes it"):
        add(settings)
    assert kept.read_text("utf-8") == text


def test_a_folder_that_cannot_be_written_to_is_named_by_its_setting(settings: Settings) -> None:
    settings.home.write_text("in the way", "utf-8")
    with pytest.raises(SettingsError, match=r"keys\.json, .* \(CLEW_KEYS\), cannot be written"):
        add(settings)
