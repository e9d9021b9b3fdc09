"""In: what happens in the service. Out: counts and times as Prometheus takes them, one registry for each app."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The measures; labels take their values from closed sets, so that nobody can make them grow."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.requests = Counter(
            "breachtrace_requests", "Requests answered.", ("method", "route", "status"), registry=registry
        )
        self.seconds = Histogram(
            "breachtrace_request_seconds",
            "Seconds from a request to its answer.",
            ("method", "route"),
            registry=registry,
            buckets=_SECONDS,
        )
        self.readings = Counter(
            "breachtrace_articles_read", "Articles read, by outcome.", ("outcome",), registry=registry
        )
        self.waiting = Gauge("breachtrace_jobs_waiting", "Articles that wait to be read.", registry=registry)
        self.seq = Gauge("breachtrace_ledger_seq", "The number of the ledger's last entry.", registry=registry)

    def count_reading(self, outcome: str) -> None:
        """Count one article that was read, or could not be."""
        self.readings.labels(outcome).inc()

    def text(self) -> bytes:
        """Give all of it in Prometheus' text format."""
        return generate_latest(self._registry)
