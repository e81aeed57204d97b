"""The words, icons and tones by which the pages call what the domain only numbers.

Texts are lazy: they become Vietnamese or English when a page is rendered. A value
that the tables lack is a programming error and raises KeyError; a test walks every
member of every enumeration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback.domain.conflicts import ConflictKind
from feedback.domain.lifecycle import CaseClass, Channel, RefusalCode, RestrictedKind, State, SubmitterKind
from feedback.domain.positions import HoldingKind, PositionKind

Audience = Literal["public", "staff"]
Tone = Literal["neutral", "info", "progress", "warning", "danger", "success", "quiet", "sealed"]


class StateLook(NamedTuple):
    """How a state is shown: words for staff, plain words for everyone, a tone and an icon."""

    staff: LazyString
    public: LazyString
    tone: Tone
    icon: str


STATES: Mapping[State, StateLook] = {
    State.RECEIVED: StateLook(_l("Mới tiếp nhận"), _l("Đã tiếp nhận"), "info", "inbox"),
    State.TRIAGE: StateLook(_l("Chờ phân loại"), _l("Đang xác định cơ quan xử lý"), "info", "signpost-split"),
    State.ASSIGNED: StateLook(
        _l("Đã giao, chờ nhận"), _l("Đã chuyển cơ quan xử lý"), "progress", "person-check"
    ),
    State.IN_PROGRESS: StateLook(_l("Đang xử lý"), _l("Đang xử lý"), "progress", "arrow-repeat"),
    State.AWAITING_SUBMITTER: StateLook(
        _l("Chờ người gửi bổ sung"), _l("Chờ ông/bà bổ sung thông tin"), "warning", "chat-left-dots"
    ),
    State.AWAITING_APPROVAL: StateLook(
        _l("Chờ duyệt trả lời"), _l("Câu trả lời đang được duyệt"), "progress", "pen"
    ),
    State.ANSWERED: StateLook(_l("Đã trả lời"), _l("Đã trả lời"), "success", "check-circle"),
    State.REFUSED: StateLook(
        _l("Từ chối tiếp nhận"), _l("Không thuộc diện tiếp nhận"), "quiet", "slash-circle"
    ),
    State.MERGED: StateLook(
        _l("Đã gộp"), _l("Được trả lời chung với phản ánh cùng nội dung"), "quiet", "sign-merge-left"
    ),
    State.SPLIT: StateLook(_l("Đã tách"), _l("Đã tách thành nhiều nội dung"), "quiet", "diagram-2"),
    State.REJOINED: StateLook(
        _l("Đã nhập lại"), _l("Đã nhập lại vào phản ánh ban đầu"), "quiet", "arrow-counterclockwise"
    ),
    State.WITHDRAWN: StateLook(_l("Đã rút"), _l("Ông/bà đã rút phản ánh"), "quiet", "arrow-counterclockwise"),
    State.RESTRICTED: StateLook(
        _l("Hạn chế tiếp cận"), _l("Đang được xem xét theo quy định riêng"), "sealed", "lock"
    ),
    State.FORWARDED: StateLook(
        _l("Đã chuyển cơ quan có thẩm quyền"), _l("Đã chuyển cơ quan có thẩm quyền"), "quiet", "send"
    ),
    State.GUIDED: StateLook(_l("Đã hướng dẫn"), _l("Đã hướng dẫn nơi giải quyết"), "quiet", "signpost-2"),
}

CLASSES: Mapping[CaseClass, LazyString] = {
    CaseClass.A: _l("Hành vi, chậm trễ của cán bộ, công chức"),
    CaseClass.B: _l("Nội dung quy định, thủ tục hành chính"),
    CaseClass.C: _l("Hiện trạng, sự việc tại hiện trường"),
    CaseClass.D: _l("Khiếu nại"),
    CaseClass.E: _l("Tố cáo"),
    CaseClass.F: _l("Văn bản quy phạm pháp luật"),
    CaseClass.G: _l("Nhiều nội dung"),
    CaseClass.Q: _l("Câu hỏi"),
    CaseClass.X: _l("Không thuộc thẩm quyền nhà nước"),
}

POSITION_KINDS: Mapping[PositionKind, LazyString] = {
    PositionKind.OFFICER: _l("Chuyên viên xử lý"),
    PositionKind.HEAD_OF_UNIT: _l("Trưởng phòng"),
    PositionKind.HEAD_OF_AGENCY: _l("Người đứng đầu cơ quan"),
    PositionKind.DISPATCHER: _l("Điều phối viên"),
    PositionKind.COORDINATOR_HEAD: _l("Chánh Văn phòng UBND tỉnh"),
    PositionKind.CHAIRMAN: _l("Chủ tịch UBND tỉnh"),
    PositionKind.RECEPTION: _l("Nhân viên một cửa"),
    PositionKind.ADMINISTRATOR: _l("Quản trị hệ thống"),
    PositionKind.SUPERVISOR: _l("Giám sát"),
}

HOLDING_KINDS: Mapping[HoldingKind, LazyString] = {
    HoldingKind.HOLDER: _l("Chính thức"),
    HoldingKind.ACTING: _l("Phụ trách thay"),
}

CHANNELS: Mapping[Channel, LazyString] = {
    Channel.WEB: _l("Trang web"),
    Channel.PHONE: _l("Điện thoại"),
    Channel.PAPER: _l("Văn bản giấy"),
    Channel.COUNTER: _l("Trực tiếp tại một cửa"),
    Channel.FILE: _l("Tệp chuyển đến"),
}

SUBMITTER_KINDS: Mapping[SubmitterKind, LazyString] = {
    SubmitterKind.CITIZEN: _l("Cá nhân"),
    SubmitterKind.BUSINESS: _l("Doanh nghiệp"),
    SubmitterKind.ORGANISATION: _l("Tổ chức"),
}

RESTRICTED_KINDS: Mapping[RestrictedKind, LazyString] = {
    RestrictedKind.COMPLAINT: _l("Khiếu nại"),
    RestrictedKind.DENUNCIATION: _l("Thông tin có nội dung tố cáo"),
    RestrictedKind.CRIME: _l("Tin báo về tội phạm"),
}

CONFLICTS: Mapping[ConflictKind, LazyString] = {
    ConflictKind.NAMED: _l("Bị nêu tên trong vụ việc"),
    ConflictKind.DECLARED: _l("Tự khai có xung đột lợi ích"),
    ConflictKind.ACCUSED_AGENCY: _l("Làm việc ở cơ quan bị nêu"),
}

REFUSALS: Mapping[RefusalCode, LazyString] = {
    RefusalCode.NOT_GOVERNMENT: _l("Không thuộc thẩm quyền của cơ quan nhà nước"),
    RefusalCode.NO_CLEAR_CONTENT: _l("Nội dung không rõ ràng"),
    RefusalCode.ANSWERED_BEFORE: _l("Đã được trả lời trước đó"),
    RefusalCode.OTHER_PROVINCE: _l("Thuộc thẩm quyền của tỉnh, thành phố khác"),
    RefusalCode.NO_SUPPLEMENT: _l("Không bổ sung thông tin trong thời hạn"),
    RefusalCode.ABUSIVE: _l("Có lời lẽ xúc phạm"),
}


def state_label(state: str, audience: Audience = "staff") -> str:
    """Name a lifecycle state for staff, or in plain words for the public."""
    look = STATES[State(state)]
    return str(look.public if audience == "public" else look.staff)


def state_tone(state: str) -> Tone:
    """Give the colour family of a state; the icon and the words say the same."""
    return STATES[State(state)].tone


def state_icon(state: str) -> str:
    """Give the name of a state's icon in the sprite."""
    return STATES[State(state)].icon


def class_label(letter: str) -> str:
    """Name a class A to X."""
    return str(CLASSES[CaseClass(letter)])


def position_kind_label(kind: str) -> str:
    """Name a kind of position."""
    return str(POSITION_KINDS[PositionKind(kind)])


def holding_kind_label(kind: str) -> str:
    """Say whether a position is held or acted in."""
    return str(HOLDING_KINDS[HoldingKind(kind)])


def channel_label(channel: str) -> str:
    """Name the way a case came in."""
    return str(CHANNELS[Channel(channel)])


def submitter_kind_label(kind: str) -> str:
    """Name what sort of submitter sent a case."""
    return str(SUBMITTER_KINDS[SubmitterKind(kind)])


def restricted_kind_label(kind: str) -> str:
    """Name why a case was set apart."""
    return str(RESTRICTED_KINDS[RestrictedKind(kind)])


def conflict_label(kind: str) -> str:
    """Name why somebody may not see a restricted case."""
    return str(CONFLICTS[ConflictKind(kind)])


def refusal_label(code: str) -> str:
    """Name the coded reason of a refusal."""
    return str(REFUSALS[RefusalCode(code)])
