"""What the installation decides by environment variables, read once and frozen.

Every variable begins with ``FEEDBACK_``. A process that lacks one it cannot do
without refuses to start and names all that are missing at once, so that an
operator mends the file in one pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

ENVIRONMENTS = ("production", "demonstration", "test")
_REQUIRED = (
    "FEEDBACK_DATABASE_URL",
    "FEEDBACK_WORKER_URL",
    "FEEDBACK_REDIS_URL",
    "FEEDBACK_SECRET_KEY",
    "FEEDBACK_BASE_URL",
    "FEEDBACK_SMTP_URL",
    "FEEDBACK_STORAGE_URL",
)
_SHORTEST_SECRET = 32


class SettingsError(ValueError):
    """The environment is incomplete or contradictory; the text says what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The installation's settings; see docs/operations.md for each variable.

    ``database_url`` connects as the web role, ``worker_url`` as the worker role and
    ``migration_url`` (needed by ``feedback migrate`` alone) as the owner of the tables.
    """

    database_url: str
    worker_url: str
    migration_url: str
    redis_url: str
    secret_key: str
    base_url: str
    smtp_url: str
    storage_url: str
    mail_from: str
    mailbox_dir: str
    environment: str
    log_level: str
    proxy_hops: int
    metrics_token: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from `environ`.

        Raises SettingsError naming every missing or unusable variable.
        """
        problems = [f"{name} is not set" for name in _REQUIRED if not environ.get(name)]
        environment = environ.get("FEEDBACK_ENV", "production")
        if environment not in ENVIRONMENTS:
            problems.append(f"FEEDBACK_ENV must be one of {', '.join(ENVIRONMENTS)}, not {environment!r}")
        secret = environ.get("FEEDBACK_SECRET_KEY", "")
        if secret and len(secret) < _SHORTEST_SECRET:
            problems.append(f"FEEDBACK_SECRET_KEY is shorter than {_SHORTEST_SECRET} characters")
        base_url = environ.get("FEEDBACK_BASE_URL", "").rstrip("/")
        if base_url and urlsplit(base_url).scheme not in {"http", "https"}:
            problems.append("FEEDBACK_BASE_URL must begin with http:// or https://")
        hops = environ.get("FEEDBACK_PROXY_HOPS", "0")
        if not hops.isdecimal():
            problems.append(f"FEEDBACK_PROXY_HOPS must be a whole number, not {hops!r}")
        if problems:
            raise SettingsError("; ".join(problems))
        host = urlsplit(base_url).hostname or "localhost"
        return cls(
            database_url=environ["FEEDBACK_DATABASE_URL"],
            worker_url=environ["FEEDBACK_WORKER_URL"],
            migration_url=environ.get("FEEDBACK_MIGRATION_URL", ""),
            redis_url=environ["FEEDBACK_REDIS_URL"],
            secret_key=secret,
            base_url=base_url,
            smtp_url=environ["FEEDBACK_SMTP_URL"],
            storage_url=environ["FEEDBACK_STORAGE_URL"],
            mail_from=environ.get("FEEDBACK_MAIL_FROM", f"Hồi Âm <hoi-am@{host}>"),
            mailbox_dir=environ.get("FEEDBACK_MAILBOX_DIR", ""),
            environment=environment,
            log_level=environ.get("FEEDBACK_LOG_LEVEL", "INFO").upper(),
            proxy_hops=int(hops),
            metrics_token=environ.get("FEEDBACK_METRICS_TOKEN", ""),
        )

    @property
    def broker_url(self) -> str:
        """The Redis address in the form that Celery's transport reads.

        kombu names a unix socket ``redis+socket://`` where redis-py says ``unix://``.
        """
        if self.redis_url.startswith("unix://"):
            return "redis+socket://" + self.redis_url.removeprefix("unix://")
        return self.redis_url

    @property
    def demonstration(self) -> bool:
        """Whether this is the demonstration province, which shows its own mail."""
        return self.environment == "demonstration"
