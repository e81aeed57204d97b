"""What the trail of a case tells, in the words of its page: one look for each kind of event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback.domain.events import EventKind
from feedback.domain.notices import NoticeKind
from feedback.web.labels import Tone


class EventLook(NamedTuple):
    """How an event is shown. `agency` in `text` is filled in where the event names one."""

    text: LazyString
    icon: str
    tone: Tone = "neutral"


EVENTS: Mapping[EventKind, EventLook] = {
    EventKind.CASE_RECEIVED: EventLook(_l("Tiếp nhận phản ánh"), "inbox", "info"),
    EventKind.CASE_ROUTED: EventLook(_l("Tự động giao cho %(agency)s"), "signpost-split", "progress"),
    EventKind.CASE_TO_TRIAGE: EventLook(_l("Chuyển điều phối viên xem xét"), "signpost-split", "info"),
    EventKind.CASE_DISPATCHED: EventLook(_l("Điều phối giao cho %(agency)s"), "signpost-split", "progress"),
    EventKind.CASE_REFUSED: EventLook(_l("Đã từ chối tiếp nhận"), "slash-circle", "quiet"),
    EventKind.CASE_SPLIT: EventLook(_l("Đã tách thành nhiều vụ việc"), "diagram-2", "quiet"),
    EventKind.CASE_SPLIT_OFF: EventLook(
        _l("Được tách ra từ một phản ánh nhiều nội dung"), "diagram-2", "info"
    ),
    EventKind.CASE_MERGED: EventLook(_l("Đã gộp vào vụ việc cùng nội dung"), "sign-merge-left", "quiet"),
    EventKind.DUPLICATE_JOINED: EventLook(_l("Một phản ánh trùng được gộp vào"), "sign-merge-left", "info"),
    EventKind.DUPLICATE_RELEASED: EventLook(_l("Không gộp nữa, trở lại điều phối"), "arrow-repeat", "info"),
    EventKind.FOLLOWER_READ: EventLook(_l("Điều phối đã đọc nội dung gửi kèm"), "check-circle", "quiet"),
    EventKind.DUPLICATE_LEFT: EventLook(_l("Một phản ánh thôi gộp vào vụ việc này"), "arrow-repeat", "quiet"),
    EventKind.DECISION_TAKEN_BACK: EventLook(_l("Đã hoàn tác"), "arrow-counterclockwise", "quiet"),
    EventKind.ANSWER_SHARED: EventLook(
        _l("Gửi chung câu trả lời của vụ việc chính"), "send-check", "success"
    ),
    EventKind.CASE_ACCEPTED: EventLook(_l("Đã nhận xử lý"), "person-check", "progress"),
    EventKind.CASE_SENT_BACK: EventLook(_l("Đã trả lại điều phối"), "reply", "warning"),
    EventKind.CASE_TRANSFERRED: EventLook(_l("Chuyển cho %(agency)s"), "arrow-left-right", "progress"),
    EventKind.CASE_RECALLED: EventLook(_l("Điều phối rút về từ %(agency)s"), "arrow-repeat", "warning"),
    EventKind.OFFICER_ASSIGNED: EventLook(_l("Đã giao người xử lý"), "person-badge", "progress"),
    EventKind.SUPPLEMENT_ASKED: EventLook(_l("Đã đề nghị người gửi bổ sung"), "chat-left-dots", "warning"),
    EventKind.SUPPLEMENT_RECEIVED: EventLook(_l("Người gửi đã bổ sung"), "chat-square-text", "info"),
    EventKind.SUPPLEMENT_EXPIRED: EventLook(_l("Hết thời gian chờ bổ sung"), "hourglass-bottom", "warning"),
    EventKind.EXTENSION_ASKED: EventLook(_l("Đã đề nghị gia hạn"), "calendar-event", "warning"),
    EventKind.EXTENSION_GRANTED: EventLook(_l("Đã đồng ý gia hạn"), "calendar-check", "progress"),
    EventKind.EXTENSION_DENIED: EventLook(_l("Không đồng ý gia hạn"), "x-circle", "warning"),
    EventKind.CONTACT_LOGGED: EventLook(_l("Đã liên hệ việc khẩn"), "telephone", "progress"),
    EventKind.DOSSIER_PRINTED: EventLook(_l("Đã lập hồ sơ để in"), "printer", "quiet"),
    EventKind.NOTE_ADDED: EventLook(_l("Ghi chú nội bộ"), "pencil-square", "quiet"),
    EventKind.EXCHANGE_LOGGED: EventLook(_l("Đã ghi nhận trao đổi"), "telephone", "info"),
    EventKind.CONTRIBUTION_ASKED: EventLook(_l("Đề nghị %(agency)s phối hợp"), "people", "progress"),
    EventKind.CONTRIBUTION_ANSWERED: EventLook(_l("Cơ quan phối hợp đã trả lời"), "people", "success"),
    EventKind.CASE_RELAYED: EventLook(_l("Đã chuyển bằng văn bản đến %(agency)s"), "send", "progress"),
    EventKind.RELAY_REMINDED: EventLook(_l("Đã đôn đốc %(agency)s"), "bell", "warning"),
    EventKind.RELAY_ANSWERED: EventLook(_l("Đã nhập văn bản trả lời của %(agency)s"), "reply", "success"),
    EventKind.URGENCY_CHANGED: EventLook(_l("Đã thay đổi mức khẩn cấp"), "alarm", "danger"),
    EventKind.DRAFT_SAVED: EventLook(_l("Lưu dự thảo trả lời"), "pencil-square"),
    EventKind.DRAFT_SUBMITTED: EventLook(_l("Trình duyệt câu trả lời"), "pen", "progress"),
    EventKind.DRAFT_RETURNED: EventLook(_l("Trả lại dự thảo, kèm góp ý"), "reply", "warning"),
    EventKind.ANSWER_APPROVED: EventLook(_l("Duyệt và gửi câu trả lời"), "check-circle", "success"),
    EventKind.DELIVERY_RECORDED: EventLook(_l("Đã trao câu trả lời"), "mailbox", "success"),
    EventKind.PUBLICATION_PROPOSED: EventLook(_l("Đã đề xuất công khai"), "megaphone", "info"),
    EventKind.PUBLICATION_RETURNED: EventLook(_l("Trả lại nội dung công khai"), "reply", "warning"),
    EventKind.CASE_PUBLISHED: EventLook(_l("Công khai kết quả"), "megaphone", "success"),
    EventKind.PUBLICATION_WITHDRAWN: EventLook(_l("Đã gỡ khỏi trang công khai"), "eye-slash", "warning"),
    EventKind.CASE_RATED: EventLook(_l("Người gửi đánh giá"), "star", "info"),
    EventKind.CASE_REOPENED: EventLook(_l("Người gửi đề nghị xem lại"), "arrow-counterclockwise", "warning"),
    EventKind.CASE_WITHDRAWN: EventLook(_l("Người gửi rút phản ánh"), "arrow-counterclockwise", "quiet"),
    EventKind.CASE_SET_APART: EventLook(_l("Đã tách riêng, hạn chế tiếp cận"), "lock", "sealed"),
    EventKind.ACCESS_GRANTED: EventLook(_l("Đã cho thêm người xem"), "key", "sealed"),
    EventKind.ACCESS_ENDED: EventLook(_l("Đã thôi cho xem"), "person-lock", "sealed"),
    EventKind.CONFLICT_RECORDED: EventLook(_l("Đã ghi nhận xung đột lợi ích"), "person-lock", "sealed"),
    EventKind.ACCUSED_NAMED: EventLook(_l("Đã ghi cơ quan bị nêu"), "building", "sealed"),
    EventKind.FORWARDING_CONFIRMED: EventLook(_l("Nơi được chuyển đã nhận"), "check-circle", "sealed"),
    EventKind.CASE_FORWARDED: EventLook(_l("Đã chuyển cơ quan có thẩm quyền"), "send", "sealed"),
    EventKind.CHECK_PROLONGED: EventLook(
        _l("Đã kéo dài thời hạn kiểm tra tố cáo"), "calendar-check", "sealed"
    ),
    EventKind.STATUS_UPDATED: EventLook(_l("Đã báo người gửi tình trạng xử lý"), "info-circle", "info"),
    EventKind.CASE_GUIDED: EventLook(_l("Đã hướng dẫn người gửi"), "signpost-2", "sealed"),
    EventKind.CASE_RETURNED_TO_TRIAGE: EventLook(_l("Đã đưa trở lại điều phối"), "arrow-repeat", "info"),
    EventKind.IDENTITY_REVEALED: EventLook(_l("Đã xem thông tin người gửi"), "eye", "warning"),
    EventKind.IDENTITY_SEALED: EventLook(_l("Đã niêm phong lại thông tin người gửi"), "lock", "sealed"),
    EventKind.STEP_REACHED: EventLook(_l("Nhắc hạn theo thang báo cáo"), "bell", "warning"),
    EventKind.STEP_ACKNOWLEDGED: EventLook(_l("Lãnh đạo đã nhận và hẹn"), "hand-thumbs-up", "progress"),
    EventKind.STEP_RETRACTED: EventLook(_l("Rút lại lời nhắc"), "bell-slash", "quiet"),
    EventKind.DEADLINE_RECOMPUTED: EventLook(
        _l("Tính lại hạn theo lịch làm việc mới"), "calendar-event", "info"
    ),
}

NOTICES: Mapping[NoticeKind, LazyString] = {
    NoticeKind.RECEIPT: _l("Biên nhận"),
    NoticeKind.ASSIGNED_AGENCY: _l("Báo cơ quan có vụ việc mới"),
    NoticeKind.URGENT_AGENCY: _l("Báo khẩn cho cơ quan"),
    NoticeKind.TRIAGE_DESK: _l("Báo bộ phận điều phối"),
    NoticeKind.ASSIGNED_OFFICER: _l("Báo người được giao"),
    NoticeKind.UNIT_CASE: _l("Báo phòng có vụ việc mới"),
    NoticeKind.TRANSFERRED: _l("Báo vụ việc được chuyển đến"),
    NoticeKind.RECALLED_AGENCY: _l("Báo cơ quan vụ việc được rút về"),
    NoticeKind.HANDLER_CHANGED: _l("Báo người gửi về việc đổi cơ quan"),
    NoticeKind.SUPPLEMENT_REQUEST: _l("Đề nghị bổ sung"),
    NoticeKind.SUPPLEMENT_RECEIVED: _l("Báo đã có bổ sung"),
    NoticeKind.SUPPLEMENT_EXPIRED: _l("Báo hết thời gian chờ bổ sung"),
    NoticeKind.EXTENSION_ASKED: _l("Trình đề nghị gia hạn"),
    NoticeKind.EXTENSION_GRANTED: _l("Báo người gửi về gia hạn"),
    NoticeKind.EXTENSION_DECIDED: _l("Báo quyết định gia hạn"),
    NoticeKind.CONTRIBUTION_ASKED: _l("Đề nghị phối hợp"),
    NoticeKind.CONTRIBUTION_DUE: _l("Nhắc hạn phối hợp"),
    NoticeKind.CONTRIBUTION_ANSWERED: _l("Báo đã có ý kiến phối hợp"),
    NoticeKind.CONTRIBUTION_ENDED: _l("Báo không cần phối hợp nữa"),
    NoticeKind.RELAY_DUE: _l("Nhắc cơ quan ngoài UBND trả lời"),
    NoticeKind.STATUS_UPDATE: _l("Báo người gửi tình trạng xử lý"),
    NoticeKind.DATE_MOVED: _l("Báo người gửi về ngày mới theo lịch làm việc"),
    NoticeKind.APPROVAL_REQUESTED: _l("Trình duyệt câu trả lời"),
    NoticeKind.DRAFT_RETURNED: _l("Báo dự thảo bị trả lại"),
    NoticeKind.ANSWER: _l("Thư trả lời"),
    NoticeKind.REFUSED: _l("Thư từ chối tiếp nhận"),
    NoticeKind.SPLIT: _l("Báo người gửi về việc tách nội dung"),
    NoticeKind.MERGED: _l("Báo người gửi về việc gộp"),
    NoticeKind.FORWARDED: _l("Báo người gửi đã chuyển cơ quan có thẩm quyền"),
    NoticeKind.IDENTITY_UNSEALED: _l("Báo đã mở thông tin người gửi"),
    NoticeKind.GUIDANCE: _l("Thư hướng dẫn"),
    NoticeKind.REOPENED_AGENCY: _l("Báo vụ việc mở lại"),
    NoticeKind.WITHDRAWN_AGENCY: _l("Báo người gửi đã rút"),
    NoticeKind.URGENT_UNCONTACTED: _l("Báo việc khẩn chưa được liên hệ"),
    NoticeKind.ESCALATION_DIGEST: _l("Bản tổng hợp nhắc hạn"),
    NoticeKind.ACTING_NAMED: _l("Báo được giao phụ trách thay"),
    NoticeKind.ACTING_ENDED: _l("Báo thôi phụ trách thay"),
    NoticeKind.ACCOUNT_MAIL: _l("Thư về tài khoản"),
    NoticeKind.STAFF_DIGEST: _l("Tổng hợp thông báo trong ngày"),
}

MOVED_DATES: Mapping[str, LazyString] = {
    "citizen": _l("Hạn trả lời người gửi"),
    "agency": _l("Hạn của cơ quan"),
    "state": _l("Hạn của bước xử lý"),
    "status_update": _l("Ngày cập nhật tình trạng"),
    "reply": _l("Hạn bổ sung của người gửi"),
}
"""The dates that a changed calendar may move, by the name that the event gives them."""

MESSAGE_STATES: Mapping[str, tuple[LazyString, str, Tone]] = {
    "pending": (_l("chờ gửi"), "clock", "neutral"),
    "sent": (_l("đã gửi"), "check-lg", "success"),
    "failed": (_l("không gửi được"), "exclamation-triangle", "danger"),
    "cancelled": (_l("đã hủy, không gửi"), "x", "quiet"),
}


def event_label(kind: str, agency: str = "…") -> str:
    """Name an event of a case without its particulars, but for the agency where the event names one."""
    return str(EVENTS[EventKind(kind)].text).replace("%(agency)s", agency)
