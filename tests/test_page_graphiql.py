"""The page to try the service on, in a real browser: it asks nobody outside, and an answer comes back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Request, Route, sync_playwright

from graph.connection import Address, Writer
from served import served

# All of the name that the page begins with: it may still send that just after another document was put in.
QUESTIONS = {
    "the threat list": ("query ThreatList { threatList(first: 1) { nodes { dyadId score } } }", '"dyadId"'),
    "a score with its items": (
        'query ThreatList { threatScore(dyadId: "%s") { ... on ThreatScore { score items { item points reason } } } }',
        '"points"',
    ),
    "the network of a suspect": (
        'query ThreatList { suspectNetwork(personId: "%s") { ... on SuspectNetwork { people { personId } } } }',
        '"people"',
    ),
}


@pytest.mark.page
def test_questions_are_answered_on_the_page_and_nobody_outside_is_asked(
    sample: Writer, database: Address, tmp_path: Path
) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "install Chromium: on Debian and Ubuntu, apt-get install chromium"
    (dyad,) = sample.read(
        "MATCH (d:Dyad) WHERE 'everyone' IN d.audiences RETURN d.dyad_id AS id ORDER BY d.score DESC LIMIT 1"
    )
    about = {"a score with its items": dyad["id"], "the network of a suspect": dyad["id"].partition(">")[0]}
    outside: list[str] = []
    wrong: list[str] = []

    def watch(route: Route, request: Request) -> None:
        if request.url.startswith(("http://127.0.0.1", "data:")):
            route.continue_()
        else:
            outside.append(request.url)
            route.abort()

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    with served(database, tmp_path, "--dev") as running, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.route("**/*", watch)
        page.on("console", hear)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{running.url}/graphiql#token={running.provider.token(roles=['tester'])}")
        page.wait_for_selector(".graphiql-execute-button")
        assert "token" not in page.url
        for says, (question, answer) in QUESTIONS.items():
            text = question % about[says] if says in about else question
            page.evaluate(
                "text => document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.setValue(text)", text
            )
            page.click(".graphiql-execute-button")
            page.wait_for_function(
                "answer => document.querySelector('.result-window')?.innerText.includes(answer)",
                arg=answer,
                timeout=60_000,
            )
        browser.close()
    assert outside == []
    assert wrong == []
