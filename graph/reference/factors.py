"""Reads the risk factors, which are data: what forms ask about, whichever form asks, and how long a yes holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.reference.parts import Part, read_toml
from graph.terms import Term

SHIPPED = Path(__file__).with_name("factors.toml")
CODE = re.compile(r"[a-z][a-z0-9_]*")
"""What the code of a factor, an item or a form looks like."""


class Scope(Term):
    """What time an answer is about, and so whether a later no can cancel it."""

    EVER = "ever"
    WINDOW = "window"
    NOW = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """Something that forms ask about; each item of a form names the factor that it asks about."""

    factor: str
    says: str
    scope: Scope
    days: int | None
    """How long a yes holds, where the scope is a window."""
    high_risk: bool
    """Whether it is on the published list of markers of high risk."""
    sources: tuple[str, ...]


def factors(path: Path | None = None) -> tuple[Factor, ...]:
    """Read the factors in the order of the file, ours or a force's own.

    Raises ReferenceDataError, which names file and factor, for what is wrong.
    """
    read = read_toml(SHIPPED if path is None else path)
    sources = read.sources()
    found = tuple(_factor(read, name, sources) for name in read.content if name != "sources")
    if not found:
        raise read.wrong("holds no factor: give each a table of its own")
    return found


def _factor(read: Part, name: str, sources: Mapping[str, str]) -> Factor:
    if not CODE.fullmatch(name):
        raise read.wrong(f"has a factor {name}: name it with a-z, 0-9 and _, a letter first")
    part = Part(f"{read.where}, factor {name}", read.table(name))
    part.has_only("says", "scope", "days", "high_risk", "sources")
    scope, days = scope_of(part)
    return Factor(
        factor=name,
        says=part.text("says"),
        scope=scope,
        days=days,
        high_risk=part.flag("high_risk"),
        sources=part.cited(sources),
    )


def scope_of(part: Part) -> tuple[Scope, int | None]:
    """Return the scope that a factor or an item states, and the days of a window."""
    scope = Scope(part.one_of("scope", tuple(Scope)))
    days = part.whole("days") if "days" in part.content else None
    if (days is not None) is not (scope is Scope.WINDOW):
        raise part.wrong("needs `days` if its scope is window, and only then")
    return scope, days
