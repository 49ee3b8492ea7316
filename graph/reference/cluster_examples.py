"""Reads the examples of a cluster of risk: invented records of one dyad that match the cluster, or must not."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from graph.reference.parts import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class FormExample:
    """A risk form: its day, and the factors asked about by what was answered; it did not ask about any other."""

    on: date
    yes: tuple[str, ...]
    no: tuple[str, ...]
    dont_know: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignExample:
    """A sign in the records: the day on which it began and the last on which it held, if it ended."""

    sign: str
    on: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What is recorded of one dyad, looked at on one day; records of later days are not known on that day."""

    says: str
    as_of: date
    forms: tuple[FormExample, ...]
    offences: tuple[tuple[date, str], ...]
    """The day and the code of each; each belongs to an incident of its day, which need not be listed."""
    incidents: tuple[date, ...]
    """The day of each."""
    signs: tuple[SignExample, ...]


def examples(cluster: Part, key: str, factors: Collection[str], signs: tuple[str, ...]) -> tuple[Example, ...]:
    """Return the examples under a key, which may name only these factors and signs."""
    return tuple(
        _example(Part(f"{cluster.where}, {key} {place}", table), factors, signs)
        for place, table in enumerate(cluster.tables(key), start=1)
    )


def _example(part: Part, factors: Collection[str], signs: tuple[str, ...]) -> Example:
    part.has_only("says", "as_of", "forms", "offences", "incidents", "signs")
    return Example(
        says=part.text("says"),
        as_of=part.day("as_of"),
        forms=tuple(_form(form, factors) for form in _parts(part, "forms")),
        offences=tuple(_offence(offence) for offence in _parts(part, "offences")),
        incidents=_incidents(part),
        signs=tuple(_sign(sign, signs) for sign in _parts(part, "signs")),
    )


def _parts(part: Part, key: str) -> list[Part]:
    tables = part.tables(key) if part.has(key) else ()
    return [Part(f"{part.where}, {key} {place}", table) for place, table in enumerate(tables, start=1)]


def _form(part: Part, factors: Collection[str]) -> FormExample:
    part.has_only("on", "yes", "no", "dont_know")
    yes, no, dont_know = (tuple(part.texts(key)) if part.has(key) else () for key in ("yes", "no", "dont_know"))
    asked = (*yes, *no, *dont_know)
    if not asked:
        raise part.wrong("needs an answer: name a factor under `yes`, `no` or `dont_know`")
    for factor in asked:
        if factor not in factors:
            raise part.wrong(f"names {factor}, which no group asks for: name one of {', '.join(sorted(factors))}")
        if asked.count(factor) > 1:
            raise part.wrong(f"answers {factor} twice: keep one answer")
    return FormExample(on=part.day("on"), yes=yes, no=no, dont_know=dont_know)


_CODE = re.compile(r"\d{3}/\d{2}")


def _offence(part: Part) -> tuple[date, str]:
    part.has_only("on", "code")
    return part.day("on"), part.text("code", _CODE)


def _incidents(part: Part) -> tuple[date, ...]:
    days = part.content.get("incidents", [])
    if not isinstance(days, list) or not all(type(day) is date for day in days):
        raise part.wrong("needs `incidents` as a list of days, each written 2026-06-30")
    return tuple(days)


def _sign(part: Part, signs: tuple[str, ...]) -> SignExample:
    part.has_only("sign", "on", "until")
    on = part.day("on")
    until = part.day("until") if part.has("until") else None
    if until is not None and until < on:
        raise part.wrong("ends before it begins: put `until` on the day of `on` or later")
    return SignExample(sign=part.one_of("sign", signs), on=on, until=until)
