"""The feed `judgements`: who decided that two records are one person or not, and which answers are retracted."""

from __future__ import annotations

from graph.schema import Judged
from graph.terms import Verdict
from ingest.contracts.feed import Column, Feed, Kind, Refers, person

JUDGEMENTS = Feed(
    name="judgements",
    says="One row a judgement: somebody decided whether two records are one person, retracted an answer with somebody "
    "else's approval, or took a judgement back. A judgement is not restricted.",
    letter="j",
    key=("judgement_ref",),
    fills=Judged,
    start="person_ref",
    end="other_ref",
    may_be_complete=False,
    columns=(
        Column(name="judgement_ref", says="The source's own id of the judgement.", required=True, fills=""),
        Column(name="verdict", says="What was decided.", kind=Kind.TERM, terms=Verdict, required=True),
        person("person_ref", "The first record; for `same`, `different` and `unsure`.", source="person_source"),
        Column(name="person_source", says="System of the first record, if not this row's own.", fills=""),
        person("other_ref", "The second record; as `person_ref`.", source="other_source"),
        Column(name="other_source", says="System of the second record, if not this row's own.", fills=""),
        Column(
            name="assessment_ref",
            says="For `retract`: the form of which an answer is retracted. The row does not wait for it.",
            refers=Refers(to="Assessment", waits=False, source="assessment_source"),
            fills="assessment_id",
        ),
        Column(name="assessment_source", says="System of the form, if not this row's own.", fills=""),
        Column(name="item", says="For `retract`: the item's number or code on that form.", most=40),
        Column(name="undoes", says="For `undo`: the judgement that is taken back.", refers=Refers(to="Judgement")),
        Column(name="by", says="Who decided.", required=True),
        Column(name="approved_by", says="For `retract`: who approved; somebody else than who decided."),
        Column(name="at", says="When.", kind=Kind.MOMENT, required=True),
        Column(name="reason", says="Why.", required=True, most=1000),
    ),
)
