"""A member of staff's own page, and where signing in leads."""

from __future__ import annotations

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.positions import PositionKind
from feedback.models import Account
from feedback.web.account.blueprint import blueprint
from feedback.web.guards import staff
from feedback.web.requests import request_actor, request_session


@blueprint.get("/enter")
@staff()
def enter() -> ResponseReturnValue:
    """Lead to where the day's work is: the inbox, for an administrator alone the administration."""
    actor = request_actor()
    kinds = {held.kind for held in actor.positions}
    if kinds == {PositionKind.ADMINISTRATOR}:
        return redirect(url_for("admin.home"))
    if actor.supervises and "oversight.home" in current_app.view_functions:
        return redirect(url_for("oversight.home"))
    if not kinds or actor.supervises or "inbox.home" not in current_app.view_functions:
        return redirect(url_for("account.home"))
    return redirect(url_for("inbox.home"))


@blueprint.get("/account")
@staff()
def home() -> ResponseReturnValue:
    """Show the account, its positions of today and the way to a new password."""
    actor = request_actor()
    account = request_session().get_one(Account, actor.account_id)
    return render_template("security/account.html", account=account, actor=actor)
