"""What is measured, stage by stage; each returns its figures, and runs in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import bare_loop, day, made_network, plain_rows, prepared, questions, served
from bench import graphql_peer as peer
from bench import sweep as sweeping
from bench.lines import P95
from bench.peers import node
from bench.phases import Phases
from bench.place import HISTORY, LATE, ROOT, Place
from graph import connection, constraints
from graph.connection import Address, Writer
from graph.engine import server, store
from graph.fingerprint import fingerprint
from graph.reference.roles import audiences
from graph.settings import Settings
from ingest.bulk.files import Files
from ingest.bulk.load import load as load_in_bulk
from ingest.bulk.write import write
from ingest.contracts import BY_NAME
from ingest.derive.derive import derive
from ingest.load import load
from ingest.read import read_delivery
from ingest.synthetic.force import write_force

Figures = dict[str, Any]

HASHED = ("demo", "force")
"""Sizes of which the graph's hash is taken; it is one number for each node and relationship, in Python."""

ASKED_FEW = ("metropolitan",)
"""Sizes at which only those questions are asked of which it is said how fast they should be; others read everything."""


@contextmanager
def timed(figures: Figures, name: str) -> Iterator[None]:
    """Note the seconds that the `with` takes."""
    began = time.perf_counter()
    yield
    figures[name] = time.perf_counter() - began


def synthesise(place: Place) -> Figures:
    """Write the synthetic force, unless the same was made before."""
    phases, figures = Phases(), Figures()
    with timed(figures, "seconds"):
        summary = write_force(place.force, size=place.size, seed=place.seed, progress=phases)
    rows = {feed: sum(numbers) for feed, numbers in summary.rows.items()}
    return figures | {"rows": sum(rows.values()), "incidents": rows["incidents"]}


def bulk(place: Place) -> Figures:
    """Load the history into an empty local database by the importer, and derive."""
    settings = place.empty("bulk")
    server.up(settings)
    phases, figures = Phases(_part_of_bulk()), Figures()
    with timed(figures, "seconds"):
        delivery = read_delivery(place.force / HISTORY, zone=settings.time_zone, progress=phases)
        with timed(figures, "load_seconds"):
            address, report = load_in_bulk(settings, delivery, zone=settings.time_zone, progress=phases)
        with connection.writer(address) as writer:
            _derive(writer, settings, figures, full=False)
    figures |= {"phases": phases.seconds(), **_counted(report)}
    with connection.writer(address) as writer:
        return figures | _graph(writer, place)


def _part_of_bulk() -> Callable[[str], str]:
    """Return what gives the parts of a bulk load their names: feeds come once for the importer and once over Bolt."""
    started = False

    def name(what: str) -> str:
        nonlocal started
        if what not in BY_NAME:
            started = started or "starts" in what
            return what
        return "over Bolt, what is not plain" if started else "checked, and written for the importer"

    return name


def importer(place: Place) -> Figures:
    """Let Neo4j's own importer take the files that the bulk load writes, into a database of its own."""
    figures = Figures()
    settings = place.empty("importer")
    delivery = read_delivery(place.force / HISTORY, zone=settings.time_zone)
    folder = store.prepare(settings)
    with Files(folder / "files") as files:
        write(delivery, files, zone=settings.time_zone)
        sources = files.sources()
    with timed(figures, "seconds"):
        store.build(settings, folder, sources)
    return figures


def bolt(place: Place) -> Figures:
    """Load the history into an empty database over Bolt, and derive."""
    settings = place.empty("bolt")
    address = server.up(settings)
    phases, figures = Phases(), Figures()
    with connection.writer(address) as writer:
        with timed(figures, "seconds"):
            with timed(figures, "load_seconds"):
                delivery = read_delivery(place.force / HISTORY, zone=settings.time_zone, progress=phases)
                report = load(writer, delivery, zone=settings.time_zone, progress=phases)
            _derive(writer, settings, figures, full=False)
        return figures | {"phases": phases.seconds(), **_counted(report)} | _graph(writer, place)


def rows(place: Place) -> Figures:
    """Take the facts of the loaded graph apart into plain rows, for the loops."""
    with _opened(place) as (writer, _, _):
        nodes, relationships = plain_rows.write(writer, place.rows)
    return {"nodes": nodes, "relationships": relationships}


def loop(place: Place) -> Figures:
    """Load the plain rows by a bare loop."""
    return _looped(place, bare_loop.load)


def cartography(place: Place) -> Figures:
    """Load the plain rows by Cartography's loader, in its own environment."""

    def load(address: Address, _: Any) -> dict[str, float]:
        environ = {
            "PATH": os.environ["PATH"],
            "NEO4J_URI": address.uri,
            "NEO4J_USERNAME": address.username,
            "NEO4J_PASSWORD": address.password,
        }
        words = [os.environ["CLEW_BENCH_PEERS"], "-m", "bench.cartography_loop", str(place.rows)]
        ran = subprocess.run(words, env=environ, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        seconds: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
        return seconds

    return _looped(place, load, keyed=False)


def again(place: Place) -> Figures:
    """Derive everything again, where nothing changes."""
    figures = Figures()
    with _opened(place) as (writer, settings, _):
        _derive(writer, settings, figures, full=True)
    return figures


def sweep(place: Place) -> Figures:
    """Compute every dyad's ledger, clusters, harm and score, and write nothing."""
    figures = Figures()
    with _opened(place) as (_, settings, address), timed(figures, "seconds"):
        done = sweeping.sweep(address, audiences(settings.roles))
    return figures | done


def ask(place: Place) -> Figures:
    """Ask questions of a server that has just started."""
    settings = place.settings(_loaded(place))
    server.down(settings)
    figures = Figures()
    with timed(figures, "start_seconds"):
        address = server.up(settings)
    return figures | questions.measure(address, settings, place.seed, P95 if place.size in ASKED_FEW else None)


def serve(place: Place) -> Figures:
    """Ask the service over HTTP, on a server that has just started."""
    settings = place.settings(_loaded(place))
    server.down(settings)
    return served.measure(server.up(settings), settings, place.seed, ROOT)


def screen(place: Place) -> Figures:
    """Ask for a network of 500 nodes and 1,500 edges, of a database that has nothing else."""
    settings = place.empty("screen")
    address = server.up(settings)
    with connection.writer(address) as writer:
        delivery = read_delivery(made_network.write(place.home / "made-network"), zone=settings.time_zone)
        load(writer, delivery, zone=settings.time_zone)
        _derive(writer, settings, Figures(), full=False)
    try:
        return served.measure_made(address, settings, ROOT)
    finally:
        server.down(settings)


def graphql_peer(place: Place) -> Figures:
    """Ask `@neo4j/graphql` for the same networks, on the same database."""
    modules = node.install(peer.FILES, Path(sys.prefix) / "graphql-peer")
    with _opened(place) as (_, _, address):
        some, top = served.suspects(address, place.seed)
        return peer.measure(address, modules, some, top) | {"versions": peer.versions(modules)}


def late(place: Place) -> Figures:
    """Load and derive the late delivery."""
    return _delta(place, place.force / LATE)


def answers(place: Place) -> Figures:
    """Load and derive the answers that forms of the late delivery still lack."""
    return _delta(place, day.answers_of_before(place))


def delta(place: Place) -> Figures:
    """Load and derive all else of the latest delivery, a day of new records."""
    return _delta(place, day.day(place))


def evaluate(place: Place) -> Figures:
    """Hold what is found against what was planted, after all three deliveries."""
    with _opened(place) as (_, settings, _):
        environ = {"PATH": os.environ["PATH"], "CLEW_HOME": str(settings.home)}
        words = [sys.executable, "-m", "clew", "evaluate", str(place.force / "truth.json"), "--format", "json"]
        figures = Figures()
        with timed(figures, "seconds"):
            ran = subprocess.run(words, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    if not ran.stdout.strip():
        raise RuntimeError((ran.stderr.strip() or "clew evaluate printed nothing").splitlines()[-1])
    return figures | {"found": json.loads(ran.stdout)}


STAGES: Mapping[str, Callable[[Place], Figures]] = {
    each.__name__: each
    for each in (
        synthesise,
        bulk,
        importer,
        again,
        sweep,
        rows,
        ask,
        serve,
        graphql_peer,
        late,
        answers,
        delta,
        evaluate,
        screen,
        bolt,
        loop,
        cartography,
    )
}


def _looped(place: Place, load: Callable[[Address, Any], dict[str, float]], *, keyed: bool = True) -> Figures:
    settings = place.empty("loop")
    address = server.up(settings)
    if keyed:
        with connection.writer(address) as writer:
            writer.declare([each for each in constraints.statements() if each.startswith("CREATE CONSTRAINT")])
    by_kind = load(address, place.rows)
    items = sum(kind.rows for kind in prepared.kinds(place.rows))
    with connection.writer(address) as writer:
        (there,) = writer.read(
            "CALL () { MATCH (n) RETURN count(n) AS nodes } CALL () { MATCH ()-[r]->() RETURN count(r) AS links } "
            "RETURN nodes + links AS items"
        )
    return {"seconds": sum(by_kind.values()), "items": items, "items_there": there["items"], "by_kind": by_kind}


def _delta(place: Place, folder: Path) -> Figures:
    with _opened(place) as (writer, settings, _):
        figures, phases = Figures(), Phases()
        with timed(figures, "seconds"):
            with timed(figures, "load_seconds"):
                delivery = read_delivery(folder, zone=settings.time_zone)
                report = load(writer, delivery, zone=settings.time_zone, progress=phases)
            _derive(writer, settings, figures, full=False)
        incidents = next((each.delivered for each in report.counts if each.feed == "incidents"), 0)
        return figures | {"incidents": incidents, **_counted(report)}


def _derive(writer: Writer, settings: Settings, figures: Figures, *, full: bool) -> None:
    phases = Phases()
    with timed(figures, "derive_seconds"):
        summary = derive(
            writer, audiences=audiences(settings.roles), zone=settings.time_zone, full=full, progress=phases
        )
    figures["derive_phases"] = phases.seconds()
    figures["suspects"] = summary.suspects
    figures["dyads"] = dict(summary.dyads)
    figures["meets"] = dict(summary.meets)


def _counted(report: Any) -> Figures:
    return {name: sum(getattr(each, name) for each in report.counts) for name in ("delivered", "created", "rejected")}


def _graph(writer: Writer, place: Place) -> Figures:
    """Return how large a graph is, and its hash."""
    figures = Figures(
        nodes=writer.read("MATCH (n) RETURN count(n) AS number")[0]["number"],
        relationships=writer.read("MATCH ()-[r]->() RETURN count(r) AS number")[0]["number"],
    )
    if place.size in HASHED:
        print("    hash", file=sys.stderr, flush=True)
        with timed(figures, "hash_seconds"):
            figures["hash"] = fingerprint(writer)
    return figures


def _loaded(place: Place) -> str:
    """Return which database holds the force: by the importer, or over Bolt where that failed."""
    return next((name for name in ("bulk", "bolt") if (place.home / f"loaded-{place.size}-{name}").exists()), "bulk")


@contextmanager
def _opened(place: Place) -> Iterator[tuple[Writer, Settings, Address]]:
    settings = place.settings(_loaded(place))
    address = server.up(settings)
    with connection.writer(address) as writer:
        yield writer, settings, address
