"""What the API shows of the risk in one dyad, and of clusters of risk over all."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from api.publish import ID, publish
from api.shown import About, NotFound, typed
from api.types.people import Node
from queries.lookups import dyad_history, ledger, score_change, threat_score
from queries.patterns import cluster_pairs, cluster_prevalence, clusters, dyad_features


@publish(dyad_history.DyadHistory, dyad_history.QUERY)
class DyadHistory:
    incidents: int
    in_30: int
    in_90: int
    in_180: int
    in_365: int
    in_730: int
    share_in_90: float | None
    gaps: list[int]
    frequency: str
    harm_days: float
    harm_days_180: float
    harm_days_before: float
    harm: str
    unweighed: int
    forms: int


@typed
class Dyad(Node):
    """One suspect and one victim, in that order, over time."""

    history: DyadHistory = strawberry.field(description="How recent, frequent and harmful.")
    about: About = strawberry.field(description="What must be known with it.")


DyadResult = Annotated[Dyad | NotFound, strawberry.union("DyadResult", description="A dyad, or that there is none.")]


@publish(threat_score.ScoreItem, threat_score.QUERY)
class ScoreItem:
    item: str
    label: str
    points: int
    reason: str
    records: list[ID]
    since_on: date | None


@typed
class ThreatScore:
    """A dyad's threat score, which is the sum of its items' points."""

    dyad_id: strawberry.ID = strawberry.field(description="The dyad.")
    score: int = strawberry.field(description=threat_score.QUERY.columns["score"].says)
    band: str = strawberry.field(description=threat_score.QUERY.columns["band"].says)
    form_known: bool = strawberry.field(description=threat_score.QUERY.columns["form_known"].says)
    weights: str = strawberry.field(description=threat_score.QUERY.columns["weights"].says)
    items: list[ScoreItem] = strawberry.field(description="What it is made of.")
    about: About = strawberry.field(description="What must be known with it.")


ThreatScoreResult = Annotated[
    ThreatScore | NotFound, strawberry.union("ThreatScoreResult", description="A score, or that there is no such dyad.")
]


@publish(score_change.ScoreChange, score_change.QUERY)
class ScoreChange:
    item: str
    label: str
    why: str
    change: int
    before: int
    after: int
    reason: str
    records: list[ID]
    score_before: int
    score_after: int


@publish(ledger.LedgerEntry, ledger.QUERY)
class LedgerEntry:
    factor: str
    says: str
    scope: str
    state: str
    first_yes_on: date | None
    last_yes_on: date | None
    latest: str
    hidden_days: int
    yes_in: list[ID]
    no_in: list[ID]
    no_on: list[date]
    highest: str | None
    highest_on: date | None
    latest_level: str | None
    retracted_by: list[ID]


@publish(clusters.ClusterOfRisk, clusters.QUERY)
class ClusterOfRisk:
    cluster_id: str
    version: str
    label: str
    says: str
    limits: str
    effects: list[str]
    assessable: bool
    lacks: list[str]


@publish(cluster_prevalence.Prevalence, cluster_prevalence.QUERY)
class Prevalence:
    cluster_id: str
    label: str
    value: str
    dyads: int | None
    of: int | None
    share: float | None
    suppressed: bool


@publish(cluster_pairs.ClusterPair, cluster_pairs.QUERY)
class ClusterPair:
    one: str
    other: str
    dyads: int | None
    one_dyads: int | None
    other_dyads: int | None
    of: int | None
    lift: float | None
    suppressed: bool


@publish(dyad_features.DyadFeatures, dyad_features.QUERY)
class DyadFeatures:
    suspect_id: ID
    victim_id: ID
    incident_ids: list[ID]
    incident_on: list[date]
    incident_named: list[bool]
    assessment_ids: list[ID]
    assessed_on: list[date]
    grades: list[str]
    attributed: list[bool]
