"""The feed `addresses`: places."""

from __future__ import annotations

from graph.schema import Address
from graph.terms import AddressKind
from ingest.contracts.feed import Column, Feed, Kind

ADDRESSES = Feed(
    name="addresses",
    says="One row an address: a place where people live or where something happened.",
    letter="l",
    key=("address_ref",),
    fills=Address,
    columns=(
        Column(name="address_ref", says="The source's own id of the address.", required=True, fills="source_ref"),
        Column(name="line", says="House and street."),
        Column(name="postcode", says="Postcode.", most=20),
        Column(name="neighbourhood", says="Policing neighbourhood."),
        Column(name="kind", says="What kind of place.", kind=Kind.TERM, terms=AddressKind),
        Column(
            name="protected",
            says="Whether nobody may be shown where this is: a refuge, a new home after flight. "
            "It then joins nobody to anybody. A refuge is always protected.",
            kind=Kind.FLAG,
        ),
    ),
)
