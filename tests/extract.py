"""What a test delivers: folders, zips, and an extract with its mapping."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.errors import SourceError
from ingest.delivery import Delivery
from ingest.read import read_delivery

WHO = "Id,Name,DOB,Sex\n7,Ashdown,14/03/1984,M\n007,Price,31/02/1986,F\n8,,,\n"


def deliver(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        file = folder / name.replace("__", "/").replace("_csv", ".csv").replace("_json", ".json")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def pack(path: Path, *members: tuple[str | zipfile.ZipInfo, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


class Extract:
    """An extract and its mapping, in folders of their own."""

    def __init__(self, folder: Path) -> None:
        self.files, self.sql = folder / "extract", folder / "m"
        self.sql.mkdir()
        self.deliver("Who.csv", WHO)

    def deliver(self, name: str, content: str | bytes) -> None:
        """Write a delivered file."""
        (self.files / name).parent.mkdir(parents=True, exist_ok=True)
        (self.files / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def write(self, name: str, sql: str) -> None:
        """Write a file of the mapping."""
        (self.sql / name).write_text(sql, "utf-8")

    def read(self, **sql: str) -> Delivery:
        """Write these files of the mapping, and read."""
        for name, text in sql.items():
            self.write(f"{name}.sql", text)
        return read_delivery(self.files, mapping=self.sql, received_at=datetime(2026, 4, 1, tzinfo=UTC))

    def refused(self, **sql: str) -> str:
        """Write these files of the mapping; return why it is refused."""
        with pytest.raises(SourceError) as refused:
            self.read(**sql)
        return str(refused.value).removeprefix(f"{self.sql.parent.as_posix()}/")
