"""A supervisor's pages: the province to look at, nobody's name, no restricted case, nothing to press."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from feedback import db
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.models import Agency, RestrictedAccess
from feedback.services.casework import answers, triage
from feedback.services.errors import InvalidInput
from feedback.services.restricted_track import restricted
from feedback.services.staff import appointments

SECRETS = ("Trần Thị Bưởi", "0912345678", "buoi@example.org", "12 Nguyễn Du, phường")
BODY = "Bà Trần Thị Bưởi, số 0912345678, đã báo đèn đường tắt ba tuần nay mà chưa ai đến sửa."


@pytest.fixture
def watcher(stage):
    """Somebody of the people's council."""
    found = stage.make.staff(PositionKind.SUPERVISOR, stage.make.agency("HDND", AgencyKind.OVERSIGHT))
    stage.worker.commit()
    return found


def set_apart(stage, case_id):
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason="Tố cáo cán bộ",
        accused_agency_id=stage.works.agency.id,
    )  # fmt: skip


def test_the_start_page_shows_the_province_and_leads_to_lists(site, stage, watcher):
    stage.in_progress()
    stage.in_progress(stage.home)
    stage.wait(days=40)
    browser = site.browser(watcher)
    assert browser.get("/staff/enter").location == "/staff/oversight/"
    page = browser.get("/staff/oversight/")
    assert page.status_code == 200
    assert "Sở Xây dựng" in page.text
    assert "Sở Nội vụ" in page.text
    assert f"view=overdue&amp;agency={stage.works.agency.id}" in page.text
    assert '"/staff/"' not in page.text
    assert 'class="stat-value">2<' in page.text
    late = browser.get(f"/staff/oversight/cases?view=overdue&agency={stage.works.agency.id}")
    assert late.text.count('<a href="/staff/oversight/cases/') == 1


def test_a_case_shows_its_course_and_nothing_of_who_sent_it(site, stage, watcher):
    case_id = stage.answered(title="Đèn đường hỏng", body=BODY)
    stage.act(
        stage.works.officer, answers.record_delivery, case_id, method="counter", note="Trao cho bà Bưởi"
    )
    page = site.get(watcher, f"/oversight/cases/{site.reference(case_id)}")
    assert page.status_code == 200
    assert "đèn đường tắt ba tuần nay" in page.text
    assert "thay bóng đèn" in page.text
    assert "…</li>" not in page.text
    for secret in (*SECRETS, "Trao cho bà", "số 12 đường Nguyễn Du", stage.works.officer.name):
        assert secret not in page.text, secret
    assert "<form" not in page.text.split("<main", 1)[1].split("</main>", 1)[0]


def test_a_draft_and_a_text_to_be_kept_in_confidence_are_not_shown(site, stage, watcher):
    case_id = stage.awaiting_approval(body=BODY, confidential=True)
    page = site.get(watcher, f"/oversight/cases/{site.reference(case_id)}")
    assert page.status_code == 200
    assert "đã đề nghị giữ kín" in page.text
    for hidden in ("thay bóng đèn", "ba tuần nay", *SECRETS):
        assert hidden not in page.text, hidden
    assert "Đèn đường hỏng" not in site.get(watcher, "/oversight/cases?view=all").text


def test_what_nobody_has_sorted_yet_may_be_a_denunciation_and_is_not_shown(site, stage, watcher):
    case_id = stage.triaged(title="Cán bộ nhận tiền", body=BODY)
    for path in ("/oversight/cases?view=all", f"/oversight/cases/{site.reference(case_id)}"):
        page = site.get(watcher, path)
        assert site.reference(case_id) in page.text
        assert "Cán bộ nhận tiền" not in page.text


def test_what_joined_another_case_unread_is_not_shown(site, stage, watcher):
    case_id = stage.in_progress(title="Cán bộ nhận tiền", body=BODY)
    main = stage.in_progress()
    case = stage.look(case_id)
    case.follows_id = case.merged_into_id = main
    case.state = "merged"
    stage.worker.commit()
    for path in ("/oversight/cases?view=all", f"/oversight/cases/{site.reference(case_id)}"):
        page = site.get(watcher, path)
        assert page.status_code == 200
        assert "Cán bộ nhận tiền" not in page.text


def test_a_restricted_case_is_there_only_for_who_is_on_its_list(site, stage, watcher):
    case_id = stage.in_progress(title="Tố cáo người nhận tiền", body=BODY)
    set_apart(stage, case_id)
    reference = site.reference(case_id)
    place = f"/oversight/cases/{reference}"
    assert site.get(watcher, place).status_code == 404
    for path in ("/oversight/", "/oversight/cases?view=all", "/oversight/cases.csv?view=all"):
        assert reference not in site.get(watcher, path).text
    assert site.get(watcher, f"/oversight/cases?q={reference}").status_code == 200
    stage.worker.add(
        RestrictedAccess(
            id=db.new_id(), case_id=case_id, account_id=watcher.id, granted_at=stage.now, reason="Giám sát"
        )
    )
    stage.worker.commit()
    page = site.get(watcher, place)
    assert page.status_code == 200
    for hidden in ("Tố cáo người nhận tiền", "ba tuần nay", *SECRETS):
        assert hidden not in page.text, hidden


def test_the_file_has_what_the_list_has_and_no_word_of_anybody(site, stage, watcher):
    kept = {site.reference(stage.in_progress()), site.reference(stage.answered(stage.home))}
    apart = stage.in_progress()
    set_apart(stage, apart)
    answer = site.get(watcher, "/oversight/cases.csv?view=all")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert {row["Mã vụ việc"] for row in rows} == kept
    for hidden in (*SECRETS, "Đèn đường hỏng", "Nguyễn Du", stage.works.officer.name):
        assert hidden not in answer.text, hidden
    one = site.get(watcher, f"/oversight/cases.csv?view=all&agency={stage.home.agency.id}")
    assert len(one.text.strip().splitlines()) == 2


@pytest.mark.parametrize(
    "query", ["view=nothing", "state=restricted", "agency=x", "after=zzz", "q=%00", "agency=99999999999999"]
)
def test_what_cannot_be_read_in_an_address_is_left_out(site, stage, watcher, query):
    for path in ("/oversight/cases", "/oversight/cases.csv"):
        assert site.get(watcher, f"{path}?{query}").status_code == 200


def test_the_lists_go_on_from_page_to_page(site, stage, watcher, monkeypatch):
    monkeypatch.setattr("feedback.web.oversight.lists._CHUNK", 2)
    references = {site.reference(stage.dispatched()) for _ in range(5)}
    found = site.get(watcher, "/oversight/cases.csv?view=all").text
    assert all(found.count(reference) == 1 for reference in references)


@pytest.mark.parametrize(
    ("body", "kind", "fits"),
    [
        (AgencyKind.OVERSIGHT, PositionKind.SUPERVISOR, True),
        (AgencyKind.INSPECTORATE, PositionKind.SUPERVISOR, True),
        (AgencyKind.DEPARTMENT, PositionKind.SUPERVISOR, False),
        (AgencyKind.OVERSIGHT, PositionKind.OFFICER, False),
        (AgencyKind.OVERSIGHT, PositionKind.ADMINISTRATOR, False),
    ],
)
def test_supervisors_sit_in_bodies_that_supervise(stage, body, kind, fits):
    agency = stage.make.agency(None, body)

    def make():
        return appointments.create_position(
            stage.worker, actor="command", agency_id=agency.id, unit_id=None, kind=kind, title_vi="Chức vụ",
            title_en="", now=stage.now,
        )  # fmt: skip

    if fits:
        assert make().kind == kind
        return
    with pytest.raises(InvalidInput) as refused:
        make()
    assert (refused.value.field, refused.value.code) == ("kind", "other_body")


def test_a_body_of_oversight_is_given_no_case(site, stage, watcher):
    body = stage.worker.scalars(select(Agency).where(Agency.code == "HDND")).one()
    case_id = stage.triaged()
    with pytest.raises(InvalidInput):
        stage.act(
            stage.province.dispatcher, triage.dispatch, case_id, agency_id=body.id, case_class="C",
        )  # fmt: skip
    found = site.get(stage.province.dispatcher, "/agencies?q=HDND").json
    assert found == {"results": []}
