"""How the official workbook of a scale of harm is read, and what happens to one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import ReferenceDataError
from graph.reference.harm import How, Weight, harm_scale
from graph.reference.harm_workbook import CODE, SCORE, SUBGROUP, TITLE, read_workbook
from workbook import write_workbook

SHEET = "CCHI 2026 values sheet"
HEADER: tuple[object, ...] = ("ATHENA URN", CODE, TITLE, SCORE, "GROUP", SUBGROUP)
ROWS: list[tuple[object, ...]] = [
    (1, "001/01", "Murder", 5475, "VIOLENCE", "HOMICIDE"),
    (2, "008/06", "Assault occasioning ABH", 10, "VIOLENCE", "VIOLENCE WITH INJURY"),
    (3, "008/06", "Assault occasioning ABH, other", 19.5, "VIOLENCE", "Violence  with injury"),
    (4, "00801", "Inflicting grievous bodily harm", "182", "VIOLENCE", "VIOLENCE WITH INJURY"),
    (5, "005/06", "Burning (EXPIRED 31/03/25)", 9999, "VIOLENCE", "VIOLENCE WITH INJURY"),
    (6, "004/04", "Causing death by dangerous driving", 730, "VIOLENCE", None),
    (7, None, "A row without a code", 20, "VIOLENCE", "STALKING AND HARASSMENT"),
    (8, "092/50", "Possession of cocaine", 1, "DRUGS", "POSSESSION OF DRUGS"),
    (9, "999/06", "Psychoactive substances", 1, "DRUGS", "POSSESSION OF DRUGS"),
    (10, "104/33", "Obstructing a constable", 2, "OTHER", "NON-NOTIFIABLE"),
    (11, "195/12", "Stalking", None, "VIOLENCE", "STALKING AND HARASSMENT"),
    (None, None, None, None, None, None),
    (12, "066/08", "Breach of an old order", 12, "OTHER", "OTHER OFFENCES PUBLIC ORDER"),
]


def _workbook(folder: Path, *rows: tuple[object, ...], sheet: str = SHEET) -> Path:
    others: list[tuple[object, ...]] = [("031/81", "Expired", 1)]
    return write_workbook(
        folder / "cchi.xlsx", {"Cover page": [("Licence",)], sheet: list(rows), "Expired offences": others}
    )


def test_the_official_workbook_is_read(tmp_path: Path) -> None:
    scale = read_workbook(_workbook(tmp_path, HEADER, *ROWS), "2026")
    assert (scale.scale, scale.version, scale.provisional) == ("cchi", "2026", False)
    assert scale.weigh("1/1") == Weight("001/01", 5475, How.WEIGHTED, "Homicide")
    assert scale.weigh("8/6").days == 19.5
    assert scale.weigh("8/77") == Weight("008/77", 19.5, How.INHERITED, "Violence with injury")
    assert scale.weigh("005/06") == Weight("005/07", 19.5, How.INHERITED, "Violence with injury")
    assert scale.weigh("37/1") == Weight("037/01", 730, How.INHERITED, "Death or serious injury - unlawful driving")
    assert scale.weigh("195/12") == Weight("195/12", 20, How.INHERITED, "Stalking and harassment")
    assert scale.weigh("104/33") == Weight("104/33", 2, How.WEIGHTED)
    assert scale.weigh("066/08") == Weight("066/08", 12, How.WEIGHTED, "Public order offences")
    for drugs in ("092/50", "999/06"):
        assert (scale.weigh(drugs).how, scale.weigh(drugs).group) == (How.UNKNOWN, "Possession of drugs")
    assert scale.weigh("034/01").why == "No median is known of Robbery of personal property."
    assert scale.limits == harm_scale().limits


def test_what_the_workbook_lacks_is_said(tmp_path: Path) -> None:
    remarks = read_workbook(_workbook(tmp_path, HEADER, *ROWS, sheet="CCHI 2021 Values Sheet"), "2021").remarks
    assert remarks[:3] == ("Rows expired: 1.", "Rows without a score: 1.", "Rows without a whole Home Office code: 1.")
    assert "No row is of the subgroup Rape offences." in remarks
    assert remarks[-1] == "008/06 has the scores 10, 19.5: the greatest is taken."


@pytest.mark.parametrize(
    ("rows", "sheet", "says"),
    [
        ([HEADER, *ROWS], "Values", "whose name ends in `values sheet`.*it has Cover page, Values, Expired offences"),
        (
            [(CODE, TITLE, SCORE), *ROWS],
            SHEET,
            "sheet CCHI 2026 values sheet: needs a column SUB_GROUP in its first row",
        ),
        ([], SHEET, "needs a column HOME_OFFICE_CLASSIFICATION"),
        ([HEADER], SHEET, "holds no offence with a score"),
        *(
            ([HEADER, ROWS[0], (2, "008/06", "ABH", score, "V", "V")], SHEET, "row 3: needs CCHI Score as a number")
            for score in ("n/a", "10 days", True, -1, "nan", "inf")
        ),
    ],
)
def test_a_wrong_workbook_says_where(tmp_path: Path, rows: list[tuple[object, ...]], sheet: str, says: str) -> None:
    path = _workbook(tmp_path, *rows, sheet=sheet)
    with pytest.raises(ReferenceDataError, match=says) as caught:
        read_workbook(path, "2026")
    assert str(caught.value).startswith(str(path))


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cchi.xlsx").write_text("a,b\n1,2\n", encoding="utf-8")
    for name in ("cchi.xlsx", "none.xlsx"):
        with pytest.raises(ReferenceDataError, match="cannot be read as a workbook of Excel"):
            read_workbook(tmp_path / name, "2026")
