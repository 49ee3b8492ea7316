"""Figures on requests, by document and by code: never by person, viewer or anything that somebody wrote."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The figures of this process."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self.requests = Counter(
            "clew_requests", "Requests that were answered.", ["document", "code"], registry=self.registry
        )
        self.refused = Counter(
            "clew_sign_ins_refused", "Requests of which nobody could be told.", ["reason"], registry=self.registry
        )
        self.seconds = Histogram(
            "clew_request_seconds",
            "Seconds that requests took.",
            ["document"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.cost = Counter("clew_cost_units", "Units of cost that were spent.", ["document"], registry=self.registry)
        self.under_way = Gauge(
            "clew_requests_under_way",
            "Requests that are being answered.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self.ready = Gauge(
            "clew_ready",
            "Whether this process answers questions: 1 or 0.",
            multiprocess_mode="livemin",
            registry=self.registry,
        )
