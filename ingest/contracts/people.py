"""The feed `people`: who is recorded."""

from __future__ import annotations

from graph.schema import Nominal
from graph.terms import Sex
from ingest.contracts.feed import Column, Feed, Kind

PEOPLE = Feed(
    name="people",
    says="One row a nominal: one record of a person in a source system, in whatever role.",
    letter="n",
    key=("person_ref",),
    fills=Nominal,
    columns=(
        Column(name="person_ref", says="The source's own id of the record.", required=True, fills="source_ref"),
        Column(name="family_name", says="Family name as recorded."),
        Column(name="given_names", says="Given names as recorded."),
        Column(name="also_known_as", says="Other names as recorded.", kind=Kind.TEXTS),
        Column(name="born_on", says="Date of birth.", kind=Kind.DATE),
        Column(name="sex", says="Sex as recorded.", kind=Kind.TERM, terms=Sex),
    ),
)
