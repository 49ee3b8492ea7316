"""Makes the next of a series while the present one is at work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(series: Iterable[T]) -> Iterator[T]:
    """Yield a series, each of it made in another thread while the one before it is in use."""
    source = iter(series)
    with ThreadPoolExecutor(1) as pool:
        try:
            coming = pool.submit(next, source, None)
        except RuntimeError:
            # That is how Python says that there is no memory for another thread.
            raise MemoryError from None
        while (item := coming.result()) is not None:
            coming = pool.submit(next, source, None)
            yield item
