"""Positions by agency, and who is in them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from feedback.domain.calendar import local_date
from feedback.domain.positions import AgencyKind, HoldingKind, PositionKind
from feedback.models import Account, Agency, Holding, Position
from feedback.queries.administration import directory
from feedback.services.audit import actor_key
from feedback.services.errors import InvalidInput
from feedback.services.staff import accounts, appointments, delegation
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.forms import AppointmentForm, CallOffForm, EndForm, PositionForm, UnitForm, explain
from feedback.web.guards import staff
from feedback.web.parameters import number
from feedback.web.requests import drop_writes, request_actor, request_now, request_session, row_or_404


@blueprint.get("/positions")
@staff(PositionKind.ADMINISTRATOR)
def positions() -> ResponseReturnValue:
    """List the positions of one agency, by default the coordinator's."""
    session = request_session()
    agency_id = number("agency")
    if agency_id is None:
        agency_id = session.scalar(
            select(Agency.id).where(Agency.kind == AgencyKind.COORDINATOR).order_by(Agency.id).limit(1)
        )
    agency = row_or_404(Agency, agency_id) if agency_id is not None else None
    return render_template(
        "admin/positions.html",
        agency=agency,
        agencies=directory.agencies(session),
        seats=directory.seats(session, agency.id, local_date(request_now())) if agency else [],
    )


@blueprint.route("/agencies/<int:agency_id>/units/new", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def new_unit(agency_id: int) -> ResponseReturnValue:
    """Make a unit."""
    agency, form = row_or_404(Agency, agency_id), UnitForm()
    if form.validate_on_submit():
        try:
            appointments.create_unit(
                request_session(),
                actor=actor_key(request_actor()),
                agency_id=agency.id,
                name_vi=form.name_vi.data or "",
                name_en=form.name_en.data or "",
                now=request_now(),
            )
        except InvalidInput as problem:
            drop_writes()
            explain(form, problem)
        else:
            flash(_("Đã thêm đơn vị."), "success")
            return _to_agency(agency)
    return render_template("admin/unit_new.html", form=form, agency=agency)


@blueprint.route("/agencies/<int:agency_id>/positions/new", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def new_position(agency_id: int) -> ResponseReturnValue:
    """Make a position."""
    agency = row_or_404(Agency, agency_id)
    form = PositionForm().offer(directory.units(request_session(), agency.id, local_date(request_now())))
    if form.validate_on_submit():
        try:
            position = appointments.create_position(
                request_session(),
                actor=actor_key(request_actor()),
                agency_id=agency.id,
                unit_id=form.unit_id.data or None,
                kind=PositionKind(form.kind.data),
                title_vi=form.title_vi.data or "",
                title_en=form.title_en.data or "",
                now=request_now(),
            )
        except InvalidInput as problem:
            drop_writes()
            explain(form, problem)
        else:
            flash(_("Đã thêm chức vụ. Hãy chọn người đảm nhiệm."), "success")
            return redirect(url_for("admin.position", position_id=position.id))
    return render_template("admin/position_new.html", form=form, agency=agency)


@blueprint.route("/positions/<int:position_id>", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def position(position_id: int) -> ResponseReturnValue:
    """Show who was, is and will be in a position, and put somebody into it."""
    found = row_or_404(Position, position_id)
    form = AppointmentForm().offer()
    if request.method == "GET":
        form.valid_from.data = local_date(request_now())
    if form.validate_on_submit() and _appoint(found, form):
        flash(_("Đã ghi nhận người đảm nhiệm."), "success")
        return redirect(url_for("admin.position", position_id=found.id))
    return render_template(
        "admin/position.html",
        position=found,
        holdings=directory.holdings_of_position(request_session(), found.id),
        today=local_date(request_now()),
        candidates=directory.candidates(request_session(), found.agency_id, local_date(request_now())),
        form=form,
    )


@blueprint.route("/holdings/<int:holding_id>/end", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def end_holding(holding_id: int) -> ResponseReturnValue:
    """Give a holding its last day."""
    holding = row_or_404(Holding, holding_id)
    form = EndForm()
    if request.method == "GET":
        form.last_day.data = local_date(request_now())
    if form.validate_on_submit() and form.last_day.data:
        try:
            appointments.end_holding(
                request_session(),
                actor=actor_key(request_actor()),
                holding=holding,
                last_day=form.last_day.data,
                now=request_now(),
            )
        except InvalidInput as problem:
            drop_writes()
            explain(form, problem)
        else:
            flash(_("Đã ghi ngày kết thúc."), "success")
            return redirect(url_for("admin.position", position_id=holding.position_id))
    account = request_session().get_one(Account, holding.account_id)
    return render_template("admin/holding_end.html", form=form, holding=holding, account=account)


@blueprint.route("/holdings/<int:holding_id>/call-off", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def call_off_holding(holding_id: int) -> ResponseReturnValue:
    """Have a holding that has not begun never begin."""
    holding, form = row_or_404(Holding, holding_id), CallOffForm()
    if form.validate_on_submit():
        try:
            delegation.call_off(request_session(), request_actor(), holding.id, now=request_now())
        except InvalidInput as problem:
            drop_writes()
            explain(form, problem)
        else:
            flash(_("Đã hủy việc đảm nhiệm chưa bắt đầu."), "success")
            return redirect(url_for("admin.position", position_id=holding.position_id))
    account = request_session().get_one(Account, holding.account_id)
    return render_template("admin/holding_call_off.html", form=form, holding=holding, account=account)


def _appoint(position: Position, form: AppointmentForm) -> bool:
    account = accounts.find(request_session(), form.account_email.data or "")
    if account is None:
        form.account_email.errors = [_("Không có tài khoản nào dùng địa chỉ này.")]
        return False
    if form.valid_from.data is None:
        return False
    try:
        appointments.appoint(
            request_session(),
            actor=actor_key(request_actor()),
            position_id=position.id,
            account_id=account.id,
            kind=HoldingKind(form.kind.data),
            valid_from=form.valid_from.data,
            valid_to=form.valid_to.data,
            basis=form.basis.data or "",
            now=request_now(),
            created_by=request_actor().account_id,
        )
    except InvalidInput as problem:
        drop_writes()
        explain(
            form, InvalidInput("account_email", problem.code) if problem.field == "account_id" else problem
        )
        return False
    return True


def _to_agency(agency: Agency) -> Response:
    return redirect(url_for("admin.positions", agency=agency.id))
