"""The working calendar: a year at a glance, changes of it with their preview, progress and reversal."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from feedback.domain.calendar import local_date
from feedback.domain.calendar_change import FIRST_YEAR, LAST_YEAR, BadChange, ChangeOrigin, ChangeStatus
from feedback.domain.positions import PositionKind
from feedback.queries.law import calendar_changes as queries
from feedback.queries.law.rest_days import open_rest_days
from feedback.queries.law_book import read_law_book
from feedback.services.audit import actor_key
from feedback.services.law import calendar_changes as changes
from feedback.services.law.calendar_changes import ChangeRefused
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.calendar_forms import FORMS, LABELS, REFUSED, explain
from feedback.web.admin.calendar_year import year_of
from feedback.web.admin.words import weekday_label
from feedback.web.guards import staff
from feedback.web.parameters import number
from feedback.web.requests import drop_writes, request_actor, request_now, request_session


@blueprint.get("/calendar")
@staff(PositionKind.ADMINISTRATOR)
def calendar() -> ResponseReturnValue:
    """Show a year, and the changes that were made."""
    session = request_session()
    today = local_date(request_now())
    year = min(max(number("year") or today.year, FIRST_YEAR), LAST_YEAR)
    book = read_law_book(session)
    days = book.calendar.days
    return render_template(
        "admin/calendar.html",
        rest=open_rest_days(session, book, days, today),
        year=year_of(days, year),
        rows=[day for day in days if day.date.year == year],
        tabs=[_tab(each, year) for each in sorted({today.year, year, *(day.date.year for day in days)})],
        weekdays=[weekday_label(weekday) for weekday in range(7)],
        today=today,
        changes=queries.recent_changes(session),
        forms=LABELS,
    )


@blueprint.post("/calendar/rest-days")
@staff(PositionKind.ADMINISTRATOR)
def draft_rest_days() -> ResponseReturnValue:
    """Draft the days off that are missing within holidays for agencies that work on rest days."""
    session, now = request_session(), request_now()
    book = read_law_book(session)
    rest = open_rest_days(session, book, book.calendar.days, local_date(now))
    if rest is None:
        return redirect(url_for("admin.calendar"))
    drafted = changes.draft(
        session, put=[(None, row) for row in rest.rows], origin=ChangeOrigin.FORM,
        account_id=request_actor().account_id, now=now,
    )  # fmt: skip
    return redirect(url_for("admin.calendar_change", change_id=drafted.id))


def _tab(year: int, shown: int) -> dict[str, object]:
    return {
        "url": url_for("admin.calendar", year=year), "label": str(year), "active": year == shown,
    }  # fmt: skip


@blueprint.route("/calendar/new/<name>", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def new_calendar_change(name: str) -> ResponseReturnValue:
    """Draft a change; what it would do is counted before it can be applied."""
    if name not in FORMS:
        abort(404)
    form = FORMS[name]()
    if form.validate_on_submit():
        try:
            drafted = changes.draft(
                request_session(),
                put=form.rows(),
                removed=form.removed(),
                origin=ChangeOrigin.IMPORT if name == "import" else ChangeOrigin.FORM,
                account_id=request_actor().account_id,
                now=request_now(),
            )
            return redirect(url_for("admin.calendar_change", change_id=drafted.id))
        except BadChange as bad:
            drop_writes()
            explain(form, bad.problems)
    return render_template("admin/calendar_new.html", form=form, name=name, labels=LABELS)


@blueprint.get("/calendar/changes/<uuid:change_id>")
@staff(PositionKind.ADMINISTRATOR)
def calendar_change(change_id: UUID) -> ResponseReturnValue:
    """Show a change: what it would do, how far it is, or what it did."""
    session = request_session()
    found = queries.find_change(session, change_id)
    if found is None:
        abort(404)
    agencies = queries.agencies_moved(session, found.preview.agencies) if found.preview else []
    rest = None
    if found.row.status == ChangeStatus.DRAFT:
        book = read_law_book(session)
        before = book.calendar.days
        after = changes.change_of(found.row).after(before)
        rest = open_rest_days(session, book, after, local_date(request_now()), but=before)
    return render_template("admin/calendar_change.html", change=found, agencies=agencies, rest=rest)


@blueprint.post("/calendar/changes/<uuid:change_id>/apply")
@staff(PositionKind.ADMINISTRATOR)
def apply_calendar_change(change_id: UUID) -> ResponseReturnValue:
    """Put a change in force."""
    actor = request_actor()
    _existing(change_id)
    try:
        changes.start(
            request_session(), change_id, actor=actor_key(actor), account_id=actor.account_id,
            now=request_now(),
        )  # fmt: skip
    except ChangeRefused as refused:
        return _refuse(refused, change_id)
    return redirect(url_for("admin.calendar_change", change_id=change_id))


@blueprint.post("/calendar/changes/<uuid:change_id>/revert")
@staff(PositionKind.ADMINISTRATOR)
def revert_calendar_change(change_id: UUID) -> ResponseReturnValue:
    """Draft the change that takes one back."""
    _existing(change_id)
    try:
        drafted = changes.draft_reversal(
            request_session(), change_id, account_id=request_actor().account_id, now=request_now()
        )
    except ChangeRefused as refused:
        return _refuse(refused, change_id)
    return redirect(url_for("admin.calendar_change", change_id=drafted.id))


def _existing(change_id: UUID) -> None:
    if queries.find_change(request_session(), change_id) is None:
        raise NotFound


def _refuse(refused: ChangeRefused, change_id: UUID) -> ResponseReturnValue:
    drop_writes()
    flash(str(REFUSED[refused.code]), "danger")
    return redirect(url_for("admin.calendar_change", change_id=change_id))
