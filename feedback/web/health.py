"""Whether the service lives and can serve, and figures for a monitor.

`/healthz` asks nothing of anybody. `/readyz` asks the database, Redis and the disk.
`/metrics` speaks Prometheus' text form, to the machine itself or to who holds the token.
"""

from __future__ import annotations

import hmac
import shutil
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import redis
import structlog
from alembic.script import ScriptDirectory
from flask import Flask, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from feedback import db
from feedback.queries.administration import state_of_work
from feedback.web import metrics
from feedback.web.guards import public
from feedback.web.limits import limiter
from feedback.web.requests import act_as, request_now, request_session, request_settings

_MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"
_LEAST_FREE = 200_000_000
_OVERSEER = db.Scope(kind="staff", administrator=True)
_log = structlog.get_logger(__name__)


def register(app: Flask) -> None:
    """Give `app` the addresses a monitor asks."""
    for rule, view in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", show_metrics)):
        limiter.exempt(view)
        app.add_url_rule(rule, endpoint=f"monitor.{view.__name__}", view_func=view)


@public
def healthz() -> Response:
    """Say that the process answers."""
    return Response("ok\n", mimetype="text/plain")


@public
def readyz() -> tuple[Response, int]:
    """Say whether each thing that serving needs is there; 503 when one is not."""
    found = look()
    ready = all(word == "ok" for word in found.values())
    return jsonify(ready=ready, **found), 200 if ready else 503


def look() -> dict[str, str]:
    """Say of each thing that serving needs whether it is ``ok``, or what is the matter."""
    return {"database": _database(), "redis": _redis(), "disk": _disk()}


@public
def show_metrics() -> Response:
    """Give the figures."""
    if not _may_measure():
        abort(404)
    act_as(_OVERSEER)
    found = state_of_work.figures(request_session(), request_now())
    return Response(metrics.exposition(found, request_now()), content_type=CONTENT_TYPE_LATEST)


@lru_cache
def newest_migration() -> str | None:
    """The revision that the shipped migrations lead to."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def _database() -> str:
    try:
        found = request_session().scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError as error:
        _log.warning("not_ready", store="database", error=type(error).__name__)
        return "unreachable"
    return "ok" if found == newest_migration() else "not migrated"


def _redis() -> str:
    client = redis.Redis.from_url(
        request_settings().redis_url, socket_timeout=0.5, socket_connect_timeout=0.5
    )
    try:
        client.ping()
    except redis.RedisError as error:
        _log.warning("not_ready", store="redis", error=type(error).__name__)
        return "unreachable"
    finally:
        client.close()
    return "ok"


def _disk() -> str:
    """Whether there is room for files; storage that is not a folder here is not asked."""
    parts = urlsplit(request_settings().storage_url)
    if parts.scheme != "file":
        return "ok"
    folder = Path(parts.path)
    while not folder.exists():
        folder = folder.parent
    return "ok" if shutil.disk_usage(folder).free >= _LEAST_FREE else "full"


def _may_measure() -> bool:
    token = request_settings().metrics_token
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {token}")
    # Behind a proxy of this machine everybody would come from here, so a forwarded request is not local.
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and request.remote_addr in {"127.0.0.1", "::1"}
