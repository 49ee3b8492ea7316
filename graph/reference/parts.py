"""Reads reference data: tables of TOML files, with errors that name file, place and cure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from graph.errors import ReferenceDataError


def read_toml(path: Path) -> Part:
    """Return the whole of a file; raises ReferenceDataError if it is not TOML in UTF-8."""
    try:
        return Part(str(path), tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ReferenceDataError(f"{path}: is not TOML: {error}.") from None
    except UnicodeDecodeError:
        raise ReferenceDataError(f"{path}: holds bytes that are not UTF-8. Save it as UTF-8.") from None


@dataclass(frozen=True, slots=True)
class Part:
    """A table of a file: where it stands and what it holds; each question it is asked is answered or refused."""

    where: str
    content: Mapping[str, Any]

    def wrong(self, what: str) -> ReferenceDataError:
        """Return the error that says what is wrong there."""
        return ReferenceDataError(f"{self.where}: {what}.")

    def has_only(self, *known: str) -> None:
        """Refuse keys that mean nothing there."""
        unknown = [key for key in self.content if key not in known]
        if unknown:
            raise self.wrong(f"has `{unknown[0]}`, which means nothing there. Known: {', '.join(known)}")

    def has(self, key: str) -> bool:
        """Return whether anything is written there; an empty list is nothing."""
        return bool(self.content.get(key, []) != [])

    def text(self, key: str, pattern: re.Pattern[str] | None = None) -> str:
        """Return a text that is not empty."""
        value = self.content.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"needs `{key}` as a text")
        if pattern is not None and not pattern.fullmatch(value):
            raise self.wrong(f"has a `{key}` that does not look like {pattern.pattern}")
        return value

    def texts(self, key: str) -> list[str]:
        """Return a list of at least one text."""
        value = self.content.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(text, str) for text in value):
            raise self.wrong(f"needs `{key}` as a list of at least one text")
        return value

    def whole(self, key: str, *, least: int = 1) -> int:
        """Return a whole number, not below the least."""
        value = self.content.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.wrong(f"needs `{key}` as a whole number above {least - 1}")
        return value

    def number(self, key: str) -> float:
        """Return a number above 0."""
        value = self.content.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
            raise self.wrong(f"needs `{key}` as a number above 0")
        return float(value)

    def day(self, key: str) -> date:
        """Return a day."""
        value = self.content.get(key)
        if type(value) is not date:
            raise self.wrong(f"needs `{key}` as a day, written 2026-06-30")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self.content.get(key)
        if not isinstance(value, bool):
            raise self.wrong(f"needs `{key}` as true or false")
        return value

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        """Return one of the known texts."""
        value = self.content.get(key)
        if value not in known:
            raise self.wrong(f"needs `{key}` as one of: {', '.join(known)}")
        return str(value)

    def table(self, key: str) -> Mapping[str, Any]:
        """Return a table that is not empty."""
        value = self.content.get(key)
        if not isinstance(value, dict) or not value:
            raise self.wrong(f"needs a table [{key}]")
        return value

    def sources(self) -> Mapping[str, str]:
        """Return what its table [sources] says, by key."""
        sources = Part(f"{self.where}, [sources]", self.table("sources"))
        return {key: sources.text(key) for key in sources.content}

    def cited(self, sources: Mapping[str, str]) -> tuple[str, ...]:
        """Return those of the sources whose keys it lists."""
        keys = self.texts("sources")
        unknown = [key for key in keys if key not in sources]
        if unknown:
            raise self.wrong(f"cites {unknown[0]}, which [sources] lacks: add it there")
        return tuple(sources[key] for key in keys)

    def tables(self, key: str) -> Iterable[Mapping[str, Any]]:
        """Return a list of at least one table."""
        value = self.content.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(table, dict) for table in value):
            raise self.wrong(f"needs at least one table [[{key}]]")
        return value
