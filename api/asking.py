"""What a request carries from its caller to the questions, and what they leave in it for the record of who looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import strawberry

from api.callers import Caller
from graph.connection import Reader
from graph.errors import NotPermitted
from graph.terms import Permission
from queries.answer import Viewer


@dataclass(slots=True, kw_only=True)
class Asking:
    """One request: who asks, by which reader, and what was shown so far."""

    reader: Reader
    caller: Caller
    records: Path
    """Folder of the record of who looked, for auditors."""
    zone: ZoneInfo
    shown: list[Any] = field(default_factory=list)
    """Rows from which the answer is made, whatever of them was asked for."""

    @property
    def viewer(self) -> Viewer:
        """Return the viewer that questions take."""
        return Viewer(audience=self.caller.audience)

    @property
    def names(self) -> bool:
        """Return whether names are shown."""
        return self.caller.sees_names

    def show(self, rows: Iterable[Any]) -> None:
        """Note rows from which the answer is made."""
        self.shown.extend(rows)

    def need(self, permission: Permission, what: str) -> None:
        """Raise NotPermitted if the caller may not do something."""
        if permission not in self.caller.may:
            raise NotPermitted(f"Your role does not allow {what}.")


Info: TypeAlias = strawberry.Info[Asking, None]
"""What a resolver is given beside its arguments."""
