"""Reads the risk forms, which are data: what each item asks, whether its answer sticks, and who says so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from graph.errors import ReferenceDataError
from graph.reference.parts import Part, read_toml
from graph.terms import Answer, Level, Term

PACKAGED = Path(__file__).with_name("instruments")
"""Folder of the forms that Clew ships."""


class Scope(Term):
    """What time the answer to an item is about, and so whether a later no can cancel it."""

    EVER = "ever"
    WINDOW = "window"
    NOW = "now"


_ANSWERS: Mapping[str, frozenset[str]] = {
    "tri_state": frozenset(Answer),
    "level": frozenset(Level) | {Answer.DONT_KNOW, Answer.NOT_ASKED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a form; `place` is where its answer stands among the answers of an assessment, from 0."""

    number: int
    code: str
    factor: str
    scope: Scope
    days: int | None
    """How far back the item looks, where its scope is a window."""
    says: str
    """Our own paraphrase; the form's wording is not ours to ship."""
    answers: frozenset[str]
    """What may be answered: yes, no and so on, or how often."""
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

    def item(self, named: str) -> Item | None:
        """Return the item with this number or code, or None."""
        return self.named.get(named.strip().casefold())


def instruments(folder: Path | None = None) -> Mapping[tuple[str, str], Instrument]:
    """Return every form in a folder, by instrument and version; without a folder those that Clew ships.

    Raises ReferenceDataError, which names file and place, for a file that is wrong and for a folder without any.
    """
    folder = PACKAGED if folder is None else folder
    found: dict[tuple[str, str], Instrument] = {}
    for path in sorted(folder.glob("*.toml")):
        read = _instrument(path)
        found[read.instrument, read.version] = read
    if not found:
        raise ReferenceDataError(f"{folder}: holds no instrument. Name a folder with one .toml file a form.")
    return MappingProxyType(found)


_CODE = re.compile(r"[a-z][a-z0-9_]*")
_VERSION = re.compile(r"[a-z0-9][a-z0-9._]*")


def _instrument(path: Path) -> Instrument:
    form = read_toml(path)
    form.has_only("instrument", "version", "name", "says", "provisional", "sources", "items")
    instrument, version = form.text("instrument", _CODE), form.text("version", _VERSION)
    if path.stem != f"{instrument}-{version}":
        raise form.wrong(f"holds {instrument}, version {version}: name the file {instrument}-{version}.toml")
    items = _items(form, _sources(form))
    return Instrument(
        instrument=instrument,
        version=version,
        name=form.text("name"),
        says=form.text("says"),
        provisional=form.flag("provisional"),
        items=items,
        named=MappingProxyType({str(item.number): item for item in items} | {item.code: item for item in items}),
    )


def _sources(form: Part) -> Mapping[str, str]:
    sources = Part(f"{form.where}, [sources]", form.table("sources"))
    return {key: sources.text(key) for key in sources.content}


def _items(form: Part, sources: Mapping[str, str]) -> tuple[Item, ...]:
    tables = form.tables("items")
    items = tuple(
        _item(Part(f"{form.where}, item in place {place + 1}", table), place, sources)
        for place, table in enumerate(tables)
    )
    for what, counts in (
        ("number", Counter(str(item.number) for item in items)),
        ("code", Counter(item.code for item in items)),
    ):
        twice = [value for value, count in counts.items() if count > 1]
        if twice:
            raise form.wrong(f"has two items with the {what} {twice[0]}: give each its own")
    return items


def _item(part: Part, place: int, sources: Mapping[str, str]) -> Item:
    part.has_only("number", "code", "factor", "scope", "days", "says", "answers", "sources", "note")
    scope = Scope(part.one_of("scope", tuple(Scope)))
    days = part.whole("days") if "days" in part.content else None
    if (days is not None) is not (scope is Scope.WINDOW):
        raise part.wrong("needs `days` if its scope is window, and only then")
    cited = part.texts("sources")
    unknown = [key for key in cited if key not in sources]
    if unknown:
        raise part.wrong(f"cites {unknown[0]}, which [sources] lacks: add it there")
    return Item(
        number=part.whole("number"),
        code=part.text("code", _CODE),
        factor=part.text("factor", _CODE),
        scope=scope,
        days=days,
        says=part.text("says"),
        answers=_ANSWERS[part.one_of("answers", tuple(_ANSWERS))],
        sources=tuple(sources[key] for key in cited),
        note=part.text("note") if "note" in part.content else None,
        place=place,
    )
