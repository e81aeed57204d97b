"""Accounts: list, making one with its invitation, ending, unlocking, a link for a new password."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.recoverable import generate_reset_link
from werkzeug.wrappers import Response

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.positions import PositionKind
from feedback.models import Account
from feedback.queries.administration import directory
from feedback.services.audit import actor_key
from feedback.services.errors import InvalidInput
from feedback.services.staff import accounts as verbs
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.forms import AccountForm, PressForm, explain
from feedback.web.guards import staff
from feedback.web.parameters import line, number
from feedback.web.requests import drop_writes, request_actor, request_now, request_session, row_or_404

_STATES = frozenset({"active", "inactive", "locked"})


@blueprint.get("/accounts")
@staff(PositionKind.ADMINISTRATOR)
def accounts() -> ResponseReturnValue:
    """List accounts with their positions of today."""
    text = line("q", 100)
    state = request.args.get("state", "")
    after = number("after") or 0
    people, following = directory.accounts(
        request_session(),
        local_date(request_now()),
        text=text,
        state=state if state in _STATES else "",
        after=after,
    )
    return render_template(
        "admin/accounts.html",
        people=people,
        text=text,
        state=state,
        first_url=url_for("admin.accounts", q=text or None, state=state or None) if after > 0 else None,
        next_url=url_for("admin.accounts", q=text or None, state=state or None, after=following)
        if following
        else None,
        now=request_now(),
    )


@blueprint.route("/accounts/new", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def new_account() -> ResponseReturnValue:
    """Make an account and write its invitation."""
    form = AccountForm()
    if form.validate_on_submit():
        try:
            account = verbs.create(
                request_session(),
                actor=actor_key(request_actor()),
                email=form.email.data or "",
                name=form.name.data or "",
                phone=form.phone.data or "",
                locale=form.locale.data or "vi",
                now=request_now(),
            )
        except InvalidInput as problem:
            drop_writes()
            explain(form, problem)
        else:
            _write_link(account, verbs.Mail.INVITATION)
            flash(_("Đã tạo tài khoản và gửi thư mời đến %(email)s.", email=account.email), "success")
            return redirect(url_for("admin.account", account_id=account.id))
    return render_template("admin/account_new.html", form=form)


@blueprint.get("/accounts/<int:account_id>")
@staff(PositionKind.ADMINISTRATOR)
def account(account_id: int) -> ResponseReturnValue:
    """Show an account, every position it ever held, and what can be done with it."""
    found = row_or_404(Account, account_id)
    now = request_now()
    return render_template(
        "admin/account.html",
        account=found,
        holdings=directory.holdings_of_account(request_session(), account_id),
        today=local_date(now),
        locked=verbs.is_locked(found, now),
        own=found.id == request_actor().account_id,
        form=PressForm(),
    )


@blueprint.post("/accounts/<int:account_id>/link")
@staff(PositionKind.ADMINISTRATOR)
def send_link(account_id: int) -> ResponseReturnValue:
    """Write the account a one-time link for its password: the invitation again, or a reset."""
    found = row_or_404(Account, account_id)
    if not found.active:
        abort(409)
    mail = verbs.Mail.RESET if found.password else verbs.Mail.INVITATION
    _write_link(found, mail)
    verbs.change(
        request_session(), found, actor=actor_key(request_actor()), what=f"link_{mail}", now=request_now()
    )
    flash(_("Đã gửi liên kết đặt mật khẩu đến %(email)s.", email=found.email), "success")
    return _back(found)


@blueprint.post("/accounts/<int:account_id>/unlock")
@staff(PositionKind.ADMINISTRATOR)
def unlock(account_id: int) -> ResponseReturnValue:
    """Let an account that failed attempts have locked sign in at once."""
    found = row_or_404(Account, account_id)
    verbs.unlock(request_session(), found, actor=actor_key(request_actor()), now=request_now())
    flash(_("Đã mở khóa tài khoản."), "success")
    return _back(found)


@blueprint.post("/accounts/<int:account_id>/active")
@staff(PositionKind.ADMINISTRATOR)
def set_active(account_id: int) -> ResponseReturnValue:
    """End the use of an account, or begin it again. Nobody shuts themselves out."""
    found = row_or_404(Account, account_id)
    active = request.form.get("active") == "yes"
    if found.id == request_actor().account_id and not active:
        abort(409)
    verbs.set_active(request_session(), found, active, actor=actor_key(request_actor()), now=request_now())
    flash(_("Tài khoản hoạt động trở lại.") if active else _("Đã ngừng tài khoản."), "success")
    return _back(found)


def _back(account: Account) -> Response:
    return redirect(url_for("admin.account", account_id=account.id))


def _write_link(account: Account, mail: verbs.Mail) -> None:
    link, _token = generate_reset_link(account)  # type: ignore[no-untyped-call]
    verbs.write_mail(request_session(), account, mail, cause=new_id(), now=request_now(), link=link)
