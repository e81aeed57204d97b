"""Figures in Prometheus' text form: how long answers take, and what waits to be done.

Each process counts its own requests. With PROMETHEUS_MULTIPROC_DIR set (as `make run` and
deploy/ set it) the processes of a server are added up.
"""

from __future__ import annotations

import os
import time
from datetime import datetime

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from feedback.queries.administration.state_of_work import Figures

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_OWN = CollectorRegistry()
_LATENCY = Histogram(
    "feedback_request_seconds",
    "Time from a request to its answer",
    ("method", "endpoint", "status"),
    buckets=_BUCKETS,
    registry=_OWN,
)


def register(app: Flask) -> None:
    """Have `app` time its requests."""
    app.before_request(_begin)
    app.after_request(_end)


def exposition(found: Figures, now: datetime) -> bytes:
    """Give what this server counted and the figures read from the database, as text."""
    requests: CollectorRegistry = _OWN
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        requests = CollectorRegistry()
        MultiProcessCollector(requests)  # type: ignore[no-untyped-call]
    return generate_latest(requests) + generate_latest(_of_database(found))


def _of_database(found: Figures) -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, text: str, value: float) -> None:
        Gauge(name, text, registry=registry).set(value)

    gauge("feedback_work_open", "Work rows that are not done", found.work_open)
    gauge("feedback_work_failed", "Work rows given up after too many attempts", found.work_failed)
    gauge("feedback_work_oldest_seconds", "Age of the oldest open work row", found.work_oldest)
    gauge("feedback_messages_pending", "Messages not sent yet", found.messages["pending"])
    gauge("feedback_messages_failed", "Messages given up after too many attempts", found.messages["failed"])
    gauge("feedback_messages_oldest_seconds", "Longest wait of a message that is due", found.messages_oldest)
    gauge(
        "feedback_routing_rules_broken",
        "Routing rules and fields in force today that cannot be followed",
        found.rules_broken,
    )
    if found.escalation_age is not None:
        gauge(
            "feedback_escalation_age_seconds",
            "Time since the last escalation that succeeded",
            found.escalation_age,
        )
    return registry


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    began = g.get("began")
    if began is not None:
        # The endpoint, never the path: a tracking code is a secret.
        endpoint = request.endpoint or "none"
        _LATENCY.labels(request.method, endpoint, str(response.status_code)).observe(
            time.perf_counter() - began
        )
    return response
