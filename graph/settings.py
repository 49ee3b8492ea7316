"""Every environment variable that Clew reads: its name, type, default and what it is for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from graph.errors import SettingsError

NEO4J_VERSIONS = ("5.26.31", "2026.09.0")
SHRINK_PERCENT = 10.0


def user_data_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder in which the platform keeps a user's data, with `clew` in it."""
    home = Path(environ.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "clew"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "clew"


def _version(text: str) -> str:
    if text not in NEO4J_VERSIONS:
        raise ValueError(f"one of {', '.join(NEO4J_VERSIONS)}")
    return text


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ValueError("a port number from 1 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < 86400:
        raise ValueError("a number of seconds above 0")
    return seconds


def _policy(text: str) -> str:
    if text not in {"required", "optional", "off"}:
        raise ValueError("required, optional or off")
    return text


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("a whole number above 0")
    return int(text)


def _percent(text: str) -> float:
    try:
        percent = float(text)
    except ValueError:
        percent = -1
    if not 0 <= percent <= 100:
        raise ValueError("a number of percent from 0 to 100")
    return percent


def _memory(text: str) -> str:
    if not (text[:-1].isdecimal() and text[-1:] in "mg"):
        raise ValueError("a size such as 512m or 2g")
    return text


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("the name of a time zone such as Europe/London") from None


def _setting(name: str, says: str, default: Any = None, read: Callable[[str], Any] = str, secret: bool = False) -> Any:
    """Return a dataclass field that knows its environment variable, its sentence and how it is read."""
    return field(default=default, repr=not secret, metadata={"name": name, "says": says, "read": read})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says; read once by `from_env` and passed on."""

    home: Path = _setting(
        "CLEW_HOME",
        "Folder for the local Neo4j, its jars and its password.",
        Path("clew"),
        lambda text: Path(text).absolute(),
    )
    neo4j_uri: str | None = _setting("NEO4J_URI", "Address of a Neo4j to use; nothing local is started.")
    neo4j_username: str = _setting("NEO4J_USERNAME", "User name for the Neo4j at NEO4J_URI.", "neo4j")
    neo4j_password: str | None = _setting("NEO4J_PASSWORD", "Password for the Neo4j at NEO4J_URI.", secret=True)
    neo4j_database: str = _setting("CLEW_NEO4J_DATABASE", "Name of the database that holds the graph.", "neo4j")
    neo4j_home: Path | None = _setting(
        "NEO4J_HOME",
        "An installed Neo4j whose lib folder the local server runs from; nothing is fetched.",
        None,
        Path,
    )
    neo4j_version: str = _setting(
        "CLEW_NEO4J_VERSION", "Version of the local Neo4j: 5.26.31 or 2026.09.0.", NEO4J_VERSIONS[0], _version
    )
    neo4j_port: int | None = _setting("CLEW_NEO4J_PORT", "Port of the local Neo4j; not set: any free one.", None, _port)
    heap: str = _setting("CLEW_HEAP", "Memory for the local Neo4j's heap.", "1g", _memory)
    page_cache: str = _setting("CLEW_PAGE_CACHE", "Memory for the local Neo4j's page cache.", "512m", _memory)
    java_home: Path | None = _setting(
        "JAVA_HOME", "A Java 17 or 21 to use; not set: the one that comes with Clew.", None, Path
    )
    read_seconds: float = _setting(
        "CLEW_READ_SECONDS", "Seconds after which a question to the database is stopped.", 60.0, _seconds
    )
    time_zone: ZoneInfo = _setting(
        "CLEW_TIME_ZONE", "Time zone in which the force counts its days.", ZoneInfo("Europe/London"), _zone
    )
    shrink_percent: float = _setting(
        "CLEW_SHRINK_PERCENT",
        "Percent of a source's records that a complete feed may retire at once; beyond it the delivery is refused.",
        SHRINK_PERCENT,
        _percent,
    )
    roles: Path | None = _setting(
        "CLEW_ROLES", "File that maps roles to groups and claims; not set: the one that comes with Clew.", None, Path
    )
    token_issuer: str | None = _setting("CLEW_TOKEN_ISSUER", "Who issues the tokens that the service accepts.")
    token_audience: str = _setting("CLEW_TOKEN_AUDIENCE", "For whom a token must be issued.", "clew")
    token_roles: str = _setting("CLEW_TOKEN_ROLES", "Claim of a token that lists what roles follow from.", "roles")
    jwks: str | None = _setting("CLEW_JWKS", "Address or file of the keys by which tokens are checked.")
    keys: Path | None = _setting(
        "CLEW_KEYS", "File of the applications' keys, as hashes; not set: keys.json in CLEW_HOME.", None, Path
    )
    purpose: str = _setting(
        "CLEW_PURPOSE", "Whether a request must say its purpose: required, optional or off.", "optional", _policy
    )
    audit: Path | None = _setting(
        "CLEW_AUDIT", "Folder of the record of who looked; not set: audit in CLEW_HOME.", None, Path
    )
    audit_anchors: Path | None = _setting(
        "CLEW_AUDIT_ANCHORS",
        "Folder in which the last row of each chain of that record is noted, best on another machine; not set: "
        "audit-anchors in CLEW_HOME.",
        None,
        Path,
    )
    documents: Path | None = _setting(
        "CLEW_DOCUMENTS", "Folder of .graphql files that are trusted beside those that come with Clew.", None, Path
    )
    request_seconds: float = _setting(
        "CLEW_REQUEST_SECONDS", "Seconds after which the service gives up on a request.", 5.0, _seconds
    )
    budget: int = _setting("CLEW_BUDGET", "Units of cost that each client may spend in a minute.", 200_000, _number)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment.

        Raises SettingsError, which names the variable and what it should be, never its value.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {"home": user_data_folder(environ)}
        for setting in fields(cls):
            name = setting.metadata["name"]
            if text := environ.get(name):
                try:
                    values[setting.name] = setting.metadata["read"](text)
                except ValueError as wrong:
                    raise SettingsError(f"{name} is not usable: it should be {wrong}.") from None
        return cls(**values)
