"""The feed `relationships`: what one person is to another."""

from __future__ import annotations

from graph.schema import RelatedTo
from graph.terms import RelationshipType
from ingest.contracts.feed import Column, Feed, Kind, person

RELATIONSHIPS = Feed(
    name="relationships",
    says="One row a tie: what one person is to another, from a day until a day.",
    letter="t",
    key=("person_ref", "other_ref", "kind", "from_on"),
    fills=RelatedTo,
    start="person_ref",
    end="other_ref",
    columns=(
        person("person_ref", "The first person.", required=True),
        person("other_ref", "The second person.", required=True),
        Column(
            name="kind",
            says="What the first is to the second.",
            kind=Kind.TERM,
            terms=RelationshipType,
            required=True,
        ),
        Column(name="from_on", says="First day, if known.", kind=Kind.DATE),
        Column(name="until_on", says="Last day, if it ended and the day is known.", kind=Kind.DATE),
    ),
)
