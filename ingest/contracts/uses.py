"""The feed `uses`: who uses which identifier."""

from __future__ import annotations

from graph.schema import Uses
from ingest.contracts.feed import Column, Feed, Kind, Refers, person

USES = Feed(
    name="uses",
    says="One row a use: a person uses an identifier.",
    letter="u",
    key=("person_ref", "identifier_ref", "from_on"),
    fills=Uses,
    start="person_ref",
    end="identifier_ref",
    derives=False,
    columns=(
        person("person_ref", "The person.", required=True),
        Column(name="identifier_ref", says="The identifier.", required=True, refers=Refers(to="Identifier")),
        Column(name="from_on", says="First day, if known.", kind=Kind.DATE),
        Column(name="until_on", says="Last day, if known.", kind=Kind.DATE),
    ),
)
