"""Writes a synthetic force: three deliveries that follow each other, and beside them what is to be found in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import numpy as np

from graph.errors import SourceError
from graph.terms import DatabaseKind
from ingest.contracts import FEEDS
from ingest.inventory import feed_entry
from ingest.synthetic.arrivals import DELIVERIES
from ingest.synthetic.piece import AUDIENCES, Piece, write_piece
from ingest.synthetic.refs import SOURCES
from ingest.synthetic.size import SIZES, Area, Size
from ingest.synthetic.summary import Measure, Summary, total
from ingest.synthetic.truth import WINDOW
from ingest.synthetic.truth_file import TruthFile
from ingest.synthetic.write import CsvFiles, Written
from ingest.workers import in_order, workers

MANIFEST, TRUTH = "manifest.json", "truth.json"
FILES = frozenset({MANIFEST} | {f"{feed.name}.csv" for feed in FEEDS})
FIRST, LAST = date(2005, 1, 1), date(2190, 12, 31)

Progress = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done and how much there is."""

MOST_PROCESSES = 4
"""Areas that are made at one time, however many cores there are: each takes several hundred megabytes."""

_PART = ".clew-part-"


def write_force(
    folder: Path,
    *,
    size: str = "demo",
    seed: int = 1,
    until: date = date(2026, 3, 31),
    progress: Progress | None = None,
) -> Summary:
    """Write a force's deliveries and the truth into a folder, and return what came out beside its target.

    The same size, seed and date give the same bytes, however many cores there are. A synthetic force that is there
    already is replaced. Raises SourceError if the folder holds anything else, for a size, seed or date that is not
    possible, and if a process that makes a part of it ends before its time.
    """
    whole = _possible(size, seed, until)
    try:
        _refuse_what_is_not_ours(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix=_PART) as name:
            part = Path(name)
            summary = _write(part, whole, seed, until, progress)
            _put_in_place(part, folder)
    except OSError as error:
        raise SourceError(f"{folder} cannot be written to ({error.strerror}): name another folder.") from None
    except BrokenProcessPool:
        raise SourceError("A process that made a part of the force was ended; is there enough memory?") from None
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
    there = [each for each in folder.iterdir() if not each.name.startswith(_PART)]
    deliveries = [each for each in there if each.name != TRUTH]
    if not all(_is_ours(each) for each in deliveries) or (there and not deliveries):
        raise SourceError(f"{folder} holds something other than a synthetic force: name a new or an empty folder.")


def _is_ours(delivery: Path) -> bool:
    """Return whether it is one of our deliveries, with nothing else in it."""
    try:
        said = json.loads((delivery / MANIFEST).read_text("utf-8"))
    except (ValueError, OSError):
        return False
    ours = isinstance(said, dict) and said.get("kind") == DatabaseKind.SYNTHETIC
    return ours and delivery.name in DELIVERIES and {each.name for each in delivery.iterdir()} <= FILES


def _put_in_place(part: Path, folder: Path) -> None:
    """Move what was there away, then what is new to its place: deliveries of two forces never stand together."""
    former = part / "former"
    former.mkdir()
    for name in (TRUTH, *DELIVERIES):
        if (folder / name).exists():
            (folder / name).rename(former / name)
    for name in (*DELIVERIES, TRUTH):
        (part / name).rename(folder / name)


def _write(folder: Path, size: Size, seed: int, until: date, progress: Progress | None) -> Summary:
    told = progress or (lambda *_: None)
    measures: list[list[Measure]] = []
    areas = [Area(size=size, seed=seed, number=number, until=until) for number in range(1, size.areas + 1)]
    with CsvFiles(folder) as csv, TruthFile(folder) as truth:
        told("Making the force", 0, size.areas)
        with _pieces(folder, areas) as pieces:
            for number, piece in enumerate(pieces, 1):
                for delivery, feed in piece.rows:
                    rows = piece.rows[delivery, feed]
                    csv.take(delivery, feed, piece.columns[feed], piece.file(delivery, feed), rows)
                truth.take(piece.folder, piece.cases)
                measures.append(piece.measures)
                rmtree(piece.folder)
                told("Making the force", number, size.areas)
        written = csv.written()
        named = f"synthetic-{size.name}-{seed}-{until}"
        summary = Summary(
            deliveries={f"{named}-{name}": name for name in DELIVERIES},
            rows={feed.name: tuple(_rows(written, name, feed.name) for name in DELIVERIES) for feed in FEEDS},
            sha256=_hash(written),
            incidents_wanted=size.incidents,
            measures=total(measures),
            cases={_named(place): count for place, count in truth.counts.items() if _counted(place)},
        )
        head = {
            "deliveries": list(summary.deliveries),
            "sha256": summary.sha256,
            "as_of": str(areas[0].as_of),
            "window_days": WINDOW,
            "refs": "source:id",
        }
        truth.finish(folder / TRUTH, head)
    for delivery_id, name, cut in zip(summary.deliveries, DELIVERIES, areas[0].cuts, strict=True):
        received = str(np.datetime64(cut + _UNTIL_RECEIVED, "m"))
        said = {"size": size.name, "seed": seed, "until": str(until)}
        _manifest(folder / name, delivery_id, f"{received}:00", said, written)
    return summary


_UNTIL_RECEIVED = 6 * 60
"""Minutes from when the systems are read until the delivery is received."""


@contextmanager
def _pieces(folder: Path, areas: list[Area]) -> Iterator[Iterator[Piece]]:
    """Give the pieces of all areas in order, made by as many processes as there are cores, within reason."""
    processes = min(len(areas), MOST_PROCESSES)
    with workers(processes) as pool:
        # No more wait on the disk than are being made.
        yield in_order(pool, partial(_piece, folder), areas, 2 * processes)


def _piece(folder: Path, area: Area) -> Piece:
    return write_piece(area, folder / f"area-{area.number}")


def _rows(written: Mapping[tuple[str, str], Written], delivery: str, feed: str) -> int:
    return written[delivery, feed].rows if (delivery, feed) in written else 0


def _hash(written: Mapping[tuple[str, str], Written]) -> str:
    """Return one hash of all files of all deliveries."""
    listed = "".join(f"{written[at].sha256}  {at[0]}/{at[1]}.csv\n" for at in sorted(written))
    return hashlib.sha256(listed.encode()).hexdigest()


def _named(place: tuple[str, ...]) -> str:
    return f"restricted {place[-1]}" if place[0] == "restricted_records" else place[-1]


def _counted(place: tuple[str, ...]) -> bool:
    return place[0] != "found" or place[1] == AUDIENCES[-1].name


def _manifest(
    folder: Path,
    delivery_id: str,
    received_at: str,
    said: Mapping[str, object],
    written: Mapping[tuple[str, str], Written],
) -> None:
    feeds = {feed.name: written[folder.name, feed.name] for feed in FEEDS if (folder.name, feed.name) in written}
    whole = {
        "delivery_id": delivery_id,
        "kind": str(DatabaseKind.SYNTHETIC),
        "source": SOURCES[0],
        "received_at": received_at,
        **said,
        "feeds": {name: feed_entry(each.rows, {f"{name}.csv": each.sha256}) for name, each in feeds.items()},
    }
    (folder / MANIFEST).write_text(json.dumps(whole, indent=2) + "\n", "utf-8")
