"""The feed `judgements`: who decided that two records are one person, or not."""

from __future__ import annotations

from graph.schema import Judged
from graph.terms import Verdict
from ingest.contracts.feed import Column, Feed, Kind, Refers, person

JUDGEMENTS = Feed(
    name="judgements",
    says="One row a judgement: somebody decided whether two records are one person, or took a judgement back. "
    "A judgement is not restricted.",
    letter="j",
    key=("judgement_ref",),
    fills=Judged,
    start="person_ref",
    end="other_ref",
    may_be_complete=False,
    columns=(
        Column(name="judgement_ref", says="The source's own id of the judgement.", required=True, fills=""),
        Column(name="verdict", says="What was decided.", kind=Kind.TERM, terms=Verdict, required=True),
        person("person_ref", "The first record; empty for `undo`.", source="person_source"),
        Column(name="person_source", says="System of the first record, if not this row's own.", fills=""),
        person("other_ref", "The second record; empty for `undo`.", source="other_source"),
        Column(name="other_source", says="System of the second record, if not this row's own.", fills=""),
        Column(name="undoes", says="For `undo`: the judgement that is taken back.", refers=Refers(to="Judgement")),
        Column(name="by", says="Who decided.", required=True),
        Column(name="at", says="When.", kind=Kind.MOMENT, required=True),
        Column(name="reason", says="Why.", required=True, most=1000),
    ),
)
