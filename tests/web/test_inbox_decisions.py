"""The case page says of every decision what was proposed and decided, in both languages."""

from __future__ import annotations

import html
import re

import pytest

from feedback.domain.routing import Outcome, Reason
from feedback.services.casework import partition, triage, undo
from feedback.services.casework.partition import Part
from tests.web.test_inbox_triage import decided

WHY = "Lý do đủ dài để được chấp nhận."


def words(site, account, case_id, lang):
    browser = site.browser(account)
    browser.set_cookie("language", lang)
    page = site.case(account, case_id)
    assert page.status_code == 200
    return html.unescape(re.sub(r"<[^>]+>|\s+", " ", page.text)).replace("  ", " ")


def both(site, account, case_id, vietnamese, english):
    """See that each text stands on the page of its language."""
    for lang, wanted in (("vi", vietnamese), ("en", english)):
        browser = site.browser(account)
        browser.get(f"/language?lang={lang}&next=/")
        shown = words(site, account, case_id, lang)
        for sentence in wanted:
            assert sentence in shown, (lang, sentence)


@pytest.fixture
def proposed(stage):
    case_id = stage.triaged()
    decided(
        stage, case_id, top3=[("SXD", 0.5), ("SNV", 0.3)], reasons=[Reason("place_none", {})],
    )  # fmt: skip
    stage.wait(seconds=1)
    return case_id


def test_what_the_system_read_and_proposed(site, stage, proposed):
    both(
        site, stage.province.dispatcher, proposed,
        ["Chưa xác định được xã, phường, đặc khu", "Khả năng: Sở Xây dựng 50%; Sở Nội vụ 30%.",
         "Loại nội dung: ", "Bộ phân loại đã đọc: of-a-test."],
        ["No commune could be told", "50%; ", "Likelihoods: ", "Class: ",
         "Read by the classifier of-a-test."],
    )  # fmt: skip


def test_an_assignment_that_follows_the_proposal_and_one_that_does_not(site, stage, proposed):
    stage.dispatch(proposed)
    both(
        site, stage.province.dispatcher, proposed,
        ["Giao cho Sở Xây dựng.", "Đúng như hệ thống đề xuất: Sở Xây dựng 50%"],
        ["Given to ", "As the system had proposed: "],
    )  # fmt: skip
    stage.act(stage.province.dispatcher, undo.take_back, proposed)
    stage.wait(seconds=1)
    stage.dispatch(proposed, stage.home, case_class="A")
    both(
        site, stage.province.dispatcher, proposed,
        ["Khác với đề xuất của hệ thống: ", "Quyết định này đã được hoàn tác", "→"],
        ["Other than the system had proposed: ", "This decision was undone"],
    )  # fmt: skip


def refuse(stage, case_id):
    stage.act(stage.province.dispatcher, triage.refuse, case_id, code="abusive", explanation=WHY)


def split(stage, case_id):
    parts = [Part("Một", WHY), Part("Hai", WHY)]
    stage.act(stage.province.dispatcher, partition.split, case_id, parts=parts)


def urgent(stage, case_id):
    stage.act(stage.province.dispatcher, triage.set_urgency, case_id, urgent=True, note=WHY)


@pytest.mark.parametrize(
    ("act", "vietnamese", "english"),
    [
        (refuse, "Từ chối: ", "Refused: "),
        (split, "Tách thành 2 vụ việc.", "Split into 2 cases."),
        (urgent, "Đánh dấu khẩn cấp.", "Marked as urgent."),
    ],
)
def test_other_decisions(site, stage, proposed, act, vietnamese, english):
    act(stage, proposed)
    both(
        site, stage.province.dispatcher, proposed,
        [vietnamese, "Hệ thống đã đề xuất: "], [english, "The system had proposed: "],
    )  # fmt: skip


def test_signs_of_a_denunciation_are_told(site, stage):
    case_id = stage.triaged()
    decided(
        stage, case_id, outcome=Outcome.RESTRICTED_TRIAGE,
        reasons=[Reason("denunciation", {"words": "tố cáo"})],
    )  # fmt: skip
    both(
        site, stage.province.dispatcher, case_id,
        ["Có từ ngữ của đơn tố cáo (tố cáo)"], ["It has words of a denunciation"],
    )  # fmt: skip
