"""The stage on which cases are made by the verbs, for the lists that read them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.factories import Factory
from tests.services.stage import Stage


@pytest.fixture
def stage(sessions: sessionmaker[Session], worker_session: Session, make: Factory) -> Stage:
    """A province with its law, at 9:00 on Monday 2 November 2026."""
    return Stage(sessions, worker_session, make)
