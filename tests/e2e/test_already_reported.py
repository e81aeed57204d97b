"""Already reported: a second sender follows the first one's case from a telephone and gets its answer too."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.visitor import Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_a_second_sender_follows_and_is_answered_too(visitor: Open, width: int) -> None:
    mark = secrets.token_hex(2)
    street = f"hẻm {secrets.randbelow(900) + 100} đường {mark}"
    body = f"Đèn đường {street} hỏng ba tuần nay, tối om, trẻ em đi học về rất nguy hiểm, xin sửa đèn đường."
    title = f"Đèn đường {street} không sáng"
    first = visitor(width=width)
    _write(first, f"dau-{mark}@example.org", title, body)
    code = steps.send(first)
    steps.wait_on_page(first, f"/track/{code}", "Giao cho", steps.ROUTING_SECONDS)

    second = visitor(width=width)
    _write(second, f"hai-{mark}@example.org", title, f"{body} Nhà tôi ở gần đó.")
    _stand_there(second)
    second.page.get_by_role("button", name="Gửi phản ánh").click()
    expect(second.page.get_by_role("heading", level=1)).to_contain_text("đã có người phản ánh")
    second.look("already-reported")
    assert story.SENDER not in second.page.locator(".reported-list").inner_text()
    second.page.get_by_role("button", name="Theo dõi vụ việc đã có").first.click()
    second.page.wait_for_url(re.compile("/receipt"))
    second.look("receipt-followed", schemes=("light",))
    own = second.page.url.split("/track/")[1].split("/")[0]
    assert own != code
    steps.wait_on_page(second, f"/track/{own}", "Theo dõi chung với một vụ việc đã có", steps.ROUTING_SECONDS)
    second.look("track-followed")

    officer = visitor(story.OFFICER, width=width)
    steps.answer(officer, title)
    officer.look("case-with-followers", schemes=("light",))
    steps.approve(visitor(story.HEAD, width=width), title)
    second.go(f"/track/{own}")
    expect(second.page.locator("#answer")).to_contain_text(story.ANSWER)


def _write(citizen: Visitor, email: str, title: str, body: str) -> None:
    citizen.go("/submit")
    steps.write_message(citizen, email, body=body, photo=False)
    citizen.page.get_by_label("Tóm tắt trong một câu").fill(title)


def _stand_there(citizen: Visitor) -> None:
    """Press for the device's position, which is asked of it only then."""
    citizen.context.grant_permissions(["geolocation"])
    citizen.context.set_geolocation({"latitude": 11.5481, "longitude": 107.8072, "accuracy": 9})
    expect(citizen.page.locator("[name=latitude]")).to_have_value("")
    citizen.page.get_by_role("button", name="Dùng vị trí của tôi").click()
    expect(citizen.page.locator("[name=latitude]")).to_have_value("11.54810")
