"""The one view behind every act on a case."""

from __future__ import annotations

from typing import Any

import structlog
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from feedback.domain.lifecycle import TransitionRefused
from feedback.domain.permissions import Refused
from feedback.queries.case_file import find_case, read_case_file
from feedback.services.casework import form_drafts, presence
from feedback.services.casework.form_drafts import Kept
from feedback.services.errors import Conflict, InvalidInput
from feedback.services.facts import case_facts, changes_since
from feedback.web.errors import WHY
from feedback.web.form_files import allow_large_request
from feedback.web.guards import staff
from feedback.web.inbox import standard_texts, typed
from feedback.web.inbox.acts import REGISTER, Act, Task, offered
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.problems import problem_text
from feedback.web.inbox.summary import changes_in_words, letter_only, summary_of
from feedback.web.inbox.undo import remember
from feedback.web.language import is_local
from feedback.web.requests import request_actor, request_now, request_session
from feedback.web.security import csrf

_log = structlog.get_logger(__name__)


@blueprint.route("/cases/<reference>/<slug>", methods=["GET", "POST"])
@staff()
def act(reference: str, slug: str) -> ResponseReturnValue:
    """Show the form of an act on a case, or do it.

    The form checks its own CSRF token, so that a token that ran out loses no text.
    """
    one = REGISTER.get(slug)
    if one is None:
        abort(404)
    task = _task(one, reference)
    if not task.sent:
        return _show(one, task)
    chosen = standard_texts.put_in(one, task)
    one.prepare(task)
    if chosen or one.asks_again():
        return _page(one, task, 200)
    if not task.form.validate():
        forged = "csrf_token" in task.form.errors
        return _page(one, task, 400) if forged else _failed(one, task, 422)
    try:
        said = _run(one, task)
    except InvalidInput as error:
        _put(one, task, error)
        return _failed(one, task, 422)
    except Conflict as error:
        task.conflict = error.changes
        task.form.version.data = str(error.found)
        one.overtaken(task, error)
        return _after_refusal(one, task)
    except Refused as error:
        task.refused = str(WHY.get(error.why, WHY["state"]))
        return _failed(one, task, 409)
    except TransitionRefused:
        task.refused = str(WHY["state"])
        return _failed(one, task, 409)
    if not (one.undoable and remember([task.case.reference], said)):
        flash(said, "success")
    return _onward(one, task)


csrf.exempt(act)


def _run(one: Act[Any], task: Task[Any]) -> str:
    """Do it, or leave nothing of it behind; what was typed is sent, so the draft of it goes.

    Raises Conflict too when the database holds already what may be there once.
    """
    version = task.case.version
    try:
        with task.session.begin_nested():
            form_drafts.drop(task.session, task.actor, task.case, one.slug)
            return one.run(task)
    except IntegrityError as error:
        _log.error("act_clashed", act=one.slug, error=str(error.orig).partition("\n")[0])
        raise Conflict(task.case.id, version, task.case.version, ()) from error


def _failed(one: Act[Any], task: Task[Any], status: int) -> ResponseReturnValue:
    """Show the form again; what was typed is kept on the server too."""
    typed.keep_after_failure(task, one.slug)
    return _page(one, task, status)


def _task(one: Act[Any], reference: str) -> Task[Any]:
    allow_large_request()
    session, actor = request_session(), request_actor()
    case = find_case(session, reference)
    facts = case_facts(session, actor, case)
    sent = request.method == "POST"
    form = one.form()
    task = Task(session, actor, case, facts, request_now(), form, one.slug, sent=sent)
    if not sent:
        form.version.data = str(case.version)
        form.back.data = request.args.get("back", "")
    return task


def _show(one: Act[Any], task: Task[Any]) -> ResponseReturnValue:
    if not one.allowed(task.actor, task.facts):
        why = str(WHY.get(one.objection(task.actor, task.facts), WHY["state"]))
        typed.restore(task, one.slug)
        if "restored" not in task.more:
            flash(why, "warning")
            return redirect(url_for("inbox.case", reference=task.case.reference))
        task.refused = why
        one.prepare(task)
        typed.restore(task, one.slug)
        return _page(one, task, 409)
    one.prepare(task)
    typed.restore(task, one.slug)
    restored: Kept | None = task.more.get("restored")
    if restored is not None and restored.case_version < task.case.version:
        task.conflict = changes_since(task.session, task.case.id, restored.case_version)
    presence.announce(task.session, task.actor, task.case, task.now)
    return _page(one, task, 200)


def _after_refusal(one: Act[Any], task: Task[Any]) -> ResponseReturnValue:
    """Somebody was faster: say what they did; say too when the act is not possible any more."""
    facts = case_facts(task.session, task.actor, task.case)
    if not one.allowed(task.actor, facts):
        task.refused = str(WHY.get(one.objection(task.actor, facts), WHY["state"]))
    return _failed(one, task, 409)


def _put(one: Act[Any], task: Task[Any], error: InvalidInput) -> None:
    """Put a verb's complaint on the field that it is about, or over the form."""
    text = problem_text(error.field, error.code)
    name = dict(one.error_fields).get(error.field, error.field)
    if name in task.form and name not in {"version", "back"}:
        task.form[name].errors = [*task.form[name].errors, text]
    else:
        task.form.form_errors.append(text)


def _page(one: Act[Any], task: Task[Any], status: int) -> ResponseReturnValue:
    case = task.case
    page = render_template(
        one.template,
        act=one,
        form=task.form,
        case=case,
        task=task,
        summary=summary_of(task.session, case, task.now),
        letter_only=letter_only(task.actor, case),
        changes=changes_in_words(task.session, task.conflict or ()),
        back_url=_back(task) or url_for("inbox.case", reference=case.reference),
        draft_key=f"{one.slug}:{case.reference}",
        others=presence.others(task.session, task.actor, case, task.now),
        instead=_instead(one, task) if task.refused else [],
        standard=standard_texts.picker(one, task),
        **task.more,
    )
    return page, status


def _instead(one: Act[Any], task: Task[Any]) -> list[Act[Any]]:
    """Give what can still be done to a case where this act cannot."""
    facts = case_facts(task.session, task.actor, task.case)
    file = read_case_file(task.session, task.case)
    return [other for other in offered(file, task.actor, facts) if other is not one]


def _back(task: Task[Any]) -> str | None:
    target = task.form.back.data or ""
    return target if target.startswith("/staff") and is_local(target) else None


def _onward(one: Act[Any], task: Task[Any]) -> Response:
    """Lead back to where the person came from, to the case, or to the list when it is theirs no longer."""
    done = f"{one.slug}:{task.case.reference}"
    back = _back(task)
    own = url_for("inbox.case", reference=task.case.reference)
    if back is None and one.after == "triage":
        back = url_for("inbox.triage")
    if back is not None and back.partition("?")[0] == own and not task.still_seen():
        back = None
    if back is not None:
        joint = "&" if "?" in back else "?"
        return redirect(f"{back}{joint}done={done}", 303)
    if task.still_seen():
        return redirect(f"{own}?done={done}", 303)
    flash(_("Vụ việc không còn thuộc phạm vi của ông/bà nên không mở lại được."), "info")
    return redirect(url_for("inbox.home", done=done), 303)
