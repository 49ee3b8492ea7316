"""Tells each part of a threat score in words, with the records that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.connection import Row
from graph.reference.risk import Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One part of a score: its points, why it has them, and by which records."""

    item: str
    label: str
    points: int
    reason: str
    records: list[str]
    since_on: date | None


def items(told: Row, risk: Risk, as_of: date) -> list[Item]:
    """Return the parts of a score as `conclude` returned it; their points sum to the score."""
    return [_item(part, points, told, risk, as_of) for part, points in told["parts"]]


def _item(part: str, points: int, told: Row, risk: Risk, as_of: date) -> Item:
    dyad, window = told["dyad"], risk.weights.window_days
    if part == "recency":
        last = dyad["incident_on"][-1]
        return Item(
            item=part,
            label="Recency",
            points=points,
            reason=f"The latest incident was reported {(as_of - last).days} days before.",
            records=[dyad["incident_ids"][-1]],
            since_on=last,
        )
    if part == "frequency":
        counted = [
            each
            for each, on in zip(dyad["incident_ids"], dyad["incident_on"], strict=True)
            if (as_of - on).days < window
        ]
        return Item(
            item=part,
            label="Frequency",
            points=points,
            reason=f"{len(counted)} reported within {window} days.",
            records=counted,
            since_on=None,
        )
    if part == "harm":
        weighed = list(_weighed(told["harm"], window, as_of))
        days = sum(hundredths for _, hundredths in weighed) / 100
        return Item(
            item=part,
            label=f"Harm, {risk.harm.name}",
            points=points,
            reason=f"Offences of {days:g} days of harm within {window} days.",
            records=[offence for offence, _ in weighed],
            since_on=None,
        )
    cluster = risk.clusters[part.removeprefix("cluster ")]
    (match,) = (each for each in told["matches"] if each["cluster_id"] == cluster.cluster_id)
    return Item(
        item=cluster.cluster_id,
        label=cluster.name,
        points=points,
        reason=f"{cluster.says} By: {', '.join(match['by'])}.",
        records=[record for some in match["records"] for record in some],
        since_on=match["since_on"],
    )


def _weighed(harm: list[list[Any]], window: int, as_of: date) -> Iterator[tuple[str, int]]:
    """Yield the offences within a window whose harm is known, with its hundredths of days."""
    for offence_id, on, _, hundredths in harm:
        if hundredths and (as_of - on).days < window:
            yield offence_id, hundredths
