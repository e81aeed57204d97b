"""What was given up and can be tried again; the trail of accounts and settings."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.domain.positions import PositionKind
from feedback.queries.administration import oversight as queries
from feedback.services import retry
from feedback.services.audit import actor_key
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.forms import PressForm
from feedback.web.admin.trail import entries
from feedback.web.guards import staff
from feedback.web.parameters import line
from feedback.web.requests import request_actor, request_now, request_session


@blueprint.get("/failures")
@staff(PositionKind.ADMINISTRATOR)
def failures() -> ResponseReturnValue:
    """List work and messages that were given up."""
    session = request_session()
    return render_template(
        "admin/failures.html",
        work=queries.failed_work(session),
        messages=queries.failed_messages(session),
        form=PressForm(),
    )


@blueprint.post("/failures/work/<uuid:work_id>")
@staff(PositionKind.ADMINISTRATOR)
def retry_work(work_id: UUID) -> ResponseReturnValue:
    """Try a piece of work again."""
    _say(retry.retry_work(request_session(), work_id, actor=actor_key(request_actor()), now=request_now()))
    return redirect(url_for("admin.failures"))


@blueprint.post("/failures/messages/<uuid:message_id>")
@staff(PositionKind.ADMINISTRATOR)
def retry_message(message_id: UUID) -> ResponseReturnValue:
    """Send a message after all."""
    _say(
        retry.retry_message(
            request_session(), message_id, actor=actor_key(request_actor()), now=request_now()
        )
    )
    return redirect(url_for("admin.failures"))


@blueprint.get("/audit")
@staff(PositionKind.ADMINISTRATOR)
def audit() -> ResponseReturnValue:
    """Show the trail of accounts and settings, and when it was last verified."""
    session = request_session()
    stream = line("stream", 60)
    events, following = queries.settings_trail(
        session, stream=stream, before=_uuid(request.args.get("before"))
    )
    return render_template(
        "admin/audit.html",
        rows=entries(session, events),
        stream=stream,
        next_url=url_for("admin.audit", stream=stream or None, before=following) if following else None,
        first_url=url_for("admin.audit", stream=stream or None) if request.args.get("before") else None,
        verified=queries.last_run(session, queries.AUDIT_VERIFY),
        seal=queries.last_seal(session),
    )


def _say(done: bool) -> None:
    if done:
        flash(_("Đã đưa trở lại hàng đợi."), "success")
    else:
        flash(_("Mục này không còn ở trạng thái không làm được."), "info")


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
