"""Makes a field of the API of a question of the catalogue: its arguments, what it asks, and what it shows."""

from __future__ import annotations

import inspect
import re
from ast import literal_eval
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from types import ModuleType
from typing import Annotated, Any

import strawberry

from api.asking import Asking, Info
from api.publish import ID, published
from api.shown import Connection, Listing, about
from graph.errors import QuestionError
from graph.terms import Permission
from queries.answer import MOST, Answer
from queries.catalogue import Param, Query
from queries.paging import Order, cursor, place, read_cursor

Show = Callable[[Asking, Answer[Any], Mapping[str, Any]], Any]
"""Makes what is shown of an answer, given the arguments."""

PAGE = 100
"""Rows of a page at most."""

_TYPES: Mapping[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "date": date,
    "datetime": datetime,
    "list[str]": list[str],
}
_IDS = {"person_id": ID, "dyad_id": ID, "subject_id": ID, "suspects": list[ID], "persons": list[ID]}
_BOUNDS: Mapping[str, tuple[int, int]] = {"depth": (1, 2), "max_links": (1, 100), "max_suspects": (1, 50)}
_ANY = (0, 1_000_000)
_TEXT = 200
_SEVERAL = 50
_ID = re.compile(r"[a-z][a-z2-7]{16}(>n[a-z2-7]{16})?")


def connection(module: ModuleType, shows: Any) -> Any:
    """Return the field of a question whose answer is paged."""

    def show(asking: Asking, answer: Answer[Any], given: Mapping[str, Any]) -> Any:
        whole = {name: value for name, value in given.items() if name not in {"limit", "after"}}
        return Connection(
            nodes=published(shows, answer.rows, asking.names),
            about=about(answer),
            told=answer,
            place=partial(_place, module.ORDER, answer.run, given.get("as_of")),
            began=given["after"] is not None,
            count=partial(_count, module, asking, whole),
        )

    return _field(module, Connection[shows], show, most=PAGE)


def listing(module: ModuleType, shows: Any, *, most: int) -> Any:
    """Return the field of a question whose answer is short."""

    def show(asking: Asking, answer: Answer[Any], _: Mapping[str, Any]) -> Any:
        return Listing(rows=published(shows, answer.rows, asking.names), cut=answer.cut, about=about(answer))

    return _field(module, Listing[shows], show, most=most)


def one(module: ModuleType, returns: Any, show: Show, *, most: int = PAGE) -> Any:
    """Return the field of a question whose answer is one thing, or that there is none."""
    return _field(module, returns, show, most=most)


def _field(module: ModuleType, returns: Any, show: Show, *, most: int) -> Any:
    query: Query = module.QUERY
    asks = getattr(module, query.name)
    pages = "after" in query.params

    async def resolver(info: Info, **given: Any) -> Any:
        asking = info.context
        asking.need(Permission.ASK, "questions about people and the force")
        if query.name in _BY_NAME:
            asking.need(Permission.NAMES, "searching by name")
        if "first" in given:
            given["limit"] = given.pop("first")
        for name, value in given.items():
            _hold(name, value, most)
        if pages:
            given["after"] = read_cursor(given["after"], module.ORDER, as_of=given.get("as_of"))
        answer = await asks(asking.reader, asking.viewer, **given)
        asking.show(answer.rows)
        return show(asking, answer, given)

    resolver.__name__ = query.name
    parameters = [_parameter(name, param, most) for name, param in query.params.items() if not _is_of_one(name, param)]
    info = inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info)
    resolver.__signature__ = inspect.Signature([info, *parameters], return_annotation=returns)  # type: ignore[attr-defined]
    resolver.__annotations__ = {each.name: each.annotation for each in [info, *parameters]} | {"return": returns}
    return strawberry.field(resolver=resolver, description=f"{query.purpose} Caution: {query.caution}")


_BY_NAME = {"search_people"}
"""Questions that find by what is withheld from who works without names."""


def _is_of_one(name: str, param: Param) -> bool:
    """Whether a parameter says how many rows there may be of what is only one."""
    return name == "limit" and param.default == "1"


def _parameter(name: str, param: Param, most: int) -> inspect.Parameter:
    default: Any = inspect.Parameter.empty if param.default is None else literal_eval(param.default)
    says = param.says
    takes: Any = _IDS.get(name) or _TYPES.get(param.type.removesuffix(" | None"))
    if name == "limit":
        name, says, default = "first", f"How many at most; to {most}.", min(default, most)
    elif name == "after":
        says, takes = "Only what comes after this cursor.", str
    if default is None:
        takes = takes | None
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[takes, strawberry.argument(description=says)],
        default=default,
    )


def _hold(name: str, value: Any, most: int) -> None:
    """Raise QuestionError if an argument is out of bounds, or an id is none that there can be."""
    if name in _IDS:
        ids = value if isinstance(value, list) else [value]
        if len(ids) > _SEVERAL:
            raise QuestionError(f"{name} takes {_SEVERAL} ids at most.")
        if not all(each is None or _ID.fullmatch(each) for each in ids):
            raise QuestionError(f"{name} is no id: take it from an answer, as it is.")
    elif isinstance(value, int) and not isinstance(value, bool):
        least, greatest = (1, most) if name == "limit" else _BOUNDS.get(name, _ANY)
        if not least <= value <= greatest:
            raise QuestionError(f"{'first' if name == 'limit' else name} must lie between {least} and {greatest}.")
    elif isinstance(value, str) and len(value) > _TEXT and name != "after":
        raise QuestionError(f"{name} is longer than {_TEXT} characters.")


def _place(by: Order, run: int, as_of: date | None, row: Any) -> str:
    return cursor(place(row, by), by, run, as_of=as_of)


async def _count(module: ModuleType, asking: Asking, given: Mapping[str, Any]) -> int | None:
    answer = await getattr(module, module.QUERY.name)(asking.reader, asking.viewer, **given, limit=MOST)
    return None if answer.cut else len(answer.rows)
