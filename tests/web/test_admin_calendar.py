"""The calendar as an administrator sees and changes it."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from feedback.domain.calendar import CalendarDay, DayKind, DayStatus
from feedback.models import AuditEvent, CalendarChange
from feedback.models import CalendarDay as CalendarDayRow
from feedback.services.law import recompute
from feedback.web.admin.calendar_year import DayLook, year_of
from tests.pages import send

HEADER = "date,kind,status,source,name_vi,name_en\n"


@pytest.fixture
def admin(stage, sign_in, watch):
    watch.moment = stage.now
    stage.worker.commit()
    return sign_in(stage.province.administrator)


def work(stage, watch) -> None:
    recompute.work_through(stage.factory, watch, longest=60)
    stage.worker.expire_all()


def changes(stage) -> list[CalendarChange]:
    stage.worker.expire_all()
    return list(stage.worker.scalars(select(CalendarChange).order_by(CalendarChange.id)))


def swap(admin, off_on="2026-11-13", worked_on="2026-11-28", **more):
    page = admin.get("/admin/calendar/new/swap")
    values = {"off_on": off_on, "worked_on": worked_on, "source": "CV 99/VPCP-KGVX", "status": "official"}
    return send(admin, page, **values | more)


def test_a_swap_is_counted_applied_followed_and_taken_back(admin, stage, watch, bell) -> None:
    case_id = stage.in_progress()
    before = stage.look(case_id).due_on
    answer = swap(admin)
    assert answer.status_code == 302
    address = answer.location
    assert "recompute" in bell.rung
    waiting = admin.get(address)
    assert "Đang tính ảnh hưởng" in waiting.text
    assert 'hx-trigger="every 2s"' in waiting.text
    assert '<noscript><meta http-equiv="refresh"' in waiting.text
    work(stage, watch)
    counted = admin.get(address)
    assert "1 vụ việc đang mở đổi ngày; 0 lời nhắc được rút lại." in counted.text
    assert "hx-trigger" not in counted.text
    assert stage.look(case_id).due_on == before
    assert send(admin, counted, "/apply").location == address
    watch.advance(seconds=1)
    assert "Lịch mới đã có hiệu lực" in admin.get(address).text
    work(stage, watch)
    done = admin.get(address)
    assert "Kết quả" in done.text
    assert stage.look(case_id).due_on == before + timedelta(days=2)
    event = stage.worker.scalars(
        select(AuditEvent).where(AuditEvent.kind == "settings.calendar_changed")
    ).one()
    assert event.actor == f"account:{stage.province.administrator.id}"
    assert json.loads(event.payload)["first"] == "2026-11-13"
    row = stage.worker.scalars(
        select(CalendarDayRow).where(
            CalendarDayRow.date == date(2026, 11, 13), CalendarDayRow.superseded_at.is_(None)
        )
    ).one()
    assert (row.recorded_by, row.name_vi) == (
        stage.province.administrator.id, "nghỉ hoán đổi với ngày 28/11/2026",
    )  # fmt: skip

    watch.advance(minutes=5)
    reversal = send(admin, done, "/revert").location
    work(stage, watch)
    page = admin.get(reversal)
    assert "Bỏ khỏi lịch" in page.text
    send(admin, page, "/apply")
    work(stage, watch)
    assert stage.look(case_id).due_on == before
    assert "Thay đổi này đã được hoàn tác" in admin.get(address).text
    listed = admin.get("/admin/calendar?year=2026").text
    assert "Đã hoàn tác" in listed
    assert stage.province.administrator.name in listed
    assert "Thay đổi lịch làm việc" in admin.get("/admin/audit?stream=settings").text


def test_a_change_of_before_its_count_or_of_days_changed_since_is_refused_in_words(
    admin, stage, watch
) -> None:
    first, second = swap(admin).location, swap(admin, worked_on="2026-11-21").location
    page = admin.get(first)
    assert "/apply" not in page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', admin.get("/admin/calendar/new/swap").text)
    assert token
    answer = admin.post(f"{first}/apply", data={"csrf_token": token.group(1)}, follow_redirects=True)
    assert "chưa được tính xong" in answer.text
    work(stage, watch)
    send(admin, admin.get(first), "/apply")
    answer = admin.post(f"{second}/apply", data={"csrf_token": token.group(1)}, follow_redirects=True)
    assert "Một thay đổi khác đang được áp dụng" in answer.text
    work(stage, watch)
    answer = admin.post(f"{second}/apply", data={"csrf_token": token.group(1)}, follow_redirects=True)
    assert "Hãy soạn lại" in answer.text
    assert [row.status for row in changes(stage)] == ["applied", "draft"]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"off_on": ""}, "điền mục này"),
        ({"source": "   "}, "chưa ghi văn bản"),
        ({"worked_on": "2026-11-18"}, "vốn là ngày làm việc"),
        ({"off_on": "1990-01-01"}, "nằm ngoài các năm"),
        ({"status": "sure"}, ""),
    ],
)
def test_a_swap_with_a_fault_is_shown_again(admin, stage, values, text) -> None:
    answer = swap(admin, **values)
    assert answer.status_code == 200
    assert text in answer.text
    assert changes(stage) == []


def test_days_off_are_put_as_a_run_and_a_day_is_removed(admin, stage) -> None:
    page = admin.get("/admin/calendar/new/days-off")
    values = {
        "first": "2026-12-01",
        "last": "2026-12-03",
        "name_vi": "Nghỉ bão",
        "source": "CV 7",
        "status": "proposed",
    }
    assert send(admin, page, **values).status_code == 302
    assert send(admin, page, **values | {"last": "2026-11-30"}).status_code == 200
    page = admin.get("/admin/calendar/new/removal")
    assert send(admin, page, day="2026-11-24").status_code == 302
    assert "lịch không ghi gì cho ngày 25/11/2026" in send(admin, page, day="2026-11-25").text.lower()
    run, removal = changes(stage)
    assert [row["date"] for row in json.loads(run.put)] == ["2026-12-01", "2026-12-02", "2026-12-03"]
    assert (json.loads(removal.put), json.loads(removal.removed)) == ([], ["2026-11-24"])


def upload(admin, content: bytes):
    page = admin.get("/admin/calendar/new/import")
    return send(admin, page, file=FileStorage(io.BytesIO(content), "lich.csv"))


def test_a_file_is_imported_or_its_bad_lines_are_named(admin, stage) -> None:
    good = HEADER + "2026-12-31,day_off,official,CV 8,Nghỉ thêm,Extra\n"
    assert upload(admin, good.encode()).status_code == 302
    assert changes(stage)[0].origin == "import"
    bad = upload(
        admin, (HEADER + "2026-12-31,holiday,official,CV 8\n31/12/2026,day_off,official,CV 8\n").encode()
    )
    assert "Dòng 2: Không đọc được dòng này: 2026-12-31, holiday" in bad.text
    assert "Dòng 3:" in bad.text
    assert "Dòng 1:" in upload(admin, "ngày".encode("utf-16")).text
    assert upload(admin, b"").status_code == 200
    assert len(changes(stage)) == 1


def test_the_year_shows_days_off_worked_days_and_what_is_not_official(admin, stage) -> None:
    page = admin.get("/admin/calendar?year=2026").text
    assert 'href="#day-2026-01-10"' in page
    assert "TB 9441/TB-BNV" in page
    assert page.count('class="year-month"') == 12
    assert "Chưa có quyết định chính thức" not in page
    stage.worker.add(
        CalendarDayRow(
            date=date(2028, 1, 3), kind="day_off", status="computed", source="BLLĐ", recorded_at=stage.now,
            name_vi="Tết Dương lịch", name_en="New Year",
        )
    )  # fmt: skip
    stage.worker.commit()
    page = admin.get("/admin/calendar?year=2028").text
    assert "Chưa có quyết định chính thức về ngày nghỉ năm 2028" in page
    assert "look-off unsure" in page
    for year in ("1", "0", "99999", "x", "2101"):
        assert admin.get(f"/admin/calendar?year={year}").status_code == 200


def test_only_administrators_see_and_write_changes(stage, admin, sign_in, web_session) -> None:
    swap(admin)
    officer = sign_in(stage.works.officer)
    assert officer.get("/admin/calendar").status_code == 403
    session = web_session(None)
    assert session.scalar(select(func.count()).select_from(CalendarChange)) == 0


def test_the_year_is_laid_out_in_weeks() -> None:
    rows = [
        CalendarDay(date(2026, 1, 2), DayKind.DAY_OFF, DayStatus.OFFICIAL, "CV"),
        CalendarDay(date(2026, 1, 10), DayKind.WORKING_DAY, DayStatus.OFFICIAL, "CV"),
        CalendarDay(date(2025, 12, 31), DayKind.DAY_OFF, DayStatus.COMPUTED, "CV"),
    ]
    year = year_of(rows, 2026)
    assert (year.official, year.off, year.worked) == (True, 1, 1)
    january = {day.date.day: day.look for week in year.months[0].weeks for day in week if day}
    assert (january[1], january[2], january[3], january[10]) == (
        DayLook.WORK, DayLook.OFF, DayLook.REST, DayLook.WORKED,
    )  # fmt: skip
    assert sum(len([day for week in month.weeks for day in week if day]) for month in year.months) == 365
    assert all(len(week) == 7 for month in year.months for week in month.weeks)
    assert not year_of(rows, 2025).official


def test_a_saturday_within_a_holiday_is_offered_where_an_agency_works_on_saturdays(admin, stage, watch):
    rows = [
        CalendarDayRow(
            date=date(2026, 12, day), kind="day_off", status="official", source="CV 5", name_vi="Kỳ nghỉ",
            name_en="Holiday", recorded_at=stage.now,
        )
        for day in (4, 7, 21)
    ]  # fmt: skip
    stage.worker.add_all(rows)
    stage.worker.commit()
    assert "nằm giữa kỳ nghỉ" not in admin.get("/admin/calendar").text
    commune = stage.province.commune.agency
    page = admin.get(f"/admin/agencies/{commune.id}/hours")
    send(admin, page, valid_from="2026-12-01", sat="07:30-11:30", source="Thông báo 1")
    shown = admin.get("/admin/calendar")
    assert "nằm giữa kỳ nghỉ" in shown.text
    assert commune.name_vi in shown.text
    page = admin.get("/admin/calendar/new/days-off")
    # A change is asked about the days that it opens itself, not about those that were open before.
    for friday, opens in (("2026-12-11", False), ("2026-12-18", True)):
        off = send(admin, page, first=friday, name_vi="Nghỉ bão", source="CĐ 1", status="official")
        work(stage, watch)
        assert ("nằm giữa kỳ nghỉ" in admin.get(off.location).text) is opens
    drafted = send(admin, shown, "/calendar/rest-days")
    assert drafted.status_code == 302
    change = changes(stage)[-1]
    put = [date.fromisoformat(day["date"]) for day in json.loads(change.put)]
    assert date(2026, 12, 5) in put
    assert {day.weekday() for day in put} == {5}
    work(stage, watch)
    preview = admin.get(drafted.location)
    assert "nằm giữa kỳ nghỉ" not in preview.text
    send(admin, preview, "/apply")
    work(stage, watch)
    assert "nằm giữa kỳ nghỉ" not in admin.get("/admin/calendar").text
