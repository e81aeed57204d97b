"""What is found in a text of persons who may not be named, and what is left alone."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.data import read_rows
from feedback.domain.gazetteer import Commune, Gazetteer, OldPlace
from feedback.domain.personal_data import PersonalDataKind, PersonalSpan, find_personal_data, masked

MESSAGES = Path(__file__).parents[1] / "data" / "personal_data.jsonl"


@cache
def gazetteer() -> Gazetteer:
    communes = [
        Commune(row["code"], row["name"], row["province"])
        for row in read_rows("places/lam-dong/communes.csv")
    ]
    old = [
        OldPlace(
            row["province"], row["district"], row["name"], row["commune_code"], row["was_split"] == "true"
        )
        for row in read_rows("places/lam-dong/old-names.csv")
    ]
    return Gazetteer.build(communes, old)


def found(text: str) -> list[tuple[str, str]]:
    return [(str(span.kind), span.of(text)) for span in find_personal_data(text, gazetteer().senses)]


def test_the_labelled_messages_are_read_as_well_as_required() -> None:
    missed: list[str] = []
    extra: list[str] = []
    right = 0
    for line in MESSAGES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        wanted = {(span["kind"], span["start"], span["end"]) for span in row["pii"]}
        got = {(str(s.kind), s.start, s.end) for s in find_personal_data(row["text"], gazetteer().senses)}
        right += len(wanted & got)
        missed += [f"{row['id']} {row['text'][start:end]}" for _kind, start, end in wanted - got]
        extra += [f"{row['id']} {row['text'][start:end]}" for _kind, start, end in got - wanted]
    assert right / (right + len(missed)) >= 0.95, missed
    assert right / (right + len(extra)) >= 0.95, extra


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("To cao pho chu tich Y Thinh Ktla Bkrong xa Nam Dong", [("name", "Y Thinh Ktla Bkrong")]),
        ("Chị K' Quốc và bà H'Lan Niê", [("name", "K' Quốc"), ("name", "H'Lan Niê")]),
        ("Nhà số 17 hẻm đường Nguyễn Công Trứ bị ngập", [("address", "số 17 hẻm đường Nguyễn Công Trứ")]),
        ("Tôi ngụ 27/900 hẻm Bàu Me, phường Phan Thiết", [("address", "27/900 hẻm Bàu Me")]),
        ("Toi o 12/3 ngo Hoa Binh", [("address", "12/3 ngo Hoa Binh")]),
        ("Cách đây 3 ngõ Cây Đa có hố", []),
        ("Còn chỉ tiêu giáo viên Tiếng Anh tiểu học không?", []),
        ("Chủ tịch xã Trà Tân Chế Quang Huynh nhận tiền", [("name", "Chế Quang Huynh")]),
        ("Tôi là NGUYỄN VĂN AN, ở thôn 2", [("name", "NGUYỄN VĂN AN")]),
        ("goi cho toi khong chin khong hai mot bon nam sau bay tam",
         [("phone", "khong chin khong hai mot bon nam sau bay tam")]),
        ("Ông sinh ngày 02/09/1961 chưa có thẻ", [("identity", "02/09/1961")]),
        ("Sự việc tại 12 Nguyễn Du", [("address", "12 Nguyễn Du")]),
        ("chi Nga ban ve so bi giat tui o cho", [("name", "Nga")]),
        ("nha toi so 45 thon tan trung", [("address", "so 45 thon tan trung")]),
        ("Toa thuốc của số bệnh án 2207-1198", [("identity", "2207-1198")]),
    ],
)  # fmt: skip
def test_what_is_found(text: str, spans: list[tuple[str, str]]) -> None:
    assert found(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Chủ tịch xã và Giám đốc Sở Y tế chưa trả lời",
        "Đường Nguyễn Thị Minh Khai và trường Lê Quý Đôn",
        "Anh em công nhân khu công nghiệp Phú Hội",
        "Đồng bào K'Ho, người H'Mông ở Phan Thiết, Bảo Lâm 5 và Ka Đô",
        "Gọi đường dây nóng 02633 822 900 hoặc 1022",
        "Hồ sơ số 12/2026, Nghị định 61/2018/NĐ-CP, 120.000.000 đồng",
        "Hẻm 45 đường Trần Phú, km 112 quốc lộ 20, tổ 5",
        "Công ty TNHH Phúc Lộc Thọ, chùa Linh Phước",
        "Chợ Bà Rịa, cầu Ông Đồn, chùa Bà Thiên Hậu, ngã ba Ông Tạ",
        "Bà H. chi hội trưởng và ông T. ở xã",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert found(text) == []


PARTS = [
    "Nguyễn", "Văn", "ông", "K'", "0912", "345", "số", "12", "/", "đường", "H'Mông", "xã", "thửa", "tờ",
    "bản đồ", ",", "\n", "toi ten", "@", "a.b",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS)))
def test_spans_are_in_order_within_the_text_and_apart(parts: list[str]) -> None:
    text = " ".join(parts)
    spans = find_personal_data(text, gazetteer().senses)
    ends = [0, *(span.end for span in spans)]
    assert all(end <= span.start < span.end <= len(text) for end, span in zip(ends, spans, strict=False))
    assert len(masked(text, spans, "")) == len(text) - sum(span.end - span.start for span in spans)


@pytest.mark.parametrize(
    "unit", ["1 ", "Nguyễn ", "số 1 ", "a.", "@", "bhxh là ", "tài khoản ", "K' ", "so truc "]
)
def test_a_long_text_takes_time_by_its_length(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    begun = time.perf_counter()
    find_personal_data(text)
    assert time.perf_counter() - begun < 2


def test_a_mask_stands_where_the_words_were() -> None:
    text = "Chị Lan, 0912 345 678."
    spans = [PersonalSpan(PersonalDataKind.NAME, 4, 7), PersonalSpan(PersonalDataKind.PHONE, 9, 21)]
    assert masked(text, spans) == "Chị […], […]."
