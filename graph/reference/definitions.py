"""Definitions of serial: named, dated and parameterised rules, several side by side."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from graph.errors import ReferenceDataError

SHIPPED = Path(__file__).with_name("definitions.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialDefinition:
    """When a suspect counts as serial: how many victims and incidents, in which window, unconnected or not.

    `window_days` 0: ever.
    """

    definition_id: str
    version: str
    label: str
    says: str
    source: str
    min_victims: int
    min_incidents: int
    window_days: int
    unconnected: bool


def serial_definitions(path: Path | None = None) -> tuple[SerialDefinition, ...]:
    """Read the definitions, ours or a force's own.

    Raises ReferenceDataError that names the file and the definition.
    """
    path = path or SHIPPED
    kinds = {field.name: field.type for field in fields(SerialDefinition)}
    read = {"str": str, "int": int, "bool": bool}
    found = []
    for name, entry in tomllib.loads(path.read_text("utf-8")).items():
        values = {"definition_id": name, **entry}
        if set(values) != set(kinds) or any(type(values[each]) is not read[str(kinds[each])] for each in kinds):
            raise ReferenceDataError(f"{path.name}: definition {name} needs exactly {', '.join(sorted(kinds))}.")
        found.append(SerialDefinition(**values))
    return tuple(found)
