"""What an attacker measures or races: equal work for every address, one success for a one-time link."""

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import argon2.low_level
import pytest
from flask_security.recoverable import generate_reset_link
from sqlalchemy import select

from feedback import db
from feedback.domain.positions import PositionKind
from feedback.models import Account, AuditEvent
from feedback.services.staff.accounts import LOCK_FOR, MOST_FAILURES
from feedback.services.staff.passwords import hash_password
from feedback.web.limits import limiter
from tests.factories import Factory
from tests.pages import form_of, send

PASSWORD = "một câu đủ dài để nhớ"


@pytest.mark.parametrize("who", ["right", "wrong", "unknown", "locked", "inactive", "invited"])
def test_every_attempt_runs_argon2_once(who, make, worker_session, client, monkeypatch):
    """Argon2 is nearly all the time that signing in takes, so the answer's time tells nothing."""
    hashed = hash_password(PASSWORD)
    accounts = {
        "right": make.account(password=hashed),
        "wrong": make.account(password=hashed),
        "locked": make.account(
            password=hashed, locked_until=make.now + LOCK_FOR, failed_logins=MOST_FAILURES
        ),
        "inactive": make.account(password=hashed, active=False),
        "invited": make.account(password=None),
    }
    worker_session.commit()
    work: list[str] = []
    for name in ("hash_secret", "verify_secret"):
        monkeypatch.setattr(argon2.low_level, name, _noting(name, getattr(argon2.low_level, name), work))
    email = accounts[who].email if who in accounts else "nobody@example.vn"
    password = "sai mật khẩu" if who == "wrong" else PASSWORD
    answer = send(client, client.get("/staff/login"), email=email, password=password)
    assert (answer.status_code == 302) is (who == "right")
    assert len(work) == 1


def test_raced_link_sets_one_password(fresh_database, other_app, now):
    app = other_app(database_url=fresh_database.web)
    engines = [db.make_engine(url, pool_size=4) for url in (fresh_database.web, fresh_database.worker)]
    web, worker = map(db.session_factory, engines)
    app.extensions["feedback"]["sessions"] = web
    with db.transaction(worker, db.WORKER) as session:
        make = Factory(session, now)
        account = make.staff(PositionKind.OFFICER, make.agency(), password=hash_password(PASSWORD))
    with app.test_request_context():
        link = generate_reset_link(account)[0].removeprefix("http://localhost")
    racers = 6
    start = threading.Barrier(racers)

    def set_password(number: int) -> str:
        browser = app.test_client()
        page = browser.get(link)
        new = f"mật khẩu mới của người thứ {number}"
        data = form_of(page).fields | {"password": new, "password_confirm": new}
        start.wait()
        return browser.post(link, data=data).location or ""

    with ThreadPoolExecutor(racers) as pool:
        locations = list(pool.map(set_password, range(racers)))
    assert locations.count("/staff/login") == 1, locations
    with db.transaction(worker, db.WORKER) as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.stream == f"account:{account.id}")).all()
        changed = session.get_one(Account, account.id)
    assert len(events) == 1
    assert changed.fs_uniquifier != account.fs_uniquifier
    for engine in engines:
        engine.dispose()


def test_failures_made_at_once_are_all_counted(fresh_database, other_app, now):
    app = other_app(database_url=fresh_database.web)
    limiter.enabled = False
    engines = [db.make_engine(url, pool_size=8) for url in (fresh_database.web, fresh_database.worker)]
    web, worker = map(db.session_factory, engines)
    app.extensions["feedback"]["sessions"] = web
    with db.transaction(worker, db.WORKER) as session:
        account = Factory(session, now).account(password=hash_password(PASSWORD))

    def fail(number: int) -> int:
        browser = app.test_client()
        page = browser.get("/staff/login", environ_base={"REMOTE_ADDR": f"10.0.0.{number}"})
        data = form_of(page).fields | {"email": account.email, "password": "sai"}
        return browser.post(
            "/staff/login", data=data, environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(fail, range(8)))
    assert set(statuses) == {200}
    with db.transaction(worker, db.WORKER) as session:
        assert session.get_one(Account, account.id).failed_logins == 8
    for engine in engines:
        engine.dispose()


@pytest.mark.bench
def test_sign_in_takes_as_long_for_a_stranger_as_for_an_account(fresh_database, other_app, now):
    """500 interleaved pairs with real commits: the medians differ by less than 5 ms."""
    app = other_app(database_url=fresh_database.web)
    limiter.enabled = False
    engines = [db.make_engine(url, pool_size=2) for url in (fresh_database.web, fresh_database.worker)]
    web, worker = map(db.session_factory, engines)
    app.extensions["feedback"]["sessions"] = web
    with db.transaction(worker, db.WORKER) as session:
        # Ten attempts at each of fifty accounts: the last one only is met locked.
        addresses = [Factory(session, now).account(password=hash_password(PASSWORD)).email for _ in range(50)]
    browser = app.test_client()
    data = form_of(browser.get("/staff/login")).fields | {"password": "sai mật khẩu"}

    def spend(email: str) -> float:
        began = time.perf_counter()
        assert browser.post("/staff/login", data=data | {"email": email}).status_code == 200
        return time.perf_counter() - began

    gaps = [
        spend(addresses[number % len(addresses)]) - spend(f"nobody-{number}@example.vn")
        for number in range(500)
    ]
    for engine in engines:
        engine.dispose()
    assert abs(statistics.median(gaps)) < 0.005


def _noting(name, do, work):
    def noting(*arguments, **named):
        work.append(name)
        return do(*arguments, **named)

    return noting
