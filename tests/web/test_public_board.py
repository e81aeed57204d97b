"""The board, the figures, the places and the letters of the demonstration."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from feedback import db
from feedback.domain.lifecycle import RestrictedKind
from feedback.models import Publication
from feedback.queries.public.board import PAGE
from feedback.queries.public.statistics import MINIMUM_SAMPLE, Tally, compute, published_figures
from feedback.services.casework import publication, submitter
from feedback.services.restricted_track import restricted
from feedback.services.statistics import refresh
from tests.services.stage import Stage

pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture
def published(stage):
    """Publish an answered case under a title."""

    def do(title: str, **changes) -> None:
        case_id = stage.answered(**changes)
        stage.act(
            stage.works.officer, publication.propose, case_id, title=title, summary=f"Về việc: {title}."
        )
        stage.act(stage.works.head_of_unit, publication.check, case_id, approved=True)
        stage.wait(minutes=1)

    return do


def fill(stage: Stage, template: Publication, count: int) -> None:
    """Rows of the board beyond those that whole stories made, to have several pages."""
    columns = [column.key for column in Publication.__mapper__.columns if column.key != "search_vector"]
    for number in range(count):
        values = {name: getattr(template, name) for name in columns}
        values |= {
            "id": db.new_id(), "period": 2 + number, "title": f"Việc số {number:03}",
            "published_at": template.published_at - timedelta(days=number // 3 + 1),
        }  # fmt: skip
        stage.worker.add(Publication(**values))
    stage.worker.flush()


def titles(page) -> list[str]:
    return [part.split(">")[1].split("<")[0] for part in page.text.split('href="/board/')[1:]]


def test_pages_follow_each_other_without_a_gap_or_a_repeat(client, stage, published):
    published("Việc đầu tiên")
    fill(stage, stage.worker.query(Publication).one(), 2 * PAGE + 5)
    page = client.get("/board")
    seen = titles(page)
    pages = [page]
    while 'rel="next"' in pages[-1].text:
        link = pages[-1].text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        pages.append(client.get(link))
        seen += titles(pages[-1])
    assert [len(titles(page)) for page in pages] == [PAGE, PAGE, 6]
    assert len(set(seen)) == 2 * PAGE + 6
    assert seen[0] == "Việc đầu tiên"
    back = pages[-1].text.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert titles(client.get(back)) == titles(pages[-2])


def test_the_board_is_searched_with_marks_or_without_and_filtered(client, stage, published):
    published("Thay đèn đường hỏng")
    published("Dọn rác ven suối")
    for words in ("đèn đường", "DEN DUONG", "den hong", "đườ"):
        assert titles(client.get("/board", query_string={"q": words})) == ["Thay đèn đường hỏng"]
    assert titles(client.get("/board?q=khongco")) == []
    agency = stage.works.agency.id
    assert len(titles(client.get(f"/board?agency={agency}"))) == 2
    assert titles(client.get(f"/board?agency={stage.home.agency.id}")) == []
    assert len(titles(client.get("/board?commune=24769"))) == 2
    assert titles(client.get("/board?q=%21%26%7C")) == []


def test_figures_are_counted_as_they_say(stage, worker_session):
    stage.answered()
    late = stage.in_progress()
    rated = stage.answered()
    stage.submitter(submitter.rate, rated, score=5)
    sealed = stage.in_progress()
    stage.act(
        stage.province.dispatcher, restricted.set_apart, sealed, kind=RestrictedKind.CRIME, reason="Tin báo.",
    )  # fmt: skip
    stage.wait(days=40)
    figures = compute(worker_session, stage.now)
    assert figures.total == Tally(received=3, on_time=2, late=0, overdue=1, ratings=1, satisfied=1)
    assert figures.open_now == 1
    assert [row.name_vi for row in figures.overdue_bodies] == ["Sở Xây dựng"]
    assert figures.total.on_time_share is None
    assert stage.look(late).state == "in_progress"


def test_a_small_sample_gives_no_share(client, stage, worker_session):
    stage.answered()
    refresh(worker_session, stage.now)
    worker_session.commit()
    page = client.get("/statistics")
    assert "Chưa đủ dữ liệu" in page.text
    assert "100&nbsp;%" not in page.text
    assert Tally(on_time=MINIMUM_SAMPLE - 1, late=1).on_time_share == pytest.approx(0.95)
    assert Tally(on_time=MINIMUM_SAMPLE - 1).on_time_share is None


def test_a_snapshot_is_read_back_as_it_was_counted(stage, worker_session, web_session):
    stage.answered()
    stage.in_progress()
    stage.wait(days=40)
    counted = refresh(worker_session, stage.now)
    again = refresh(worker_session, stage.now)
    assert counted == again
    assert published_figures(web_session(db.PUBLIC), stage.now) == counted


@pytest.mark.parametrize("path", ["/", "/help", "/privacy", "/board", "/statistics", "/track", "/submit"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_answer_on_an_empty_province(client, make, worker_session, path, language):
    make.law()
    worker_session.commit()
    client.set_cookie("language", language)
    page = client.get(path)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1


def test_robots_keep_away_from_cases(client):
    assert "Disallow: /track" in client.get("/robots.txt").text


def test_places_are_proposed_by_old_and_new_names(client, make, worker_session):
    make.commune("24769", "Phường Xuân Hương - Đà Lạt")
    worker_session.commit()
    found = client.get("/places/suggest?q=xuan+huong").json["results"]
    assert found == [{"value": "24769", "label": "Phường Xuân Hương - Đà Lạt", "detail": ""}]
    assert client.get("/places/suggest").json == {"results": []}


@pytest.fixture
def mailbox(app, settings, tmp_path):
    """The demonstration's mailbox with one letter."""
    for part in ("new", "cur", "tmp"):
        (tmp_path / "mail" / part).mkdir(parents=True)
    letter = EmailMessage()
    letter["Subject"] = "Đã tiếp nhận <b>"
    letter["To"] = "buoi@example.org"
    letter["Date"] = "Mon, 23 Nov 2026 08:00:00 +0700"
    letter.set_content("Chào ông/bà.")
    letter.add_alternative("<p>Chào</p><script>alert(1)</script>", subtype="html")
    (tmp_path / "mail/new/1.host").write_bytes(letter.as_bytes())
    demonstration = replace(settings, environment="demonstration", mailbox_dir=str(tmp_path / "mail"))
    app.extensions["feedback"]["settings"] = demonstration


def test_letters_of_the_demonstration_are_read_and_run_nothing(client, mailbox):
    assert "Đã tiếp nhận &lt;b&gt;" in client.get("/demo/mail").text
    page = client.get("/demo/mail/1.host")
    assert "Chào ông/bà." in page.text
    assert "<script>alert" not in page.text
    assert 'sandbox src="/demo/mail/1.host/html"' in page.text
    framed = client.get("/demo/mail/1.host/html")
    assert framed.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    for name in ("2.host", "..%2F..%2Fpasswd", "x" * 300):
        assert client.get(f"/demo/mail/{name}").status_code == 404


def test_there_is_no_mailbox_outside_the_demonstration(client):
    for path in ("/demo/mail", "/demo/mail/1.host", "/demo/mail/1.host/html"):
        assert client.get(path).status_code == 404
