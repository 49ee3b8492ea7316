"""The record of who looked: one chain a process, over days and threads, with nothing in it but ids and hashes."""

from __future__ import annotations

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from threading import Event

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.audit import anchors as noted
from graph.audit import places
from graph.audit.entries import subjects, subjects_in
from graph.audit.trail import Trail, opened
from graph.audit.verify import Verified
from graph.errors import AuditUnavailable
from graph.settings import Settings
from trails import ALICE, BOB, ENTRY, LONDON, OUTCOME, Clock, Place, at, look, place

__all__ = ["place"]


def test_a_chain_goes_on_over_days_and_a_clock_that_is_put_back(place: Place) -> None:
    clock = Clock(at(2, 23, 59))
    trail = place.opened(clock)
    look(trail)
    clock.now = at(4, 0, 0)
    look(trail)
    clock.now = at(3, 23, 59)
    look(trail)
    clock.now = at(4, 8)
    look(trail)
    trail.close()
    assert [path.name[:10] for path in place.files()] == ["2026-03-02", "2026-03-04"]
    assert [row["n"] for row in place.read()] == list(range(1, 11))
    assert place.verify() == Verified(chains=1, rows=10, days=2, cut_short=0, unfinished=0)


def test_the_day_is_that_of_utc(place: Place) -> None:
    place.opened(lambda: datetime(2026, 7, 1, 0, 30, tzinfo=LONDON)).close()
    assert place.files()[0].name.startswith("2026-06-30-")
    assert place.read()[0]["at"] == "2026-06-30T23:30:00.000000+00:00"


def test_a_first_row_names_the_ends_that_none_has_named_and_no_more(place: Place) -> None:
    running = place.opened()
    for _ in range(6):
        place.opened().close()
    with opened(place.folder, place.anchors) as last:
        look(last)
    heads = orjson.loads(place.lines(last.chain)[0])["heads"]
    # The chain that is still written, and the one before; all others are named already.
    assert len(heads) == 2
    assert running.chain in {chain for chain, _, _ in heads}
    running.close()
    assert place.verify().chains == 8


def test_folders_and_files_are_for_their_owner_only(place: Place) -> None:
    with opened(place.folder, place.anchors) as trail:
        look(trail)
    modes = {path.stat().st_mode & 0o777 for path in [place.folder, place.anchors]}
    assert modes == {0o700}
    files = [path for folder in (place.folder, place.anchors) for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


@given(st.text(st.characters(codec=None), max_size=300), st.lists(st.text(max_size=30), max_size=5))
def test_no_text_breaks_a_line_and_no_name_is_taken_for_an_id(text: str, asked: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Place.within(Path(folder))
        trail = place.opened()
        entry = replace(ENTRY, viewer=text, purpose=text, client=text, questions=[text], asked=[*asked, ALICE])
        n = trail.intent(entry)
        trail.outcome(n, replace(OUTCOME, code=text, subjects=[ALICE, text]))
        trail.close()
        assert place.verify().rows == 4
        intent, outcome = place.read()[1:3]
        assert len(intent["viewer"]) <= 200
        assert intent["viewer"] == text[:200].encode("utf-8", "replace").decode()
        assert intent["asked"] == [ALICE]
        assert outcome["subjects"] == [ALICE]


def test_persons_in_rows_are_found_wherever_they_stand() -> None:
    @dataclass(frozen=True, slots=True)
    class Row:
        person_id: str
        seen_on: date
        others: list[dict[str, str]]
        label: str

    found = [Row(BOB, date(2026, 1, 1), [{"id": ALICE}, {"id": BOB}], "d" + "a" * 16), {"x": f"see {ALICE}."}]
    assert subjects(found) == [ALICE, BOB]
    assert subjects([]) == []
    assert subjects_in(b'{"a":"%s","b":"n%s","c":"%s2"}' % (ALICE.encode(), b"a" * 17, BOB.encode())) == [ALICE]


def test_equal_questions_have_equal_hashes_under_one_key_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: places.keyed(tmp_path / "a", b"x"), range(32)))
    assert len(made) == 1
    assert made != {places.keyed(tmp_path / "b", b"x")}
    assert [path.name for path in (tmp_path / "a").iterdir()] == [".key"]
    with opened(tmp_path / "a", tmp_path / "anchors") as trail:
        assert {trail.keyed(b"x")} == made
    (tmp_path / "a" / ".key").write_bytes(b"")
    with pytest.raises(AuditUnavailable, match="key"):
        places.key(tmp_path / "a")


def test_folders_are_those_of_the_settings(tmp_path: Path) -> None:
    home = {"CLEW_HOME": str(tmp_path)}
    assert places.folders(Settings.from_env(home)) == (tmp_path / "audit", tmp_path / "audit-anchors")
    elsewhere = {**home, "CLEW_AUDIT": str(tmp_path / "x"), "CLEW_AUDIT_ANCHORS": str(tmp_path / "y")}
    assert places.folders(Settings.from_env(elsewhere)) == (tmp_path / "x", tmp_path / "y")


def test_what_many_threads_write_is_one_chain(place: Place) -> None:
    with opened(place.folder, place.anchors) as trail, ThreadPoolExecutor(8) as threads:

        def work(_: int) -> int:
            n = look(trail)
            trail.sync()
            anchor = noted.noted(place.anchors, trail.chain)
            assert anchor is not None
            assert anchor.n > n
            return n

        numbers = list(threads.map(work, range(200)))
    assert len(set(numbers)) == 200
    assert place.verify() == Verified(chains=1, rows=402, days=place.verify().days, cut_short=0, unfinished=0)


def test_a_record_can_be_verified_while_it_is_written_and_new_chains_begin(place: Place) -> None:
    stop = Event()

    def write() -> None:
        while not stop.is_set():
            with opened(place.folder, place.anchors) as trail:
                for _ in range(5):
                    look(trail)
                    trail.sync()

    with ThreadPoolExecutor(2) as threads:
        writing = [threads.submit(write) for _ in range(2)]
        try:
            for _ in range(30):
                place.verify()
        finally:
            stop.set()
        for each in writing:
            each.result()
    assert place.verify().unfinished == 0


def test_waiters_share_a_sync_and_one_that_is_cancelled_takes_nobody_with_it(place: Place) -> None:
    async def ask(trail: Trail) -> int:
        n = look(trail)
        await trail.durable()
        anchor = noted.noted(place.anchors, trail.chain)
        assert anchor is not None
        assert anchor.n > n
        return n

    async def many(trail: Trail) -> None:
        tasks = [asyncio.create_task(ask(trail)) for _ in range(40)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert [isinstance(each, int) for each in ended[1::2]] == [True] * 20
        assert {type(each) for each in ended[::2]} == {asyncio.CancelledError}

    with opened(place.folder, place.anchors) as trail:
        asyncio.run(many(trail))
    assert place.verify().rows == 82
