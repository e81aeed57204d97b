"""Agencies and how they are reached; fields, to be read."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.domain.calendar import local_date
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.domain.submission import is_email, is_phone
from feedback.models import Agency
from feedback.queries.administration import directory
from feedback.queries.law import routing_rules
from feedback.services.audit import actor_key
from feedback.services.errors import InvalidInput
from feedback.services.staff import appointments
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.forms import ContactForm, explain
from feedback.web.guards import staff
from feedback.web.parameters import line
from feedback.web.requests import drop_writes, request_actor, request_now, request_session, row_or_404


@blueprint.get("/agencies")
@staff(PositionKind.ADMINISTRATOR)
def agencies() -> ResponseReturnValue:
    """List the agencies."""
    kind = request.args.get("kind", "")
    text = line("q", 100)
    known = kind if kind in set(AgencyKind) else ""
    rows = directory.agencies(request_session(), kind=known, text=text)
    return render_template("admin/agencies.html", rows=rows, kind=known, text=text, kinds=list(AgencyKind))


@blueprint.route("/agencies/<int:agency_id>", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def agency(agency_id: int) -> ResponseReturnValue:
    """Show an agency and change how it is reached."""
    found = row_or_404(Agency, agency_id)
    form = ContactForm(obj=found)
    if form.validate_on_submit() and _change(found, form):
        flash(_("Đã lưu thông tin liên hệ."), "success")
        return redirect(url_for("admin.agency", agency_id=found.id))
    return render_template("admin/agency.html", agency=found, form=form)


@blueprint.get("/fields")
@staff(PositionKind.ADMINISTRATOR)
def fields() -> ResponseReturnValue:
    """List the fields and who leads in each."""
    rows = directory.fields(request_session())
    names = {row.code: row for row in directory.agencies(request_session())}
    broken = routing_rules.broken_fields(request_session(), local_date(request_now()))
    return render_template("admin/fields.html", rows=rows, names=names, broken={row.code for row in broken})


def _change(found: Agency, form: ContactForm) -> bool:
    values = {name: form[name].data or "" for name in ("email", "phone", "address")}
    try:
        for name, valid in (("email", is_email), ("phone", is_phone)):
            if values[name] and not valid(values[name].strip()):
                raise InvalidInput(name, "invalid")
        appointments.change_contact(
            request_session(), actor=actor_key(request_actor()), agency=found, now=request_now(), **values
        )
    except InvalidInput as problem:
        drop_writes()
        explain(form, problem)
        return False
    return True
