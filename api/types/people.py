"""What the API shows of people, and of what happened to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import strawberry

from api.publish import ID, publish
from api.shown import BY_ROLE, PROTECTED, About, Day, Known, NotFound, Text, typed
from queries.lookups import linked_victims, person, search_people, timeline
from queries.patterns import contradicted_identities, contradictory_values, role_conflicts


@strawberry.interface(description="Something that `node` finds by its id.")
class Node:
    """Something that `node` finds by its id."""

    id: strawberry.ID = strawberry.field(description="Opaque, and the same for as long as the records are.")


@publish(person.PersonRecord, person.QUERY, made=["addresses"])
class PersonRecord:
    nominal_id: ID
    source: str
    source_ref: Text
    family_name: Text | None
    given_names: Text | None
    also_known_as: list[Text]
    born_on: Day | None
    sex: str | None
    addresses: list[Text] = strawberry.field(
        description="Where the person lives or lived, latest first, with the days; what protects somebody is withheld."
    )
    identifiers: list[Text]
    schools: list[Text]
    markers: list[str]
    ties: list[str]

    @staticmethod
    def made_of(row: Any, names: bool) -> Mapping[str, Any]:
        """Return the addresses: withheld ones exist, so that they are not taken for none."""
        if not names:
            return {"addresses": [BY_ROLE]}
        return {"addresses": [*(Known(text=each) for each in row.addresses), *[PROTECTED] * row.withheld_addresses]}


@typed
class Person(Node):
    """An individual, as the records say that are judged to be of one."""

    records: list[PersonRecord] = strawberry.field(description="What is recorded, one by one.")
    about: About = strawberry.field(description="What must be known with it.")


PersonResult = Annotated[
    Person | NotFound, strawberry.union("PersonResult", description="A person, or that there is none.")
]


@publish(search_people.FoundRecord, search_people.QUERY)
class FoundRecord:
    person_id: ID
    nominal_id: ID
    family_name: Text | None
    given_names: Text | None
    born_on: Day | None
    sex: str | None
    source: str
    source_ref: Text
    records: int


@publish(timeline.Happening, timeline.QUERY)
class Happening:
    happened_on: date
    kind: str
    record_id: ID
    incident_id: ID | None
    source: str
    source_ref: str
    roles: list[str]
    detail: str | None
    grade: str | None
    domestic: bool | None


@publish(linked_victims.LinkedVictim, linked_victims.QUERY)
class LinkedVictim:
    dyad_id: ID
    victim_id: ID
    name: Text
    incidents: int
    first_on: date | None
    last_on: date | None
    assessments: int
    latest_grade: str | None
    latest_graded_on: date | None
    pairing: str
    incident_ids: list[ID]
    assessment_ids: list[ID]


@publish(contradicted_identities.ContradictedRecord, contradicted_identities.QUERY)
class ContradictedRecord:
    person_id: ID
    nominal_id: ID
    source: str
    source_ref: Text
    family_name: Text | None
    given_names: Text | None
    born_on: Day | None
    same_as: list[ID]
    different_from: list[ID]


@publish(contradictory_values.Contradiction, contradictory_values.QUERY)
class Contradiction:
    person_id: ID
    subject: str
    between_sources: bool
    values: list[Text]
    sources: list[str]
    source_refs: list[Text]
    record_ids: list[ID]


@publish(role_conflicts.RoleConflict, role_conflicts.QUERY)
class RoleConflict:
    conflict: str
    person_id: ID
    incident_id: ID | None
    assessment_id: ID | None
    source: str
    source_ref: str
    happened_on: date
    age: int | None
    record_ids: list[ID]
