"""Nothing in the record of who looked can be edited, removed, reordered or cut off unseen."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.audit import anchors as noted
from graph.audit import places
from graph.audit.lines import NO_HASH, sealed
from graph.audit.trail import opened
from graph.audit.verify import Verified
from graph.errors import AuditBroken
from trails import ALICE, ENTRY, Clock, Place, at, look, place

__all__ = ["place"]


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
    for here, line in enumerate(lines):
        row = orjson.loads(line)
        del row["hash"]
        row |= {"prev": prev} | ({"viewer": viewer} if here == number else {})
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
        b"".join([*lines[:2], lines[2].replace(b'"rows":2', b'"rows":3'), *lines[3:]]): "this row was edited",
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
