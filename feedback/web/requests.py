"""What a view asks of its request: the database session, who acts, what time it is.

A request has one session. It is opened at the first `request_session()`, acts in the scope
that the view's guard (feedback/web/guards.py) decided, is committed once the view answered
without an error, and is rolled back otherwise. Views never commit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Flask, Response, abort, current_app, g
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.domain.positions import Actor
from feedback.settings import Settings

Row = TypeVar("Row")
_SETTINGS, _SESSIONS, _CLOCK, _RING = "settings", "sessions", "clock", "ring"


def register(
    app: Flask,
    settings: Settings,
    sessions: sessionmaker[Session],
    clock: Callable[[], datetime],
    ring: Callable[[str], None] | None,
) -> None:
    """Give `app` its settings, its maker of sessions, its clock and its doorbell."""
    app.extensions["feedback"] = {_SETTINGS: settings, _SESSIONS: sessions, _CLOCK: clock, _RING: ring}
    app.after_request(_finish)
    app.teardown_request(_close)


def request_settings() -> Settings:
    """The installation's settings."""
    return cast(Settings, _of_app(_SETTINGS))


def request_now() -> datetime:
    """The moment of this request, aware, in UTC; the same however often it is asked."""
    if "now" not in g:
        g.now = _of_app(_CLOCK)()
    return cast(datetime, g.now)


def row_or_404(model: type[Row], key: int) -> Row:
    """Give the row of `model` that an address names by its number; answers 404 when there is none."""
    found = request_session().get(model, key)
    if found is None:
        abort(404)
    return found


def request_session() -> Session:
    """The request's database session; see the module's text for when it is committed."""
    if "session" not in g:
        session = cast("sessionmaker[Session]", _of_app(_SESSIONS))()
        session.info["scope"] = g.get("scope", db.PUBLIC)
        session.info["ring"] = _of_app(_RING)
        g.session = session
    return cast(Session, g.session)


def request_actor() -> Actor:
    """The member of staff who acts, with the positions of the day.

    Raises RuntimeError in a view that is not guarded by `staff`.
    """
    actor = g.get("actor")
    if actor is None:
        raise RuntimeError("this view has no actor: guard it with @staff(…)")
    return cast(Actor, actor)


def act_as(scope: db.Scope) -> None:
    """Let the request's session act as `scope` from now on."""
    g.scope = scope
    if "session" in g:
        db.set_scope(g.session, scope)


def current_scope() -> db.Scope:
    """The scope in which the request's session acts."""
    return cast(db.Scope, g.get("scope", db.PUBLIC))


def act_with_code(tracking_code: str) -> None:
    """Let the session see the one case that belongs to `tracking_code` (in its printed form)."""
    act_as(dataclasses.replace(current_scope(), tracking_code=tracking_code))


def act_writing(case_id: UUID) -> None:
    """Let the session write case `case_id`: a new one, or one the actor will no longer see afterwards."""
    act_as(dataclasses.replace(current_scope(), writing_case=case_id))


def keep_writes() -> None:
    """Commit although the answer will be an error page: a failed login must be counted."""
    g.keep_writes = True


def drop_writes() -> None:
    """Roll back although the answer will be an ordinary page: a form shown again after a refusal."""
    g.drop_writes = True


def _of_app(name: str) -> Any:
    return current_app.extensions["feedback"][name]


def _finish(response: Response) -> Response:
    """Commit before the answer leaves, so that what a person is told has happened."""
    session: Session | None = g.get("session")
    if session is None:
        return response
    good = response.status_code < 400 and not g.get("drop_writes", False)
    if good or g.get("keep_writes", False):
        db.commit(session)
    else:
        db.rollback(session)
    return response


def _close(error: BaseException | None) -> None:
    session: Session | None = g.pop("session", None)
    if session is not None:
        db.rollback(session)
        session.close()
