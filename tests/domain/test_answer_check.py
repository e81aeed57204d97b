"""What a machine notices in an answer."""

from __future__ import annotations

import pytest

from feedback.domain.answer_check import Hint, check_answer, mere_forwarding

GOOD = (
    "Ngày 10/11/2026, Trung tâm Quản lý đô thị đã thay ba bóng đèn hỏng trước số nhà nêu trong phản ánh, kiểm"
    " tra toàn tuyến và sẽ kiểm tra lại hằng tháng."
)
FORWARDINGS = [
    "Đã chuyển đơn vị liên quan xử lý theo thẩm quyền.",
    "Sở đã tiếp nhận và chuyển phản ánh đến cơ quan có thẩm quyền để giải quyết. Trân trọng cảm ơn.",
    "Nội dung đã được chuyển cho phòng chuyên môn xem xét, giải quyết.",
    "Đã giao UBND phường kiểm tra, xử lý.\nXin cảm ơn ông/bà.",
    "da chuyen don vi lien quan",
]
ANSWERS = [
    GOOD,
    "Công ty Điện lực đã sửa xong đường dây ngày 5/11.",
    "Đã thay bóng đèn ngày 10/11/2026. Hồ sơ đã chuyển phòng kế toán để thanh toán cho đơn vị thi công.",
    "Đã chuyển tiền bồi thường vào tài khoản.",
    "",
]


@pytest.mark.parametrize("text", FORWARDINGS)
def test_a_mere_forwarding_is_refused(text):
    first = check_answer(text)[0]
    assert (first.hint, first.hard) == (Hint.FORWARDED, True)
    assert first.words


@pytest.mark.parametrize("text", ANSWERS)
def test_an_answer_is_not_taken_for_a_forwarding(text):
    assert mere_forwarding(text) == ""
    assert not any(finding.hard for finding in check_answer(text))


HINTS = [
    (GOOD, {}, set()),
    (GOOD, {"field_incident": True}, {Hint.NO_PHOTO}),
    (GOOD, {"field_incident": True, "photos": 1}, set()),
    (GOOD, {"personal": ("0912 345 678",)}, {Hint.PERSONAL}),
    ("Đèn đã sáng lại từ ngày 3/11.", {}, {Hint.SHORT, Hint.NO_MEASURE}),
    ("Đã thay bóng đèn.", {}, {Hint.SHORT, Hint.NO_DATE}),
    (GOOD + " Việc này không thuộc trách nhiệm của chúng tôi.", {}, {Hint.TONE}),
    (GOOD + " Phần vỉa hè đã chuyển UBND phường.", {}, {Hint.FORWARDED}),
]


@pytest.mark.parametrize(("text", "given", "hints"), HINTS)
def test_hints(text, given, hints):
    found = check_answer(text, **given)
    assert {finding.hint for finding in found} == hints
    assert not any(finding.hard for finding in found)
