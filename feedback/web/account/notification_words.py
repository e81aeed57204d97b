"""The words for what staff are told in the product, and for the ways of being told."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback.domain.notifications import Channel, NotificationKind, Topic

SAID: Mapping[NotificationKind, tuple[LazyString, str]] = {
    NotificationKind.URGENT_AGENCY: (_l("Việc khẩn cấp đến cơ quan"), "exclamation-octagon"),
    NotificationKind.URGENT_UNCONTACTED: (_l("Việc khẩn cấp chưa được liên hệ"), "exclamation-octagon"),
    NotificationKind.ESCALATED: (_l("Có việc mới được báo cáo lên ông/bà"), "arrow-up-circle"),
    NotificationKind.DUE_SOON: (_l("Sắp đến hạn"), "alarm"),
    NotificationKind.IDENTITY_UNSEALED: (_l("Thông tin người gửi đã được mở"), "eye"),
    NotificationKind.ASSIGNED_OFFICER: (_l("Được giao cho ông/bà"), "person-check"),
    NotificationKind.ASSIGNED_AGENCY: (_l("Vụ việc mới đến cơ quan"), "inbox"),
    NotificationKind.TRANSFERRED: (_l("Được chuyển đến cơ quan"), "arrow-left-right"),
    NotificationKind.RECALLED_AGENCY: (_l("Được rút về, cơ quan không xử lý nữa"), "reply"),
    NotificationKind.WITHDRAWN_AGENCY: (_l("Người gửi đã rút phản ánh"), "slash-circle"),
    NotificationKind.REOPENED_AGENCY: (_l("Mở lại"), "arrow-repeat"),
    NotificationKind.TRIAGE_DESK: (_l("Chờ điều phối"), "signpost-split"),
    NotificationKind.APPROVAL_REQUESTED: (_l("Câu trả lời chờ ông/bà duyệt"), "patch-check"),
    NotificationKind.EXTENSION_ASKED: (_l("Đề nghị gia hạn chờ quyết định"), "hourglass-split"),
    NotificationKind.DRAFT_RETURNED: (_l("Dự thảo được trả lại kèm ý kiến"), "arrow-counterclockwise"),
    NotificationKind.EXTENSION_DECIDED: (_l("Đã có quyết định về gia hạn"), "calendar-check"),
    NotificationKind.SUPPLEMENT_RECEIVED: (_l("Người gửi đã bổ sung"), "chat-left-dots"),
    NotificationKind.SUPPLEMENT_EXPIRED: (_l("Hết thời gian chờ bổ sung"), "hourglass-bottom"),
    NotificationKind.CONTRIBUTION_ASKED: (_l("Cơ quan được đề nghị phối hợp"), "diagram-3"),
    NotificationKind.CONTRIBUTION_DUE: (_l("Hôm nay đến hạn phối hợp"), "alarm"),
    NotificationKind.CONTRIBUTION_ANSWERED: (_l("Đã có ý kiến phối hợp"), "check-circle"),
    NotificationKind.CONTRIBUTION_ENDED: (_l("Không cần phối hợp nữa"), "stop-circle"),
    NotificationKind.ACTING_NAMED: (_l("Ông/bà được giao phụ trách thay một chức vụ"), "person-check"),
    NotificationKind.ACTING_ENDED: (_l("Việc phụ trách thay kết thúc sớm hoặc được hủy"), "person-badge"),
    NotificationKind.UNIT_CASE: (_l("Vụ việc mới, phòng của ông/bà nhận được"), "people"),
}
"""What a notification of each kind says of its case, and its icon."""

SEALED = _l("Có việc mới trong vụ việc hạn chế tiếp cận")

TOPICS: Mapping[Topic, tuple[LazyString, LazyString]] = {
    Topic.URGENT: (
        _l("Việc khẩn cấp"), _l("Việc đe dọa tính mạng mới đến, hoặc chưa được liên hệ trong hai giờ."),
    ),
    Topic.ESCALATIONS: (
        _l("Đôn đốc theo quy định"),
        _l(
            "Việc sắp đến hạn, quá hạn, báo cáo lên cấp trên, nhắc xác nhận (NĐ 20/2008/NĐ-CP Điều 18); "
            "việc mở thông tin người gửi đã che."
        ),
    ),
    Topic.ASSIGNED: (
        _l("Việc được giao cho tôi"),
        _l("Vụ việc vừa được giao cho tôi xử lý; chức vụ tôi được giao phụ trách thay."),
    ),
    Topic.APPROVALS: (
        _l("Chờ tôi quyết định"), _l("Câu trả lời chờ duyệt, đề nghị gia hạn chờ quyết định."),
    ),
    Topic.DECISIONS: (
        _l("Kết quả của việc tôi trình"), _l("Dự thảo được trả lại kèm ý kiến, quyết định về gia hạn."),
    ),
    Topic.SUPPLEMENTS: (_l("Người gửi bổ sung"), _l("Người gửi đã bổ sung, hoặc hết thời gian chờ.")),
    Topic.CONTRIBUTIONS: (
        _l("Phối hợp"), _l("Cơ quan được đề nghị phối hợp, đến hạn phối hợp, đã có ý kiến phối hợp."),
    ),
    Topic.AGENCY: (
        _l("Vụ việc của cơ quan"), _l("Vụ việc mới đến, được chuyển đến, rút về, người gửi rút, mở lại."),
    ),
    Topic.UNIT: (
        _l("Vụ việc mới của phòng"),
        _l(
            "Mọi vụ việc mới đến cơ quan mà chưa phòng nào nhận, hoặc được giao cho phòng của tôi mà chưa "
            "giao cho ai. Không chọn thì không báo."
        ),
    ),
    Topic.TRIAGE: (_l("Điều phối"), _l("Vụ việc chờ điều phối, bị trả lại, cần xem lại.")),
}  # fmt: skip
"""The name of each topic and what belongs to it."""

CHANNELS: Mapping[Channel, LazyString] = {
    Channel.MAIL: _l("Trên hệ thống và gửi thư ngay"),
    Channel.DIGEST: _l("Trên hệ thống và trong thư tổng hợp"),
    Channel.APP: _l("Chỉ trên hệ thống"),
    Channel.OFF: _l("Không báo"),
}
