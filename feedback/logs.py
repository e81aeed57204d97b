"""Logs: one JSON object a line, with the request's or task's id, free of control characters.

`configure` is called once by each program. Both structlog's loggers and the standard
library's (gunicorn, Celery, SQLAlchemy) come out in the same form, on standard error.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

import structlog

# What JSON itself leaves alone and a terminal or a log viewer might still obey: delete, the C1
# controls (0x9B begins an escape sequence), line and paragraph separators, marks of direction.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]")


def to_line(event: Any, **_: Any) -> str:
    """Give an event as one line of JSON in which every control character is escaped."""
    text = json.dumps(event, ensure_ascii=False, default=str)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def configure(level: str = "INFO") -> None:
    """Send every log line of this process to standard error as JSON.

    level: the least severe level that is written, by its name.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=to_line),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Their handlers would write each line a second time, in another form.
    for name in ("gunicorn.error", "gunicorn.access", "celery", "werkzeug"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def bind(**values: str) -> None:
    """Start the context of a request or a task: `values` stand in each of its lines."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**values)
