"""What was there at a time: of each record the version that held then, of each nominal who it was taken to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from graph.identity import in_force
from graph.terms import Role
from queries.identity import persons
from queries.known.records import Record, Version


@dataclass(frozen=True, kw_only=True)
class Past:
    """What was known at a time, as far as it was read, and what of it the viewer may see."""

    records: Mapping[str, Record]
    judgements: Mapping[str, Record]
    known_at: datetime
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
        judged = {each: version for each in self.judgements if (version := self._judged(each))}
        standing = in_force({each: version.refs.get("undoes") for each, version in judged.items()})
        rows = [
            {
                "a": judged[each].refs["person_ref"],
                "b": judged[each].refs["other_ref"],
                "verdict": (judged[each].says or {})["verdict"],
            }
            for each in sorted(standing)
            if "person_ref" in judged[each].refs
        ]
        return {nominal: who.person_id for nominal, who in persons(rows).items()}

    def _judged(self, judgement_id: str) -> Version | None:
        """Return the version of a judgement that held; one that undoes another needs that to have been delivered."""
        return next(
            (
                each
                for each in self.judgements[judgement_id].at(self.known_at)
                if all(
                    self._delivered(ref) if column == "undoes" else self.held(ref) for column, ref in each.refs.items()
                )
            ),
            None,
        )

    def _delivered(self, judgement_id: str) -> bool:
        record = self.judgements.get(judgement_id) or Record()
        return any(each.received_at <= self.known_at for each in record.versions)
