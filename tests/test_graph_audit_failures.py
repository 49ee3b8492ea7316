"""No kill, full disk, lost folder or interruption breaks the record of who looked."""

from __future__ import annotations

import asyncio
import errno
import linecache
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import orjson
import pytest

from graph.audit import anchors as noted
from graph.audit.trail import opened
from graph.audit.verify import Verified
from graph.errors import AuditUnavailable
from trails import ENTRY, Clock, Place, at, look, place

__all__ = ["place"]


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
