"""The feed `residences`: who lives where."""

from __future__ import annotations

from graph.schema import LivesAt
from ingest.contracts.feed import Column, Feed, Kind, Refers, person

RESIDENCES = Feed(
    name="residences",
    says="One row a residence: a person lives or lived at an address.",
    letter="h",
    key=("person_ref", "address_ref", "from_on"),
    fills=LivesAt,
    start="person_ref",
    end="address_ref",
    columns=(
        person("person_ref", "The person.", required=True),
        Column(name="address_ref", says="The address.", required=True, refers=Refers(to="Address")),
        Column(name="from_on", says="First day, if known.", kind=Kind.DATE),
        Column(name="until_on", says="Last day, if it ended and the day is known.", kind=Kind.DATE),
    ),
)
