"""The feed `attendances`: who attends which school."""

from __future__ import annotations

from graph.schema import Attends
from ingest.contracts.feed import Column, Feed, Kind, Refers, person

ATTENDANCES = Feed(
    name="attendances",
    says="One row an attendance: a person attends a school.",
    letter="w",
    key=("person_ref", "school_ref", "from_on"),
    fills=Attends,
    start="person_ref",
    end="school_ref",
    derives=False,
    columns=(
        person("person_ref", "The person.", required=True),
        Column(name="school_ref", says="The school.", required=True, refers=Refers(to="School")),
        Column(name="from_on", says="First day, if known.", kind=Kind.DATE),
        Column(name="until_on", says="Last day, if known.", kind=Kind.DATE),
    ),
)
