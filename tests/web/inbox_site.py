"""The staff's pages under test: people at their browsers, on the stage on which the verbs act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from feedback.models import Account, Case
from tests.conftest import Wristwatch
from tests.pages import send
from tests.services.stage import Stage


class Site:
    """Opens pages and sends their forms as somebody, at the stage's time."""

    def __init__(self, stage: Stage, sign_in: Callable[[Account], FlaskClient], watch: Wristwatch) -> None:
        self.stage = stage
        self._sign_in = sign_in
        self._watch = watch
        self._browsers: dict[tuple[int, datetime], FlaskClient] = {}

    def browser(self, account: Account) -> FlaskClient:
        """The browser in which `account` signed in at the stage's time: hours later, one signs in again."""
        self._watch.moment = self.stage.now
        self.stage.worker.commit()
        key = (account.id, self.stage.now)
        if key not in self._browsers:
            self._browsers[key] = self._sign_in(account)
        return self._browsers[key]

    def get(self, account: Account, path: str) -> TestResponse:
        """Open a page below /staff."""
        page = self.browser(account).get(f"/staff{path}")
        self.stage.worker.expire_all()
        return page

    def reference(self, case_id: UUID) -> str:
        return self.stage.look(case_id).reference

    def case(self, account: Account, case_id: UUID) -> TestResponse:
        """Open the page of a case."""
        return self.get(account, f"/cases/{self.reference(case_id)}")

    def form(self, account: Account, case_id: UUID, slug: str) -> TestResponse:
        """Open the form of an act."""
        return self.get(account, f"/cases/{self.reference(case_id)}/{slug}")

    def act(self, account: Account, case_id: UUID, slug: str, **fields: Any) -> TestResponse:
        """Open the form of an act, fill it in and send it."""
        page = self.form(account, case_id, slug)
        assert page.status_code == 200, (page.status_code, page.location)
        return self.fill(account, page, f"/{slug}", **fields)

    def fill(self, account: Account, page: TestResponse, action: str, **fields: Any) -> TestResponse:
        """Send a form of a page that is open."""
        answer = send(self.browser(account), page, action, **fields)
        self.stage.worker.expire_all()
        return answer

    def look(self, case_id: UUID) -> Case:
        return self.stage.look(case_id)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that go to the database, without those that only open or name a transaction."""
    said: list[str] = []

    def remember(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        silent = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "RESET", "SELECT set_config")
        if not statement.startswith(silent):
            said.append(statement)

    event.listen(Engine, "before_cursor_execute", remember)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", remember)
