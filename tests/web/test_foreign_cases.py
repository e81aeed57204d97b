"""Pages of a case asked for by whom it does not concern: each act, file and letter is not found.

The case, its attachment and its reference exist; only the asker has nothing to do with them.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from feedback import db
from feedback.db import new_id
from feedback.domain.positions import PositionKind
from feedback.models import Account, Attachment, AuditEvent
from feedback.models.base import Base
from feedback.services.restricted_track import restricted
from feedback.web.inbox.acts import REGISTER
from tests.services.stage import Stage
from tests.web.test_authorisation import UNSAFE, rules, token


@pytest.fixture
def stage(sessions, worker_session, make, watch) -> Stage:
    found = Stage(sessions, worker_session, make)
    watch.moment = found.now
    return found


@pytest.fixture
def file_id(stage: Stage):
    """A function that gives a case a file and returns the file's id."""

    def attach(case_id: UUID) -> UUID:
        row = Attachment(
            id=new_id(), case_id=case_id, origin="submission", name="ảnh.jpg", media_type="image/jpeg",
            size=3, sha256=hashlib.sha256(b"abc").hexdigest(), storage_key=str(case_id), created_at=stage.now,
        )  # fmt: skip
        stage.worker.add(row)
        stage.worker.commit()
        return row.id

    return attach


def addresses(app: Flask, reference: str, file: UUID) -> list[tuple[str, str, str]]:
    """Each method, endpoint and address of a page that belongs to one case."""
    found = []
    for rule in rules(app):
        if not rule.endpoint.startswith("inbox.") or "reference" not in rule.arguments:
            continue
        slugs = sorted(REGISTER) if "slug" in rule.arguments else [""]
        for slug in slugs:
            values = {"reference": reference, "file_id": file, "slug": slug}
            with app.test_request_context():
                place = app.url_map.bind("localhost").build(
                    rule.endpoint, {name: values[name] for name in rule.arguments}
                )
            found += [
                (method, f"{rule.endpoint} {slug}", place) for method in rule.methods or () if _real(method)
            ]
    return found


def _real(method: str) -> bool:
    return method not in {"HEAD", "OPTIONS"}


def ask(browser: FlaskClient, method: str, place: str) -> int:
    data = {"csrf_token": token(browser)} if method in UNSAFE else None
    return browser.open(place, method=method, data=data).status_code


def contents(stage: Stage) -> dict[str, str]:
    """A fingerprint of every table, to see whether anything was written."""
    stage.worker.expire_all()
    return {
        table.name: str(
            stage.worker.execute(
                text(f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table.name} t")
            ).one()
        )
        for table in Base.metadata.sorted_tables
    }


def strangers(stage: Stage) -> dict[str, Account]:
    """People of another agency with most rights there, and somebody without any position."""
    kinds = (
        PositionKind.OFFICER,
        PositionKind.HEAD_OF_AGENCY,
        PositionKind.RECEPTION,
        PositionKind.ADMINISTRATOR,
    )
    found = {str(kind): stage.make.staff(kind, stage.home.agency) for kind in kinds}
    found["nothing"] = stage.make.account()
    stage.worker.commit()
    return found


@pytest.mark.parametrize("state", ["dispatched", "answered"])
def test_another_agencys_case_is_not_found(state, stage, app, sign_in, file_id):
    case_id = getattr(stage, state)()
    file = file_id(case_id)
    places = addresses(app, stage.look(case_id).reference, file)
    assert len(places) > 30
    people = strangers(stage)
    before = contents(stage)
    for name, account in people.items():
        browser = sign_in(account)
        for method, what, place in places:
            assert ask(browser, method, place) == 404, (name, method, what)
    assert contents(stage) == before


def test_a_restricted_case_is_not_found_but_by_its_access_list(stage, app, sign_in, file_id):
    case_id = stage.in_progress()
    file = file_id(case_id)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation",
        reason="Người gửi tố cáo một cán bộ của cơ quan đang xử lý.",
    )  # fmt: skip
    reference = stage.look(case_id).reference
    people = {
        "its officer": stage.works.officer,
        "its head": stage.works.head,
        "dispatcher": stage.province.dispatcher,
        "chairman": stage.province.chairman,
        "administrator": stage.province.administrator,
    }
    for name, account in people.items():
        browser = sign_in(account)
        for method, what, place in addresses(app, reference, file):
            assert ask(browser, method, place) == 404, (name, method, what)
    listed = sign_in(stage.province.chief)
    assert listed.get(f"/staff/cases/{reference}").status_code == 200


def test_a_file_is_found_under_its_own_case_only(stage, app, sign_in, file_id):
    own, foreign = stage.in_progress(), stage.in_progress(stage.home)
    file = file_id(foreign)
    file_id(own)
    browser = sign_in(stage.works.officer)
    assert browser.get(f"/staff/cases/{stage.look(own).reference}/files/{file}").status_code == 404


@pytest.mark.parametrize("sent", [{}, {"csrf_token": "forged"}])
def test_an_act_without_its_token_writes_nothing(sent, stage, app, sign_in, file_id):
    case_id = stage.in_progress()
    file = file_id(case_id)
    browser = sign_in(stage.works.head)
    before = contents(stage)
    tried = 0
    for method, what, place in addresses(app, stage.look(case_id).reference, file):
        if method not in UNSAFE:
            continue
        tried += 1
        answer = browser.open(place, method=method, data=sent | every_field())
        if answer.status_code == 307:
            # The same post again, to the act itself.
            answer = browser.open(answer.location, method=method, data=sent | every_field())
        assert answer.status_code >= 400, (what, answer.status_code)
    assert tried > 20
    assert contents(stage) == before


def every_field() -> dict[str, Any]:
    """Something in each field that an act's form may have."""
    words = "Một đoạn văn đủ dài để qua mọi phép kiểm tra của biểu mẫu."
    return dict.fromkeys(("reason", "text", "note", "question", "title", "summary", "remarks"), words)


def test_public_code_opens_its_own_case_only(stage, client, file_id):
    mine, other = stage.in_progress(), stage.in_progress()
    file = file_id(other)
    code = stage.look(mine).tracking_code
    assert client.get(f"/track/{code}").status_code == 200
    assert client.get(f"/track/{code}/files/{file}").status_code == 404
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert client.get(f"/track/{wrong}").status_code == 404
    with db.transaction(stage.factory, db.WORKER) as session:
        assert session.query(AuditEvent).filter(AuditEvent.kind == "case.identity_revealed").count() == 0
