"""What was answered on a form at a time: of each item the greatest version that its instrument takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph import versions
from graph.connection import Row
from graph.reference.instruments import Instrument
from graph.terms import ANSWER_BYTES, NOT_DELIVERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One delivered answer to an item, or the word that there is none; `byte` is None for that."""

    item: str
    byte: int | None
    order: versions.Order
    received_at: datetime


Answers = Mapping[str, Sequence[Given]]
"""All versions of all answers, by the id of their form, the greatest first."""


def answers(rows: Iterable[Row], instruments: Mapping[tuple[str, str], Instrument]) -> Answers:
    """Return the answers of which versions were read."""
    found: dict[str, list[Given]] = defaultdict(list)
    for row in rows:
        if row["content"] is None:
            found[row["form_id"]] += _holding(row, instruments[row["instrument"], row["version"]])
        else:
            found[row["form_id"]].append(_other(row))
    for of_form in found.values():
        of_form.sort(key=lambda each: each.order, reverse=True)
    return found


def answered(given: Iterable[Given], instrument: Instrument, known_at: datetime) -> bytes | None:
    """Return the answers that held on a form at a time, as the graph holds them; None if there were none."""
    held = bytearray(len(instrument.items))
    settled: set[int] = set()
    for each in given:
        item = instrument.item(each.item)
        if item is None or item.place in settled or each.received_at > known_at:
            continue
        if each.byte is None:
            settled.add(item.place)
        elif each.byte in {ANSWER_BYTES[answer] for answer in item.answers}:
            held[item.place] = each.byte
            settled.add(item.place)
    size = max(instrument.least, len(held.rstrip(bytes([NOT_DELIVERED]))))
    return bytes(held[:size]) if any(held) else None


def _holding(row: Row, instrument: Instrument) -> Iterator[Given]:
    """Yield what a form holds now."""
    places, times = row["brought"] or b"", row["recorded_at"]
    for item, byte in zip(instrument.items, row["answers"], strict=False):
        if byte != NOT_DELIVERED:
            place = places[item.place] if item.place < len(places) else 0
            recorded = times[0 if len(times) == 1 else item.place] if times else ""
            yield Given(
                item=item.number,
                byte=byte,
                order=versions.order(datetime.fromisoformat(recorded) if recorded else None, f"{byte:02}"),
                received_at=row["received_at"][place],
            )


def _other(row: Row) -> Given:
    """Return a version that does not hold now."""
    says = versions.read(row["content"])["properties"]
    gone = row["digest"].startswith(versions.WITHDRAWN)
    return Given(
        item=says["item"],
        byte=None if gone else ANSWER_BYTES[says["answer"]],
        order=versions.order(says.get("recorded_at"), row["digest"]),
        received_at=row["received_at"][0],
    )
