"""Writes the manifest of a folder: which files are there, with which checksums, and how many rows each feed has."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import SourceError
from ingest.agreement import complete_feeds
from ingest.contracts import BY_NAME, FEEDS
from ingest.files import DeliveredFile, Progress, delivered_files
from ingest.manifest import NAME, Manifest, find_manifest, manifest, read_object
from ingest.tables import Examined, examine


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What was written: what the manifest says, and the rows of each table by the name of its file."""

    said: Manifest
    rows: Mapping[str, int]


def write_manifest(
    folder: Path,
    *,
    said: Mapping[str, str],
    complete: Collection[str] = (),
    replace: bool = False,
    progress: Progress | None = None,
) -> Inventory:
    """Write `manifest.json` for the tables of a folder, whole or not at all, and return what it says.

    `said` are keys of the whole delivery, `complete` the feeds that hold all that their source has. With `replace` a
    manifest that is there is replaced, and keeps what it says where nothing else is said here.
    Raises SourceError if there is none to replace it by, one that may not be replaced, or a file cannot be read.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is no folder; unpack a zip, write the manifest of the folder, and pack it again.")
    with delivered_files(folder) as files:
        tables = [file for file in files if file.is_table]
        if not tables:
            raise SourceError(f"{folder} holds no CSV or Parquet file of which a manifest could be written.")
        there = find_manifest(files)
        if there is not None and there.name != NAME:
            raise SourceError(f"{folder} holds a manifest at {there.name}; move it to {NAME}, or name its folder.")
        if there is not None and not replace:
            raise SourceError(f"{folder} holds a {NAME} already; --replace writes it anew and keeps what else it says.")
        before = read_object(there) if there else {}
        # Read as it stands first, so that what is wrong with it is said and not lost.
        was = manifest(before, NAME)
        parts = [_examined(file, number, len(tables), progress) for number, file in enumerate(tables)]
        if progress:
            progress("Reading files", len(tables), len(tables))
    declared = {*complete, *(feed for feed, of_it in was.feeds.items() if of_it.complete)}
    now = {**{key: value for key, value in before.items() if key not in {"feeds", "files"}}, **said}
    of_feeds = all(_is_feed(part) for part in parts)
    now |= _feeds(parts, declared) if of_feeds else _extract(parts, declared)
    saying = manifest(now, NAME)
    names = tuple(part.name for part in parts)
    by_feed = {feed: tuple(of_it.files) for feed, of_it in saying.feeds.items()}
    complete_feeds(saying, declared, by_feed if of_feeds else dict.fromkeys(declared, names), mapped=not of_feeds)
    _write(folder / NAME, json.dumps(now, ensure_ascii=False, indent=2) + "\n")
    return Inventory(said=saying, rows={part.name: part.rows for part in parts})


def feed_entry(rows: int, files: Mapping[str, str], *, complete: bool = False) -> dict[str, Any]:
    """Return what a manifest says of a feed."""
    return {"rows": rows, **({"complete": True} if complete else {}), "files": dict(files)}


def _examined(file: DeliveredFile, number: int, of: int, progress: Progress | None) -> Examined:
    if progress:
        progress("Reading files", number, of)
    return examine(file)


def _feed(part: Examined) -> str:
    return part.name.rpartition("/")[2].rpartition(".")[0].lower()


def _is_feed(part: Examined) -> bool:
    """Return whether a file is laid out as the feed of its name; if not, it needs a mapping."""
    feed = BY_NAME.get(_feed(part))
    return feed is not None and {column.name for column in feed.all_columns} >= set(part.header)


def _feeds(parts: list[Examined], complete: Collection[str]) -> dict[str, Any]:
    by_feed = {feed.name: [part for part in parts if _feed(part) == feed.name] for feed in FEEDS}
    entries = {
        feed: feed_entry(
            sum(part.rows for part in of_it), {part.name: part.sha256 for part in of_it}, complete=feed in complete
        )
        for feed, of_it in by_feed.items()
        if of_it
    }
    return {"feeds": entries}


def _extract(parts: list[Examined], complete: Collection[str]) -> dict[str, Any]:
    feeds = {"feeds": {feed: {"complete": True} for feed in sorted(complete)}} if complete else {}
    return {**feeds, "files": {part.name: part.sha256 for part in parts}}


def _write(path: Path, text: str) -> None:
    """Write a file so that at every moment there is the old one or the new one, whole."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SourceError(f"{path} cannot be written: {error.strerror}.") from None
