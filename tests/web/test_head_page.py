"""A head's page: what it shows to whom, how fast one decides, the curve in words, and what it costs."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from feedback.domain.lifecycle import State
from feedback.domain.permissions import Refused
from feedback.domain.positions import PositionKind
from feedback.models import Case, EscalationStep, Extension, StatisticsSnapshot, Term
from feedback.queries import kept
from feedback.queries.lists import on_time_weeks
from feedback.services import statistics
from feedback.services.casework import answers, extensions, handling
from feedback.services.restricted_track import restricted
from tests.pages import form_of
from tests.services.stage import ANSWER, MONDAY
from tests.services.test_acknowledgement import step
from tests.web.inbox_site import counted

NEW_DAY = date(2026, 11, 30)


@pytest.fixture
def busy(stage):
    """A head's afternoon: two steps of one case, an answer and an extension to decide; a colleague's load."""
    seat = stage.works.seats[PositionKind.HEAD_OF_AGENCY]
    late = stage.in_progress(title="Cống nghẹt")
    stage.act(stage.works.head, handling.assign_officer, late, officer_id=stage.works.officer.id)
    step(stage, late, seat)
    step(stage, late, seat, "state_passed")
    asked = ask(stage)
    return {"late": late, "asked": asked, "answer": stage.awaiting_approval(title="Đèn hỏng")}


def ask(stage):
    """An extension that the officer of the works asks for."""
    case_id = stage.in_progress(title="Quy hoạch treo")
    stage.act(stage.works.officer, extensions.ask, case_id, reason="Chờ ý kiến tư vấn.", new_due_on=NEW_DAY)
    return case_id


def navigation_count(page):
    """The number beside the heads' page in the navigation; None: there is none."""
    found = re.search(r'href="/staff/head"[^>]*>(.*?)</a>', page, re.DOTALL)
    number = found and re.search(r"nav-count\">(\d+)<", found[1])
    return number and number[1]


def test_approving_and_returning_take_two_taps_from_the_page(site, stage, busy):
    head = stage.works.head
    second = stage.awaiting_approval(title="Vỉa hè lún")
    page = site.get(head, "/head")
    assert ANSWER in page.text
    for case_id, slug in ((busy["answer"], "approve"), (second, "return-draft")):
        reference = site.reference(case_id)
        found = re.search(rf'href="/staff(/cases/{reference}/{slug}\?back=[^"]+)"', page.text)
        assert found, slug
        opened = site.get(head, found[1])
        more = {"remarks": "Nêu rõ ngày kiểm tra lại."} if slug == "return-draft" else {}
        done = site.fill(head, opened, f"/{slug}", **more)
        assert (done.status_code, done.location) == (303, f"/staff/head?done={slug}:{reference}")
    assert site.look(busy["answer"]).state == State.ANSWERED
    assert site.look(second).state == State.IN_PROGRESS


def test_an_extension_is_decided_from_the_page(site, stage, busy):
    head, reference = stage.works.head, site.reference(busy["asked"])
    page = site.get(head, "/head")
    assert "Chờ ý kiến tư vấn." in page.text
    assert "30/11/2026" in page.text
    found = re.search(
        rf'"/staff(/cases/{reference}/decide-extension\?granted=yes&amp;back=[^"]+)"', page.text
    )
    done = site.fill(head, site.get(head, html.unescape(found[1])), "/decide-extension")
    assert done.location == f"/staff/head?done=decide-extension:{reference}"
    assert "Không có đề nghị gia hạn nào." in site.get(head, "/head").text


@pytest.mark.parametrize(
    ("extend_by", "may"),
    [
        ("", set()),
        ("head_of_agency", {"head"}),
        ("head_of_unit", {"head_of_unit", "deputy"}),
        ("coordinator_head", {"chief"}),
        ("head_of_unit;coordinator_head", {"head_of_unit", "deputy", "chief"}),
    ],
)
def test_each_head_sees_the_extensions_that_the_term_lets_them_decide(site, stage, extend_by, may):
    reference = site.reference(ask(stage))
    stage.worker.execute(update(Term).where(Term.key == "answer").values(extend_by=extend_by))
    stage.worker.commit()
    deputy = stage.make.staff(PositionKind.OFFICER, stage.works.agency)
    stage.make.holding(
        deputy, stage.works.seats[PositionKind.HEAD_OF_UNIT], acting=True, valid_from=date(2026, 11, 2)
    )
    people = {
        "head": stage.works.head, "head_of_unit": stage.works.head_of_unit, "deputy": deputy,
        "chief": stage.province.chief, "chairman": stage.province.chairman, "other": stage.home.head,
        "unit elsewhere": stage.home.head_of_unit,
    }  # fmt: skip
    pages = {name: site.get(who, "/head").text for name, who in people.items()}
    link = f"{reference}/decide-extension?granted="
    assert {name for name, page in pages.items() if f"{link}no" in page} == may
    assert {name for name, page in pages.items() if f"{link}yes" in page} == may
    waits = re.compile(r'href="#extensions"><span class="stat-value">1</span>')
    assert {name for name, page in pages.items() if waits.search(page)} == may
    # The number of the navigation is that of the page: nothing else waits for these heads.
    numbers = {name: navigation_count(page) for name, page in pages.items()}
    assert numbers == {name: "1" if name in may else None for name in people}


def test_a_head_of_unit_decides_for_the_own_unit_alone(site, stage):
    case_id = ask(stage)
    reference = site.reference(case_id)
    stage.worker.execute(update(Term).where(Term.key == "answer").values(extend_by="head_of_unit"))
    units = [stage.make.unit(stage.works.agency) for _ in range(2)]
    heads = [stage.make.staff(PositionKind.HEAD_OF_UNIT, stage.works.agency, unit) for unit in units]
    stage.worker.commit()

    def who_may():
        link = f"{reference}/decide-extension?granted="
        return [link in site.get(head, "/head").text for head in heads]

    stage.worker.execute(update(Case).where(Case.id == case_id).values(unit_id=None))
    stage.worker.commit()
    assert who_may() == [True, True]
    stage.worker.execute(update(Case).where(Case.id == case_id).values(unit_id=units[0].id))
    stage.worker.commit()
    assert who_may() == [True, False]
    with pytest.raises(Refused):
        stage.act(heads[1], extensions.decide, case_id, granted=False)
    stage.act(heads[0], extensions.decide, case_id, granted=True)


def test_a_head_of_unit_declines_on_the_spot(site, stage):
    case_id = ask(stage)
    reference, who = site.reference(case_id), stage.works.head_of_unit
    stage.worker.execute(update(Term).where(Term.key == "answer").values(extend_by="head_of_unit"))
    stage.worker.commit()
    page = site.get(who, "/head")
    opened = site.get(who, f"/cases/{reference}/decide-extension?granted=no&back=/staff/head")
    assert f"{reference}/decide-extension?granted=no" in page.text
    refused = site.fill(who, opened, "/decide-extension")
    assert refused.status_code == 422
    done = site.fill(who, opened, "/decide-extension", remarks="Còn đủ thời gian.")
    assert done.location == f"/staff/head?done=decide-extension:{reference}"
    assert [row.decision for row in stage.rows(Extension, case_id)] == ["denied"]


def test_a_promise_is_given_on_the_page_and_typed_words_come_back(site, stage, busy):
    head, reference = stage.works.head, site.reference(busy["late"])
    page = site.get(head, "/head")
    fields = {f"{reference}-promised_on": "2026-11-01", f"{reference}-reason": "Chờ vật tư."}
    refused = site.fill(head, page, "/head/acknowledge", **fields)
    assert refused.status_code == 422
    assert "Ngày hẹn không được ở quá khứ." in refused.text
    assert "Chờ vật tư." in refused.text
    long = site.fill(
        head, page, "/head/acknowledge",
        **fields | {f"{reference}-promised_on": "2026-11-09", f"{reference}-reason": "x" * 1_001},
    )  # fmt: skip
    assert long.status_code == 422
    assert "1000" in long.text
    done = site.fill(head, page, "/head/acknowledge", **fields | {f"{reference}-promised_on": "2026-11-09"})
    assert done.status_code == 303
    rows = stage.rows(EscalationStep, busy["late"])
    assert {(row.acknowledged_by, row.promised_on) for row in rows} == {(head.id, date(2026, 11, 9))}
    again = site.get(head, "/head")
    assert "Đã cam kết" in again.text
    # One promise answered both steps, and stands there once.
    assert again.text.count("Chờ vật tư.") == 1


def on(stage, day):
    """Let it be `day`, at the hour of the stage."""
    stage.now = MONDAY + (day - date(2026, 11, 2))


def row_of(page, name):
    """The numbers of an officer's row of the load."""
    found = re.search(rf'<th scope="row">{re.escape(name)}</th>(.*?)</tr>', page.text, re.DOTALL)
    return found and re.findall(r"<td[^>]*>(\d+)</td>", found[1])


def test_the_load_counts_open_today_week_and_overdue(site, stage):
    officer, head = stage.works.officer, stage.works.head
    case_id = stage.in_progress()
    stage.act(head, handling.assign_officer, case_id, officer_id=officer.id)
    due = stage.look(case_id).due_on
    sunday = due + timedelta(days=6 - due.weekday())
    seen = []
    for day in (
        sunday - timedelta(days=7),
        due - timedelta(days=due.weekday()),
        due,
        due + timedelta(days=1),
    ):
        on(stage, day)
        seen.append(row_of(site.get(head, "/head"), officer.name))
    monday = ["1", "1", "1", "0"] if due.weekday() == 0 else ["1", "0", "1", "0"]
    assert seen == [["1", "0", "0", "0"], monday, ["1", "1", "1", "0"], ["1", "0", "0", "1"]]


def test_a_head_of_unit_sees_the_load_of_the_unit_alone(site, stage):
    head = stage.works.head_of_unit
    ours, other = stage.in_progress(), stage.in_progress()
    second = stage.make.unit(stage.works.agency)
    colleague = stage.make.staff(PositionKind.OFFICER, stage.works.agency, second, name="Người phòng khác")
    stage.act(stage.works.head, handling.assign_officer, ours, officer_id=stage.works.officer.id)
    stage.act(stage.works.head, handling.assign_officer, other, officer_id=colleague.id)
    unit = site.get(head, "/head")
    assert row_of(unit, stage.works.officer.name) == ["1", "0", "0", "0"]
    assert row_of(unit, colleague.name) is None
    assert row_of(site.get(stage.works.head, "/head"), colleague.name) == ["1", "0", "0", "0"]
    assert "approve?back" not in unit.text


def test_the_curve_says_in_words_and_figures_what_it_draws(site, stage):
    on_time, late = stage.in_progress(), stage.in_progress()
    stage.act(stage.works.officer, answers.submit, on_time, text=ANSWER)
    stage.act(stage.works.head, answers.approve, on_time)
    stage.in_progress(stage.home)
    stage.wait(days=7)
    stage.in_progress()
    stage.wait(days=28)
    statistics.refresh(stage.worker, stage.now)
    kept.forget_all()
    page = site.get(stage.works.head, "/head")
    assert "33&nbsp;% đúng hạn với người gửi (1 trên 3)" in page.text
    assert page.text.count('class="curve-point"') == 2
    assert 'role="img"' in page.text
    home = site.get(stage.home.head, "/head")
    assert "0&nbsp;% đúng hạn với người gửi (0 trên 1)" in home.text
    assert "curve-point" not in home.text
    whole = site.get(stage.province.chairman, "/head")
    assert "25&nbsp;% đúng hạn với người gửi (1 trên 4)" in whole.text
    assert late != on_time


def test_the_weeks_count_what_waits_as_late_and_nothing_set_apart(stage):
    answered, waiting, apart = stage.in_progress(), stage.in_progress(), stage.in_progress()
    stage.act(stage.works.officer, answers.submit, answered, text=ANSWER)
    stage.act(stage.works.head, answers.approve, answered)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, apart, kind="denunciation",
        reason="Người gửi tố cáo một cán bộ của cơ quan đang xử lý.",
    )  # fmt: skip
    due = stage.look(waiting).citizen_due_on
    for days, found in ((0, []), (1, [(1, 1)]), (100, [])):
        on(stage, due + timedelta(days=days))
        statistics.refresh(stage.worker, stage.now)
        kept.forget_all()
        weeks = on_time_weeks.counted(stage.worker, stage.now).weeks()
        assert [(week.on_time, week.late) for week in weeks if week.due] == found
    payload = stage.worker.scalar(
        select(StatisticsSnapshot.payload).where(StatisticsSnapshot.name == on_time_weeks.NAME)
    )
    assert stage.works.officer.name not in payload


@pytest.mark.parametrize(
    "who", ["head", "head_of_unit", "chief", "chairman", "deputy"]
)  # deputy: acts in the head's place
def test_the_page_takes_eight_queries_however_much_waits(site, stage, busy, who):
    deputy = stage.works.head_of_unit
    if who == "deputy":
        seat = stage.works.seats[PositionKind.HEAD_OF_AGENCY]
        stage.make.holding(
            deputy, seat, acting=True, valid_from=date(2026, 11, 2), valid_to=date(2026, 11, 2)
        )
    people = {
        "head": stage.works.head, "head_of_unit": stage.works.head_of_unit, "deputy": deputy,
        "chief": stage.province.chief, "chairman": stage.province.chairman,
    }  # fmt: skip
    for _ in range(3):
        stage.awaiting_approval()
    statistics.refresh(stage.worker, stage.now)
    assert site.get(people[who], "/head").status_code == 200
    with counted() as said:
        assert site.get(people[who], "/head").status_code == 200
    # The browser of the test looks its account up first.
    assert len(said) <= 9, "\n---\n".join(said)


def test_english_pages_speak_english(site, stage, busy):
    head = stage.works.head
    site.browser(head).get("/language?lang=en&next=/staff/")
    page = site.get(head, "/head")
    for text in ("Read and approve", "Return with remarks", "This week", "Acting head"):
        assert text in page.text
    for text in ("Phụ trách thay", "Quá hạn", "Tuần này", "Lý do"):
        assert text not in page.text
    assert form_of(page, "/head/delegations").fields["account_id"] == [""]
