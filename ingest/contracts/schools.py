"""The feed `schools`: schools."""

from __future__ import annotations

from graph.schema import School
from ingest.contracts.feed import Column, Feed

SCHOOLS = Feed(
    name="schools",
    says="One row a school.",
    letter="s",
    key=("school_ref",),
    fills=School,
    derives=False,
    columns=(
        Column(name="school_ref", says="The source's own id of the school.", required=True, fills="source_ref"),
        Column(name="name", says="Name of the school."),
    ),
)
