"""The frame: sessions of the database, errors, limits without Redis, logs, the monitor's addresses."""

import dataclasses
import io
import json
import logging

import pytest
import redis
from flask import abort, flash
from psycopg.errors import DeadlockDetected
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from feedback import logs
from feedback.domain.lifecycle import Action, State, TransitionRefused
from feedback.domain.permissions import Refused
from feedback.models import Role
from feedback.queries.case_file import NotFound
from feedback.settings import Settings, SettingsError
from feedback.web.guards import public
from feedback.web.limits import LARGEST_FORM
from feedback.web.requests import drop_writes, keep_writes, request_session


@pytest.fixture
def trial(app, client, worker_session):
    """A function that answers a GET or POST with a view of the test's, in place of /robots.txt or /track."""
    endpoints = {"GET": "public.robots", "POST": "public.find"}
    kept = {name: app.view_functions[name] for name in endpoints.values()}

    def answer(view, method="GET", **options):
        app.view_functions[endpoints[method]] = public(view)
        if method == "GET":
            return client.get("/robots.txt", **options)
        client.get("/staff/login")
        with client.session_transaction() as session:
            session["csrf_token"] = "0" * 40
        return client.post("/track", data={"csrf_token": "x"}, **options)

    yield answer
    app.view_functions.update(kept)


def write(name: str) -> None:
    request_session().add(Role(name=name))
    request_session().flush()


def names(worker_session) -> set[str]:
    return set(worker_session.scalars(select(Role.name)))


def test_what_a_view_wrote_is_kept_when_it_answers(trial, worker_session, bell):
    def view() -> str:
        write("kept")
        request_session().info["after_commit"] = {"x": lambda: bell("after")}
        return "done"

    assert trial(view).status_code == 200
    assert names(worker_session) == {"kept"}
    assert bell.rung == ["after"]


@pytest.mark.parametrize(
    "end",
    [
        lambda: abort(404),
        lambda: abort(429),
        lambda: ("refused", 422),
        lambda: drop_writes() or "shown again",
        lambda: _raise(NotFound("x")),
        lambda: _raise(Refused(Action.APPROVE, "position")),
        lambda: _raise(TransitionRefused(State.ANSWERED, Action.APPROVE)),
        lambda: _raise(OperationalError("SELECT", {}, Exception("gone"))),
    ],
)
def test_what_a_view_wrote_is_dropped_when_it_fails(trial, worker_session, bell, end):
    def view():
        write("dropped")
        request_session().info["after_commit"] = {"x": lambda: bell("after")}
        return end()

    trial(view)
    assert names(worker_session) == set()
    assert bell.rung == []


def test_writes_can_be_kept_with_an_error(trial, worker_session):
    def view():
        write("counted")
        keep_writes()
        abort(403)

    assert trial(view).status_code == 403
    assert names(worker_session) == {"counted"}


def test_an_unexpected_failure_is_a_page_with_a_reference_and_no_detail(app, trial, worker_session, caplog):
    def view():
        write("dropped")
        raise KeyError("password of the database")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        answer = trial(view)
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    assert "password of the database" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert names(worker_session) == set()
    assert any("unhandled" in str(record.msg) for record in caplog.records)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("x"), 404),
        (Refused(Action.APPROVE, "position"), 409),
        (TransitionRefused(State.ANSWERED, Action.APPROVE), 409),
        (OperationalError("SELECT", {}, Exception("gone")), 503),
        (OperationalError("UPDATE", {}, DeadlockDetected("deadlock detected")), 409),
    ],
)
def test_refusals_and_failures_are_pages(trial, error, code):
    answer = trial(lambda: _raise(error))
    assert answer.status_code == code
    assert "<h1>" in answer.text
    assert 'lang="vi"' in answer.text
    assert ("Retry-After" in answer.headers) is (code == 503)


def test_missing_and_forbidden_look_the_same(trial):
    missing = trial(lambda: abort(404))
    forbidden = trial(lambda: _raise(NotFound("a case of another agency")))
    assert missing.status_code == forbidden.status_code == 404
    assert missing.text == forbidden.text


def test_a_refused_form_leads_back_to_its_page_with_the_reason(app, trial, client, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)

    def view():
        write("dropped")
        raise Refused(Action.SEND_BACK, "final")

    back = trial(view, "POST", headers={"Referer": "http://localhost/staff/cases/X?tab=1"})
    assert (back.status_code, back.location) == (303, "/staff/cases/X?tab=1")
    with client.session_transaction() as session:
        assert session["_flashes"] == [
            ("danger", "Điều phối đã quyết định cuối cùng: cơ quan không trả lại được nữa.")
        ]
    for referrer in ("http://evil.example/x", "http://localhost//evil.example", None):
        headers = {"Referer": referrer} if referrer else {}
        assert trial(view, "POST", headers=headers).status_code == 409


def test_large_bodies_and_forms_of_many_parts_are_refused(client):
    def post(data: object, kind: str) -> int:
        return client.post("/staff/login", data=data, content_type=kind).status_code

    assert post(b"a=" + b"x" * LARGEST_FORM, "application/x-www-form-urlencoded") == 413
    assert post({"a": "x" * LARGEST_FORM}, "multipart/form-data") == 413
    assert post({"a": (io.BytesIO(b"x" * LARGEST_FORM), "x.bin")}, "multipart/form-data") == 413
    assert post({f"f{number}": "x" for number in range(201)}, "multipart/form-data") == 413
    assert post({f"f{number}": "x" for number in range(200)}, "multipart/form-data") == 400


@pytest.mark.parametrize("redis_url", ["unix:///no/such/valkey.sock", "redis://127.0.0.1:9/0"])
def test_pages_and_limits_live_without_redis(other_app, redis_url):
    app = other_app(redis_url=redis_url)
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    assert browser.get("/staff/login").status_code == 200
    codes = [browser.post("/staff/login", data={"email": "a@b.vn"}).status_code for _ in range(12)]
    assert codes[0] == 200
    assert codes[-1] == 429


def test_ready_and_not_ready(client, app, settings):
    assert client.get("/healthz").text == "ok\n"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (
        200,
        {"ready": True, "database": "ok", "redis": "ok", "disk": "ok"},
    )
    app.extensions["feedback"]["settings"] = dataclasses.replace(settings, redis_url="redis://127.0.0.1:9/0")
    without = client.get("/readyz")
    assert (without.status_code, without.json["redis"]) == (503, "unreachable")


def test_an_old_schema_is_not_ready(client, monkeypatch):
    monkeypatch.setattr("feedback.web.health.newest_migration", lambda: "9999")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["database"]) == (503, "not migrated")


def test_metrics(client, app, settings):
    client.get("/staff/login")
    text = client.get("/metrics").text
    assert "feedback_work_open 0.0" in text
    assert 'feedback_request_seconds_count{endpoint="security.login",method="GET",status="200"}' in text
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    assert client.get("/metrics", environ_base=elsewhere).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    app.extensions["feedback"]["settings"] = dataclasses.replace(settings, metrics_token="s3cret")
    assert client.get("/metrics").status_code == 404
    bearer = {"Authorization": "Bearer s3cret"}
    assert client.get("/metrics", environ_base=elsewhere, headers=bearer).status_code == 200


def test_the_address_of_a_client_is_what_the_trusted_proxies_say(settings, other_app):
    redis.Redis.from_url(settings.redis_url).flushdb()
    app = other_app(proxy_hops=1)
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()

    def post(number: int, forwarded: str) -> int:
        data = {"email": f"n{number}@b.vn"}
        return browser.post("/staff/login", data=data, headers={"X-Forwarded-For": forwarded}).status_code

    spoofed = [post(number, f"10.9.9.{number}, 192.0.2.7") for number in range(22)]
    assert spoofed == [200] * 20 + [429] * 2
    assert post(99, "192.0.2.8") == 200


def test_one_line_a_request_without_secrets(client, caplog):
    with caplog.at_level(logging.INFO):
        answer = client.get("/staff/password/forgotten/a-secret-token?lang=vi")
    lines = [record for record in caplog.records if record.name == "feedback.web.request_log"]
    assert len(lines) == 1
    event = lines[0].msg
    assert event["rule"] == "/staff/password/forgotten/<token>"
    assert event["request"] == answer.headers["X-Request-Id"]
    assert "a-secret-token" not in str(caplog.text)


def test_control_characters_are_escaped_in_logs():
    text = "a\r\nb\x1b[31mc\x9bd\u2028e\u202ef\ud800g"
    line = logs.to_line({"event": text})
    assert line.isprintable()
    assert "\n" not in line
    assert json.loads(line)["event"] == text


def test_an_incomplete_environment_is_refused_at_once():
    with pytest.raises(SettingsError, match=r"FEEDBACK_DATABASE_URL.*FEEDBACK_SECRET_KEY"):
        Settings.from_env({})


def test_flashes_are_shown_once(app, trial, client):
    def view() -> str:
        flash("đã xong", "success")
        return "ok"

    trial(view)
    assert "đã xong" in client.get("/staff/login").text
    assert "đã xong" not in client.get("/staff/login").text


def test_counting_queries_of_a_staff_page(make, worker_session, sign_in, engine_superuser):
    province = make.province()
    worker_session.commit()
    browser = sign_in(province.administrator)
    browser.get("/staff/account")
    seen: list[str] = []
    event.listen(engine_superuser, "before_cursor_execute", lambda *a: seen.append(a[2]))
    browser.get("/staff/account")
    selects = [text for text in seen if text.startswith("SELECT") and "set_config" not in text]
    assert len(selects) <= 4, "\n".join(text[:300] for text in selects)
    assert worker_session.scalar(select(func.count()).select_from(Role)) == 0


def _raise(error: Exception) -> None:
    raise error
