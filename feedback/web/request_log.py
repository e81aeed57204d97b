"""One line in the log for each request, and the id by which all of its lines are found."""

from __future__ import annotations

import time
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

from feedback import logs

_QUIET = frozenset({"static", "monitor.healthz", "monitor.readyz", "monitor.show_metrics"})
_log = structlog.get_logger(__name__)


def register(app: Flask) -> None:
    """Have `app` name and log its requests."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = uuid4().hex[:16]
    g.request_began = time.perf_counter()
    logs.bind(request=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint not in _QUIET:
        # The rule, never the path and the query: tracking codes and one-time links are secrets.
        _log.info(
            "request",
            method=request.method,
            rule=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - g.get("request_began", time.perf_counter())) * 1000),
        )
    return response
