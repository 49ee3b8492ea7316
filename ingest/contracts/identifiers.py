"""The feed `identifiers`: phones, vehicles and other things."""

from __future__ import annotations

from graph.schema import Identifier
from graph.terms import IdentifierKind
from ingest.contracts.feed import Column, Feed, Kind

IDENTIFIERS = Feed(
    name="identifiers",
    says="One row an identifier: a phone number, an e-mail address, a vehicle or another object.",
    letter="x",
    key=("identifier_ref",),
    fills=Identifier,
    derives=False,
    columns=(
        Column(name="identifier_ref", says="The source's own id.", required=True, fills="source_ref"),
        Column(name="kind", says="What it is.", kind=Kind.TERM, terms=IdentifierKind, required=True),
        Column(name="value", says="The number, address or registration."),
        Column(name="description", says="What it is, in words."),
    ),
)
