"""The network of a suspect: victims, those victims' other suspects, and what was reported of each pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.connection import Reader, Row
from graph.errors import QuestionError
from queries.answer import Answer, Viewer, answered, hold_to_limit, refuse_unready, told
from queries.catalogue import read

QUERY = read(Path(__file__).with_suffix(".cypher"))

MOST: Mapping[str, int] = {"max_victims": 200, "max_suspects": 50, "max_incidents": 100}
"""The most that may be asked for of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPerson:
    """Somebody in a network."""

    person_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkDyad:
    """A pair of suspect and victim, with the latest of its incidents.

    `left_out` counts the pair's incidents that are not shown, `suspects_left_out` the victim's other suspects that are
    not; the latter stands on pairs of the person whose network it is, and is 0 on others.
    """

    dyad_id: str
    suspect_id: str
    victim_id: str
    score: int
    band: str
    incidents: int
    last_on: date | None
    latest_grade: str | None
    incident_ids: list[str]
    left_out: int
    suspects_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkOffence:
    """An offence that an incident records."""

    offence_id: str
    code: str | None
    description: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkIncident:
    """An incident of one or several pairs; `left_out` counts its offences that are not shown."""

    incident_id: str
    reported_on: date
    kind: str | None
    offences: list[NetworkOffence]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectNetwork:
    """The network of one suspect, each person and each incident in it once."""

    person_id: str
    name: str
    people: list[NetworkPerson]
    dyads: list[NetworkDyad]
    incidents: list[NetworkIncident]
    victims_left_out: int
    suspects_left_out: int


async def suspect_network(
    reader: Reader,
    viewer: Viewer,
    *,
    person_id: str,
    max_victims: int = 50,
    max_suspects: int = 10,
    max_incidents: int = 20,
    limit: int = 1,
) -> Answer[SuspectNetwork]:
    """Show a suspect's network in one row, or in none if there is nobody whom the viewer may see.

    Raises QuestionError if one of the numbers is out of bounds.
    """
    asked = {"max_victims": max_victims, "max_suspects": max_suspects, "max_incidents": max_incidents}
    for name, most in MOST.items():
        if not 0 < asked[name] <= most:
            raise QuestionError(f"{name} must lie between 1 and {most}.")
    hold_to_limit(limit)
    params = {"person_id": person_id, "limit": limit, **asked, **viewer.params()}
    state, rows = await told(reader, QUERY, params)
    refuse_unready(state, viewer)
    return answered(QUERY, [_network(row) for row in rows], limit, state)


def _network(row: Row) -> SuspectNetwork:
    incidents = [
        NetworkIncident(**{**each, "offences": [NetworkOffence(**offence) for offence in each["offences"]]})
        for each in row["incidents"]
    ]
    return SuspectNetwork(
        person_id=row["person_id"],
        name=row["name"],
        people=[NetworkPerson(**each) for each in row["people"]],
        dyads=[NetworkDyad(**each) for each in row["dyads"]],
        incidents=incidents,
        victims_left_out=row["victims_left_out"],
        suspects_left_out=row["suspects_left_out"],
    )
