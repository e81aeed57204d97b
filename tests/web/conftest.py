"""Staff at their browsers, for the tests of the inbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from feedback.models import Account
from feedback.queries import kept
from tests.conftest import Wristwatch, forget_all
from tests.factories import Factory
from tests.services.stage import Stage
from tests.web.inbox_site import Site


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """A process that has read neither the law nor the lists of the forms yet, before and after."""
    forget_all()
    yield
    forget_all()


@pytest.fixture
def stage(sessions: sessionmaker[Session], worker_session: Session, make: Factory) -> Stage:
    """A province with its law, at 9:00 on Monday 2 November 2026."""
    return Stage(sessions, worker_session, make)


@pytest.fixture
def site(stage: Stage, sign_in: Callable[[Account], FlaskClient], watch: Wristwatch) -> Site:
    """The staff's pages with the stage's people in front of them."""
    kept.forget_all()
    return Site(stage, sign_in, watch)
