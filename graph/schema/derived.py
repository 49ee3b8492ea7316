"""What Clew concludes from facts and judgements; can be deleted and rebuilt, and is the same again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar

from graph.properties import Prop
from graph.schema.fact import Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The individual that one or more nominals are taken to be; can be undone."""

    person_id: Annotated[str, Prop("Id of the smallest of its nominals.", key=True)]
    contradicted: Annotated[
        bool | None,
        Prop("Whether a judgement *different* kept this nominal from being joined; absent: no.", index=True),
    ] = None
    next_change_on: Annotated[
        date | None,
        Prop("First day on which time alone alters what is concluded of this person.", index=True),
    ] = None


# (:Nominal)-[:IS]->(:Person)
@dataclass(frozen=True, slots=True, kw_only=True)
class Is:
    """A nominal is taken to be a person."""

    TYPE: ClassVar = "IS"
    ENDS: ClassVar = (Ends("Nominal", "Person", "is", "is recorded as"),)


# (:Person)-[:SUSPECT_OF]->(:Dyad)-[:VICTIM]->(:Person)
@dataclass(frozen=True, slots=True, kw_only=True)
class Dyad:
    """One suspect and one victim, in that order, over time; one node for each set of audiences that see the same."""

    UNIQUE: ClassVar = ("dyad_id", "audiences")

    dyad_id: Annotated[str, Prop("The suspect's and the victim's id.", index=True)]
    audiences: Annotated[list[str], Prop("Who reads this node; another node of the dyad is for the others.")]
    suspect_id: Annotated[str, Prop("The person suspected.")]
    victim_id: Annotated[str, Prop("The person against whom.")]
    pairing: Annotated[
        str,
        Prop("named: a source names the pair; inferred: from a shared incident; assessed: only a form names both."),
    ]
    incidents: Annotated[int, Prop("Domestic incidents of the pair.", index=True)]
    incident_ids: Annotated[list[str], Prop("Those incidents, by day reported.")]
    incident_on: Annotated[list[date], Prop("Day on which each was reported.")]
    incident_named: Annotated[list[bool], Prop("Whether the source names the pair in each; false: inferred.")]
    first_on: Annotated[date | None, Prop("Day on which the first was reported.")] = None
    last_on: Annotated[date | None, Prop("Day on which the latest was reported.", index=True)] = None
    assessments: Annotated[int, Prop("Assessments of the pair.")]
    assessment_ids: Annotated[list[str], Prop("Those assessments, by day completed.")]
    assessed_on: Annotated[list[date], Prop("Day on which each was completed.")]
    grades: Annotated[list[str], Prop("Grade of each; empty: none was given.")]
    attributed: Annotated[
        list[bool],
        Prop("Whether the form names no suspect and was taken to be of the only one paired with the victim."),
    ]
    latest_grade: Annotated[str | None, Prop("Grade of the latest graded assessment.")] = None
    latest_graded_on: Annotated[date | None, Prop("Day on which that assessment was completed.")] = None
    factors: Annotated[list[str], Prop("The sticky ledger: factors that a form of the pair ever answered with yes.")]
    states: Annotated[
        list[str],
        Prop("State of each: affirmed, contradicted or retracted; current or expired; current or past."),
    ]
    first_yes_on: Annotated[list[date], Prop("Day of the first form that says yes to each.")]
    last_yes_on: Annotated[list[date], Prop("Day of the latest form that says yes to each.")]
    latest_answers: Annotated[
        list[str], Prop("What the latest form that asked says of each; retracted: no answer is left.")
    ]
    clusters: Annotated[list[str], Prop("Clusters of risk that the pair matches, with their versions.")]
    cluster_since: Annotated[list[str], Prop("Since when it matches each, with what counts now; empty: not known.")]
    cluster_by: Annotated[list[str], Prop("By what it matches each: factors, offences and signs.")]
    harm_days: Annotated[float, Prop("Days of harm of offences in the window of the score.")]
    unweighed: Annotated[int, Prop("Offences whose harm is not known.")]
    score: Annotated[int, Prop("Threat score: the sum of its parts.", index=True)]
    band: Annotated[str, Prop("What a score of this height is called; very high: the red list.")]
    score_parts: Annotated[list[str], Prop("Parts of the score that have points.")]
    score_points: Annotated[list[int], Prop("Points of each.")]
    next_change_on: Annotated[
        date | None, Prop("First day on which time alone alters what is concluded of this pair.", index=True)
    ] = None


# (:Dyad)-[:MATCHES]->(:Cluster)
@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A combination of risk answers and records that research ties to serious harm."""

    UNIQUE: ClassVar = ("cluster_id", "version")

    cluster_id: Annotated[str, Prop("Id of the combination.", index=True)]
    version: Annotated[str, Prop("Version of the combination.")]
    label: Annotated[str, Prop("Its name for people.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """A dyad matches a cluster of risk."""

    TYPE: ClassVar = "MATCHES"
    ENDS: ClassVar = (Ends("Dyad", "Cluster", "matches", "is matched by"),)

    since_on: Annotated[date | None, Prop("Since when, with what counts now.")] = None
    factors: Annotated[list[str], Prop("Factors, offences and signs by which it matches.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectOf:
    """A person is the suspect of a dyad."""

    TYPE: ClassVar = "SUSPECT_OF"
    ENDS: ClassVar = (Ends("Person", "Dyad", "is the suspect of", "suspects"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """A person is the victim of a dyad."""

    TYPE: ClassVar = "VICTIM"
    ENDS: ClassVar = (Ends("Dyad", "Person", "has as victim", "is the victim of"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A named, dated and parameterised rule, such as one agency's meaning of *serial*."""

    UNIQUE: ClassVar = ("definition_id", "version")

    definition_id: Annotated[str, Prop("Name of the rule.", index=True)]
    version: Annotated[str, Prop("Version of the rule.")]
    label: Annotated[str, Prop("The rule's name for people.")]


# (:Person)-[:MEETS]->(:Definition)
@dataclass(frozen=True, slots=True, kw_only=True)
class Meets:
    """A person meets a definition, with the evidence for it."""

    TYPE: ClassVar = "MEETS"
    ENDS: ClassVar = (Ends("Person", "Definition", "meets", "is met by"),)

    audiences: Annotated[list[str], Prop("Who reads this; others read another, or none.")]
    since_on: Annotated[date, Prop("Day on which the evidence first sufficed.")]
    victim_ids: Annotated[list[str], Prop("The victims counted.")]
    evidence: Annotated[list[str], Prop("The incidents counted.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """The one state that is stored."""

    derivation_id: Annotated[str, Prop("Always `current`.", key=True)]
    as_of: Annotated[date | None, Prop("Day for which the state holds.")] = None
    known_at: Annotated[datetime | None, Prop("When the latest delivery that it knows was received.")] = None
    audiences: Annotated[list[str] | None, Prop("Audiences for which the state is stored.")] = None
    definitions: Annotated[list[str] | None, Prop("Definitions and versions that the state uses.")] = None
    risk: Annotated[list[str] | None, Prop("Clusters, harm and weights, with versions, that the state uses.")] = None
    run: Annotated[int | None, Prop("How many derivations have ended: a place in a list holds within one.")] = None
    state: Annotated[
        str,
        Prop("ready; stale: facts came in since; withheld: a restriction came in since and is not applied yet."),
    ]
