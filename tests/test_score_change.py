"""What moved a score is told by its reasons, and sums to that; a score of a day is what was stored on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from deliver import ZONE, Rows
from graph.connection import Row, Writer
from graph.reference.risk import Risk, shipped
from graph.reference.weights import Step
from plans import plans_kept
from queries.answer import Viewer
from queries.lookups.score_change import score_change
from queries.risk.case import conclusion
from queries.risk.change import WHY, change
from telling import (
    EVERYTHING,
    FORM,
    Asking,
    History,
    answer,
    as_stored,
    asking,
    by_why,
    hold_to_stored,
    hold_to_sum,
    stored,
)
from test_known_at import ACCUSED, ANN, BILL, CASS, FIRST, SECOND, THIRD, form, incident, judged, role
from visibility import VIEWERS

__all__ = ["asking", "plans_kept"]

FORMER = replace(
    shipped(),
    weights=replace(
        shipped().weights,
        version="former",
        recency=tuple(replace(step, points=step.points + 7) for step in shipped().weights.recency),
        clusters={cluster: points + 1 for cluster, points in shipped().weights.clusters.items()},
        frequency=(Step(edge=1, points=3),),
    ),
)
"""Rules with other points than those that come with Clew."""


def everything_moves(history: History) -> dict[str, Row]:
    """Bring what changes a score for every reason, one after the other; conclude by former rules until the last.

    Returns the dyads that were stored first.
    """
    history.risk = FORMER
    both = [role("cass", "suspect", "i2"), role("bill", "victim", "i2")]
    first: Rows = {
        **ACCUSED,
        "incidents": [incident(), incident("i2")],
        "involvements": [*ACCUSED["involvements"], *both],
        "assessments": [FORM, form("f2", suspect_ref="cass")],
        "answers": [answer("18", "yes", "f2"), answer("4", "yes"), answer("15", "yes")],
    }
    history.bring(FIRST, **first)
    kept = stored(history.graph, EVERYTHING)
    late = [role("ann", "suspect", "i3"), role("bill", "victim", "i3")]
    history.bring(SECOND, incidents=[incident("i3", reported_at="2026-01-20")], involvements=late)
    history.bring(THIRD, judgements=[judged("j1")], answers=[answer("16", "yes")])
    history.risk = shipped()
    new = [role("ann", "suspect", "i4"), role("bill", "victim", "i4")]
    other = {"offence_ref": "o1", "incident_ref": "i4", "code": "8/6"}
    newest = incident("i4", reported_at="2026-04-20")
    history.bring(datetime(2026, 5, 1, 6, 0, tzinfo=UTC), incidents=[newest], involvements=new, offences=[other])
    return kept


def test_what_moved_a_score_is_told_by_its_reasons(empty: Writer, asking: Asking) -> None:
    one = min(ANN, CASS)
    history = History(empty, asking, f"{one}>{BILL}")
    kept = everything_moves(history)
    pair, now = history.pairs[0], datetime(2026, 5, 1, 6, 0, tzinfo=UTC)

    def score(risk: Risk, as_of: date, known_at: datetime | None) -> int:
        found = asking.conclusion(pair, as_of=as_of, known_at=known_at, risk=risk).told
        return found["score"] if found else 0

    for known_at in (None, now):
        found = asking.run(
            change(
                asking.reader,
                EVERYTHING,
                pair,
                from_on=FIRST.date(),
                from_known_at=FIRST,
                known_at=known_at,
                former=FORMER,
            )
        )
        hold_to_sum(found)
        why = by_why(found)
        assert set(why) == set(WHY)
        assert found.score_before == score(FORMER, FIRST.date(), FIRST) == kept[pair]["score"]
        assert found.score_after == score(shipped(), now.date(), None)
        assert why["weights"] == score(shipped(), FIRST.date(), FIRST) - found.score_before
        known = score(shipped(), FIRST.date(), known_at) - score(shipped(), FIRST.date(), FIRST)
        assert why["identity"] + why["correction"] == known
    alone = asking.run(change(asking.reader, EVERYTHING, pair, from_on=FIRST.date(), former=FORMER))
    hold_to_sum(alone)
    assert set(by_why(alone)) == {"weights", "time", "new evidence"}
    same = asking.run(score_change(asking.reader, EVERYTHING, dyad_id=pair, from_on=FIRST.date(), from_known_at=FIRST))
    assert {row.why for row in same.rows} == set(WHY) - {"weights"}
    assert sum(row.change for row in same.rows) == same.rows[0].score_after - same.rows[0].score_before


def test_only_what_was_judged_since_moves_by_identity(empty: Writer, asking: Asking) -> None:
    one, other = sorted((ANN, CASS))
    history = History(empty, asking, f"{one}>{BILL}", f"{other}>{BILL}")
    both = [role("cass", "suspect", "i2"), role("bill", "victim", "i2")]
    roles = {**ACCUSED, "incidents": [incident(), incident("i2")], "involvements": [*ACCUSED["involvements"], *both]}
    history.bring(FIRST, **roles)
    history.bring(SECOND, judgements=[judged("j1")])
    history.bring(THIRD, judgements=[judged("j2", "undo", undoes="j1")])

    def moved(pair: str, since: datetime, until: datetime) -> dict[str, int]:
        day = FIRST.date()
        found = asking.run(
            change(asking.reader, EVERYTHING, pair, from_on=day, as_of=day, from_known_at=since, known_at=until)
        )
        hold_to_sum(found)
        return by_why(found)

    first, second = history.pairs
    points = history.noted[FIRST, EVERYTHING, first].score[0].score
    joined = history.noted[SECOND, EVERYTHING, first].score[0].score
    assert moved(first, FIRST, SECOND) == {"identity": joined - points}
    assert moved(first, SECOND, THIRD) == moved(second, SECOND, THIRD) == {"identity": points - joined}
    assert moved(second, FIRST, SECOND) == {"identity": -points}
    assert moved(first, FIRST, THIRD) == moved(first, SECOND, SECOND) == {}


class Keeping(History):
    """Keeps too what was stored after each delivery for every viewer, and by which rules."""

    def __init__(self, graph: Writer, asking: Asking, *pairs: str) -> None:
        super().__init__(graph, asking, *pairs)
        self.kept: dict[tuple[datetime, Viewer, str], tuple[Risk, Row]] = {}

    def bring(self, received_at: datetime, **rows: Sequence[Mapping[str, str]]) -> None:
        """Load rows, conclude, note what is told, and keep what is stored."""
        super().bring(received_at, **rows)
        for viewer in VIEWERS:
            for pair, held in stored(self.graph, viewer).items():
                self.kept[received_at, viewer, pair] = (self.risk, held)


def test_a_score_of_a_day_is_what_was_stored_on_it_by_its_rules(empty: Writer, asking: Asking) -> None:
    one, other = sorted((ANN, CASS))
    history = Keeping(empty, asking, f"{one}>{BILL}", f"{other}>{BILL}")
    everything_moves(history)
    kept = history.kept
    assert len(kept) > 3 * len(VIEWERS)
    for (at, viewer, pair), (risk, held) in kept.items():
        found = asking.run(
            conclusion(asking.reader, viewer, pair, as_of=at.astimezone(ZONE).date(), known_at=at, risk=risk)
        )
        hold_to_stored(as_stored(found), held)
        assert as_stored(found)["score"] == held["score"]
