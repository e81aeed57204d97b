"""Signing in and out, passwords, locks: through the pages, as staff do it."""

import json
import re
import unicodedata
from datetime import timedelta

import pytest
import redis
from flask.testing import FlaskClient
from sqlalchemy import select

from feedback.domain.positions import PositionKind
from feedback.models import Account, AuditEvent, Message
from feedback.services.staff.accounts import LOCK_FOR, MOST_FAILURES
from feedback.services.staff.passwords import hash_password
from tests.pages import form_of, send

PASSWORD = "một câu đủ dài để nhớ"
NEW = "một câu khác cũng đủ dài"


@pytest.fixture
def officer(make, worker_session) -> Account:
    account = make.staff(
        PositionKind.OFFICER, make.agency(), email="Lan@example.vn", password=hash_password(PASSWORD)
    )
    worker_session.commit()
    return account


def log_in(client: FlaskClient, email: str, password: str, **more: str):
    return send(client, client.get("/staff/login"), email=email, password=password, **more)


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("session")
    return found.value if found else ""


def row(worker_session, account: Account) -> Account:
    worker_session.expire_all()
    return worker_session.get_one(Account, account.id)


def test_signing_in_leads_to_the_day_and_is_recorded(client, officer, worker_session):
    answer = log_in(client, "lan@EXAMPLE.vn", PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/staff/enter")
    assert client.get("/staff/account").status_code == 200
    assert officer.name in client.get("/staff/account").text
    account = row(worker_session, officer)
    assert account.login_count == 1
    assert account.failed_logins == 0
    event = worker_session.scalars(
        select(AuditEvent).where(AuditEvent.stream == f"account:{officer.id}")
    ).one()
    assert json.loads(event.payload) == {"what": "signed_in"}


def test_password_is_the_same_however_its_letters_were_composed(client, officer):
    assert log_in(client, officer.email, unicodedata.normalize("NFD", PASSWORD)).status_code == 302


def test_session_is_new_after_signing_in(client, officer):
    page = client.get("/staff/login")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    send(client, page, email=officer.email, password=PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before
    token = form_of(page).fields["csrf_token"]
    assert client.post("/staff/logout", data={"csrf_token": token}).status_code == 400


def test_wrong_password_unknown_address_locked_and_inactive_look_alike(client, make, worker_session, officer):
    inactive = make.account(active=False, password=hash_password(PASSWORD))
    locked = make.account(
        password=hash_password(PASSWORD), locked_until=make.now + LOCK_FOR, failed_logins=MOST_FAILURES
    )
    invited = make.account(password=None)
    worker_session.commit()
    pages = set()
    for email, password in (
        (officer.email, "sai mật khẩu rồi"),
        ("nobody@example.vn", PASSWORD),
        (inactive.email, PASSWORD),
        (locked.email, PASSWORD),
        (invited.email, PASSWORD),
    ):
        answer = log_in(client, email, password)
        assert answer.status_code == 200
        assert "không đúng, hoặc tài khoản đang tạm khóa" in answer.text
        pages.add(re.sub(r'(name="csrf_token" )?value="[^"]*"', "", answer.text))
    assert len(pages) == 1
    assert client.get("/staff/account").status_code == 302


def test_ten_failures_lock_for_a_quarter_of_an_hour(client, officer, worker_session, watch, settings):
    for attempt in range(MOST_FAILURES):
        watch.advance(minutes=5)
        log_in(client, officer.email, f"lần thử thứ {attempt}")
    redis.Redis.from_url(settings.redis_url).flushdb()
    assert row(worker_session, officer).failed_logins == MOST_FAILURES
    assert row(worker_session, officer).locked_until == watch() + LOCK_FOR
    assert log_in(client, officer.email, PASSWORD).status_code == 200
    watch.advance(minutes=15)
    assert log_in(client, officer.email, PASSWORD).status_code == 302
    assert row(worker_session, officer).locked_until is None


def test_signing_out_ends_a_copied_cookie_too(client, officer, app):
    log_in(client, officer.email, PASSWORD)
    thief = app.test_client()
    thief.set_cookie("session", cookie(client))
    assert thief.get("/staff/account").status_code == 200
    page = client.get("/staff/account")
    assert send(client, page, "/logout").location == "/staff/login"
    assert client.get("/staff/account").status_code == 302
    assert thief.get("/staff/account").status_code == 302


@pytest.mark.parametrize(
    ("still", "steps"),
    [
        (True, [timedelta(minutes=119)] * 6),
        (False, [timedelta(minutes=121)]),
        (False, [timedelta(minutes=119)] * 7),
    ],
)
def test_session_ends_when_idle_or_after_a_working_day(client, officer, watch, still, steps):
    log_in(client, officer.email, PASSWORD)
    for step in steps:
        watch.moment += step
        answer = client.get("/staff/account")
    assert (answer.status_code == 200) is still


def test_next_leads_back_inside_and_never_outside(client, officer):
    asked = client.get("/staff/account?a=1")
    assert asked.location == "/staff/login?next=/staff/account?a%3D1" or "next=" in asked.location
    page = client.get(asked.location)
    assert send(client, page, email=officer.email, password=PASSWORD).location == "/staff/account?a=1"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "\\\\evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"],
)
def test_strange_next_is_refused(client, officer, target):
    assert client.get("/staff/login", query_string={"next": target}).status_code == 400
    assert log_in(client, officer.email, PASSWORD, next=target).status_code == 400


def test_password_given_by_somebody_else_must_be_changed_first(client, make, worker_session):
    account = make.staff(
        PositionKind.OFFICER, make.agency(), password=hash_password(PASSWORD), must_change_password=True
    )
    worker_session.commit()
    log_in(client, account.email, PASSWORD)
    assert client.get("/staff/account").location == "/staff/password"
    page = client.get("/staff/password")
    short = send(
        client, page, "/password", password=PASSWORD, new_password="ngắn", new_password_confirm="ngắn"
    )
    assert "ít nhất 12 ký tự" in short.text
    done = send(client, page, "/password", password=PASSWORD, new_password=NEW, new_password_confirm=NEW)
    assert done.location == "/staff/enter"
    assert client.get("/staff/account").status_code == 200
    assert row(worker_session, account).must_change_password is False


def test_new_password_ends_other_sessions(client, officer, app):
    log_in(client, officer.email, PASSWORD)
    other = app.test_client()
    log_in(other, officer.email, PASSWORD)
    page = client.get("/staff/password")
    send(client, page, "/password", password=PASSWORD, new_password=NEW, new_password_confirm=NEW)
    assert client.get("/staff/account").status_code == 200
    assert other.get("/staff/account").status_code == 302


def link_in(worker_session, account: Account) -> str:
    message = worker_session.scalars(
        select(Message).where(Message.recipient == f"account:{account.id}").order_by(Message.id.desc())
    ).first()
    found = re.search(r"http://localhost(/\S+)", json.loads(message.params)["body"])
    return found.group(1)


def test_forgotten_password(client, officer, worker_session, watch):
    page = client.get("/staff/password/forgotten")
    known = send(client, page, email=officer.email)
    unknown = send(client, page, email="nobody@example.vn")
    assert known.status_code == unknown.status_code == 200
    assert "đã được gửi đến đó" in known.text
    assert worker_session.query(Message).count() == 1
    link = link_in(worker_session, officer)
    page = client.get(link)
    done = send(client, page, password=NEW, password_confirm=NEW)
    assert done.location == "/staff/login"
    again = send(client, page, password=PASSWORD, password_confirm=PASSWORD)
    assert again.location == "/staff/password/forgotten"
    assert log_in(client, officer.email, PASSWORD).status_code == 200
    assert log_in(client, officer.email, NEW).status_code == 302


def test_link_in_the_mail_names_the_configured_address_whatever_the_host_header_says(
    client, officer, worker_session
):
    page = client.get("/staff/password/forgotten")
    data = form_of(page).fields | {"email": officer.email}
    client.set_cookie("session", cookie(client), domain="evil.example")
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    client.post("/staff/password/forgotten", data=data, headers=forged)
    message = worker_session.scalars(select(Message)).one()
    assert "evil" not in message.params
    assert "http://localhost/staff/password/forgotten/" in message.params


def test_a_new_password_is_asked_for_with_its_rule(client, officer):
    log_in(client, officer.email, PASSWORD)
    assert "Ít nhất 12 ký tự" in client.get("/staff/password").text


@pytest.mark.parametrize("idle", [True, False], ids=["idle", "no-cookie"])
def test_a_form_sent_after_the_session_leads_back_to_its_page(client, officer, watch, idle):
    log_in(client, officer.email, PASSWORD)
    page = client.get("/staff/password")
    site = page.request.host_url
    if idle:
        watch.moment += timedelta(hours=3)
    else:
        client.delete_cookie("session")
    headers = {"Referer": f"{site}staff/password"}
    answer = client.post("/staff/password", data=form_of(page).fields, headers=headers)
    assert (answer.status_code, answer.location) == (302, "/staff/login?next=/staff/password")
    assert "nội dung vừa gửi chưa được ghi nhận" in client.get(answer.location).text


@pytest.mark.parametrize(
    "referrer", ["https://example.org/staff/password", "{}staff/head/acknowledge", "x", ""]
)
def test_a_form_from_elsewhere_leads_to_the_sign_in_only(client, referrer):
    site = client.get("/staff/login").request.host_url
    answer = client.post("/staff/password", headers={"Referer": referrer.format(site)})
    assert (answer.status_code, answer.location) == (302, "/staff/login")


def test_expired_link_is_refused(client, officer, worker_session, app, monkeypatch):
    send(client, client.get("/staff/password/forgotten"), email=officer.email)
    link = link_in(worker_session, officer)
    monkeypatch.setitem(app.config, "SECURITY_RESET_PASSWORD_WITHIN", timedelta(seconds=-1))
    answer = client.get(link)
    assert answer.location == "/staff/password/forgotten"
    assert client.get(link + "x").location == "/staff/password/forgotten"


def test_sign_in_is_limited_by_address_and_by_account(app, officer):
    statuses = []
    for number in range(12):
        browser = app.test_client()
        page = browser.get("/staff/login")
        data = form_of(page).fields | {"email": officer.email, "password": "x"}
        answer = browser.post(
            "/staff/login",
            data=data,
            environ_base={"REMOTE_ADDR": f"10.0.0.{number}"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
        statuses.append(answer.status_code)
    assert statuses == [200] * 10 + [429] * 2
    statuses = []
    for number in range(22):
        page = browser.get("/staff/login")
        data = form_of(page).fields | {"email": f"n{number}@example.vn", "password": "x"}
        answer = browser.post("/staff/login", data=data, headers={"X-Forwarded-For": f"192.0.2.{number}"})
        statuses.append(answer.status_code)
    assert statuses == [200] * 20 + [429] * 2
    assert int(answer.headers["Retry-After"]) > 0


def test_resets_are_limited_by_account(app, officer, worker_session):
    for number in range(6):
        browser = app.test_client()
        data = form_of(browser.get("/staff/password/forgotten")).fields | {"email": officer.email.upper()}
        browser.post("/staff/password/forgotten", data=data, environ_base={"REMOTE_ADDR": f"10.0.0.{number}"})
    assert worker_session.query(Message).count() == 3


def test_neither_token_nor_json_signs_in(client, officer):
    for headers in ({"Authentication-Token": "x"}, {"Authorization": "Basic bGFuOng="}):
        assert client.get("/staff/account", headers=headers).status_code == 302
    body = {"email": officer.email, "password": PASSWORD}
    assert client.post("/staff/login", json=body).status_code == 400
