"""The texts by which `clew evaluate` reads what is stored, many records at a time."""

from __future__ import annotations

from pathlib import Path

from queries.catalogue import read
from queries.risk.texts import FROM_FACTS, WITH_RISK

DYADS = read(Path(__file__).with_name("dyads.cypher"))
PERSONS = read(Path(__file__).with_name("persons.cypher"))
UNKNOWN_SUSPECTS = read(Path(__file__).with_name("unknown_suspects.cypher"))
CONTRADICTIONS = (
    f"{FROM_FACTS}{WITH_RISK}\n"
    "RETURN dyad.suspect_id AS suspect_id, dyad.victim_id AS victim_id,\n"
    "  [entry IN ledger WHERE entry.state = 'contradicted' | [entry.factor, entry.yes_in, entry.no_in]] AS contradicted"
)
"""Which forms of the dyads of `$suspects` contradict each other: what is stored does not name them."""
