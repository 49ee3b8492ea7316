"""What the API shows of the network of a suspect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import strawberry

from api.publish import ID, publish, published
from api.shown import About, NotFound, Text, typed
from queries.networks import suspect_network

_PERSON = {"person_id": "The person.", "name": "Name on the first record."}
_DYAD = {
    "dyad_id": "The dyad.",
    "suspect_id": "The person suspected.",
    "victim_id": "The person against whom.",
    "score": "Threat score.",
    "band": "What a score of this height is called.",
    "incidents": "Domestic incidents of the dyad, in all.",
    "last_on": "Day on which the latest was reported.",
    "latest_grade": "Grade of the latest graded form.",
    "incident_ids": "The latest of them, which are shown.",
    "left_out": "How many of them are not shown.",
    "suspects_left_out": "Other suspects of the victim who are not shown, on the suspect's own dyads.",
}
_OFFENCE = {
    "offence_id": "The offence.",
    "code": "Its code.",
    "description": "What the source calls it.",
}
_INCIDENT = {
    "incident_id": "The incident.",
    "reported_on": "Day on which it was reported.",
    "kind": "What the source calls it.",
    "offences": "What it records.",
    "left_out": "Offences that are not shown.",
}


@publish(suspect_network.NetworkPerson, _PERSON)
class NetworkPerson:
    person_id: ID
    name: Text


@publish(suspect_network.NetworkDyad, _DYAD)
class NetworkDyad:
    dyad_id: ID
    suspect_id: ID
    victim_id: ID
    score: int
    band: str
    incidents: int
    last_on: date | None
    latest_grade: str | None
    incident_ids: list[ID]
    left_out: int
    suspects_left_out: int


@publish(suspect_network.NetworkOffence, _OFFENCE)
class NetworkOffence:
    offence_id: ID
    code: str | None
    description: str | None


@publish(suspect_network.NetworkIncident, _INCIDENT, made=["offences"])
class NetworkIncident:
    incident_id: ID
    reported_on: date
    kind: str | None
    offences: list[NetworkOffence] = strawberry.field(description=_INCIDENT["offences"])
    left_out: int

    @staticmethod
    def made_of(row: Any, names: bool) -> Mapping[str, Any]:
        """Return the offences."""
        return {"offences": published(NetworkOffence, row.offences, names)}


@typed
class SuspectNetwork:
    """The network of one suspect, each person and each incident in it once."""

    person_id: ID = strawberry.field(description="The suspect.")
    name: Text = strawberry.field(description="Name on the suspect's first record.")
    people: list[NetworkPerson] = strawberry.field(description=suspect_network.QUERY.columns["people"].says)
    dyads: list[NetworkDyad] = strawberry.field(description=suspect_network.QUERY.columns["dyads"].says)
    incidents: list[NetworkIncident] = strawberry.field(description=suspect_network.QUERY.columns["incidents"].says)
    truncated: bool = strawberry.field(description="Whether it is only a part: something in it is left out.")
    victims_left_out: int = strawberry.field(description=suspect_network.QUERY.columns["victims_left_out"].says)
    suspects_left_out: int = strawberry.field(description=suspect_network.QUERY.columns["suspects_left_out"].says)
    about: About = strawberry.field(description="What must be known with it.")


SuspectNetworkResult = Annotated[
    SuspectNetwork | NotFound,
    strawberry.union("SuspectNetworkResult", description="A network, or that there is no such person."),
]
