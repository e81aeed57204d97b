"""The inbox of the restricted track, and sealing again what was opened."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.calendar import local_date
from feedback.domain.deadline import remaining_working_days
from feedback.domain.permissions import Refused
from feedback.queries.case_file import find_case
from feedback.queries.law_book import load_law_book
from feedback.queries.lists.restricted import Part, Waits, sealed_cases
from feedback.services.casework.identity import seal_again
from feedback.services.errors import InvalidInput
from feedback.web.guards import staff
from feedback.web.headers import private
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.problems import problem_text
from feedback.web.inbox.summary import letter_only
from feedback.web.labels import Tone
from feedback.web.requests import drop_writes, request_actor, request_now, request_session

PARTS: Mapping[Part, LazyString] = {
    Part.OPEN: _l("Đang xử lý"),
    Part.WAITING: _l("Chờ việc"),
    Part.COMPLAINT: _l("Khiếu nại"),
    Part.DENUNCIATION: _l("Tố cáo"),
    Part.CRIME: _l("Tội phạm"),
    Part.CLOSED: _l("Đã kết thúc"),
}
WAITS: Mapping[Waits, tuple[LazyString, str, Tone]] = {
    Waits.CALL: (_l("Việc khẩn chưa liên hệ"), "telephone", "danger"),
    Waits.STEP: (_l("Nhắc hạn chờ xác nhận"), "bell", "warning"),
    Waits.DECISION: (_l("Quá hạn: chuyển, hướng dẫn hoặc trả lại"), "exclamation-triangle", "danger"),
    Waits.RECEIPT: (_l("Chờ nơi được chuyển báo đã nhận"), "hourglass-split", "info"),
    Waits.LETTER: (_l("Thư chờ trao"), "mailbox", "info"),
}


@blueprint.get("/restricted")
@staff()
def restricted() -> ResponseReturnValue:
    """Show the restricted cases on whose access list the person stands, by parts with their numbers."""
    private()
    session, now = request_session(), request_now()
    today, calendar = local_date(now), load_law_book(session, now).calendar
    parts = sealed_cases(session, request_actor(), today)
    asked = request.args.get("part", "")
    shown = Part(asked) if asked in set(Part) else Part.OPEN
    return render_template(
        "staff/restricted.html",
        cases=parts[shown],
        anything=any(parts.values()),
        shown=shown,
        name=PARTS[shown],
        waits=WAITS,
        tabs=[
            {
                "url": url_for("inbox.restricted", part=part if part is not Part.OPEN else None),
                "label": name,
                "count": len(parts[part]),
                "active": part is shown,
            }
            for part, name in PARTS.items()
        ],
        remaining=lambda day: remaining_working_days(day, today, calendar),
    )


@blueprint.post("/cases/<reference>/identity/seal")
@staff()
def seal_identity(reference: str) -> ResponseReturnValue:
    """Seal again who sent a restricted case: the trail says that the person has no more need of it."""
    private()
    session, actor = request_session(), request_actor()
    found = find_case(session, reference)
    own = url_for("inbox.case", reference=found.reference)
    if letter_only(actor, found):
        return redirect(own)
    try:
        seal_again(session, actor, found, now=request_now())
    except InvalidInput as problem:
        drop_writes()
        flash(problem_text(problem.field, problem.code), "info")
    except Refused:
        drop_writes()
        flash(_("Chỉ vụ việc hạn chế tiếp cận mới cần niêm phong lại."), "info")
    else:
        flash(_("Đã niêm phong lại thông tin người gửi."), "success")
    return redirect(own, 303)
