"""Plans of texts, kept for as long as graphs are tiny and change all the time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph import connection


@pytest.fixture(scope="module", autouse=True)
def plans_kept() -> Iterator[None]:
    """Keep each text's first plan, in a module that imports this.

    The server would make it anew every ten seconds, which takes up to four for the longest, and nearly all of the time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_CYPHER", "CYPHER 5 replan=skip\n")
        yield
