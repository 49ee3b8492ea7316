"""P of POLE: nominals, what one is to another, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar

from graph.properties import Prop
from graph.schema.fact import Ends, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominal(Fact):
    """One record of a person in a source system, in whatever role."""

    FULLTEXT: ClassVar = ("name_words",)

    nominal_id: Annotated[str, Prop("Our id of the record.", key=True)]
    source_ref: Annotated[str, Prop("The source's own id of the record.")]
    family_name: Annotated[str | None, Prop("Family name as recorded.")] = None
    given_names: Annotated[str | None, Prop("Given names as recorded.")] = None
    also_known_as: Annotated[list[str] | None, Prop("Other names as recorded.")] = None
    name_words: Annotated[
        str | None, Prop("The words of all names, without capitals and accents: what a search looks in.")
    ] = None
    born_on: Annotated[date | None, Prop("Date of birth.", index=True)] = None
    sex: Annotated[str | None, Prop("Sex as recorded: female, male or unknown.")] = None


# (:Nominal)-[:RELATED_TO]->(:Nominal)
@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedTo(Fact):
    """What one nominal is to another, from a day until a day."""

    TYPE: ClassVar = "RELATED_TO"
    ENDS: ClassVar = (Ends("Nominal", "Nominal", "is related to", "is related to"),)

    tie_id: Annotated[str, Prop("Our id of the tie.", key=True)]
    kind: Annotated[str, Prop("What the first is to the second: partner, parent, knows and so on.")]
    from_on: Annotated[date | None, Prop("First day, if known.")] = None
    until_on: Annotated[date | None, Prop("Last day, if it ended and the day is known.")] = None


# (:Nominal)-[:HAS]->(:Marker)
@dataclass(frozen=True, slots=True, kw_only=True)
class Marker(Fact):
    """A warning or a state that a source holds on a nominal: custody, bail, an order, a licence."""

    marker_id: Annotated[str, Prop("Our id of the marker.", key=True)]
    source_ref: Annotated[str, Prop("The source's own id of the marker.")]
    kind: Annotated[str, Prop("What it says: custody, bail, order, licence, warning, honour, marac or mappa.")]
    from_on: Annotated[date | None, Prop("First day.")] = None
    until_on: Annotated[date | None, Prop("Last day, if known.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    """A nominal has a marker."""

    TYPE: ClassVar = "HAS"
    ENDS: ClassVar = (Ends("Nominal", "Marker", "has", "is on"),)


# (:Nominal)-[:JUDGED]->(:Nominal)
@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Fact):
    """Somebody's decision whether two nominals are one person; can be undone."""

    TYPE: ClassVar = "JUDGED"
    ENDS: ClassVar = (Ends("Nominal", "Nominal", "is judged against", "is judged against"),)

    judgement_id: Annotated[str, Prop("Our id of the judgement.", key=True)]
    verdict: Annotated[str, Prop("same, different or unsure.")]
    by: Annotated[str, Prop("Who decided.")]
    at: Annotated[datetime, Prop("When it was decided.")]
    reason: Annotated[str, Prop("Why.")]
