"""O of POLE: phones, vehicles and other things that people use and that incidents involve; schools."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from graph.properties import Prop
from graph.schema.fact import Ends, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier(Fact):
    """A phone number, an e-mail address, a vehicle or another object."""

    identifier_id: Annotated[str, Prop("Our id of the identifier.", key=True)]
    source_ref: Annotated[str, Prop("The source's own id of the identifier.")]
    kind: Annotated[str, Prop("phone, email, vehicle, object or account.")]
    value: Annotated[str | None, Prop("The number, address or registration.", index=True)] = None
    description: Annotated[str | None, Prop("What it is, in words.")] = None


# (:Nominal)-[:USES]->(:Identifier)
@dataclass(frozen=True, slots=True, kw_only=True)
class Uses(Fact):
    """A nominal uses an identifier."""

    TYPE: ClassVar = "USES"
    ENDS: ClassVar = (Ends("Nominal", "Identifier", "uses", "is used by"),)

    use_id: Annotated[str, Prop("Our id of the use.", key=True)]
    from_on: Annotated[date | None, Prop("First day, if known.")] = None
    until_on: Annotated[date | None, Prop("Last day, if known.")] = None


# (:Identifier)-[:INVOLVED_IN]->(:Incident)
@dataclass(frozen=True, slots=True, kw_only=True)
class InvolvedIn(Fact):
    """An identifier was involved in an incident."""

    TYPE: ClassVar = "INVOLVED_IN"
    ENDS: ClassVar = (Ends("Identifier", "Incident", "was involved in", "involved"),)

    appearance_id: Annotated[str, Prop("Our id of the involvement.", key=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class School(Fact):
    """A school, for telling it about its pupils."""

    school_id: Annotated[str, Prop("Our id of the school.", key=True)]
    source_ref: Annotated[str, Prop("The source's own id of the school.")]
    name: Annotated[str | None, Prop("Name of the school.")] = None


# (:Nominal)-[:ATTENDS]->(:School)
@dataclass(frozen=True, slots=True, kw_only=True)
class Attends(Fact):
    """A nominal attends a school."""

    TYPE: ClassVar = "ATTENDS"
    ENDS: ClassVar = (Ends("Nominal", "School", "attends", "is attended by"),)

    attendance_id: Annotated[str, Prop("Our id of the attendance.", key=True)]
    from_on: Annotated[date | None, Prop("First day, if known.")] = None
    until_on: Annotated[date | None, Prop("Last day, if known.")] = None
