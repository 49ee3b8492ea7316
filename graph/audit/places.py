"""Where the record stands: its folders, the names of its files, and the key by which what was asked is hashed."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections import defaultdict
from datetime import date
from pathlib import Path

from graph.errors import AuditUnavailable
from graph.settings import Settings

_KEY, _KEY_BYTES = ".key", 32
_FILE = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})-(?P<chain>[0-9a-f]{16})\.jsonl")


def folders(settings: Settings) -> tuple[Path, Path]:
    """Return the folder of the record and that of its anchors."""
    return settings.audit or settings.home / "audit", settings.audit_anchors or settings.home / "audit-anchors"


def unavailable(error: OSError) -> AuditUnavailable:
    """Return what to raise where the record cannot be written; it names no folder, since settings do."""
    return AuditUnavailable(
        f"Who looks cannot be recorded ({error.strerror or type(error).__name__}), so nothing is shown: the folders "
        "that CLEW_AUDIT and CLEW_AUDIT_ANCHORS name (else audit and audit-anchors in CLEW_HOME) must be there, "
        "writable, and have room."
    )


def new_chain() -> str:
    """Return the id of a new chain."""
    return secrets.token_hex(8)


def is_chain(name: str) -> bool:
    """Return whether a name is the id of a chain."""
    return len(name) == 16 and set(name) <= set("0123456789abcdef")


def file_name(day: date, chain: str) -> str:
    """Return the name of a chain's file of one day, UTC."""
    return f"{day.isoformat()}-{chain}.jsonl"


def day_of(path: Path) -> str:
    """Return the day of a file, as in its name."""
    return path.name[:10]


def files_by_chain(folder: Path) -> dict[str, list[Path]]:
    """Return the files of each chain, oldest first; none where there is no folder."""
    found: dict[str, list[Path]] = defaultdict(list)
    for name in sorted(os.listdir(folder)) if folder.is_dir() else ():  # noqa: PTH208 (many files: no Path for each)
        if named := _FILE.fullmatch(name):
            found[named["chain"]].append(folder / name)
    return dict(found)


def make(folder: Path) -> None:
    """Make a folder that only its owner can enter, where there is none; raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; raises OSError."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def key(folder: Path) -> bytes:
    """Return the key of a record, made when it is first asked for.

    Raises AuditUnavailable if it cannot be made, or is not as it was made.
    """
    path = folder / _KEY
    try:
        make(folder)
        if not path.exists():
            _make_key(path)
        found = path.read_bytes()
    except OSError as error:
        raise unavailable(error) from None
    if len(found) != _KEY_BYTES:
        raise AuditUnavailable(
            f"The key of the record of who looked ({_KEY} in its folder) is damaged: bring it back from a copy, or "
            "remove it, and what is asked from then on has hashes that compare with no earlier ones."
        )
    return found


def _make_key(path: Path) -> None:
    """Make a key that is there whole or not at all; where several processes do, the first one's stays."""
    draft = path.with_name(f"{_KEY}.{secrets.token_hex(8)}")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(opened, secrets.token_bytes(_KEY_BYTES))
        os.fsync(opened)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.close(opened)
        draft.unlink()


def hashed(with_key: bytes, data: bytes) -> str:
    """Return the HMAC-SHA-256 of data, by which equal questions are known again and none can be guessed."""
    return hmac.digest(with_key, data, "sha256").hex()


def keyed(folder: Path, data: bytes) -> str:
    """Return the hash of data under the record's own key; raises AuditUnavailable as `key` does."""
    return hashed(key(folder), data)
