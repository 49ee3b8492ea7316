"""The rules that hold over all modules: names, layers, size, and that nothing happens at import."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("graph", "queries", "ingest", "api", "clew")
GENERATED = ROOT / "api" / "client"
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if not path.is_relative_to(GENERATED)
)

WRITES_CYPHER = {
    "graph/constraints.py",
    "graph/contents.py",
    "graph/fingerprint.py",
    "graph/alone.py",
    "ingest/claim.py",
    "ingest/commit.py",
    "ingest/creation.py",
    "ingest/deliveries.py",
    "ingest/forms.py",
    "ingest/judgements.py",
    "ingest/revisions.py",
    "ingest/statements.py",
    "queries/answer.py",
}
"""Modules that hold Cypher of their own, beside those of `ingest/derive/`: schema, bookkeeping and writing."""

NEVER_A_NAME = {"utils", "util", "helpers", "helper", "common", "base", "core", "manager", "service", "misc", "lib"}
MOST_LINES = 300


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_our_names_are_ours_alone() -> None:
    owners = packages_distributions()
    for name in PACKAGES:
        assert set(owners.get(name, [])) <= {"clew"}, name


def test_layers_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [str(linter), "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_cypher_stands_in_files_of_its_own() -> None:
    holds = {name_of(path) for path in MODULES if re.search(r"\b(MATCH|MERGE)\s*\(", path.read_text("utf-8"))}
    assert {name for name in holds if not name.startswith("ingest/derive/")} <= WRITES_CYPHER
    assert all((ROOT / name).exists() for name in WRITES_CYPHER)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_does_one_thing_and_says_so(path: Path) -> None:
    text = path.read_text("utf-8")
    assert path.stem not in NEVER_A_NAME
    assert len(text.splitlines()) < MOST_LINES
    tree = ast.parse(text)
    if path.name == "__init__.py":
        assert all(is_a_list(node) for node in tree.body)
    else:
        says = ast.get_docstring(tree)
        assert says
        assert says.splitlines()[0].endswith((".", ":"))


def is_a_list(node: ast.stmt) -> bool:
    """Whether a statement belongs into an `__init__.py`: a docstring, an import or an assignment."""
    return isinstance(node, ast.ImportFrom | ast.Assign | ast.AnnAssign) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def test_test_files_are_flat() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
    assert not [path for path in (ROOT / "tests").glob("*/") if path.name in PACKAGES]


IMPORTS_EVERYTHING = """
import importlib, json, os, socket, subprocess, sys

names = json.loads(sys.stdin.read())
ours = {name.split(".")[0] for name in names}

class Environment(type(os.environ)):
    def __getitem__(self, name):
        asks = sys._getframe(1)
        while asks.f_globals.get("__name__") in ("os", "_collections_abc"):
            asks = asks.f_back
        assert asks.f_globals.get("__name__", "").split(".")[0] not in ours, f"{name} is read at import"
        return super().__getitem__(name)

def refuse(*_, **__):
    raise AssertionError("something is done at import")

os.environ.__class__ = Environment
# What other packages do at import is theirs; ours come after them.
for name in "neo4j pandas pandera.pandas duckdb networkx rich.progress rich.table typer jgo.maven".split():
    importlib.import_module(name)
socket.socket.connect = subprocess.Popen.__init__ = refuse
for name in names:
    importlib.import_module(name)
"""


def test_nothing_is_done_at_import() -> None:
    names = [name_of(path)[: -len(".py")].replace("/", ".").removesuffix(".__init__") for path in MODULES]
    poisoned = {"CLEW_READ_SECONDS": "soon", "CLEW_TIME_ZONE": "Nowhere", "CLEW_NEO4J_PORT": "-1", "NEO4J_URI": "x"}
    run = subprocess.run(
        [sys.executable, "-I", "-c", IMPORTS_EVERYTHING],
        input=json.dumps(names),
        env={**os.environ, **poisoned},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


HELPS = """
import sys
from clew.__main__ import app
app(args=["--help"], prog_name="clew", standalone_mode=False)
heavy = {"pandas", "pyarrow", "numpy", "pandera", "duckdb", "neo4j", "networkx", "rich", "asyncio", "zoneinfo", "jgo"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""


def test_help_imports_nothing_heavy() -> None:
    run = subprocess.run([sys.executable, "-I", "-c", HELPS], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "query" in run.stdout
