"""The feed `answers`: what was answered on a form."""

from __future__ import annotations

from graph.schema import Assessment
from ingest.contracts.feed import Column, Feed, Refers

ANSWERS = Feed(
    name="answers",
    says="One row an answer: one item of one form. A row that is missing is not a no.",
    letter="a",
    key=("assessment_ref", "item"),
    fills=Assessment,
    may_be_complete=False,
    columns=(
        Column(
            name="assessment_ref",
            says="The form.",
            required=True,
            refers=Refers(to="Assessment"),
        ),
        Column(name="item", says="The item's number or code on that form.", required=True, most=40),
        Column(
            name="answer",
            says="yes, no, dont_know or not_asked; for a frequency item never, occasionally, often or all_the_time.",
            required=True,
            most=20,
        ),
    ),
)
