"""The check list of an answer and what the machine noticed, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback.domain.answer_check import Hint, Point

POINTS: Sequence[tuple[Point, LazyString]] = (
    (Point.ANSWERS, _l("Trả lời đúng điều người gửi hỏi hoặc kiến nghị.")),
    (Point.MEASURE, _l("Nêu việc đã làm hoặc sẽ làm, ai làm, ngày nào.")),
    (Point.PROOF, _l("Sự việc ngoài hiện trường: có ảnh sau khi xử lý, hoặc nêu lý do không có.")),
    (Point.NOT_FORWARDED, _l("Không lấy việc “đã chuyển cơ quan khác” làm câu trả lời.")),
    (Point.NO_PERSONAL, _l("Không có dữ liệu cá nhân của người khác.")),
    (Point.TONE, _l("Lời lẽ lịch sự, dễ hiểu.")),
)

HINTS: Mapping[Hint, LazyString] = {
    Hint.GAPS: _l("Mẫu còn chỗ chưa điền; điền xong hoặc bỏ đi mới trình được:"),
    Hint.FORWARDED: _l(
        "Có câu nói đã chuyển nơi khác: người gửi cần biết kết quả, không chỉ nơi chuyển đến."
    ),
    Hint.NO_DATE: _l("Chưa thấy ngày nào: việc làm hôm nào, hoặc sẽ xong hôm nào?"),
    Hint.NO_MEASURE: _l("Chưa thấy nêu việc đã làm hoặc sẽ làm."),
    Hint.SHORT: _l("Câu trả lời khá ngắn: đã đủ việc gì, ai làm, ngày nào chưa?"),
    Hint.TONE: _l("Có lời lẽ nên viết lại cho nhẹ nhàng hơn."),
    Hint.PERSONAL: _l(
        "Có thể có dữ liệu cá nhân; chỉ giữ lại nếu là của chính người gửi hoặc được phép nêu."
    ),
    Hint.NO_PHOTO: _l("Sự việc ngoài hiện trường mà chưa có ảnh sau khi xử lý."),
}
