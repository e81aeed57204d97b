"""Every route asked by every role: who gets in is what the table says, and nothing else."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from feedback import db
from feedback.domain.permissions import AREAS, Area
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.web.guards import access_of, public
from feedback.web.requests import current_scope
from tests.web.access_table import ACCESS, EVERYBODY, NOBODY, STAFF

OWN_TOKEN = {
    "inbox.act", "inbox.keep_draft", "public.leave", "public.rate", "public.reopen", "public.reply",
    "public.withdraw",
}  # fmt: skip
"""Forms of a case, which look for the case first: no such case is 404. Their own tests show that a failed
token writes nothing."""

OF_ONES_ACCOUNT = {"account", "security"}
"""The parts that are about the person's own account, open to supervisors too."""

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
NO_SUCH = {
    "RowNumber": 999_999,
    "UUIDConverter": uuid4(),
    "PathConverter": "no/such/file",
    "UnicodeConverter": "no-such-thing",
}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def address(app: Flask, rule: Rule) -> str:
    values = {name: NO_SUCH[type(rule._converters[name]).__name__] for name in rule.arguments}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def ask(browser: FlaskClient, app: Flask, rule: Rule) -> list[tuple[str, TestResponse]]:
    """Ask for a rule by each of its methods, with a good CSRF token where one is wanted."""
    answers = []
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        data = {"csrf_token": token(browser)} if method in UNSAFE else None
        answers.append((method, browser.open(address(app, rule), method=method, data=data)))
    return answers


def token(browser: FlaskClient) -> str:
    """A token of the browser's session."""
    with browser.session_transaction() as session:
        session.setdefault("csrf_token", "0" * 40)
        value = session["csrf_token"]
    secret = browser.application.secret_key
    return URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(value)


def is_let_in(answer: TestResponse) -> bool:
    to_sign_in = answer.status_code == 302 and answer.location.startswith("/staff/login")
    return not to_sign_in and answer.status_code not in {401, 403}


@pytest.fixture
def province(make, worker_session):
    found = make.province()
    make.law()
    worker_session.commit()
    return found


def test_every_route_says_who_may_ask_and_has_a_row(app):
    for rule in rules(app):
        access = access_of(app, rule.endpoint)
        assert access is not None, f"{rule.endpoint} is neither @public nor @staff"
        assert rule.endpoint in ACCESS, f"{rule.endpoint} has no row in tests/web/access_table.py"
        wanted = ACCESS[rule.endpoint]
        assert access.closed is (wanted == NOBODY)
        if wanted == EVERYBODY:
            assert not access.signed_in
        elif wanted == STAFF:
            assert (access.signed_in, access.kinds) == (True, frozenset())
        elif wanted != NOBODY:
            assert (access.signed_in, access.kinds) == (True, frozenset(wanted))
    assert set(ACCESS) == {rule.endpoint for rule in rules(app)}


@pytest.mark.parametrize("kind", [None, "nothing", *PositionKind])
def test_every_route_as_every_role(kind, app, province, make, worker_session, sign_in, client):
    """None: not signed in; "nothing": signed in without a position today."""
    browser = client
    if kind is not None:
        account = make.account()
        if isinstance(kind, PositionKind):
            make.holding(account, make.position(province.construction.agency, kind))
        worker_session.commit()
        browser = sign_in(account)
    wrong = []
    for rule in rules(app):
        if rule.endpoint == "security.logout":
            continue
        wanted = ACCESS[rule.endpoint]
        may = wanted == EVERYBODY or (kind is not None and _has(kind, rule.endpoint, wanted))
        for method, answer in ask(browser, app, rule):
            if wanted == NOBODY:
                right = answer.status_code == 404
            elif may:
                right = is_let_in(answer) and answer.status_code < 500
            else:
                right = answer.status_code == (302 if kind is None else 403)
            if not right:
                wrong.append((method, rule.endpoint, answer.status_code, answer.location))
    assert wrong == []


def _has(kind, endpoint, wanted):
    if kind is PositionKind.SUPERVISOR and wanted == STAFF:
        return endpoint.partition(".")[0] in OF_ONES_ACCOUNT
    return wanted == STAFF or kind in wanted


def test_every_unsafe_route_refuses_a_supervisor(app, province, make, worker_session, sign_in):
    """With a good token, and whatever the page says of who may: it is closed before it is looked at."""
    body = make.agency("HDND", AgencyKind.OVERSIGHT)
    account = make.staff(PositionKind.SUPERVISOR, body)
    worker_session.commit()
    browser = sign_in(account)
    tried = 0
    for rule in rules(app):
        area = rule.endpoint.partition(".")[0]
        if ACCESS[rule.endpoint] in (EVERYBODY, NOBODY) or area in OF_ONES_ACCOUNT:
            continue
        for method in sorted((rule.methods or set()) & UNSAFE):
            tried += 1
            answer = browser.open(address(app, rule), method=method, data={"csrf_token": token(browser)})
            assert answer.status_code == 403, (method, rule.endpoint, answer.status_code)
    assert tried > 10


def test_who_works_in_the_line_besides_has_the_rights_of_the_line_alone(
    make, province, worker_session, sign_in
):
    account = make.staff(PositionKind.OFFICER, province.construction.agency)
    make.holding(account, make.position(make.agency("TTT", AgencyKind.INSPECTORATE), PositionKind.SUPERVISOR))
    worker_session.commit()
    browser = sign_in(account)
    assert browser.get("/staff/").status_code == 200
    assert browser.get("/staff/account").status_code == 200


def test_the_guards_of_the_line_are_the_areas_of_the_table(app):
    named = {access_of(app, rule.endpoint).kinds for rule in rules(app)} - {frozenset()}
    assert named == set(AREAS.values()) - {AREAS[Area.INBOX]}


def test_every_unsafe_route_wants_a_token(app, province, make, worker_session, sign_in):
    account = make.account()
    for kind in PositionKind:
        make.holding(account, make.position(province.construction.agency, kind))
    worker_session.commit()
    browser = sign_in(account)
    tried = 0
    for rule in rules(app):
        for method in sorted((rule.methods or set()) & UNSAFE):
            tried += 1
            for data in (None, {"csrf_token": "forged"}):
                answer = browser.open(address(app, rule), method=method, data=data)
                refused = {400, 404} if rule.endpoint in OWN_TOKEN else {400}
                assert answer.status_code in refused, (method, rule.endpoint, answer.status_code)
    assert tried > 10


def test_a_view_that_says_nothing_answers_nobody(app, client):
    app.view_functions["public.robots"], kept = (lambda: "open"), app.view_functions["public.robots"]
    try:
        with pytest.raises(RuntimeError, match="says neither"):
            client.get("/robots.txt")
        app.testing = False
        assert client.get("/robots.txt").status_code == 404
    finally:
        app.testing = True
        app.view_functions["public.robots"] = kept


def test_rights_begin_and_end_with_the_holding(make, province, worker_session, sign_in, watch):
    account = make.account()
    seat = make.position(province.coordinator.agency, PositionKind.ADMINISTRATOR)
    make.holding(account, seat, acting=True, valid_from=date(2026, 11, 23), valid_to=date(2026, 11, 24))
    worker_session.commit()
    seen = []
    for _ in range(4):
        seen.append(sign_in(account).get("/admin/").status_code)
        watch.advance(days=1)
    assert seen == [403, 200, 200, 403]


def test_a_deactivated_account_is_out_at_once(make, province, worker_session, sign_in):
    browser = sign_in(province.administrator)
    assert browser.get("/admin/").status_code == 200
    province.administrator.active = False
    worker_session.commit()
    assert browser.get("/admin/").status_code == 302


def test_public_pages_run_in_the_public_scope_whoever_is_signed_in(app, province, sign_in):
    scopes = []
    app.view_functions["public.robots"], kept = _spy(scopes), app.view_functions["public.robots"]
    try:
        sign_in(province.chairman).get("/robots.txt")
    finally:
        app.view_functions["public.robots"] = kept
    assert scopes == [db.PUBLIC]


def _spy(scopes):
    @public
    def view() -> str:
        scopes.append(current_scope())
        return "seen"

    return view
