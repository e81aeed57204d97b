"""Which messages are taken for one matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.similarity import SAME_PLACE, WordWeights, fingerprint, rare_words, similarity
from feedback.queries.lists.similar_cases import word_weights


def score(one: str, other: str) -> float:
    weights = word_weights()
    return similarity(fingerprint(one, weights), fingerprint(other, weights))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Nắp cống trước cổng trường tiểu học Nguyễn Du bể làm đôi, trẻ con đi học suýt té xuống.",
            "nap cong ngay cong truong tieu hoc nguyen du bi be, may dua nho di ngang de te lam",
        ),
        (
            "Quán karaoke đầu hẻm 12 mở nhạc lớn tới hai giờ sáng, cả xóm không ngủ được.",
            "Đề nghị xử lý quán karaoke ở hẻm 12: hát suốt đêm đến 2 giờ sáng, bà con xóm tôi mất ngủ.",
        ),
        (
            "Trụ điện sau nhà văn hóa thôn 3 nghiêng hẳn về phía đường, gió lớn là đổ.",
            "Cột điện gần nhà văn hóa thôn 3 nghiêng lắm rồi, sợ gió đổ trúng người đi đường.",
        ),
    ],
)
def test_two_tellings_of_one_matter_are_alike(one: str, other: str) -> None:
    assert score(one, other) >= SAME_PLACE
    assert score(one, other) == pytest.approx(score(other, one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Nắp cống trước cổng trường bể làm đôi, trẻ con đi học suýt té xuống.",
            "Trường thu tiền quỹ lớp quá cao, đề nghị phòng giáo dục kiểm tra.",
        ),
        (
            "Hồ sơ cấp sổ đỏ của tôi nộp từ tháng 3 đến nay chưa có kết quả, cán bộ nói chờ đo đạc.",
            "Danh sách hộ nghèo của thôn tôi nhiều hộ khá vẫn có tên, đề nghị xã rà soát công khai.",
        ),
        ("Đèn đường thôn 3 tắt cả tuần.", "Rác ở chợ không ai gom, bốc mùi."),
        ("", "Rác ở chợ không ai gom, bốc mùi."),
    ],
)
def test_two_matters_of_one_commune_are_apart(one: str, other: str) -> None:
    assert score(one, other) < SAME_PLACE


WORDS = ["đèn", "đường", "tắt", "rác", "chợ", "suối", "cầu", "nghiêng", "12"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join)


@given(TEXTS, TEXTS)
def test_a_score_lies_between_nothing_and_the_same(one: str, other: str) -> None:
    assert 0 <= score(one, other) <= 1
    assert score(one, one) == pytest.approx(1 if one else 0)


def test_the_rarest_words_come_first() -> None:
    weights = WordWeights(100, {"la": 90, "cong": 20})
    assert rare_words("là cống vỡ", weights, 2) == ["vo", "cong"]
