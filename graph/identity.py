"""Which judgements are in force: those that nothing in force takes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping


def in_force(undoes: Mapping[str, str | None]) -> set[str]:
    """Return the judgements that nothing in force takes back, without those that only take back.

    `undoes` says of each judgement that is there which one it takes back, if that is all that it does.
    """
    undone_by: dict[str, list[str]] = defaultdict(list)
    for each, taken_back in undoes.items():
        if taken_back is not None:
            undone_by[taken_back].append(each)
    return {each for each, taken_back in undoes.items() if taken_back is None and _stands(each, undone_by)}


def _stands(judgement: str, undone_by: Mapping[str, list[str]]) -> bool:
    """Return whether nothing in force takes a judgement back.

    Each takes back one other, so those that bear on a judgement that takes back none form a tree.
    """
    tree = [judgement]
    for each in tree:
        tree += undone_by.get(each, ())
    standing: dict[str, bool] = {}
    for each in reversed(tree):
        standing[each] = not any(standing[other] for other in undone_by.get(each, ()))
    return standing[judgement]
