"""What a text that is to be published gives away of the submitter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.redaction import Secrets, gives_away, repeats

OWN_WORDS = "Đèn đường trước số nhà 12 đã tắt ba tuần nay, buổi tối rất nguy hiểm cho trẻ em đi học về."
SECRETS = Secrets(
    name="Trần Thị Bưởi", organisation="Công ty TNHH Hoa Đà Lạt", business_code="5800123456",
    email="buoi@example.org", phone="0912 345 678", address="12 Nguyễn Du, phường Xuân Hương",
    exact_place="ngõ 7 đường Hai Bà Trưng", words=(OWN_WORDS,),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Người dân phản ánh đèn chiếu sáng hỏng; cơ quan đã thay bóng mới.", None),
        ("Bà Trần Thị Bưởi phản ánh đèn hỏng.", "name"),
        ("ba tran thi buoi phan anh den hong", "name"),
        ("TRẦN  THỊ\nBƯỞI phản ánh", "name"),
        ("Công ty TNHH Hoa Đà Lạt đề nghị", "name"),
        ("Gửi về Buoi@Example.org nhé", "contact"),
        ("Gọi số 0912.345.678", "contact"),
        ("Gọi số +84 912 345 678", "contact"),
        ("Mã số doanh nghiệp 5800123456", "contact"),
        ("Sự việc tại 12 Nguyễn Du", "place"),
        ("Su viec tai ngo 7 duong Hai Ba Trung", "place"),
        ("Sự việc trên đường Nguyễn Du", None),
        ("Đường dây nóng của tỉnh: 02633 822 900", None),
        ("Đã nhận 12 phản ánh", None),
        ("Dân nói: den duong truoc so nha 12 da tat ba tuan nay, buoi toi", "quote"),
        ("Đèn đường trước số nhà 12 đã tắt ba tuần", None),
        ("", None),
    ],
)
def test_what_a_text_gives_away(text: str, code: str | None) -> None:
    assert gives_away(text, SECRETS) == code


def test_a_lone_name_is_a_name_only_with_its_capital() -> None:
    secrets = Secrets(name="Hoa")
    assert gives_away("Vườn hoa bị giẫm nát", secrets) is None
    assert gives_away("Chị Hoa phản ánh", secrets) == "name"


def test_empty_secrets_find_nothing() -> None:
    assert gives_away("Bà Trần Thị Bưởi, 0912345678, 12 Nguyễn Du", Secrets(words=("",))) is None


WORDS = st.lists(st.sampled_from(["đèn", "đường", "hỏng", "đã", "lâu", "rồi", "cần", "sửa"]), max_size=30)


@given(WORDS, WORDS, WORDS)
def test_a_quote_is_found_from_twelve_words_on(before: list[str], quote: list[str], after: list[str]) -> None:
    unique = [f"{word}{number}" for number, word in enumerate(quote)]
    text = " ".join([*before, *unique, *after])
    assert repeats(text, [" ".join(unique)]) is (len(unique) >= 12)


@given(st.text(), st.text())
def test_any_text_can_be_checked(text: str, secret: str) -> None:
    secrets = Secrets(
        name=secret, organisation=secret, business_code=secret, email=secret, phone=secret, address=secret,
        exact_place=secret, words=(secret,),
    )  # fmt: skip
    assert gives_away(text, secrets) in {None, "name", "contact", "place", "quote"}
