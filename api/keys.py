"""Keeps the keys of applications: as hashes, each with an owner, what it is held to, and an end."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from api import private_file
from api.callers import Caller, Reason, caller, refused
from graph.engine.lock import waited_for
from graph.errors import QuestionError, SettingsError
from graph.reference.roles import RoleEntry
from graph.settings import Settings
from graph.terms import Permission

BEGINS = "clew_"
MOST_DAYS = 366
SECONDS_BETWEEN_LOOKS = 1.0
"""How long a key that was revoked may still be taken, at most."""

_KEY = re.compile(rf"{BEGINS}([a-z2-7]{{12}})_([A-Za-z0-9_-]{{43}})")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
_DOCUMENT = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_NOBODY = "0" * 64

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationKey:
    """What is kept of a key; not the key. When it was used last, the record of who looked tells."""

    key_id: str
    name: str
    owner: str
    sha256: str = field(repr=False)
    roles: tuple[str, ...]
    documents: tuple[str, ...] | None
    free_form: bool
    created_on: date
    expires_on: date
    revoked_at: datetime | None = None


class Keys:
    """Checks applications' keys by the file, which is read again when it changes."""

    def __init__(
        self, settings: Settings, mapping: Mapping[str, RoleEntry], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read the file.

        Raises SettingsError if it cannot be used.
        """
        self._path, self._mapping, self._clock = place(settings), mapping, clock
        self._seen = _state(self._path)
        self._keys = read(self._path)
        self._looked_at = clock()

    def check(self, text: str, today: date) -> Caller:
        """Return who a key stands for; it is good until the end of the day on which it expires.

        Raises SignInRefused; NotPermitted if its roles may do nothing here any more.
        """
        written = _KEY.fullmatch(text)
        if written is None:
            raise refused(Reason.MALFORMED)
        self._look()
        key_id, secret = written.groups()
        key = self._keys.get(key_id)
        # As long for an id that nobody has.
        same = hmac.compare_digest(_hash(secret), key.sha256 if key else _NOBODY)
        if key is None or not same:
            raise refused(Reason.UNKNOWN_KEY)
        if key.revoked_at is not None:
            raise refused(Reason.REVOKED)
        if today > key.expires_on:
            raise refused(Reason.EXPIRED)
        return _caller(key, self._mapping)

    def _look(self) -> None:
        if self._clock() - self._looked_at < SECONDS_BETWEEN_LOOKS:
            return
        self._looked_at = self._clock()
        state = _state(self._path)
        if state == self._seen:
            return
        try:
            self._keys = read(self._path)
        except SettingsError as wrong:
            # It may have been changed in order to revoke one: so none is taken until it can be read.
            self._keys = {}
            _log.warning("No application's key is taken: %s", wrong)
        self._seen = state


def place(settings: Settings) -> Path:
    """Return the file of the keys."""
    return settings.keys or settings.home / "keys.json"


def read(path: Path) -> Mapping[str, ApplicationKey]:
    """Return the keys by their ids, none if there is no file.

    Raises SettingsError if the file cannot be used.
    """
    try:
        return {key_id: _key_of(key_id, said) for key_id, said in json.loads(path.read_text("utf-8"))["keys"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SettingsError(
            f"{path.name}, the file of the applications' keys (CLEW_KEYS), is not as `clew key` writes it: put back "
            "a copy, or remove it and add the keys anew."
        ) from None


def add(
    settings: Settings,
    mapping: Mapping[str, RoleEntry],
    *,
    name: str,
    owner: str,
    today: date,
    roles: Sequence[str] = ("application",),
    documents: Sequence[str] | None = None,
    free_form: bool = False,
    days: int = 365,
) -> tuple[str, ApplicationKey]:
    """Make a key and note its hash; return its text, which is kept nowhere, and what is noted.

    Raises QuestionError or NotPermitted for what a key cannot be given; SettingsError if the file cannot be used.
    """
    key_id, secret = "".join(secrets.choice(_LETTERS) for _ in range(12)), secrets.token_urlsafe(32)
    made = ApplicationKey(
        key_id=key_id,
        name=name,
        owner=owner,
        sha256=_hash(secret),
        roles=tuple(roles),
        documents=tuple(documents) if documents else None,
        free_form=free_form,
        created_on=today,
        expires_on=today + timedelta(days=min(max(days, 0), 2 * MOST_DAYS)),
    )
    _refuse_what_cannot_be(made, mapping)
    with _changed(place(settings)) as keys:
        keys[key_id] = made
    return f"{BEGINS}{key_id}_{secret}", made


def revoke(settings: Settings, key_id: str, at: datetime) -> ApplicationKey:
    """Note that a key is not to be taken any more, and return what is noted; the first time stays.

    Raises QuestionError if there is none of this id; SettingsError if the file cannot be used.
    """
    with _changed(place(settings)) as keys:
        if key_id not in keys:
            raise QuestionError("No key has this id: `clew key list` lists them.")
        key = keys[key_id]
        keys[key_id] = key if key.revoked_at else replace(key, revoked_at=at)
        return keys[key_id]


def _refuse_what_cannot_be(key: ApplicationKey, mapping: Mapping[str, RoleEntry]) -> None:
    may = [mapping[role].may for role in key.roles if role in mapping]
    wrong = {
        "Its name should be up to 60 of a-z, 0-9, `.`, `_` and `-`, with a letter or digit first.": (
            not _NAME.fullmatch(key.name)
        ),
        "Say who answers for it, in up to 200 characters.": not key.owner.strip() or len(key.owner) > 200,
        f"It can last from 1 to {MOST_DAYS} days.": not 1 <= _days(key) <= MOST_DAYS,
        "Each role should be one of the role mapping.": not key.roles or len(may) < len(key.roles),
        "No application may ask for the schema: that is for developers.": any(
            Permission.INTROSPECT in each for each in may
        ),
        "Only a role that may ask freely can be given that, and not with a list of documents.": key.free_form
        and (key.documents is not None or not any(Permission.FREE_FORM in each for each in may)),
        "Each document should be the id of a trusted one.": not all(map(_DOCUMENT.fullmatch, key.documents or ())),
    }
    for says, is_so in wrong.items():
        if is_so:
            raise QuestionError(f"A key cannot be so. {says}")
    _caller(key, mapping)


def _caller(key: ApplicationKey, mapping: Mapping[str, RoleEntry]) -> Caller:
    return caller(
        # Marked, so that no application is taken for an officer of the same name.
        f"application:{key.name}",
        f"key:{key.key_id}",
        key.roles,
        mapping,
        documents=key.documents,
        without=[Permission.INTROSPECT] if key.free_form else [Permission.INTROSPECT, Permission.FREE_FORM],
    )


@contextmanager
def _changed(path: Path) -> Iterator[dict[str, ApplicationKey]]:
    """Give the keys to be changed, and write them; one process at a time."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with waited_for(path.with_name(f".{path.name}.lock")):
            keys = dict(read(path))
            yield keys
            private_file.write(path, json.dumps({"keys": {each.key_id: _said(each) for each in keys.values()}}))
    except OSError as wrong:
        raise SettingsError(
            f"{path.name}, the file of the applications' keys (CLEW_KEYS), cannot be written ({wrong.strerror}): "
            "look at the rights to its folder, and at the room there."
        ) from None


def _said(key: ApplicationKey) -> Mapping[str, Any]:
    said = {name: value for name, value in asdict(key).items() if name != "key_id"}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


def _key_of(key_id: str, said: Mapping[str, Any]) -> ApplicationKey:
    key = ApplicationKey(
        key_id=key_id,
        name=_text(said["name"]),
        owner=_text(said["owner"]),
        sha256=_text(said["sha256"]),
        roles=_texts(said["roles"]),
        documents=None if said["documents"] is None else _texts(said["documents"]),
        free_form=said["free_form"] is True,
        created_on=date.fromisoformat(said["created_on"]),
        expires_on=date.fromisoformat(said["expires_on"]),
        revoked_at=None if said["revoked_at"] is None else datetime.fromisoformat(said["revoked_at"]),
    )
    if not re.fullmatch("[0-9a-f]{64}", key.sha256) or _days(key) > MOST_DAYS:
        raise ValueError("not a key")
    return key


def _text(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError("not a text")
    return said


def _texts(said: object) -> tuple[str, ...]:
    if not isinstance(said, list):
        raise TypeError("not a list")
    return tuple(map(_text, said))


def _days(key: ApplicationKey) -> int:
    return (key.expires_on - key.created_on).days


def _hash(secret: str) -> str:
    # 256 random bits cannot be found by trying: a slow hash would add nothing but waiting.
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def _state(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
