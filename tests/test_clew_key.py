"""`clew key` and `clew token` give what a service takes, show secrets once, and say what is wrong."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from api.callers import Caller, Reason, reason_of
from api.sign_in import Authenticator
from command import clew
from graph.errors import SignInRefused
from graph.settings import Settings

OWNER = "Case systems team"


def signs_in(home: Path, text: str) -> Caller | Reason:
    """Return who a service that is started now says asks."""
    authenticator = Authenticator(replace(Settings.from_env({}), home=home), developer=True)
    try:
        return asyncio.run(authenticator.caller(f"Bearer {text}"))
    except SignInRefused as refusal:
        return reason_of(refusal)


def add(home: Path, *more: str) -> str:
    """Return a new key."""
    run = clew("key", "add", "case-management", "--owner", OWNER, *more, home=home)
    assert run.returncode == 0, run.stderr
    return run.stdout.removesuffix("\n")


def test_a_new_key_is_printed_alone_with_a_warning_beside_it(tmp_path: Path) -> None:
    run = clew("key", "add", "case-management", "--owner", OWNER, "--document", "one", home=tmp_path)
    found = signs_in(tmp_path, run.stdout.removesuffix("\n"))
    assert isinstance(found, Caller)
    assert (found.roles, found.documents) == (("application",), frozenset({"one"}))
    assert "This is shown only now" in run.stderr
    assert run.stdout.strip() not in run.stderr


@pytest.mark.parametrize("how", ["table", "json", "csv"])
def test_keys_are_listed_without_what_opens_anything(how: str, tmp_path: Path) -> None:
    text = add(tmp_path, "--role", "analyst", "--free-form")
    _, key_id, secret = text.split("_", 2)
    listed = clew("key", "list", "--format", how, home=tmp_path).stdout
    assert key_id in listed
    assert OWNER in listed
    kept = json.loads((tmp_path / "keys.json").read_text("utf-8"))["keys"][key_id]
    assert secret not in listed
    assert kept["sha256"] not in listed


def test_programs_can_read_the_list(tmp_path: Path) -> None:
    add(tmp_path, "--role", "analyst", "--free-form", "--days", "30")
    [told] = json.loads(clew("key", "list", "--format", "json", home=tmp_path).stdout)
    [row] = csv.DictReader(io.StringIO(clew("key", "list", "--format", "csv", home=tmp_path).stdout))
    assert told.keys() == row.keys()
    assert (told["name"], told["roles"], told["documents"]) == ("case-management", ["analyst"], None)
    assert (told["free_form"], told["state"]) == (True, "good")


def test_without_keys_the_list_says_how_to_make_one(tmp_path: Path) -> None:
    assert "clew key add NAME" in clew("key", "list", home=tmp_path).stdout
    assert json.loads(clew("key", "list", "--format", "json", home=tmp_path).stdout) == []


def test_a_revoked_key_is_refused_and_says_so_in_the_list(tmp_path: Path) -> None:
    text = add(tmp_path)
    run = clew("key", "revoke", text.split("_")[1], home=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert signs_in(tmp_path, text) is Reason.REVOKED
    [told] = json.loads(clew("key", "list", "--format", "json", home=tmp_path).stdout)
    assert told["state"] == "revoked"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["add", "Case Management", "--owner", OWNER], "A key cannot be so. Its name should be"),
        (["add", "case", "--owner", OWNER, "--role", "chief"], "A key cannot be so. Each role should be"),
        (["add", "case", "--owner", OWNER, "--free-form"], "A key cannot be so. Only a role that may ask freely"),
        (["revoke", "abcdefgh2345"], "No key has this id"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(words: list[str], says: str, tmp_path: Path) -> None:
    run = clew("key", *words, home=tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(f"clew: {says}")


@pytest.mark.parametrize(
    "words",
    [
        ["key", "add", "case"],
        ["key", "add", "--owner", OWNER],
        ["key", "add", "case", "--owner", OWNER, "--days", "367"],
        ["key", "revoke"],
        ["key", "nosuch"],
        ["token", "--hours", "25"],
        ["token", "--role", "chief"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(words: list[str], tmp_path: Path) -> None:
    run = clew(*words, home=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert "-h' for help" in run.stderr


@pytest.mark.parametrize("words", [["key"], ["key", "--help"], ["key", "add", "--help"], ["key", "revoke", "-h"]])
def test_help_ends_with_an_example(words: list[str], tmp_path: Path) -> None:
    run = clew(*words, home=tmp_path)
    assert run.returncode == 0
    assert run.stdout.rstrip().splitlines()[-1].strip().startswith("Example: clew key")


def test_a_token_is_printed_alone_and_gives_the_developer_s_role(tmp_path: Path) -> None:
    run = clew("token", home=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    found = signs_in(tmp_path, run.stdout.removesuffix("\n"))
    assert isinstance(found, Caller)
    assert (found.client, found.roles) == ("developer", ("developer",))


def test_a_token_gives_the_roles_that_are_asked_for(tmp_path: Path) -> None:
    run = clew("token", "--role", "supervisor", "--role", "analyst", home=tmp_path)
    found = signs_in(tmp_path, run.stdout.removesuffix("\n"))
    assert isinstance(found, Caller)
    assert found.roles == ("analyst", "supervisor")


def test_no_token_is_made_for_whom_every_request_would_be_refused(tmp_path: Path) -> None:
    run = clew("token", "--role", "auditor", "--role", "assessor", home=tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("clew: Nobody audits what they ask")
    assert not (tmp_path / "developer.json").exists()
