"""No act loses typed text: an error, somebody else's change, an expired session, another browser."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from feedback.domain.lifecycle import State
from feedback.models import FormDraft
from feedback.services.casework import form_drafts, handling
from feedback.services.restricted_track import restricted
from feedback.web.inbox.acts import REGISTER
from tests.services.stage import ANSWER

WORDS = "Chữ đã gõ vào biểu mẫu này, không được để mất."


def in_progress(stage):
    return stage.in_progress(), stage.works.officer


def dispatched(stage):
    return stage.dispatched(), stage.works.officer


def triaged(stage):
    return stage.triaged(), stage.province.dispatcher


def to_approve(stage):
    return stage.awaiting_approval(), stage.works.head


def answered(stage):
    return stage.answered(), stage.works.officer


FORMS = [
    ("answer", in_progress, "text", {}),
    ("ask-supplement", in_progress, "question", {}),
    ("ask-extension", in_progress, "reason", {"new_due_on": "2000-01-01"}),
    ("send-back", dispatched, "reason", {}),
    ("return-draft", to_approve, "remarks", {}),
    ("publish", answered, "summary", {}),
    ("refuse", triaged, "explanation", {}),
    ("split", triaged, "parts-0-body", {}),
]
"""Forms with words in them: the slug, who is at it, the field that takes the words, what else is sent."""
NAMES = [row[0] for row in FORMS]


@pytest.fixture(params=FORMS, ids=NAMES)
def form(request, stage):
    slug, begin, field, more = request.param
    case_id, who = begin(stage)
    return slug, case_id, who, field, more


def keep(site, who, page, reference, slug, **fields):
    """Send the form to where scripts keep it."""
    token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    version = page.text.split('name="version"')[1].split('value="')[1].split('"')[0]
    return site.browser(who).post(
        f"/staff/cases/{reference}/{slug}/draft",
        data={"csrf_token": token, "version": version, **fields},
        headers={"Accept": "application/json", "Referer": f"http://localhost/staff/cases/{reference}/{slug}"},
    )


def test_a_new_browser_after_an_expired_session_shows_what_was_typed(form, site, stage):
    slug, case_id, who, field, more = form
    page = site.form(who, case_id, slug)
    saved = keep(site, who, page, site.reference(case_id), slug, **{field: WORDS, **more})
    assert saved.status_code == 200
    assert "Đã lưu lúc 09:00" in saved.json["said"]
    stage.wait(hours=3)  # another browser, signed in anew
    again = site.form(who, case_id, slug)
    assert WORDS in again.text
    assert "đã lưu lúc 02/11/2026 09:00" in again.text


def test_an_error_keeps_the_words_on_the_page_and_on_the_server(form, site, stage):
    slug, case_id, who, field, more = form
    sent = site.act(who, case_id, slug, **{field: WORDS, "csrf_token": "forged", **more})
    assert sent.status_code == 400
    assert WORDS in sent.text
    too_long = WORDS + "x" * 10_001
    refused = site.act(who, case_id, slug, **{field: too_long, **more}, do="submit")
    assert refused.status_code == 422
    assert WORDS in refused.text
    stage.wait(hours=3)
    assert WORDS in site.form(who, case_id, slug).text


def test_a_change_meanwhile_keeps_the_words(form, site, stage):
    slug, case_id, who, field, more = form
    page = site.form(who, case_id, slug)
    stage.worker.execute(text("UPDATE cases SET version = version + 1 WHERE id = :id"), {"id": case_id})
    stage.worker.commit()
    answer = site.fill(who, page, f"/{slug}", **{field: WORDS, **_complete(slug), **more}, do="submit")
    assert answer.status_code in (409, 422), answer.status_code
    assert WORDS in answer.text
    stage.wait(hours=3)
    assert WORDS in site.form(who, case_id, slug).text


def _complete(slug):
    return {"refuse": {"code": "not_government"}}.get(slug, {})


def test_no_act_has_a_view_of_its_own():
    """The table above stands for all acts: one view shows and takes every form, and so keeps its words."""
    own = [slug for slug, act in REGISTER.items() if type(act).__module__ == "feedback.web.inbox.acting"]
    assert own == []
    assert set(NAMES) <= set(REGISTER)


def test_what_was_sent_is_kept_no_longer(site, stage):
    case_id, officer = in_progress(stage)
    page = site.form(officer, case_id, "answer")
    keep(site, officer, page, site.reference(case_id), "answer", text=WORDS)
    assert site.fill(officer, page, "/answer", text=ANSWER, do="save").status_code == 303
    assert [row.fields for row in stage.rows(FormDraft, case_id)] == [""]
    again = site.form(officer, case_id, "answer")
    assert ANSWER in again.text
    assert "viết dở, đã lưu" not in again.text


def test_without_scripts_a_button_saves_and_another_drops(site, stage):
    case_id, officer = in_progress(stage)
    page = site.form(officer, case_id, "ask-supplement")
    assert "Lưu nháp" in page.text
    browser, path = site.browser(officer), f"/staff/cases/{site.reference(case_id)}/ask-supplement"
    token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    headers = {"Referer": f"http://localhost{path}"}
    data = {"csrf_token": token, "version": "1", "question": WORDS}
    saved = browser.post(f"{path}/draft", data=data, headers=headers)
    assert (saved.status_code, saved.location) == (303, path)
    assert WORDS in browser.get(path).text
    dropped = browser.post(f"{path}/draft", data=data | {"drop": "yes"}, headers=headers)
    assert dropped.status_code == 303
    assert WORDS not in browser.get(path).text


def test_a_draft_is_its_writers_alone(site, stage):
    case_id, officer = in_progress(stage)
    page = site.form(officer, case_id, "answer")
    keep(site, officer, page, site.reference(case_id), "answer", text=WORDS)
    assert WORDS not in site.form(stage.works.head, case_id, "answer").text


def test_a_lapsed_token_saves_nothing_and_says_so(site, stage):
    case_id, officer = in_progress(stage)
    page = site.form(officer, case_id, "answer")
    answer = keep(site, officer, page, site.reference(case_id), "answer", text=WORDS, csrf_token="forged")
    assert answer.status_code == 400
    assert "Phiên làm việc đã hết" in answer.json["said"]
    assert stage.rows(FormDraft, case_id) == []


def test_too_much_is_refused_in_words(site, stage):
    case_id, officer = in_progress(stage)
    page = site.form(officer, case_id, "answer")
    answer = keep(site, officer, page, site.reference(case_id), "answer", text="x" * (form_drafts.MOST + 1))
    assert answer.status_code == 422
    assert "dài quá" in answer.json["said"]


def test_a_case_that_moved_on_gives_the_draft_back_to_copy_and_says_what_is_possible(site, stage):
    case_id, officer = in_progress(stage)
    page = site.form(officer, case_id, "ask-extension")
    keep(site, officer, page, site.reference(case_id), "ask-extension", reason=WORDS)
    site.act(officer, case_id, "answer", text=ANSWER, do="submit", no_photo_reason="Ban đêm.")
    again = site.form(officer, case_id, "ask-extension")
    assert again.status_code == 409
    assert WORDS in again.text
    assert "Không thực hiện được nữa" in again.text


def test_two_officers_on_one_answer_see_each_others_words(site, stage):
    case_id, officer = in_progress(stage)
    head = stage.works.head
    mine, theirs = site.form(officer, case_id, "answer"), site.form(head, case_id, "answer")
    assert f"{officer.name} đang mở vụ việc này từ 09:00." in theirs.text
    assert (
        site.fill(head, theirs, "/answer", text="Đã thay bóng đèn ngày 10/11.", do="save").status_code == 303
    )
    met = site.fill(officer, mine, "/answer", text="Đã thay bóng đèn ngày 12/11.", do="save")
    assert met.status_code == 409
    assert "<del>10</del><ins>12</ins>" in met.text
    assert "Đã thay bóng đèn ngày 12/11." in met.text
    taken = site.fill(officer, met, "/answer", merge="theirs")
    assert taken.status_code == 200
    back = site.fill(officer, taken, "/answer", merge="mine")
    both = site.fill(officer, back, "/answer", merge="both")
    assert "ngày 12/11.\n\nĐã thay bóng đèn ngày 10/11." in both.text
    assert site.fill(officer, both, "/answer", do="submit", no_photo_reason="Ban đêm.").status_code == 303
    assert site.look(case_id).state == State.AWAITING_APPROVAL


def test_people_of_another_agency_are_told_by_their_agency(site, stage):
    case_id, officer = in_progress(stage)
    site.form(stage.province.dispatcher, case_id, "recall")
    shown = site.form(officer, case_id, "answer").text
    assert stage.province.dispatcher.name not in shown
    assert f"Một người của {stage.province.coordinator.agency.name_vi} đang mở" in shown
    stage.wait(minutes=11)
    assert "đang mở vụ việc này" not in site.form(officer, case_id, "answer").text


def test_drafts_of_a_case_set_apart_are_emptied_but_for_who_is_listed(stage):
    case_id, officer = in_progress(stage)
    fields = {"text": [WORDS]}
    stage.act(officer, form_drafts.keep, case_id, form="answer", fields=fields)
    stage.act(stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason="Tố cáo.")
    stage.act(stage.inspectorate.head, form_drafts.keep, case_id, form="forward", fields=fields)
    assert form_drafts.drop_old(stage.worker, stage.now) == 1
    kept = {row.account_id: row.fields for row in stage.rows(FormDraft, case_id)}
    assert kept[officer.id] == ""
    assert WORDS in kept[stage.inspectorate.head.id]


def test_old_drafts_and_those_of_anonymised_cases_are_emptied(site, stage):
    case_id, officer = in_progress(stage)
    other = stage.in_progress()
    for each in (case_id, other):
        page = site.form(officer, each, "answer")
        keep(site, officer, page, site.reference(each), "answer", text=WORDS)
    assert form_drafts.drop_old(stage.worker, stage.now) == 0
    stage.look(other).anonymised_at = stage.now
    stage.worker.flush()
    assert form_drafts.drop_old(stage.worker, stage.now) == 1
    assert form_drafts.drop_old(stage.worker, stage.now + form_drafts.KEPT_FOR + timedelta(days=1)) == 1
    kept = stage.worker.scalars(select(FormDraft.fields)).all()
    assert [json.loads(fields) for fields in kept if fields] == []


def test_an_assignment_meanwhile_is_told_with_a_restored_draft(site, stage):
    case_id, officer = in_progress(stage)
    page = site.form(officer, case_id, "answer")
    keep(site, officer, page, site.reference(case_id), "answer", text=WORDS)
    stage.act(stage.works.head, handling.assign_officer, case_id, officer_id=stage.works.head_of_unit.id)
    again = site.form(officer, case_id, "answer")
    assert WORDS in again.text
    assert "Đã giao người xử lý" in again.text
