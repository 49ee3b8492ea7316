"""Ids: one opaque word for (source, the source's own id), the same in every database."""

from __future__ import annotations

from base64 import b32encode
from hashlib import blake2b


def opaque(letter: str, *parts: str) -> str:
    """Return the id of a record: a letter for its kind and 80 bits of a hash of its parts."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return letter + b32encode(blake2b(joined, digest_size=10).digest()).decode().lower()
