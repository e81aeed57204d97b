"""What stands behind an answer on the pages: hints, ticks, photos, and what is refused."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import select

from feedback.domain.lifecycle import State
from feedback.models import Attachment
from tests.journeys import story
from tests.services.stage import ANSWER


def public_files(site, case_id):
    case = site.look(case_id)
    page = (
        site.browser(site.stage.works.officer).application.test_client().get(f"/track/{case.tracking_code}")
    )
    return page.text.count(f"/track/{case.tracking_code}/files/")


def test_a_mere_forwarding_is_no_answer(site, stage):
    case_id = stage.in_progress()
    officer, words = stage.works.officer, "Đã chuyển đơn vị liên quan xử lý theo thẩm quyền."
    sent = site.act(officer, case_id, "answer", text=words, do="submit", no_photo_reason="Không cần.")
    assert sent.status_code == 422
    assert "chưa phải là câu trả lời" in sent.text
    assert words in sent.text
    assert site.look(case_id).state == State.IN_PROGRESS


def test_hints_are_given_without_sending(site, stage):
    case_id = stage.in_progress()
    page = site.act(
        stage.works.officer, case_id, "answer", text="Gọi anh Nguyễn Văn Bình 0912345678.", do="check"
    )
    assert page.status_code == 200
    for hint in (
        "Chưa thấy ngày nào",
        "Câu trả lời khá ngắn",
        "Có thể có dữ liệu cá nhân",
        "chưa có ảnh sau khi",
    ):
        assert hint in page.text
    assert site.look(case_id).state == State.IN_PROGRESS


def test_a_field_incident_wants_a_photo_or_a_reason_and_the_head_sees_what_was_ticked(site, stage):
    case_id = stage.in_progress()
    officer, head = stage.works.officer, stage.works.head
    refused = site.act(officer, case_id, "answer", text=ANSWER, do="submit")
    assert refused.status_code == 422
    assert "Hãy kèm ảnh sau khi xử lý" in refused.text
    photo = (BytesIO(story.photo()), "sau-khi-thay.jpg", "image/jpeg")
    sent = site.act(
        officer, case_id, "answer", text=ANSWER, do="submit", photos=photo, ticks=["answers", "tone"],
    )  # fmt: skip
    assert sent.status_code == 303
    assert public_files(site, case_id) == 0, "a photo is a draft until the answer is approved"
    page = site.form(head, case_id, "approve")
    assert "sau-khi-thay.jpg" in page.text
    assert page.text.count("Đã xác nhận:") == 2
    assert page.text.count("Chưa xác nhận:") == 4
    site.act(head, case_id, "return-draft", remarks="Ghi rõ đơn vị thay bóng.")
    again = site.form(officer, case_id, "answer")
    assert "sau-khi-thay.jpg" in again.text
    assert (
        site.fill(officer, again, "/answer", text=ANSWER + " Đội chiếu sáng.", do="submit").status_code == 303
    )
    page = site.form(head, case_id, "approve")
    assert "Thay đổi so với bản 1 đã trả lại" in page.text
    assert "<ins> Đội chiếu sáng.</ins>" in page.text
    assert site.act(head, case_id, "approve").status_code == 303
    assert public_files(site, case_id) == 1
    versions = {row.answer_id: row for row in stage.rows(Attachment, case_id)}
    assert len(versions) == 2, "the returned version still shows what the head saw"
    assert len({row.storage_key for row in versions.values()}) == 1


def test_a_file_that_is_not_taken_loses_neither_text_nor_the_others(site, stage):
    case_id = stage.in_progress()
    good = (BytesIO(story.photo()), "tot.jpg", "image/jpeg")
    bad = (BytesIO(b"MZ nothing"), "xau.exe", "image/jpeg")
    page = site.act(stage.works.officer, case_id, "answer", text=ANSWER, do="submit", photos=[good, bad])
    assert page.status_code == 422
    assert ANSWER in page.text
    assert "xau.exe" in page.text
    sent = site.fill(stage.works.officer, page, "/answer", do="submit")
    assert sent.status_code == 303
    assert [row.name for row in stage.rows(Attachment, case_id)] == ["tot.jpg"]


def test_a_file_that_was_taken_out_is_nobodys_but_staffs(site, stage):
    case_id = stage.in_progress()
    photo = (BytesIO(story.photo()), "nham.jpg", "image/jpeg")
    site.act(stage.works.officer, case_id, "answer", text=ANSWER, do="save", photos=photo)
    row = stage.worker.scalars(select(Attachment).where(Attachment.case_id == case_id)).one()
    again = site.act(
        stage.works.officer, case_id, "answer", do="submit", remove=str(row.id), no_photo_reason="Nhầm ảnh.",
    )  # fmt: skip
    assert again.status_code == 303
    site.act(stage.works.head, case_id, "approve")
    assert public_files(site, case_id) == 0


def test_a_photo_that_is_sent_again_is_taken_once(site, stage):
    """The form after a conflict, and a button pressed twice, carry files that the version has already."""
    case_id, officer = stage.in_progress(), stage.works.officer
    photo = (BytesIO(story.photo()), "sau.jpg", "image/jpeg")
    looked = site.act(officer, case_id, "answer", text=ANSWER, do="check", photos=photo)
    assert site.fill(officer, looked, "/answer", do="save").status_code == 303
    assert site.fill(officer, looked, "/answer", do="save").status_code == 303
    raw = (BytesIO(story.photo()), "sau.jpg", "image/jpeg")
    assert site.fill(officer, looked, "/answer", do="save", photos=raw).status_code == 303
    overtaken = site.fill(officer, looked, "/answer", do="submit", text=ANSWER + " Lời khác.")
    assert overtaken.status_code in (303, 409)
    if overtaken.status_code == 409:
        assert site.fill(officer, overtaken, "/answer", do="submit").status_code == 303
    assert [row.name for row in stage.rows(Attachment, case_id)] == ["sau.jpg"]
    again = site.fill(officer, looked, "/answer", do="submit")
    assert again.status_code == 409
    assert len(stage.rows(Attachment, case_id)) == 1


def test_a_photo_that_was_taken_out_can_come_back(site, stage):
    case_id, officer = stage.in_progress(), stage.works.officer
    photo = (BytesIO(story.photo()), "sau.jpg", "image/jpeg")
    looked = site.act(officer, case_id, "answer", text=ANSWER, do="check", photos=photo)
    site.fill(officer, looked, "/answer", do="save")
    (row,) = stage.rows(Attachment, case_id)
    assert site.act(officer, case_id, "answer", do="save", remove=str(row.id)).status_code == 303
    assert site.fill(officer, looked, "/answer", do="save").status_code == 303
    rows = stage.rows(Attachment, case_id)
    assert sorted(one.answer_id is None for one in rows) == [False, True]


def test_a_file_of_one_case_is_not_taken_into_another(site, stage):
    first, second, officer = stage.in_progress(), stage.in_progress(), stage.works.officer
    photo = (BytesIO(story.photo()), "sau.jpg", "image/jpeg")
    looked = site.act(officer, first, "answer", text=ANSWER, do="check", photos=photo)
    fields = {name: looked.text.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]
              for name in ("form_id", "kept")}  # fmt: skip
    assert all(fields.values())
    assert site.act(officer, second, "answer", text=ANSWER, do="save", **fields).status_code == 303
    assert stage.rows(Attachment, second) == []
