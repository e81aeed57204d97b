"""The dispatcher's desk: what comes first, one click, and the acts of triage through their pages."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback.db import new_id
from feedback.domain.lifecycle import CaseClass, State
from feedback.domain.places import PlaceMatch, PlaceStatus
from feedback.domain.routing import Candidate, Decision, Outcome, Reason
from feedback.models import Assignment, Case, RoutingDecision


def decided(stage, case_id, *, outcome=Outcome.TRIAGE, case_class=CaseClass.C, top3=(), reasons=()):
    """Keep the worker's decision on a case in triage."""
    decision = Decision(
        outcome=outcome, case_class=case_class, agency_code=None, commune_code=None,
        place=PlaceMatch(PlaceStatus.NONE), urgent=False, urgent_reasons=(), confidence=0.4,
        top3=tuple(Candidate(code, score, "rule") for code, score in top3), reasons=tuple(reasons),
        read_by="of-a-test",
    )  # fmt: skip
    stage.worker.add(
        RoutingDecision(
            id=new_id(), case_id=case_id, decided_at=stage.now, outcome=str(outcome),
            case_class=str(case_class) if case_class else None, confidence=0.4, trace=decision.to_trace(),
        )
    )  # fmt: skip
    stage.worker.commit()


def test_the_queue_shows_risk_first_then_age_with_reasons(site, stage):
    old = stage.triaged(title="Chờ lâu nhất")
    stage.wait(hours=3)
    accused = stage.triaged(title="Tố cáo cán bộ")
    decided(
        stage, accused, outcome=Outcome.RESTRICTED_TRIAGE, case_class=CaseClass.E,
        reasons=[Reason("denunciation", {"words": "tố cáo"})],
    )  # fmt: skip
    stage.wait(hours=1)
    urgent = stage.triaged(title="Cây sắp đổ")
    stage.worker.get_one(Case, urgent).urgent = True
    stage.worker.commit()
    page = site.get(stage.province.dispatcher, "/triage")
    places = [page.text.index(site.look(case_id).title) for case_id in (accused, urgent, old)]
    assert places == sorted(places)
    assert "Có từ ngữ của đơn tố cáo (tố cáo)" in page.text
    risky = site.get(stage.province.dispatcher, "/triage?queue=risky")
    assert "Chờ lâu nhất" not in risky.text
    assert "Cây sắp đổ" in risky.text


def test_one_click_gives_a_candidate_the_case(site, stage):
    case_id = stage.triaged()
    decided(stage, case_id, top3=[("SXD", 0.5), ("SNV", 0.3)])
    page = site.get(stage.province.dispatcher, "/triage")
    assert "50% khả năng" in page.text
    done = site.fill(stage.province.dispatcher, page, "/dispatch")
    assert (done.status_code, done.location.split("?")[0]) == (303, "/staff/triage")
    case = site.look(case_id)
    assert (case.state, case.lead_agency_id, case.case_class) == (State.ASSIGNED, stage.works.agency.id, "C")


def test_one_click_on_a_case_that_somebody_else_gave_shows_the_form_with_what_happened(site, stage):
    case_id = stage.triaged()
    decided(stage, case_id, top3=[("SXD", 0.5)])
    page = site.get(stage.province.dispatcher, "/triage")
    stage.dispatch(case_id, stage.home)
    answer = site.fill(stage.province.dispatcher, page, "/dispatch")
    assert answer.status_code == 409
    assert "Điều phối giao cho" in answer.text
    assert site.look(case_id).lead_agency_id == stage.home.agency.id


def test_a_candidate_of_unknown_class_opens_the_form_filled_in(site, stage):
    case_id = stage.triaged()
    decided(stage, case_id, case_class=None, top3=[("SNV", 0.5)])
    page = site.get(stage.province.dispatcher, "/triage")
    assert f"dispatch?agency={stage.home.agency.id}" in page.text
    form = site.get(
        stage.province.dispatcher,
        f"/cases/{site.reference(case_id)}/dispatch?agency={stage.home.agency.id}",
    )
    assert 'value="Sở Nội vụ"' in form.text
    answer = site.fill(stage.province.dispatcher, form, "/dispatch")
    assert answer.status_code == 422
    assert "Hãy chọn loại nội dung trước khi giao." in answer.text


def test_the_full_form_gives_lead_co_handlers_class_and_field(site, stage):
    field = stage.make.field()
    case_id = stage.triaged()
    done = site.act(
        stage.province.dispatcher, case_id, "dispatch", agency=["sxd", ""], case_class="A",
        field_id=str(field.id), note="Xin xem kỹ",
        **{"co_agencies-0": ["Sở Nội vụ", str(stage.home.agency.id)]},
    )  # fmt: skip
    assert done.status_code == 303
    case = site.look(case_id)
    assert (case.lead_agency_id, case.case_class, case.field_id) == (stage.works.agency.id, "A", field.id)
    assert case.co_agency_ids == [stage.home.agency.id]
    roles = {row.agency_id: row.role for row in stage.rows(Assignment, case_id)}
    assert roles == {stage.works.agency.id: "lead", stage.home.agency.id: "co"}
    assert "Xin xem kỹ" in site.case(stage.works.officer, case_id).text
    assert site.reference(case_id) in site.get(stage.home.officer, "/?view=shared").text


def test_refusing_needs_a_code_and_an_explanation(site, stage):
    case_id = stage.triaged()
    dispatcher = stage.province.dispatcher
    answer = site.act(dispatcher, case_id, "refuse", explanation="Việc tư")
    assert answer.status_code == 422
    assert "Hãy chọn một lý do." in answer.text
    assert "Việc tư" in answer.text
    short = site.act(dispatcher, case_id, "refuse", explanation="Việc tư", code="not_government")
    assert "ít nhất 20 ký tự" in short.text
    done = site.act(
        dispatcher, case_id, "refuse", explanation="Đòi nợ giữa cá nhân do tòa án giải quyết.",
        code="not_government",
    )  # fmt: skip
    assert done.status_code == 303
    assert site.look(case_id).state == State.REFUSED


def test_splitting_adds_parts_and_keeps_what_was_written(site, stage):
    case_id = stage.triaged()
    dispatcher = stage.province.dispatcher
    form = site.form(dispatcher, case_id, "split")
    more = site.fill(
        dispatcher, form, "/split", do="add",
        **{"parts-1-title": "Học phí", "parts-1-body": "Trường thu thêm học phí ngoài quy định."},
    )  # fmt: skip
    assert more.status_code == 200
    assert "Phần 3" in more.text
    assert "Trường thu thêm học phí" in more.text
    done = site.fill(
        dispatcher, more, "/split", do="split",
        **{"parts-0-agency": ["Sở Xây dựng", ""], "parts-0-case_class": "C"},
    )  # fmt: skip
    assert done.status_code == 303
    assert site.look(case_id).state == State.SPLIT
    parts = stage.worker.scalars(select(Case).where(Case.split_from_id == case_id).order_by(Case.id)).all()
    assert [(part.title, part.state) for part in parts] == [
        ("Đèn đường hỏng", State.ASSIGNED), ("Học phí", State.RECEIVED),
    ]  # fmt: skip
    page = site.case(dispatcher, case_id)
    assert parts[0].reference in page.text


def test_one_part_is_no_split(site, stage):
    case_id = stage.triaged()
    answer = site.act(stage.province.dispatcher, case_id, "split", do="split")
    assert answer.status_code == 422
    assert "Cần ít nhất hai phần." in answer.text


def test_merging_by_search_and_by_reference(site, stage):
    main = stage.in_progress(title="Đèn đường Nguyễn Du hỏng")
    case_id = stage.triaged(title="Phố tối om mỗi đêm")
    dispatcher = stage.province.dispatcher
    form = site.form(dispatcher, case_id, "merge")
    assert site.reference(main) not in form.text
    found = site.fill(dispatcher, form, "/merge", do="search", q="nguyen du")
    assert found.status_code == 200
    assert site.reference(main) in found.text
    nothing = site.fill(dispatcher, found, "/merge", do="merge")
    assert nothing.status_code == 422
    done = site.fill(dispatcher, found, "/merge", do="merge", into=site.reference(main))
    assert done.status_code == 303
    assert site.look(case_id).merged_into_id == main
    by_code = stage.triaged(title="Lại đèn đường")
    again = site.fill(
        dispatcher, site.form(dispatcher, by_code, "merge"), "/merge", do="search", q=site.reference(main)
    )
    assert site.reference(main) in again.text


def test_a_case_is_merged_only_into_one_that_is_seen(site, stage):
    case_id = stage.triaged()
    answer = site.act(stage.province.dispatcher, case_id, "merge", do="merge", into="AAAA-AAAA")
    assert answer.status_code == 422
    assert site.look(case_id).state == State.TRIAGE


def test_setting_apart_takes_the_case_out_of_sight(site, stage):
    case_id = stage.dispatched()
    done = site.act(
        stage.province.dispatcher, case_id, "set-apart", kind="denunciation", reason="Tố cáo nhận tiền",
        accused=["SXD", ""],
    )  # fmt: skip
    assert done.status_code == 303
    case = site.look(case_id)
    assert (case.state, case.accused_agency_id) == (State.RESTRICTED, stage.works.agency.id)
    assert site.case(stage.province.dispatcher, case_id).status_code == 404
    assert site.case(stage.province.chief, case_id).status_code == 200


def test_nobody_of_the_accused_agency_is_let_in(site, stage):
    case_id = stage.dispatched()
    answer = site.act(
        stage.province.dispatcher, case_id, "set-apart", kind="crime", reason="Tin báo",
        accused=["TTT", ""], access=str(stage.inspectorate.head.id),
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Có người bị nêu tên, thuộc cơ quan bị nêu" in answer.text


@pytest.mark.parametrize(
    ("typed", "first"),
    [("xay", "Sở Xây dựng"), ("SNV", "Sở Nội vụ"), ("noi vu", "Sở Nội vụ"), ("chiếu sáng", "Sở Xây dựng")],
)
def test_agencies_are_proposed_by_name_code_and_field(site, stage, typed, first):
    stage.make.field("chieu-sang", "SXD", name_vi="Chiếu sáng đô thị")
    stage.worker.commit()
    found = site.get(stage.works.officer, f"/agencies?q={typed}").json["results"]
    assert found[0]["label"] == first
    assert site.get(stage.works.officer, "/agencies?q=").json == {"results": []}


def test_the_queue_is_paged_by_key(site, stage, monkeypatch):
    from feedback.queries.lists import triage

    monkeypatch.setattr(triage.queue_of, "__defaults__", (None, 2))
    ids = []
    for number in range(5):
        ids.append(stage.triaged(title=f"Phản ánh số {number}", body=" ".join([f"chuyện{number}"] * 20)))
        stage.now += timedelta(minutes=1)
    seen, path = [], "/triage"
    while path:
        page = site.get(stage.province.dispatcher, path)
        seen += [number for number in range(5) if f"Phản ánh số {number}" in page.text]
        link = re.search(r'rel="next" href="/staff([^"]+)"', page.text)
        path = html.unescape(link[1]) if link else ""
    assert seen == [0, 1, 2, 3, 4]
    assert site.get(stage.province.dispatcher, "/triage?after=2_x_y").status_code == 200


def test_the_dispatcher_recalls_a_case_and_reads_why_in_the_queue(site, stage):
    case_id = stage.in_progress(title="Đùn đẩy qua lại")
    dispatcher = stage.province.dispatcher
    assert 'recall"' in site.case(dispatcher, case_id).text
    assert 'recall"' not in site.case(stage.works.head, case_id).text
    assert site.act(dispatcher, case_id, "recall").status_code == 422
    done = site.act(dispatcher, case_id, "recall", reason="Hai cơ quan đùn đẩy nhau.")
    assert done.status_code == 303
    assert site.look(case_id).state == "triage"
    queue = site.get(dispatcher, "/triage").text
    assert "Điều phối rút về từ Sở Xây dựng:" in queue
    assert "Hai cơ quan đùn đẩy nhau." in queue
    assert "Hai cơ quan đùn đẩy nhau." in site.case(dispatcher, case_id).text


def test_the_parts_of_a_mixed_message_are_proposed_and_can_be_changed(site, stage, monkeypatch):
    from feedback.domain.routing.cutting import PartProposal
    from feedback.web.inbox import acts_triage

    parts = [
        (PartProposal(f"Việc {n}", f"Nội dung của việc thứ {n}.", "SXD"), stage.works.agency.id)
        for n in "123"
    ]
    monkeypatch.setattr(acts_triage, "split_proposals", lambda session, case, now: parts)
    case_id = stage.triaged()
    dispatcher = stage.province.dispatcher
    form = site.form(dispatcher, case_id, "split")
    assert "Hệ thống đề xuất 3 phần" in form.text
    assert form.text.count("Có thể thuộc: Sở Xây dựng") == 3
    done = site.fill(dispatcher, form, "/split", do="split", **{"parts-1-title": "Việc hai, đã sửa"})
    assert done.status_code == 303
    born = stage.worker.scalars(
        select(Case.title).where(Case.split_from_id == case_id).order_by(Case.id)
    ).all()
    assert born == ["Việc 1", "Việc hai, đã sửa", "Việc 3"]
