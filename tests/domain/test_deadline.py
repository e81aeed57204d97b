"""Due dates by table and by property, and the words that explain them."""

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.calendar import VIETNAM, CalendarDay, DayKind, DayStatus, WorkingCalendar, day_end
from feedback.domain.deadline import compute_deadline, compute_due, remaining_working_days
from feedback.domain.duration import Duration, Unit
from feedback.domain.explain import duration_words, explain, explain_plain
from feedback.domain.explain_words import EVENTS, LINES, PLAIN, UNITS
from feedback.domain.terms import StartEvent, term_in_force
from feedback.domain.trace import Trace
from tests.domain.reference import at, calendar, day, terms

TET = at("Fri 2026-02-13 16:40")
ANSWER = term_in_force(terms(), "answer", TET.date())


def due(start: dt.datetime, duration: str) -> tuple[dt.date, dt.datetime]:
    return compute_due(start, Duration.parse(duration), calendar())


@pytest.mark.parametrize(
    ("start", "duration", "due_on"),
    [
        ("Fri 2026-02-13 16:40", "15wd", "Fri 2026-03-13"),
        ("Fri 2026-02-13 00:00", "15wd", "Fri 2026-03-13"),
        ("Fri 2026-02-13 23:59", "15wd", "Fri 2026-03-13"),
        ("Sun 2026-02-15 09:00", "1wd", "Mon 2026-02-23"),
        ("Fri 2026-01-09 09:00", "1wd", "Sat 2026-01-10"),
        ("Mon 2026-11-23 09:00", "1wd", "Wed 2026-11-25"),
        ("Thu 2026-01-08 09:00", "20d", "Wed 2026-01-28"),
        ("Fri 2026-01-30 09:00", "15d", "Mon 2026-02-23"),  # ends on Saturday 14/02, then Tết
        ("Sat 2026-01-03 09:00", "7d", "Sat 2026-01-10"),  # ends on a Saturday that is worked
        ("Sun 2026-01-04 09:00", "7d", "Mon 2026-01-12"),
        ("Mon 2026-11-09 09:00", "15d", "Wed 2026-11-25"),  # ends on 24 November
    ],
)
def test_days_end_at_midnight(start: str, duration: str, due_on: str) -> None:
    assert due(at(start), duration) == (day(due_on), day_end(day(due_on)))


@pytest.mark.parametrize(
    ("start", "duration", "due_at"),
    [
        ("Tue 2026-02-17 01:30", "2h", "Tue 2026-02-17 03:30"),  # the first night of Tết
        ("Sat 2026-01-17 23:00", "2h", "Sun 2026-01-18 01:00"),
        ("Sat 2026-01-17 23:00", "72h", "Tue 2026-01-20 23:00"),
        ("Fri 2026-02-13 16:40", "8wh", "Tue 2026-02-24 07:40"),
    ],
)
def test_hours_end_at_their_minute(start: str, duration: str, due_at: str) -> None:
    assert due(at(start), duration) == (day(due_at.rpartition(" ")[0]), at(due_at))


def test_hours_that_end_at_midnight_end_with_that_day() -> None:
    assert due(at("Sat 2026-01-17 22:00"), "2h") == (day("Sat 2026-01-17"), day_end(day("Sat 2026-01-17")))


def test_the_local_day_counts_and_not_that_of_greenwich() -> None:
    late = dt.datetime(2026, 2, 12, 17, 0, tzinfo=dt.UTC)  # 00:00 on the 13th in Vietnam
    assert due(late, "15wd") == due(TET, "15wd")
    assert due(late - dt.timedelta(seconds=1), "15wd")[0] == day("Thu 2026-03-12")


def test_what_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="at least one unit"):
        due(TET, "0wd")
    with pytest.raises(ValueError, match="time zone"):
        due(TET.replace(tzinfo=None), "1wd")


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("2h", 2, Unit.WALL_HOURS),
        (" 8WH ", 8, Unit.WORKING_HOURS),
        ("15wd", 15, Unit.WORKING_DAYS),
        ("20d", 20, Unit.DAYS),
    ],
)
def test_durations_are_read(text: str, amount: int, unit: Unit) -> None:
    assert Duration.parse(text) == Duration(amount, unit)
    assert str(Duration.parse(text)) == text.strip().lower()


@pytest.mark.parametrize(
    "text", ["", "15", "wd", "15 wd", "-1wd", "1.5h", "15w", "10001d", "1５wd", "15wd\n2h", "٣d"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        Duration.parse(text)


@pytest.mark.parametrize(
    ("today", "left"),
    [
        ("Thu 2026-02-12", 2),
        ("Fri 2026-02-13", 1),
        ("Sun 2026-02-22", 1),
        ("Mon 2026-02-23", 0),
        ("Tue 2026-02-24", -1),
        ("Sat 2026-02-28", -4),
        ("Mon 2026-03-02", -5),
    ],
)
def test_remaining_days_of_monday_23_february(today: str, left: int) -> None:
    assert remaining_working_days(day("Mon 2026-02-23"), day(today), calendar()) == left


def test_a_rest_day_after_the_due_date_is_overdue_and_before_it_is_not_today() -> None:
    assert remaining_working_days(day("Fri 2026-03-13"), day("Sat 2026-03-14"), calendar()) == -1
    assert remaining_working_days(day("Fri 2026-03-13"), day("Mon 2026-03-16"), calendar()) == -1
    assert remaining_working_days(day("Sat 2026-03-14"), day("Fri 2026-03-13"), calendar()) == 1


moments = st.datetimes(dt.datetime(2023, 6, 1), dt.datetime(2028, 6, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
durations = st.builds(Duration, st.integers(1, 90), st.sampled_from(Unit))


@settings(max_examples=500, deadline=None)
@given(moments, durations, st.integers(1, 10**6))
def test_later_or_longer_is_never_earlier(start: dt.datetime, duration: Duration, seconds: int) -> None:
    due_on, due_at = compute_due(start, duration, calendar())
    later = compute_due(start + dt.timedelta(seconds=seconds), duration, calendar())
    longer = compute_due(start, Duration(duration.amount + 1, duration.unit), calendar())
    assert later >= (due_on, due_at)
    assert longer[1] > due_at or duration.unit is Unit.DAYS
    assert longer[1] >= due_at > start
    assert due_at.tzinfo is VIETNAM


@settings(max_examples=500, deadline=None)
@given(moments, durations, st.sampled_from([None, ANSWER]), st.sampled_from([None, *StartEvent]))
def test_the_trace_tells_the_same_and_survives_text(start, duration, term, event) -> None:  # type: ignore[no-untyped-def]
    found = compute_deadline(start, duration, calendar(), term=term, event=event)
    trace = found.trace
    assert (found.due_on, found.due_at) == compute_due(start, duration, calendar())
    assert Trace.from_json(trace.to_json()) == trace
    skipped = sum((run.last - run.first).days + 1 for run in trace.skipped)
    if duration.unit is Unit.WORKING_DAYS:
        assert skipped + duration.amount == (trace.due_on - trace.started_at.date()).days
    if duration.unit is Unit.WORKING_HOURS:
        assert sum((s.end - s.begin for s in trace.stretches), dt.timedelta()) == dt.timedelta(
            hours=duration.amount
        )
    for locale in ("vi", "en"):
        assert all(explain(trace, locale))
        assert "{" not in "".join(explain(trace, locale)) + explain_plain(trace, locale)


def test_the_trace_of_tet() -> None:
    trace = compute_deadline(TET, ANSWER.duration, calendar(), term=ANSWER).trace
    assert trace.first_counted == day("Mon 2026-02-23")
    holiday, *weekends = trace.skipped
    assert (holiday.first, holiday.last) == (day("Sat 2026-02-14"), day("Sun 2026-02-22"))
    assert {row.source for row in holiday.rows} == {
        "TB 9441/TB-BNV (16/10/2025); CV 12729/VPCP-KGVX (25/12/2025)"
    }
    assert [run.rows for run in weekends] == [(), ()]
    assert not trace.is_forecast
    assert explain(trace, "vi") == [
        "Nhận phản ánh: thứ Sáu 13/02/2026 16:40.",
        "Thời hạn 15 ngày làm việc: Trả lời người gửi (Quy tắc chấm điểm, QĐ 766/QĐ-TTg).",
        "Ngày đầu tiên được tính: thứ Hai 23/02/2026 (không tính ngày bắt đầu).",
        "Không tính 14–22/02: Tết Nguyên đán, TB 9441/TB-BNV (16/10/2025); CV 12729/VPCP-KGVX (25/12/2025).",
        "Không tính ngày nghỉ hằng tuần: 28/02–01/03, 07–08/03.",
        "Ngày làm việc thứ 15: thứ Sáu 13/03/2026; hết hạn lúc 24:00.",
        "Cách tính: Bộ luật Dân sự 2015 Đ.147-148.",
    ]
    assert explain_plain(trace, "vi") == (
        "Chúng tôi nhận phản ánh lúc 16:40 thứ Sáu 13/02/2026; thời hạn là 15 ngày làm việc, không tính "
        "kỳ nghỉ 14–22/02 (Tết Nguyên đán; TB 9441/TB-BNV), nên chậm nhất là hết thứ Sáu 13/03/2026."
    )
    assert explain_plain(trace, "en") == (
        "We received your feedback at 16:40 on Friday, 13 Feb 2026; the term is 15 working days, not "
        "counting the days off 14–22 Feb (Lunar New Year; TB 9441/TB-BNV), "
        "so by the end of Friday, 13 Mar 2026 at the latest."
    )


def test_a_worked_saturday_is_told() -> None:
    trace = compute_deadline(at("Thu 2026-01-08 08:00"), Duration.parse("3wd"), calendar()).trace
    assert [row.date for row in trace.worked] == [day("Sat 2026-01-10")]
    assert explain(trace, "en")[3:5] == [
        "Weekly rest not counted: 11 Jan.",
        "Counted: Saturday, 10 Jan 2026: worked in exchange for Friday 02/01/2026, "
        "CV 12729/VPCP-KGVX (25/12/2025).",
    ]


def test_a_worked_saturday_that_was_over_is_not_told() -> None:
    trace = compute_deadline(at("Sat 2026-01-10 18:00"), Duration.parse("1wh"), calendar()).trace
    assert (trace.first_counted, trace.worked) == (day("Mon 2026-01-12"), ())


def test_a_term_over_new_year_says_the_years() -> None:
    trace = compute_deadline(at("Thu 2024-12-26 08:00"), Duration.parse("5wd"), calendar()).trace
    assert "Không tính 01/01: Tết Dương lịch, TB 6150/TB-BLĐTBXH (03/12/2024)." in explain(trace)
    assert "Không tính ngày nghỉ hằng tuần: 28–29/12/2024." in explain(trace)


def test_calendar_days_that_end_on_a_day_off_say_so() -> None:
    trace = compute_deadline(at("Fri 2026-01-30 00:00"), Duration.parse("15d"), calendar()).trace
    assert trace.nominal_last == day("Sat 2026-02-14")
    lines = explain(trace, "en")
    assert lines[0] == "Feedback received: Friday, 30 Jan 2026."
    assert (
        lines[3]
        == "The last day would be Saturday, 14 Feb 2026, a day off, so it moves to the next working day."
    )
    assert "ngày cuối thứ Bảy 14/02/2026 là ngày nghỉ" in explain_plain(trace, "vi")
    plain = compute_deadline(at("Thu 2026-01-08 09:00"), Duration.parse("20d"), calendar()).trace
    assert (plain.nominal_last, plain.skipped) == (None, ())


def test_hours_are_explained_by_their_minutes() -> None:
    urgent = compute_deadline(at("Tue 2026-02-17 01:30"), Duration.parse("2h"), calendar()).trace
    assert "Tính ngay từ thời điểm đó, kể cả ban đêm và ngày nghỉ." in explain(urgent)
    assert explain_plain(urgent).endswith("nên chậm nhất lúc 03:30 thứ Ba 17/02/2026.")
    office = compute_deadline(TET, Duration.parse("1wh"), calendar()).trace
    assert "Office hours counted: 13 Feb 16:40–17:00; 23 Feb 07:30–08:10." in explain(office, "en")


def test_an_undecided_year_is_a_forecast() -> None:
    trace = compute_deadline(at("Mon 2027-12-20 09:00"), Duration.parse("15wd"), calendar()).trace
    assert trace.unofficial_years == (2028,)
    assert explain(trace)[-1] == "Lưu ý: chưa có lịch nghỉ chính thức của năm 2028; ngày này có thể thay đổi."
    assert explain_plain(trace).endswith("(có thể thay đổi vì lịch nghỉ chưa được công bố chính thức).")


def test_an_undecided_day_is_a_forecast_in_a_decided_year() -> None:
    trace = compute_deadline(at("Thu 2027-04-29 09:00"), Duration.parse("2wd"), calendar()).trace
    assert trace.unofficial_years == ()
    assert [row.date for row in trace.unofficial_rows] == [day("Mon 2027-05-03")]
    assert explain(trace, "en")[-1].startswith(
        "Note: Monday, 3 May 2027 is not officially decided (derived from the law, not announced)"
    )
    proposed = CalendarDay(day("Fri 2026-03-06"), DayKind.DAY_OFF, DayStatus.PROPOSED, "Tờ trình 1")
    draft = WorkingCalendar.from_days([*calendar().days, proposed])
    trace = compute_deadline(TET, ANSWER.duration, draft).trace
    assert trace.due_on == day("Mon 2026-03-16")
    assert explain(trace)[-1] == (
        "Lưu ý: thứ Sáu 06/03/2026 chưa có quyết định chính thức (mới đề xuất): nghỉ lễ, Tờ trình 1."
    )


def test_hours_on_the_wall_depend_on_no_calendar() -> None:
    trace = compute_deadline(at("Mon 2035-01-01 09:00"), Duration.parse("2h"), calendar()).trace
    assert not trace.is_forecast


def test_the_event_names_the_start() -> None:
    trace = compute_deadline(TET, ANSWER.duration, calendar(), term=ANSWER, event=StartEvent.TRANSFER).trace
    assert explain(trace)[0] == "Chuyển đến cơ quan xử lý: thứ Sáu 13/02/2026 16:40."
    assert explain_plain(trace).startswith("Cơ quan xử lý nhận chuyển lúc 16:40")


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"version":2}', '{"version":1,"started_at":3}'])
def test_what_is_no_trace(text: str) -> None:
    with pytest.raises(ValueError, match="not a trace"):
        Trace.from_json(text)


def test_a_trace_with_a_foreign_row_is_refused() -> None:
    data = json.loads(compute_deadline(TET, ANSWER.duration, calendar()).trace.to_json())
    data["skipped"][0]["rows"][0]["kind"] = "party"
    with pytest.raises(ValueError, match="not a trace"):
        Trace.from_json(json.dumps(data))


@pytest.mark.parametrize("words", [EVENTS, LINES, PLAIN, UNITS], ids=["events", "lines", "plain", "units"])
def test_both_languages_have_the_same_words(words: dict[str, dict[str, str]]) -> None:
    assert words["vi"].keys() == words["en"].keys()
    assert set(EVENTS["vi"]) == set(StartEvent)


def test_one_is_singular_in_english() -> None:
    assert duration_words(Duration.parse("1wd"), "en") == "1 working day"
    assert duration_words(Duration.parse("2wd"), "en") == "2 working days"
    assert duration_words(Duration.parse("2wh")) == "2 giờ làm việc"
