"""When something goes wrong: a form with errors, a session that ended, a finger too quick, a failure.

What was typed is there again, and what is said is said in the person's language.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect

from feedback.embedded.instance import Instance
from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.product import PASSWORD, Product, address_of
from tests.e2e.visitor import Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

FIRST = "Phường đã nhận được phản ánh và sẽ kiểm tra trong tuần này."
PROMISE = "Đã giao phòng chuyên môn kiểm tra, sẽ báo cáo trước ngày hẹn."


def test_a_message_with_errors_comes_back_filled_in(visitor: Open, width: int) -> None:
    citizen = visitor(width=width)
    page = citizen.page
    citizen.refusals.add(422)
    citizen.go("/submit")
    steps.write_message(citizen, "buoi-khong-dung")
    page.get_by_label("Nội dung phản ánh, kiến nghị").fill("Hỏng")
    page.get_by_role("button", name="Gửi phản ánh").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    citizen.look("submit-errors")
    assert page.title().startswith("Cần xem lại")
    for label, kept in (
        ("Nội dung phản ánh, kiến nghị", "Hỏng"),
        ("Địa điểm cụ thể", story.PLACE_DETAIL),
        ("Họ và tên", story.SENDER),
        ("Thư điện tử", "buoi-khong-dung"),
    ):
        expect(page.get_by_label(label)).to_have_value(kept)
    expect(page.locator("[name=place_text]")).to_have_value(story.WARD)
    expect(page.get_by_label(re.compile("đồng ý để nội dung"))).to_be_checked()
    expect(page.locator(".sent-files")).to_contain_text("den-duong.jpg")
    summary.get_by_role("link").filter(has_text="điện tử").click()
    email = page.get_by_label("Thư điện tử")
    expect(email).to_be_focused()
    expect(email).to_have_attribute("aria-invalid", "true")
    email.fill("buoi@example.org")
    page.get_by_label("Nội dung phản ánh, kiến nghị").fill(story.BODY)
    code = steps.send(citizen)
    citizen.go(f"/track/{code}")
    page.get_by_text("Nội dung ông/bà đã gửi").click()
    expect(page.get_by_role("link", name="den-duong.jpg")).to_be_visible()


def _sign_in_again(staff: Visitor, login: str) -> None:
    """Sign in on the page that the lapsed session led to."""
    page = staff.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
    expect(page.get_by_text("chưa được ghi nhận")).to_be_visible()
    page.get_by_label("Địa chỉ email").fill(address_of(login))
    page.get_by_label("Mật khẩu", exact=False).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


def test_an_answer_survives_the_end_of_the_session(
    visitor: Open, width: int, product: Product, tmp_path: Path
) -> None:
    title = f"Đèn đường hẻm 12, hết phiên ({secrets.token_hex(2)})"
    steps.bring_in(product, tmp_path, title)
    officer = visitor(story.OFFICER, width=width, fresh=True)
    page = officer.page
    steps.open_case(officer, title)
    steps.choose_act(officer, "Nhận xử lý")
    steps.choose_act(officer, "Soạn câu trả lời")
    answer = page.get_by_label("Nội dung trả lời")
    form = page.url
    for typed, button in ((FIRST, "Lưu dự thảo"), (story.ANSWER, "Trình duyệt")):
        # The second time the field holds a saved draft already, which must not win over what was typed.
        answer.fill(typed)
        page.get_by_label("Lý do không có ảnh").fill("Sửa vào ban đêm.")
        officer.context.clear_cookies()
        page.get_by_role("button", name=button).click()
        expect(page.locator(".plain-card")).to_be_visible()
        officer.look("sign-in")
        _sign_in_again(officer, story.OFFICER)
        expect(page).to_have_url(form)
        expect(answer).to_have_value(typed)
        page.get_by_role("button", name=button).click()
        steps.told(officer, "Đã lưu dự thảo" if typed == FIRST else "Đã trình duyệt")
        if typed == FIRST:
            officer.go(form)
            expect(answer).to_have_value(FIRST)
    kept = page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('hoi-am-draft:'))")
    assert kept == [], "what was sent is still kept"


def test_a_draft_saved_elsewhere_does_not_hide_what_was_typed(
    visitor: Open, product: Product, tmp_path: Path
) -> None:
    title = f"Đèn đường hẻm 12, hai bản ({secrets.token_hex(2)})"
    steps.bring_in(product, tmp_path, title)
    officer = visitor(story.OFFICER)
    page = officer.page
    steps.open_case(officer, title)
    steps.choose_act(officer, "Nhận xử lý")
    steps.choose_act(officer, "Soạn câu trả lời")
    answer = page.get_by_label("Nội dung trả lời")
    form = page.url
    answer.fill(story.ANSWER)
    answer.blur()
    other = officer.context.new_page()
    other.goto(form)
    other.get_by_label("Nội dung trả lời").fill(FIRST)
    other.get_by_role("button", name="Lưu dự thảo").click()
    expect(other.locator("main")).to_contain_text("Đã lưu dự thảo")
    officer.go(form)
    expect(answer).to_have_value(FIRST)
    offer = page.locator(".draft-offer")
    expect(offer).to_contain_text(story.ANSWER)
    officer.look("draft-offer")
    offer.get_by_role("button", name="Dùng lại bản viết dở").click()
    expect(answer).to_have_value(story.ANSWER)
    expect(offer).to_have_count(0)


def test_a_telephone_message_survives_the_end_of_the_session(visitor: Open, width: int) -> None:
    clerk = visitor("motcua", width=width, fresh=True)
    page = clerk.page
    clerk.go("/staff/intake")
    page.get_by_label("Điện thoại", exact=True).check()
    typed = {
        "Nội dung phản ánh, kiến nghị": story.BODY,
        "Địa điểm cụ thể": story.PLACE_DETAIL,
        "Họ và tên": story.SENDER,
        "Số điện thoại": "0912 345 678",
    }
    for label, text in typed.items():
        page.get_by_label(label).fill(text)
    steps.choose_place(clerk)
    clerk.context.clear_cookies()
    page.get_by_role("button", name="Lưu và in biên nhận").click()
    _sign_in_again(clerk, "motcua")
    expect(page).to_have_url(re.compile("/staff/intake$"))
    for label, text in typed.items():
        expect(page.get_by_label(label)).to_have_value(text)
    expect(page.locator("[name=place_text]")).to_have_value(story.WARD)
    expect(page.get_by_label("Điện thoại", exact=True)).to_be_checked()
    menu = page.locator(".user-menu")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
    assert page.evaluate("JSON.stringify({...sessionStorage})").count(story.SENDER) == 0


def test_a_promise_survives_the_end_of_the_session(visitor: Open) -> None:
    head = visitor("giamdoc.sxd", fresh=True)
    page = head.page
    head.go("/staff/head")
    promise = page.locator("details.promise").first
    promise.locator("summary").click()
    promise.get_by_label("Lý do và cách khắc phục").fill(PROMISE)
    head.context.clear_cookies()
    promise.get_by_role("button", name="Xác nhận").click()
    _sign_in_again(head, "giamdoc.sxd")
    expect(page).to_have_url(re.compile("/staff/head$"))
    expect(promise.get_by_label("Lý do và cách khắc phục")).to_be_visible()
    expect(promise.get_by_label("Lý do và cách khắc phục")).to_have_value(PROMISE)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_two_clicks_make_one_case(visitor: Open, scripts: bool) -> None:
    title = f"Đèn đường hẻm 12, bấm hai lần ({secrets.token_hex(2)})"
    citizen = visitor(java_script_enabled=scripts)
    page = citizen.page
    citizen.go("/submit")
    page.get_by_label("Nội dung phản ánh, kiến nghị").fill(story.BODY)
    page.get_by_label("Tóm tắt trong một câu").fill(title)
    page.locator("[name=place_text]").fill(story.WARD)
    page.get_by_label("Họ và tên").fill(story.SENDER)
    page.get_by_label("Thư điện tử").fill("hai-lan@example.org")
    page.get_by_role("button", name="Gửi phản ánh").dblclick()
    if steps.own_instead(citizen):
        page.get_by_role("button", name="Gửi phản ánh của tôi").dblclick()
    page.wait_for_url(re.compile("/track/.+/receipt"))
    code = page.url.split("/")[-2]
    steps.wait_on_page(citizen, f"/track/{code}", "UBND phường Xuân Hương", steps.ROUTING_SECONDS)
    officer = visitor(story.OFFICER)
    officer.go(f"/staff/?view=all&q={title[-5:-1]}")
    expect(officer.page.get_by_role("link", name=title)).to_have_count(1)


@contextmanager
def _without_publications(product: Product) -> Iterator[None]:
    """Take a table away from under the running product."""
    owner = Instance(product.var).published()["FEEDBACK_MIGRATION_URL"].replace("+psycopg", "")
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("ALTER TABLE publications RENAME TO publications_away")
        try:
            yield
        finally:
            connection.execute("ALTER TABLE publications_away RENAME TO publications")


@pytest.mark.parametrize(
    ("language", "heading", "advice"),
    [("vi", "Hệ thống gặp lỗi", "xin đọc mã"), ("en", "Something went wrong", "please quote")],
)
def test_a_failure_is_told_in_the_persons_language(
    visitor: Open, product: Product, language: str, heading: str, advice: str
) -> None:
    citizen = visitor(language=language)
    page = citizen.page
    citizen.refusals.add(500)
    with _without_publications(product):
        assert citizen.go("/board") == 500
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    expect(page.locator("main")).to_contain_text(advice)
    reference = page.locator("code.reference").inner_text()
    assert "publications" not in page.content()
    citizen.look(f"failure-{language}")
    assert any(reference in line for line in product.complaints())
    assert citizen.go("/board") == 200
