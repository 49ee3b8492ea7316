"""What spreadsheets and old systems do to a delivery, what becomes of it, and what to do."""

from __future__ import annotations

HABITS: tuple[tuple[str, str, str], ...] = (
    (
        "UTF-8, with or without a byte-order mark",
        "read",
        "",
    ),
    (
        "Windows-1252 (Excel's plain *CSV*): `Zoë`, `£`",
        "the row is rejected (`bytes that are not UTF-8`); in the header, the file is refused",
        "save as *CSV UTF-8 (comma delimited)*",
    ),
    (
        "UTF-16 (Excel's *Unicode Text*)",
        "the file is refused",
        "the same",
    ),
    (
        "semicolons or tabs between cells, as where a comma is the decimal mark",
        "the file is refused",
        "the same, or export with commas",
    ),
    (
        "`sep=;` or `sep=,` as first line",
        "the file is refused",
        "remove the line",
    ),
    (
        "31/03/2026, 03/31/2026, 31-Mar-26",
        "rejected: 03/04/2026 has two meanings",
        "write 2026-03-31: in Excel, a cell format of `yyyy-mm-dd`; or read it by a [mapping](mappings.md) with "
        "`as_date`",
    ),
    (
        "46112: the number by which Excel keeps a date",
        "rejected",
        "the same",
    ),
    (
        "2026-03-31 00:00:00 for a day without a time",
        "in a column that takes times, read as midnight; in one of dates, rejected",
        "write the day alone: a time that is not known is not midnight",
    ),
    (
        "2,0 and 2.5 as a number",
        "rejected; unquoted, a comma is one cell more",
        "write whole numbers; 2.0 is read as 2",
    ),
    (
        "7 for 007: leading zeros lost",
        "not noticed: it is another id, and rows that name it wait or name another record",
        "export from the system itself; in Excel, import the column as *Text*",
    ),
    (
        "1.23457E+15: digits of a long id lost",
        "not noticed: a text like any other, and several records may share it",
        "the same",
    ),
    (
        "blank lines, also at the end",
        "left out",
        "",
    ),
    (
        "lines of nothing but commas",
        "each is a row and is rejected: what it is known by is missing",
        "delete those rows of the sheet",
    ),
    (
        "columns without a name at the right",
        "the file is refused",
        "delete those columns",
    ),
    (
        "line breaks, tabs or other control characters within a cell",
        "the record is read as one; the row is rejected",
        "replace them by spaces",
    ),
    (
        "a quotation mark within a cell",
        "read if the cell is in quotation marks and it is written twice, or if the cell begins with something else; "
        "otherwise the record is rejected, with all up to the next quotation mark",
        'write `"the ""Bull"" inn"`',
    ),
    (
        "a cell too many or too few in a record",
        "the record is rejected",
        "put cells with commas in quotation marks",
    ),
    (
        "`NULL`, `N/A`, `#N/A`, `#REF!`, `-`",
        "a text like any other: rejected where a date, a number, yes or no, or one of a list is needed, else "
        "kept, even as a name or an id",
        "leave the cell empty",
    ),
    (
        "Yes, TRUE, Y, 1; FEMALE, Partner",
        "read: capitals mean nothing in yes or no and in the words of a list",
        "",
    ),
    (
        "spaces before or after",
        "left out",
        "",
    ),
    (
        "more than 1,048,576 rows, of which Excel keeps no more",
        "not noticed in the file",
        "say `rows` in the manifest, counted by the system",
    ),
    (
        "a file cut short on its way",
        "noticed only if it ends within a row, and then as one rejected record",
        "make a manifest with checksums before it is sent",
    ),
    (
        "several sheets, `.xlsx`",
        "refused",
        "save each sheet as a CSV file",
    ),
)
"""What is met, what happens, what to do; in the order in which somebody would look for it."""
