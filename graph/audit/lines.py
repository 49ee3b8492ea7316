"""A row of the record as a line of its file: canonical JSON that ends in the hash of all before it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

NO_HASH = "0" * 64
"""What stands for the row before the first."""

_BEFORE, _AFTER = b',"hash":"', b'"}\n'
_END = len(_BEFORE) + 64 + len(_AFTER)


def sealed(row: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return the line of a row and its hash: SHA-256 of the row as canonical JSON, keys sorted, without the hash."""
    body = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
    digest = sha256(body).hexdigest()
    return body[:-1] + _BEFORE + digest.encode() + _AFTER, digest


def unsealed(line: bytes) -> tuple[dict[str, Any], str] | None:
    """Return the row that a line holds and its hash, or None if the line is not byte for byte what was sealed."""
    body = line[:-_END] + b"}"
    digest = sha256(body).hexdigest()
    if line[-_END:] != _BEFORE + digest.encode() + _AFTER:
        return None
    try:
        row = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return (row, digest) if isinstance(row, dict) else None
