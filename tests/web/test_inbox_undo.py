"""The bar after a decision: what was done, the way back for five minutes, and why there is none."""

from __future__ import annotations

import html
import re

import pytest

from feedback.domain.lifecycle import State
from feedback.models import Message
from feedback.services.casework import handling
from tests.web.test_inbox_triage import decided

WHY = "Đòi nợ giữa cá nhân do tòa án giải quyết."


def text(page):
    return html.unescape(re.sub(r"\s+", " ", page.text))


def undo(site, account, page):
    """Press the button of the bar and follow."""
    done = site.fill(account, page, "/undo")
    assert done.status_code == 303
    return site.get(account, done.location.removeprefix("/staff").partition("#")[0])


def test_a_click_in_the_queue_is_taken_back(site, stage):
    case_id = stage.triaged()
    decided(stage, case_id, top3=[("SXD", 0.5)])
    dispatcher = stage.province.dispatcher
    done = site.fill(dispatcher, site.get(dispatcher, "/triage"), "/dispatch")
    page = site.get(dispatcher, done.location.removeprefix("/staff"))
    reference = site.reference(case_id)
    assert f"Đã giao {reference} cho Sở Xây dựng." in text(page)
    assert "còn 5 phút" in text(page)
    again = undo(site, dispatcher, page)
    assert f"Đã hoàn tác: {reference}" in text(again)
    assert site.look(case_id).state == State.TRIAGE
    assert "/undo" not in again.text
    assert {row.state for row in stage.rows(Message, case_id)} == {"cancelled"}


@pytest.mark.parametrize(
    ("slug", "fields", "said"),
    [
        ("refuse", {"code": "not_government", "explanation": WHY}, "Đã từ chối"),
        ("urgency", {"urgent": "1", "note": "Dây điện đứt."}, "Đã ghi mức khẩn cấp"),
        (
            "split",
            {
                "do": "split",
                "parts-0-title": "Đèn",
                "parts-0-body": WHY,
                "parts-0-agency": ["sxd", ""],
                "parts-0-case_class": "C",
                "parts-1-title": "Nợ",
                "parts-1-body": WHY,
            },
            "Đã tách",
        ),
    ],
)
def test_other_decisions_are_taken_back(site, stage, slug, fields, said):
    case_id = stage.triaged()
    dispatcher = stage.province.dispatcher
    done = site.act(dispatcher, case_id, slug, **fields)
    page = site.get(dispatcher, done.location.removeprefix("/staff"))
    assert said in text(page)
    undo(site, dispatcher, page)
    case = site.look(case_id)
    assert (case.state, case.urgent) == (State.TRIAGE, False)


def test_the_bar_goes_when_the_agency_has_the_case_or_the_time_is_over(site, stage):
    first, second = stage.triaged(), stage.triaged()
    dispatcher = stage.province.dispatcher
    site.act(dispatcher, first, "dispatch", agency=["sxd", ""], case_class="C")
    assert "/undo" in site.get(dispatcher, "/triage").text
    stage.act(stage.works.officer, handling.accept, first)
    assert "/undo" not in site.get(dispatcher, "/triage").text
    site.act(dispatcher, second, "dispatch", agency=["sxd", ""], case_class="C")
    assert "/undo" in site.get(dispatcher, "/triage").text
    watch_later(site, stage)
    assert "/undo" not in site._browsers[dispatcher.id, stage.now].get("/staff/triage").text


def watch_later(site, stage):
    """Six minutes later, in the same browser."""
    site._watch.moment = stage.now.replace(minute=stage.now.minute + 6)


def test_who_comes_too_late_is_told_what_happened(site, stage):
    case_id = stage.triaged()
    dispatcher = stage.province.dispatcher
    site.act(dispatcher, case_id, "dispatch", agency=["sxd", ""], case_class="C")
    page = site.get(dispatcher, "/triage")
    stage.act(stage.works.officer, handling.accept, case_id)
    answer = undo(site, dispatcher, page)
    assert "không hoàn tác được vì sau đó đã có: Đã nhận xử lý." in text(answer)
    assert site.look(case_id).state == State.IN_PROGRESS


def test_the_last_decisions_are_taken_back_one_after_the_other(site, stage):
    first, second = stage.triaged(), stage.triaged()
    dispatcher = stage.province.dispatcher
    for case_id in (first, second):
        site.act(dispatcher, case_id, "dispatch", agency=["sxd", ""], case_class="C")
    page = site.get(dispatcher, "/triage")
    assert site.reference(second) in text(page)
    page = undo(site, dispatcher, page)
    assert (site.look(first).state, site.look(second).state) == (State.ASSIGNED, State.TRIAGE)
    undo(site, dispatcher, page)
    assert site.look(first).state == State.TRIAGE


def test_the_head_of_an_agency_is_offered_no_way_back(site, stage):
    case_id = stage.in_progress()
    done = site.act(stage.works.head, case_id, "urgency", urgent="1", note="Dây điện đứt.")
    page = site.get(stage.works.head, done.location.removeprefix("/staff"))
    assert "Đã ghi mức khẩn cấp" in text(page)
    assert "/undo" not in page.text


@pytest.mark.parametrize("case", ["", "x", "ZZZZ-ZZZZ:1", "PA-1:x:y"])
def test_nonsense_is_told_and_does_nothing(site, stage, case):
    case_id = stage.triaged()
    dispatcher = stage.province.dispatcher
    site.act(dispatcher, case_id, "dispatch", agency=["sxd", ""], case_class="C")
    page = site.get(dispatcher, "/triage")
    answer = site.fill(dispatcher, page, "/undo", case=case, back="//elsewhere.example")
    assert answer.location == "/staff/triage"
    assert site.look(case_id).state == State.ASSIGNED
