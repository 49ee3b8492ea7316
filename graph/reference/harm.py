"""Scales of harm as data: how many days an offence code weighs, whether that was read or inherited, and who says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from graph.reference.offence_codes import class_of, normalise, spell_out
from graph.reference.parts import Part, read_toml
from graph.terms import Term

SHIPPED = Path(__file__).with_name("harm") / "cchi-2026-provisional.toml"
"""The scale that is used unless a force names another."""

OTHER = SHIPPED.with_name("ons-provisional.toml")
"""A second scale, to set beside it."""


class How(Term):
    """How a code came by its weight."""

    WEIGHTED = "weighted"
    INHERITED = "inherited"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Weight:
    """What one code weighs on a scale; an unknown weight is no number, so that nothing counts it as 0 in silence."""

    code: str | None
    """The code that was weighed, the current one where the delivered one was renumbered; None: no Home Office code."""
    days: float | None
    how: How
    group: str | None = None
    """Subgroup of the offence, whose median is inherited."""
    why: str | None = None
    """On what an exact weight rests, or why there is none."""

    @property
    def hundredths(self) -> int | None:
        """Return the days times 100, whole, which is what is added up."""
        return None if self.days is None else round(self.days * 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A subgroup of offences: the median of its weights, and the codes that may inherit it."""

    name: str
    days: float | None
    codes: tuple[str, ...]
    """Codes and classes, each in the form that `normalise` gives."""
    workbook: tuple[str, ...]
    """What the official workbook calls it; nothing: its rows are those of these codes."""
    left_out: str | None
    """Why the scale leaves its offences out, whatever they would weigh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmScale:
    """One version of a scale of harm; scale and version stand beside every sum that it made."""

    scale: str
    version: str
    name: str
    says: str
    limits: str
    """One sentence that stands wherever a weight is shown."""
    provisional: bool
    """Whether the published values themselves were not seen."""
    sources: Mapping[str, str]
    groups: tuple[Group, ...]
    rules: Mapping[str, Weight]
    """What each code weighs and, for codes without a rule of their own, each class."""
    renumbered: Mapping[str, str]
    remarks: tuple[str, ...] = ()
    """What was left out or decided when the scale was read."""

    def current(self, code: str) -> str | None:
        """Return a code as `normalise` writes it, the current one where it was renumbered; None if it is none."""
        asked = normalise(code)
        return None if asked is None else self.renumbered.get(asked, asked)

    def weigh(self, code: str | None) -> Weight:
        """Return what a code weighs; one that is no Home Office code, or not in the scale, is unknown."""
        current = None if code is None else self.current(code)
        if current is None:
            return Weight(None, None, How.UNKNOWN, why="No Home Office code was delivered.")
        rule = self.rules.get(current) or self.rules.get(class_of(current))
        if rule is None:
            return Weight(current, None, How.UNKNOWN, why="The scale does not have this code.")
        return replace(rule, code=current)


def harm_scale(path: Path | None = None) -> HarmScale:
    """Read a scale, ours or a force's own.

    Raises ReferenceDataError, which names file and place.
    """
    path = SHIPPED if path is None else path
    file = read_toml(path)
    file.has_only(*_SAID, "provisional", "sources", "renumbered", "weights", "groups", "unknown")
    scale, version = file.text("scale", _SCALE), file.text("version", _VERSION)
    if path.stem != f"{scale}-{version}":
        raise file.wrong(f"holds {scale}, version {version}: name the file {scale}-{version}.toml")
    listed = Part(f"{file.where}, [sources]", file.table("sources"))
    sources = {key: listed.text(key) for key in listed.content}
    groups = tuple(_group(part, sources) for part in _parts(file, "groups"))
    weights = [_weight(part, sources) for part in _parts(file, "weights")]
    unknown = [_unknown(part) for part in _parts(file, "unknown")]
    _refuse_twice(file, "weights", (code for codes, _, _ in weights for code in codes))
    _refuse_twice(
        file,
        "groups and unknown",
        (code for codes in (*(group.codes for group in groups), *(codes for codes, _ in unknown)) for code in codes),
    )
    rules = {code: Weight(code, None, How.UNKNOWN, why=why) for codes, why in unknown for code in codes}
    rules |= inherited(groups)
    for codes, days, why in weights:
        rules |= {code: exact(rules, code, days, why) for code in codes}
    if not any(rule.days for rule in rules.values()):
        raise file.wrong("weighs nothing: give it [[weights]] or [[groups]]")
    return HarmScale(
        scale=scale,
        version=version,
        name=file.text("name"),
        says=file.text("says"),
        limits=file.text("limits"),
        provisional=file.flag("provisional"),
        sources=MappingProxyType(sources),
        groups=groups,
        rules=MappingProxyType(rules),
        renumbered=MappingProxyType(_renumbered(file)),
    )


def inherited(groups: Iterable[Group]) -> dict[str, Weight]:
    """Return what the codes of the subgroups weigh by their medians."""
    return {
        code: Weight(code, None, How.UNKNOWN, group.name, group.left_out or f"No median is known of {group.name}.")
        if group.left_out or group.days is None
        else Weight(code, group.days, How.INHERITED, group.name)
        for group in groups
        for code in group.codes
    }


def exact(rules: Mapping[str, Weight], code: str, days: float, why: str | None = None) -> Weight:
    """Return the exact weight of a code, with the subgroup that the rules so far say it is in."""
    known = rules.get(code) or rules.get(class_of(code))
    return Weight(code, days, How.WEIGHTED, known.group if known else None, why)


_SAID = ("scale", "version", "name", "says", "limits")
_SCALE = re.compile(r"[a-z][a-z0-9_]*")
_VERSION = re.compile(r"[a-z0-9][a-z0-9._-]*")


def _parts(file: Part, key: str) -> list[Part]:
    tables = file.tables(key) if file.has(key) else ()
    return [Part(f"{file.where}, {key} in place {place}", table) for place, table in enumerate(tables, 1)]


def _group(part: Part, sources: Mapping[str, str]) -> Group:
    part.has_only("name", "days", "workbook", "codes", "left_out", "sources")
    _check_cited(part, sources)
    left_out = part.text("left_out") if part.has("left_out") else None
    return Group(
        name=part.text("name"),
        days=part.number("days") if part.has("days") or left_out is None else None,
        codes=_codes(part),
        workbook=tuple(part.texts("workbook")) if part.has("workbook") else (),
        left_out=left_out,
    )


def _weight(part: Part, sources: Mapping[str, str]) -> tuple[tuple[str, ...], float, str]:
    part.has_only("codes", "days", "why", "sources")
    _check_cited(part, sources)
    return _codes(part), part.number("days"), part.text("why")


def _unknown(part: Part) -> tuple[tuple[str, ...], str]:
    part.has_only("codes", "why")
    return _codes(part), part.text("why")


def _check_cited(part: Part, sources: Mapping[str, str]) -> None:
    unknown = [key for key in part.texts("sources") if key not in sources]
    if unknown:
        raise part.wrong(f"cites {unknown[0]}, which [sources] lacks: add it there")


def _codes(part: Part) -> tuple[str, ...]:
    found: list[str] = []
    for short in part.texts("codes"):
        codes = spell_out(short)
        if codes is None:
            raise part.wrong(f"has the code {short}: write 034, 008N, 008/06, or a range such as 008/01-06")
        found += codes
    return tuple(found)


def _refuse_twice(file: Part, where: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise file.wrong(f"has {code} twice in {where}: leave it in one place")
        seen.add(code)


def _renumbered(file: Part) -> dict[str, str]:
    if not file.has("renumbered"):
        return {}
    part = Part(f"{file.where}, [renumbered]", file.table("renumbered"))
    found = {old: part.text(old) for old in part.content}
    for old, current in found.items():
        if normalise(old) != old or normalise(current) != current or current in found:
            raise part.wrong(f"has {old} = {current}: write an old code and the current one, both such as 008/06")
    return found
