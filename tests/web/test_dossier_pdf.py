"""The dossier as a PDF: the same as the page says, under the same right, recorded, with nothing that acts."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pikepdf
import pytest

from feedback.domain.events import EventKind
from feedback.models import AuditEvent
from feedback.web.pdf import Paper
from tests.pages import send
from tests.services.stage import ANSWER

HOSTILE = '<img src="//evil.example/x"> <script>alert(1)</script> {mã} 😀 đặc biệt'
TAG = re.compile(r"<[^>]+>")
OF_THE_PAGE = re.compile(r"<(?:dt|h2|h3|li|p class=\"timeline-text\")>(.*?)</(?:dt|h2|h3|li|p)>", re.S)


@pytest.fixture
def said(monkeypatch):
    """What a paper is given to set, in order."""
    texts: list[str] = []
    kept = Paper._shown

    def listen(self, text):
        texts.append(text)
        return kept(self, text)

    monkeypatch.setattr(Paper, "_shown", listen)
    return texts


def pdf_of(site, account, case_id):
    browser, page = site.browser(account), site.case(account, case_id)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    return browser.post(f"/staff/cases/{site.reference(case_id)}/dossier.pdf", data={"csrf_token": token})


def test_the_pdf_says_what_the_page_says(site, stage, said):
    case_id = stage.answered(body=f"Đèn hỏng.\n{HOSTILE}")
    officer = stage.works.officer
    shown = send(site.browser(officer), site.case(officer, case_id), "/dossier").text
    article = shown.partition('<article class="dossier">')[2].partition("</article>")[0]
    answer = pdf_of(site, officer, case_id)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment; filename=ho-so-" in answer.headers["Content-Disposition"]
    whole = " ".join(" ".join(said).split())
    lines = [" ".join(unescape(TAG.sub("", found[1])).split()) for found in OF_THE_PAGE.finditer(article)]
    assert len(lines) > 15
    assert [line for line in lines if line not in whole] == []
    for text in (ANSWER, "đặc biệt", "<script>alert(1)</script>"):
        assert text in whole
    for secret in ("Trần Thị Bưởi", "0912345678", "buoi@example.org", site.look(case_id).tracking_code):
        assert secret not in whole


def test_the_pdf_is_sound_and_nothing_in_it_acts(site, stage):
    case_id = stage.answered(body=HOSTILE)
    answer = pdf_of(site, stage.works.officer, case_id)
    with pikepdf.open(BytesIO(answer.data)) as document:
        assert document.check_pdf_syntax() == []
        assert str(document.Root.Lang) == "vi"
        assert site.reference(case_id) in str(document.docinfo.Title)
        fonts = {str(font.BaseFont) for page in document.pages for font in page.Resources.Font.values()}
        assert fonts
        assert all("BeVietnamPro" in name for name in fonts)
        # Its objects, not its bytes: compressed, they spell any four letters now and then.
        whole = "".join(repr(thing) for thing in document.objects) + repr(document.trailer)
    assert "/Font" in whole
    for word in ("/JavaScript", "/URI", "/Launch", "/EmbeddedFile"):
        assert word not in whole


def test_it_is_recorded_and_for_those_who_read_the_case_whole(site, stage):
    case_id = stage.in_progress()
    assert pdf_of(site, stage.works.officer, case_id).status_code == 200
    assert stage.events(case_id)[-1] == "dossier_printed"
    event = stage.rows(AuditEvent, case_id, AuditEvent.kind == EventKind.DOSSIER_PRINTED)[-1]
    assert '"form": "pdf"' in event.payload or '"form":"pdf"' in event.payload
    address = f"/staff/cases/{site.reference(case_id)}/dossier.pdf"
    assert site.browser(stage.works.officer).get(address).status_code == 302
    assert stage.events(case_id).count("dossier_printed") == 1
    assert site.browser(stage.works.officer).post(address).status_code == 400
    token = {"csrf_token": "x"}
    assert site.browser(stage.home.officer).post(address, data=token).status_code in (400, 404)


def test_a_sign_that_the_font_lacks_is_seen_to_be_missing(now):
    paper = Paper(title="x", foot="y", language="vi", made_at=now)
    assert paper._shown("Đặng Thị Ẵ → ộ\t😀漢\x07") == "Đặng Thị Ẵ » ộ    ??"
    paper.facts([("Không có", ""), ("Có", "x" * 400)])
    paper.paragraph("y" * 3_000, indent=2)
    paper.bullets([])
    paper.grid(["a"], [], [1])
    assert paper.finished().startswith(b"%PDF-")


def test_a_step_of_the_course_is_not_parted_by_the_end_of_a_page(now):
    paper = Paper(title="x", foot="y", language="vi", made_at=now)
    while not paper.will_page_break(20):
        paper.gap(1)
    paper.keep_together(lines=2)
    assert paper.page == 1, "two lines fit"
    paper.keep_together(lines=100)
    assert paper.page == 1, "what fills a page flows on"
    paper.keep_together(lines=5)
    assert paper.page == 2
