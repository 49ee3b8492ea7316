"""The feed `involvements`: who was what in which incident."""

from __future__ import annotations

from graph.schema import ChildIn, PartyTo, Reported, SuspectIn, VictimIn, WitnessIn
from graph.terms import Role
from ingest.contracts.feed import Column, Feed, Kind, Refers, incident, person

INVOLVEMENTS = Feed(
    name="involvements",
    says="One row a role: what a person was in one incident. A person in two roles has two rows.",
    letter="r",
    key=("person_ref", "incident_ref", "role"),
    fills={
        Role.SUSPECT: SuspectIn,
        Role.VICTIM: VictimIn,
        Role.WITNESS: WitnessIn,
        Role.CHILD: ChildIn,
        Role.REPORTED: Reported,
        Role.PARTY: PartyTo,
    },
    by="role",
    start="person_ref",
    end="incident_ref",
    columns=(
        incident("The incident.", required=True),
        person("person_ref", "The person.", required=True),
        Column(
            name="role",
            says="What the person was; `party` where the source does not say.",
            kind=Kind.TERM,
            terms=Role,
            required=True,
            fills="",
        ),
        Column(name="age", says="Age in years at the time, as recorded.", kind=Kind.WHOLE, most=130),
        Column(
            name="against",
            says="For a suspect: the victims against whom, where the source says so. Empty: it does not say, and every "
            "victim of the incident is meant.",
            kind=Kind.TEXTS,
            refers=Refers(to="Nominal", waits=False),
            most=4000,
        ),
    ),
)
