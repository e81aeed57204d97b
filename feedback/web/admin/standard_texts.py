"""Standard texts: the list of those that somebody keeps, the form of one, retiring, bringing shipped ones."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from feedback.domain.permissions import AREAS, Area
from feedback.domain.positions import PositionKind
from feedback.domain.standard_text import FACTS, Placeholder
from feedback.models import Agency, StandardText
from feedback.queries import standard_texts as texts
from feedback.queries.administration import directory
from feedback.queries.standard_texts import Kept
from feedback.services.audit import actor_key
from feedback.services.casework import standard_texts as verbs
from feedback.services.errors import InvalidInput
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.standard_text_forms import KINDS, PLACEHOLDERS, PROVINCE, StandardTextForm, tell
from feedback.web.guards import staff
from feedback.web.labels import state_label
from feedback.web.parameters import line
from feedback.web.rendering import localized
from feedback.web.requests import drop_writes, request_actor, request_now, request_session

KEEPERS = AREAS[Area.STANDARD_TEXTS]


@blueprint.get("/texts")
@staff(*KEEPERS)
def standard_texts() -> ResponseReturnValue:
    """List the texts that the person keeps, those in use first by kind; retired ones apart."""
    session, actor = request_session(), request_actor()
    province = verbs.may_keep(actor, None)
    rows = texts.kept(session, verbs.agencies_kept_by(actor), province=province)
    kind = line("kind", 20)
    asked = [kept for kept in rows if kind in ("", kept.row.kind)]
    names = {field.code: localized(field) for field in directory.fields(session)}
    brought = {kept.row.series for kept in rows}
    return render_template(
        "admin/standard_texts.html",
        groups=[(name, found) for code, name in KINDS.items() if (found := _in_use(asked, code))],
        retired=[kept for kept in asked if kept.row.retired_at is not None],
        kinds=[(str(code), str(name)) for code, name in KINDS.items()],
        kind=kind,
        kind_names=KINDS,
        field_names=lambda row: ", ".join(names.get(code, code) for code in row.field_codes),
        state_names=lambda row: ", ".join(state_label(state) for state in row.state_codes),
        province=province,
        missing=sum(series not in brought for series, _row in verbs.shipped()) if province else 0,
    )


def _in_use(rows: Sequence[Kept], kind: str) -> list[Kept]:
    return [kept for kept in rows if kept.row.kind == kind and kept.row.retired_at is None]


@blueprint.route("/texts/new", methods=["GET", "POST"])
@staff(*KEEPERS)
def new_standard_text() -> ResponseReturnValue:
    """Write a new text."""
    session, form = request_session(), _form()
    if form.validate_on_submit():
        owner = form.owner.data or None
        try:
            verbs.write(session, request_actor(), form.wording, agency_id=owner, now=request_now())
        except InvalidInput as problem:
            drop_writes()
            tell(form, problem)
        else:
            flash(_("Đã thêm mẫu “%(title)s”.", title=form.title.data), "success")
            return redirect(url_for("admin.standard_texts"))
    return _page(form, [])


@blueprint.route("/texts/<uuid:series>", methods=["GET", "POST"])
@staff(*KEEPERS)
def standard_text(series: UUID) -> ResponseReturnValue:
    """Show a text with its versions, and write the next one."""
    session, form, found = request_session(), _form(), _found(series)
    newest = found[0].row
    if not form.is_submitted():
        form.show(newest)
    form.owner.data = newest.agency_id or PROVINCE
    if form.validate_on_submit():
        try:
            verbs.change(
                session, request_actor(), series, form.wording, based_on=form.based_on, now=request_now()
            )
        except InvalidInput as problem:
            drop_writes()
            tell(form, problem)
            if problem.field == "version":
                form.version.data = str(newest.version)
        else:
            flash(_("Đã lưu mẫu “%(title)s”; bản cũ vẫn được giữ.", title=form.title.data), "success")
            return redirect(url_for("admin.standard_texts"))
    return _page(form, found)


@blueprint.post("/texts/<uuid:series>/retire")
@staff(*KEEPERS)
def retire_standard_text(series: UUID) -> ResponseReturnValue:
    """Take a text out of use."""
    _found(series)
    row = verbs.retire(request_session(), request_actor(), series, now=request_now())
    flash(_("Đã thôi dùng mẫu “%(title)s”. Mở mẫu và lưu lại để dùng tiếp.", title=row.title), "success")
    return redirect(url_for("admin.standard_texts"))


@blueprint.post("/texts/shipped")
@staff(PositionKind.ADMINISTRATOR)
def bring_standard_texts() -> ResponseReturnValue:
    """Add the texts of the product that this province does not have."""
    added = verbs.bring_shipped(request_session(), actor_key(request_actor()), request_now())
    flash(ngettext("Đã thêm %(num)s mẫu.", "Đã thêm %(num)s mẫu.", added), "success")
    return redirect(url_for("admin.standard_texts"))


def _found(series: UUID) -> list[Kept]:
    """Give the versions of a text that the person keeps; of any other there is none (404)."""
    found = texts.versions(request_session(), series)
    if not found or not verbs.may_keep(request_actor(), found[0].row.agency_id):
        abort(404)
    return found


def _form() -> StandardTextForm:
    session, actor = request_session(), request_actor()
    own = verbs.agencies_kept_by(actor)
    agencies = list(session.scalars(select(Agency).where(Agency.id.in_(own)).order_by(Agency.id)))
    return StandardTextForm().offer(agencies, directory.fields(session), province=verbs.may_keep(actor, None))


def _page(form: StandardTextForm, found: Sequence[Kept]) -> ResponseReturnValue:
    newest: StandardText | None = found[0].row if found else None
    return render_template(
        "admin/standard_text.html",
        form=form,
        newest=newest,
        versions=found,
        facts=PLACEHOLDERS,
        by_hand=[name for name in Placeholder if name not in FACTS],
    )
