"""Questions by name, as the command and the API ask them."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Iterable
from typing import Any

from graph.connection import Address, reader
from graph.reference.roles import audience
from queries.answer import Answer, Viewer
from queries.catalogue import Query


def function(query: Query) -> Callable[..., Any]:
    """Return the function that asks a question, which has its name."""
    module = importlib.import_module(f"queries.{query.kind}.{query.name}")
    asks: Callable[..., Any] = getattr(module, query.name)
    return asks


def answer(address: Address, query: Query, groups: Iterable[str] = (), **params: Any) -> Answer[Any]:
    """Ask a question as a viewer with these groups."""

    async def asked() -> Answer[Any]:
        async with reader(address) as opened:
            found: Answer[Any] = await function(query)(opened, Viewer(audience=audience(groups)), **params)
            return found

    return asyncio.run(asked())
