"""Every kind of clock explains its date in both languages: lines for staff, a sentence for who waits."""

from dataclasses import replace

import pytest

from feedback.domain.deadline import Deadline, compute_deadline
from feedback.domain.duration import Duration
from feedback.domain.explain import explain, explain_plain
from feedback.domain.recount import fixed_deadline, recount
from feedback.domain.terms import StartEvent, Term, term_in_force
from feedback.domain.trace import Trace
from tests.domain.reference import at, calendar, day, terms

START = "Fri 2026-02-13 16:40"


def term(key: str) -> Term:
    return term_in_force(terms(), key, day("Fri 2026-02-13"))


def due(event: StartEvent, key: str = "answer") -> Deadline:
    found = term(key)
    return compute_deadline(at(START), found.duration, calendar(), term=found, event=event)


def test_the_agencys_date_after_a_pause_says_what_is_left_and_from_when() -> None:
    found = compute_deadline(
        at(START), Duration.parse("12wd"), calendar(), term=term("answer"), event=StartEvent.RESUMPTION
    )
    lines = explain(found.trace)
    assert lines[0] == "Tính tiếp sau khi chờ bổ sung: thứ Sáu 13/02/2026 16:40."
    assert lines[1].startswith("Phần thời hạn còn lại 12 ngày làm việc: Trả lời người gửi")
    english = explain(found.trace, "en")
    assert english[0] == "Counting went on after the wait for more information: Friday, 13 Feb 2026 16:40."
    assert english[1].startswith("What is left of the term: 12 working days")
    assert explain_plain(found.trace).startswith(
        "Thời hạn được tính tiếp lúc 16:40 thứ Sáu 13/02/2026; thời hạn còn lại 12 ngày làm việc, "
    )
    assert explain_plain(found.trace, "en").startswith(
        "The term ran on at 16:40 on Friday, 13 Feb 2026; what is left of the term is 12 working days"
    )


def test_a_date_that_was_granted_says_so() -> None:
    found = fixed_deadline(
        at(START), day("Fri 2026-03-20"), calendar(), term=term("answer"), event=StartEvent.ASSIGNMENT
    )
    assert "Ngày này do gia hạn đã được duyệt: thứ Sáu 20/03/2026." in explain(found.trace)
    assert explain_plain(found.trace) == (
        "Cơ quan xử lý được giao việc lúc 16:40 thứ Sáu 13/02/2026; cơ quan được gia hạn, nên chậm nhất là "
        "hết thứ Sáu 20/03/2026."
    )
    assert "the agency was given more time, so by the end of Friday, 20 Mar 2026" in explain_plain(
        found.trace, "en"
    )


def test_an_agency_that_works_saturdays_says_its_week() -> None:
    own = calendar().with_weekdays(frozenset(range(6)))
    found = compute_deadline(at("Mon 2026-03-02 09:00"), Duration.parse("15wd"), own, term=term("answer"))
    assert found.trace.weekdays == (0, 1, 2, 3, 4, 5)
    assert "Ngày làm việc của cơ quan: thứ Hai, thứ Ba, thứ Tư, thứ Năm, thứ Sáu, thứ Bảy." in explain(
        found.trace
    )
    assert any(line.startswith("The agency works on Monday, ") for line in explain(found.trace, "en"))
    assert Trace.from_json(found.trace.to_json()) == found.trace
    assert recount(found.trace, own).trace == found.trace
    assert not compute_deadline(at(START), Duration.parse("2h"), own).trace.weekdays


def test_a_trace_of_before_is_read() -> None:
    trace = due(StartEvent.ASSIGNMENT).trace
    text = trace.to_json().replace(',"weekdays":[]', "").replace('"fixed_on":null,', "")
    assert Trace.from_json(text) == trace


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (StartEvent.SUBMISSION, "answer"),
        (StartEvent.ASSIGNMENT, "answer"),
        (StartEvent.TRANSFER, "answer"),
        (StartEvent.REOPENING, "answer"),
        (StartEvent.RESUMPTION, "answer"),
        (StartEvent.RECEPTION, "contact_urgent"),
        (StartEvent.STATE_ENTERED, "denunciation_check"),
        (StartEvent.STATE_ENTERED, "complaint_accept"),
        (StartEvent.SUBMISSION, "status_update_first"),
        (StartEvent.STATUS_UPDATE, "status_update_next"),
    ],
)
def test_each_clock_is_explained_in_both_languages(event: StartEvent, key: str) -> None:
    trace = due(event, key).trace
    for locale, name in (("vi", trace.name_vi), ("en", trace.name_en)):
        lines = explain(trace, locale)  # type: ignore[arg-type]
        assert ("13/02/2026 16:40" if locale == "vi" else "13 Feb 2026 16:40") in lines[0]
        assert name in lines[1]
        assert trace.basis in lines[1]
        due_on = f"{trace.due_on:%d/%m/%Y}" if locale == "vi" else f"{trace.due_on.day} {trace.due_on:%b %Y}"
        assert any(due_on in line for line in lines[2:])
        sentence = explain_plain(trace, locale)  # type: ignore[arg-type]
        assert due_on in sentence
        assert sentence.endswith(".")
        assert "{" not in " ".join(lines) + sentence
    assert explain(trace) != explain(trace, "en")
    assert explain(replace(trace, event=event)) == explain(trace)
