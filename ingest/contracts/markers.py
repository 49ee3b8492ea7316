"""The feed `markers`: warnings and states on a person."""

from __future__ import annotations

from graph.schema import Marker
from graph.terms import MarkerKind
from ingest.contracts.feed import Column, Feed, Kind, person

MARKERS = Feed(
    name="markers",
    says="One row a marker: a warning or a state that a source holds on a person.",
    letter="m",
    key=("marker_ref",),
    fills=Marker,
    columns=(
        Column(name="marker_ref", says="The source's own id of the marker.", required=True, fills="source_ref"),
        person("person_ref", "The person.", link="HAS", outward=False, required=True),
        Column(name="kind", says="What it says.", kind=Kind.TERM, terms=MarkerKind, required=True),
        Column(name="from_on", says="First day.", kind=Kind.DATE, past=False),
        Column(name="until_on", says="Last day, if known; may lie ahead.", kind=Kind.DATE, past=False),
    ),
)
