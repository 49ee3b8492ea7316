"""E of POLE: incidents, what a nominal was in them, offences within them, and assessments that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar

from graph.properties import Prop
from graph.schema.fact import Ends, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(Fact):
    """Something reported to police, crime or not; the unit in which dyads are counted."""

    incident_id: Annotated[str, Prop("Our id of the incident.", key=True)]
    source_ref: Annotated[str, Prop("The source's own id of the incident.")]
    reported_on: Annotated[date, Prop("Day on which it was reported, in the force's time zone.", index=True)]
    reported_at: Annotated[datetime | None, Prop("When it was reported, where the time is known.")] = None
    occurred_from: Annotated[datetime | None, Prop("When it began, or might have begun.")] = None
    occurred_until: Annotated[datetime | None, Prop("When it ended, or might have ended.")] = None
    kind: Annotated[str | None, Prop("What the source calls it.")] = None
    domestic: Annotated[bool | None, Prop("Whether the source flags it as domestic abuse; absent: it has no flag.")] = (
        None
    )
    neighbourhood: Annotated[str | None, Prop("Policing neighbourhood in which it was recorded.")] = None
    unknown_suspects: Annotated[int, Prop("Suspects whom nobody has named.")]
    address_id: Annotated[
        str | None, Prop("Our id of the address where it took place; AT leads there once it is delivered.", index=True)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """An incident took place at an address."""

    TYPE: ClassVar = "AT"
    ENDS: ClassVar = (Ends("Incident", "Address", "took place at", "was the place of"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvolvementIn(Fact):
    """What a nominal was in one incident."""

    role_id: Annotated[str, Prop("Our id of the role.", key=True)]
    age: Annotated[int | None, Prop("Age in years at the time, as recorded.")] = None


# (:Nominal)-[:SUSPECT_IN]->(:Incident)
@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectIn(InvolvementIn):
    """A nominal is suspected in an incident."""

    TYPE: ClassVar = "SUSPECT_IN"
    ENDS: ClassVar = (Ends("Nominal", "Incident", "is suspected in", "suspects"),)

    against: Annotated[
        list[str] | None, Prop("Nominals against whom, where the source says so; absent: it does not say.")
    ] = None


# (:Nominal)-[:VICTIM_IN]->(:Incident)
@dataclass(frozen=True, slots=True, kw_only=True)
class VictimIn(InvolvementIn):
    """A nominal is a victim in an incident."""

    TYPE: ClassVar = "VICTIM_IN"
    ENDS: ClassVar = (Ends("Nominal", "Incident", "is a victim in", "has as victim"),)


# (:Nominal)-[:WITNESS_IN]->(:Incident)
@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessIn(InvolvementIn):
    """A nominal is a witness in an incident."""

    TYPE: ClassVar = "WITNESS_IN"
    ENDS: ClassVar = (Ends("Nominal", "Incident", "is a witness in", "has as witness"),)


# (:Nominal)-[:CHILD_IN]->(:Incident)
@dataclass(frozen=True, slots=True, kw_only=True)
class ChildIn(InvolvementIn):
    """A nominal is a child linked to an incident."""

    TYPE: ClassVar = "CHILD_IN"
    ENDS: ClassVar = (Ends("Nominal", "Incident", "is a child in", "has as child"),)


# (:Nominal)-[:REPORTED]->(:Incident)
@dataclass(frozen=True, slots=True, kw_only=True)
class Reported(InvolvementIn):
    """A nominal reported an incident."""

    TYPE: ClassVar = "REPORTED"
    ENDS: ClassVar = (Ends("Nominal", "Incident", "reported", "was reported by"),)


# (:Nominal)-[:PARTY_TO]->(:Incident)
@dataclass(frozen=True, slots=True, kw_only=True)
class PartyTo(InvolvementIn):
    """A nominal was party to an incident in a role that the source does not state."""

    TYPE: ClassVar = "PARTY_TO"
    ENDS: ClassVar = (Ends("Nominal", "Incident", "was party to", "had as party"),)


# (:Incident)-[:RECORDS]->(:Offence)
@dataclass(frozen=True, slots=True, kw_only=True)
class Offence(Fact):
    """One recorded crime within an incident."""

    offence_id: Annotated[str, Prop("Our id of the offence.", key=True)]
    source_ref: Annotated[str, Prop("The source's own id of the offence.")]
    code: Annotated[str | None, Prop("Home Office code, or the source's own offence code.", index=True)] = None
    description: Annotated[str | None, Prop("What the source calls the offence.")] = None
    outcome: Annotated[str | None, Prop("Outcome as recorded.")] = None
    against: Annotated[
        list[str] | None, Prop("Nominals against whom, where the source says so; absent: it does not say.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """An incident records an offence."""

    TYPE: ClassVar = "RECORDS"
    ENDS: ClassVar = (Ends("Incident", "Offence", "records", "is recorded in"),)


# (:Assessment)-[:FOLLOWS]->(:Incident), (:Assessment)-[:OF_SUSPECT|OF_VICTIM]->(:Nominal)
@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Fact):
    """One completed risk form."""

    assessment_id: Annotated[str, Prop("Our id of the assessment.", key=True)]
    source_ref: Annotated[str, Prop("The source's own id of the form.")]
    instrument: Annotated[str, Prop("Which form: dash, safelives_dash, dara.")]
    version: Annotated[str, Prop("Which version of the form.")]
    assessed_on: Annotated[date, Prop("Day on which it was completed, in the force's time zone.", index=True)]
    assessed_at: Annotated[datetime | None, Prop("When it was completed, where the time is known.")] = None
    grade: Annotated[str | None, Prop("Grade as an officer gave it: standard, medium or high.")] = None
    names_suspect: Annotated[bool, Prop("Whether the form names its suspect.", index=True)]
    answers: Annotated[
        bytes | None, Prop("One byte an item, in the order of the instrument; 0: no answer was delivered.")
    ] = None
    answers_recorded_at: Annotated[
        list[str] | None,
        Prop(
            "When the source recorded each answer, in the same order; empty where it does not say. One time alone is "
            "that of all."
        ),
    ] = None
    answers_received_at: Annotated[
        list[datetime] | None, Prop("When the deliveries were received that brought answers, in order.")
    ] = None
    answers_batches: Annotated[list[str] | None, Prop("Those deliveries, in the same order.")] = None
    answers_files: Annotated[list[str] | None, Prop("File of each of them that held answers.")] = None
    answers_brought: Annotated[
        bytes | None,
        Prop("For each answer the place in those lists of what brought it; absent: the first brought all."),
    ] = None
    answer_rows: Annotated[list[int] | None, Prop("Row of each answer in the delivered file, in the same order.")] = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """An assessment was made after an incident."""

    TYPE: ClassVar = "FOLLOWS"
    ENDS: ClassVar = (Ends("Assessment", "Incident", "follows", "is followed by"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSuspect:
    """An assessment names its suspect."""

    TYPE: ClassVar = "OF_SUSPECT"
    ENDS: ClassVar = (Ends("Assessment", "Nominal", "is of the suspect", "is the suspect of"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfVictim:
    """An assessment names its victim."""

    TYPE: ClassVar = "OF_VICTIM"
    ENDS: ClassVar = (Ends("Assessment", "Nominal", "is of the victim", "is the victim of"),)
