"""Reads the clusters of risk, which are data: what must hold together in one dyad, and what is known of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from graph.errors import ReferenceDataError
from graph.reference.cluster_examples import Example, examples
from graph.reference.parts import Part, read_toml
from graph.terms import Term

PACKAGED = Path(__file__).with_name("clusters")
"""Folder of the clusters that Clew ships."""


class Holds(Term):
    """When a member holds: a window of N days before a day holds that day and the N - 1 days before it."""

    EVER = "ever"
    """Factor: answered yes and not retracted, whatever later forms say. Offence: recorded on any day."""
    NOW = "now"
    """Factor: the latest form that asked says yes. Sign: it has begun and has not ended."""
    WITHIN = "within"
    """Factor: answered yes in the window, whatever later forms say. Offence: recorded in it. Sign: begun in it."""


SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "separation": "The tie of the two as partners ended, or one as former partners began.",
        "new_partner": "A tie as partners began between the suspect and somebody other than this victim.",
        "new_address": "The victim has a new home since a separation; a protected address never counts.",
        "release": "A custody marker of the suspect ended.",
        "suspect_bail": "A bail marker on the suspect.",
        "suspect_order": "An order marker on the suspect.",
        "suspect_licence": "A licence marker on the suspect.",
        "suspect_warning": "A warning marker on the suspect, of whatever kind.",
        "suspect_custody": "A custody marker on the suspect.",
        "suspect_mappa": "A MAPPA marker on the suspect.",
        "victim_honour": "An honour marker on either of the two.",
        "victim_marac": "A MARAC marker on the victim.",
        "escalation_frequency": "More incidents in the last 90 days than in the 90 before, and at least two.",
        "escalation_harm": "More harm in the last 180 days than in the 180 before, and some in those.",
    }
)
"""Each sign that a cluster may ask for, and from which records it is read."""

COUNTED = ("escalation_frequency", "escalation_harm")
"""Signs that are counted anew for each day, and so have no day on which they began."""

MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "odds ratio": "Odds among those to whom it happened, divided by the odds among those compared with them.",
        "times": "How many times as often or as likely, in the source's own comparison.",
        "share of homicides": "In how many of a hundred homicides it was found; nothing to compare with.",
        "increase taught": "By how many per cent a practice page says that risk rises; not a measurement.",
        "none": "The source says so without a figure.",
    }
)
"""Each kind of figure that an effect may have, and what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one source found; never a statement about one dyad, and effects cannot be added up."""

    measure: str
    value: float | None
    """The figure; absent where the measure is none."""
    low: float | None
    high: float | None
    of: str
    """In whom, and of what."""
    source: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One thing that may hold: a factor that forms ask about, a recorded offence, or a sign in the records."""

    factor: str | None
    offences: tuple[str, ...]
    """Home Office codes, any of which will do: one offence as NNN/NN, or all of a class as NNN/*."""
    sign: str | None
    holds: Holds
    days: int | None
    """Length of the window, where it holds within one."""
    times: int
    """On how many different days a factor must have been answered yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of a cluster; it holds if at least so many of its members do."""

    says: str
    at_least: int
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A named combination of answers and facts in one dyad; it matches if all its groups hold."""

    cluster_id: str
    version: str
    name: str
    says: str
    limits: str
    """What the evidence cannot say; to be shown wherever the cluster is."""
    sources: tuple[str, ...]
    effects: tuple[Effect, ...]
    groups: tuple[Group, ...]
    matches: tuple[Example, ...]
    misses: tuple[Example, ...]


def clusters(folder: Path | None = None) -> Mapping[str, Cluster]:
    """Return every cluster in a folder, by its id and in that order; without a folder those that Clew ships.

    Raises ReferenceDataError, which names file and place, for a file that is wrong and for a folder without any.
    """
    folder = PACKAGED if folder is None else folder
    found: dict[str, Cluster] = {}
    for path in sorted(folder.glob("*.toml")):
        read = cluster(path)
        if read.cluster_id in found:
            raise ReferenceDataError(f"{path}: holds {read.cluster_id}, as another file does. Give each its own id.")
        found[read.cluster_id] = read
    if not found:
        raise ReferenceDataError(f"{folder}: holds no cluster. Name a folder with one .toml file a cluster.")
    return MappingProxyType(dict(sorted(found.items())))


_ID = re.compile(r"[A-Z]\d{2}[a-z]?")
_VERSION = re.compile(r"[a-z0-9][a-z0-9._]*")
_WORDS = r"(-[a-z0-9]+)+"
_FACTOR = re.compile(r"[a-z][a-z0-9_]*")
_OFFENCE = re.compile(r"\d{3}/(\d{2}|\*)")

_HOLDS: Mapping[str, tuple[Holds, ...]] = {
    "factor": (Holds.EVER, Holds.NOW, Holds.WITHIN),
    "offence": (Holds.EVER, Holds.WITHIN),
    "sign": (Holds.NOW, Holds.WITHIN),
}


def cluster(path: Path) -> Cluster:
    """Return the cluster of one file, ours, a force's own or a draft.

    Raises ReferenceDataError, which names file and place, for a file that is wrong.
    """
    file = read_toml(path)
    file.has_only(
        "cluster_id", "version", "name", "says", "limits", "sources", "effects", "groups", "matches", "misses"
    )
    cluster_id = file.text("cluster_id", _ID)
    if not re.fullmatch(cluster_id.lower() + _WORDS, path.stem):
        raise file.wrong(f"holds {cluster_id}: name the file {cluster_id.lower()}-, a few words, .toml")
    table = Part(f"{file.where}, [sources]", file.table("sources"))
    sources = {key: table.text(key) for key in table.content}
    effects = file.tables("effects") if file.has("effects") else ()
    groups = tuple(
        _group(Part(f"{file.where}, groups {place}", group))
        for place, group in enumerate(file.tables("groups"), start=1)
    )
    factors = {member.factor for group in groups for member in group.members if member.factor}
    recorded = tuple(sign for sign in SIGNS if sign not in COUNTED)
    return Cluster(
        cluster_id=cluster_id,
        version=file.text("version", _VERSION),
        name=file.text("name"),
        says=file.text("says"),
        limits=file.text("limits"),
        sources=tuple(sources.values()),
        effects=tuple(
            _effect(Part(f"{file.where}, effects {place}", effect), sources)
            for place, effect in enumerate(effects, start=1)
        ),
        groups=groups,
        matches=examples(file, "matches", factors, recorded),
        misses=examples(file, "misses", factors, recorded),
    )


def _effect(part: Part, sources: Mapping[str, str]) -> Effect:
    part.has_only("measure", "value", "low", "high", "of", "source", "note")
    measure = part.one_of("measure", tuple(MEASURES))
    if part.has("value") is (measure == "none"):
        raise part.wrong("needs `value` unless its measure is none, and only then")
    value, low, high = (part.number(key) if part.has(key) else None for key in ("value", "low", "high"))
    interval = [number for number in (low, value, high) if number is not None]
    if (part.has("low") or part.has("high")) and (len(interval) < 3 or interval != sorted(interval)):
        raise part.wrong("needs both `low` and `high` with `value` between them, or neither")
    cited = part.text("source")
    if cited not in sources:
        raise part.wrong(f"cites {cited}, which [sources] lacks: add it there")
    return Effect(
        measure=measure,
        value=value,
        low=low,
        high=high,
        of=part.text("of"),
        source=sources[cited],
        note=part.text("note") if part.has("note") else None,
    )


def _group(part: Part) -> Group:
    part.has_only("says", "at_least", "of")
    members = tuple(
        _member(Part(f"{part.where}, of {place}", member)) for place, member in enumerate(part.tables("of"), start=1)
    )
    at_least = part.whole("at_least") if part.has("at_least") else 1
    if at_least > len(members):
        raise part.wrong(f"has `at_least` {at_least} of {len(members)}: lower it or add a [[groups.of]]")
    return Group(says=part.text("says"), at_least=at_least, members=members)


def _member(part: Part) -> Member:
    part.has_only(*_HOLDS, "holds", "days", "times")
    kinds = [kind for kind in _HOLDS if part.has(kind)]
    if len(kinds) != 1:
        raise part.wrong(f"needs exactly one of: {', '.join(_HOLDS)}")
    kind = kinds[0]
    offences = tuple(part.texts("offence")) if kind == "offence" else ()
    unclear = [code for code in offences if not _OFFENCE.fullmatch(code)]
    if unclear:
        raise part.wrong(f"has the offence {unclear[0]}: write one as 008/67, or all of a class as 019/*")
    sign = part.one_of("sign", tuple(SIGNS)) if kind == "sign" else None
    holds = Holds(part.one_of("holds", (Holds.NOW,) if sign in COUNTED else _HOLDS[kind]))
    if part.has("days") is not (holds is Holds.WITHIN):
        raise part.wrong("needs `days` if it holds within, and only then")
    if part.has("times") and (kind != "factor" or holds is not Holds.EVER):
        raise part.wrong("has `times`, which needs a factor that holds ever")
    return Member(
        factor=part.text("factor", _FACTOR) if kind == "factor" else None,
        offences=offences,
        sign=sign,
        holds=holds,
        days=part.whole("days") if part.has("days") else None,
        times=part.whole("times") if part.has("times") else 1,
    )
