"""Records who looks: before a question is asked, and with everybody whom its answer names before that leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass

import orjson
from graphql import FieldNode, OperationDefinitionNode

from api.asking import Asking
from api.bodies import Body
from api.callers import Caller
from api.preparation import Prepared
from graph.audit.entries import Entry, Kind, Outcome, subjects
from graph.audit.trail import Trail

_ASKED = re.compile(r"\bn[a-z2-7]{16}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A request of which it is recorded that it was made."""

    request_id: str
    place: int


class Recorder:
    """Records requests in this process's chain."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail

    def before(
        self,
        *,
        request_id: str,
        caller: Caller,
        purpose: str | None,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        body: Body,
        text: str,
    ) -> Looked:
        """Record that something is asked; raises AuditUnavailable if that cannot be written."""
        variables = orjson.dumps(body.variables, option=orjson.OPT_SORT_KEYS)
        entry = Entry(
            request_id=request_id,
            viewer=caller.subject,
            client=caller.client,
            roles=list(caller.roles),
            audience=caller.audience.name,
            purpose=purpose,
            kind=Kind.DISCLOSURE if caller.client.startswith("key:") else Kind.CONSULTATION,
            questions=_roots(operation),
            document=prepared.sha256,
            variables=self._trail.keyed(variables),
            asked=sorted({*_ASKED.findall(text), *_ASKED.findall(variables.decode())}),
        )
        return Looked(request_id=request_id, place=self._trail.intent(entry))

    async def after(self, looked: Looked, asking: Asking, *, code: str | None, ms: float) -> None:
        """Record what came of it and return once that is on disk; raises AuditUnavailable if it cannot be."""
        outcome = Outcome(
            request_id=looked.request_id,
            ok=code is None,
            code=code,
            subjects=subjects(asking.shown),
            rows=len(asking.shown),
            ms=round(ms, 1),
        )
        self._trail.outcome(looked.place, outcome)
        await self._trail.durable()


def _roots(operation: OperationDefinitionNode) -> list[str]:
    """Return the names of the fields that an operation asks for, as far as they stand at its top."""
    return sorted({each.name.value for each in operation.selection_set.selections if isinstance(each, FieldNode)})
