"""What may be said about a property of a node or relationship, and how to read it back."""

from __future__ import annotations

import types
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from graph.errors import SchemaError


@dataclass(frozen=True, slots=True)
class Prop:
    """What a property means, and whether it is the key, is indexed, or is never shown."""

    says: str
    key: bool = False
    index: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A declared property: its name, its Python type without `None`, and its `Prop`."""

    name: str
    type: Any
    optional: bool
    prop: Prop

    @property
    def type_name(self) -> str:
        """Return the type as it is written in query headers, such as `list[str] | None`."""
        origin = get_origin(self.type)
        name = f"{origin.__name__}[{get_args(self.type)[0].__name__}]" if origin else self.type.__name__
        return f"{name} | None" if self.optional else name


def props(model: type[Any]) -> Mapping[str, Property]:
    """Return the declared properties of a schema class by name.

    Raises SchemaError for a field without a `Prop`.
    """
    return _read(cast(Hashable, model))


@cache
def _read(model: Any) -> Mapping[str, Property]:
    owner = model.__name__
    if not is_dataclass(model):
        raise SchemaError(f"{owner} is not a dataclass.")
    hints = get_type_hints(model, include_extras=True)
    found: dict[str, Property] = {}
    for field in fields(model):
        hint = hints[field.name]
        prop = next((extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Prop)), None)
        if get_origin(hint) is not Annotated or prop is None:
            raise SchemaError(f"{owner}.{field.name} does not say what it means: give it a Prop.")
        declared = get_args(hint)[0]
        choices = get_args(declared) if get_origin(declared) in {Union, types.UnionType} else (declared,)
        plain = [choice for choice in choices if choice is not type(None)]
        if len(plain) != 1:
            raise SchemaError(f"{owner}.{field.name} may have one type, or one type and None.")
        found[field.name] = Property(name=field.name, type=plain[0], optional=len(choices) > 1, prop=prop)
    return types.MappingProxyType(found)
