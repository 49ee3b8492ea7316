"""The schema: each question of the catalogue as a field, one line each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from api import looking
from api.asking import Asking, Info
from api.publish import published
from api.questions import connection, listing, one
from api.shown import NOT_FOUND, about, typed
from api.types import force, looks, network, people, risk, suspect
from graph.errors import QuestionError
from graph.terms import Permission
from queries.answer import Answer
from queries.lookups import (
    areas,
    dyad_history,
    freshness,
    ledger,
    linked_victims,
    person,
    score_change,
    search_people,
    threat_score,
    timeline,
)
from queries.networks import ego_network, suspect_network
from queries.patterns import (
    cluster_pairs,
    cluster_prevalence,
    clusters,
    contradicted_answers,
    contradicted_identities,
    contradictory_values,
    data_quality,
    dyad_features,
    grade_changes,
    hidden_threat,
    repeat_dyads,
    role_conflicts,
    serial_perpetrators,
    threat_list,
    unattributed_assessments,
)

NODES = 2_000
"""Nodes and edges of a network at most."""

_PERSON = re.compile(r"n[a-z2-7]{16}")
_DYAD = re.compile(r"n[a-z2-7]{16}>n[a-z2-7]{16}")
_OTHER = re.compile(r"[a-z][a-z2-7]{16}")


def _person(asking: Asking, answer: Answer[Any], _: Mapping[str, Any]) -> Any:
    if not answer.rows:
        return NOT_FOUND
    records = published(people.PersonRecord, answer.rows, asking.names)
    return people.Person(id=answer.rows[0].person_id, records=records, about=about(answer))


def _dyad(asking: Asking, answer: Answer[Any], _: Mapping[str, Any]) -> Any:
    if not answer.rows:
        return NOT_FOUND
    (history,) = published(risk.DyadHistory, answer.rows, asking.names)
    return risk.Dyad(id=answer.rows[0].dyad_id, history=history, about=about(answer))


def _score(asking: Asking, answer: Answer[Any], given: Mapping[str, Any]) -> Any:
    if not answer.rows:
        return NOT_FOUND
    first = answer.rows[0]
    return risk.ThreatScore(
        dyad_id=given["dyad_id"],
        score=first.score,
        band=first.band,
        form_known=first.form_known,
        weights=first.weights,
        items=published(risk.ScoreItem, answer.rows, asking.names),
        about=about(answer),
    )


def _network(asking: Asking, answer: Answer[Any], _: Mapping[str, Any]) -> Any:
    if not answer.rows:
        return NOT_FOUND
    left_out = sum(row.left_out for row in answer.rows)
    return network.Network(
        nodes=network.nodes(answer.rows, asking.names),
        edges=network.edges(answer.rows),
        truncated=answer.cut is not None or left_out > 0,
        left_out=left_out,
        cut=answer.cut,
        about=about(answer),
    )


def _suspect(asking: Asking, answer: Answer[Any], _: Mapping[str, Any]) -> Any:
    if not answer.rows:
        return NOT_FOUND
    found: suspect_network.SuspectNetwork = answer.rows[0]
    shown = published(suspect.NetworkPerson, found.people, asking.names)
    left_out = [*(each.left_out for each in found.dyads), *(each.left_out for each in found.incidents)]
    return suspect.SuspectNetwork(
        person_id=shown[0].person_id,
        name=shown[0].name,
        people=shown,
        dyads=published(suspect.NetworkDyad, found.dyads, asking.names),
        incidents=published(suspect.NetworkIncident, found.incidents, asking.names),
        truncated=any([*left_out, found.victims_left_out, found.suspects_left_out]),
        victims_left_out=found.victims_left_out,
        suspects_left_out=found.suspects_left_out,
        about=about(answer),
    )


@typed
class Viewer:
    """Who asks, as the service knows it."""

    subject: str = strawberry.field(description="As the token or key says.")
    roles: list[str] = strawberry.field(description="By name.")
    audience: str = strawberry.field(description="The groups whose restricted records are seen; everyone: none.")
    names: bool = strawberry.field(description="Whether names are shown.")


@typed
class Query:
    """What may be asked. A pattern is a lead, not a finding: read each answer with its caution."""

    person = one(person, people.PersonResult, _person)
    search_people = connection(search_people, people.FoundRecord)
    timeline = connection(timeline, people.Happening)
    linked_victims = connection(linked_victims, people.LinkedVictim)
    suspect_network = one(suspect_network, suspect.SuspectNetworkResult, _suspect)
    ego_network = one(ego_network, network.NetworkResult, _network, most=NODES)
    dyad_history = one(dyad_history, risk.DyadResult, _dyad)
    threat_score = one(threat_score, risk.ThreatScoreResult, _score)
    score_change = listing(score_change, risk.ScoreChange, most=100)
    ledger = listing(ledger, risk.LedgerEntry, most=200)
    threat_list = connection(threat_list, force.Threat)
    hidden_threat = connection(hidden_threat, force.HiddenThreat)
    contradicted_answers = connection(contradicted_answers, force.ContradictedAnswer)
    serial_perpetrators = connection(serial_perpetrators, force.SerialPerpetrator)
    repeat_dyads = connection(repeat_dyads, force.RepeatDyad)
    grade_changes = connection(grade_changes, force.GradeChange)
    clusters = listing(clusters, risk.ClusterOfRisk, most=200)
    cluster_prevalence = connection(cluster_prevalence, risk.Prevalence)
    cluster_pairs = listing(cluster_pairs, risk.ClusterPair, most=1000)
    dyad_features = listing(dyad_features, risk.DyadFeatures, most=1000)
    freshness = listing(freshness, force.FeedFreshness, most=200)
    data_quality = connection(data_quality, force.Finding)
    role_conflicts = connection(role_conflicts, people.RoleConflict)
    contradicted_identities = connection(contradicted_identities, people.ContradictedRecord)
    contradictory_values = connection(contradictory_values, people.Contradiction)
    unattributed_assessments = connection(unattributed_assessments, force.UnattributedAssessment)

    areas = listing(areas, looks.Area, most=1000)
    audit_bursts = looking.bursts()
    audit_out_of_hours = looking.out_of_hours()
    audit_many_viewers = looking.many_viewers()
    audit_unusual_areas = looking.unusual_areas()

    @strawberry.field(description="Whatever has this id: a person, by any record of the person, or a dyad.")
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id.")],  # noqa: A002 -- Relay's own word
    ) -> people.Node | None:
        """Return a person or a dyad, or None if there is none that the viewer may see."""
        asking = info.context
        asking.need(Permission.ASK, "questions about people and the force")
        if _PERSON.fullmatch(id):
            answer: Answer[Any] = await person.person(asking.reader, asking.viewer, person_id=id)
            asking.show(answer.rows)
            found = _person(asking, answer, {})
        elif _DYAD.fullmatch(id):
            pairs = await dyad_history.dyad_history(asking.reader, asking.viewer, dyad_id=id)
            asking.show(pairs.rows)
            found = _dyad(asking, pairs, {})
        elif _OTHER.fullmatch(id):
            return None
        else:
            raise QuestionError("id is no id: take it from an answer, as it is.")
        return None if found is NOT_FOUND else found

    @strawberry.field(description="Who asks, as the service knows it.")
    def viewer(self, info: Info) -> Viewer:
        """Return who asks."""
        caller = info.context.caller
        return Viewer(
            subject=caller.subject,
            roles=list(caller.roles),
            audience=caller.audience.name,
            names=info.context.names,
        )


def schema() -> strawberry.Schema:
    """Return the schema."""
    return strawberry.Schema(Query, types=[people.Person, risk.Dyad], config=StrawberryConfig())
