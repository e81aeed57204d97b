"""Naming a list, and changing what was named."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.services.errors import InvalidInput
from feedback.services.staff import saved_views
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.searching import address_of
from feedback.web.requests import request_actor, request_now, request_session

_LONGEST_QUERY = 1_000


def _problem(error: InvalidInput) -> str:
    return {
        "required": str(_("Hãy đặt tên cho danh sách.")),
        "too_long": str(_("Tên dài quá %(n)s ký tự.", n=saved_views.LONGEST_NAME)),
        "too_many": str(_("Đã có %(n)s danh sách; hãy xóa bớt trước.", n=saved_views.MOST_OWN)),
        "position": str(_("Chỉ trưởng phòng chia sẻ danh sách với phòng.")),
    }[error.code]


@blueprint.post("/views")
@staff()
def save_view() -> ResponseReturnValue:
    """Keep the list that is shown under a name."""
    query = address_of(dict(parse_qsl(request.form.get("query", "")[:_LONGEST_QUERY])))
    try:
        view = saved_views.save(
            request_session(), request_actor(), name=request.form.get("name", ""), query=query,
            now=request_now(),
        )  # fmt: skip
    except InvalidInput as error:
        flash(_problem(error), "warning")
        return redirect(f"{url_for('inbox.home')}?{query}", 303)
    flash(str(_("Đã lưu danh sách “%(name)s”.", name=view.name)), "success")
    return redirect(f"{url_for('inbox.home')}?{query}&saved={view.id}", 303)


@blueprint.post("/views/<int:view_id>")
@staff()
def change_view(view_id: int) -> ResponseReturnValue:
    """Rename, delete, share one's own view, or start with it."""
    session, actor = request_session(), request_actor()
    view = saved_views.own_view(session, actor, view_id)
    if view is None:
        abort(404)
    act = request.form.get("do", "")
    try:
        if act == "rename":
            saved_views.rename(view, request.form.get("name", ""))
        elif act in {"start", "unstart"}:
            saved_views.start_with(session, actor, view if act == "start" else None)
        elif act in {"share", "unshare"}:
            saved_views.share(actor, view, with_unit=act == "share")
        elif act == "delete":
            saved_views.delete(view, request_now())
        else:
            abort(400)
    except InvalidInput as error:
        flash(_problem(error), "warning")
    else:
        flash(_said(act), "success")
    if act == "delete":
        return redirect(url_for("inbox.home", view="open"), 303)
    return redirect(f"{url_for('inbox.home')}?{view.query}&saved={view.id}", 303)


def _said(act: str) -> str:
    return {
        "rename": str(_("Đã đổi tên danh sách.")),
        "start": str(_("Hộp việc sẽ mở bằng danh sách này.")),
        "unstart": str(_("Hộp việc lại mở bằng “Cần xử lý”.")),
        "share": str(_("Cả phòng thấy danh sách này; mỗi người chỉ thấy vụ việc mình được xem.")),
        "unshare": str(_("Danh sách không còn chia sẻ.")),
        "delete": str(_("Đã xóa danh sách.")),
    }[act]
