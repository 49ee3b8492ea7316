"""Writes truth.json: lists that grow area by area, each in a file of its own until all are put together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO


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
        if place not in self._open:
            part = self._folder / f"truth-{len(self._open)}.part"
            self._open[place] = part.open("w+", encoding="utf-8", newline="\n")
            self.counts[place] = 0
        for entry in entries:
            text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
            self._open[place].write(f"{',' if self.counts[place] else ''}\n{text}")
            self.counts[place] += 1

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
                while block := part.read(2**20):
                    file.write(block)
                file.write("]")
            else:
                file.write("{\n")
                self._write(file, place)
                file.write("}")
            file.write(",\n" if number < len(keys) - 1 else "\n")
