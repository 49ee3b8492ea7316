"""Renders the reference page on the feeds, and the template of a delivery."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graph.documents import GENERATED, table
from ingest.contracts import FEEDS
from ingest.contracts.feed import EVERY_FEED, Column, Feed
from ingest.habits import HABITS

_MANIFEST = """\
## The manifest

`manifest.json` says what the delivery is. Each key may be left out, and others are left alone.

| key | means |
| --- | --- |
| `delivery_id` | What the delivery is called; without it, a hash of its files. |
| `source` | System that all records come from which do not name one themselves. |
| `received_at` | When it was received, as 2026-03-31T06:00:00; without it, when its newest file was last changed. |
| `kind` | `synthetic` for invented records; without it they are `real`, and a database holds one kind only. |
| `feeds` | For each feed, by its name: `rows`, `files` and `complete`. |
| `files` | For an extract that a mapping reads: each file with its checksum. |

`clew manifest FOLDER` writes one with all of it. Do that where the files are made, while they are known to be whole:

```json
{
  "source": "rms",
  "received_at": "2026-03-31T06:00:00",
  "kind": "real",
  "feeds": {
    "people": {
      "rows": 1234,
      "complete": true,
      "files": {"people.csv": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
    }
  }
}
```

- `rows` counts the records of a feed in all its files, whole or faulty, without header and blank lines.
- `files` gives each file its SHA-256, by its place as seen from the manifest's folder.
- Where `feeds` or `files` is given, every delivered file must be listed (under a feed with `rows` alone, its files
  need not be). A file that is missing, not listed or has another checksum, and a feed with another number of rows,
  refuse the whole delivery before anything is loaded: something was lost on the way, or changed since.
- `complete` says that the feed holds all that its source has, so that a record which it does not hold is retired. It
  needs `rows` and every file's checksum: what was cut short would look as if the rest were gone. `clew load --complete
  FEED` says the same of a feed of which the manifest gives both. `answers` and `judgements` cannot be complete: an
  answer is withdrawn and a judgement undone.
- For an extract, a feed that the mapping makes can be `complete` if `files` lists all that is delivered; `rows` may
  then be left out: `{"files": {"Persons.csv": "..."}, "feeds": {"people": {"complete": true}}}`.
"""

_FORMATS = """\
## Files

**CSV**: commas, double quotes, UTF-8, a header with the names of the columns as below, in any order. A column that a
feed does not require may be left out. An empty cell is a missing value. The header is row 1; blank lines are not
counted.

**Parquet**: columns of the same names. Its first row is row 2, as if a header stood above it. Text is taken as it is,
and typed columns as they would be written in CSV:

| type | becomes |
| --- | --- |
| text, also as a dictionary | the text; an empty one is missing |
| whole number, or decimal without decimal places | the number |
| floating-point number | the number, without a point if it is whole; NaN is missing. Beyond 2^53 or infinite: refused |
| true or false | `yes` or `no` |
| date | the date |
| time with a date | date and time; of midnight without a zone, in a column that takes dates, the date |
| the same with a time zone | the same in UTC |
| list of texts | the texts, separated by `;` |
| anything else | refused |

A feed may come in several files, of either kind, in folders of any names. No file needs to fit in memory.

## What spreadsheets and old systems do

Nothing is guessed: where a cell could mean two things it is rejected, with its place, and the rest is loaded. A whole
file is refused only where none of it could be trusted. What is met most often:
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
            "A delivery is a folder or a zip file with one CSV or Parquet file a feed, named after it (`people.csv`, "
            "`people.parquet`), and a manifest. No feed is required: a row that refers to something not delivered yet "
            "waits for it. `clew docs --templates FOLDER` writes an empty delivery to fill. Somebody else's extract is "
            "turned into this by a mapping: [mappings](mappings.md).\n",
            overview,
            _MANIFEST,
            _FORMATS,
            table(("what is met", "what happens", "what to do"), HABITS),
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
