"""How automatic routing does, and the models that it learned."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from feedback.classifier.shipped import shipped_path
from feedback.domain.learning import ModelStatus, Why
from feedback.domain.positions import PositionKind
from feedback.models import Agency, ClassifierModel
from feedback.queries.learning import quality
from feedback.queries.learning.models import Unreadable, last_models, last_run
from feedback.services.audit import actor_key
from feedback.services.learning import models, runs
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.forms import PressForm
from feedback.web.chart import WIDE, Line
from feedback.web.files import request_storage
from feedback.web.guards import staff
from feedback.web.rendering import localized
from feedback.web.requests import request_actor, request_now, request_session

_QUARTER = 13
WHY = {
    Why.SHIPPED_WORSE: _l("đúng cơ quan ít hơn trên bộ tin kiểm tra chung"),
    Why.SHIPPED_AUTOMATIC: _l("tự giao sai nhiều hơn trên bộ tin kiểm tra chung"),
    Why.APART_WORSE: _l("để lọt khiếu nại, tố cáo"),
    Why.URGENT_WORSE: _l("bỏ sót việc khẩn cấp"),
    Why.OWN_WORSE: _l("chưa chắc đúng bằng mô hình đang dùng trên vụ việc mới của tỉnh"),
    Why.OWN_AUTOMATIC: _l("tự giao sai nhiều hơn trên vụ việc mới của tỉnh"),
    Why.ONE_VOICE: _l("chỉ tốt hơn theo quyết định của một người"),
    Why.UNREADABLE: _l("không đọc được tệp mô hình"),
    Why.TOO_FEW: _l("chưa đủ vụ việc mới để kiểm tra"),
}


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency with its counts of the last quarter."""

    name: str
    tally: quality.Tally


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model with its figures, what spoke against it, and whether one may go back to it."""

    row: ClassifierModel
    own_cases: int
    figures: dict[str, Any]
    why: tuple[str, ...]
    can_use: bool


@blueprint.get("/routing-quality")
@staff(PositionKind.ADMINISTRATOR, PositionKind.COORDINATOR_HEAD)
def routing_quality() -> ResponseReturnValue:
    """Show the figures over time, by agency, and the models."""
    session, now = request_session(), request_now()
    weeks = quality.last_weeks(session, now)
    rows = last_models(session)
    shipped = shipped_path()
    return render_template(
        "admin/routing_quality.html",
        weeks=weeks,
        lines=_lines(weeks),
        chart=WIDE,
        ticks=WIDE.ticks([week.first_day for week in weeks]),
        agencies=_agencies(weeks[-_QUARTER:]),
        minimum=quality.MINIMUM_SAMPLE,
        models=[_model(row) for row in rows],
        champion=next((row for row in rows if row.status == ModelStatus.CHAMPION), None),
        shipped=shipped.stem.removeprefix("model-") if shipped else None,
        weekly=runs.is_on(session),
        waiting=runs.is_waiting(session),
        run=last_run(session, runs.JOB),
        may_act=request_actor().holds({PositionKind.ADMINISTRATOR}),
        form=PressForm(),
    )


def _lines(weeks: Sequence[quality.Week]) -> list[Line]:
    totals = [week.total for week in weeks]
    return [
        WIDE.line(_("Tự giao"), "automatic", [one.automatic_share for one in totals]),
        WIDE.line(_("Tự giao rồi phải sửa"), "corrected", [one.corrected_share for one in totals]),
        WIDE.line(_("Đúng gợi ý đầu"), "first", [one.first_share for one in totals]),
        WIDE.line(_("Trong ba gợi ý"), "top3", [one.top3_share for one in totals]),
    ]


def _agencies(weeks: Sequence[quality.Week]) -> list[AgencyLine]:
    tallies = quality.by_agency(weeks)
    rows = request_session().scalars(select(Agency).where(Agency.code.in_(tallies)))
    lines = [AgencyLine(localized(row), tallies[row.code]) for row in rows]
    return sorted(lines, key=lambda one: (-one.tally.automatic - one.tally.dispatched, one.name))


def _model(row: ClassifierModel) -> ModelLine:
    return ModelLine(
        row=row,
        own_cases=json.loads(row.learned_from).get("own", 0),
        figures=json.loads(row.figures),
        why=tuple(str(WHY[Why(code)]) if code in set(Why) else code for code in row.why.split()),
        can_use=row.status == ModelStatus.RETIRED,
    )


@blueprint.post("/routing-quality/weekly")
@staff(PositionKind.ADMINISTRATOR)
def switch_learning() -> ResponseReturnValue:
    """Turn the weekly training on or off."""
    on = {"on": True, "off": False}.get(request.form.get("to", ""))
    if on is None:
        abort(400)
    if on is not runs.is_on(request_session()):
        runs.switch(request_session(), on, actor=actor_key(request_actor()), now=request_now())
    learns, stopped = _("Hệ thống học mỗi đêm Chủ nhật."), _("Hệ thống thôi tự học, mô hình giữ nguyên.")
    flash(learns if on else stopped, "success")
    return redirect(url_for("admin.routing_quality"))


@blueprint.post("/routing-quality/train")
@staff(PositionKind.ADMINISTRATOR)
def start_learning() -> ResponseReturnValue:
    """Ask the workers to learn now."""
    if runs.is_waiting(request_session()):
        flash(_("Một lượt học đang chờ hoặc đang chạy."), "info")
    else:
        runs.request(request_session(), request_now())
        flash(_("Đã yêu cầu học ngay. Kết quả hiện ở trang này sau ít phút."), "success")
    return redirect(url_for("admin.routing_quality"))


@blueprint.post("/routing-quality/use")
@staff(PositionKind.ADMINISTRATOR)
def use_model() -> ResponseReturnValue:
    """Go back to an earlier model, or to the shipped one."""
    version = request.form.get("version", "")[:80]
    try:
        models.choose(
            request_session(),
            request_storage(),
            None if version == models.SHIPPED else version,
            actor=actor_key(request_actor()),
            account_id=request_actor().account_id,
            now=request_now(),
        )
    except models.NoSuchModel:
        flash(_("Mô hình này không thể dùng. Danh sách dưới đây là mới nhất."), "warning")
    except Unreadable as error:
        current_app.logger.warning("model_unreadable %s", error)
        flash(_("Không đọc được tệp của mô hình này nên giữ nguyên mô hình đang dùng."), "danger")
    else:
        flash(_("Đã đổi mô hình. Các tiến trình phân loại dùng mô hình mới trong vòng một phút."), "success")
    return redirect(url_for("admin.routing_quality"))
