"""What was there at a time: of each record the version that held then, of each nominal who it was taken to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from graph.identity import in_force
from graph.reference.risk import shipped
from graph.terms import Role, Verdict
from queries.identity import persons
from queries.known.answers import Answers, answered
from queries.known.records import Record, Version


@dataclass(frozen=True, kw_only=True)
class Past:
    """What was known at a time, as far as it was read, and what of it the viewer may see."""

    records: Mapping[str, Record]
    judgements: Mapping[str, Record]
    known_at: datetime
    judged_at: datetime
    """When the judgements had been received by which people are told apart."""
    answers: Answers = field(default_factory=dict)
    _held: dict[str, Version | None] = field(default_factory=dict)
    _hides: dict[str, bool] = field(default_factory=dict)

    def held(self, fact_id: str) -> Version | None:
        """Return the version of a record that held, whether or not the viewer may see it."""
        if fact_id not in self._held:
            record = self.records.get(fact_id) or Record()
            candidates = record.at(self.known_at)
            self._held[fact_id] = next(
                (each for each in candidates if all(self.held(ref) for ref in each.refs.values())), None
            )
        return self._held[fact_id]

    def seen(self, fact_id: str) -> Mapping[str, Any] | None:
        """Return what a record said, its references among it; None if it was not there or the viewer may not see it."""
        held = self.held(fact_id)
        if held is None or held.says is None or self._hidden(fact_id):
            return None
        return {**held.says, **held.refs}

    def _hidden(self, fact_id: str) -> bool:
        """Return whether the viewer may not see a record: as it stood, as it stands, or as it was last delivered."""
        if fact_id not in self._hides:
            record = self.records.get(fact_id) or Record()
            held = self.held(fact_id)
            self._hides[fact_id] = any(
                each.says is None or any(self._hidden(ref) for ref in each.refs.values())
                for each in [*record.current, *([held] if held else [])]
            )
        return self._hides[fact_id]

    def of(self, feed: str) -> list[str]:
        """Return the records of a feed, there or not."""
        return [fact_id for fact_id, record in self.records.items() if record.feed == feed]

    def offences(self, incident_id: str) -> Mapping[str, Mapping[str, Any]]:
        """Return the offences within an incident that the viewer may see, by id."""
        return self._offences[incident_id]

    def roles(self, incident_id: str, *wanted: Role) -> list[Mapping[str, Any]]:
        """Return the roles in an incident that the viewer may see; of the wanted kinds, if any are named."""
        return [role for role in self._roles[incident_id] if not wanted or role["role"] in wanted]

    def nominals(self, person_id: str) -> set[str]:
        """Return the nominals that were taken to be a person and that the viewer may see."""
        return {each for each in self.of("people") if self.person(each) == person_id and self.seen(each) is not None}

    def person(self, nominal_id: str) -> str | None:
        """Return whom a nominal was taken to be; None if it was not there."""
        return self._persons.get(nominal_id, nominal_id) if self.held(nominal_id) else None

    def answers_of(self, form_id: str) -> bytes | None:
        """Return the answers of a form that the viewer may see, or None."""
        form = self.seen(form_id)
        instrument = shipped().instruments.get((form["instrument"], form["version"])) if form else None
        return answered(self.answers.get(form_id, ()), instrument, self.known_at) if instrument else None

    def retractions(self, form_id: str) -> list[list[str]]:
        """Return the item and the judgement of each retraction of an answer of a form that was in force."""
        return self._retractions[form_id]

    @cached_property
    def _roles(self) -> Mapping[str, list[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for fact_id in self.of("involvements"):
            if (role := self.seen(fact_id)) is not None:
                found[role["incident_ref"]].append(role)
        return found

    @cached_property
    def _offences(self) -> Mapping[str, dict[str, Mapping[str, Any]]]:
        found: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        for fact_id in self.of("offences"):
            if (offence := self.seen(fact_id)) is not None:
                found[offence["incident_ref"]][fact_id] = offence
        return found

    @cached_property
    def _persons(self) -> Mapping[str, str]:
        rows = [
            {"a": each.refs["person_ref"], "b": each.refs["other_ref"], "verdict": (each.says or {})["verdict"]}
            for each in self._standing(self.judged_at).values()
            if "person_ref" in each.refs
        ]
        return {nominal: who.person_id for nominal, who in persons(rows).items()}

    @cached_property
    def _retractions(self) -> Mapping[str, list[list[str]]]:
        found: dict[str, list[list[str]]] = defaultdict(list)
        for judgement_id, each in self._standing(self.known_at).items():
            said = each.says or {}
            if said["verdict"] == Verdict.RETRACT:
                found[said["assessment_id"]].append([said["item"], judgement_id])
        return found

    def _standing(self, at: datetime) -> Mapping[str, Version]:
        """Return the judgements that had been received by a time and were in force, by id."""
        judged = {each: version for each in self.judgements if (version := self._judged(each, at))}
        standing = in_force({each: version.refs.get("undoes") for each, version in judged.items()})
        return {each: judged[each] for each in sorted(standing)}

    def _judged(self, judgement_id: str, at: datetime) -> Version | None:
        """Return the version of a judgement that held; one that undoes another needs that to have been delivered."""
        return next(
            (
                each
                for each in self.judgements[judgement_id].at(at)
                if all(
                    self._delivered(ref, at) if column == "undoes" else self.held(ref)
                    for column, ref in each.refs.items()
                )
            ),
            None,
        )

    def _delivered(self, judgement_id: str, at: datetime) -> bool:
        record = self.judgements.get(judgement_id) or Record()
        return any(each.received_at <= at for each in record.versions)
