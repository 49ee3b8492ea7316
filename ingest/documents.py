"""Renders the reference page on the feeds, and the template of a delivery."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graph.documents import GENERATED, table
from ingest.contracts import FEEDS
from ingest.contracts.feed import EVERY_FEED, Column, Feed

_MANIFEST = """\
## The manifest

`manifest.json` says what the delivery is. Each key may be left out.

| key | means |
| --- | --- |
| `delivery_id` | What the delivery is called; without it, a hash of its files. |
| `source` | System that all records come from which do not name one themselves. |
| `received_at` | When it was received, as 2026-03-31T06:00:00; without it, when its newest file was last changed. |
| `kind` | `synthetic` for invented records; without it they are `real`, and a database holds one kind only. |
"""


def pages() -> Mapping[str, str]:
    """Return the text of each page by its file name."""
    return {"feeds.md": feeds_page()}


def templates() -> Mapping[str, str]:
    """Return the files of an empty delivery: a manifest, and each feed's file with its header line."""
    return {"manifest.json": _TEMPLATE, **{f"{feed.name}.csv": _header(feed) for feed in FEEDS}}


_TEMPLATE = '{\n  "source": "name-of-the-system",\n  "received_at": "2026-03-31T06:00:00",\n  "kind": "real"\n}\n'


def _header(feed: Feed) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(column.name for column in feed.all_columns)
    return text.getvalue()


def feeds_page() -> str:
    """Return what a delivery must look like."""
    overview = table(
        ("feed", "what a row is", "becomes"),
        ((f"[{feed.name}](#{feed.name})", feed.says, ", ".join(_becomes(feed))) for feed in FEEDS),
    )
    return "\n".join(
        [
            f"# Feeds\n\n{GENERATED}",
            "A delivery is a folder or a zip file with one CSV file a feed, named after it (`people.csv`), and a "
            "manifest. No feed is required: a row that refers to something not delivered yet waits for it. "
            "`clew docs --templates FOLDER` writes an empty delivery to fill. Somebody else's extract is turned into "
            "this by a mapping: [mappings](mappings.md).\n",
            overview,
            _MANIFEST,
            "## Every feed\n\nThese columns may stand in each feed.\n",
            _columns(EVERY_FEED),
            *(section for feed in FEEDS for section in _feed(feed)),
        ]
    )


def _becomes(feed: Feed) -> Iterator[str]:
    for model in dict.fromkeys(feed.models):
        name = getattr(model, "TYPE", model.__name__)
        yield f"[{name}](schema.md#{name.lower()})"


def _feed(feed: Feed) -> Iterator[str]:
    yield f"## {feed.name}\n\n{feed.says}\n"
    yield f"A row is known by {_listed(feed.key)}. It becomes {', '.join(_becomes(feed))}.\n"
    yield _columns(feed.columns)


def _columns(columns: Iterable[Column]) -> str:
    return table(
        ("column", "required", "written as", "means"),
        ((f"`{each.name}`", "yes" if each.required else "", _written(each), _means(each)) for each in columns),
    )


def _written(column: Column) -> str:
    if column.terms is None:
        return str(column.kind.value)
    return "one of " + ", ".join(f"`{term.value}`" for term in column.terms)


def _means(column: Column) -> str:
    says = column.says
    if column.refers is not None:
        says += f" Refers to `{_feed_of(column.refers.to)}`."
    return says


def _feed_of(label: str) -> str:
    """Return the feed that delivers a kind of node; judgements, which are none, have their own."""
    filled: Iterator[tuple[type[Any], str]] = ((model, feed.name) for feed in FEEDS for model in feed.models)
    return next((name for model, name in filled if model.__name__ == label), "judgements")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
