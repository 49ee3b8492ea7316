"""Writes truth.json: lists that grow area by area, each in a file of its own until all are put together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

_BLOCK = 2**20


def _part(number: int) -> str:
    return f"truth-{number}.part"


class TruthFile:
    """Lists of cases by their place in the file, such as ("planted", "twins")."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[tuple[str, ...], IO[str]] = {}
        self.counts: dict[tuple[str, ...], int] = {}

    def __enter__(self) -> TruthFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._open.values():
            each.close()

    def add(self, place: tuple[str, ...], entries: Iterable[Mapping[str, object]]) -> None:
        """Append cases to one list."""
        there = self._list(place)
        for entry in entries:
            text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
            there.write(f"{',' if self.counts[place] else ''}\n{text}")
            self.counts[place] += 1

    def take(self, folder: Path, counts: Mapping[tuple[str, ...], int]) -> None:
        """Append the lists that were written to another folder, of so many cases each."""
        for number, (place, count) in enumerate(counts.items()):
            there = self._list(place)
            there.write("," if self.counts[place] and count else "")
            self.counts[place] += count
            with (folder / _part(number)).open(encoding="utf-8", newline="\n") as part:
                while block := part.read(_BLOCK):
                    there.write(block)

    def _list(self, place: tuple[str, ...]) -> IO[str]:
        if place not in self._open:
            part = self._folder / _part(len(self._open))
            self._open[place] = part.open("w+", encoding="utf-8", newline="\n")
            self.counts[place] = 0
        return self._open[place]

    def finish(self, path: Path, head: Mapping[str, object]) -> None:
        """Write the whole file: what is said first, then all lists, nested as their places say."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write("{\n")
            file.writelines(
                f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)},\n" for key, value in head.items()
            )
            self._write(file, ())
            file.write("}\n")

    def _write(self, file: IO[str], under: tuple[str, ...]) -> None:
        depth = len(under)
        keys = list(dict.fromkeys(place[depth] for place in self._open if place[:depth] == under))
        for number, key in enumerate(keys):
            place = (*under, key)
            file.write(f"{json.dumps(key)}: ")
            if place in self._open:
                part = self._open[place]
                part.seek(0)
                file.write("[")
                while block := part.read(_BLOCK):
                    file.write(block)
                file.write("]")
            else:
                file.write("{\n")
                self._write(file, place)
                file.write("}")
            file.write(",\n" if number < len(keys) - 1 else "\n")
