"""Who sees the province's models and weeks, who chooses a model, and who may ask for training."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from feedback import db
from feedback.models import ClassifierModel, RoutingWeek, Work
from feedback.services.learning import runs
from feedback.services.work import WorkKind, work_values
from tests.security.world import count, refused

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ADMINISTRATOR = db.Scope(kind="staff", account_id=1, administrator=True)
COORDINATOR = db.Scope(kind="staff", account_id=1, agency_ids=(1,), province=True)
OFFICER = db.Scope(kind="staff", account_id=1, agency_ids=(1, 2))
TABLES = ("classifier_models", "routing_weeks")
Open = Callable[[db.Scope | None], Session]


@pytest.fixture(autouse=True)
def rows(worker_session: Session) -> None:
    worker_session.add(
        ClassifierModel(
            version="2026-11-22-abc", status="retired", data_hash="abc", sha256="0" * 64, learned_until=NOW,
            learned_from="{}", trained_at=NOW,
        )
    )  # fmt: skip
    worker_session.add(RoutingWeek(week=date(2026, 11, 16), computed_at=NOW, payload="{}"))
    worker_session.commit()


@pytest.mark.parametrize(
    ("scope", "seen"),
    [(None, 0), (db.PUBLIC, 0), (OFFICER, 0), (COORDINATOR, 1), (ADMINISTRATOR, 1), (db.WORKER, 0)],
)
def test_administrators_and_the_coordinator_see_them(
    web_session: Open, scope: db.Scope | None, seen: int
) -> None:
    session = _in_web_role(web_session, scope)
    assert [count(session, table) for table in TABLES] == [seen, seen]


def _in_web_role(web_session: Open, scope: db.Scope | None) -> Session:
    session = web_session(None if scope is db.WORKER else scope)
    if scope is db.WORKER:
        # The web role that calls itself a worker is none.
        session.execute(text("SELECT set_config('app.actor_kind', 'worker', true)"))
    return session


@pytest.mark.parametrize(
    ("scope", "changed"), [(db.PUBLIC, 0), (OFFICER, 0), (COORDINATOR, 0), (ADMINISTRATOR, 1)]
)
def test_an_administrator_chooses_the_model_in_use(web_session: Open, scope: db.Scope, changed: int) -> None:
    session = web_session(scope)
    result = session.execute(
        update(ClassifierModel).values(status="champion").execution_options(synchronize_session=False)
    )
    assert result.rowcount == changed


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE classifier_models SET sha256 = '1'",
        "UPDATE classifier_models SET learned_until = now()",
        "UPDATE classifier_models SET figures = '{}'",
        "UPDATE routing_weeks SET payload = '{}'",
        "DELETE FROM classifier_models",
        "INSERT INTO routing_weeks VALUES (now()::date, now(), '')",
    ],
)
def test_nobody_at_a_page_writes_what_a_worker_measured(web_session: Open, statement: str) -> None:
    refused(web_session(ADMINISTRATOR), statement)


@pytest.mark.parametrize("scope", [db.PUBLIC, OFFICER, COORDINATOR])
def test_only_an_administrator_asks_for_training(web_session: Open, scope: db.Scope) -> None:
    session = web_session(ADMINISTRATOR)
    runs.request(session, NOW)
    runs.request(session, NOW)
    assert runs.is_waiting(session)
    other = web_session(scope)
    with pytest.raises(ProgrammingError, match="row-level security"), other.begin_nested():
        other.execute(insert(Work).values(work_values(WorkKind.LEARN, runs.SUBJECT, NOW)).inline())


def test_an_administrator_asks_for_this_training_alone(web_session: Open) -> None:
    session = web_session(ADMINISTRATOR)
    with pytest.raises(ProgrammingError, match="row-level security"), session.begin_nested():
        session.execute(insert(Work).values(work_values(WorkKind.LEARN, db.new_id(), NOW)).inline())
