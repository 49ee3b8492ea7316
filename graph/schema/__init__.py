"""Everything that may stand in the graph, listed by hand."""

from __future__ import annotations

from graph.schema.bookkeeping import Database, Delivery, Judgement, Lock, Rejected, Revision
from graph.schema.derived import (
    Cluster,
    Definition,
    Derivation,
    Dyad,
    Is,
    Matches,
    Meets,
    Person,
    SuspectOf,
    Victim,
)
from graph.schema.events import (
    Assessment,
    At,
    ChildIn,
    Follows,
    Incident,
    Offence,
    OfSuspect,
    OfVictim,
    PartyTo,
    Records,
    Reported,
    SuspectIn,
    VictimIn,
    WitnessIn,
)
from graph.schema.locations import Address, LivesAt
from graph.schema.objects import Attends, Identifier, InvolvedIn, School, Uses
from graph.schema.people import Has, Judged, Marker, Nominal, RelatedTo

FACT_NODES = (Nominal, Marker, Identifier, School, Address, Incident, Offence, Assessment)
FACT_RELATIONSHIPS = (
    RelatedTo,
    Judged,
    Uses,
    InvolvedIn,
    Attends,
    LivesAt,
    SuspectIn,
    VictimIn,
    WitnessIn,
    ChildIn,
    Reported,
    PartyTo,
)
"""Facts of their own: each has a row, a key and perhaps a restriction."""

PLAIN_RELATIONSHIPS = (Has, At, Records, Follows, OfSuspect, OfVictim)
"""Part of the row of the node at one end: without properties, restricted with that node."""

DERIVED_NODES = (Person, Dyad, Cluster, Definition, Derivation)
DERIVED_RELATIONSHIPS = (Is, SuspectOf, Victim, Matches, Meets)
BOOKKEEPING = (Database, Lock, Delivery, Revision, Rejected, Judgement)

NODES = FACT_NODES + DERIVED_NODES + BOOKKEEPING
RELATIONSHIPS = FACT_RELATIONSHIPS + PLAIN_RELATIONSHIPS + DERIVED_RELATIONSHIPS
