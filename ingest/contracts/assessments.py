"""The feed `assessments`: which risk forms were completed."""

from __future__ import annotations

from graph.schema import Assessment
from graph.terms import Grade
from ingest.contracts.feed import Column, Feed, Kind, incident, person

ASSESSMENTS = Feed(
    name="assessments",
    says="One row an assessment: one completed risk form. Its answers are rows of `answers`.",
    letter="a",
    key=("assessment_ref",),
    fills=Assessment,
    columns=(
        Column(name="assessment_ref", says="The source's own id of the form.", required=True, fills="source_ref"),
        Column(
            name="instrument",
            says="Which form, by the name of its file in the reference data. Item numbers mean nothing without it.",
            required=True,
        ),
        Column(name="version", says="Which version of the form.", required=True),
        Column(name="assessed_at", says="When it was completed.", kind=Kind.MOMENT, required=True),
        Column(name="grade", says="Grade as an officer gave it.", kind=Kind.TERM, terms=Grade),
        person("suspect_ref", "The suspect, if the form names one.", link="OF_SUSPECT"),
        person("victim_ref", "The victim.", link="OF_VICTIM", required=True),
        incident("The incident that it follows, if any.", link="FOLLOWS"),
    ),
)
