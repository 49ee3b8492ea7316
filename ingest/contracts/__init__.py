"""The feeds of a delivery, in the order in which they are loaded: what is referred to comes first."""

from __future__ import annotations

from ingest.contracts.addresses import ADDRESSES
from ingest.contracts.answers import ANSWERS
from ingest.contracts.appearances import APPEARANCES
from ingest.contracts.assessments import ASSESSMENTS
from ingest.contracts.attendances import ATTENDANCES
from ingest.contracts.identifiers import IDENTIFIERS
from ingest.contracts.incidents import INCIDENTS
from ingest.contracts.involvements import INVOLVEMENTS
from ingest.contracts.judgements import JUDGEMENTS
from ingest.contracts.markers import MARKERS
from ingest.contracts.offences import OFFENCES
from ingest.contracts.people import PEOPLE
from ingest.contracts.relationships import RELATIONSHIPS
from ingest.contracts.residences import RESIDENCES
from ingest.contracts.schools import SCHOOLS
from ingest.contracts.uses import USES

FEEDS = (
    PEOPLE,
    ADDRESSES,
    SCHOOLS,
    IDENTIFIERS,
    INCIDENTS,
    RELATIONSHIPS,
    RESIDENCES,
    USES,
    ATTENDANCES,
    MARKERS,
    INVOLVEMENTS,
    APPEARANCES,
    OFFENCES,
    ASSESSMENTS,
    ANSWERS,
    JUDGEMENTS,
)

BY_NAME = {feed.name: feed for feed in FEEDS}
