"""What a delivery says of itself: where it comes from, when it was received, whether it is invented."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from graph.errors import SourceError
from graph.terms import DatabaseKind
from ingest.files import DAMAGED, DeliveredFile

NAME = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is said of a delivery; None where it is not said."""

    delivery_id: str | None = None
    source: str | None = None
    received_at: datetime | None = None
    kind: DatabaseKind | None = None

    def or_else(self, other: Manifest) -> Manifest:
        """Return this, with what it does not say taken from another."""
        return Manifest(
            delivery_id=self.delivery_id or other.delivery_id,
            source=self.source or other.source,
            received_at=self.received_at or other.received_at,
            kind=self.kind or other.kind,
        )


def read_manifest(files: list[DeliveredFile], *, zone: tzinfo = UTC) -> Manifest:
    """Read the one `manifest.json` among the files; a time without a zone is taken to be in `zone`.

    Raises SourceError if there are several, or one that is not as it should be.
    """
    found = [file for file in files if file.name.rpartition("/")[2].lower() == NAME]
    if not found:
        return Manifest()
    if len(found) > 1:
        raise SourceError(f"There are several manifests: {', '.join(file.name for file in found)}; deliver one.")
    name = found[0].name
    try:
        with found[0].open() as raw:
            said = json.loads(raw.read().decode("utf-8-sig"))
    except DAMAGED:
        raise SourceError(f"{name} cannot be read.") from None
    except json.JSONDecodeError as wrong:
        raise SourceError(f"{name}:{wrong.lineno}: this is not JSON.") from None
    except UnicodeDecodeError:
        raise SourceError(f"{name} is not UTF-8; save it as such.") from None
    if not isinstance(said, dict):
        raise SourceError(f'{name} must be an object, such as {{"source": "niche"}}.')
    return manifest(said, name, zone=zone)


def manifest(said: Mapping[str, object], place: str, *, zone: tzinfo = UTC) -> Manifest:
    """Take what a manifest says; other keys are left alone.

    Raises SourceError, which names the place and the key, never the value.
    """
    texts: dict[str, str | None] = {}
    for key in ("delivery_id", "source", "received_at", "kind"):
        value = said.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise SourceError(f"{place}: {key} must be a text that is not empty; leave it out if there is none.")
        texts[key] = value
    return Manifest(
        delivery_id=texts["delivery_id"],
        source=texts["source"],
        received_at=_moment(texts["received_at"], place, zone),
        kind=_kind(texts["kind"], place),
    )


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
