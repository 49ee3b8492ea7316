"""What a Neo4j says by its status codes, as sentences that name the cure."""

from __future__ import annotations

_TIMED_OUT = "Neo.ClientError.Transaction.TransactionTimedOut"
_SHORT_OF_MEMORY = "OutOfMemory"
_FAILED = ("Neo.DatabaseError.", "Neo.TransientError.Database.", "Neo.TransientError.General.DatabaseUnavailable")


def refusal(uri: str, code: str, seconds: float | None = None) -> str:
    """Return the sentence for a status code; `seconds` is how long the statement may have taken."""
    if code.startswith(_TIMED_OUT):
        limit = f" {seconds:g} s" if seconds else ""
        return f"The question took longer than the{limit} that it may (CLEW_READ_SECONDS); ask for less."
    if _SHORT_OF_MEMORY in code:
        return (
            f"The Neo4j at {uri} has too little memory for this ({code}): give it more (CLEW_HEAP, then `clew down` "
            "and `clew up`), and run the same command again."
        )
    if code.startswith(_FAILED):
        # It does not say why in words that can be relied on: its log does.
        return (
            f"The Neo4j at {uri} cannot go on ({code}), as when its disk is full or its heap too small: make room, or "
            "raise CLEW_HEAP, then start it anew (`clew down`, `clew up`), and run the same command again."
        )
    return f"Neo4j refused a statement: {code}."
