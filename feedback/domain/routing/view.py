"""A message made ready for conditions: what was found in it, once for all rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from feedback.domain.places import PlaceMatch
from feedback.domain.routing.message import Message
from feedback.domain.routing.phrases import Hit, PhraseBook, Segment

_WINDOW = 3

_ASKING = PhraseBook.of(
    [
        "đề nghị", "kiến nghị", "nhờ", "nho", "mong", "xin", "yêu cầu", "kính gửi", "kính mong", "gửi", "báo",
        "kính đề nghị", "khẩn thiết đề nghị", "kêu gọi", "để", "phiền", "tha thiết", "cầu cứu",
    ]
)  # fmt: skip
_ACTING = PhraseBook.of(
    [
        "kiểm tra", "xử lý", "xem", "giúp", "xuống", "coi", "vào cuộc", "can thiệp", "chỉ đạo", "hướng dẫn",
        "trả lời", "nhắc", "nhắc nhở", "điều tra", "thu giữ", "lấy mẫu", "giải quyết", "cho người",
        "cử người", "làm rõ", "cho biết", "bố trí", "sửa", "dẹp", "dọn", "phạt", "xác minh", "chấn chỉnh",
        "rà soát", "hỗ trợ", "lắp", "gắn", "thay", "di dời", "bắt", "liên hệ", "tổ chức", "thông báo",
        "vớt", "làm việc", "quan tâm", "yêu cầu", "buộc", "lập biên bản", "đo", "mở", "thu gom", "công bố",
        "ra quân", "phối hợp", "giùm", "lên",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """What conditions look at.

    `found` are the phrases of the rules that occur, `in_subject` those in the subject, `asked`
    those that stand as the body asked to act. `agency_names` gives the phrase by which an agency
    is looked for.
    """

    message: Message
    place: PlaceMatch
    found: frozenset[str]
    in_subject: frozenset[str]
    asked: frozenset[str]
    agency_names: Mapping[str, str]

    def names_agency(self, code: str) -> bool:
        """Tell whether the message names the agency with this code. Raises KeyError for an unknown one."""
        return self.agency_names[code] in self.found


def asked_phrases(segment: Segment, hits: list[Hit]) -> frozenset[str]:
    """Return the phrases among `hits` that stand shortly after a word of asking or before one of acting."""
    if not hits:
        return frozenset()
    asking = {hit.end for hit in _ASKING.find(segment)}
    acting = {hit.start for hit in _ACTING.find(segment)}
    return frozenset(
        hit.phrase
        for hit in hits
        if any(hit.start - gap in asking for gap in range(_WINDOW))
        or any(hit.end + gap in acting for gap in range(_WINDOW))
    )
