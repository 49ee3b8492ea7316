"""The texts by which `clew evaluate` reads what is stored, many records at a time."""

from __future__ import annotations

from pathlib import Path

from queries.catalogue import read

DYADS = read(Path(__file__).with_name("dyads.cypher"))
PERSONS = read(Path(__file__).with_name("persons.cypher"))
