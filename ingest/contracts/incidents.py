"""The feed `incidents`: what was reported."""

from __future__ import annotations

from graph.schema import Incident
from ingest.contracts.feed import Column, Feed, Kind, Refers

INCIDENTS = Feed(
    name="incidents",
    says="One row an incident: something reported to police, crime or not.",
    letter="i",
    key=("incident_ref",),
    fills=Incident,
    columns=(
        Column(
            name="incident_ref",
            says="The source's own id of the incident.",
            required=True,
            fills="source_ref",
        ),
        Column(name="reported_at", says="When it was reported.", kind=Kind.MOMENT, required=True),
        Column(name="occurred_from", says="When it began, or might have begun.", kind=Kind.MOMENT),
        Column(name="occurred_until", says="When it ended, or might have ended.", kind=Kind.MOMENT),
        Column(name="kind", says="What the source calls it."),
        Column(
            name="domestic",
            says="Whether the source flags it as domestic abuse. Empty: the source has no flag, and the tie between "
            "suspect and victim and their ages decide.",
            kind=Kind.FLAG,
        ),
        Column(name="neighbourhood", says="Policing neighbourhood in which it was recorded."),
        Column(
            name="unknown_suspects",
            says="How many suspects nobody has named. Such a suspect has no row in `people` or `involvements`.",
            kind=Kind.WHOLE,
        ),
        Column(
            name="address_ref",
            says="Where it took place. An incident does not wait for its place.",
            fills="address_id",
            refers=Refers(to="Address", link="AT", waits=False),
        ),
    ),
)
