"""Records what a command does to real records, as the service does: who looked at whom, and what was changed."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graph.audit.entries import Kind
    from graph.connection import Address
    from graph.settings import Settings
    from ingest.delivery import Delivery
    from ingest.report import Report
    from queries.answer import Answer
    from queries.catalogue import Query

Tell = Callable[[Sequence[str], int], None]
"""Told the ids of the persons in an answer, and how many rows it has."""


def asking(
    settings: Settings,
    address: Address,
    query: Query,
    params: Mapping[str, Any],
    groups: Sequence[str],
    purpose: str | None,
    ask: Callable[[], Answer[Any]],
) -> Answer[Any]:
    """Ask a question and return its answer; on a database of real records only once both are recorded.

    Raises NotPermitted if the force requires a purpose and none is given, AuditUnavailable if it cannot be recorded.
    """
    from graph.audit.entries import Kind, subjects
    from graph.reference.roles import audience

    stated = _purpose(purpose, "optional")
    if not _holds_real(address):
        return ask()
    stated = _purpose(purpose, settings.purpose)
    with _recorded(
        settings,
        (Kind.CONSULTATION,),
        question=query.name,
        document=sha256(query.text.encode()).hexdigest(),
        given=params,
        purpose=stated,
        audience=audience(groups, settings.roles).name,
    ) as tell:
        answered = ask()
        tell(subjects(answered.rows), len(answered.rows))
    return answered


@contextmanager
def loading(settings: Settings, delivery: Delivery, *, dry_run: bool) -> Iterator[Callable[[Report], None]]:
    """Record that a delivery of real records is loaded, before it is and once it was; tell it what became of it.

    Nothing is recorded of invented records, or where nothing is written. Raises AuditUnavailable.
    """
    from graph.terms import DatabaseKind

    if dry_run or delivery.kind is not DatabaseKind.REAL:
        yield lambda _: None
        return
    with _recorded(
        settings,
        _kinds(delivery),
        question="load",
        document=delivery.content or "",
        given=delivery.delivery_id,
        purpose=None,
        audience="",
    ) as tell:
        yield lambda report: tell((), sum(each.created + each.changed + each.retired for each in report.counts))


def _kinds(delivery: Delivery) -> tuple[Kind, ...]:
    """Return what a delivery does; one may do several things, and each is recorded."""
    from graph.audit.entries import Kind

    feeds = {table.feed for table in delivery.tables}
    erases = bool(delivery.complete) or any("withdrawn" in table.columns for table in delivery.tables)
    return (
        *((Kind.ALTERATION,) if feeds - {"judgements"} else ()),
        *((Kind.COMBINATION,) if "judgements" in feeds else ()),
        *((Kind.ERASURE,) if erases else ()),
    )


@contextmanager
def _recorded(
    settings: Settings,
    kinds: Sequence[Kind],
    *,
    question: str,
    document: str,
    given: Any,
    purpose: str | None,
    audience: str,
) -> Iterator[Tell]:
    """Record what is done within a `with`: durably before it begins, and how it ended before anybody sees it."""
    import secrets
    from time import perf_counter

    import orjson

    from graph.audit.entries import Entry, Outcome, subjects
    from graph.audit.places import folders
    from graph.audit.trail import opened

    request_id, viewer, begun = secrets.token_hex(8), _who(), perf_counter()
    shown: tuple[Sequence[str], int] = ((), 0)
    code: str | None = None

    def tell(ids: Sequence[str], rows: int) -> None:
        nonlocal shown
        shown = (ids, rows)

    with opened(*folders(settings)) as trail:
        variables = trail.keyed(orjson.dumps(given, default=str, option=orjson.OPT_SORT_KEYS))
        intents = [
            trail.intent(
                Entry(
                    request_id=request_id,
                    viewer=viewer,
                    client="command",
                    roles=(),
                    audience=audience,
                    purpose=purpose,
                    kind=kind,
                    questions=(question,),
                    document=document,
                    variables=variables,
                    asked=subjects(given),
                )
            )
            for kind in kinds
        ]
        trail.sync()
        try:
            yield tell
        except BaseException as failed:
            code = type(failed).__name__
            raise
        finally:
            outcome = Outcome(
                request_id=request_id,
                ok=code is None,
                code=code,
                subjects=shown[0],
                rows=shown[1],
                ms=(perf_counter() - begun) * 1000,
            )
            for intent in intents:
                trail.outcome(intent, outcome)
            trail.sync()


def _who() -> str:
    """Return the name of the user that this process runs as; what the environment calls them counts for nothing."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except ImportError:
        return getpass.getuser()
    except KeyError:
        return f"uid {os.getuid()}"


def _purpose(given: str | None, policy: str) -> str | None:
    import typer

    from api.purpose import Purpose
    from api.purpose import purpose as stated
    from graph.errors import NotPermitted, QuestionError

    if policy == "required" and not given:
        raise NotPermitted(
            f"Say the purpose: this force asks for one on real records. Add --purpose CODE[:reference], with one of "
            f"{', '.join(Purpose)}."
        )
    try:
        return stated(given, policy)
    except QuestionError:
        raise typer.BadParameter(
            f"should be CODE or CODE:reference, with one of {', '.join(Purpose)}", param_hint="--purpose"
        ) from None


def _holds_real(address: Address) -> bool:
    from graph import connection
    from graph.terms import DatabaseKind
    from ingest.claim import kind_of

    with connection.writer(address) as writer:
        return kind_of(writer)[0] is DatabaseKind.REAL
