"""The administration as an administrator uses it."""

import json
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from feedback.db import new_id
from feedback.domain.permissions import RULES
from feedback.domain.positions import HoldingKind, PositionKind
from feedback.models import Account, Agency, AuditEvent, Holding, Message, Position, Unit, Work
from feedback.queries.people import actor_for
from tests.pages import send


@pytest.fixture
def province(make, worker_session):
    found = make.province()
    make.law()
    make.field()
    worker_session.commit()
    return found


@pytest.fixture
def admin(province, sign_in):
    return sign_in(province.administrator)


def events(worker_session, kind: str) -> list[dict]:
    worker_session.expire_all()
    rows = worker_session.scalars(select(AuditEvent).where(AuditEvent.kind == kind).order_by(AuditEvent.id))
    return [json.loads(row.payload) for row in rows]


def test_new_account_is_invited_and_sets_its_own_password(admin, province, worker_session, client):
    page = admin.get("/admin/accounts/new")
    answer = send(admin, page, name="Trần Thị Hoa", email="hoa@example.vn", phone="", locale="vi")
    account = worker_session.scalars(select(Account).where(Account.email == "hoa@example.vn")).one()
    assert answer.location == f"/admin/accounts/{account.id}"
    assert account.password is None
    message = worker_session.scalars(
        select(Message).where(Message.recipient == f"account:{account.id}")
    ).one()
    params = json.loads(message.params)
    assert params["subject"] == "Mời sử dụng hệ thống Hồi Âm"
    link = re.search(r"http://localhost(/\S+)", params["body"]).group(1)
    done = send(
        client, client.get(link), password="mật khẩu của riêng tôi", password_confirm="mật khẩu của riêng tôi"
    )
    assert done.location == "/staff/login"
    page = client.get("/staff/login")
    assert send(client, page, email="hoa@example.vn", password="mật khẩu của riêng tôi").status_code == 302
    made = events(worker_session, "account.created")
    assert made == [{}]
    event = worker_session.scalars(select(AuditEvent).where(AuditEvent.kind == "account.created")).one()
    assert event.actor == f"account:{province.administrator.id}"
    assert "hoa" not in event.payload.lower()


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"email": "không phải"}, "không hợp lệ"),
        ({"name": ""}, "điền mục này"),
        ({"email": "CAN-BO"}, "không hợp lệ"),
    ],
)
def test_account_with_a_fault_is_not_made(admin, worker_session, fields, text):
    before = worker_session.query(Account).count()
    values = {"name": "Hoa", "email": "hoa@example.vn"} | fields
    answer = send(admin, admin.get("/admin/accounts/new"), **values)
    assert text in answer.text
    assert worker_session.query(Account).count() == before


def test_address_that_has_an_account_is_refused_whatever_its_case(admin, province, worker_session):
    email = province.dispatcher.email.upper()
    answer = send(admin, admin.get("/admin/accounts/new"), name="Hoa", email=email)
    assert "đã có tài khoản" in answer.text


def test_ending_an_account_ends_its_sessions_but_never_ones_own(admin, province, sign_in, worker_session):
    officer = province.construction.officer
    browser = sign_in(officer)
    assert browser.get("/staff/account").status_code == 200
    page = admin.get(f"/admin/accounts/{officer.id}")
    assert send(admin, page, "/active", active="no").status_code == 302
    assert browser.get("/staff/account").status_code == 302
    assert "Đã ngừng" in admin.get(f"/admin/accounts/{officer.id}").text
    page = admin.get(f"/admin/accounts/{officer.id}")
    send(admin, page, "/active", active="yes")
    worker_session.expire_all()
    assert worker_session.get(Account, officer.id).active
    own = admin.get(f"/admin/accounts/{province.administrator.id}")
    assert "Ngừng tài khoản" not in own.text
    target = f"/admin/accounts/{province.administrator.id}/active"
    assert send(admin, page, "/active", active="no").status_code == 302
    form = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', own.text).group(1), "active": "no"}
    assert admin.post(target, data=form).status_code == 409
    whats = [event["what"] for event in events(worker_session, "account.changed")]
    assert whats == ["deactivated", "activated", "deactivated"]


def test_unlocking(admin, province, make, worker_session):
    officer = province.construction.officer
    officer.failed_logins, officer.locked_until = 10, make.now + timedelta(minutes=10)
    worker_session.commit()
    page = admin.get(f"/admin/accounts/{officer.id}")
    assert "Tạm khóa" in page.text
    send(admin, page, "/unlock")
    worker_session.expire_all()
    assert worker_session.get(Account, officer.id).locked_until is None


def test_list_of_accounts_finds_and_pages(admin, make, worker_session, province):
    for _ in range(60):
        make.account()
    found = make.account(name="Lê % Thị_Mận")
    worker_session.commit()
    page = admin.get("/admin/accounts")
    assert page.text.count("/admin/accounts/") > 50
    following = re.search(r'rel="next" href="([^"]+)"', page.text).group(1).replace("&amp;", "&")
    assert found.name in admin.get(following).text
    page = admin.get("/admin/accounts", query_string={"q": "% thị_m"})
    assert found.name in page.text
    assert province.dispatcher.name not in page.text
    assert "Không có tài khoản" in admin.get("/admin/accounts?q=%25%25").text


def test_position_gets_a_holder_an_acting_one_and_an_end(admin, province, make, worker_session):
    agency = province.construction.agency
    answer = send(
        admin, admin.get(f"/admin/agencies/{agency.id}/units/new"), name_vi="Phòng Quản lý đô thị", name_en=""
    )
    assert answer.location == f"/admin/positions?agency={agency.id}"
    unit = worker_session.scalars(select(Unit).where(Unit.name_vi == "Phòng Quản lý đô thị")).one()
    answer = send(
        admin,
        admin.get(f"/admin/agencies/{agency.id}/positions/new"),
        kind="head_of_unit",
        unit_id=unit.id,
        title_vi="Trưởng phòng",
        title_en="Head",
    )
    position = worker_session.scalars(select(Position).where(Position.unit_id == unit.id)).one()
    assert answer.location == f"/admin/positions/{position.id}"
    assert "Đang trống" in admin.get(f"/admin/positions?agency={agency.id}").text

    holder, deputy = make.account(), make.account()
    worker_session.commit()
    page = admin.get(answer.location)
    assert f'<option value="{holder.email}">' in page.text
    assert province.construction.head.email in page.text
    assert province.dispatcher.email not in page.text
    send(admin, page, account_email=holder.email, valid_from="2026-11-01", basis="QĐ 12/QĐ-SXD")
    page = admin.get(answer.location)
    twice = send(admin, page, account_email=deputy.email, valid_from="2026-11-20")
    assert "đã có người khác" in twice.text
    open_end = send(admin, page, account_email=deputy.email, kind="acting", valid_from="2026-11-20")
    assert "điền mục này" in open_end.text
    done = send(
        admin, page, account_email=deputy.email, kind="acting", valid_from="2026-11-20", valid_to="2026-11-30"
    )
    assert done.status_code == 302
    on = date(2026, 11, 22)
    acting = actor_for(worker_session, deputy.id, on)
    assert [(held.kind, held.acting) for held in acting.positions] == [(PositionKind.HEAD_OF_UNIT, True)]
    holding = worker_session.scalars(select(Holding).where(Holding.account_id == holder.id)).one()
    assert (holding.kind, holding.basis, holding.created_by) == (
        HoldingKind.HOLDER,
        "QĐ 12/QĐ-SXD",
        province.administrator.id,
    )
    end = f"/admin/holdings/{holding.id}/end"
    assert "từ ngày bắt đầu" in send(admin, admin.get(end), last_day="2026-10-01").text
    assert send(admin, admin.get(end), last_day="2026-11-22").status_code == 302
    worker_session.expire_all()
    assert actor_for(worker_session, holder.id, on).positions
    assert not actor_for(worker_session, holder.id, date(2026, 11, 23)).positions
    assert len(events(worker_session, "settings.holding_started")) == 2
    assert events(worker_session, "settings.holding_ended")[0]["valid_to"] == "2026-11-22"


def test_a_holding_that_has_not_begun_is_called_off(admin, province, make, worker_session):
    deputy, seat = make.account(), province.construction.seats[PositionKind.HEAD_OF_AGENCY]
    worker_session.commit()
    address = f"/admin/positions/{seat.id}"
    wanted = {"account_email": deputy.email, "kind": "acting", "valid_to": "2099-11-30"}
    send(admin, admin.get(address), valid_from="2099-11-20", **wanted)
    holding = worker_session.scalars(select(Holding).where(Holding.account_id == deputy.id)).one()
    off = f"/admin/holdings/{holding.id}/call-off"
    assert off in admin.get(address).text
    page = admin.get(off)
    assert "hủy được ghi vào nhật ký" in page.text
    assert send(admin, page).location == address
    worker_session.expire_all()
    assert holding.valid_to == date(2099, 11, 19)
    assert events(worker_session, "settings.holding_called_off")[0]["holding"] == holding.id
    told = worker_session.scalars(select(Message.kind).where(Message.recipient == f"account:{deputy.id}"))
    assert told.all() == ["acting_ended"]
    assert off not in admin.get(address).text
    # Pressed a second time in another window it does nothing more.
    assert "đã kết thúc" in send(admin, page).text
    assert len(events(worker_session, "settings.holding_called_off")) == 1
    send(admin, admin.get(address), valid_from="2026-11-01", **wanted)
    begun = worker_session.scalars(select(Holding).order_by(Holding.id.desc()).limit(1)).one()
    page = admin.get(f"/admin/holdings/{begun.id}/call-off")
    assert "hãy ghi ngày kết thúc" in send(admin, page).text


def test_unit_of_another_agency_is_refused(admin, province):
    page = admin.get(f"/admin/agencies/{province.construction.agency.id}/positions/new")
    answer = send(admin, page, unit_id=province.home_affairs.unit.id, kind="officer", title_vi="x")
    assert answer.status_code == 200
    assert "error-summary" in answer.text


def test_contact_of_an_agency(admin, province, worker_session):
    agency = province.construction.agency
    page = admin.get(f"/admin/agencies/{agency.id}")
    assert "không hợp lệ" in send(admin, page, email="sai").text
    send(admin, page, email="sxd@lamdong.example", phone="0263 3822 000", address="36 Trần Phú")
    worker_session.expire_all()
    found = worker_session.get(Agency, agency.id)
    assert (found.email, found.phone, found.address) == (
        "sxd@lamdong.example",
        "0263 3822 000",
        "36 Trần Phú",
    )
    assert found.name_vi == "Sở Xây dựng"


def test_only_listed_columns_change(admin, province, worker_session):
    agency = province.construction.agency
    page = admin.get(f"/admin/agencies/{agency.id}")
    send(admin, page, email="", code="XXX", name_vi="Khác", kind="police", id="1", valid_to="2020-01-01")
    officer = province.construction.officer
    page = admin.get("/admin/accounts/new")
    send(
        admin, page, name="Hoa", email="hoa@example.vn", password="x", active="", must_change_password="y",
        id=officer.id, fs_uniquifier="x", failed_logins="9",
    )  # fmt: skip
    worker_session.expire_all()
    found = worker_session.get(Agency, agency.id)
    assert (found.code, found.name_vi, found.kind, found.valid_to) == (
        "SXD",
        "Sở Xây dựng",
        "department",
        None,
    )
    account = worker_session.scalars(select(Account).where(Account.email == "hoa@example.vn")).one()
    assert account.id != officer.id
    assert (account.password, account.active, account.failed_logins) == (None, True, 0)
    assert account.fs_uniquifier != "x"


def test_what_was_given_up_can_be_tried_again(admin, worker_session, now, bell):
    work = Work(
        id=new_id(), kind="route", subject=uuid4(), created_at=now, available_at=now, attempts=8,
        failed_at=now, last_error="<script>alert(1)</script>",
    )  # fmt: skip
    message = Message(
        id=new_id(), cause=uuid4(), kind="account_mail", recipient="account:1", locale="vi",
        params='{"body": "http://localhost/secret-link"}', state="failed", created_at=now, not_before=now,
        attempts=8, last_error="550 no such mailbox",
    )  # fmt: skip
    worker_session.add_all([work, message])
    worker_session.commit()
    page = admin.get("/admin/failures")
    assert "&lt;script&gt;" in page.text
    assert "550 no such mailbox" in page.text
    assert "secret-link" not in page.text
    assert "không thành công" in admin.get("/admin/").text
    send(admin, page, str(work.id))
    send(admin, page, str(message.id))
    assert sorted(bell.rung) == ["messages", "routing"]
    worker_session.expire_all()
    assert (work.failed_at, work.attempts, message.state, message.attempts) == (None, 0, "pending", 0)
    assert "không còn" in admin.get("/admin/failures").text or True
    send(admin, page, str(work.id))
    assert "không còn ở trạng thái" in admin.get("/admin/failures").text
    assert len(events(worker_session, "settings.work_retried")) == 1


def test_pages_that_are_read(admin, province, worker_session):
    assert "Sở Xây dựng" in admin.get("/admin/fields").text
    assert "15 ngày làm việc" in admin.get("/admin/law/terms").text
    assert "UBND phường Xuân Hương" in admin.get("/admin/agencies?kind=commune").text
    assert "Sở Xây dựng" not in admin.get("/admin/agencies?kind=commune").text
    send(admin, admin.get(f"/admin/agencies/{province.construction.agency.id}"), phone="0263 3822 000")
    trail = admin.get("/admin/audit").text
    assert "Sửa thông tin cơ quan" in trail
    assert "Cơ quan: Sở Xây dựng" in trail
    assert "settings.agency_changed" not in trail
    assert "feedback audit verify" in trail
    assert "Sửa thông tin cơ quan" not in admin.get("/admin/audit?stream=account:1").text
    assert admin.get("/admin/audit?before=nonsense").status_code == 200


def test_english(admin):
    admin.get("/language?lang=en&next=/admin/")
    page = admin.get("/admin/")
    assert 'lang="en"' in page.text
    assert "State of the system" in page.text


def test_the_permission_matrix_is_shown_for_every_kind_of_position(admin):
    for kind in PositionKind:
        page = admin.get(f"/admin/permissions?kind={kind}")
        assert page.status_code == 200
        assert f'<option value="{kind}" selected>' in page.text
        rows = page.text.count('<th scope="row"')
        assert rows == len(RULES), kind
    assert "Có, ở diện công khai" in admin.get("/admin/permissions?kind=supervisor").text
    assert "không thấy vụ việc" in admin.get("/admin/permissions?kind=administrator").text
    assert admin.get("/admin/permissions?kind=nobody").status_code == 200
