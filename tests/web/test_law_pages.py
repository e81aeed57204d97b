"""The law's rows as an administrator reads and changes them; what runs already stays as it is."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from feedback.domain.calendar import day_end, local_date
from feedback.models import (
    AuditEvent,
    Deadline,
    LadderStep,
    OfficeSchedule,
    ProvinceSetting,
    StateLimit,
    Term,
)
from feedback.queries.law_book import read_law_book
from tests.pages import form_of, send, without_tokens
from tests.services.stage import Stage


@pytest.fixture
def province(make, worker_session):
    found = make.province()
    make.law()
    worker_session.commit()
    return found


@pytest.fixture
def admin(province, sign_in):
    return sign_in(province.administrator)


@pytest.fixture
def tomorrow(now):
    return local_date(now) + timedelta(days=1)


def versions(worker_session, model, **same):
    worker_session.expire_all()
    return list(worker_session.scalars(select(model).filter_by(**same).order_by(model.valid_from)))


def trail(worker_session, kind: str) -> list[dict]:
    rows = worker_session.scalars(select(AuditEvent).where(AuditEvent.kind == kind).order_by(AuditEvent.seq))
    return [json.loads(row.payload) for row in rows]


def test_the_overview_leads_to_each_table(admin):
    page = admin.get("/admin/law").text
    for path in ("terms", "ladder", "limits", "offices"):
        assert f"/admin/law/{path}" in page
        assert admin.get(f"/admin/law/{path}").status_code == 200
    assert "28 dòng đang áp dụng" in page or "26 dòng đang áp dụng" in page


def test_a_new_version_of_a_term_ends_the_one_before(admin, province, worker_session, tomorrow, now):
    page = admin.get("/admin/law/terms/answer/new")
    assert "Không có gì đang chạy thay đổi" in page.text
    first = tomorrow + timedelta(days=9)
    done = send(
        admin, page, valid_from=first.isoformat(), duration=["10", "wd"], basis="QĐ 99/2026",
        extend_by=["head_of_agency", "coordinator_head"], extend_at_most=["5", "wd"], pauses="y",
    )  # fmt: skip
    assert done.location.startswith("/admin/law/terms")
    old, new = versions(worker_session, Term, key="answer")
    assert (old.valid_to, new.valid_from, new.valid_to) == (first - timedelta(days=1), first, None)
    assert (new.duration, new.pauses, new.extend_by, new.extend_at_most) == (
        "10wd", True, "head_of_agency;coordinator_head", "5wd",
    )  # fmt: skip
    assert (new.counted_from, new.name_vi) == (old.counted_from, old.name_vi)
    book = read_law_book(worker_session)
    assert str(book.term("answer", now).duration) == "15wd"
    (event,) = trail(worker_session, "settings.term_changed")
    assert (event["key"], event["duration"], event["valid_from"]) == ("answer", "10wd", first.isoformat())
    text = admin.get("/admin/law/terms").text
    assert f"{province.administrator.name} ghi" in text
    assert "sẽ áp dụng" in text
    assert "Thay đổi thời hạn" in admin.get("/admin/law").text
    assert "Thay đổi thời hạn" in admin.get("/admin/audit?stream=settings").text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"valid_from": "2026-01-01"}, "sớm nhất từ ngày mai"),
        ({"duration": ["0", "wd"]}, "một số nguyên từ 1 đến 10.000"),
        ({"duration": ["10001", "d"]}, "một số nguyên từ 1 đến 10.000"),
        ({"duration": ["15", "weeks"]}, "Hãy chọn đơn vị"),
        ({"duration": "15"}, "Hãy chọn đơn vị"),
        ({"duration": ["", "wd"]}, "điền mục này"),
        ({"basis": " "}, "điền mục này"),
        ({"extend_at_most": ["3", "d"]}, "cùng đơn vị"),
        ({"extend_at_most": ["3", "wd"], "extend_by": []}, "Chưa chọn ai"),
    ],
)
def test_a_version_with_a_fault_changes_nothing(admin, worker_session, fields, text):
    values = {"basis": "QĐ 1"} | fields
    answer = send(admin, admin.get("/admin/law/terms/answer/new"), **values)
    assert text in answer.text
    assert len(versions(worker_session, Term, key="answer")) == 1
    assert versions(worker_session, Term, key="answer")[0].valid_to is None


def test_a_length_is_a_number_and_a_unit_and_comes_back_as_it_was_typed(admin, worker_session):
    page = admin.get("/admin/law/terms/answer/new")
    assert form_of(page).fields["duration"] == ["15", "wd"]
    assert "15 ngày làm việc: hết hạn khi qua đủ" in page.text
    answer = send(admin, page, duration=["hai tuần", "wh"], extend_at_most=["3", "wh"], basis="QĐ 1")
    assert "một số nguyên từ 1 đến 10.000" in answer.text
    assert 'href="#duration"' in answer.text
    assert form_of(answer).fields["duration"] == ["hai tuần", "wh"]
    assert form_of(answer).fields["extend_at_most"] == ["3", "wh"]
    assert form_of(answer).fields["basis"] == ["QĐ 1"]
    assert len(versions(worker_session, Term, key="answer")) == 1


@pytest.mark.parametrize(
    ("sent", "said", "shown"),
    [
        (["2", "wd", "-"], "2 ngày làm việc trước hạn: nhắc từ sáng ngày", ["2", "wd", "-"]),
        (["2", "h", "-"], "2 giờ trước hạn: nhắc trước thời điểm", ["2", "h", "-"]),
        (["0", "wd", "-"], "Khi đến hạn: nhắc ngay", ["0", "wd", "-"]),
        (["007", "wd", "+"], "Quá hạn 7 ngày làm việc: nhắc khi đã qua đủ", ["007", "wd", "+"]),
        (["2", "h", "+"], "Quá hạn 2 giờ: nhắc khi đã qua thời điểm", ["2", "h", "+"]),
    ],
)
def test_a_distance_says_in_words_when_a_step_is_told(admin, sent, said, shown):
    page = admin.get("/admin/law/ladder/agency_overdue_2/new")
    assert form_of(page).fields["offset"] == ["2", "wd", "+"]
    tried = send(admin, page, offset=sent, basis="QĐ", **{"try": "yes"})
    assert "Chưa có gì được lưu" in tried.text
    assert said in tried.text
    assert form_of(tried).fields["offset"] == shown


def test_no_page_of_the_law_shows_a_code_of_a_length(admin):
    for path in ("terms", "ladder", "limits", "terms/answer/new", "limits/triage/new", "ladder/new"):
        page = without_tokens(admin.get(f"/admin/law/{path}").text)
        assert "csrf_token" in page
        assert not re.search(r"[0-9](wd|wh)\b", page), path


def test_a_version_does_not_begin_before_one_that_is_planned(admin, worker_session, tomorrow):
    later = tomorrow + timedelta(days=30)
    send(admin, admin.get("/admin/law/terms/answer/new"), valid_from=later.isoformat(), basis="QĐ 1")
    page = admin.get("/admin/law/terms/answer/new")
    answer = send(admin, page, valid_from=tomorrow.isoformat(), basis="QĐ 2")
    assert "Đã có phiên bản bắt đầu" in answer.text
    assert len(versions(worker_session, Term, key="answer")) == 2


def test_a_limit_gets_its_next_version(admin, worker_session, tomorrow):
    page = admin.get("/admin/law/limits/triage/new")
    done = send(admin, page, valid_from=tomorrow.isoformat(), duration=["4", "wh"], basis="QĐ 3")
    assert done.location == "/admin/law/limits"
    old, new = versions(worker_session, StateLimit, state="triage")
    assert (old.valid_to, new.duration, new.owner) == (
        tomorrow - timedelta(days=1), "4wh", "coordinator_head",
    )  # fmt: skip
    assert trail(worker_session, "settings.limit_changed")[0]["state"] == "triage"


@pytest.mark.parametrize(
    "path", ["terms/none/new", "limits/none/new", "ladder/none/new", "ladder/rows/0/end"]
)
def test_what_does_not_exist_is_not_found(admin, path):
    assert admin.get(f"/admin/law/{path}").status_code == 404


def test_a_step_is_tried_out_and_then_stored(admin, province, worker_session, sessions, make, tomorrow, now):
    stage = Stage.__new__(Stage)
    stage.factory, stage.worker, stage.make, stage.now = sessions, worker_session, make, now
    stage.province, stage.book = province, read_law_book(worker_session)
    cases = [stage.in_progress() for _ in range(2)]
    ended = now - timedelta(days=2)
    worker_session.execute(
        update(Deadline)
        .where(Deadline.case_id.in_(cases), Deadline.clock == "agency")
        .values(due_on=local_date(ended), due_at=ended)
    )
    worker_session.commit()
    fields = {
        "code": "agency_overdue_0", "clock": "agency", "offset": ["0", "wd", "+"], "basis": "QĐ 4",
        "recipients": ["head_of_agency"], "name_vi": "Quá hạn, báo ngay thủ trưởng",
        "name_en": "Overdue, head told at once", "valid_from": tomorrow.isoformat(),
    }  # fmt: skip
    tried = send(admin, admin.get("/admin/law/ladder/new"), **fields, **{"try": "yes"})
    # The row counts from tomorrow: what was reached before is no concern of its.
    assert "thêm 0 lượt nhắc" in tried.text
    assert versions(worker_session, LadderStep, code="agency_overdue_0") == []
    worker_session.execute(
        update(Deadline)
        .where(Deadline.case_id.in_(cases), Deadline.clock == "agency")
        .values(due_on=local_date(now), due_at=day_end(local_date(now)))
    )
    worker_session.commit()
    tried = send(admin, admin.get("/admin/law/ladder/new"), **fields, **{"try": "yes"})
    assert "thêm 2 lượt nhắc" in tried.text
    only = fields | {"agency_kinds": ["commune"], "try": "yes"}
    assert "thêm 0 lượt nhắc" in send(admin, admin.get("/admin/law/ladder/new"), **only).text
    assert send(admin, admin.get("/admin/law/ladder/new"), **fields).location == "/admin/law/ladder"
    (row,) = versions(worker_session, LadderStep, code="agency_overdue_0")
    assert (row.recipients, row.urgent, row.restricted) == ("head_of_agency", "any", False)
    assert "Quá hạn, báo ngay thủ trưởng" in admin.get("/admin/law/ladder").text


def test_a_step_gets_a_version_with_conditions_and_an_end(admin, worker_session, tomorrow, now):
    page = admin.get("/admin/law/ladder/agency_overdue_2/new")
    done = send(
        admin, page, valid_from=tomorrow.isoformat(), offset=["3", "wd", "+"], case_classes=["A", "C"],
        urgent="no", agency_kinds=["commune"], basis="QĐ 5", clock="citizen", restricted="y",
    )  # fmt: skip
    assert done.location == "/admin/law/ladder"
    old, new = versions(worker_session, LadderStep, code="agency_overdue_2")
    assert old.valid_to == tomorrow - timedelta(days=1)
    # Clock and track are those of the step, whatever a request says.
    assert (new.clock, new.restricted, new.offset) == ("agency", False, "+3wd")
    assert (new.case_classes, new.urgent, new.agency_kinds) == ("A;C", "no", "commune")
    assert "chỉ với" in admin.get("/admin/law/ladder").text

    (row,) = versions(worker_session, LadderStep, code="citizen_overdue_10")
    page = admin.get(f"/admin/law/ladder/rows/{row.id}/end")
    assert "ở quá khứ" in send(admin, page, last_day="2026-01-01").text
    tried = send(admin, page, last_day=local_date(now).isoformat(), **{"try": "yes"})
    assert "rút lại 0 lượt" in tried.text
    assert versions(worker_session, LadderStep, code="citizen_overdue_10")[0].valid_to is None
    assert send(admin, page, last_day=local_date(now).isoformat()).status_code == 302
    assert versions(worker_session, LadderStep, code="citizen_overdue_10")[0].valid_to == local_date(now)
    assert len(trail(worker_session, "settings.ladder_changed")) == 2


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"offset": ["2", "wd"]}, "trước hay sau hạn"),
        ({"offset": ["2", "d", "+"]}, "Hãy chọn đơn vị"),
        ({"offset": ["", "wd", "+"]}, "điền mục này"),
        ({"recipients": []}, "điền mục này"),
        ({"recipients": ["owner"]}, "hạn của bước xử lý"),
        ({"code": "agency_overdue", "clock": "citizen"}, "đã dùng cho một bậc khác"),
        ({"code": "Bậc 1"}, "Chữ thường không dấu"),
        ({"code": ""}, "điền mục này"),
    ],
)
def test_a_step_with_a_fault_is_not_stored(admin, worker_session, tomorrow, fields, text):
    values = {
        "code": "new_step", "clock": "agency", "offset": ["1", "wd", "+"], "basis": "QĐ",
        "recipients": ["officer"], "name_vi": "Bậc", "name_en": "Step", "valid_from": tomorrow.isoformat(),
    } | fields  # fmt: skip
    before = worker_session.query(LadderStep).count()
    answer = send(admin, admin.get("/admin/law/ladder/new"), **values)
    assert text in answer.text
    worker_session.expire_all()
    assert worker_session.query(LadderStep).count() == before


def test_an_agency_gets_hours_of_its_own(admin, province, worker_session, tomorrow):
    agency = province.commune.agency
    page = admin.get(f"/admin/agencies/{agency.id}/hours")
    assert "theo giờ chung của tỉnh" in page.text
    done = send(admin, page, valid_from=tomorrow.isoformat(), sat="7:30-11:30", source="Thông báo 1")
    assert "Hãy ghi như 07:30" in done.text
    done = send(admin, page, valid_from=tomorrow.isoformat(), sat="07:30–11:30", source="Thông báo 1")
    assert done.location == "/admin/law/offices"
    (row,) = versions(worker_session, OfficeSchedule, agency_id=agency.id)
    assert (row.weekly, row.working_weekdays) == (
        "mon;tue;wed;thu;fri 07:30-11:30 13:30-17:00, sat 07:30-11:30", "mon;tue;wed;thu;fri",
    )  # fmt: skip
    book = read_law_book(worker_session)
    assert book.calendar_of(agency.id, tomorrow) is book.calendar
    assert book.office_of(agency.id, tomorrow).of_weekday(5) is not None
    text = admin.get("/admin/law/offices").text
    assert "trực, không tính là ngày làm việc" in text
    assert trail(worker_session, "settings.office_changed")[0]["agency"] == agency.id


def test_the_province_works_from_monday_to_friday(admin, worker_session, tomorrow):
    page = admin.get("/admin/law/offices/province")
    values = {"valid_from": tomorrow.isoformat(), "source": "QĐ 6"}
    six = ["mon", "tue", "wed", "thu", "fri", "sat"]
    assert "từ thứ Hai đến thứ Sáu" in send(admin, page, **values, working=six, sat="07:30-11:30").text
    assert "phải có giờ làm việc" in send(admin, page, **values, fri="").text
    assert send(admin, page, **values, fri="07:30-11:30").status_code == 302
    old, new = versions(worker_session, OfficeSchedule, agency_id=None)
    assert (old.valid_to, new.weekly) == (
        tomorrow - timedelta(days=1), "mon;tue;wed;thu 07:30-11:30 13:30-17:00, fri 07:30-11:30",
    )  # fmt: skip


def test_status_updates_are_turned_on_and_off(admin, worker_session):
    assert "Đang tắt" in admin.get("/admin/law").text
    assert send(admin, admin.get("/admin/law"), "/status-updates", to="on").status_code == 302
    assert "Đang bật" in admin.get("/admin/law").text
    assert worker_session.get(ProvinceSetting, "status_updates").value == "on"
    assert trail(worker_session, "settings.setting_changed") == [{"key": "status_updates", "value": "on"}]
    assert send(admin, admin.get("/admin/law"), "/status-updates", to="maybe").status_code == 400


def test_english(admin):
    admin.get("/language?lang=en&next=/admin/")
    assert (
        "Steps of the ladder" in admin.get("/admin/law").text
        or "rows in force" in admin.get("/admin/law").text
    )
    assert "Answer the submitter" in admin.get("/admin/law/terms").text
    assert "15 working days" in admin.get("/admin/law/terms").text
    assert "Saturday" in admin.get("/admin/law/offices/province").text
