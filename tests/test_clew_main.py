"""The command as a whole: exit statuses, one clear sentence, and examples that work."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from clew import documents
from clew.documents import help_of
from command import CLEW, clew, clew_alone, environ
from conftest import DATA
from graph.connection import Address, Writer

EXAMPLE = re.compile(r"^ *Example: (clew .+)$", re.MULTILINE)


def example(*command: str) -> str:
    """Return the example at the end of a command's help."""
    last = help_of(*command).rstrip().splitlines()[-1]
    found = EXAMPLE.fullmatch(last)
    assert found, f"the help of clew {' '.join(command)} does not end with an example"
    return found[1]


def test_help_ends_with_an_example(tmp_path: Path) -> None:
    assert clew_alone(*example().split()[1:], home=tmp_path).returncode == 0


# That of `clew evaluate` needs a whole force: test_clew_evaluate.py runs it. That of `clew serve` goes on until it is
# stopped: test_api_http.py runs it.
@pytest.mark.parametrize("command", sorted({*documents.commands()} - {"evaluate", "serve"}))
def test_the_example_of_each_command_works(command: str, sample: Writer, database: Address, tmp_path: Path) -> None:
    words = example(command).split()
    assert words[:2] == ["clew", command]
    if command in {"load", "manifest"}:
        shutil.copytree(DATA, tmp_path / words[2])
    run = clew(*words[1:], home=tmp_path, database=database)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout


def test_the_version_is_the_package_s(tmp_path: Path) -> None:
    assert clew_alone("--version", home=tmp_path).stdout == f"clew {version('clew')}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["nosuch"],
        ["status", "--nosuch"],
        ["status", "--format", "csv"],
        ["load"],
        ["derive", "--as-of", "31/03/2026"],
        ["query", "nosuch"],
        ["query", "person"],
        ["query", "repeat_dyads", "--as-of", "31/03/2026"],
        ["query", "repeat_dyads", "--limit", "many"],
        ["query", "repeat_dyads", "--nosuch", "1"],
        ["query", "repeat_dyads", "--format", "xml"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_how_to_find_out(words: list[str], tmp_path: Path) -> None:
    run = clew(*words, home=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert "-h' for help" in run.stderr


@pytest.mark.parametrize(
    "words",
    [["status"], ["derive"], ["load", "."], ["query", "freshness"]],
    ids=" ".join,
)
def test_without_a_database_the_sentence_says_how_to_get_one(words: list[str], tmp_path: Path) -> None:
    run = clew_alone(*words, home=tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "clew: No local Neo4j runs; start it with `clew up`.\n"


def test_a_database_that_does_not_answer_is_named_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = Address(uri=f"bolt://127.0.0.1:{taken.getsockname()[1]}", username="neo4j", password="ring-road")
        run = clew("status", home=tmp_path, database=nobody)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"clew: No Neo4j answers at {nobody.uri}; look whether it runs and NEO4J_URI names it.\n"


def test_a_wrong_setting_is_named_and_its_value_is_not(tmp_path: Path) -> None:
    run = clew_alone("status", home=tmp_path, CLEW_READ_SECONDS="ring-road")
    assert run.returncode == 1
    assert run.stderr.startswith("clew: CLEW_READ_SECONDS is not usable")
    assert "ring-road" not in run.stderr


def test_an_interruption_ends_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = Address(uri=f"bolt://127.0.0.1:{silent.getsockname()[1]}", username="neo4j", password="ring-road")
        process = subprocess.Popen(
            [CLEW, "status"],
            env=environ(address, tmp_path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with silent.accept()[0]:
            # It is connected and waits for an answer that does not come.
            os.kill(process.pid, signal.SIGINT)
            out, says = process.communicate(timeout=60)
    assert (process.returncode, out, says) == (1, "", "Stopped; run it again to go on.\n")
