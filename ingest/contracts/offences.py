"""The feed `offences`: which crimes were recorded."""

from __future__ import annotations

from graph.schema import Offence
from ingest.contracts.feed import Column, Feed, Kind, Refers, incident

OFFENCES = Feed(
    name="offences",
    says="One row an offence: one recorded crime within an incident.",
    letter="o",
    key=("offence_ref",),
    fills=Offence,
    columns=(
        Column(name="offence_ref", says="The source's own id of the offence.", required=True, fills="source_ref"),
        incident("The incident that it is part of.", link="RECORDS", outward=False, required=True),
        Column(name="code", says="Home Office code such as 105/01, or the source's own code.", most=20),
        Column(name="description", says="What the source calls it."),
        Column(name="outcome", says="Outcome as recorded."),
        Column(
            name="against",
            says="The victims against whom, where the source says so. Empty: every victim of the incident is meant.",
            kind=Kind.TEXTS,
            refers=Refers(to="Nominal", waits=False),
            most=4000,
        ),
    ),
)
