"""L of POLE: addresses, who lives there and what happened there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from graph.properties import Prop
from graph.schema.fact import Ends, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(Fact):
    """A place where people live or where something happened."""

    address_id: Annotated[str, Prop("Our id of the address.", key=True)]
    source_ref: Annotated[str, Prop("The source's own id of the address.")]
    line: Annotated[str | None, Prop("House and street. Withheld where the address is protected.")] = None
    postcode: Annotated[str | None, Prop("Postcode. Withheld where the address is protected.")] = None
    neighbourhood: Annotated[str | None, Prop("Policing neighbourhood. Withheld where the address is protected.")] = (
        None
    )
    kind: Annotated[str | None, Prop("home, refuge, hostel, custody, public or other.")] = None
    protected: Annotated[bool, Prop("Whether nobody may be shown where this is: a refuge, a new home after flight.")]


# (:Nominal)-[:LIVES_AT]->(:Address)
@dataclass(frozen=True, slots=True, kw_only=True)
class LivesAt(Fact):
    """A nominal lives or lived at an address."""

    TYPE: ClassVar = "LIVES_AT"
    ENDS: ClassVar = (Ends("Nominal", "Address", "lives at", "is home to"),)

    residence_id: Annotated[str, Prop("Our id of the residence.", key=True)]
    from_on: Annotated[date | None, Prop("First day, if known.")] = None
    until_on: Annotated[date | None, Prop("Last day, if it ended and the day is known.")] = None
