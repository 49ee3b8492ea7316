"""What a run is asked for: each figure by its words, where it stands in the figures, and what it is to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Run = Mapping[str, Any]
Value = float | int | bool | str | None

TRUTH = "yes or no"
"""The unit of what is true or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure: `most` or `least` says what it may or has to be, by size; a truth has to hold where `least` is 1."""

    section: str
    says: str
    unit: str
    value: Callable[[Run], Value]
    most: Mapping[str, float] = field(default_factory=dict)
    least: Mapping[str, float] = field(default_factory=dict)

    def target(self, run: Run) -> str:
        """Return in words what the figure is to be; empty if nothing is asked for."""
        size = run["size"]
        if size in self.most:
            return f"at most {self.most[size]:g}"
        if size in self.least:
            return "yes" if self.unit == TRUTH else f"at least {self.least[size]:g}"
        return ""

    def met(self, run: Run) -> bool | None:
        """Return whether the figure is what it is to be; None where nothing is asked for or nothing was measured."""
        value, size = self.value(run), run["size"]
        if isinstance(value, str) or value is None:
            return None
        if size in self.most:
            return value <= self.most[size]
        return value >= self.least[size] if size in self.least else None


def at(*path: str) -> Callable[[Run], Value]:
    """Return what reads a figure by the names under which it stands, None where it is not there."""

    def read(run: Run) -> Value:
        found: Any = run["stages"]
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found if isinstance(found, float | int | bool | str) else None

    return read


def _ratio(above: Callable[[Run], Value], below: Callable[[Run], Value]) -> Callable[[Run], Value]:
    def read(run: Run) -> Value:
        first, second = above(run), below(run)
        return first / second if isinstance(first, float | int) and isinstance(second, float | int) and second else None

    return read


def _each(seconds: Callable[[Run], Value], number: Callable[[Run], Value]) -> Callable[[Run], Value]:
    def read(run: Run) -> Value:
        share = _ratio(seconds, number)(run)
        return 1000 * share if isinstance(share, float) else None

    return read


def _same_hash(run: Run) -> Value:
    hashes = at("bulk", "hash")(run), at("bolt", "hash")(run)
    return None if None in hashes else hashes[0] == hashes[1]


def _memory(says: str, stage: str, whose: str, most: Mapping[str, float] | None = None) -> Line:
    return Line(section="Memory", says=says, unit="MiB", value=at(stage, "peaks_mib", whose), most=most or {})


_WORK = (
    ("making the force", "synthesise"),
    ("bulk load and deriving", "bulk"),
    ("the importer alone", "importer"),
    ("over Bolt and deriving", "bolt"),
    ("the bare loop", "loop"),
    ("Cartography's loader", "cartography"),
)
"""Work whose processor time is shown: on a machine that others use too it says more than a clock."""

_NEVER = {("synthesise", "importer"), ("synthesise", "server"), ("importer", "server"), ("importer", "python")} | {
    (stage, "importer") for stage in ("bolt", "loop", "cartography")
}

_BOTH = ("force", "metropolitan")
_SERVED: tuple[tuple[str, tuple[str, ...], Mapping[str, float], Mapping[str, float]], ...] = (
    ("network of a suspect by lot, p50", ("network", "p50_ms"), {}, {}),
    ("network of a suspect by lot, p95", ("network", "p95_ms"), {"force": 20}, {}),
    ("network of the 50 with most victims, p50", ("network_top", "p50_ms"), {}, {}),
    ("network of the 50 with most victims, p95", ("network_top", "p95_ms"), {"force": 40}, {}),
    ("the same to 8 clients, a second", ("network_top_8", "a_second"), {}, {"force": 76}),
    ("ego network of a suspect by lot, p95", ("ego", "p95_ms"), {}, {}),
    ("the largest ego network of some, p95", ("screen", "p95_ms"), {}, {}),
    ("nodes of the largest", ("screen", "nodes"), {}, {}),
    ("edges of the largest", ("screen", "edges"), {}, {}),
    ("a page of 50 of the threat list, p95", ("threat_list", "p95_ms"), dict.fromkeys(_BOTH, 40.0), {}),
    ("`{ __typename }`, p50", ("typename", "p50_ms"), {}, {}),
    ("`{ __typename }` to 8 clients, a second", ("typename_8", "a_second"), {}, {}),
    ("a person who is there, p50", ("found", "p50_ms"), {}, {}),
    ("a person who is not there, p50", ("nobody", "p50_ms"), {}, {}),
    ("a person whom the viewer may not see, p50", ("restricted", "p50_ms"), {}, {}),
    ("from start to ready, s", ("ready_seconds",), {}, {}),
)
_VARIANTS = (
    ("nested", "nested types"),
    ("authorised", "nested types with row authorisation"),
    ("by_hand", "one field by a statement of its own, without rows' security"),
)
_PEER: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("network of a suspect by lot, p95", "ms", ("network", "p95_ms")),
    ("of the 50 with most victims, p95", "ms", ("network_top", "p95_ms")),
    ("the same to 8 clients, a second", "", ("network_top_8", "a_second")),
)
LINES = (
    Line(section="Synthetic force", says="made and written", unit="s", value=at("synthesise", "seconds"),
         most={"force": 60, "metropolitan": 600}),
    Line(section="Synthetic force", says="rows", unit="", value=at("synthesise", "rows")),
    Line(section="Synthetic force", says="incidents", unit="", value=at("synthesise", "incidents")),
    Line(section="Bulk load", says="in all: read, checked, imported, started, constraints, derived", unit="s",
         value=at("bulk", "seconds"), most={"force": 90, "metropolitan": 1200}),
    Line(section="Bulk load", says="without deriving", unit="s", value=at("bulk", "load_seconds")),
    Line(section="Bulk load", says="derived for the first time: persons, dyads with ledger and score, definitions",
         unit="s", value=at("bulk", "derive_seconds"), most={"force": 75, "metropolitan": 900}),
    Line(section="Bulk load", says="nodes", unit="", value=at("bulk", "nodes")),
    Line(section="Bulk load", says="relationships", unit="", value=at("bulk", "relationships")),
    Line(section="Bulk load", says="rows rejected", unit="", value=at("bulk", "rejected")),
    Line(section="Beside it", says="the importer alone, on the same files", unit="s", value=at("importer", "seconds")),
    Line(section="Beside it", says="bulk load in all, to the importer alone", unit="times",
         value=_ratio(at("bulk", "seconds"), at("importer", "seconds")), most={"force": 3}),
    Line(section="Over Bolt", says="read, checked and loaded", unit="s", value=at("bolt", "load_seconds")),
    Line(section="Over Bolt", says="derived", unit="s", value=at("bolt", "derive_seconds")),
    Line(section="Over Bolt", says="a bare loop, the same facts, nothing checked", unit="s",
         value=at("loop", "seconds")),
    Line(section="Over Bolt", says="ours, to the bare loop", unit="times",
         value=_ratio(at("bolt", "load_seconds"), at("loop", "seconds")), most={"force": 1}),
    Line(section="Over Bolt", says="Cartography's loader, the same facts", unit="s",
         value=at("cartography", "seconds")),
    Line(section="Over Bolt", says="ours, to Cartography's", unit="times",
         value=_ratio(at("bolt", "load_seconds"), at("cartography", "seconds")), most={"force": 1}),
    Line(section="Over Bolt", says="nodes and relationships given to these loops", unit="", value=at("loop", "items")),
    Line(section="Over Bolt", says="of them there after the bare loop", unit="", value=at("loop", "items_there")),
    Line(section="Over Bolt", says="of them there after Cartography's, which keeps one of a type between two nodes",
         unit="", value=at("cartography", "items_there")),
    Line(section="Over Bolt", says="the same graph by hash, by the importer and over Bolt", unit=TRUTH,
         value=_same_hash, least={"force": 1, "demo": 1}),
    Line(section="Risk", says="ledger, clusters, harm and score of every dyad computed, nothing written", unit="s",
         value=at("sweep", "seconds"), most={"force": 25, "metropolitan": 180}),
    Line(section="Risk", says="dyads computed, those that audiences see differently once for each", unit="",
         value=at("sweep", "dyads")),
    Line(section="Risk", says="for a dyad", unit="ms", value=_each(at("sweep", "seconds"), at("sweep", "dyads"))),
    Line(section="Risk", says="what a day of new records and time alone move, derived", unit="s",
         value=at("delta", "derive_seconds"), most={"force": 3, "metropolitan": 6}),
    Line(section="Afterwards", says="everything derived again, nothing changes", unit="s",
         value=at("again", "derive_seconds"), most={"force": 40, "metropolitan": 360}),
    Line(section="Afterwards", says="a late delivery, loaded and derived", unit="s", value=at("late", "seconds")),
    Line(section="Afterwards", says="answers that forms of the late delivery lacked, loaded and derived", unit="s",
         value=at("answers", "seconds")),
    Line(section="Afterwards", says="answers in it", unit="", value=at("answers", "delivered")),
    Line(section="Afterwards", says="a day of new records, loaded and derived", unit="s", value=at("delta", "seconds"),
         most={"force": 3, "metropolitan": 5}),
    Line(section="Afterwards", says="incidents in it", unit="", value=at("delta", "incidents")),
    Line(section="Afterwards", says="server started", unit="s", value=at("ask", "start_seconds")),
    Line(section="Afterwards", says="questions warmed up", unit="s", value=at("ask", "warm_up_seconds")),
    *(
        Line(section="Over HTTP", says=says, unit="ms" if path[-1].endswith("_ms") else "", value=at("serve", *path),
             most=most, least=least)
        for says, path, most, least in _SERVED
    ),
    Line(section="Over HTTP", says="a made network of 500 nodes and 1,500 edges, p95", unit="ms",
         value=at("screen", "p95_ms"), most={"force": 60}),
    Line(section="Over HTTP", says="nodes of the made network", unit="", value=at("screen", "nodes")),
    Line(section="Over HTTP", says="edges of the made network", unit="", value=at("screen", "edges")),
    *(
        Line(section="`@neo4j/graphql` beside it", says=f"{variant}: {says}", unit=unit,
             value=at("graphql_peer", name, *path))
        for name, variant in _VARIANTS
        for says, unit, path in _PEER
    ),
    *(
        Line(section="Processor time", says=f"{says}, {whose.capitalize()}", unit="s",
             value=at(stage, "processor_seconds", whose))
        for says, stage in _WORK
        for whose in ("python", "importer", "server")
        if (stage, whose) not in _NEVER
    ),
    _memory("Python, making the force", "synthesise", "python", {"metropolitan": 4096}),
    _memory("Python, bulk load and deriving", "bulk", "python", {"metropolitan": 6144}),
    _memory("Python, over Bolt", "bolt", "python"),
    _memory("Python, questions", "ask", "python"),
    _memory("Java, the importer", "bulk", "importer"),
    _memory("Java, the server, bulk load and deriving", "bulk", "server"),
    _memory("Java, the server, over Bolt", "bolt", "server"),
    _memory("Java, the server, questions", "ask", "server"),
)  # fmt: skip
"""All figures but those of the questions and of the evaluation, in the order in which they are shown."""

P95 = {
    "ego_network": {"force": 30, "metropolitan": 50},
    "linked_victims": {"force": 30, "metropolitan": 50},
    "timeline": {"force": 25, "metropolitan": 40},
    "serial_perpetrators": {"force": 4000, "metropolitan": 25_000},
    "search_people": {"force": 60, "metropolitan": 120},
    "threat_list": {"force": 40, "metropolitan": 40},
    "threat_score": {"force": 25, "metropolitan": 25},
    "score_change": {"force": 25, "metropolitan": 25},
    "hidden_threat": {"force": 500, "metropolitan": 2000},
}
"""The most milliseconds of 95 in 100 warm answers, by question and size."""
