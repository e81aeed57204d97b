"""The sessions of the tests themselves: each role is held to its rights, and nothing is kept."""

from datetime import datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from feedback import db
from feedback.models import Account, Agency, Work
from tests.factories import Factory


def test_sessions_take_turns_in_their_own_role(make: Factory, worker_session, web_session):
    public, nobody = web_session(db.PUBLIC), web_session(None)
    role = text("SELECT current_user || ':' || current_setting('app.actor_kind', true)")
    for _ in range(2):
        assert worker_session.scalar(role) == "feedback_worker:worker"
        assert public.scalar(role) == "feedback_web:public"
        assert nobody.scalar(role) == "feedback_web:"


def test_web_role_reads_what_the_worker_made_but_not_its_work(
    make: Factory, worker_session, web_session, now: datetime
):
    agency = make.agency()
    worker_session.add(
        Work(id=db.new_id(), kind="route", subject=db.new_id(), created_at=now, available_at=now)
    )
    worker_session.flush()
    public = web_session(db.PUBLIC)
    assert public.get(Agency, agency.id).code == agency.code
    assert public.scalar(select(func.count()).select_from(Work)) == 0
    assert worker_session.scalar(select(func.count()).select_from(Work)) == 1


def test_a_flush_speaks_in_its_own_role_too(make: Factory, worker_session, web_session, now: datetime):
    public = web_session(db.PUBLIC)
    for _ in range(2):
        public.scalar(select(1))
        worker_session.add(
            Work(
                id=db.new_id(),
                kind="route",
                subject=db.new_id(),
                created_at=now,
                available_at=now,
                attempts=1,
            )
        )
        worker_session.commit()
    assert worker_session.scalar(select(func.count()).select_from(Work)) == 2


def test_web_role_may_not_delete(make: Factory, web_session):
    account = make.account()
    public = web_session(db.PUBLIC)
    with pytest.raises(ProgrammingError, match="permission denied"):
        public.execute(Account.__table__.delete().where(Account.id == account.id))


@pytest.mark.parametrize("turn", [1, 2])
def test_nothing_is_left_for_the_next_test(turn: int, make: Factory, worker_session):
    assert worker_session.scalar(select(func.count()).select_from(Agency)) == 0
    make.province()
    make.law()
    worker_session.commit()
