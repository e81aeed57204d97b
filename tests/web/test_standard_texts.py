"""Standard texts on the pages: written by their keepers, offered and inserted, never sent with a gap."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback.domain.events import EventKind
from feedback.domain.lifecycle import State
from feedback.models import AuditEvent, Field, StandardText
from feedback.services import audit
from feedback.services.casework import standard_texts
from tests.pages import form_of, send

BODY = (
    "Ngày {ngày xử lý}, {đơn vị thực hiện} đã thay bóng đèn tại {địa điểm} theo phản ánh {mã}; đã kiểm tra."
)
GAPPED = "Ngày [ĐIỀN: ngày xử lý], tổ sửa chữa đã thay ba bóng đèn hỏng và kiểm tra toàn tuyến đường này."


@pytest.fixture
def text(stage):
    """Adds a text as the worker does: of the province, or of an agency."""

    def add(title="Đèn đường: đã sửa", kind="answer", body=BODY, agency=None, fields="", states=""):
        row = StandardText(
            series=standard_texts.new_id(), version=1, kind=kind, title=title, body=body, fields=fields,
            states=states, agency_id=agency.id if agency else None, written_at=stage.now,
        )  # fmt: skip
        stage.worker.add(row)
        stage.worker.commit()
        return row

    return add


def texts_of(stage, series):
    stage.worker.expire_all()
    query = select(StandardText).where(StandardText.series == series).order_by(StandardText.version)
    return list(stage.worker.scalars(query))


def events(stage):
    query = select(AuditEvent).where(AuditEvent.kind == EventKind.STANDARD_TEXT_CHANGED)
    return list(stage.worker.scalars(query.order_by(AuditEvent.seq)))


# Written and kept.


def test_a_head_writes_changes_and_retires_a_text_of_the_agency(site, stage):
    head = stage.works.head
    browser = site.browser(head)
    form = browser.get("/admin/texts/new")
    assert "Toàn tỉnh" not in form.text
    agency = str(stage.works.agency.id)
    sent = send(
        browser, form, kind="answer", owner=agency, title="Đèn hỏng", body=BODY, states=["in_progress"]
    )
    assert sent.status_code == 302
    row = stage.worker.scalars(select(StandardText)).one()
    assert (row.agency_id, row.version, row.states, row.written_by) == (
        stage.works.agency.id,
        1,
        "in_progress",
        head.id,
    )
    page = browser.get(f"/admin/texts/{row.series}")
    assert send(browser, page, title="Đèn đường hỏng").status_code == 302
    first, second = texts_of(stage, row.series)
    assert (first.title, first.superseded_at is None) == ("Đèn hỏng", False)
    assert (second.title, second.version, second.body) == ("Đèn đường hỏng", 2, BODY)
    page = browser.get(f"/admin/texts/{row.series}")
    assert send(browser, page, "/retire").status_code == 302
    assert texts_of(stage, row.series)[1].retired_at is not None
    told = [event.payload for event in events(stage)]
    assert len(told) == 3
    assert not any("Đèn" in payload for payload in told), "the trail holds codes, not words"


def test_an_error_keeps_what_was_typed_and_names_the_unknown_placeholder(site, stage):
    browser = site.browser(stage.works.head)
    form = browser.get("/admin/texts/new")
    page = send(browser, form, kind="answer", title="Một mẫu", body="Kính thưa {tên}, mã {mã}.")
    assert page.status_code == 200
    assert "Không có chỗ điền tên {tên}" in page.text
    assert form_of(page).fields["body"] == ["Kính thưa {tên}, mã {mã}."]
    assert form_of(page).fields["title"] == ["Một mẫu"]
    wrong = send(browser, form, kind="refusal", title="x", body="Vì {lý do}.", states=["in_progress"])
    assert "không dùng ở bước đã chọn" in wrong.text
    assert stage.count(StandardText) == 0


def test_two_who_change_a_text_at_once_lose_nothing(site, stage, text):
    row = text(agency=stage.works.agency)
    browser = site.browser(stage.works.head)
    page = browser.get(f"/admin/texts/{row.series}")
    assert send(browser, page, body="Bản của người nhanh hơn.").status_code == 302
    late = send(browser, page, body="Bản của người chậm hơn.")
    assert "Người khác vừa sửa mẫu này" in late.text
    assert form_of(late).fields["body"] == ["Bản của người chậm hơn."]
    assert "Bản của người nhanh hơn." in late.text
    assert send(browser, late).status_code == 302
    assert [one.body for one in texts_of(stage, row.series)][1:] == [
        "Bản của người nhanh hơn.", "Bản của người chậm hơn.",
    ]  # fmt: skip


def test_nobody_reaches_the_texts_of_others(site, stage, text):
    own, province = text(agency=stage.works.agency), text("Chung")
    for account in (stage.home.head, stage.province.administrator):
        browser = site.browser(account)
        assert browser.get(f"/admin/texts/{own.series}").status_code == 404
        assert own.title not in browser.get("/admin/texts").text
    head = site.browser(stage.works.head)
    assert head.get(f"/admin/texts/{province.series}").status_code == 404
    form = head.get("/admin/texts/new")
    forged = send(head, form, kind="answer", owner="0", title="x", body="y")
    assert forged.status_code == 200
    assert stage.count(StandardText) == 2
    for officer in (stage.works.officer, stage.works.head_of_unit):
        assert site.browser(officer).get("/admin/texts").status_code == 403


def test_an_administrator_brings_the_shipped_texts_once(site, stage):
    stage.worker.add_all(
        Field(code=code, name_vi=code, name_en=code, agency_code="SXD", group_vi="x", group_en="x", rank=1,
              valid_from=stage.now.date())
        for code in {code for _, row in standard_texts.shipped() for code in row["fields"].split(";") if code}
        - set(stage.worker.scalars(select(Field.code)))
    )  # fmt: skip
    stage.worker.commit()
    browser = site.browser(stage.province.administrator)
    page = browser.get("/admin/texts")
    assert send(browser, page, "/shipped").status_code == 302
    assert stage.count(StandardText) == len(standard_texts.shipped())
    assert "Đưa các mẫu có sẵn vào" not in browser.get("/admin/texts").text
    assert standard_texts.bring_shipped(stage.worker, audit.COMMAND, stage.now) == 0


# Offered and inserted.


def test_texts_of_the_field_come_first_and_others_are_not_offered(site, stage, text):
    field = stage.make.field("den-duong")
    stage.worker.commit()
    case_id = stage.in_progress(field_id=field.id)
    text("Chung cho mọi việc")
    text("Đúng lĩnh vực", fields=f"{field.code};khac")
    text("Lĩnh vực khác", fields="khac")
    text("Của cơ quan", agency=stage.works.agency)
    text("Của nơi khác", agency=stage.home.agency)
    text("Khi chờ bổ sung", states="awaiting_submitter")
    text("Đề nghị", kind="supplement")
    page = site.form(stage.works.officer, case_id, "answer").text
    shown = [page.find(title) for title in ("Đúng lĩnh vực", "Của cơ quan", "Chung cho mọi việc")]
    assert -1 not in shown
    assert shown == sorted(shown)
    for absent in ("Lĩnh vực khác", "Của nơi khác", "Khi chờ bổ sung", "Đề nghị</option>"):
        assert absent not in page


def test_inserting_keeps_what_was_typed_and_leaves_gaps_that_are_not_sent(site, stage, text):
    row, case_id = text(), stage.in_progress()
    officer = stage.works.officer
    page = site.act(officer, case_id, "answer", text="Kính gửi.", insert="yes", standard_text=str(row.id),
                    no_photo_reason="Không cần.")  # fmt: skip
    assert page.status_code == 200
    words = form_of(page, "/answer").fields["text"][0]
    assert words.startswith("Kính gửi.\n\nNgày [ĐIỀN: ngày xử lý], [ĐIỀN: đơn vị thực hiện] đã thay bóng đèn")
    assert stage.look(case_id).reference in words
    assert form_of(page, "/answer").fields["no_photo_reason"] == ["Không cần."]
    assert "Còn phải điền: ngày xử lý, đơn vị thực hiện" in page.text
    saved = site.fill(officer, page, "/answer", do="save")
    assert saved.status_code == 303, "a draft may have gaps"
    refused = site.act(officer, case_id, "answer", do="submit", no_photo_reason="Không cần.")
    assert refused.status_code == 422
    assert "chỗ chưa điền" in refused.text
    assert site.look(case_id).state == State.IN_PROGRESS


def test_pressing_insert_without_a_choice_or_with_a_forged_one_loses_nothing(site, stage, text):
    other, case_id = text(agency=stage.home.agency), stage.in_progress()
    for choice in ("", str(other.id), "x", "99999999999"):
        text(f"Mẫu {choice}")
        page = site.act(
            stage.works.officer, case_id, "answer", text="Đang viết.", insert="yes", standard_text=choice
        )
        assert page.status_code == 200
        assert form_of(page, "/answer").fields["text"] == ["Đang viết."]
        assert "Hãy chọn một mẫu" in page.text


@pytest.mark.parametrize(
    ("slug", "kind", "field"),
    [("ask-supplement", "supplement", "question"), ("ask-extension", "extension", "reason")],
)
def test_requests_offer_their_texts_and_refuse_gaps(site, stage, text, slug, kind, field):
    row, case_id = text(kind=kind, body="Cần thêm vì {lý do}. Hạn {hạn}."), stage.in_progress()
    page = site.act(stage.works.officer, case_id, slug, insert="yes", standard_text=str(row.id))
    words = form_of(page, f"/{slug}").fields[field][0]
    assert words.startswith("Cần thêm vì [ĐIỀN: lý do]. Hạn ")
    refused = site.fill(stage.works.officer, page, f"/{slug}")
    assert refused.status_code == 422
    assert "chỗ chưa điền" in refused.text
    fine = site.fill(
        stage.works.officer, refused, f"/{slug}", **{field: words.replace("[ĐIỀN: lý do]", "mưa lớn")}
    )
    assert fine.status_code == 303


def test_a_refusal_offers_its_texts_and_refuses_gaps(site, stage, text):
    row, case_id = text(kind="refusal", body="Việc {mã}: {lý do}, xin ông/bà thông cảm."), stage.triaged()
    dispatcher = stage.province.dispatcher
    page = site.act(
        dispatcher, case_id, "refuse", insert="yes", standard_text=str(row.id), code="not_government"
    )
    refused = site.fill(dispatcher, page, "/refuse")
    assert (refused.status_code, "chỗ chưa điền" in refused.text) == (422, True)
    assert form_of(refused, "/refuse").fields["code"] == ["not_government"]
    assert site.look(case_id).state == State.TRIAGE
