"""What is recorded of a look: who asked for what, and what they were shown, in ids and hashes alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

MOST_LETTERS = 200
"""Letters of a text that are kept."""
MOST_QUESTIONS = 100
"""Questions of one request that are named."""

_PERSON = re.compile(rb"\bn[a-z2-7]{16}\b")


class Kind(StrEnum):
    """What was done: the first five are what section 62 of the Data Protection Act 2018 wants told apart.

    A disclosure is an answer to another application, a consultation one to a person.
    """

    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    ALTERATION = "alteration"
    COMBINATION = "combination"
    ERASURE = "erasure"
    ADMINISTRATION = "administration"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Who is about to ask what; written down before it is asked.

    `viewer` is the subject of a token or the id of a key, `client` is `token`, `key:<id>`, `developer` or `command`.
    `questions` are root fields or the name of a question, `document` is a hash of its text, `variables` a keyed one of
    what it was given, `asked` the ids of the persons asked about.
    """

    request_id: str
    viewer: str
    client: str
    roles: Sequence[str]
    audience: str
    purpose: str | None
    kind: Kind
    questions: Sequence[str]
    document: str
    variables: str
    asked: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it ended; written down before the answer leaves.

    `subjects` are the ids of the persons in the answer, `rows` those that it was made from, `ms` milliseconds.
    """

    request_id: str
    ok: bool
    code: str | None
    subjects: Sequence[str]
    rows: int
    ms: float


def row_of_entry(entry: Entry) -> dict[str, Any]:
    """Return the fields of the row that says who is about to ask."""
    return {
        "request_id": _kept(entry.request_id),
        "viewer": _kept(entry.viewer),
        "client": _kept(entry.client),
        "roles": [_kept(role) for role in entry.roles],
        "audience": _kept(entry.audience),
        "purpose": None if entry.purpose is None else _kept(entry.purpose),
        "kind": entry.kind.value,
        "questions": [_kept(each) for each in entry.questions[:MOST_QUESTIONS]],
        "document": _kept(entry.document),
        "variables": _kept(entry.variables),
        "asked": _persons(entry.asked),
    }


def row_of_outcome(intent_n: int, outcome: Outcome) -> dict[str, Any]:
    """Return the fields of the row that says how what was asked in row `intent_n` ended."""
    return {
        "intent": intent_n,
        "request_id": _kept(outcome.request_id),
        "ok": outcome.ok,
        "code": None if outcome.code is None else _kept(outcome.code),
        "subjects": _persons(outcome.subjects),
        "rows": outcome.rows,
        "ms": round(outcome.ms, 3),
    }


def subjects(rows: Any) -> list[str]:
    """Return the ids of all persons named anywhere in rows (dataclasses, mappings, lists), sorted, each once."""
    return subjects_in(orjson.dumps(rows, default=str, option=orjson.OPT_NON_STR_KEYS))


def subjects_in(data: bytes) -> list[str]:
    """Return the ids of all persons named in an answer as it is sent, sorted, each once."""
    return sorted({each.decode() for each in _PERSON.findall(data)})


def _kept(text: str) -> str:
    """Return a text of bounded length that can be written: half a letter, as JSON can bring, cannot."""
    return text[:MOST_LETTERS].encode("utf-8", "replace").decode()


def _persons(ids: Iterable[str]) -> list[str]:
    """Return those that are ids: what somebody typed in place of one may be a name, and names are not recorded."""
    return [each for each in ids if _PERSON.fullmatch(each.encode("utf-8", "replace"))]
