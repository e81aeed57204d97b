"""The routing rules: found, read with their history, changed by way of a trial on past cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.domain.positions import PositionKind
from feedback.domain.routing import RuleError
from feedback.domain.routing.parts import parts_of
from feedback.models import RuleTrial
from feedback.queries.administration.names import Names, names
from feedback.queries.law import law_trail
from feedback.queries.law import routing_rules as queries
from feedback.queries.law.routing_rules import RuleLine
from feedback.queries.law.rule_trials import find_trial
from feedback.queries.routing_data import routable_agencies, rule_texts
from feedback.services.audit import actor_key
from feedback.services.errors import InvalidInput
from feedback.services.law import routing_rules
from feedback.services.law.routing_rules import RuleRefused
from feedback.web.admin import rule_words
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.law_forms import tell
from feedback.web.admin.rule_forms import RuleEndForm, RuleForm
from feedback.web.guards import staff
from feedback.web.parameters import line, number
from feedback.web.requests import drop_writes, request_actor, request_now, request_session

Made = TypeVar("Made")
_PAGE = 50
REFUSED = {
    "not_counted": _l("Hãy chờ thử xong rồi mới lưu."),
    "saved": _l("Thay đổi này đã được lưu."),
    "stale": _l("Quy tắc đã được sửa từ lúc soạn thay đổi này. Hãy soạn lại từ bản đang áp dụng."),
    "past": _l("Ngày áp dụng đã qua. Hãy sửa lại ngày rồi thử lại."),
    "broken": _l("Quy tắc này không còn áp dụng được: cơ quan hoặc lĩnh vực đã thay đổi."),
}


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {
        "loudness_label": rule_words.loudness_label,
        "rule_agency": rule_words.agency_label,
        "rule_problem": rule_words.rule_problem,
    }


def _today() -> date:
    return local_date(request_now())


@blueprint.get("/rules")
@staff(PositionKind.ADMINISTRATOR)
def rules() -> ResponseReturnValue:
    """List the rules: those that cannot be followed first, then loudest first."""
    session, today = request_session(), _today()
    lines = queries.rule_lines(session, today)
    wanted = {
        "text": line("q", 100), "agency": line("agency", 64), "case_class": line("class", 1),
        "state": line("state", 10),
    }  # fmt: skip
    found, page = queries.searched(lines, **wanted), number("page") or 1
    shown = found[(page - 1) * _PAGE : page * _PAGE]
    return render_template(
        "admin/rules.html",
        lines=shown,
        found=len(found),
        pages=[_page(page - 1) if page > 1 else None, _page(page + 1) if found[page * _PAGE :] else None],
        broken=[each for each in lines if each.problem is not None],
        fields=queries.broken_fields(session, today),
        total=len(lines),
        wanted=wanted,
        agencies=sorted({each.row.agency_code for each in lines}),
        names=names(session),
        today=today,
        days=queries.USE_DAYS,
    )


def _page(page: int) -> str:
    names_kept = ("q", "agency", "class", "state")
    asked: dict[str, Any] = {name: value for name, value in request.args.items() if name in names_kept}
    return url_for("admin.rules", **asked, page=page)


@blueprint.get("/rules/rule/<code>")
@staff(PositionKind.ADMINISTRATOR)
def rule(code: str) -> ResponseReturnValue:
    """Show one rule with every version that was written of it."""
    session = request_session()
    found = queries.find_rule(session, code, _today())
    # PostgreSQL refuses a text with NUL; no rule has a code that cannot be printed.
    history = queries.history(session, code) if code.isprintable() else ()
    if not history:
        abort(404)
    known = names(session)
    return render_template(
        "admin/rule.html",
        line=found,
        shown=found.row if found else history[0],
        history=[(row, _condition(row.condition, known)) for row in history],
        condition=_condition((found.row if found else history[0]).condition, known),
        writers=law_trail.by_version(law_trail.changes(session, [EventKind.RULE_CHANGED])),
        names=known,
        today=_today(),
        days=queries.USE_DAYS,
    )


def _condition(text: str, known: Names) -> list[tuple[str, str]] | None:
    parts = parts_of(text)
    return None if parts is None else rule_words.condition_words(parts, known)


@blueprint.route("/rules/new", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def new_rule() -> ResponseReturnValue:
    """Write a rule that is not there yet, and have it tried."""
    form = _form()
    if not form.is_submitted():
        form.valid_from.data = _today()
        _fill_from_trial(form)
    valid = form.validate_on_submit()
    if valid and not form.code.data:
        tell(form, InvalidInput("code", "required"))
        valid = False
    return _answer(form, None, valid)


@blueprint.route("/rules/rule/<code>/change", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def change_rule(code: str) -> ResponseReturnValue:
    """Write the next version of a rule, and have it tried."""
    found = _line(code)
    row = rule_texts(found.row)
    form = _form(row["agency_code"])
    form.standing_priority = found.row.priority
    if not form.is_submitted():
        form.fill(row)
        _fill_from_trial(form)
    form.code.data = code
    return _answer(form, found, form.validate_on_submit())


def _form(also: str = "") -> RuleForm:
    session = request_session()
    return RuleForm().offer(names(session), routable_agencies(session, _today()), also)


def _fill_from_trial(form: RuleForm) -> None:
    """Go on from a change that was proposed before, where the address names one."""
    trial = _trial_of(request.args.get("trial"))
    if trial is not None and trial.row is not None:
        form.fill(json.loads(trial.row), max(trial.first_day, _today()))


def _trial_of(text: str | None) -> RuleTrial | None:
    try:
        return request_session().get(RuleTrial, UUID(text)) if text else None
    except ValueError:
        return None


def _line(code: str) -> RuleLine:
    found = queries.find_rule(request_session(), code, _today())
    if found is None:
        abort(404)
    return found


def _answer(form: RuleForm, found: RuleLine | None, valid: bool) -> ResponseReturnValue:
    """Have the change tried, or show the form again with what is wrong."""
    row = form.row() if valid else None
    if row is not None:
        trial = _accepted(form, lambda: _propose(row, new=found is None))
        if trial is not None:
            return redirect(url_for("admin.rule_trial", trial_id=trial.id))
    return render_template(
        "admin/rule_form.html", form=form, line=found, names=form.names,
        strengths=rule_words.LOUDNESS_TEXTS,
        whole=found is None or parts_of(found.row.condition) is not None,
    )  # fmt: skip


def _propose(row: Mapping[str, str], *, new: bool) -> RuleTrial:
    return routing_rules.propose(request_session(), row, new=new, account_id=_account(), now=request_now())


def _accepted(form: RuleForm, change: Callable[[], Made]) -> Made | None:
    try:
        return change()
    except InvalidInput as problem:
        drop_writes()
        tell(form, problem)
    except RuleError as problem:
        drop_writes()
        form.refuse(problem)
    return None


def _account() -> int:
    number = request_actor().account_id
    if number is None:
        raise RuntimeError("a page of the administration has an account")
    return number


@blueprint.route("/rules/rule/<code>/end", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def end_rule(code: str) -> ResponseReturnValue:
    """Say from which day on a rule no longer counts, and have it tried."""
    found = _line(code)
    form = RuleEndForm()
    if request.method == "GET":
        form.first_day.data = _today()
    if form.validate_on_submit() and (first := form.first_day.data):
        try:
            trial = routing_rules.propose_end(
                request_session(), code, first, account_id=_account(), now=request_now()
            )
        except InvalidInput as problem:
            drop_writes()
            tell(form, problem)
        else:
            return redirect(url_for("admin.rule_trial", trial_id=trial.id))
    return render_template("admin/rule_end.html", form=form, line=found)


@blueprint.get("/rules/trials/<uuid:trial_id>")
@staff(PositionKind.ADMINISTRATOR)
def rule_trial(trial_id: UUID) -> ResponseReturnValue:
    """Show what a proposed change would do: how far the trial is, or what it found."""
    session = request_session()
    found = find_trial(session, trial_id)
    if found is None:
        abort(404)
    known = names(session)
    return render_template(
        "admin/rule_trial.html",
        trial=found,
        row=found.row,
        condition=None if found.row is None else _condition(found.row["condition"], known),
        names=known,
        rule=queries.find_rule(session, found.trial.code, _today()),
    )


@blueprint.post("/rules/trials/<uuid:trial_id>/save")
@staff(PositionKind.ADMINISTRATOR)
def save_rule(trial_id: UUID) -> ResponseReturnValue:
    """Put a tried change in force."""
    session = request_session()
    if session.get(RuleTrial, trial_id) is None:
        abort(404)
    try:
        trial = routing_rules.save(
            session, trial_id, actor=actor_key(request_actor()), account_id=_account(), now=request_now()
        )
    except RuleRefused as refused:
        drop_writes()
        flash(str(REFUSED[refused.code]), "danger")
        return redirect(url_for("admin.rule_trial", trial_id=trial_id))
    flash(_("Đã lưu. Từ ngày áp dụng, hệ thống phân luồng theo thay đổi này trong vòng một phút."), "success")
    return redirect(url_for("admin.rule", code=trial.code))
