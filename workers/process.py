"""What each worker process has for itself: its connections to the database, and the bell it rings."""

from __future__ import annotations

import os

import redis
import structlog
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.doorbell import key_of
from workers.app import app, settings

_log = structlog.get_logger(__name__)
_KEY_SECONDS = 10
_TIMEOUT_SECONDS = 2.0
_POOL_SIZE = 3
_made_by: dict[int, sessionmaker[Session]] = {}


def sessions() -> sessionmaker[Session]:
    """Give this process's maker of sessions in the worker's role.

    Made at the first use, so that no two processes share a connection after a fork. What
    services ring for is rung after the commit.
    """
    found = _made_by.get(os.getpid())
    if found is None:
        _made_by.clear()
        found = db.session_factory(db.make_engine(settings.worker_url, pool_size=_POOL_SIZE))
        found.configure(info={"ring": ring})
        _made_by[os.getpid()] = found
    return found


def _broker() -> redis.Redis:
    return redis.Redis.from_url(
        settings.redis_url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
    )


def heard(name: str) -> None:
    """Take the bell `name` as heard: call it before looking, so that a ring meanwhile is not lost."""
    try:
        with _broker() as broker:
            broker.delete(key_of(name))
    except redis.RedisError as error:
        _log.warning("doorbell_unreachable", bell=name, error=type(error).__name__)


def ring(name: str, *, again: bool = False) -> None:
    """Ring the bell `name`; a failure is logged and left to the sweeper.

    again: also when a ring seems to wait still, which may have been lost with the broker.
    """
    try:
        with _broker() as broker:
            if broker.set(key_of(name), "1", nx=not again, ex=_KEY_SECONDS):
                app.send_task(f"workers.{name}.look", retry=False, ignore_result=True)
    except Exception as error:
        _log.warning("doorbell_silent", bell=name, error=type(error).__name__)
