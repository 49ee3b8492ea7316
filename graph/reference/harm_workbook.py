"""Reads the official workbook of the Cambridge Crime Harm Index, a copy of which each force fetches for itself."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from types import MappingProxyType

from python_calamine import CalamineError, CalamineWorkbook

from graph.errors import ReferenceDataError
from graph.reference.harm import SHIPPED, Group, HarmScale, How, Weight, exact, harm_scale, inherited
from graph.reference.offence_codes import class_of, normalise

CODE, SCORE, TITLE, SUBGROUP = "HOME_OFFICE_CLASSIFICATION", "CCHI Score", "FULL_OFFENCE_TITLE", "SUB_GROUP"


@dataclass(frozen=True, slots=True)
class _Row:
    code: str | None
    subgroup: str
    days: float


def read_workbook(path: Path, version: str) -> HarmScale:
    """Read the workbook of one year: exact weights by code, and the medians of its subgroups for other codes.

    Which subgroup a code inherits from, and which offences the index leaves out, is as in the scale that Clew ships.
    Rows whose title says EXPIRED are left out; where rows of one code differ, the greatest score is taken, and said.
    Raises ReferenceDataError, which names sheet and row.
    """
    remarks: list[str] = []
    name, table = _values_sheet(path)
    rows = list(_rows(f"{path}, sheet {name}", table, remarks))
    if not rows:
        raise ReferenceDataError(f"{path}: holds no offence with a score.")
    shipped = harm_scale(SHIPPED)
    groups = tuple(replace(group, days=_median(group, rows)) for group in shipped.groups)
    remarks += [f"No row is of the subgroup {group.name}." for group in groups if group.days is None and group.workbook]
    rules: dict[str, Weight] = {
        code: rule for code, rule in shipped.rules.items() if rule.how is How.UNKNOWN and rule.group is None
    } | inherited(groups)
    scored = _greatest(rows, remarks)
    rules |= {code: _weight(row, rules, groups) for code, row in scored.items()}
    return HarmScale(
        scale=shipped.scale,
        version=version,
        name=f"Cambridge Crime Harm Index {version}",
        says=shipped.says,
        limits=shipped.limits,
        provisional=False,
        sources=MappingProxyType({"workbook": f"The official workbook, {path.name}"} | dict(shipped.sources)),
        groups=groups,
        rules=MappingProxyType(rules),
        renumbered=MappingProxyType({old: now for old, now in shipped.renumbered.items() if old not in scored}),
        remarks=tuple(remarks),
    )


def _values_sheet(path: Path) -> tuple[str, list[list[object]]]:
    try:
        workbook = CalamineWorkbook.from_path(path)
        found = [name for name in workbook.sheet_names if _plain(name).endswith("values sheet")]
        if len(found) != 1:
            raise ReferenceDataError(
                f"{path}: needs one sheet whose name ends in `values sheet`, such as `CCHI 2026 values sheet`; "
                f"it has {', '.join(workbook.sheet_names)}."
            )
        table = workbook.get_sheet_by_name(found[0]).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise ReferenceDataError(f"{path}: cannot be read as a workbook of Excel: {error}.") from None
    return found[0], [list(row) for row in table]


def _rows(where: str, table: list[list[object]], remarks: list[str]) -> Iterator[_Row]:
    columns = _columns(where, table[0] if table else [])
    counts = {"expired": 0, "without a score": 0, "without a whole Home Office code": 0}
    for number, cells in enumerate(table[1:], 2):
        row = {column: cells[place] if place < len(cells) else "" for column, place in columns.items()}
        if not any(cell != "" for cell in row.values()):
            continue
        if "expired" in _plain(row[TITLE]):
            counts["expired"] += 1
        elif row[SCORE] == "":
            counts["without a score"] += 1
        else:
            code = normalise(str(row[CODE]))
            code = None if code is None or code == class_of(code) else code
            counts["without a whole Home Office code"] += code is None
            yield _Row(code, _plain(row[SUBGROUP]), _days(f"{where}, row {number}", row[SCORE]))
    remarks += [f"Rows {what}: {count}." for what, count in counts.items() if count]


def _columns(where: str, header: Iterable[object]) -> Mapping[str, int]:
    places = {_plain(cell): place for place, cell in enumerate(header)}
    for column in (CODE, SCORE, TITLE, SUBGROUP):
        if _plain(column) not in places:
            raise ReferenceDataError(f"{where}: needs a column {column} in its first row.")
    return {column: places[_plain(column)] for column in (CODE, SCORE, TITLE, SUBGROUP)}


def _days(where: str, score: object) -> float:
    try:
        days = math.nan if isinstance(score, bool) else float(str(score))
    except ValueError:
        days = math.nan
    if not 0 <= days < math.inf:
        raise ReferenceDataError(f"{where}: needs {SCORE} as a number, 0 or above.")
    return days


def _median(group: Group, rows: Iterable[_Row]) -> float | None:
    """Return the median of a subgroup: of the rows with its name or, where the workbook has none, with its codes."""
    names, codes = {_plain(name) for name in group.workbook}, set(group.codes)
    days = [
        row.days
        for row in rows
        if (
            row.subgroup in names
            if names
            else row.code is not None and not codes.isdisjoint({row.code, class_of(row.code)})
        )
    ]
    return median(days) if days else None


def _greatest(rows: Iterable[_Row], remarks: list[str]) -> dict[str, _Row]:
    """Return the row of each code, the one with the greatest score where they differ."""
    found: dict[str, list[_Row]] = {}
    for row in rows:
        if row.code is not None:
            found.setdefault(row.code, []).append(row)
    for code, same in found.items():
        scores = sorted({row.days for row in same})
        if len(scores) > 1:
            remarks.append(f"{code} has the scores {', '.join(f'{days:g}' for days in scores)}: the greatest is taken.")
    return {code: max(same, key=lambda row: row.days) for code, same in found.items()}


def _weight(row: _Row, rules: Mapping[str, Weight], groups: Iterable[Group]) -> Weight:
    """Return the exact weight of a row's code, unless the workbook's subgroup or ours is one that is left out."""
    weight = exact(rules, row.code or "", row.days)
    theirs = {group.name for group in groups if row.subgroup in {_plain(name) for name in group.workbook}}
    for group in groups:
        if group.left_out and group.name in {weight.group, *theirs}:
            return Weight(weight.code, None, How.UNKNOWN, group.name, group.left_out)
    return replace(weight, group=theirs.pop()) if theirs else weight


def _plain(cell: object) -> str:
    return " ".join(str(cell).casefold().split())
