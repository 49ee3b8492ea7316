"""What is concluded about some suspects in one transaction: first their dyads, then which definitions they meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from graph.connection import Transaction
from graph.reference.definitions import SerialDefinition
from graph.reference.risk import Risk
from graph.reference.roles import Audience
from ingest.derive import dyads, meets


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is concluded: for which day, from what was known when, for whom and by which definitions."""

    as_of: date
    known_at: datetime
    audiences: Sequence[Audience]
    definitions: Sequence[SerialDefinition]
    risk: Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How many suspects were looked at, and what was created, changed and removed."""

    suspects: int = 0
    dyads: Counter[str] = field(default_factory=Counter)
    meets: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Done) -> Done:
        return Done(
            suspects=self.suspects + other.suspects,
            dyads=self.dyads + other.dyads,
            meets=self.meets + other.meets,
        )


def pair(plan: Plan, suspects: Sequence[str], transaction: Transaction, *, new: bool = False) -> Done:
    """Make the dyads of these suspects what the facts say; `new`: nobody has any yet."""
    done = dyads.conclude(transaction, suspects, plan.audiences, plan.as_of, plan.risk, new=new)
    return Done(suspects=len(suspects), dyads=Counter(done))


def define(plan: Plan, suspects: Sequence[str], transaction: Transaction) -> Done:
    """Make which definitions these suspects meet what their dyads say."""
    done = meets.conclude(transaction, suspects, plan.audiences, plan.definitions, plan.as_of)
    return Done(suspects=len(suspects), meets=Counter(done))
