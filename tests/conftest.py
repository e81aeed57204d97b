"""Fixtures that tests share: stores, a database a process, sessions that are undone, the application.

- `database_urls`   one migrated database a test process (owner, web, worker)
- `engine_web`, `engine_worker`   engines on it; what is committed through them stays, so a test that
                    commits takes `fresh_database` instead: a copy of its own
- `command_environment`   names an empty installation in the environment, for the command line
- `sessions`        maker of sessions whose work is undone after the test (see tests/rollback.py)
- `worker_session`  such a session in the worker's scope: makes the data
- `web_session`     function: such a session in a scope, `web_session(db.PUBLIC)`
- `now`             the moment of the test: Sunday 22 November 2026, 10:00 in Vietnam; pages see it too
- `make`            factories on `worker_session` (tests/factories.py)
- `app`, `client`   the application on those sessions, and a browser; `watch` is its clock, `bell` its
                    doorbell; `sign_in(account)` gives a browser that is signed in
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.app import create_app
from feedback.embedded import databases
from feedback.embedded.databases import Urls
from feedback.models import Account
from feedback.queries import kept, law_book, routing_data
from feedback.settings import Settings
from feedback.web.limits import limiter
from tests import stores
from tests.factories import Factory
from tests.rollback import keep_open, undone

# A change is judged by the same examples as the one before it; `make explore` looks for new ones.
# How long one takes says how much else the machine does; what must be quick has a test of its own.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("repeatable", settings.get_profile("patient"), derandomize=True)
settings.register_profile("explore", settings.get_profile("patient"), database=None, print_blob=True)
settings.load_profile("explore" if os.environ.get("FEEDBACK_EXPLORE") else "repeatable")

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
_RUNNING: list[Any] = []


def pytest_configure(config: pytest.Config) -> None:
    """Under xdist the controller starts the stores, before its test processes inherit the environment."""
    spreads = config.getoption("numprocesses", None) and not config.getoption("collectonly")
    if spreads and not hasattr(config, "workerinput"):
        _RUNNING.append(stores.begin())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this process started."""
    while _RUNNING:
        stores.end(_RUNNING.pop())


def migrate(urls: Urls) -> None:
    """Lay the schema into a database, as the owner of its tables."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = urls.owner
    command.upgrade(config, "head")


@pytest.fixture(scope="session")
def process_name() -> str:
    """The name of this test process: ``gw0``, or ``main`` without xdist."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def database_urls(process_name: str) -> Urls:
    """The addresses of this process's database."""
    if "FEEDBACK_TEST_STORES" not in os.environ:
        _RUNNING.append(stores.begin())
    return stores.database_of(process_name, migrate)


@pytest.fixture(scope="session")
def sockets(database_urls: Urls) -> Path:
    """The folder of the stores' sockets."""
    return Path(os.environ["FEEDBACK_TEST_SOCKETS"])


@pytest.fixture(scope="session")
def redis_url(database_urls: Urls, process_name: str) -> str:
    """The address of a database in Valkey that this process has for itself."""
    number = int(process_name.removeprefix("gw")) % 15 + 1 if process_name.startswith("gw") else 0
    return f"{stores.redis_url()}?db={number}"


def _engine(url: str) -> Iterator[Engine]:
    engine = db.make_engine(url, pool_size=2)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def engine_web(database_urls: Urls) -> Iterator[Engine]:
    """An engine in the web role."""
    yield from _engine(database_urls.web)


@pytest.fixture(scope="session")
def engine_worker(database_urls: Urls) -> Iterator[Engine]:
    """An engine in the worker role."""
    yield from _engine(database_urls.worker)


@pytest.fixture(scope="session")
def engine_superuser(database_urls: Urls, sockets: Path, process_name: str) -> Iterator[Engine]:
    """An engine that may take every role; only for `sessions`."""
    engine = create_engine(
        databases.url(sockets, databases.SUPERUSER, f"feedback_{process_name}"),
        connect_args={"options": "-c timezone=UTC"},
    )
    yield engine
    engine.dispose()


@pytest.fixture
def fresh_database(
    database_urls: Urls, sockets: Path, process_name: str, request: pytest.FixtureRequest
) -> Iterator[Urls]:
    """A database of its own for a test that commits; it is dropped afterwards."""
    name = f"fresh_{process_name}"
    databases.drop_database(sockets, name)
    forget_all()
    yield databases.create_database(sockets, name, stores.TEMPLATE)
    databases.drop_database(sockets, name)


@pytest.fixture
def command_environment(
    fresh_database: Urls, redis_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An installation with tables and nothing in them, named by the environment as for a command."""
    for name, value in {
        "DATABASE_URL": fresh_database.web,
        "WORKER_URL": fresh_database.worker,
        "MIGRATION_URL": fresh_database.owner,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "a secret for tests, long enough to pass",
        "BASE_URL": "https://phananh.example.vn",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "STORAGE_URL": f"file://{tmp_path}",
        "ENV": "test",
        "VAR": str(tmp_path / "var"),
    }.items():
        monkeypatch.setenv(f"FEEDBACK_{name}", value)


@pytest.fixture
def sessions(engine_superuser: Engine) -> Iterator[sessionmaker[Session]]:
    """A maker of sessions whose work is undone after the test."""
    forget_all()
    with undone(engine_superuser) as factory:
        yield factory


@pytest.fixture
def worker_session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session in the worker's scope."""
    session = keep_open(sessions, db.WORKER)
    yield session
    session.close()


@pytest.fixture
def web_session(sessions: sessionmaker[Session]) -> Iterator[Callable[[db.Scope | None], Session]]:
    """A function that opens a session in the web role, in a scope or (None) without one."""
    opened: list[Session] = []

    def open_session(scope: db.Scope | None) -> Session:
        opened.append(keep_open(sessions, scope))
        return opened[-1]

    yield open_session
    for session in opened:
        session.close()


@pytest.fixture
def now() -> datetime:
    """The moment of the test, aware, in UTC."""
    return NOW


@pytest.fixture
def make(worker_session: Session, now: datetime) -> Factory:
    """Factories whose rows `worker_session` writes."""
    return Factory(worker_session, now)


def forget_all() -> None:
    """Drop what this process keeps of a database: an earlier test had the same address and the same time."""
    kept.forget_all()
    law_book._shelves.clear()
    routing_data._kept.clear()


def _settings(urls: Urls, redis_url: str, files: Path) -> Settings:
    return Settings.from_env(
        {
            "FEEDBACK_DATABASE_URL": urls.web,
            "FEEDBACK_WORKER_URL": urls.worker,
            "FEEDBACK_MIGRATION_URL": urls.owner,
            "FEEDBACK_REDIS_URL": redis_url,
            "FEEDBACK_SECRET_KEY": "a secret for tests, long enough to pass",
            "FEEDBACK_BASE_URL": "http://localhost",
            "FEEDBACK_SMTP_URL": "smtp://127.0.0.1:9",
            "FEEDBACK_STORAGE_URL": f"file://{files}",
            "FEEDBACK_MAIL_FROM": "Hồi Âm <hoi-am@localhost>",
            "FEEDBACK_ENV": "test",
        }
    )


@pytest.fixture
def settings(database_urls: Urls, redis_url: str, tmp_path: Path) -> Settings:
    """Settings for this process's stores; files go to the test's own folder."""
    return _settings(database_urls, redis_url, tmp_path / "files")


class Wristwatch:
    """A clock that a test sets; pages read it as theirs."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **amount: float) -> datetime:
        """Go on by a `timedelta` of these arguments and give the new moment."""
        self.moment += timedelta(**amount)
        return self.moment


@pytest.fixture
def watch(now: datetime) -> Wristwatch:
    """The clock of `app`."""
    return Wristwatch(now)


@pytest.fixture(scope="session")
def _application(database_urls: Urls, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of this process; each test gives it its own sessions, clock and settings."""
    return create_app(_settings(database_urls, redis_url, tmp_path_factory.mktemp("files")))


class Bell:
    """A doorbell that remembers what was rung."""

    def __init__(self) -> None:
        self.rung: list[str] = []

    def __call__(self, name: str) -> None:
        self.rung.append(name)


@pytest.fixture
def bell() -> Bell:
    """The doorbell of `app`: `bell.rung`."""
    return Bell()


@pytest.fixture
def app(
    _application: Flask,
    settings: Settings,
    sessions: sessionmaker[Session],
    watch: Wristwatch,
    bell: Bell,
) -> Flask:
    """The application, on sessions that are undone, with rate limits counted from nothing."""
    redis.Redis.from_url(settings.redis_url).flushdb()
    frame = _application.extensions["feedback"]
    frame.update(settings=settings, sessions=sessions, clock=watch, ring=bell)
    return _application


@pytest.fixture
def other_app(
    settings: Settings, sessions: sessionmaker[Session], watch: Wristwatch
) -> Iterator[Callable[..., Flask]]:
    """A function that gives an application with other settings: `other_app(proxy_hops=1)`."""
    # The limiter is one a process; the application of the other tests gets it back as it was.
    kept = dict(limiter.__dict__)
    yield lambda **changes: create_app(
        dataclasses.replace(settings, **changes), sessions=sessions, now=watch, ring=lambda name: None
    )
    limiter.__dict__.clear()
    limiter.__dict__.update(kept)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session. Forms need their token: see tests/pages.py."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, watch: Wristwatch) -> Callable[[Account], FlaskClient]:
    """A function that gives a browser in which `account` is signed in."""

    def begin(account: Account) -> FlaskClient:
        browser = app.test_client()
        moment = int(watch().timestamp())
        with browser.session_transaction() as session:
            session.update(
                _user_id=account.fs_uniquifier, _fresh=True, since=moment, seen=moment, fs_paa=moment
            )
        return browser

    return begin
