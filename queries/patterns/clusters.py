"""What clusters of risk there are, and which of them the records can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.connection import Reader
from graph.reference.clusters import Cluster, Effect, Member
from graph.reference.risk import Risk, shipped
from queries.answer import Answer, Viewer, answered, hold_to_limit, refuse_unready, told
from queries.catalogue import read
from queries.risk.texts import INPUTS

QUERY = read(Path(__file__).with_suffix(".cypher"), INPUTS)

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOfRisk:
    """One cluster of the catalogue."""

    cluster_id: str
    version: str
    label: str
    says: str
    limits: str
    effects: list[str]
    assessable: bool
    lacks: list[str]


async def clusters(reader: Reader, viewer: Viewer, *, limit: int = 200) -> Answer[ClusterOfRisk]:
    """List the clusters of risk."""
    hold_to_limit(limit)
    state, held = await told(reader, QUERY, {"limit": _MOST, **viewer.params()})
    refuse_unready(state, viewer)
    there = {row["input"] for row in held if row["input"] != "offences" or _any_is_known(row["codes"])}
    rows = [_row(each, shipped(), there) for each in shipped().clusters.values()]
    return answered(QUERY, rows, limit, state)


def _any_is_known(codes: Iterable[str]) -> bool:
    """Return whether any is a code of the Home Office; clusters know offences by no others."""
    return any(shipped().harm.current(code) is not None for code in codes)


def _row(cluster: Cluster, risk: Risk, there: set[str]) -> ClusterOfRisk:
    lacks = [
        group.says
        for group in cluster.groups
        if sum(not there.isdisjoint(_inputs(member, risk)) for member in group.members) < group.at_least
    ]
    return ClusterOfRisk(
        cluster_id=cluster.cluster_id,
        version=cluster.version,
        label=cluster.name,
        says=cluster.says,
        limits=cluster.limits,
        effects=[_effect(each) for each in cluster.effects],
        assessable=not lacks,
        lacks=lacks,
    )


def _inputs(member: Member, risk: Risk) -> Iterator[str]:
    """Yield the kinds of record by any of which a member can hold."""
    if member.factor is not None:
        for form in risk.instruments.values():
            if any(item.factor == member.factor for item in form.items):
                yield f"form {form.instrument} {form.version}"
    elif member.offences or member.sign == "escalation_harm":
        yield "offences"
    elif member.sign in {"separation", "new_partner"}:
        yield "ties"
    elif member.sign == "new_address":
        yield "homes"
    elif member.sign == "release":
        yield "marker custody"
    elif member.sign == "escalation_frequency":
        # Where there is a dyad there are incidents to count, or forms.
        yield from ("offences", "ties", "homes")
    else:
        yield f"marker {str(member.sign).partition('_')[2]}"


def _effect(effect: Effect) -> str:
    """Return what a source found, in words."""
    figure = "" if effect.value is None else f" {effect.value:g}"
    interval = "" if effect.low is None else f" ({effect.low:g} to {effect.high:g})"
    note = f"; {effect.note}" if effect.note else ""
    return f"{effect.of}: {effect.measure}{figure}{interval}{note}. {effect.source}"
