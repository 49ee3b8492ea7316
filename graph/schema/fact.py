"""What every delivered fact carries: where it came from and who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from graph.properties import Prop


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that a source delivered, with its provenance."""

    source: Annotated[str, Prop("System that delivered the record.")]
    recorded_at: Annotated[
        datetime | None, Prop("When the source last recorded this; of several versions the latest holds.")
    ] = None
    restricted_to: Annotated[
        list[str] | None,
        Prop("Groups of which a viewer needs any one; for all others the record does not exist. Absent: everyone."),
    ] = None
    digest: Annotated[str, Prop("Hash of the delivered content, by which versions are compared.")]
    batch: Annotated[str, Prop("Delivery that brought this version.")]
    file: Annotated[str, Prop("File of the delivery.")]
    row: Annotated[int, Prop("Row in that file; the header is row 1.")]
    received_at: Annotated[datetime, Prop("When the delivery was received, as its manifest says.")]


NOT_HASHED = frozenset(
    {
        "batch",
        "file",
        "row",
        "received_at",
        "answer_rows",
        "answers_received_at",
        "answers_batches",
        "answers_files",
        "answers_brought",
        "content",
    }
)
"""Properties that two loads of the same rows may differ in; all others make up the graph's hash."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a relationship starts and ends, and how it reads in both directions."""

    start: str
    end: str
    forward: str
    backward: str
