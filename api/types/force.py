"""What the API shows of the whole force: dyads by threat, suspects of several victims, and how good the records are."""

from __future__ import annotations

from datetime import date, datetime

from api.publish import ID, publish
from api.shown import Text
from queries.lookups import freshness
from queries.patterns import (
    contradicted_answers,
    data_quality,
    grade_changes,
    hidden_threat,
    repeat_dyads,
    serial_perpetrators,
    threat_list,
    unattributed_assessments,
)


@publish(threat_list.Threat, threat_list.QUERY)
class Threat:
    dyad_id: ID
    suspect_id: ID
    suspect_name: Text
    victim_id: ID
    victim_name: Text
    score: int
    band: str
    score_parts: list[str]
    score_points: list[int]
    clusters: list[str]
    incidents: int
    last_on: date | None
    latest_grade: str | None
    latest_assessed_on: date | None
    harm_days: float
    unweighed: int
    neighbourhood: str | None
    form_known: bool


@publish(hidden_threat.HiddenThreat, hidden_threat.QUERY)
class HiddenThreat:
    dyad_id: ID
    suspect_id: ID
    suspect_name: Text
    victim_id: ID
    victim_name: Text
    latest_grade: str
    latest_graded_on: date
    form_age_days: int
    score: int
    band: str
    clusters: list[str]
    why: list[str]
    contradicted: list[str]
    hidden_by: list[str]
    last_on: date | None


@publish(contradicted_answers.ContradictedAnswer, contradicted_answers.QUERY)
class ContradictedAnswer:
    dyad_id: ID
    suspect_id: ID
    suspect_name: Text
    victim_id: ID
    victim_name: Text
    factor: str
    first_yes_on: date
    last_yes_on: date
    latest_answer: str
    latest_grade: str | None
    score: int


@publish(serial_perpetrators.SerialPerpetrator, serial_perpetrators.QUERY)
class SerialPerpetrator:
    suspect_id: ID
    name: Text
    victims: int
    groups: int
    incidents: int
    first_on: date
    last_on: date
    since_on: date
    victim_ids: list[ID]
    incident_ids: list[ID]
    connections: list[str]


@publish(repeat_dyads.RepeatDyad, repeat_dyads.QUERY)
class RepeatDyad:
    dyad_id: ID
    suspect_id: ID
    suspect_name: Text
    victim_id: ID
    victim_name: Text
    incidents: int
    incidents_ever: int
    first_on: date
    last_on: date
    latest_grade: str | None
    pairing: str
    incident_ids: list[ID]


@publish(grade_changes.GradeChange, grade_changes.QUERY)
class GradeChange:
    dyad_id: ID
    suspect_id: ID
    suspect_name: Text
    victim_id: ID
    victim_name: Text
    from_grade: str
    to_grade: str
    from_on: date
    to_on: date
    direction: str
    assessment_id: ID
    latest_grade: str
    score: int
    band: str


@publish(unattributed_assessments.UnattributedAssessment, unattributed_assessments.QUERY)
class UnattributedAssessment:
    assessment_id: ID
    source: str
    source_ref: str
    instrument: str
    assessed_on: date
    grade: str | None
    victim_id: ID
    incident_id: ID | None
    suspects: int
    why: str


@publish(freshness.FeedFreshness, freshness.QUERY)
class FeedFreshness:
    source: str
    feed: str
    records: int
    deliveries: int
    first_received_at: datetime
    last_received_at: datetime
    usual_days: int | None
    days_since: int
    late: bool
    first_on: date | None
    last_on: date | None
    longest_gap_days: int | None
    gap_from_on: date | None


@publish(data_quality.Finding, data_quality.QUERY)
class Finding:
    check: str
    source: str | None
    feed: str
    subject: str | None
    detail: str | None
    rows: int
    of: int | None
    first_at: datetime | None
    last_at: datetime | None
    age_days: int | None
