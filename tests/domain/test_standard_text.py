"""Standard texts: the closed list of placeholders, filling them in, and what is left to be filled in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.data import read_rows
from feedback.domain.answer_check import Hint, check_answer
from feedback.domain.standard_text import (
    FACTS,
    Placeholder,
    StandardKind,
    fill,
    gaps,
    states_of,
    unknown_placeholders,
)

SHIPPED = read_rows("standard_texts.csv")
FIELDS = {row["code"] for row in read_rows("agencies/fields.csv")}


@pytest.mark.parametrize(
    ("text", "strangers"),
    [
        ("Mã {mã}, hạn {hạn}.", ()),
        ("{ Mã } và {CƠ  QUAN}", ()),
        (unicodedata.normalize("NFD", "{địa điểm}"), ()),
        ("{ma}", ("{ma}",)),
        ("{tên người gửi} {tên người gửi} {mã}", ("{tên người gửi}",)),
        ("{}", ("{}",)),
        ("{mã", ("{",)),
        ("mã}", ("}",)),
        ("{{mã}}", ("{", "}")),
        ("{mã\n}", ("{", "}")),
        ("", ()),
    ],
)
def test_what_is_no_placeholder_is_found(text, strangers):
    assert unknown_placeholders(text) == strangers


def test_what_is_known_is_filled_in_and_the_rest_becomes_a_gap():
    text = "Vụ việc {mã} tại { Địa điểm }: {việc đã làm} ngày {ngày xử lý}."
    filled = fill(text, {Placeholder.REFERENCE: "PA-1", Placeholder.PLACE: "hẻm 5"})
    assert filled == "Vụ việc PA-1 tại hẻm 5: [ĐIỀN: việc đã làm] ngày [ĐIỀN: ngày xử lý]."
    assert gaps(filled) == ("việc đã làm", "ngày xử lý")


def test_a_value_can_neither_make_a_placeholder_nor_a_gap():
    filled = fill("{địa điểm}", {Placeholder.PLACE: "{mã} [ĐIỀN: hạn]"})
    assert filled == "(mã) (ĐIỀN: hạn)"
    assert gaps(filled) == ()
    assert gaps(fill("{địa điểm}", {Placeholder.PLACE: "  "})) == ("địa điểm",)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Đã thay bóng đèn.", ()),
        ("[ĐIỀN: lý do] {mã} [ĐIỀN: lý do]", ("lý do", "mã")),
        ("[sic] {không phải}", ()),
        (unicodedata.normalize("NFD", "[ĐIỀN: căn cứ]"), ("căn cứ",)),
    ],
)
def test_what_is_left_to_be_filled_in(text, left):
    assert gaps(text) == left


@given(st.text(max_size=300), st.dictionaries(st.sampled_from(Placeholder), st.text(max_size=30)))
def test_filling_leaves_no_known_placeholder(text, values):
    filled = fill(text, values)
    assert all(
        gap in set(Placeholder) for gap in gaps(fill(" ".join(f"{{{name}}}" for name in Placeholder), values))
    )
    if not gaps(text) and not unknown_placeholders(text):
        assert filled == text


def test_each_kind_has_a_state_in_which_it_is_offered():
    assert {kind for kind in StandardKind if not states_of(kind)} == set()


def test_shipped_texts_are_for_known_kinds_fields_and_states():
    assert 12 <= len(SHIPPED) <= 30
    assert len({row["code"] for row in SHIPPED}) == len(SHIPPED)
    assert {row["kind"] for row in SHIPPED} == set(StandardKind)
    for row in SHIPPED:
        assert unknown_placeholders(row["title"] + row["body"]) == (), row["code"]
        assert {code for code in row["fields"].split(";") if code} <= FIELDS, row["code"]
        assert {one for one in row["states"].split(";") if one} <= set(states_of(StandardKind(row["kind"])))


@pytest.mark.parametrize(
    "row", [row for row in SHIPPED if row["kind"] == "answer"], ids=lambda row: row["code"]
)
def test_a_shipped_answer_filled_in_passes_the_check_list(row):
    facts = fill(row["body"], dict.fromkeys(FACTS, "01/12/2026"))
    assert gaps(facts), "an answer that asks its writer for nothing says nothing"
    assert check_answer(facts)[0].hint is Hint.GAPS
    assert check_answer(facts)[0].hard
    values = {name: "đã kiểm tra và sửa chữa" for name in Placeholder if name not in FACTS}
    dates = {Placeholder.DONE_ON: "12/11/2026", Placeholder.PLANNED_ON: "20/12/2026"}
    whole = fill(
        row["body"], dict.fromkeys(FACTS, "tại chỗ") | values | dates | {Placeholder.TODAY: "1/12/2026"}
    )
    assert [finding.hint for finding in check_answer(whole)] in ([], [Hint.NO_DATE]), check_answer(whole)
    assert not any(finding.hard for finding in check_answer(whole))
