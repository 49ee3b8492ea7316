"""The feed `appearances`: which identifier was involved in which incident."""

from __future__ import annotations

from graph.schema import InvolvedIn
from ingest.contracts.feed import Column, Feed, Refers, incident

APPEARANCES = Feed(
    name="appearances",
    says="One row an appearance: an identifier was involved in an incident.",
    letter="v",
    key=("identifier_ref", "incident_ref"),
    fills=InvolvedIn,
    start="identifier_ref",
    end="incident_ref",
    derives=False,
    columns=(
        Column(name="identifier_ref", says="The identifier.", required=True, refers=Refers(to="Identifier")),
        incident("The incident.", required=True),
    ),
)
