"""A private file is there whole or not at all, and what was there stays if it cannot be written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from api import private_file


def test_a_file_is_for_its_owner_alone_whatever_was_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    private_file.write(path, "first")
    path.chmod(0o644)
    private_file.write(path, "é")
    assert path.read_text("utf-8") == "é"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_is_created_never_takes_the_place_of_another(tmp_path: Path) -> None:
    private_file.create(tmp_path / "file", "first")
    private_file.create(tmp_path / "file", "second")
    assert [(each.name, each.read_text("utf-8")) for each in tmp_path.iterdir()] == [("file", "first")]


def test_a_full_disk_leaves_what_was_there_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    private_file.write(tmp_path / "file", "first")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        private_file.write(tmp_path / "file", "second")
    assert [(each.name, each.read_text("utf-8")) for each in tmp_path.iterdir()] == [("file", "first")]
