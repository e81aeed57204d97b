"""What is typed into the search of the inbox, and where its words stand in a text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.highlight import excerpt, pieces
from feedback.domain.search_query import Asked, Operator, Problem, read_query, widened
from feedback.domain.text import clean_text

TODAY = date(2026, 11, 28)
O = Operator  # noqa: E741 - the table below reads better


def read(text):
    return read_query(text, TODAY)


def test_words_phrases_and_what_must_not_occur():
    found = read('Đường "ổ gà" -rác -"đèn đỏ" duong QL-20')
    assert found.words == ("duong", "ql", "20")
    assert found.phrases == (("o", "ga"),)
    assert found.without == (("rac",), ("den", "do"))
    assert found.marked == ("duong", "ql", "20", "o", "ga")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Tha", ("tha",)), ("nguyễn", ("nguyen",)), ("nguyê", ("nguye*",)), ("duon", ("duon",)),
        ("duonk", ("duonk*",)), ("thủng*", ("thung*",)), ("SXD", ("sxd*",)), ("ql", ("ql",)),
        ("ng*", ("ng",)), ("*", ()), ("tổ-dân-phố*", ("to", "dan", "pho*")),
        ("1200", ("1200",)), ("120*", ("120*",)), ("to120", ("to120*",)),
        ("http://vi.du/a", ("http*", "vi", "du", "a")),
    ],
)  # fmt: skip
def test_a_whole_syllable_and_a_number_mean_themselves(typed, words):
    assert read(typed).words == words


@pytest.mark.parametrize(
    ("typed", "wider"),
    [
        ("chó thả", "chó* thả*"), ("chuồng,  bò", "chuồng* bò"), ('"ổ gà" đường -rác', '"ổ gà" đường* -rác'),
        ("coquan:SXD 120 sxd", "coquan:SXD 120* sxd"), ("chuồng*", None), ("ở", None), ("", None),
        ('"ổ gà"', None),
    ],
)  # fmt: skip
def test_a_search_can_be_widened_to_beginnings(typed, wider):
    assert widened(typed) == wider
    assert wider is None or widened(wider) is None


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("state:triage", Asked(O.STATE, "triage")),
        ('trạng-thái:"Đang xử lý"', Asked(O.STATE, "dang xu ly")),
        ("-TRANGTHAI:triage", Asked(O.STATE, "triage", negated=True)),
        ("lĩnh_vực:y-te", Asked(O.FIELD, "y te")),
        ("co-quan:SXD", Asked(O.AGENCY, "sxd")),
        ("người:lan", Asked(O.OFFICER, "lan")),
        ("due:<=2026-12-01", Asked(O.DUE, "<=2026-12-01", last=date(2026, 12, 1))),
        ("hạn:<1/12/2026", Asked(O.DUE, "<1/12/2026", last=date(2026, 11, 30))),
        ("due:>2026-12-01", Asked(O.DUE, ">2026-12-01", first=date(2026, 12, 2))),
        ("due:today", Asked(O.DUE, "today", first=TODAY, last=TODAY)),
        (
            "nhận:1.11.2026..hôm-nay",
            Asked(O.RECEIVED, "1.11.2026..hom-nay", first=date(2026, 11, 1), last=TODAY),
        ),
        ("has:file", Asked(O.HAS, "file")),
        ("-có:tệp", Asked(O.HAS, "file", negated=True)),
        ("urgent:yes", Asked(O.URGENT, "yes")),
        ("khẩn:không", Asked(O.URGENT, "yes", negated=True)),
        ("-khẩn:không", Asked(O.URGENT, "yes")),
        ('ghi-chú:"Gọi điện, hẹn"', Asked(O.NOTE, "goi dien hen")),
        ("note:hẹn", Asked(O.NOTE, "hen")),
        ("note:hẹn*", Asked(O.NOTE, "hen*")),
        ("note:SXD", Asked(O.NOTE, "sxd*")),
    ],
)
def test_operators_in_both_languages(typed, asked):
    assert read(typed).asked == ((typed, asked),)
    assert read(typed).problems == ()
    assert read(typed).words == ()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("due:", "value"), ("due:soon", "date"), ("due:31/2/2026", "date"), ("due:..", "date"),
        ("due:>9999-12-31", "date"), ("-due:today", "without"), ("has:money", "has"),
        ("note:", "value"), ("ghi-chu:!!", "value"), ("-note:điện", "without_note"),
        ("urgent:maybe", "yes_no"),
    ],
)  # fmt: skip
def test_an_operator_that_makes_no_sense_is_told_apart_and_loses_nothing_else(typed, code):
    found = read(f"đèn {typed} hỏng")
    assert found.problems == (Problem(typed, code),)
    assert found.words == ("den", "hong")


def test_other_colons_are_words():
    assert read("http://vi.du/a 8:30").words == ("http*", "vi", "du", "a", "8", "30")


@given(st.text(max_size=80))
def test_anything_can_be_typed(text):
    found = read(text)
    assert all(word.removesuffix("*").isalnum() for word in found.marked)
    wider = widened(text)
    assert wider is None or read(wider).phrases == found.phrases


@given(
    st.text(alphabet="aăâbcdđ éÉ.,-\n<>&ỗßﬁ", max_size=60),
    st.lists(st.sampled_from(["a", "bcd*", "do", "bcd"])),
)
def test_pieces_join_to_the_text(text, words):
    assert "".join(part for part, _ in pieces(text, words)) == clean_text(text)


def test_words_are_marked_with_and_without_marks():
    assert pieces("Đèn đường hỏng", ["duong"]) == [("Đèn ", False), ("đường", True), (" hỏng", False)]
    assert pieces("nghiêng", ["nghi*"]) == [("nghi", True), ("êng", False)]
    assert pieces("nghiêng", ["nghi"]) == [("nghiêng", False)]
    assert pieces("gà gầm", ["ga"]) == [("gà", True), (" gầm", False)]


def test_an_excerpt_begins_near_the_first_word():
    text = "một hai ba bốn " * 20 + "cống bị nghẹt từ sáng " + "năm sáu " * 40
    shown = excerpt(text, ["nghet"], 120)
    joined = "".join(part for part, _ in shown)
    assert joined.startswith("…")
    assert joined.endswith("…")
    assert ("nghẹt", True) in shown
    assert len(joined) <= 122
    assert excerpt(text, ["khac"]) == []
