"""Celery: the doorbells and the timetable. What there is to do stands in the database's rows.

A task carries no data and gives no result: it says "look now". One that is lost is made up
for by the next bell or by the sweeper, one that comes twice finds nothing to do.

``celery -A workers.app worker`` and ``celery -A workers.app beat``; a supervisor starts either
again when it ends (Celery 5.7 may end after its broker was restarted).
"""

from __future__ import annotations

import logging
import os
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab

from feedback import logs
from feedback.settings import Settings

settings = Settings.from_env(os.environ)

ON_START = ("routing", "messages", "sweeper", "statistics", "recompute", "trials", "routing_quality")
"""The bells that a worker rings when it is ready, for what came while none was."""

_QUIET = ("celery.app.trace", "celery.worker.strategy", "celery.beat")
_HOUR = 3600

app = Celery(
    "workers",
    broker=settings.broker_url,
    include=[
        "workers.escalation",
        "workers.learning",
        "workers.messages",
        "workers.recompute",
        "workers.routing",
        "workers.routing_quality",
        "workers.sealing",
        "workers.staff_digests",
        "workers.statistics",
        "workers.status_updates",
        "workers.supplements",
        "workers.sweeper",
        "workers.trials",
        "workers.uploads",
        "workers.urgent",
    ],
)
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    result_backend=None,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=15 * 60,
    # Longer than a task may last, or the broker would hand it out a second time.
    broker_transport_options={"visibility_timeout": 20 * 60},
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_prefetch_multiplier=1,
    worker_concurrency=3,
    worker_max_tasks_per_child=5000,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    enable_utc=True,
    # The timetable below is read in this zone.
    timezone="Asia/Ho_Chi_Minh",
    # The timetable needs no memory: whoever misses a time looks at the next, and finds everything due.
    beat_scheduler="celery.beat:Scheduler",
    beat_schedule={
        "sweep": {"task": "workers.sweeper.look", "schedule": 30.0, "options": {"expires": 30}},
        "messages that fall due": {
            "task": "workers.messages.look", "schedule": 60.0, "options": {"expires": 60},
        },
        "urgent cases": {"task": "workers.urgent.look", "schedule": 300.0, "options": {"expires": 300}},
        "the night": {
            "task": "workers.escalation.look", "schedule": crontab(minute=10, hour=0),
            "options": {"expires": _HOUR},
        },
        "the night's safety net": {
            "task": "workers.escalation.look", "schedule": crontab(minute=20), "options": {"expires": _HOUR},
        },
        "waits for the submitter": {
            "task": "workers.supplements.look", "schedule": crontab(minute=5), "options": {"expires": _HOUR},
        },
        # People choose hours and half hours; who misses one looks a little later.
        "mails of the day to staff": {
            "task": "workers.staff_digests.look", "schedule": crontab(minute="*/10"),
            "options": {"expires": 600},
        },
        # Twice, so that a worker that slept at midnight tells the same day.
        "interim updates": {
            "task": "workers.status_updates.look", "schedule": crontab(minute=15, hour="0,6"),
            "options": {"expires": _HOUR},
        },
        # Each night, though it learns once a week: a Sunday that was missed is made up for.
        "learning": {
            "task": "workers.learning.begin", "schedule": crontab(minute=30, hour=2),
            "options": {"expires": _HOUR},
        },
        "public figures": {
            "task": "workers.statistics.look", "schedule": 600.0, "options": {"expires": 600},
        },
        "how routing does": {
            "task": "workers.routing_quality.look", "schedule": crontab(minute=40),
            "options": {"expires": _HOUR},
        },
        "files that no case took": {
            "task": "workers.uploads.look", "schedule": crontab(minute=35), "options": {"expires": _HOUR},
        },
        "seals": {
            "task": "workers.sealing.look", "schedule": crontab(minute=2), "options": {"expires": _HOUR},
        },
    },
)  # fmt: skip


@signals.setup_logging.connect  # type: ignore[untyped-decorator]
def _set_up_logging(**_: Any) -> None:
    logs.configure(settings.log_level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


@signals.task_prerun.connect  # type: ignore[untyped-decorator]
def _name_task(task_id: str = "", task: Any = None, **_: Any) -> None:
    logs.bind(task=getattr(task, "name", ""), task_id=task_id)


@signals.worker_ready.connect  # type: ignore[untyped-decorator]
def _look_at_once(**_: Any) -> None:
    for name in ON_START:
        app.send_task(f"workers.{name}.look", ignore_result=True)
