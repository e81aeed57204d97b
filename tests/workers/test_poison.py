"""One case that cannot be routed holds up no other, and ends where staff see it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, select, text, update

from feedback import clock, db
from feedback.embedded.databases import Urls
from feedback.models import Case, Work
from feedback.services.work import MOST_ATTEMPTS
from tests.faults.province import receive, settle, worker_sessions

pytestmark = pytest.mark.usefixtures("workers_app")


def test_a_poisonous_case_is_found_and_given_up_visibly(fresh_database: Urls) -> None:
    from workers import routing

    with worker_sessions(fresh_database) as sessions:
        settle(sessions)
        cases = [receive(sessions, number) for number in range(30)]
        poison = cases[11]
        owner = create_engine(fresh_database.owner)
        with owner.begin() as connection:
            # The database itself refuses what routing writes of this case, and with it the whole batch.
            connection.execute(
                text(f"ALTER TABLE cases ADD CHECK (id <> '{poison}' OR state = 'received') NOT VALID")
            )
        owner.dispose()

        now = clock.now()
        assert routing.drain(sessions, lambda: now)
        with db.transaction(sessions, db.WORKER) as session:
            left = session.scalars(select(Case.id).where(Case.state == "received")).all()
            row = session.scalars(select(Work).where(Work.subject == poison)).one()
        assert left == [poison]
        assert (row.attempts, row.failed_at, row.done_at) == (1, None, None)
        assert row.last_error == "IntegrityError cases_check"

        waits: list[timedelta] = []
        moment: datetime = now
        while row.failed_at is None:
            waits.append(row.available_at - moment)
            moment = row.available_at
            at = moment
            assert routing.drain(sessions, lambda at=at: at)  # type: ignore[misc]
            with db.transaction(sessions, db.WORKER) as session:
                row = session.scalars(select(Work).where(Work.subject == poison)).one()
        assert row.attempts == MOST_ATTEMPTS
        assert waits == sorted(waits)
        assert routing.drain(sessions, lambda: moment + timedelta(days=30))

        # An administrator mends the cause and lets it be tried again.
        owner = create_engine(fresh_database.owner)
        with owner.begin() as connection:
            connection.execute(text("ALTER TABLE cases DROP CONSTRAINT cases_check"))
        owner.dispose()
        with db.transaction(sessions, db.WORKER) as session:
            session.execute(update(Work).values(failed_at=None, attempts=0).where(Work.subject == poison))
        assert routing.drain(sessions, lambda: moment + timedelta(hours=1))
        with db.transaction(sessions, db.WORKER) as session:
            assert session.scalar(select(Case.state).where(Case.id == poison)) != "received"
