"""Files of a case shown in place: an image sealed, a PDF in a frame of the site's own, others saved only."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest

from feedback.models import Attachment
from feedback.web.headers import CONTENT_POLICY
from tests.journeys import story


def paper() -> bytes:
    written = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(200, 200))
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.save(written)
    return written.getvalue()


@pytest.fixture
def kept(site, stage):
    """A case whose draft of an answer has a photo and a PDF; gives it with its files by type."""
    case_id = stage.in_progress()
    files = [(BytesIO(story.photo()), "anh.jpg"), (BytesIO(paper()), "bien-ban.pdf")]
    sent = site.act(stage.works.officer, case_id, "answer", text="Đang viết.", do="save", photos=files)
    assert sent.status_code == 303
    return case_id, {row.media_type: row for row in stage.rows(Attachment, case_id)}


def place(site, case_id, row, more=""):
    return f"/cases/{site.reference(case_id)}/files/{row.id}{more}"


def test_an_image_is_shown_sealed_and_a_pdf_in_a_frame_of_this_site_alone(site, stage, kept):
    case_id, rows = kept
    officer = stage.works.officer
    image = site.get(officer, place(site, case_id, rows["image/jpeg"], "?inline=1"))
    assert image.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert image.headers["X-Frame-Options"] == "DENY"
    shown = site.get(officer, place(site, case_id, rows["application/pdf"], "?inline=1"))
    policy = shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert b"JavaScript" not in shown.data, "what acts was taken out when it came in"
    for answer in (image, shown):
        assert answer.headers["Content-Disposition"].startswith("inline")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    saved = site.get(officer, place(site, case_id, rows["application/pdf"]))
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in saved.headers["Content-Security-Policy"]


def test_any_other_kind_is_never_shown(site, stage, kept):
    case_id, rows = kept
    row = stage.worker.get(Attachment, rows["application/pdf"].id)
    row.media_type = "text/html"
    stage.worker.commit()
    answer = site.get(stage.works.officer, place(site, case_id, row, "?inline=1"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "không xem tại chỗ được" in site.get(stage.works.officer, place(site, case_id, row, "/view")).text


def test_the_page_of_a_file_leads_to_its_neighbours_and_back(site, stage, kept):
    case_id, rows = kept
    officer = stage.works.officer
    first, second = (rows[kind] for kind in ("image/jpeg", "application/pdf"))
    if first.id > second.id:
        first, second = second, first
    page = site.get(officer, place(site, case_id, first, "/view"))
    assert f'href="/staff{place(site, case_id, second, "/view")}" rel="next"' in page.text
    assert 'rel="prev"' not in page.text
    assert f'href="/staff/cases/{site.reference(case_id)}#message"' in page.text
    assert 'rel="prev"' in site.get(officer, place(site, case_id, second, "/view")).text


def test_frames_are_let_in_where_a_pdf_is_shown_and_nowhere_else(site, stage, kept):
    case_id, rows = kept
    officer = stage.works.officer

    def policy(path: str) -> str:
        return site.get(officer, path).headers["Content-Security-Policy"]

    assert (
        policy(place(site, case_id, rows["application/pdf"], "/view"))
        == f"{CONTENT_POLICY}; frame-src 'self'"
    )
    assert policy(f"/cases/{site.reference(case_id)}") == f"{CONTENT_POLICY}; frame-src 'self'"
    assert policy(place(site, case_id, rows["image/jpeg"], "/view")) == CONTENT_POLICY
    assert policy(f"/cases/{site.reference(stage.in_progress())}") == CONTENT_POLICY


def test_a_file_is_shown_to_those_who_see_its_case_and_under_its_own_case(site, stage, kept):
    case_id, rows = kept
    other = stage.in_progress()
    for row in rows.values():
        assert site.get(stage.home.officer, place(site, case_id, row, "/view")).status_code == 404
        assert site.get(stage.home.officer, place(site, case_id, row, "?inline=1")).status_code == 404
        assert site.get(stage.works.officer, place(site, other, row, "/view")).status_code == 404
