"""Records that only some groups may see, several of each kind."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ingest.synthetic.draws import Ints, shares, some
from ingest.synthetic.size import Area, Part

GROUPS = ("", "sensitive", "professional_standards", "professional_standards;sensitive")
"""What stands in `restricted_to`, by number; 0: everyone may see it."""

_SHARES = {
    "people": 0.004,
    "incidents": 0.008,
    "involvements": 0.002,
    "offences": 0.004,
    "assessments": 0.004,
    "relationships": 0.003,
    "addresses": 0.003,
    "residences": 0.003,
    "identifiers": 0.006,
    "uses": 0.006,
    "markers": 0.006,
    "attendances": 0.004,
    "appearances": 0.01,
}
"""Share of the records of each feed that is restricted."""


def restrictions(
    area: Area, sizes: Mapping[str, int], only: Mapping[str, Ints], always: Mapping[str, Ints]
) -> dict[str, Ints]:
    """Return for each record of each feed the groups that may see it, by number.

    `only` says which may be chosen by chance, and `always` which are restricted in any case.
    """
    numbers = area.numbers(Part.RESTRICTIONS)
    found = {}
    for feed, share in _SHARES.items():
        among = only.get(feed, np.arange(sizes[feed]))
        chosen = some(numbers, among, max(4, round(share * len(among))))
        chosen = np.union1d(chosen, always.get(feed, chosen))
        found[feed] = np.zeros(sizes[feed], dtype=np.int64)
        found[feed][chosen] = 1 + shares(numbers, len(chosen), (60, 30, 10))
    return found
