"""Settings come from the environment, each with a default and a sentence; a bad one is named without its value."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from graph.errors import SettingsError
from graph.settings import Settings, user_data_folder

NAMES = {setting.metadata["name"]: setting.name for setting in fields(Settings)}


def test_names_begin_with_ours_or_are_those_of_neo4j_and_java() -> None:
    theirs = {"NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_HOME", "JAVA_HOME"}
    assert {name for name in NAMES if not name.startswith("CLEW_")} == theirs
    assert len(NAMES) == len(fields(Settings))


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.name)
def test_every_setting_has_its_sentence(setting: object) -> None:
    says = setting.metadata["says"]  # type: ignore[attr-defined]
    assert says.endswith(".")
    assert says[0].isupper()


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_env({"HOME": "/home/somebody"})
    assert settings.neo4j_uri is None
    assert settings.neo4j_password is None
    assert (settings.neo4j_username, settings.neo4j_database) == ("neo4j", "neo4j")
    assert (settings.neo4j_version, settings.neo4j_port) == ("5.26.31", None)
    assert (settings.heap, settings.page_cache, settings.read_seconds) == ("1g", "512m", 60.0)
    assert settings.time_zone == ZoneInfo("Europe/London")
    assert settings.home.name == "clew"
    assert Path("/home/somebody") in settings.home.parents


def test_an_empty_value_is_none_at_all() -> None:
    assert Settings.from_env(dict.fromkeys(NAMES, "") | {"HOME": "/h"}) == Settings.from_env({"HOME": "/h"})


def test_the_environment_is_read() -> None:
    given = {
        "CLEW_HOME": "/srv/clew",
        "NEO4J_URI": "neo4j://graph.invalid",
        "NEO4J_USERNAME": "analyst",
        "NEO4J_PASSWORD": "hush",
        "CLEW_NEO4J_DATABASE": "force",
        "NEO4J_HOME": "/opt/neo4j",
        "CLEW_NEO4J_VERSION": "2026.09.0",
        "CLEW_NEO4J_PORT": "17000",
        "CLEW_HEAP": "2g",
        "CLEW_PAGE_CACHE": "900m",
        "JAVA_HOME": "/opt/java",
        "CLEW_READ_SECONDS": "2.5",
        "CLEW_TIME_ZONE": "Europe/Dublin",
        "CLEW_SHRINK_PERCENT": "2.5",
        "CLEW_ROLES": "/etc/clew/roles.toml",
        "CLEW_TOKEN_ISSUER": "https://sign-in.invalid",
        "CLEW_TOKEN_AUDIENCE": "threats",
        "CLEW_TOKEN_ROLES": "groups",
        "CLEW_JWKS": "/etc/clew/jwks.json",
        "CLEW_KEYS": "/etc/clew/keys.json",
        "CLEW_PURPOSE": "required",
        "CLEW_AUDIT": "/srv/audit",
        "CLEW_AUDIT_ANCHORS": "/srv/anchors",
        "CLEW_DOCUMENTS": "/etc/clew/documents",
        "CLEW_REQUEST_SECONDS": "7.5",
        "CLEW_BUDGET": "1000",
    }
    assert given.keys() == NAMES.keys()
    settings = Settings.from_env(given)
    assert {name: str(getattr(settings, field)) for name, field in NAMES.items()} == given


@pytest.mark.parametrize(
    ("name", "value", "should"),
    [
        ("CLEW_NEO4J_VERSION", "4.4.1", "one of 5.26.31, 2026.09.0"),
        ("CLEW_NEO4J_PORT", "seventeen", "a port number from 1 to 65535"),
        ("CLEW_NEO4J_PORT", "0", "a port number from 1 to 65535"),
        ("CLEW_NEO4J_PORT", "65536", "a port number from 1 to 65535"),
        ("CLEW_SHRINK_PERCENT", "ten", "a number of percent from 0 to 100"),
        ("CLEW_SHRINK_PERCENT", "101", "a number of percent from 0 to 100"),
        ("CLEW_READ_SECONDS", "soon", "a number of seconds above 0"),
        ("CLEW_READ_SECONDS", "0", "a number of seconds above 0"),
        ("CLEW_READ_SECONDS", "-3", "a number of seconds above 0"),
        ("CLEW_READ_SECONDS", "nan", "a number of seconds above 0"),
        ("CLEW_READ_SECONDS", "inf", "a number of seconds above 0"),
        ("CLEW_HEAP", "lots", "a size such as 512m or 2g"),
        ("CLEW_HEAP", "m", "a size such as 512m or 2g"),
        ("CLEW_PAGE_CACHE", "512", "a size such as 512m or 2g"),
        ("CLEW_TIME_ZONE", "Mars/Olympus", "the name of a time zone such as Europe/London"),
        ("CLEW_TIME_ZONE", "../etc/passwd", "the name of a time zone such as Europe/London"),
        ("CLEW_TIME_ZONE", "Europe", "the name of a time zone such as Europe/London"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_not_repeated(name: str, value: str, should: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({name: value})
    assert str(refused.value) == f"{name} is not usable: it should be {should}."
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_secrets_are_not_shown() -> None:
    shown = repr(Settings.from_env({"NEO4J_PASSWORD": "hush-hush", "NEO4J_URI": "bolt://graph.invalid"}))
    assert "hush" not in shown
    assert "graph.invalid" in shown


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"HOME": "/home/a"}, "/home/a/.local/share/clew"),
        ("linux", {"HOME": "/home/a", "XDG_DATA_HOME": "/data"}, "/data/clew"),
        ("darwin", {"HOME": "/Users/a", "XDG_DATA_HOME": "/data"}, "/Users/a/Library/Application Support/clew"),
    ],
)
def test_the_folder_is_where_the_platform_keeps_a_users_data(
    monkeypatch: pytest.MonkeyPatch, platform: str, environ: dict[str, str], expected: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    assert user_data_folder(environ) == Path(expected)


def test_a_home_given_relatively_is_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_env({"CLEW_HOME": "here"}).home == tmp_path / "here"
