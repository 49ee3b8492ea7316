"""The record of who looked: nothing in it can be changed unseen, and no kill or full disk breaks it."""

from __future__ import annotations

import asyncio
import errno
import linecache
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.audit import anchors as noted
from graph.audit import places, reports
from graph.audit.entries import Entry, Kind, Outcome, subjects, subjects_in
from graph.audit.lines import NO_HASH, sealed
from graph.audit.readings import Look, looks, rows
from graph.audit.trail import Trail, open_trail, opened
from graph.audit.verify import Verified, verify
from graph.errors import AuditBroken, AuditUnavailable
from graph.settings import Settings

ALICE, BOB = "n" + "a" * 16, "n" + "b" * 16
ENTRY = Entry(
    request_id="r1",
    viewer="officer-1",
    client="token",
    roles=["assessor"],
    audience="everyone",
    purpose="THREAT_ASSESSMENT:M/1",
    kind=Kind.CONSULTATION,
    questions=["person"],
    document="d" * 64,
    variables="v" * 64,
    asked=[ALICE],
)
OUTCOME = Outcome(request_id="r1", ok=True, code=None, subjects=[ALICE, BOB], rows=2, withheld=1, ms=3.5)
LONDON = ZoneInfo("Europe/London")


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime

    def __call__(self) -> datetime:
        """Return what it is set to."""
        return self.now


def look(trail: Trail, entry: Entry = ENTRY, outcome: Outcome = OUTCOME) -> int:
    n = trail.intent(entry)
    trail.outcome(n, outcome)
    return n


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """The two folders of a record."""

    folder: Path
    anchors: Path

    @classmethod
    def within(cls, path: Path) -> Place:
        """Return the place within a folder."""
        return cls(path / "audit", path / "anchors")

    def opened(self, clock: Callable[[], datetime] | None = None) -> Trail:
        """Open a trail, whose clock stands still."""
        return open_trail(self.folder, self.anchors, clock=clock or Clock(at(2)))

    def verify(self) -> Verified:
        """Verify what is there."""
        return verify(self.folder, self.anchors)

    def files(self) -> list[Path]:
        """Return the files of rows."""
        return sorted(self.folder.glob("*.jsonl"))

    def all_anchors(self) -> list[Path]:
        """Return the anchors, named or not."""
        return sorted(path for path in self.anchors.rglob("*") if path.is_file())

    def lines(self, chain: str) -> list[bytes]:
        """Return the lines of a chain."""
        found = places.files_by_chain(self.folder)[chain]
        return [line for path in found for line in path.read_bytes().splitlines(keepends=True)]

    def read(self) -> list[dict[str, Any]]:
        """Return all rows."""
        return list(rows(self.folder))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.within(tmp_path)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Write a record of three chains, over three days: closed, left by a kill, and the last of them."""
    written = Place.within(tmp_path_factory.mktemp("record"))
    clock = Clock(at(2))
    first = written.opened(clock)
    for _ in range(3):
        look(first)
    clock.now = at(3)
    look(first)
    look(first)
    first.close()
    second = written.opened(clock)
    for day in (3, 4):
        clock.now = at(day)
        look(second)
        look(second)
    second.sync()
    second.abandon()
    with opened(written.folder, written.anchors, clock=clock) as third:
        look(third)
        third.intent(ENTRY)
    assert written.verify() == Verified(chains=3, rows=26, days=3, cut_short=0, unfinished=1)
    return written


@contextmanager
def copied(record: Place) -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Place.within(Path(folder))
        shutil.copytree(record.folder, copy.folder)
        shutil.copytree(record.anchors, copy.anchors)
        yield copy


def sentence(broken: Place) -> str:
    with pytest.raises(AuditBroken) as raised:
        broken.verify()
    return str(raised.value)


@given(st.data())
def test_any_edited_byte_is_found(record: Place, data: st.DataObject) -> None:
    with copied(record) as copy:
        path = data.draw(st.sampled_from([*copy.files(), *copy.all_anchors()]))
        content = bytearray(path.read_bytes())
        position = data.draw(st.integers(0, len(content) - 1))
        content[position] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        sentence(copy)


@given(st.data())
def test_any_removed_run_of_rows_is_found(record: Place, data: st.DataObject) -> None:
    with copied(record) as copy:
        path = data.draw(st.sampled_from(copy.files()))
        lines = path.read_bytes().splitlines(keepends=True)
        begin = data.draw(st.integers(0, len(lines) - 1))
        end = data.draw(st.integers(begin + 1, len(lines)))
        path.write_bytes(b"".join(lines[:begin] + lines[end:]))
        says = sentence(copy)
        assert "removed" in says or "truncated" in says


@given(st.data())
def test_any_two_rows_that_change_places_are_found(record: Place, data: st.DataObject) -> None:
    with copied(record) as copy:
        files = copy.files()
        lines = [path.read_bytes().splitlines(keepends=True) for path in files]
        where = [(file, line) for file, found in enumerate(lines) for line in range(len(found))]
        one, other = data.draw(st.lists(st.sampled_from(where), min_size=2, max_size=2, unique=True))
        lines[one[0]][one[1]], lines[other[0]][other[1]] = lines[other[0]][other[1]], lines[one[0]][one[1]]
        for path, content in zip(files, lines, strict=True):
            path.write_bytes(b"".join(content))
        sentence(copy)


@given(st.data())
def test_a_file_that_is_cut_off_anywhere_is_found(record: Place, data: st.DataObject) -> None:
    with copied(record) as copy:
        path = data.draw(st.sampled_from([*copy.files(), *copy.all_anchors()]))
        os.truncate(path, data.draw(st.integers(0, path.stat().st_size - 1)))
        sentence(copy)


@given(st.data())
def test_a_row_that_is_repeated_or_put_in_is_found(record: Place, data: st.DataObject) -> None:
    with copied(record) as copy:
        path = data.draw(st.sampled_from(copy.files()))
        lines = path.read_bytes().splitlines(keepends=True)
        foreign = data.draw(
            st.sampled_from([line for chain in places.files_by_chain(copy.folder) for line in copy.lines(chain)])
        )
        lines.insert(data.draw(st.integers(0, len(lines))), foreign)
        path.write_bytes(b"".join(lines))
        if path.read_bytes() != record.folder.joinpath(path.name).read_bytes():
            sentence(copy)


def test_each_file_and_each_anchor_that_is_missing_is_found(record: Place) -> None:
    for number in range(len(record.files()) + len(record.all_anchors())):
        with copied(record) as copy:
            [*copy.files(), *copy.all_anchors()][number].unlink()
            sentence(copy)


def test_a_chain_that_is_removed_with_its_anchor_is_found_while_a_later_one_is_there(record: Place) -> None:
    by_chain = places.files_by_chain(record.folder)
    last = max(by_chain, key=lambda chain: record.lines(chain)[0].count(b"heads") and by_chain[chain][0].name[:10])
    assert len(by_chain) == 3
    for chain in by_chain.keys() - {last}:
        with copied(record) as copy:
            for path in copy.folder.glob(f"*{chain}*"):
                path.unlink()
            for path in copy.anchors.rglob(chain):
                path.unlink()
            assert f"Chain {chain} is missing" in sentence(copy)


def rewritten(lines: list[bytes], number: int, viewer: str) -> tuple[list[bytes], str]:
    """Return a chain of which one row says something else, with all hashes from there on made anew, and the last."""
    made, prev = [], NO_HASH
    for place, line in enumerate(lines):
        row = orjson.loads(line)
        del row["hash"]
        row |= {"prev": prev} | ({"viewer": viewer} if place == number else {})
        text, prev = sealed(row)
        made.append(text)
    return made, prev


def test_hashes_made_anew_after_an_edit_are_found_by_the_anchor_and_else_by_a_later_chain(record: Place) -> None:
    chain = next(each for each in places.files_by_chain(record.folder) if (record.anchors / "named" / each).exists())
    lines = record.lines(chain)
    made, last = rewritten(lines, 1, "somebody-else")
    with copied(record) as copy:
        paths = places.files_by_chain(copy.folder)[chain]
        for path in paths:
            here = len(path.read_bytes().splitlines())
            path.write_bytes(b"".join(made[:here]))
            del made[:here]
        says = sentence(copy)
        assert f"row {len(lines)} of its chain" in says
        assert "edited" in says
        (copy.anchors / "named" / chain).write_bytes(f"{len(lines):020d} {last}\n".encode())
        says = sentence(copy)
        assert "edited" in says
        assert "chain " in says


def test_what_was_done_and_where_is_said_and_nothing_of_what_the_row_held(record: Place) -> None:
    path = record.files()[0]
    lines = path.read_bytes().splitlines(keepends=True)
    for changed, says in {
        b"".join([*lines[:2], lines[2].replace(b'"withheld":1', b'"withheld":0'), *lines[3:]]): "this row was edited",
        b"".join([*lines[:2], *lines[3:]]): "this row was removed",
        b"".join([*lines[:2], lines[3], lines[2], *lines[4:]]): "rows were reordered",
    }.items():
        with copied(record) as copy:
            (copy.folder / path.name).write_bytes(changed)
            found = sentence(copy)
            assert found.startswith(f"{path.name}, row 3 of its chain: {says}")
            assert ALICE not in found


def test_a_file_that_is_called_by_another_day_is_found(record: Place) -> None:
    with copied(record) as copy:
        path = copy.files()[-1]
        path.rename(path.with_name("2026-03-09" + path.name[10:]))
        assert "another day" in sentence(copy)


def test_rows_after_the_anchor_are_as_good_and_one_that_was_broken_off_is_counted(place: Place) -> None:
    trail = place.opened()
    look(trail)
    trail.sync()
    look(trail)
    trail.abandon()
    anchor = noted.noted(place.anchors, trail.chain)
    assert anchor is not None
    assert anchor.n == 3
    assert place.verify() == Verified(chains=1, rows=5, days=1, cut_short=0, unfinished=0)
    (path,) = place.files()
    os.truncate(path, path.stat().st_size - 1)
    assert place.verify() == Verified(chains=1, rows=4, days=1, cut_short=1, unfinished=1)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + lines[2][:40])
    assert "truncated" in sentence(place)


def test_an_empty_record_is_whole(place: Place) -> None:
    assert place.verify() == Verified(chains=0, rows=0, days=0, cut_short=0, unfinished=0)


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


def test_a_sync_that_fails_is_said_and_what_it_left_is_written_anew(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = place.opened()
    (path,) = place.files()
    look(trail)
    whole = path.read_bytes()
    real, failed = os.fdatasync, []

    def fail(fd: int) -> None:
        failed.append(fd)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fdatasync", fail)
    with pytest.raises(AuditUnavailable, match="Input/output error"):
        asyncio.run(trail.durable())
    assert failed
    assert not trail.writable()
    with pytest.raises(AuditUnavailable):
        trail.intent(ENTRY)
    assert path.read_bytes() == whole
    # What such a disk does with pages that it could not write: it forgets them.
    opening = whole.splitlines(keepends=True)[0]
    path.write_bytes(opening + b"\0" * (len(whole) - len(opening)))
    monkeypatch.setattr(os, "fdatasync", real)
    assert trail.writable()
    look(trail)
    asyncio.run(trail.durable())
    trail.close()
    assert place.verify() == Verified(chains=1, rows=6, days=1, cut_short=0, unfinished=0)


def test_an_anchor_that_cannot_be_written_makes_nothing_durable(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    trail = place.opened()
    look(trail)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(noted.HeldAnchor, "note", fail)
        with pytest.raises(AuditUnavailable):
            trail.sync()
    trail.sync()
    trail.close()
    assert place.verify().rows == 4


def test_without_its_folder_nothing_is_recorded_and_with_it_again_all_is(place: Place) -> None:
    trail = place.opened()
    look(trail)
    away = place.folder.with_name("away")
    place.folder.rename(away)
    assert not trail.writable()
    with pytest.raises(AuditUnavailable) as raised:
        trail.intent(ENTRY)
    assert str(place.folder) not in str(raised.value)
    with pytest.raises(AuditUnavailable):
        trail.sync()
    away.rename(place.folder)
    assert trail.writable()
    look(trail)
    trail.close()
    assert place.verify().rows == 6


def test_no_room_is_not_writable(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    trail = place.opened()
    assert trail.writable()
    monkeypatch.setattr("graph.audit.trail.LEAST_ROOM", 1 << 62)
    assert not trail.writable()
    trail.close()


def test_a_folder_that_cannot_be_made_is_said_at_once(place: Place) -> None:
    place.folder.write_text("")
    with pytest.raises(AuditUnavailable):
        place.opened()
    place.folder.unlink()
    place.anchors.write_text("")
    with pytest.raises(AuditUnavailable):
        place.opened()


def test_a_trail_that_is_closed_takes_nothing(place: Place) -> None:
    trail = place.opened()
    trail.close()
    trail.close()
    assert not trail.writable()
    with pytest.raises(AuditUnavailable, match="closed"):
        trail.intent(ENTRY)
    assert [row["phase"] for row in place.read()] == ["opened", "closed"]


def test_an_interruption_anywhere_in_an_append_leaves_a_chain_that_goes_on(place: Place) -> None:
    """What Ctrl-C does to a command: the interruption comes before the nth line of the code that appends."""
    clock = Clock(at(2))
    trail = place.opened(clock)
    interrupted = 0
    for day in (2, 3):
        for number in range(1, 100):
            left = number
            if day == 3:
                # The first row of a day, which begins a file.
                clock.now += timedelta(days=1)

            def trace(frame: FrameType, event: str, _: object) -> Any:
                nonlocal left
                code = frame.f_code
                if not code.co_filename.endswith(("audit/trail.py", "audit/files.py")):
                    return None
                # The interpreter looks for interruptions after calls, never where a `with` or a `try` begins or ends.
                line = linecache.getline(code.co_filename, frame.f_lineno).strip()
                if event == "line" and not line.startswith(("with ", "try:")):
                    left -= 1
                    if not left:
                        raise KeyboardInterrupt
                return trace

            before = sys.gettrace()
            sys.settrace(trace)
            try:
                with suppress(KeyboardInterrupt):
                    trail.intent(replace(ENTRY, viewer="x" * (number % 7)))
            finally:
                sys.settrace(before)
            trail.intent(replace(ENTRY, viewer="y" * (number % 5)))
            if left > 0:
                break
            interrupted += 1
        assert interrupted > 10 * (day - 1), day
    trail.close()
    place.verify()


RUNS_OUT_OF_ROOM = """
import resource, sys
from pathlib import Path
from test_graph_audit import ENTRY, OUTCOME, Place, look
from graph.errors import AuditUnavailable

place = Place.within(Path(sys.argv[1]))
trail = place.opened()
(path,) = place.files()
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
for more in range(0, 2000, 97):
    before = path.read_bytes()
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + more, hard))
    refused = 0
    for _ in range(10):
        kept = path.read_bytes()
        try:
            trail.intent(ENTRY)
        except AuditUnavailable as full:
            assert "File too large" in str(full), full
            assert path.read_bytes() == kept
            refused += 1
    assert refused, more
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    look(trail)
    trail.sync()
trail.close()
"""


def child(script: str, folder: Path) -> subprocess.Popen[str]:
    tests = Path(__file__).parent
    environ = {**os.environ, "PYTHONPATH": f"{tests}{os.pathsep}{tests.parent}"}
    return subprocess.Popen([sys.executable, "-c", script, str(folder)], env=environ, stdout=subprocess.PIPE, text=True)


def test_a_full_disk_refuses_whole_rows_and_once_there_is_room_the_chain_goes_on(place: Place) -> None:
    with child(RUNS_OUT_OF_ROOM, place.folder.parent) as process:
        process.communicate(timeout=60)
    assert process.returncode == 0
    held = place.verify()
    assert held.chains == 1
    assert held.rows == 2 + 2 * 21 + held.unfinished
    assert held.cut_short == 0


IS_KILLED = """
import asyncio, os, sys, threading
from datetime import UTC, datetime
from pathlib import Path
from test_graph_audit import Place, look

def say(n):
    os.write(1, f"{n}\\n".encode())

async def ask(trail):
    while True:
        n = look(trail)
        await trail.durable()
        say(n)

def work(trail):
    while True:
        n = look(trail)
        trail.sync()
        say(n)

async def main():
    trail = Place.within(Path(sys.argv[1])).opened(lambda: datetime.now(UTC))
    for _ in range(3):
        threading.Thread(target=work, args=(trail,), daemon=True).start()
    await asyncio.gather(*(ask(trail) for _ in range(30)))

asyncio.run(main())
"""


@pytest.mark.parametrize("said", [1, 40, 500])
def test_a_kill_loses_nothing_that_was_said_to_be_durable(place: Place, said: int) -> None:
    with child(IS_KILLED, place.folder.parent) as process:
        assert process.stdout is not None
        durable = [process.stdout.readline() for _ in range(said)]
        process.kill()
        durable += process.stdout.readlines()
    numbers = {int(line) for line in durable if line.endswith("\n")}
    assert len(numbers) >= said
    held = place.verify()
    finished = {row["intent"] for row in place.read() if row["phase"] == "outcome"}
    assert numbers <= finished
    # What comes after it is a chain of its own, which names the end of the one that was killed.
    with opened(place.folder, place.anchors) as trail:
        look(trail)
    assert len(orjson.loads(place.lines(trail.chain)[0])["heads"]) == 1
    assert place.verify() == replace(held, chains=2, rows=held.rows + 4, days=place.verify().days)


def test_looks_are_answered_consultations_and_disclosures_of_a_time(place: Place) -> None:
    clock = Clock(at(2, 23, 59))
    trail = place.opened(clock)
    look(trail)
    look(trail, replace(ENTRY, kind=Kind.ALTERATION))
    look(trail, outcome=replace(OUTCOME, ok=False, code="NOT_FOUND", subjects=[]))
    look(trail, replace(ENTRY, kind=Kind.DISCLOSURE, client="key:k1"), replace(OUTCOME, ok=False, code="LATE"))
    across = trail.intent(replace(ENTRY, viewer="officer-2"))
    clock.now = at(3, 0, 1)
    trail.outcome(across, OUTCOME)
    look(trail)
    trail.close()
    found = list(looks(place.folder))
    assert [(each.viewer, each.kind, each.client) for each in found] == [
        ("officer-1", Kind.CONSULTATION, "token"),
        ("officer-1", Kind.DISCLOSURE, "key:k1"),
        ("officer-2", Kind.CONSULTATION, "token"),
        ("officer-1", Kind.CONSULTATION, "token"),
    ]
    assert found[0].subject_ids == (ALICE, BOB)
    assert found[0].at == at(2, 23, 59)
    assert list(looks(place.folder, at(3, 0))) == found[3:]
    assert [row["n"] for row in rows(place.folder, date(2026, 3, 3))] == [11, 12, 13, 14]


def seen(viewer: str, when: datetime, *ids: str) -> Look:
    return Look(viewer=viewer, client="token", at=when, kind=Kind.CONSULTATION, subject_ids=ids)


def test_a_burst_is_more_than_so_many_persons_in_so_many_minutes() -> None:
    quick = [seen("a", at(2, 9, minute), str(minute)) for minute in range(12)]
    slow = [seen("b", at(2, 9 + minute), str(minute)) for minute in range(12)]
    again = [seen("c", at(2, 9, minute), "same") for minute in range(12)]
    found = reports.bursts([*slow, *reversed(quick), *again], subjects=3, minutes=5)
    assert found == [reports.Burst(viewer="a", subjects=12, looks=12, first_at=at(2, 9, 0), last_at=at(2, 9, 11))]
    assert reports.bursts(quick, subjects=6, minutes=5) == []
    assert [each.subjects for each in reports.bursts(quick, subjects=5, minutes=5)] == [12]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from("pqrst")), max_size=25), st.integers(1, 4), st.integers(1, 9)
)
def test_a_burst_is_there_exactly_when_some_window_is_too_full(
    read: list[tuple[int, str]], most: int, minutes: int
) -> None:
    full = any(
        len({person for other, person in read if minute - minutes <= other <= minute}) > most for minute, _ in read
    )
    found = reports.bursts([seen("a", at(2, 9, minute), who) for minute, who in read], subjects=most, minutes=minutes)
    assert bool(found) == full
    assert all(each.subjects > most for each in found)
    assert all(one.last_at < other.first_at for one, other in pairwise(found))


def test_out_of_hours_is_by_the_force_s_own_clock() -> None:
    summer = datetime(2026, 7, 1, 18, 30, tzinfo=UTC)  # a Wednesday; 19:30 in London
    saturday = datetime(2026, 7, 4, 11, 0, tzinfo=UTC)
    early = datetime(2026, 1, 7, 6, 59, tzinfo=UTC)
    found = reports.out_of_hours(
        [
            seen("a", summer, ALICE),
            seen("a", summer + timedelta(minutes=1), ALICE, BOB),
            seen("a", summer - timedelta(hours=1), BOB),
            seen("b", saturday, ALICE),
            seen("b", early, ALICE),
            seen("b", early + timedelta(minutes=1), ALICE),
        ],
        zone=LONDON,
    )
    assert [(each.viewer, each.on.isoformat(), each.subjects, each.looks) for each in found] == [
        ("a", "2026-07-01", 2, 2),
        ("b", "2026-01-07", 1, 1),
        ("b", "2026-07-04", 1, 1),
    ]
    assert (found[0].first_at, found[0].last_at) == (summer, summer + timedelta(minutes=1))
    assert len(reports.out_of_hours([seen("b", early, ALICE)], zone=LONDON, begins=time(6))) == 0


def test_many_viewers_are_those_of_one_person_within_days() -> None:
    read = [seen(f"v{number}", at(2 + number), ALICE, BOB if number < 2 else ALICE) for number in range(5)]
    (found,) = reports.many_viewers(read, viewers=3, days=2)
    assert (found.subject_id, found.viewers, found.looks) == (ALICE, 5, 8)
    assert found.viewer_names == ("v0", "v1", "v2", "v3", "v4")
    assert (found.first_at, found.last_at) == (at(2), at(6))
    assert reports.many_viewers(read, viewers=4, days=2) == []


def test_an_area_is_unusual_for_whom_it_is_little_of_what_they_read_lately() -> None:
    areas = {ALICE: "north", BOB: "south"}
    often = [seen("a", at(2, 9, minute), ALICE, "nowhere") for minute in range(59)]
    (found,) = reports.unusual_areas([*often, seen("a", at(3), BOB), seen("b", at(3), BOB)], areas)
    assert (found.viewer, found.area, found.reads, found.of_reads, found.subject_ids) == ("a", "south", 1, 60, (BOB,))
    assert (found.first_at, found.last_at) == (at(3), at(3))
    # Of two reads, one is not little; and what lies too far back is not counted at all.
    assert reports.unusual_areas([seen("a", at(2), ALICE), seen("a", at(3), BOB)], areas) == []
    assert reports.unusual_areas([*often, seen("a", at(2) + timedelta(days=91), BOB)], areas) == []
    assert reports.unusual_areas([*often, seen("a", at(3), BOB)], areas, percent=1) == []
