"""Makes one area and writes it to a folder of its own, without headers: a piece of each file of the force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from graph.reference.roles import Audience
from ingest.contracts import BY_NAME
from ingest.synthetic import texts
from ingest.synthetic.arrivals import DELIVERIES, Arrivals, arrivals
from ingest.synthetic.draws import ABSENT, Ints
from ingest.synthetic.made import Made, make
from ingest.synthetic.planted import planted
from ingest.synthetic.refs import Refs
from ingest.synthetic.rows import feeds
from ingest.synthetic.size import MINUTES, Area
from ingest.synthetic.summary import Measure, measured
from ingest.synthetic.texts import Columns
from ingest.synthetic.truth import Truth
from ingest.synthetic.truth_file import TruthFile
from ingest.synthetic.write import content, lines

AUDIENCES = tuple(
    Audience(groups=frozenset(groups)) for groups in ((), ("sensitive",), ("sensitive", "professional_standards"))
)
"""Those for whom the truth is told: the audiences of the role mapping that Clew ships."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What was written of an area: rows by delivery and feed, columns by feed, cases of the truth by their place."""

    folder: Path
    columns: Mapping[str, tuple[str, ...]]
    rows: Mapping[tuple[str, str], int]
    cases: Mapping[tuple[str, ...], int]
    measures: list[Measure]

    def file(self, delivery: str, feed: str) -> Path:
        """Return the file of a feed's rows in a delivery."""
        return self.folder / f"{delivery}.{feed}"


def write_piece(area: Area, folder: Path) -> Piece:
    """Make an area, write it to a new folder, and return what was written."""
    folder.mkdir()
    made = make(area)
    refs, come = Refs(made), arrivals(made)
    columns: dict[str, tuple[str, ...]] = {}
    rows: dict[tuple[str, str], int] = {}
    with TruthFile(folder) as truth:
        for feed, said in feeds(made, refs, come.recorded):
            columns[feed] = tuple(said)
            _write(folder, rows, feed, said, _delivery(made, come, feed), _known(made, come, feed))
            if feed in made.restricted:
                truth.add(("restricted_records", feed), _restricted(made, feed, said))
        for audience in AUDIENCES:
            for kind, entries in Truth(made, refs, audience).entries().items():
                truth.add(("found", audience.name, kind), entries)
        for kind, entries in planted(made, refs, AUDIENCES[-1]).items():
            truth.add(("planted", kind), entries)
    return Piece(folder=folder, columns=columns, rows=rows, cases=dict(truth.counts), measures=measured(made, come))


def _delivery(made: Made, come: Arrivals, feed: str) -> Ints:
    """Return in which delivery each row comes; an answer comes as its form says."""
    if feed != "answers":
        return come.delivery[feed]
    answers = np.zeros(len(made.forms.dyad), dtype=np.int64)
    for filled in made.answered:
        answers[filled.forms] = np.count_nonzero(filled.answers, axis=1)
    return np.repeat(come.delivery["answers"], answers)


def _known(made: Made, come: Arrivals, feed: str) -> Ints | None:
    """Return in which delivery the last day that each row says may be known; None for feeds that say none."""
    if feed not in come.ended:
        return None
    ended = come.ended[feed]
    minute = np.where(ended == ABSENT, ABSENT, ended * MINUTES + _NIGHT)
    first = np.searchsorted(np.array(made.area.cuts), minute, side="right")
    return np.maximum(np.minimum(first, len(DELIVERIES) - 1), come.delivery[feed]).astype(np.int64)


_NIGHT = MINUTES - 1
"""In the last minute of a day the systems learn of what ended on it."""


def _write(
    folder: Path, rows: dict[tuple[str, str], int], feed: str, said: Columns, delivery: Ints, known: Ints | None
) -> None:
    """Write the rows of each delivery; one whose last day is known only later comes without it, and once more then."""
    again = np.zeros(len(delivery), dtype=np.bool_) if known is None else known > delivery
    if known is None or not again.any():
        first, more = lines(said), None
    else:
        until = said["until_on"]
        first = lines({**said, "until_on": texts.blanked(until, again)})
        at = pa.array(np.flatnonzero(again))
        revised = {name: column.take(at) for name, column in said.items()}
        revised["recorded_at"] = texts.joined(revised["until_on"], texts.given(["T23:59"] * len(at)))
        more = lines(revised)
    for number, name in enumerate(DELIVERIES):
        chosen = delivery == number
        count, written = int(chosen.sum()), content(first, chosen)
        if more is not None and known is not None:
            later = known[again] == number
            count, written = count + int(later.sum()), written + content(more, later)
        if count:
            rows[name, feed] = count
            (folder / f"{name}.{feed}").write_bytes(written)


def _restricted(made: Made, feed: str, said: Columns) -> list[Mapping[str, object]]:
    """Return the restricted rows of a feed by their key."""
    at = pa.array(np.flatnonzero(made.restricted[feed]))
    source, groups, *keys = (
        said[name].take(at).to_pylist() for name in ("source", "restricted_to", *BY_NAME[feed].key)
    )
    return [
        {"source": one, "key": list(key), "restricted_to": to.split(";")}
        for one, to, *key in zip(source, groups, *keys, strict=True)
    ]
