"""The legal terms: each with its versions on a line of time, and the form for the next version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.domain.permissions import EXTENDERS
from feedback.domain.positions import PositionKind
from feedback.models import Term
from feedback.queries.law import law_tables, law_trail
from feedback.services import clocks
from feedback.services.audit import actor_key
from feedback.services.casework import status_updates, supplements
from feedback.services.law import law_rows
from feedback.services.restricted_track import prolonging
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.law_forms import TermForm, accepted
from feedback.web.guards import staff
from feedback.web.requests import request_actor, request_now, request_session

_GROUPS: tuple[tuple[LazyString, tuple[str, ...]], ...] = (
    (_l("Khiếu nại"), ("complaint_",)),
    (_l("Tố cáo"), ("denunciation_",)),
    (_l("Dữ liệu cá nhân"), ("data_", "breach_")),
    (_l("Tiếp công dân, văn bản quy phạm pháp luật"), ("reception_", "legal_")),
    (_l("Phản ánh, kiến nghị"), ("",)),
)
COUNTING = frozenset(
    {
        clocks.ANSWER,
        *clocks.CHECKS.values(),
        prolonging.LONGEST,
        supplements.FIRST_REQUEST,
        supplements.WAIT,
        status_updates.FIRST,
        status_updates.NEXT,
    }
)
"""The terms by which clocks of cases run; the others stand here to be looked up."""


@dataclass(frozen=True, slots=True)
class TermLine:
    """A term with its versions, the newest first. current: the one in force today, if any."""

    key: str
    versions: Sequence[Term]
    current: Term | None
    counts: bool


def in_force(rows: Sequence[Term], on: date) -> Term | None:
    """The version that holds on a day, of several the latest begun."""
    found = [row for row in rows if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)]
    return max(found, key=lambda row: row.valid_from, default=None)


def _lines(rows: Sequence[Term], on: date) -> list[tuple[LazyString, list[TermLine]]]:
    groups: dict[LazyString, list[TermLine]] = {title: [] for title, _ in reversed(_GROUPS)}
    for key in dict.fromkeys(row.key for row in rows):
        versions = sorted(
            (row for row in rows if row.key == key), key=lambda row: row.valid_from, reverse=True
        )
        title = next(title for title, beginnings in _GROUPS if key.startswith(beginnings))
        groups[title].append(TermLine(key, versions, in_force(versions, on), key in COUNTING))
    return [(title, lines) for title, lines in groups.items() if lines]


@blueprint.get("/law/terms")
@staff(PositionKind.ADMINISTRATOR)
def terms() -> ResponseReturnValue:
    """Show every term by group, with its versions and who made them."""
    session, today = request_session(), local_date(request_now())
    trail = law_trail.changes(session, [EventKind.TERM_CHANGED])
    return render_template(
        "admin/terms.html",
        groups=_lines(law_tables.terms(session), today),
        made=law_trail.by_version(trail),
        today=today,
    )


@blueprint.route("/law/terms/<key>/new", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def change_term(key: str) -> ResponseReturnValue:
    """Add the next version of a term."""
    session, today = request_session(), local_date(request_now())
    versions = [row for row in law_tables.terms(session) if row.key == key]
    if not versions:
        abort(404)
    newest = max(versions, key=lambda row: row.valid_from)
    form = TermForm(obj=newest).offer()
    if not form.is_submitted():
        form.begin()
        form.extend_by.data = [kind for kind in newest.extend_by.split(";") if kind]
    if form.validate_on_submit() and _save(key, form):
        flash(_("Đã thêm phiên bản mới. Những vụ việc đang chạy giữ nguyên hạn đã tính."), "success")
        return redirect(url_for("admin.terms", _anchor=key))
    return render_template(
        "admin/term_new.html",
        form=form,
        newest=newest,
        current=in_force(versions, today),
        counts=key in COUNTING,
        extenders=EXTENDERS,
    )


def _save(key: str, form: TermForm) -> bool:
    if form.valid_from.data is None:
        return False
    change = partial(
        law_rows.change_term,
        request_session(),
        actor=actor_key(request_actor()),
        key=key,
        valid_from=form.valid_from.data,
        duration=form.duration.data or "",
        pauses=bool(form.pauses.data),
        extend_by=form.extend_by.data or [],
        extend_at_most=form.extend_at_most.data or "",
        basis=form.basis.data or "",
        now=request_now(),
    )
    return accepted(form, change)
