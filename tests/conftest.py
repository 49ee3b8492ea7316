"""What tests share: a real Neo4j that belongs to them, and a graph loaded from tests/data."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest

from deliver import conclude, wipe
from graph import constraints
from graph.connection import Address, Writer, writer
from graph.engine import fetch, server
from graph.settings import Settings
from graph.terms import DatabaseKind
from ingest.claim import claim, kind_of
from ingest.load import load
from ingest.read import read_delivery
from served import Served, served

DATA = Path(__file__).parent / "data"

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden from what is answered now")


@pytest.fixture(scope="session")
def engine_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give settings of a home of the tests' own, with the jars of the user's so that they are fetched once."""
    own = Settings.from_env({**os.environ, "NEO4J_URI": "", "NEO4J_PASSWORD": ""})
    fetch.jars(own)
    home = tmp_path_factory.mktemp("clew")
    (home / "jars").symlink_to(own.home / "jars", target_is_directory=True)
    return replace(own, home=home, neo4j_uri=None, heap="1g", page_cache="256m")


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> Iterator[Address]:
    """Give the tests' database: at CLEW_TEST_NEO4J_URI if that is empty or theirs, else a server of their own."""
    if uri := os.environ.get("CLEW_TEST_NEO4J_URI"):
        address = Address(
            uri=uri,
            username=os.environ.get("CLEW_TEST_NEO4J_USERNAME", "neo4j"),
            password=os.environ.get("CLEW_TEST_NEO4J_PASSWORD", ""),
        )
        mark_as_ours(address)
        yield address
        return
    settings: Settings = request.getfixturevalue("engine_settings")
    address = server.up(settings)
    try:
        mark_as_ours(address)
        yield address
    finally:
        server.down(settings)


def mark_as_ours(address: Address) -> None:
    """Mark an empty database as the tests' own; stop at any other that they did not mark."""
    with writer(address) as opened:
        kind, owner = kind_of(opened)
        if kind is None and not opened.read("MATCH (n) RETURN n.x LIMIT 1"):
            claim(opened, DatabaseKind.SYNTHETIC, owner="tests")
            kind, owner = kind_of(opened)
        if (kind, owner) != (DatabaseKind.SYNTHETIC, "tests"):
            pytest.exit("The database for the tests holds something that they did not put there.", returncode=3)


@pytest.fixture(scope="session")
def graph(database: Address) -> Iterator[Writer]:
    """Give a writer on the tests' database, with keys and indexes in place."""
    with writer(database) as opened:
        constraints.apply(opened)
        yield opened


_holds: list[str] = []


@pytest.fixture(scope="session")
def holds() -> list[str]:
    """Give what the tests' database holds for tests that only read, for whoever fills it with something else."""
    return _holds


@pytest.fixture
def empty(graph: Writer) -> Writer:
    """Give the tests' database, empty."""
    _holds.clear()
    wipe(graph)
    return graph


@pytest.fixture
def sample(graph: Writer) -> Writer:
    """Give the tests' database, loaded from tests/data; for tests that only read."""
    if _holds != ["sample"]:
        wipe(graph)
        zone = Settings.from_env({}).time_zone
        report = load(graph, read_delivery(DATA, zone=zone), zone=zone)
        assert not report.rejects, report.rejects
        conclude(graph)
        _holds[:] = ["sample"]
    return graph


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[], bool]:
    """Whether golden results are to be rewritten."""
    return lambda: bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def service(database: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give the service on the tests' database, as a process of its own."""
    with served(database, tmp_path_factory.mktemp("served")) as running:
        yield running
