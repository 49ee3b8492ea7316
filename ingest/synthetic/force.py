"""Writes a synthetic force: one delivery of all feeds, and beside it what is to be found in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from graph.errors import SourceError
from graph.reference.roles import Audience
from graph.terms import DatabaseKind
from ingest.contracts import BY_NAME, FEEDS
from ingest.inventory import feed_entry
from ingest.synthetic.draws import Texts
from ingest.synthetic.made import Made, make
from ingest.synthetic.planted import planted
from ingest.synthetic.refs import SOURCES, Refs
from ingest.synthetic.rows import feeds
from ingest.synthetic.size import SIZES, Area, Size
from ingest.synthetic.summary import Measure, Summary, measured, total, wanted
from ingest.synthetic.truth import WINDOW, Truth
from ingest.synthetic.truth_file import TruthFile
from ingest.synthetic.write import CsvFolder, Written

MANIFEST, TRUTH = "manifest.json", "truth.json"
FILES = frozenset({MANIFEST, TRUTH} | {f"{feed.name}.csv" for feed in FEEDS})
FIRST, LAST = date(2005, 1, 1), date(2190, 12, 31)

Progress = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done and how much there is."""

AUDIENCES = tuple(
    Audience(groups=frozenset(groups)) for groups in ((), ("sensitive",), ("sensitive", "professional_standards"))
)
"""Those for whom the truth is told: the audiences of the role mapping that Clew ships."""

_PART = ".clew-part-"


def write_force(
    folder: Path,
    *,
    size: str = "demo",
    seed: int = 1,
    until: date = date(2026, 3, 31),
    progress: Progress | None = None,
) -> Summary:
    """Write a force's feeds, their manifest and the truth into a folder, and return what came out beside its target.

    The same size, seed and date give the same bytes. A synthetic force that is there already is replaced. Raises
    SourceError if the folder holds anything else, and for a size, seed or date that is not possible.
    """
    whole = _possible(size, seed, until)
    try:
        _refuse_what_is_not_ours(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix=_PART) as name:
            part = Path(name)
            summary = _write(part, whole, seed, until, progress)
            # The manifest first: without it, what is there would pass for real.
            for file in sorted(FILES, key=lambda file: (file != MANIFEST, file)):
                (part / file).replace(folder / file)
    except OSError as error:
        raise SourceError(f"{folder} cannot be written to ({error.strerror}): name another folder.") from None
    return summary


def _possible(size: str, seed: int, until: date) -> Size:
    if size not in SIZES:
        raise SourceError(f"There is no such size of a synthetic force: choose {' or '.join(SIZES)}.")
    if seed < 0:
        raise SourceError("The seed of a synthetic force must be 0 or more.")
    if not FIRST <= until <= LAST:
        raise SourceError(f"The last day of a synthetic force must lie between {FIRST} and {LAST}.")
    return SIZES[size]


def _refuse_what_is_not_ours(folder: Path) -> None:
    if not folder.exists():
        return
    # What an interrupted run left behind is hidden from loading and may stay.
    there = {each.name for each in folder.iterdir() if not each.name.startswith(_PART)}
    try:
        said = json.loads((folder / MANIFEST).read_text("utf-8")) if MANIFEST in there else {}
    except ValueError:
        said = {}
    ours = isinstance(said, dict) and said.get("kind") == DatabaseKind.SYNTHETIC and there <= FILES
    if there and not ours:
        raise SourceError(f"{folder} holds something other than a synthetic force: name a new or an empty folder.")


def _write(folder: Path, size: Size, seed: int, until: date, progress: Progress | None) -> Summary:
    told = progress or (lambda *_: None)
    measures: list[list[Measure]] = []
    with CsvFolder(folder) as csv, TruthFile(folder) as truth:
        for number in range(1, size.areas + 1):
            told("Making the force", number - 1, size.areas)
            made = make(Area(size=size, seed=seed, number=number, until=until))
            _add(made, csv, truth)
            measures.append(measured(made))
        told("Making the force", size.areas, size.areas)
        written = csv.written()
        summary = Summary(
            delivery_id=f"synthetic-{size.name}-{seed}-{until}",
            rows={feed.name: written[feed.name].rows for feed in FEEDS},
            incidents_wanted=wanted(size),
            measures=total(measures),
            cases={_named(place): count for place, count in truth.counts.items() if _counted(place)},
        )
        as_of = Area(size=size, seed=seed, number=1, until=until).as_of
        head = {
            "delivery_id": summary.delivery_id,
            "as_of": str(as_of),
            "window_days": WINDOW,
            "refs": "source:id",
        }
        truth.finish(folder / TRUTH, head)
    _manifest(folder, summary, written, size=size, seed=seed, until=until, received=f"{as_of}T06:00:00")
    return summary


def _named(place: tuple[str, ...]) -> str:
    return f"restricted {place[-1]}" if place[0] == "restricted_records" else place[-1]


def _counted(place: tuple[str, ...]) -> bool:
    return place[0] != "found" or place[1] == AUDIENCES[-1].name


def _add(made: Made, csv: CsvFolder, truth: TruthFile) -> None:
    """Append an area to the feeds and to the truth."""
    refs = Refs(made)
    for feed, columns in feeds(made, refs):
        csv.add(feed, columns)
        if "restricted_to" in columns:
            truth.add(("restricted_records", feed), _restricted(feed, columns))
    for audience in AUDIENCES:
        for kind, entries in Truth(made, refs, audience).entries().items():
            truth.add(("found", audience.name, kind), entries)
    for kind, entries in planted(made, refs).items():
        truth.add(("planted", kind), entries)


def _restricted(feed: str, columns: dict[str, Texts]) -> list[Mapping[str, object]]:
    """Return the restricted rows of a feed by their key."""
    at = np.flatnonzero(columns["restricted_to"] != "")
    keys = [columns[name][at].tolist() for name in BY_NAME[feed].key]
    return [
        {"source": source, "key": list(key), "restricted_to": groups.split(";")}
        for source, groups, *key in zip(
            columns["source"][at].tolist(), columns["restricted_to"][at].tolist(), *keys, strict=True
        )
    ]


def _manifest(
    folder: Path,
    summary: Summary,
    written: Mapping[str, Written],
    *,
    size: Size,
    seed: int,
    until: date,
    received: str,
) -> None:
    said = {
        "delivery_id": summary.delivery_id,
        "kind": str(DatabaseKind.SYNTHETIC),
        "source": SOURCES[0],
        "received_at": received,
        "size": size.name,
        "seed": seed,
        "until": str(until),
        "feeds": {
            feed.name: feed_entry(written[feed.name].rows, {written[feed.name].file: written[feed.name].sha256})
            for feed in FEEDS
        },
    }
    (folder / MANIFEST).write_text(json.dumps(said, indent=2) + "\n", "utf-8")
