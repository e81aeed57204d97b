"""Migrations with rows in the tables: each goes down and up again, and none may hold others up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text

from feedback.db import new_id
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.embedded import databases
from feedback.embedded.databases import Urls
from feedback.models import Work
from feedback.services.casework import handling, publication, submitter
from feedback.services.work import WorkKind
from tests.migrations.catalogue import Catalogue, catalogue, differences
from tests.security.world import lay_world
from tests.services.committed import committed_stage
from tests.services.stage import MONDAY

ROOT = Path(__file__).resolve().parents[2]
REVISIONS = [script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()][::-1]
LAST_WITHOUT_DATA = "0007"
"""Up to it the tables were laid; every later migration meets rows."""

TYPED = ("form_drafts", "case_presences")
"""What staff are typing: it goes with its tables."""

OVERSIGHT = ("agencies", "positions", "holdings")
"""Whose kinds were unknown before supervisors were."""

Move = Callable[[str], None]
_DEFINING = ("CREATE", "ALTER", "GRANT", "REVOKE", "DO")


@pytest.fixture
def superuser(fresh_database: Urls, sockets: Path, process_name: str) -> Iterator[Engine]:
    engine = create_engine(databases.url(sockets, databases.SUPERUSER, f"fresh_{process_name}"))
    yield engine
    engine.dispose()


@pytest.fixture
def to(fresh_database: Urls) -> Move:
    """Bring the database to a revision, up or down."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = fresh_database.owner

    def move(revision: str) -> None:
        down = revision == "base" or revision in REVISIONS[: REVISIONS.index(_current(fresh_database))]
        (command.downgrade if down else command.upgrade)(config, revision)

    return move


def _current(urls: Urls) -> str:
    engine = create_engine(urls.owner)
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    engine.dispose()
    return found or REVISIONS[0]


@contextmanager
def patience() -> Iterator[set[tuple[str, str]]]:
    """Collect how long the statements of migrations may wait for a lock, and work."""
    limits: set[tuple[str, str]] = set()
    asking = False

    def ask(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        nonlocal asking
        if asking or not statement.lstrip().upper().startswith(_DEFINING):
            return
        asking = True
        query = "SELECT current_setting('lock_timeout'), current_setting('statement_timeout')"
        lock, work = connection.exec_driver_sql(query).one()
        limits.add((lock, work))
        asking = False

    event.listen(Engine, "before_cursor_execute", ask)
    try:
        yield limits
    finally:
        event.remove(Engine, "before_cursor_execute", ask)


def _counts(superuser: Engine, tables: list[str]) -> dict[str, int]:
    with superuser.connect() as connection:
        return {table: connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables}


def test_migrations_go_down_and_up_with_data_and_hold_nobody_up(
    fresh_database: Urls, superuser: Engine, to: Move
) -> None:
    with committed_stage(fresh_database, MONDAY) as stage:
        world = lay_world(stage, fresh_database, superuser)
        recalled = stage.in_progress(stage.works)
        stage.act(stage.province.dispatcher, handling.recall, recalled, reason="Chuyển qua lại nhiều lần.")
        withdrawn = stage.awaiting_approval(stage.works)
        stage.submitter(submitter.withdraw, withdrawn)
        reopened = stage.answered(stage.works, email="", phone="")
        stage.act(stage.works.officer, publication.propose, reopened, title="Đèn", summary="Đã sửa.")
        stage.submitter(submitter.reopen, reopened, reason="Đèn lại tắt từ tối qua.")
        stage.make.staff(PositionKind.SUPERVISOR, stage.make.agency("HDND", AgencyKind.OVERSIGHT))
        stage.worker.add(
            Work(
                id=new_id(), kind=WorkKind.LEARN, subject=new_id(), created_at=stage.now,
                available_at=stage.now,
            )
        )  # fmt: skip
        stage.worker.commit()
        tables = world.tables()
        for name in ("web", "worker", "owner"):
            world.engines[name].dispose()
    full, rows = catalogue(superuser), _counts(superuser, tables)
    to(LAST_WITHOUT_DATA)
    with superuser.connect() as connection:
        kind = connection.scalar(text("SELECT kind FROM moves WHERE case_id = :id"), {"id": recalled})
    assert kind == "send_back", "a migration that changes rows lifts FORCE (migrations/README.md)"
    with superuser.begin() as connection:
        left = text("UPDATE answers SET status = 'submitted' WHERE case_id = :id")
        assert connection.execute(left, {"id": withdrawn}).rowcount == 1
        left = text("UPDATE publications SET status = 'returned' WHERE case_id = :id")
        assert connection.execute(left, {"id": reopened}).rowcount == 1
    with patience() as found:
        to("head")
    assert differences_of(full, catalogue(superuser)) == []
    drafts = f"answers WHERE case_id = '{withdrawn}' AND status = 'submitted'"
    assert _counts(superuser, [drafts]) == {drafts: 0}
    for waits in ("publications WHERE status = 'returned'", "deliveries WHERE cancelled_at IS NULL"):
        waits += f" AND case_id = '{reopened}'"
        assert _counts(superuser, [waits]) == {waits: 0}
    assert _counts(superuser, [f"work WHERE kind = '{WorkKind.LEARN}'"]) == {"work WHERE kind = 'learn'": 0}
    emptied = {table for table, number in _counts(superuser, tables).items() if number < rows[table]}
    assert emptied <= {
        "event_notes",
        "note_words",
        "contributions",
        "forwardings",
        "relays",
        "restricted_conflicts",
        "statistics_snapshots",
        "office_schedules",
        "calendar_changes",
        "rule_trials",
        "work",
        *OVERSIGHT,
        *TYPED,
    }
    to("base")
    assert set(world.tables()) == {"alembic_version"}
    assert catalogue(superuser)["function"] == {}
    with patience() as found_from_the_start:
        to("head")
    assert differences_of(full, catalogue(superuser)) == []
    assert found | found_from_the_start == {("4s", "5s")}
    superuser.dispose()


def differences_of(full: Catalogue, now: Catalogue) -> list[str]:
    return [each for kind, entries in full.items() for each in differences(entries, now[kind])]


def test_migrations_are_the_owners(fresh_database: Urls) -> None:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = fresh_database.web
    with pytest.raises(Exception, match=r"permission denied|must be owner"):
        command.downgrade(config, "-1")
