"""Asks `@neo4j/graphql` for the network of suspects, on the database that the service is measured on."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.clients import Asked, Client, Figures
from bench.peers import node
from graph.connection import Address

VARIANTS = ("nested", "authorised", "by_hand")
"""What the library makes of the model; the same with its row authorisation; one field with a statement of its own."""

FILES = Path(__file__).parent / "peers"


def measure(address: Address, modules: Path, some: Sequence[str], top: Sequence[str]) -> Figures:
    """Return for each variant milliseconds for suspects by lot and for those with most victims, and answers a second.

    `modules` is where `node.install` put the packages. Raises RuntimeError if an answer has errors or nobody in it.
    """
    figures: Figures = {}
    with served(address, modules) as port:
        for variant in VARIANTS:
            peer = client(port, variant)
            networks, of_top = ([asked(variant, each) for each in group] for group in (some, top))
            opened = peer.open()
            if not all(each.encode() in peer.ask(opened, network) for each, network in zip(top, of_top, strict=True)):
                raise RuntimeError(f"{variant} answers without the suspect")
            opened.close()
            figures[variant] = {
                "network": peer.times(networks),
                "network_top": peer.times(of_top),
                "network_top_8": peer.at_once(of_top),
            }
    return figures


def versions(modules: Path) -> dict[str, str]:
    """Return the versions of what was installed and is measured."""
    packages = json.loads((modules / "package-lock.json").read_text("utf-8"))["packages"]
    names = ("@neo4j/graphql", "graphql", "neo4j-driver")
    ran = subprocess.run([node.program(), "--version"], capture_output=True, text=True, check=True)
    return {"node": ran.stdout.strip()} | {name: packages[f"node_modules/{name}"]["version"] for name in names}


def client(port: int, variant: str) -> Client:
    """Return a client of one variant."""
    return Client(port=port, path=f"/{variant}")


def asked(variant: str, suspect: str) -> Asked:
    """Return how one variant is asked for the network of a suspect."""
    file = "by_hand.graphql" if variant == "by_hand" else "nested.graphql"
    return (FILES / file).read_text("utf-8"), {"id": suspect}


@contextmanager
def served(address: Address, modules: Path) -> Iterator[int]:
    """Run the peer for the time of a `with`, and give its port."""
    process = subprocess.Popen(
        [node.program(), FILES / "server.mjs"],
        cwd=modules,
        env=node.environ(
            NODE_ENV="production",
            NEO4J_URI=address.uri,
            NEO4J_USERNAME=address.username,
            NEO4J_PASSWORD=address.password,
            CLEW_NEO4J_DATABASE=address.database,
        ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None  # noqa: S101 -- it was asked for
    assert process.stdout is not None  # noqa: S101
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the server of @neo4j/graphql does not start")
        yield int(json.loads(line)["port"])
    finally:
        process.stdin.close()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
