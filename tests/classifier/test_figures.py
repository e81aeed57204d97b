"""The figures of a test, counted by hand on a few messages."""

import json
from pathlib import Path

import pytest

from feedback.classifier.duplicate_figures import Told, duplicate_figures, labelled_pairs
from feedback.classifier.evaluation import LabelError, evaluate, read_questions
from feedback.classifier.figures import Answer, Question, confusion, measure
from feedback.classifier.model import Model
from feedback.classifier.span_figures import labelled_spans, span_figures
from feedback.domain.routing import RoutingData
from feedback.queries.lists.similar_cases import word_weights

SAME = "Rác chất đống đầu hẻm 12 đường Lê Lợi cả tuần nay, xe gom không vào, hôi thối không chịu nổi"


def _answer(agency: str, *, automatic: bool = True, milliseconds: float = 1.0) -> Answer:
    return Answer(
        (agency,), automatic, agency if automatic else None, "C", False, "", "none", False, milliseconds
    )


def test_words_are_labelled_wherever_they_stand_as_words() -> None:
    text = "Bà An ở Anh, bà An gọi 0912; AN không tính"
    assert labelled_spans(text, ["An"]) == {(3, 5), (16, 18)}
    assert labelled_spans(text, ["Bà An", "An"]) == {(0, 5), (16, 18)}
    assert labelled_spans(text, ["không có", ""]) == frozenset()


def test_spans_count_when_both_ends_are_right_and_overlaps_besides() -> None:
    text = "Tôi là Lưu Thị Hạnh Nguyên, điện thoại 0987 654 120."
    right = span_figures([(text, ["Lưu Thị Hạnh Nguyên", "0987 654 120"])], frozenset())
    assert right == {
        f"{kind}_{name}": 1.0
        for kind in ("pii_span", "pii_overlap")
        for name in ("recall", "precision", "f1")
    }
    half = span_figures([(text, ["Hạnh Nguyên", "0987 654 120"])], frozenset())
    assert (half["pii_span_recall"], half["pii_span_precision"], half["pii_span_f1"]) == (0.5, 0.5, 0.5)
    assert (half["pii_overlap_recall"], half["pii_overlap_f1"]) == (1.0, 1.0)


def test_nothing_labelled_gives_no_figure() -> None:
    figures = span_figures([("Đèn đường hỏng", [])], frozenset())
    assert set(figures.values()) == {None}
    assert duplicate_figures([Told("1", SAME, "")], word_weights())["f1"] is None


def test_who_repeats_the_same_message_repeats_each_other() -> None:
    told = [
        Told("a", SAME, ""),
        Told("b", SAME, "", "a"),
        Told("c", SAME, "", "b"),
        Told("d", "x", "", "gone"),
    ]
    assert labelled_pairs(told) == {frozenset("ab"), frozenset("bc"), frozenset("ac")}


def test_repetitions_are_found_within_a_commune() -> None:
    other = "Xin hỏi thủ tục cấp lại giấy phép lái xe hạng A1 bị mất"
    told = [
        Told("a", SAME, "X"),
        Told("b", f"{SAME}.", "X", "a"),
        Told("c", other, "X"),
        Told("d", SAME, "Y", "a"),
    ]
    figures = duplicate_figures(told, word_weights())
    assert figures == {"pairs": 3, "recall": 0.3333, "precision": 1.0, "f1": 0.5}


def test_macro_f1_coverage_and_times_of_a_few_answers() -> None:
    asked = [
        Question("", "", "SYT", case_class="C"), Question("", "", "SYT", case_class="C"),
        Question("", "", "SXD", case_class="C"), Question("", "", "", pii=()),
    ]  # fmt: skip
    given = [
        _answer("SYT"),
        _answer("SXD"),
        _answer("SXD", automatic=False, milliseconds=9.0),
        _answer("SYT"),
    ]
    figures = measure(asked, given)
    assert (figures["messages"], figures["judged"]) == (4, 3)
    assert (figures["agency_right"], figures["coverage"], figures["automatic_wrong"]) == (0.6667, 0.6667, 0.5)
    assert figures["macro_f1"] == 0.6667
    assert (figures["ms_p50"], figures["ms_p99"], figures["ms_worst"]) == (1.0, 9.0, 9.0)
    assert confusion(asked, given) == {("SYT", "SYT"): 1, ("SYT", "SXD"): 1, ("SXD", "SXD"): 1}


def test_a_file_gives_every_figure(tmp_path: Path, data: RoutingData, model: Model) -> None:
    rows = [
        {"id": "1", "text": f"Tôi là Lưu Thị Hạnh Nguyên. {SAME}", "agency": "UBNDX", "class": "C",
         "pii": ["Lưu Thị Hạnh Nguyên"], "urgent": False, "duplicate_of": ""},
        {"id": "2", "text": SAME, "agency": "UBNDX", "class": "C", "pii": [], "duplicate_of": "1"},
        {"id": "3", "text": "Gọi anh Trần Văn Tám số 0912345678",
         "pii": [{"kind": "name", "text": "Trần Văn Tám"}, {"kind": "phone", "text": "0912345678"}]},
    ]  # fmt: skip
    file = tmp_path / "messages.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    figures, _ = evaluate(read_questions(file, {}), data, model, word_weights())
    assert figures["pii_span_f1"] == figures["duplicates"]["f1"] == 1.0
    assert figures["judged"] == 2
    assert 20 < figures["memory_mb"] < 4000


def test_a_row_without_agency_or_personal_data_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text('{"text": "Đèn hỏng"}', "utf-8")
    with pytest.raises(LabelError, match=r"messages\.jsonl:1"):
        read_questions(file, {})
