"""How gunicorn serves the web faces; used by `make run`, `feedback serve` and deploy/."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

bind = os.environ.get("FEEDBACK_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("FEEDBACK_WEB_PROCESSES", "2"))
threads = int(os.environ.get("FEEDBACK_WEB_THREADS", "4"))
timeout = 60
# Shorter than the supervisor's and systemd's patience, so that requests end by themselves.
graceful_timeout = 8
keepalive = 5
# A worker's life sign must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# Requests are logged by the application, which knows what may be written down.
accesslog = None
errorlog = "-"
# A way to steer a server that nobody here would use.
control_socket_disable = True
limit_request_line = 4094
limit_request_field_size = 8190

# Each worker writes what it counts into a file here, so that /metrics tells the sum of all of them.
_COUNTS = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")


def on_starting(server: Any) -> None:
    """Begin to count anew: files of the server's former life would be added to this one's."""
    if _COUNTS:
        folder = Path(_COUNTS)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left_over in folder.glob("*.db"):
            left_over.unlink()


def post_worker_init(worker: Any) -> None:
    """Let the collector of garbage leave alone what was loaded: going through it stops a page for long."""
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """Drop what only a living worker tells; what an ended one has counted stays in the sum."""
    if _COUNTS:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
