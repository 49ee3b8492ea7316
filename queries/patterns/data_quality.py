"""What is wrong with what was delivered, before anyone trusts a list built on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph.connection import Reader
from graph.errors import QuestionError
from queries.answer import Answer, Viewer, ask
from queries.catalogue import read
from queries.paging import Place, order

QUERY = read(Path(__file__).with_suffix(".cypher"))
ORDER = order(QUERY, "check", "rows", "of", "source", "feed", "subject", "detail")

CHECKS = ("rejected", "waiting", "no_answers", "missing_answers", "completeness")
"""What is checked, in the order in which findings are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with rows of one feed of one source."""

    check: str
    source: str | None
    feed: str
    subject: str | None
    detail: str | None
    rows: int
    of: int | None
    first_at: datetime | None
    last_at: datetime | None
    age_days: int | None


async def data_quality(
    reader: Reader, viewer: Viewer, *, check: str | None = None, after: Place | None = None, limit: int = 500
) -> Answer[Finding]:
    """List what is wrong with what was delivered, what did not come into the graph first.

    Raises QuestionError if there is no such check.
    """
    if check is not None and check not in CHECKS:
        raise QuestionError(f"check must be one of {', '.join(CHECKS)}.")
    return await ask(reader, viewer, QUERY, Finding, {"check": check, "after": after, "limit": limit})
