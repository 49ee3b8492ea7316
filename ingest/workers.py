"""Does pieces of work in several processes, in order, and leaves none of them behind."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def end_with_the_parent() -> None:
    """End this process when the one that started it has ended, however that ended; interruptions are for that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()


@contextmanager
def workers(most: int) -> Iterator[ProcessPoolExecutor | None]:
    """Give so many processes, or as many as there are cores; None where that is one."""
    processes = min(os.cpu_count() or 1, most)
    if processes < 2:
        yield None
        return
    others = set(active_children())
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=end_with_the_parent)
    try:
        yield pool
    except BaseException:
        for child in set(active_children()) - others:
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def in_order(
    pool: ProcessPoolExecutor | None, work: Callable[[T], R], series: Iterable[T], waiting: int
) -> Iterator[R]:
    """Yield what becomes of each of a series, of which no more than `waiting` are made and not yet taken."""
    if pool is None:
        yield from map(work, series)
        return
    begun: list[Future[R]] = []
    for each in series:
        begun.append(pool.submit(work, each))
        if len(begun) > waiting:
            yield begun.pop(0).result()
    for future in begun:
        yield future.result()
