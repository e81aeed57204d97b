"""Office hours: the province's, and those of agencies that have their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import groupby

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.domain.offices import WEEKDAYS, OfficeSchedule, periods_text, weekdays_text
from feedback.domain.positions import PositionKind
from feedback.models import Agency
from feedback.queries.administration import directory
from feedback.queries.law import law_tables, law_trail
from feedback.queries.law_book import read_law_book
from feedback.services.audit import actor_key
from feedback.services.law import law_rows, office_hours
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.law_forms import OfficeForm, accepted
from feedback.web.admin.words import weekday_label
from feedback.web.guards import staff
from feedback.web.requests import request_actor, request_now, request_session, row_or_404


@dataclass(frozen=True, slots=True)
class DayLine:
    """Days in a row with the same hours. duty: open, and yet no working days."""

    days: str
    hours: str
    duty: bool


def _week(schedule: OfficeSchedule) -> list[DayLine]:
    open_days = [day for day in range(7) if schedule.periods(day)]
    runs = groupby(open_days, key=lambda day: (schedule.periods(day), day in schedule.weekdays))
    lines = []
    for (periods, working), found in runs:
        days = list(found)
        label = weekday_label(days[0])
        if len(days) > 1:
            label += f" – {weekday_label(days[-1])}"
        hours = ", ".join(f"{opening:%H:%M}–{closing:%H:%M}" for opening, closing in periods)
        lines.append(DayLine(label, hours, duty=not working))
    return lines


@blueprint.get("/law/offices")
@staff(PositionKind.ADMINISTRATOR)
def offices() -> ResponseReturnValue:
    """Show all versions of office hours, the province's first."""
    session = request_session()
    trail = law_trail.changes(session, [EventKind.OFFICE_CHANGED])
    rows = law_tables.offices(session)
    return render_template(
        "admin/offices.html",
        rows=[(row, _week(OfficeSchedule.from_row(law_rows.as_texts(row)))) for row in rows],
        names={agency.id: agency for agency in directory.agencies(session)},
        made=law_trail.by_version(trail),
        today=local_date(request_now()),
    )


@blueprint.route("/law/offices/province", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def change_province_hours() -> ResponseReturnValue:
    """Change the hours of every agency that has none of its own."""
    return _change(None)


@blueprint.route("/agencies/<int:agency_id>/hours", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def change_hours(agency_id: int) -> ResponseReturnValue:
    """Give an agency hours of its own, or change them."""
    return _change(row_or_404(Agency, agency_id))


def _change(agency: Agency | None) -> ResponseReturnValue:
    agency_id = None if agency is None else agency.id
    form = OfficeForm().offer()
    current = read_law_book(request_session()).schedule_of(agency_id)
    if not form.is_submitted():
        form.valid_from.data = local_date(request_now()) + timedelta(days=1)
        if current is not None:
            for n, day in enumerate(WEEKDAYS):
                form[day].data = periods_text(current.periods(n))
            form.working.data = weekdays_text(current.weekdays).split(";")
    if form.validate_on_submit() and _save(agency_id, form):
        flash(_("Đã lưu giờ làm việc. Những hạn đang chạy giữ nguyên."), "success")
        return redirect(url_for("admin.offices"))
    return render_template("admin/office_form.html", form=form, agency=agency, current=current, days=WEEKDAYS)


def _save(agency_id: int | None, form: OfficeForm) -> bool:
    if form.valid_from.data is None:
        return False
    change = partial(
        office_hours.change_hours,
        request_session(),
        actor=actor_key(request_actor()),
        agency_id=agency_id,
        week={n: form[day].data or "" for n, day in enumerate(WEEKDAYS)},
        working=frozenset(WEEKDAYS.index(day) for day in form.working.data or []),
        valid_from=form.valid_from.data,
        source=form.source.data or "",
        now=request_now(),
    )
    return accepted(form, change)
