"""Ids: one opaque word for (source, the source's own id), the same in every database; and digests of content."""

from __future__ import annotations

from base64 import b32encode
from hashlib import blake2b

import numpy as np
import pyarrow as pa

BETWEEN = "\x1f"
"""What stands between the parts of which an id is made."""
_BYTES, _LETTERS = 10, 16
_ALPHABET = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)
_WEIGHTS = np.array([16, 8, 4, 2, 1], dtype=np.uint8)


def opaque(letter: str, *parts: str) -> str:
    """Return the id of a record: a letter for its kind and 80 bits of a hash of its parts."""
    joined = BETWEEN.join(parts).encode("utf-8", "surrogatepass")
    return letter + b32encode(blake2b(joined, digest_size=_BYTES).digest()).decode().lower()


def opaques(letter: str, joined: pa.Array) -> pa.Array:
    """Return what `opaque` returns for each of many texts, each of parts that are joined already; none is missing."""
    texts = joined.cast(pa.binary()).to_pylist()
    hashed = b"".join([blake2b(text, digest_size=_BYTES).digest() for text in texts])
    bits = np.unpackbits(np.frombuffer(hashed, dtype=np.uint8)).reshape(len(texts), _LETTERS, 5)
    words = np.empty((len(texts), 1 + _LETTERS), dtype=np.uint8)
    words[:, 0] = ord(letter)
    words[:, 1:] = _ALPHABET[bits @ _WEIGHTS]
    return _cut(words.tobytes(), 1 + _LETTERS)


def digest(content: str) -> str:
    """Return the digest by which versions of a record are compared."""
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def digests(contents: pa.Array) -> pa.Array:
    """Return what `digest` returns for each of many texts; none is missing."""
    texts = contents.cast(pa.binary()).to_pylist()
    return _cut(b"".join([blake2b(text, digest_size=8).digest() for text in texts]).hex().encode(), 16)


def _cut(words: bytes, length: int) -> pa.Array:
    """Return a text as words of one length."""
    offsets = np.arange(0, len(words) + 1, length, dtype=np.int32)
    return pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(words))
