"""The one place that reads the machine's clock.

Everything else takes the time as an argument, so that a night can be rehearsed
and a test needs no frozen clock.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the present moment as an aware datetime in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place
