"""Publishes a row of a question as a type of the API: the fields that a class names, in the question's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar, dataclass_transform, get_type_hints

import strawberry

from api.shown import BY_ROLE, Day, Known, KnownDay, Text, Withheld
from queries.catalogue import Query

T = TypeVar("T")

ID = strawberry.ID

Show = Callable[[Any, bool], Any]
"""Gives what is shown of a value, with names or without."""


def _as_it_is(value: Any, _: bool) -> Any:
    return value


def _nothing(_: Any, __: bool) -> Mapping[str, Any]:
    return {}


def _listed(values: Iterable[str], _: bool) -> list[str]:
    return list(values)


def _text(value: str, names: bool) -> Known | Withheld:
    return Known(text=value) if names else BY_ROLE


def _text_if_any(value: str | None, names: bool) -> Known | Withheld | None:
    return (None if value is None else Known(text=value)) if names else BY_ROLE


def _texts(values: Iterable[str], names: bool) -> list[Known | Withheld]:
    return [Known(text=value) for value in values] if names else [BY_ROLE]


def _day_if_any(value: date | None, names: bool) -> KnownDay | Withheld | None:
    return (None if value is None else KnownDay(day=value)) if names else BY_ROLE


_ANY_TEXT: Any = Text
_ANY_DAY: Any = Day
_SHOWS: Mapping[tuple[Any, Any], Show] = {
    (str, ID): _as_it_is,
    (str | None, ID | None): _as_it_is,
    (list[str], list[ID]): _as_it_is,
    (tuple[str, ...], list[str]): _listed,
    (tuple[str, ...], list[ID]): _listed,
    (str, Text): _text,
    (str | None, _ANY_TEXT | None): _text_if_any,
    (list[str], list[Text]): _texts,
    (date | None, _ANY_DAY | None): _day_if_any,
}
"""How a value becomes one of another type. What is withheld from a role is withheld whether it is there or not."""


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def publish(
    row: type, says: Query | Mapping[str, str], *, name: str | None = None, made: Iterable[str] = ()
) -> Callable[[type[T]], type[T]]:
    """Publish exactly the fields that the class names, with the row's types and the words of the question's columns.

    Fields in `made` are not the row's: the class's own `made_of(row, names)` gives them, as a mapping. Raises TypeError
    where a field is not the row's, or is of another type.
    """
    words = {column: each.says for column, each in says.columns.items()} if isinstance(says, Query) else dict(says)

    def wrap(cls: type[T]) -> type[T]:
        types, hints, shows = get_type_hints(row), get_type_hints(cls, include_extras=True), {}
        for field, hint in hints.items():
            if field in made:
                continue
            if field not in types or field not in words:
                raise TypeError(f"{cls.__name__}.{field} is not a column of {row.__name__}")
            if hint != types[field] and (types[field], hint) not in _SHOWS:
                raise TypeError(f"{cls.__name__}.{field} is not of the type that {row.__name__} says")
            shows[field] = _SHOWS.get((types[field], hint), _as_it_is)
            setattr(cls, field, strawberry.field(description=words[field]))
        cls.__shows__ = MappingProxyType(shows)  # type: ignore[attr-defined]
        return strawberry.type(cls, name=name, description=row.__doc__)

    return wrap


def published(cls: type[T], rows: Iterable[Any], names: bool) -> list[T]:
    """Return what of some rows is shown; without names, what would tell who somebody is is withheld."""
    shows: Mapping[str, Show] = cls.__shows__  # type: ignore[attr-defined]
    made: Callable[[Any, bool], Mapping[str, Any]] = getattr(cls, "made_of", _nothing)
    plain = [field for field, show in shows.items() if show is _as_it_is]
    other = [(field, show) for field, show in shows.items() if show is not _as_it_is]
    return [
        cls(
            **{field: getattr(row, field) for field in plain},
            **{field: show(getattr(row, field), names) for field, show in other},
            **made(row, names),
        )
        for row in rows
    ]
