"""Who looked: every answer that names somebody is recorded with them before it leaves, whatever happens."""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.preparation import SHIPPED, trusted
from api.schema import schema
from graph.audit.verify import verify
from graph.connection import Address, Writer
from served import TRUSTED, Served, served
from test_api_visibility import asked
from visibility import subjects
from whole import roots

PERSON = re.compile(r"\bn[a-z2-7]{16}\b")
ASKED = "{ threatList(first: 5) { nodes { dyadId suspectName { ... on Known { text } } } } }"
FIELDS = sorted(roots(schema()._schema))
NAMES_NOBODY = {
    "auditBursts",
    "auditOutOfHours",
    "auditManyViewers",
    "auditUnusualAreas",
    "threatScore",
    "timeline",
    "clusters", "clusterPrevalence", "clusterPairs", "freshness", "dataQuality", "viewer", "ledger", "scoreChange",
    "dyadHistory",
}  # fmt: skip
"""Fields of which no answer names a person beside those asked about."""


def rows(home: Path) -> list[dict[str, Any]]:
    """Return all rows of the record, but for a last one that was cut short."""
    found = []
    for path in sorted((home / "audit").glob("*.jsonl")):
        for line in path.read_text("utf-8").split("\n")[:-1]:
            found.append(json.loads(line))
    return found


def trusted_of(name: str) -> str:
    """Return the id of the trusted document that asks for a field."""
    return next(each for each, text in trusted(SHIPPED).items() if f"  {name}(" in text)


def of_request(home: Path, request_id: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a request by their phase."""
    return {row["phase"]: row for row in rows(home) if row.get("request_id") == request_id}


@pytest.mark.parametrize("name", FIELDS)
def test_whoever_is_named_by_a_field_is_named_in_the_record(service: Served, sample: Writer, name: str) -> None:
    named = False
    for field, document, given in asked(subjects(sample, {"people": [{"family_name": "Quillfeather"}]})):
        if field != name:
            continue
        said = json.loads(json.dumps(given, default=lambda day: day.isoformat()))
        if name.startswith("audit"):
            said = {each: value for each, value in said.items() if each == "first"}
            answered = service.post({"documentId": trusted_of(name), "variables": said}, "auditor")
        else:
            answered = service.ask(document, "everything", **said)
        assert answered.status_code == 200, answered.text
        told = of_request(service.home, answered.headers["x-request-id"])
        assert told["intent"]["questions"] == [name]
        in_answer = set(PERSON.findall(answered.text.partition('"about"')[0]))
        assert in_answer <= {*told["outcome"]["subjects"], *told["intent"]["asked"]}, name
        assert set(PERSON.findall(json.dumps(said))) <= set(told["intent"]["asked"])
        named = named or bool(told["outcome"]["subjects"])
        if named:
            break
    assert named or name in NAMES_NOBODY


def test_the_record_says_who_when_what_and_why_and_no_value(service: Served, sample: Writer) -> None:
    query = "query($t: String!) { searchPeople(text: $t) { nodes { personId } } }"
    answered = service.post({"query": query, "variables": {"t": "Kell"}}, headers={"x-purpose": "RIGHT_TO_KNOW:DVDS-7"})
    told = of_request(service.home, answered.headers["x-request-id"])
    intent, outcome = told["intent"], told["outcome"]
    assert intent["viewer"] == "officer-1"
    assert intent["client"] == "token"
    assert intent["roles"] == ["tester"]
    assert intent["purpose"] == "RIGHT_TO_KNOW:DVDS-7"
    assert intent["kind"] == "consultation"
    assert outcome["ok"]
    assert "Kell" not in json.dumps(told)


def test_what_is_refused_by_a_question_is_recorded_as_not_answered(service: Served, sample: Writer) -> None:
    answered = service.ask('{ threatList(grade: "none such") { nodes { dyadId } } }')
    outcome = of_request(service.home, answered.headers["x-request-id"])["outcome"]
    assert (outcome["ok"], outcome["code"], outcome["subjects"]) == (False, "BAD_USER_INPUT", [])


def test_whoever_was_answered_before_a_kill_stands_in_the_record(
    sample: Writer, database: Address, tmp_path: Path
) -> None:
    answered: list[str] = []
    with served(database, tmp_path) as running:

        async def ask_and_kill() -> None:
            headers = {"authorization": running.bearer("tester"), "accept": TRUSTED}
            async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=200)) as own:

                async def one() -> None:
                    try:
                        told = await own.post(f"{running.url}/graphql", json={"query": ASKED}, headers=headers)
                    except httpx.TransportError:
                        return
                    if told.status_code == 200:
                        answered.append(told.headers["x-request-id"])
                    if len(answered) == 60:
                        os.killpg(running.process.pid, signal.SIGKILL)

                await asyncio.gather(*(one() for _ in range(200)))

        asyncio.run(ask_and_kill())
        assert len(answered) >= 60
        assert running.process.wait(30) == -signal.SIGKILL
    for request_id in answered:
        assert of_request(tmp_path, request_id).keys() == {"intent", "outcome"}
    verify(tmp_path / "audit", tmp_path / "audit-anchors")
    with served(database, tmp_path) as running:
        assert running.ask(ASKED).status_code == 200
    verify(tmp_path / "audit", tmp_path / "audit-anchors")


def test_nothing_is_shown_while_it_cannot_be_recorded(sample: Writer, database: Address, tmp_path: Path) -> None:
    with served(database, tmp_path) as running:
        for _ in range(20):
            assert running.ask(ASKED).status_code == 200
        (file,) = (tmp_path / "audit").glob("*.jsonl")
        size = file.stat().st_size
        soft, hard = resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE)
        # A file may be no longer than it is: to the service it is as if its disk were full.
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (size + 100, hard))
        for _ in range(3):
            told = running.ask(ASKED)
            assert told.status_code == 503
            assert told.json() == {
                "errors": [
                    {
                        "message": "Who looks cannot be recorded now, so nothing is shown; ask again shortly.",
                        "extensions": {"code": "AUDIT_UNAVAILABLE"},
                    }
                ]
            }
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
        assert running.ask(ASKED).status_code == 200
    verify(tmp_path / "audit", tmp_path / "audit-anchors")


def test_an_auditor_sees_who_looked_and_no_one_else_does(service: Served, sample: Writer) -> None:
    service.ask("{ threatList(first: 100) { nodes { dyadId } } }", "everything")
    for name in ("auditBursts", "auditOutOfHours", "auditManyViewers", "auditUnusualAreas"):
        told = service.post({"documentId": trusted_of(name)}, "auditor")
        assert told.status_code == 200
        assert "errors" not in told.json(), told.text
        refused = service.post({"documentId": trusted_of(name)}, "everything")
        assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
