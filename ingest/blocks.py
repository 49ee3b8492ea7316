"""Parses blocks of CSV at once, as far as they are written regularly; what is not is left to be read line by line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv as pacsv

BLOCK = 2**22
"""Bytes of a file that are parsed at once, and at most as many again to the end of a line."""

_QUOTED = re.compile(rb'(?<![^,\n])"(?:[^"\n\r]|"")*"(?=[,\r\n]|\Z)')
BLANK = re.compile(rb"(?:\A|(?<=\n))\r?\n")
"""A line without anything."""
_LONE_RETURN = re.compile(rb"\r(?!\n)")


def blocks(raw: io.RawIOBase) -> Iterator[bytes]:
    """Yield a stream in blocks that end with a line; the last may end without."""
    kept: list[bytes] = []
    while more := raw.read(BLOCK):
        end = more.rfind(b"\n") + 1
        if not end:
            kept.append(more)
            continue
        yield b"".join((*kept, more[:end]))
        kept = [more[end:]] if end < len(more) else []
    if kept:
        yield b"".join(kept)


def regular(block: bytes) -> bool:
    """Return whether each line of a block is a record: every quote in its place, and none around a line break."""
    # What is plain to see is looked for before a pattern is.
    if b"\0" in block or (b"\r" in block and _LONE_RETURN.search(block)):
        return False
    return b'"' not in block or b'"' not in _QUOTED.sub(b"", block)


def count(block: bytes) -> int:
    """Return how many records a regular block holds; a blank line is none."""
    if not block:
        return 0
    ended = block.count(b"\n") + (not block.endswith(b"\n"))
    any_blank = block.startswith((b"\n", b"\r\n")) or b"\n\n" in block or b"\n\r\n" in block
    return ended - len(BLANK.findall(block)) if any_blank else ended


def cells(block: bytes, width: int) -> list[pa.Array] | None:
    """Return the cells of a regular block by column, an empty one as missing.

    None if some record has another width, or bytes that are not UTF-8.
    """
    names = [f"f{number}" for number in range(width)]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(block),
            pacsv.ReadOptions(column_names=names, block_size=len(block) + 1),
            pacsv.ParseOptions(newlines_in_values=False, ignore_empty_lines=True),
            pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        return None
    return [column.combine_chunks() for column in table.columns]
