"""The bell that tells the workers to look now.

A bell says nothing but "look": what there is to do stands in rows. Rings between two
looks are one: the first sets a key in Redis, the task removes the key before it looks.
A bell that cannot be rung is logged and forgotten, because the sweeper looks anyway.
"""

from __future__ import annotations

import redis
import structlog
from celery import Celery

_log = structlog.get_logger(__name__)
_KEY_SECONDS = 10
_TIMEOUT_SECONDS = 0.5


def key_of(name: str) -> str:
    """Give the Redis key that stands while a ring of `name` waits to be heard."""
    return f"doorbell:{name}"


class Doorbell:
    """Rings the tasks ``workers.<name>.look``; safe to share between threads."""

    def __init__(self, redis_url: str, broker_url: str) -> None:
        self._redis = redis.Redis.from_url(
            redis_url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )
        self._celery = Celery("feedback.doorbell", broker=broker_url)
        self._celery.conf.update(
            task_ignore_result=True,
            task_serializer="json",
            broker_transport_options={
                "socket_timeout": _TIMEOUT_SECONDS,
                "socket_connect_timeout": _TIMEOUT_SECONDS,
            },
            broker_connection_timeout=_TIMEOUT_SECONDS,
        )

    def ring(self, name: str) -> None:
        """Tell the workers to look at the queue `name` (``routing``, ``messages``)."""
        try:
            if self._redis.set(key_of(name), "1", nx=True, ex=_KEY_SECONDS):
                self._celery.send_task(f"workers.{name}.look", retry=False, ignore_result=True)
        except Exception as error:
            _log.warning("doorbell_silent", bell=name, error=type(error).__name__)
