"""Finds whether the record of who looked is as it was written: nothing edited, removed, reordered or cut off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from graph.audit import anchors as noted
from graph.audit.anchors import Anchor
from graph.audit.lines import NO_HASH, unsealed
from graph.audit.places import day_of, files_by_chain
from graph.errors import AuditBroken

_CURE = "Keep the folder as it is and tell who answers for the record; a copy shows what it was."

Wanted = Mapping[int, Mapping[str, str]]
"""By the number of a row: the hashes that it must have, and who says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a record holds.

    `cut_short` are chains whose last row a kill broke off before it was durable, `unfinished` looks of which no outcome
    is recorded: under way, or broken off, and then never answered.
    """

    chains: int
    rows: int
    days: int
    cut_short: int
    unfinished: int


def verify(folder: Path, anchors: Path) -> Verified:
    """Read the whole record and return what it holds; it may be written to meanwhile.

    Raises AuditBroken, which names the file, the row, and what was done to it: edited, removed, reordered, truncated,
    or a chain or an anchor missing.
    """
    # What is noted of a chain is read before the chain: the end of a chain only ever moves on.
    first_rows = {chain: _first(paths) for chain, paths in files_by_chain(folder).items()}
    ends = {chain: _noted(anchors, chain) for chain in sorted(first_rows.keys() | noted.chains(anchors))}
    wanted = _wanted(first_rows, ends)
    files = files_by_chain(folder)
    read = [_Chain(chain, files.get(chain, []), wanted.get(chain, {})) for chain in sorted(ends.keys() | wanted.keys())]
    for each in read:
        each.verify()
    return Verified(
        chains=sum(each.rows > 0 for each in read),
        rows=sum(each.rows for each in read),
        days=len({day for each in read for day in each.days}),
        cut_short=sum(each.cut_short for each in read),
        unfinished=sum(len(each.open) for each in read),
    )


def _first(paths: Iterable[Path]) -> dict[str, Any]:
    """Return the first row of a chain, or nothing where it is not as it was written, which is found later."""
    for path in paths:
        with path.open("rb") as file:
            if (line := file.readline()) and (row := unsealed(line)):
                return row[0]
    return {}


def _noted(anchors: Path, chain: str) -> Anchor:
    try:
        anchor = noted.noted(anchors, chain)
    except ValueError:
        raise AuditBroken(f"The anchor of chain {chain} was edited: it names no row. {_CURE}") from None
    if anchor is None:
        raise AuditBroken(f"The anchor of chain {chain} is missing: where the chain ended cannot be told. {_CURE}")
    return anchor


def _wanted(first_rows: Mapping[str, Mapping[str, Any]], ends: Mapping[str, Anchor]) -> dict[str, Wanted]:
    """Return which rows must be there, by chain: those that anchors name, and those that later chains do."""
    wanted: dict[str, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for chain, anchor in ends.items():
        if anchor.n:
            wanted[chain][anchor.n][anchor.hash] = "its anchor"
    for by, row in first_rows.items():
        heads = row.get("heads")
        for head in heads if isinstance(heads, list) else ():
            # One of another shape was edited with all hashes after it, which its anchor shows.
            if isinstance(head, list) and [type(each) for each in head] == [str, int, str]:
                chain, n, digest = head
                wanted[chain][n].setdefault(digest, f"chain {by}")
    return {chain: dict(rows) for chain, rows in wanted.items()}


class _Chain:
    """One chain, as far as it has been read."""

    def __init__(self, chain: str, paths: list[Path], wanted: Wanted) -> None:
        self.chain, self._paths, self._wanted = chain, paths, wanted
        self.rows, self.cut_short = 0, 0
        self.days: set[str] = set()
        self.open: set[int] = set()
        self._prev, self._phase = NO_HASH, ""

    def verify(self) -> None:
        """Read it; raises AuditBroken."""
        must = max(self._wanted, default=0)
        for path in self._paths:
            with path.open("rb") as file:
                for number, line in enumerate(file):
                    if not line.endswith(b"\n") and self._is_end(path):
                        self.cut_short = 1
                        break
                    self._take(path, line, first=number == 0)
        if self.rows < must:
            by = " and ".join(sorted(set(self._wanted[must].values())))
            if not self._paths:
                raise AuditBroken(f"Chain {self.chain} is missing: {by} says that it has row {must}. {_CURE}")
            says = f"the file was truncated here: {by} says that there is a row {must}"
            self._broken(self._paths[-1], self.rows + 1, says)

    def _is_end(self, path: Path) -> bool:
        """Whether a row that was broken off may stand at the end of a file: the process wrote no more."""
        return path == self._paths[-1] and self._phase != "closed"

    def _take(self, path: Path, line: bytes, *, first: bool) -> None:
        expected = self.rows + 1
        if (found := unsealed(line)) is None:
            says = "this row was edited: its hash is not that of what it says"
            self._broken(path, expected, says if line.endswith(b"\n") else "this row was truncated: it has no end")
        row, digest = found
        if row.get("n") != expected:
            self._misplaced(path, expected)
        if (row.get("prev"), row.get("chain")) != (self._prev, self.chain):
            self._broken(path, expected, "this row or the one before it was edited: it does not follow on that one")
        if self._phase == "closed":
            self._broken(path, expected, "rows were edited: the one before this was the last of the chain")
        if first and str(row.get("at"))[:10] != day_of(path):
            self._broken(path, expected, "the file was renamed, so that days are reordered: its row is of another day")
        for other, by in self._wanted.get(expected, {}).items():
            if other != digest:
                self._broken(
                    path, expected, f"this row or one before it was edited: {by} says that it had another hash"
                )
        self.rows, self._prev, self._phase = expected, digest, str(row.get("phase"))
        self.days.add(day_of(path))
        if self._phase == "intent":
            self.open.add(expected)
        elif self._phase == "outcome":
            self._finish(row.get("intent"))

    def _finish(self, intent: object) -> None:
        if isinstance(intent, int):
            self.open.discard(intent)

    def _misplaced(self, path: Path, expected: int) -> NoReturn:
        """Tell rows that stand elsewhere from rows that are gone."""
        there = {
            str(found[0].get("n"))
            for each in self._paths
            for line in each.read_bytes().splitlines(keepends=True)
            if (found := unsealed(line))
        }
        if str(expected) in there:
            self._broken(path, expected, "rows were reordered: this one stands elsewhere")
        self._broken(path, expected, "this row was removed: another stands in its place")

    def _broken(self, path: Path, n: int, says: str) -> NoReturn:
        raise AuditBroken(f"{path.name}, row {n} of its chain: {says}. {_CURE}")
