"""All versioned reference data that a threat score rests on: factors, forms, clusters, harm and weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from graph.errors import ReferenceDataError
from graph.reference.clusters import Cluster, clusters
from graph.reference.factors import Factor, factors
from graph.reference.harm import HarmScale, harm_scale
from graph.reference.instruments import Instrument, instruments
from graph.reference.weights import Weights, weights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Risk:
    """One version of everything that turns evidence into a ledger, clusters and a score.

    Equal to no other, so that what is prepared from it can be kept beside it.
    """

    factors: tuple[Factor, ...]
    instruments: Mapping[tuple[str, str], Instrument]
    clusters: Mapping[str, Cluster]
    harm: HarmScale
    weights: Weights

    def __post_init__(self) -> None:
        """Refuse what does not go together; raises ReferenceDataError."""
        known = {each.factor for each in self.factors}
        for cluster in self.clusters.values():
            for member in (member for group in cluster.groups for member in group.members):
                if member.factor is not None and member.factor not in known:
                    raise ReferenceDataError(
                        f"Cluster {cluster.cluster_id} asks for the factor {member.factor}, which is none: "
                        "name one of factors.toml, or add it there."
                    )

    @property
    def versions(self) -> list[str]:
        """Return the name and version of everything that a score depends on; forms and factors by a digest of both."""
        return [
            f"weights {self.weights.version}",
            f"{self.harm.scale} {self.harm.version}",
            *(f"{each.cluster_id} {each.version}" for each in self.clusters.values()),
            f"forms {self._digest_of_forms()}",
        ]

    def _digest_of_forms(self) -> str:
        """Return what is another when an answer counts for another factor, otherwise, or for another time."""
        factors = [[each.factor, each.scope, each.days] for each in self.factors]
        items = [
            [*name, item.number, item.code, item.factor, item.place, sorted(item.yes), sorted(item.no)]
            for name, form in sorted(self.instruments.items())
            for item in form.items
        ]
        return sha256(json.dumps([factors, items]).encode()).hexdigest()[:12]


@cache
def shipped() -> Risk:
    """Return what comes with Clew."""
    return Risk(
        factors=factors(),
        instruments=instruments(),
        clusters=clusters(),
        harm=harm_scale(),
        weights=weights(),
    )
