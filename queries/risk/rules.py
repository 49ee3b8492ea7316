"""Prepares reference data as the one parameter that `conclude.cypher` applies; a draft can be tried unwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from graph.reference.clusters import Cluster, Member
from graph.reference.instruments import Instrument, Item
from graph.reference.risk import Risk
from graph.terms import ANSWER_BYTES, Answer, Level

_YES, _NO, _DONT_KNOW = 1, 0, 2
_LEVELS = frozenset(ANSWER_BYTES[each] for each in Level)
_ESCALATION = (90, 180, 360)
"""Days that the signs of escalation look back, in `conclude.cypher`."""


def rules(risk: Risk, codes: Iterable[str]) -> dict[str, Any]:
    """Return the rules as one map; `codes` are the offence codes as delivered that they shall know."""
    members: list[dict[str, Any]] = []
    at = {each.factor: place for place, each in enumerate(risk.factors)}
    known = {code: risk.harm.current(code) for code in sorted(set(codes))}
    clusters = [_cluster(each, members, known, at) for each in risk.clusters.values()]
    weights = risk.weights
    return {
        "factors": [{"factor": each.factor, "scope": each.scope, "days": each.days} for each in risk.factors],
        "forms": _forms(risk),
        "members": members,
        "of_factor": [_when(each for each in members if each["factor"] == place) for place in at.values()],
        "of_offence": {code: _when(each for each in members if code in (each["offences"] or ())) for code in known},
        "of_sign": {sign: _when(each for each in members if each["sign"] == sign) for sign in _signs(members)},
        "clusters": clusters,
        "harm": {code: weight.hundredths for code in known if (weight := risk.harm.weigh(code)).days is not None},
        "window_days": weights.window_days,
        "recency": [{"edge": step.edge, "points": step.points} for step in weights.recency],
        "frequency": [{"edge": step.edge, "points": step.points} for step in weights.frequency],
        "harm_steps": [{"edge": step.edge, "points": step.points} for step in weights.harm],
        "points": dict(weights.clusters),
        "bands": [{"name": band.name, "at_least": band.at_least} for band in weights.bands],
        "incident_windows": sorted({*_ESCALATION, weights.window_days, *(step.edge for step in weights.recency)}),
        "factor_windows": [
            sorted(
                {member["days"] for member in members if member["factor"] == at and member["holds"] == "within"}
                | ({factor.days} if factor.days else set())
            )
            for at, factor in enumerate(risk.factors)
        ],
        "offence_windows": sorted({each["days"] for each in members if each["offences"] is not None and each["days"]}),
        "sign_windows": {
            sign: sorted({each["days"] for each in members if each["sign"] == sign and each["days"]})
            for sign in _signs(members)
        },
    }


@lru_cache(maxsize=4)
def _forms(risk: Risk) -> dict[str, Any]:
    """Return what is asked by each form, where; by far the largest part, and always the same."""
    at = {each.factor: place for place, each in enumerate(risk.factors)}
    return {
        f"{form.instrument} {form.version}": {
            "places": _places(form, risk),
            "meaning": _meaning(form, risk),
            "items": _items(form, at),
            "hits": _hits(form, at),
        }
        for form in risk.instruments.values()
    }


def _when(members: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return when members hold that one thing is looked up for: without what they are about, which is long."""
    return [{name: each[name] for name in ("at", "holds", "days", "times")} for each in members]


def _signs(members: Iterable[Mapping[str, Any]]) -> set[str]:
    return {each["sign"] for each in members if each["sign"]}


def _places(form: Instrument, risk: Risk) -> list[int | None]:
    """Return for each factor where a form keeps its answer."""
    place = {item.factor: item.place for item in form.items}
    return [place.get(each.factor) for each in risk.factors]


def _items(form: Instrument, at: Mapping[str, int]) -> dict[str, int]:
    """Return for each item of a form, by number and by code, the place of its factor."""
    return {named.casefold(): at[item.factor] for named, item in form.named.items() if item.factor in at}


def _hits(form: Instrument, at: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return for each item the answers for which its factor comes into the ledger: a yes, or a level above never."""
    least = ANSWER_BYTES[Level.NEVER]
    return [
        {
            "at": at[item.factor],
            "place": item.place,
            "bytes": sorted(item.yes | {each for each in _LEVELS if each > least}),
        }
        for item in form.items
        if item.factor in at
    ]


def _meaning(form: Instrument, risk: Risk) -> list[list[int | None] | None]:
    """Return for each factor what each byte of a form's answer to it means: yes, no, don't know or nothing."""
    items = {item.factor: item for item in form.items}
    return [
        [_means(byte, items[each.factor]) for byte in range(max(ANSWER_BYTES.values()) + 1)]
        if each.factor in items
        else None
        for each in risk.factors
    ]


def _means(byte: int, item: Item) -> int | None:
    """Return what an answer says of a factor; a level below the one that counts as yes is neither yes nor no."""
    if byte in item.yes:
        return _YES
    if byte in item.no:
        return _NO
    return _DONT_KNOW if byte == ANSWER_BYTES[Answer.DONT_KNOW] or byte in _LEVELS else None


def _cluster(
    cluster: Cluster, members: list[dict[str, Any]], codes: Mapping[str, str | None], at: Mapping[str, int]
) -> dict[str, Any]:
    """Return a cluster whose groups name their members by place, and add those."""
    groups = []
    for group in cluster.groups:
        places = range(len(members), len(members) + len(group.members))
        members += [
            {"at": place, **_member(each, codes, at)} for place, each in zip(places, group.members, strict=True)
        ]
        groups.append({"at_least": group.at_least, "members": list(places)})
    return {"cluster_id": cluster.cluster_id, "version": cluster.version, "groups": groups}


def _member(member: Member, codes: Mapping[str, str | None], at: Mapping[str, int]) -> dict[str, Any]:
    return {
        "factor": None if member.factor is None else at[member.factor],
        "offences": [code for code, current in codes.items() if _is_one_of(current, member.offences)]
        if member.offences
        else None,
        "sign": member.sign,
        "holds": member.holds,
        "days": member.days,
        "times": member.times,
    }


def _is_one_of(current: str | None, wanted: Iterable[str]) -> bool:
    """Return whether an offence is one of some codes or of some classes such as `019/*`, which has 019C as well."""
    return current is not None and (current in wanted or f"{current[:3]}/*" in wanted)
