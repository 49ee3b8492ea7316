"""What a delivery says of itself: where it comes from, when it was received, which files and how many rows it has."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from graph.errors import SourceError
from graph.terms import DatabaseKind
from ingest.contracts import BY_NAME
from ingest.files import DAMAGED, DeliveredFile

NAME = "manifest.json"

_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSaid:
    """What is said of one feed: its rows, whether it is all that its source has, its files with their checksums."""

    rows: int | None = None
    complete: bool = False
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is said of a delivery; None where it is not said.

    `files` are delivered files with their checksums that are listed beside those of the feeds, as of an extract.
    """

    name: str = NAME
    delivery_id: str | None = None
    source: str | None = None
    received_at: datetime | None = None
    kind: DatabaseKind | None = None
    feeds: Mapping[str, FeedSaid] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def listed(self) -> dict[str, str]:
        """Return the checksum of each listed file."""
        return {name: sha for said in self.feeds.values() for name, sha in said.files.items()} | dict(self.files)

    def or_else(self, other: Manifest) -> Manifest:
        """Return this, with what it does not say of the whole delivery taken from another."""
        return replace(
            self,
            delivery_id=self.delivery_id or other.delivery_id,
            source=self.source or other.source,
            received_at=self.received_at or other.received_at,
            kind=self.kind or other.kind,
        )


def read_manifest(files: list[DeliveredFile], *, zone: tzinfo = UTC) -> Manifest:
    """Read the one `manifest.json` among the files; a time without a zone is taken to be in `zone`.

    Raises SourceError if there are several, or one that is not as it should be.
    """
    found = find_manifest(files)
    return manifest(read_object(found), found.name, zone=zone) if found else Manifest()


def find_manifest(files: list[DeliveredFile]) -> DeliveredFile | None:
    """Return the manifest among the files; raises SourceError if there are several."""
    found = [file for file in files if file.name.rpartition("/")[2].lower() == NAME]
    if len(found) > 1:
        raise SourceError(f"There are several manifests: {', '.join(file.name for file in found)}; deliver one.")
    return found[0] if found else None


def read_object(file: DeliveredFile) -> dict[str, Any]:
    """Return the keys of a manifest; raises SourceError if it is no JSON object, or has a key twice."""
    name = file.name

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(said := dict(pairs)) < len(pairs):
            raise SourceError(f"{name}: a key is given twice; keep one.")
        return said

    try:
        with file.open() as raw:
            said = json.loads(raw.read().decode("utf-8-sig"), object_pairs_hook=once)
    except DAMAGED:
        raise SourceError(f"{name} cannot be read.") from None
    except json.JSONDecodeError as wrong:
        raise SourceError(f"{name}:{wrong.lineno}: this is not JSON.") from None
    except UnicodeDecodeError:
        raise SourceError(f"{name} is not UTF-8; save it as such.") from None
    except (ValueError, RecursionError):
        raise SourceError(f"{name} holds a number too long, or too many brackets, to be read.") from None
    if not isinstance(said, dict):
        raise SourceError(f'{name} must be an object, such as {{"source": "niche"}}.')
    return said


def manifest(said: Mapping[str, object], place: str, *, zone: tzinfo = UTC) -> Manifest:
    """Take what a manifest says; other keys are left alone. Files are named as seen from the manifest's folder.

    Raises SourceError, which names the place and the key, never the value.
    """
    texts: dict[str, str | None] = {}
    for key in ("delivery_id", "source", "received_at", "kind"):
        value = said.get(key)
        if value is not None and not _is_text(value):
            raise SourceError(f"{place}: {key} must be a text that is not empty; leave it out if there is none.")
        texts[key] = value if isinstance(value, str) else None
    folder = place[: -len(NAME)] if place.lower().endswith(f"/{NAME}") else ""
    feeds = _object(said.get("feeds"), f"{place}: feeds")
    if strange := [name for name in feeds if name not in BY_NAME]:
        raise SourceError(f"{place}: feeds.{strange[0]} is no feed. Feeds: {', '.join(BY_NAME)}.")
    return Manifest(
        name=place,
        delivery_id=texts["delivery_id"],
        source=texts["source"],
        received_at=_moment(texts["received_at"], place, zone),
        kind=_kind(texts["kind"], place),
        feeds={name: _feed(name, given, f"{place}: feeds.{name}", folder) for name, given in feeds.items()},
        files=_files(said.get("files"), f"{place}: files", folder),
    )


def _is_text(value: object) -> bool:
    """Return whether it is a text that says something; half a character, which JSON can hold, is none."""
    return isinstance(value, str) and bool(value.strip()) and not re.search("[\ud800-\udfff]", value)


def _object(value: object, place: str) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SourceError(f"{place} must be an object with a key for each; leave it out if there is none.")
    return value


def _feed(name: str, given: object, place: str, folder: str) -> FeedSaid:
    said = _object(given, place)
    rows, complete = said.get("rows"), said.get("complete", False)
    if rows is not None and (not isinstance(rows, int) or isinstance(rows, bool) or rows < 0):
        raise SourceError(f"{place}.rows must be a whole number; leave it out if it is not known.")
    if not isinstance(complete, bool):
        raise SourceError(f"{place}.complete must be true or false.")
    files = _files(said.get("files"), f"{place}.files", folder)
    if strange := [file for file in files if _stem(file) != name]:
        raise SourceError(f"{place}.files lists {strange[0]}, which is not a file of that feed; list it elsewhere.")
    return FeedSaid(rows=rows, complete=complete, files=files)


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0].lower()


def _files(given: object, place: str, folder: str) -> dict[str, str]:
    said = _object(given, place)
    for sha256 in said.values():
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256.lower()):
            raise SourceError(f"{place} must give each file its SHA-256, 64 hexadecimal digits; use `clew manifest`.")
    return {f"{folder}{name}": str(sha256).lower() for name, sha256 in said.items()}


def _moment(text: str | None, place: str, zone: tzinfo) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SourceError(f"{place}: received_at must be a date and time such as 2026-03-31T06:00:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _kind(text: str | None, place: str) -> DatabaseKind | None:
    if text is None:
        return None
    try:
        return DatabaseKind(text)
    except ValueError:
        raise SourceError(f"{place}: kind must be {' or '.join(DatabaseKind)}.") from None
