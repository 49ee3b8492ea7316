"""What was delivered: the files of a folder or of a zip, by their place in it."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from graph.errors import SourceError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

DAMAGED = (OSError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error)
"""What reading a file or a member of a zip raises where it cannot be read."""

MOST_MEMBERS = 20_000
MOST_TIMES = 200
"""How many times its own size a zip may hold: text packs to a tenth, seldom to a fiftieth."""
HARMLESS = 64 * 2**20
"""A zip that holds no more than this is unpacked however well it packs."""
BLOCK = 2**18
"""Bytes that are read at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredFile:
    """One delivered file: its place in the delivery, with `/`, and how to open it.

    One that is `packed`, in a zip, can only be read from its beginning to its end.
    """

    name: str
    size: int
    modified: datetime
    open: Callable[[], IO[bytes]]
    packed: bool = False

    @property
    def stem(self) -> str:
        """Return the file's own name without its ending."""
        own = self.name.rpartition("/")[2]
        return own.rpartition(".")[0] or own

    @property
    def folder(self) -> str:
        """Return the folder that it is in; empty if in none."""
        return self.name.rpartition("/")[0]

    @property
    def is_csv(self) -> bool:
        """Return whether its name says that it is CSV."""
        return self.name.lower().endswith(".csv")

    @property
    def is_parquet(self) -> bool:
        """Return whether its name says that it is Parquet."""
        return self.name.lower().endswith(".parquet")

    @property
    def is_table(self) -> bool:
        """Return whether it is in a format of which tables are read."""
        return self.is_csv or self.is_parquet

    def damaged(self) -> SourceError:
        """Return the error that says that it cannot be read."""
        return SourceError(f"{self.name} cannot be read: it is damaged or may not be opened; deliver it again.")

    def changed(self) -> SourceError:
        """Return the error that says that it is not what it was."""
        return SourceError(f"{self.name} changed while it was being read; load it again when it is at rest.")


class Hashed(io.RawIOBase):
    """A stream of which all that is read is counted and hashed."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__()
        self._raw, self._hash = raw, hashlib.sha256()
        self.passed = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read into a buffer; return how many bytes."""
        into = memoryview(buffer).cast("B")
        block = self._raw.read(len(into))
        into[: len(block)] = block
        self._hash.update(block)
        self.passed += len(block)
        return len(block)

    @property
    def sha256(self) -> str:
        """Return the hash of what was read so far."""
        return self._hash.hexdigest()


def digest(file: DeliveredFile, told: Callable[[int], object] = lambda _: None) -> str:
    """Return the checksum of a file's bytes; `told` learns how many are read.

    Raises SourceError if it cannot be read.
    """
    try:
        with file.open() as raw:
            hashed = Hashed(raw)
            block = bytearray(2**20)
            while hashed.readinto(block):
                told(hashed.passed)
            return hashed.sha256
    except DAMAGED:
        raise file.damaged() from None


@contextmanager
def delivered_files(path: Path, *, zone: tzinfo = UTC) -> Iterator[list[DeliveredFile]]:
    """Give the files of a delivery, by name; hidden ones are left out.

    A zip is read where it is, never unpacked to disk; its times, which have no zone, are taken to be in `zone`.
    Raises SourceError where there is no such folder or zip, or the zip is damaged, encrypted, leads outside itself or
    holds absurdly more than its size.
    """
    if path.is_dir():
        yield sorted(_in_folder(path), key=lambda file: file.name)
        return
    if not path.is_file():
        raise SourceError(f"There is no folder or zip {path}.")
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED:
        raise SourceError(f"{path} is not a zip that can be read; deliver a folder or a zip.") from None
    with archive:
        yield sorted(_in_zip(archive, path, zone), key=lambda file: file.name)


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _in_folder(path: Path) -> Iterator[DeliveredFile]:
    for file in list(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_file() and not _hidden(name):
            at = file.stat()
            modified = datetime.fromtimestamp(int(at.st_mtime), UTC)
            yield DeliveredFile(name=name, size=at.st_size, modified=modified, open=partial(_open, file))


def _open(file: Path) -> IO[bytes]:
    return file.open("rb")


def _in_zip(archive: zipfile.ZipFile, path: Path, zone: tzinfo) -> Iterator[DeliveredFile]:
    members = archive.infolist()
    held = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or held > max(HARMLESS, MOST_TIMES * path.stat().st_size):
        raise SourceError(
            f"{path.name} holds far more than a zip of its size should; unpack it and deliver the folder."
        )
    names: set[str] = set()
    for member in members:
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ":" in name.partition("/")[0] or ".." in name.split("/"):
            raise SourceError(f"{path.name} holds a file whose name leads outside it; pack it again without.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise SourceError(f"{path.name} holds a link ({name}); pack the file itself.")
        if member.is_dir() or _hidden(name):
            continue
        if member.flag_bits & 1:
            raise SourceError(f"{path.name} is encrypted; unpack it and deliver the folder.")
        if name in names:
            raise SourceError(f"{path.name} holds two files {name}; pack it again with one.")
        names.add(name)
        yield DeliveredFile(
            name=name,
            size=member.file_size,
            modified=_packed_at(member, zone),
            open=partial(archive.open, member),
            packed=True,
        )


def _packed_at(member: zipfile.ZipInfo, zone: tzinfo) -> datetime:
    """Return the time that a zip keeps of a member; one that is no date, as some programs write, is the earliest."""
    try:
        return datetime(*member.date_time, tzinfo=zone)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=zone)
