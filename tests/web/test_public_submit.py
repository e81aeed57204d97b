"""The public form: what it receives, what it gives back, and that nothing is lost on the way."""

from __future__ import annotations

import io
import threading
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from feedback import db
from feedback.app import create_app
from feedback.domain.tracking import parse_tracking_code
from feedback.models import Attachment, Case, Submitter, Work
from feedback.storage import storage_at
from feedback.web.limits import SUBMIT, limiter
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import form_of, send
from tests.web.citizen import FILLED, code_in, photo, submit


@pytest.fixture(autouse=True)
def province(make, worker_session, nothing_kept):
    make.law()
    make.province()
    field = make.field()
    worker_session.commit()
    return field


def cases(worker_session) -> list[Case]:
    worker_session.expire_all()
    return list(worker_session.scalars(select(Case).order_by(Case.id)))


def test_a_message_becomes_a_case_and_its_sender_gets_a_receipt(client, worker_session, bell, province):
    answer = submit(client, field_id=str(province.id), consent_publish="y")
    code = code_in(answer)
    (case,) = cases(worker_session)
    assert parse_tracking_code(code) == code == case.tracking_code
    assert (case.state, case.channel, case.commune_code) == ("received", "web", "24769")
    assert (case.field_id, case.consent_publish, case.confidential) == (province.id, True, False)
    sender = worker_session.scalars(select(Submitter)).one()
    assert (sender.name, sender.phone) == ("Trần Thị Bưởi", "0912 345 678")
    assert worker_session.scalar(select(func.count()).select_from(Work)) == 1
    assert "routing" in bell.rung
    receipt = client.get(answer.location)
    assert code.split("-")[0] in receipt.text
    # Sunday 22 November 2026 plus 15 working days, Tuesday the 24th being a holiday.
    assert "14/12/2026" in receipt.text
    assert "data:image/svg+xml" in receipt.text
    assert receipt.headers["Cache-Control"] == "no-store"


def test_an_empty_form_says_what_is_missing_and_links_to_it(client, worker_session):
    answer = send(client, client.get("/submit"), "/submit", name="", body="")
    assert answer.status_code == 422
    for field in ("body", "name", "phone"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
    assert cases(worker_session) == []


def test_what_was_typed_comes_back_with_the_errors(client):
    answer = submit(client, name="", email="buoi@", consent_publish="y")
    assert answer.status_code == 422
    form = form_of(answer, "/submit")
    assert form.fields["body"][0].strip() == FILLED["body"]
    assert form.fields["email"] == ["buoi@"]
    assert form.fields["commune_code"] == ["24769"]
    assert form.fields["consent_publish"] == ["y"]


def test_an_anonymous_message_keeps_no_name(client, worker_session):
    code_in(submit(client, identity="anonymous"))
    (case,) = cases(worker_session)
    sender = worker_session.scalars(select(Submitter)).one()
    assert case.anonymous
    assert (sender.name, sender.phone, sender.email, case.reachable_by) == ("", "", "", "")


def test_a_business_names_itself(client, worker_session):
    missing = submit(client, submitter_kind="business", organisation="")
    assert 'href="#organisation"' in missing.text
    code_in(submit(client, submitter_kind="business", organisation="Công ty Thử", business_code="0312345678"))
    assert worker_session.scalars(select(Submitter)).one().organisation == "Công ty Thử"


def test_a_title_is_made_from_the_text_when_none_is_given(client, worker_session):
    code_in(submit(client, title="", body="Rác chưa được thu gom. Đã một tuần rồi."))
    assert cases(worker_session)[0].title == "Rác chưa được thu gom"


@pytest.mark.parametrize(
    "changed",
    [
        {"commune_code": "99999"},
        {"submitter_kind": "king"},
        {"field_id": "1 OR 1=1"},
        {"field_id": "999999"},
        {"identity": "other"},
    ],
)
def test_values_that_were_never_offered_do_no_harm(client, worker_session, changed):
    answer = submit(client, **changed)
    assert answer.status_code in {303, 422}
    for case in cases(worker_session):
        assert case.commune_code is None
        assert case.submitter_kind == "citizen"


def test_only_the_listed_columns_follow_the_form(client, worker_session):
    columns = {name: "1" for name in Case.__mapper__.columns.keys() if name not in FILLED}  # noqa: SIM118
    empty = dict.fromkeys(("field_id", "latitude", "longitude"), "")
    code_in(submit(client, **columns | empty | {"title": "Đèn đường hỏng", "anonymous": "true"}))
    (case,) = cases(worker_session)
    assert (case.state, case.urgent, case.lead_agency_id, case.version) == ("received", False, None, 1)
    assert not case.anonymous
    assert case.follows_id is None
    assert str(case.id) != "1"


def test_the_position_of_the_device_comes_along_for_the_handlers(client, worker_session):
    code = code_in(submit(client, latitude="11.548123456", longitude="107.80721"))
    (case,) = cases(worker_session)
    assert (case.latitude, case.longitude) == (11.54812, 107.80721)
    assert "11.54812, 107.80721" in client.get(f"/track/{code}").text


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("48.85", "2.35"), ("north", "east"), ("nan", "nan"), ("inf", "107.8"), ("11.5", ""), ("1e400", "107")],
)
def test_a_position_that_is_none_here_is_dropped_and_said_so(client, worker_session, latitude, longitude):
    answer = submit(client, latitude=latitude, longitude=longitude)
    assert answer.status_code == 422
    assert "không ở Việt Nam" in answer.text
    assert cases(worker_session) == []
    assert form_of(answer, "/submit").fields["latitude"] == [""]
    code_in(send(client, answer, "/submit"))
    assert cases(worker_session)[0].latitude is None


def test_sending_twice_is_one_case_with_one_receipt(client, worker_session):
    page = client.get("/submit")
    first = send(client, page, "/submit", **FILLED)
    second = send(client, page, "/submit", **FILLED)
    assert code_in(first) == code_in(second)
    assert len(cases(worker_session)) == 1


def test_another_text_from_the_same_form_is_another_case_once(client, worker_session):
    page = client.get("/submit")
    other = FILLED | {"body": "Một việc khác: rác đổ đầy bờ suối phía sau chợ."}
    first = code_in(send(client, page, "/submit", **FILLED))
    second = code_in(send(client, page, "/submit", **other))
    again = code_in(send(client, page, "/submit", **other))
    assert first != second
    assert second == again
    assert {case.body for case in cases(worker_session)} == {FILLED["body"], other["body"]}


def test_without_the_session_the_filled_form_comes_back(app, client, worker_session):
    page = client.get("/submit")
    stranger = app.test_client()
    answer = send(stranger, page, "/submit", **FILLED)
    assert answer.status_code == 400
    assert FILLED["body"] in answer.text
    assert "xác nhận lại" in answer.text
    assert cases(worker_session) == []
    assert code_in(send(stranger, answer, "/submit"))


@pytest.mark.parametrize("token", ["", "made.up", None])
def test_a_form_without_a_token_of_ours_comes_back_with_one(client, worker_session, token):
    answer = send(client, client.get("/submit"), "/submit", **FILLED | {"token": token or "x" * 500})
    assert answer.status_code == 422
    assert FILLED["body"] in answer.text
    assert cases(worker_session) == []
    assert code_in(send(client, answer, "/submit"))


def test_a_form_open_for_more_than_a_day_comes_back_with_a_new_token(client, watch, worker_session):
    page = client.get("/submit")
    watch.advance(hours=25)
    answer = send(client, page, "/submit", **FILLED)
    assert answer.status_code == 422
    assert "mở quá lâu" in answer.text
    assert code_in(send(client, answer, "/submit"))


def test_too_many_sendings_give_the_text_back(client, worker_session):
    page = client.get("/submit")
    most = int(SUBMIT.split()[0])
    for number in range(most):
        send(client, page, "/submit", **FILLED | {"name": "", "body": f"{FILLED['body']} {number}"})
    answer = send(client, page, "/submit", **FILLED)
    assert answer.status_code == 429
    assert FILLED["body"] in answer.text
    assert cases(worker_session) == []


def test_files_come_with_the_case_and_lose_where_they_were_taken(client, worker_session, settings):
    picture = Image.open(photo())
    exif = picture.getexif()
    exif[0x010E] = "secret place"
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    file.seek(0)
    code_in(submit(client, files=[(file, "../../den <b>.jpeg")]))
    row = worker_session.scalars(select(Attachment)).one()
    assert (row.name, row.media_type, row.origin) == ("den _b_.jpg", "image/jpeg", "submission")
    with storage_at(settings.storage_url).open(row.storage_key) as stored:
        content = stored.read()
    assert b"secret place" not in content
    assert len(content) == row.size


def test_files_that_were_accepted_need_not_be_sent_again(client, worker_session):
    answer = submit(client, name="", files=[(photo(), "mot.jpg"), (photo("PNG"), "hai.png")])
    assert answer.status_code == 422
    form = form_of(answer, "/submit")
    assert len(form.fields["kept"]) == 2
    assert "mot.jpg" in answer.text
    second = send(client, answer, "/submit", name="Bưởi", remove=form.fields["kept"][0])
    code_in(second)
    assert [row.name for row in worker_session.scalars(select(Attachment))] == ["hai.png"]


def test_a_refused_file_is_named_and_the_others_are_kept(client, worker_session):
    svg = io.BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    answer = submit(client, files=[(svg, "hinh.svg"), (photo(), "mot.jpg")])
    assert answer.status_code == 422
    assert "hinh.svg" in answer.text
    assert len(form_of(answer, "/submit").fields["kept"]) == 1
    assert cases(worker_session) == []


def test_six_files_are_one_too_many(client, worker_session):
    answer = submit(client, files=[(photo(), f"{number}.jpg") for number in range(6)])
    assert answer.status_code == 422
    assert len(form_of(answer, "/submit").fields["kept"]) == 5


def test_files_of_another_form_cannot_be_claimed(app, client, worker_session):
    answer = submit(client, name="", files=[(photo(), "mot.jpg")])
    (theirs,) = form_of(answer, "/submit").fields["kept"]
    thief = app.test_client()
    code_in(submit(thief, kept=theirs))
    assert worker_session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_a_second_message_from_the_same_form_has_its_own_copy_of_the_files(client, worker_session):
    answer = submit(client, name="", files=[(photo(), "mot.jpg")])
    first = send(client, answer, "/submit", name="Bưởi")
    second = send(client, answer, "/submit", name="Bưởi", body="Một việc khác hẳn, cũng với ảnh này.")
    assert code_in(first) != code_in(second)
    rows = list(worker_session.scalars(select(Attachment)))
    assert len({row.case_id for row in rows}) == len({row.storage_key for row in rows}) == 2
    assert len({row.sha256 for row in rows}) == 1


def test_a_body_beyond_all_measure_is_refused(client):
    page = client.get("/submit")
    token = form_of(page, "/submit").fields["token"][0]
    huge = io.BytesIO(b"x" * 130_000_000)
    assert client.post("/submit", data={"token": token, "files": (huge, "a")}).status_code == 413


def test_the_form_works_in_english(client, worker_session):
    client.set_cookie("language", "en")
    page = client.get("/submit")
    assert "Send feedback" in page.text
    code_in(send(client, page, "/submit", **FILLED))
    assert cases(worker_session)[0].locale == "en"


@pytest.mark.slow
def test_fifty_parallel_identical_posts_are_one_case(fresh_database, settings, monkeypatch):
    """On connections of their own, committed: the race is real."""
    worker = db.make_engine(fresh_database.worker)
    with db.transaction(db.session_factory(worker), db.WORKER) as session:
        make = Factory(session, NOW)
        make.law()
        make.province()
    # A connection for each: nobody waits for one as long as the pool allows.
    engine = db.make_engine(fresh_database.web, pool_size=40)
    app = create_app(
        replace(settings, database_url=fresh_database.web), sessions=db.session_factory(engine),
        now=lambda: NOW, ring=lambda name: None,
    )  # fmt: skip
    monkeypatch.setattr(limiter, "enabled", False)
    browser = app.test_client()
    page = browser.get("/submit")
    cookie = browser.get_cookie("session")
    codes: list[str] = []

    def post() -> None:
        own = app.test_client()
        assert cookie is not None
        own.set_cookie("session", cookie.value)
        codes.append(code_in(send(own, page, "/submit", **FILLED, files=[(photo(), "mot.jpg")])))

    threads = [threading.Thread(target=post) for _ in range(50)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(codes) == 50
        assert len(set(codes)) == 1
        with db.transaction(db.session_factory(worker), db.WORKER) as session:
            assert session.scalar(select(func.count()).select_from(Case)) == 1
            assert session.scalar(select(func.count()).select_from(Attachment)) == 1
    finally:
        engine.dispose()
        worker.dispose()


def test_a_clock_that_runs_on_does_not_end_a_form_within_a_day(client, watch):
    page = client.get("/submit")
    watch.advance(hours=23)
    assert code_in(send(client, page, "/submit", **FILLED))


def test_a_browser_without_scripts_needs_nothing_else(client: FlaskClient):
    page = client.get("/submit")
    for field in ("body", "place_text", "name", "phone", "organisation", "business_code"):
        assert f'name="{field}"' in page.text
    assert "<script>" not in page.text
    assert "style=" not in page.text
