"""Reads the risk forms, which are data: what each item asks, whether its answer sticks, and who says so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from graph.errors import ReferenceDataError
from graph.reference.factors import CODE, Factor, Scope, factors, scope_of
from graph.reference.parts import Part, read_toml
from graph.terms import ANSWER_BYTES, Answer, Level

PACKAGED = Path(__file__).with_name("instruments")
"""Folder of the forms that Clew ships."""

_ANSWERS: Mapping[str, frozenset[str]] = {
    "tri_state": frozenset(Answer),
    "level": frozenset(Level) | {Answer.DONT_KNOW, Answer.NOT_ASKED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a form; `place` is where its answer stands among the answers of an assessment, from 0."""

    number: str
    """What the form calls it: a number, with a letter for a part of an item, such as 24a."""
    part_of: str | None
    """The number of the item that it says more of."""
    code: str
    factor: str
    scope: Scope
    days: int | None
    """How far back the item looks, where its scope is a window."""
    says: str
    """Our own paraphrase; the form's wording is not ours to ship."""
    answers: frozenset[str]
    """What may be answered: yes, no and so on, or how often."""
    yes: frozenset[int]
    """The bytes of the answers that count as a yes to its factor."""
    no: frozenset[int]
    """The bytes of the answers that count as a no; some, such as don't know, count as neither."""
    sources: tuple[str, ...]
    note: str | None
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One version of a form; its items in the order in which an assessment keeps their answers."""

    instrument: str
    version: str
    name: str
    says: str
    provisional: bool
    """Whether the form itself was not seen, so that its items may differ."""
    items: tuple[Item, ...]
    named: Mapping[str, Item]
    """Each item twice: by its number and by its code."""

    @property
    def main(self) -> tuple[Item, ...]:
        """Return the items that are no part of another."""
        return tuple(item for item in self.items if item.part_of is None)

    @property
    def least(self) -> int:
        """Return how many answers an assessment keeps at least: those up to the last item that is no part."""
        return self.main[-1].place + 1

    def item(self, named: str) -> Item | None:
        """Return the item with this number or code, or None."""
        return self.named.get(named.strip().casefold())


def instruments(
    folder: Path | None = None, known: Iterable[Factor] | None = None
) -> Mapping[tuple[str, str], Instrument]:
    """Return every form in a folder, by instrument and version; without a folder those that Clew ships.

    Each item is about one of the known factors, without which those are that Clew ships. Raises ReferenceDataError,
    which names file and place, for a file that is wrong and for a folder without any.
    """
    folder = PACKAGED if folder is None else folder
    by_name = {each.factor: each for each in (factors() if known is None else known)}
    found: dict[tuple[str, str], Instrument] = {}
    for path in sorted(folder.glob("*.toml")):
        read = _instrument(path, by_name)
        found[read.instrument, read.version] = read
    if not found:
        raise ReferenceDataError(f"{folder}: holds no instrument. Name a folder with one .toml file a form.")
    return MappingProxyType(found)


_VERSION = re.compile(r"[a-z0-9][a-z0-9._]*")
_NUMBER = re.compile(r"[1-9][0-9]*[a-z]?")


def _instrument(path: Path, known: Mapping[str, Factor]) -> Instrument:
    form = read_toml(path)
    form.has_only("instrument", "version", "name", "says", "provisional", "sources", "items")
    instrument, version = form.text("instrument", CODE), form.text("version", _VERSION)
    if path.stem != f"{instrument}-{version}":
        raise form.wrong(f"holds {instrument}, version {version}: name the file {instrument}-{version}.toml")
    items = _items(form, known)
    return Instrument(
        instrument=instrument,
        version=version,
        name=form.text("name"),
        says=form.text("says"),
        provisional=form.flag("provisional"),
        items=items,
        named=MappingProxyType({item.number: item for item in items} | {item.code: item for item in items}),
    )


def _items(form: Part, known: Mapping[str, Factor]) -> tuple[Item, ...]:
    sources = form.sources()
    items: list[Item] = []
    for place, table in enumerate(form.tables("items")):
        part = Part(f"{form.where}, item in place {place + 1}", table)
        item = _item(part, place, sources, known)
        if item.part_of is not None and item.part_of not in {each.number for each in items if each.part_of is None}:
            raise part.wrong(f"is part of {item.part_of}, which is no item before it: put it after that one")
        items.append(item)
    for what, counts in (
        ("number", Counter(item.number for item in items)),
        ("code", Counter(item.code for item in items)),
        ("factor", Counter(item.factor for item in items)),
    ):
        twice = [value for value, count in counts.items() if count > 1]
        if twice:
            raise form.wrong(f"has two items with the {what} {twice[0]}: give each its own")
    return tuple(items)


def _item(part: Part, place: int, sources: Mapping[str, str], known: Mapping[str, Factor]) -> Item:
    part.has_only(
        "number", "part_of", "code", "factor", "scope", "days", "says", "answers", "yes_from", "sources", "note"
    )
    scope, days = scope_of(part)
    answers = part.one_of("answers", tuple(_ANSWERS))
    yes, no = _counts(part, answers)
    factor = _factor(part, known)
    # How often something occurs is asked of the whole relationship, whatever else asks about the factor.
    if answers == "tri_state" and (scope, days) != (factor.scope, factor.days):
        held = factor.scope if factor.days is None else f"{factor.scope} of {factor.days} days"
        raise part.wrong(f"differs in scope from its factor {factor.factor}, which has {held}: state the same")
    return Item(
        number=_number(part, "number"),
        part_of=_number(part, "part_of") if "part_of" in part.content else None,
        code=part.text("code", CODE),
        factor=factor.factor,
        scope=scope,
        days=days,
        says=part.text("says"),
        answers=_ANSWERS[answers],
        yes=yes,
        no=no,
        sources=part.cited(sources),
        note=part.text("note") if "note" in part.content else None,
        place=place,
    )


def _number(part: Part, key: str) -> str:
    value = part.content.get(key)
    text = "" if isinstance(value, bool) else str(value)
    if not _NUMBER.fullmatch(text):
        raise part.wrong(f'needs `{key}` as a whole number above 0, or as such with a letter, like "24a"')
    return text


def _factor(part: Part, known: Mapping[str, Factor]) -> Factor:
    name = part.text("factor", CODE)
    if name not in known:
        raise part.wrong(f"is about the factor {name}, which is not known: add it to the factors, or name one of them")
    return known[name]


_LEVELS = tuple(Level)


def _counts(part: Part, answers: str) -> tuple[frozenset[int], frozenset[int]]:
    """Return the bytes of the answers that count as a yes, and of those that count as a no."""
    if answers == "tri_state":
        if "yes_from" in part.content:
            raise part.wrong("has `yes_from`, which is for items that ask how often: leave it out")
        return frozenset({ANSWER_BYTES[Answer.YES]}), frozenset({ANSWER_BYTES[Answer.NO]})
    least = Level(part.one_of("yes_from", _LEVELS[1:]))
    yes = _LEVELS[_LEVELS.index(least) :]
    return frozenset(ANSWER_BYTES[level] for level in yes), frozenset({ANSWER_BYTES[Level.NEVER]})
