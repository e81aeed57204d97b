"""Fixtures for the workers: their module imported with complete settings, and their environment."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from feedback.embedded.databases import Urls


def environment_of(urls: Urls, redis_url: str, smtp_url: str, folder: Path) -> dict[str, str]:
    """The environment of the product's processes on a database of a test's own."""
    return {
        "FEEDBACK_DATABASE_URL": urls.web,
        "FEEDBACK_WORKER_URL": urls.worker,
        "FEEDBACK_MIGRATION_URL": urls.owner,
        "FEEDBACK_REDIS_URL": redis_url,
        "FEEDBACK_SECRET_KEY": "a secret for tests, long enough to pass",
        "FEEDBACK_BASE_URL": "http://localhost",
        "FEEDBACK_SMTP_URL": smtp_url,
        "FEEDBACK_STORAGE_URL": f"file://{folder}/files",
        "FEEDBACK_MAIL_FROM": "Hồi Âm <hoi-am@localhost>",
        "FEEDBACK_ENV": "test",
    }


@pytest.fixture(scope="session")
def workers_app(database_urls: Urls, redis_url: str) -> Iterator[ModuleType]:
    """The module workers.app, which refuses to be imported without settings."""
    with pytest.MonkeyPatch.context() as patch:
        environment = environment_of(database_urls, redis_url, "smtp://127.0.0.1:9", Path("/tmp"))
        for name, value in environment.items():
            patch.setenv(name, value)
        module = importlib.import_module("workers.app")
        module.app.loader.import_default_modules()
        yield module
