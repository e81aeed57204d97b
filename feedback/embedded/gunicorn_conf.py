"""How gunicorn serves the web faces; used by `make run`, `feedback serve` and deploy/."""

from __future__ import annotations

import os
from pathlib import Path

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
