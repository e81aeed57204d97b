"""What a member of staff was told, and how they want to be told: pages of their own account."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from feedback.domain.notifications import LOCKED, NotificationKind, Topic
from feedback.domain.permissions import AREAS, Area
from feedback.models import Case
from feedback.queries.notifications import Shown, preferences_of, shown_to
from feedback.services.staff import notification_settings, notifications
from feedback.web.account.blueprint import blueprint
from feedback.web.account.notification_forms import SettingsForm
from feedback.web.account.notification_words import SAID, SEALED, TOPICS
from feedback.web.guards import staff
from feedback.web.requests import drop_writes, request_actor, request_now, request_session

_UNREAD = "unread"


@blueprint.get("/notifications")
@staff()
def notification_list() -> ResponseReturnValue:
    """Show what the person was told, the newest first, all of it or what is not read yet."""
    unread = request.args.get("show") == _UNREAD
    shown, more = shown_to(
        request_session(),
        request_actor().account_id,
        unread=unread,
        before=_place(request.args.get("before", "")),
    )
    last = shown[-1].row if more else None
    return render_template(
        "staff/notifications.html",
        entries=[_entry(one) for one in shown],
        unread_only=unread,
        seen_at=request_now().isoformat(),
        next_url=None
        if last is None
        else url_for(
            "account.notification_list",
            show=_UNREAD if unread else None,
            before=f"{last.created_at.isoformat()}_{last.id}",
        ),
        first_url=url_for("account.notification_list", show=_UNREAD if unread else None)
        if request.args.get("before")
        else None,
    )


def _place(text: str) -> tuple[datetime, UUID] | None:
    """Read where a page begins; what makes no sense is the first page."""
    moment, _separator, number = text.replace(" ", "+").partition("_")
    try:
        at, row = datetime.fromisoformat(moment), UUID(number)
    except ValueError:
        return None
    return None if at.utcoffset() is None else (at, row)


def _entry(shown: Shown) -> dict[str, object]:
    """Give a notification as the page shows it; of a restricted case nothing but that there is something."""
    words, icon = SAID[NotificationKind(shown.row.kind)]
    sealed = shown.case is not None and shown.case.restricted_at is not None
    return {
        "row": shown.row,
        "words": SEALED if sealed else words,
        "icon": "lock" if sealed else icon,
        "case": shown.case,
        "sealed": sealed,
        "gone": shown.row.case_id is not None and shown.case is None,
    }


@blueprint.get("/notifications/<uuid:notification_id>")
@staff()
def open_notification(notification_id: UUID) -> ResponseReturnValue:
    """Lead to what a notification is about; it and the others of the same case then count as read."""
    session, actor = request_session(), request_actor()
    row = notifications.read(session, actor, notification_id, request_now())
    if row is None:
        abort(404)
    if row.kind == NotificationKind.ESCALATED:
        to_head = actor.holds(AREAS[Area.HEAD])
        return redirect(url_for("inbox.head") if to_head else url_for("inbox.home", view="escalated"))
    if row.kind in (NotificationKind.ACTING_NAMED, NotificationKind.ACTING_ENDED):
        # Before the first day and after the last the head's page is closed to who is named.
        return redirect(url_for("inbox.head" if actor.holds(AREAS[Area.HEAD]) else "account.home"))
    case = None if row.case_id is None else session.get(Case, row.case_id)
    if case is None:
        flash(str(_("Vụ việc này không còn trong phạm vi ông/bà được xem.")), "info")
        return redirect(url_for("account.notification_list"))
    page = (
        "oversight.case"
        if actor.supervises and "oversight.case" in current_app.view_functions
        else "inbox.case"
    )
    return redirect(url_for(page, reference=case.reference))


@blueprint.post("/notifications/read")
@staff()
def read_notifications() -> ResponseReturnValue:
    """Mark everything as read that stood on the page or came before it; what came meanwhile stays unread."""
    try:
        until = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        abort(400)
    if until.utcoffset() is None:
        abort(400)
    number = notifications.read_all(request_session(), request_actor(), until, request_now())
    flash(
        str(
            ngettext(
                "Đã đánh dấu %(num)s thông báo là đã đọc.", "Đã đánh dấu %(num)s thông báo là đã đọc.", number
            )
        ),
        "success",
    )
    return redirect(url_for("account.notification_list"), 303)


@blueprint.route("/notifications/settings", methods=["GET", "POST"])
@staff()
def notification_settings_page() -> ResponseReturnValue:
    """Show and change how the person wants to be told."""
    session, actor = request_session(), request_actor()
    current = preferences_of(session, [actor.account_id])[actor.account_id]
    form = SettingsForm.of(current)
    if form.validate_on_submit():
        notification_settings.change(session, actor, form.wanted(), request_now())
        flash(str(_("Đã lưu cách nhận thông báo.")), "success")
        return redirect(url_for("account.notification_settings_page"), 303)
    if request.method == "POST":
        drop_writes()
    return render_template(
        "staff/notification_settings.html",
        form=form,
        locked=[TOPICS[topic] for topic in Topic if topic in LOCKED],
        topics=[(form[str(topic)], TOPICS[topic][1]) for topic in Topic if topic not in LOCKED],
    )
