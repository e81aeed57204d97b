"""The permission matrix in words: what is done or read, in which relation, and why not."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback.domain.lifecycle import Action
from feedback.domain.permission_matrix import UNSEEN
from feedback.domain.permissions import Reading, Relation
from feedback.web.errors import WHY

RELATIONS: Mapping[Relation, tuple[LazyString, LazyString]] = {
    Relation.UNIT: (
        _l("Phòng đang giữ việc"),
        _l("Chức vụ thuộc phòng được giao vụ việc, hoặc vụ việc chưa giao phòng nào."),
    ),
    Relation.LEAD: (
        _l("Cơ quan chủ trì"),
        _l("Chức vụ thuộc cơ quan đang chủ trì; với cơ quan ngoài UBND là đầu mối liên hệ của cơ quan đó."),
    ),
    Relation.CO_HANDLER: (
        _l("Cơ quan phối hợp"),
        _l("Chức vụ thuộc cơ quan phối hợp, cho đến khi phần việc của cơ quan đó kết thúc."),
    ),
    Relation.COORDINATOR: (
        _l("Điều phối toàn tỉnh"),
        _l("Chức vụ nhìn toàn tỉnh: điều phối, Chánh Văn phòng, Chủ tịch."),
    ),
    Relation.ONE_STOP: (
        _l("Một cửa của tỉnh"),
        _l("Nhân viên một cửa của cơ quan điều phối, khi vụ việc còn thư chờ trao."),
    ),
    Relation.ESCALATED_TO: (
        _l("Được báo lên"),
        _l("Một bậc nhắc việc về vụ việc này đã đến chức vụ đó và còn mở."),
    ),
    Relation.ACCESS_LIST: (
        _l("Có tên trong danh sách tiếp cận"),
        _l("Người được phép biết một vụ việc hạn chế; ngoài danh sách này, vụ việc đó không tồn tại với họ."),
    ),
    Relation.SUPERVISOR: (
        _l("Cơ quan giám sát"),
        _l("Chức vụ giám sát ngoài hệ thống hành chính: chỉ xem, không có thông tin người gửi."),
    ),
    Relation.FORMER: (
        _l("Đã chuyển đi"),
        _l("Chức vụ thuộc cơ quan trước đây chủ trì và đã chuyển vụ việc đi."),
    ),
    Relation.OTHER: (_l("Không liên quan"), _l("Không thuộc trường hợp nào ở trên.")),
}
"""For each relation its name and what it means."""

READINGS: Mapping[Reading, LazyString] = {
    Reading.LISTS: _l("Thấy trong danh sách, số đếm, tìm kiếm"),
    Reading.CASE: _l("Xem vụ việc, thời hạn, diễn biến"),
    Reading.WORDS: _l("Đọc nguyên văn lời người gửi"),
    Reading.FILES: _l("Mở tệp đính kèm"),
    Reading.NOTES: _l("Đọc ghi chú, lý do, dự thảo nội bộ"),
    Reading.LETTER: _l("Xem thư trả lời để in"),
    Reading.EXPORT: _l("Có trong tệp tải về"),
}

ACTIONS: Mapping[Action, LazyString] = {
    Action.DISPATCH: _l("Điều phối: giao cho cơ quan"),
    Action.REFUSE: _l("Từ chối tiếp nhận"),
    Action.SPLIT: _l("Tách thành nhiều vụ việc"),
    Action.MERGE: _l("Gộp vào vụ việc khác"),
    Action.READ_FOLLOWER: _l("Đọc nội dung gửi kèm"),
    Action.SEPARATE: _l("Tách khỏi vụ việc khác"),
    Action.CHANGE_URGENCY: _l("Đổi mức khẩn"),
    Action.TAKE_BACK: _l("Rút lại quyết định vừa gửi"),
    Action.TAKE_BACK_URGENCY: _l("Rút lại mức khẩn vừa đổi"),
    Action.ACCEPT: _l("Nhận xử lý"),
    Action.SEND_BACK: _l("Trả lại điều phối"),
    Action.ASSIGN_OFFICER: _l("Giao cho người xử lý"),
    Action.ASK_SUPPLEMENT: _l("Yêu cầu người gửi bổ sung"),
    Action.END_SUPPLEMENT_WAIT: _l("Thôi chờ bổ sung"),
    Action.TRANSFER: _l("Chuyển cơ quan khác"),
    Action.RECALL: _l("Thu hồi về điều phối"),
    Action.ASK_EXTENSION: _l("Đề nghị gia hạn"),
    Action.DECIDE_EXTENSION: _l("Quyết định gia hạn"),
    Action.LOG_CONTACT: _l("Ghi nhận liên hệ khẩn"),
    Action.ADD_NOTE: _l("Ghi chú nội bộ"),
    Action.LOG_EXCHANGE: _l("Ghi cuộc gọi, thư hoặc cuộc gặp"),
    Action.ASK_CONTRIBUTION: _l("Giao phần việc cho cơ quan phối hợp"),
    Action.ANSWER_CONTRIBUTION: _l("Trả lời phần việc phối hợp"),
    Action.RELAY: _l("Chuyển cơ quan ngoài UBND"),
    Action.REMIND_RELAY: _l("Đôn đốc cơ quan ngoài UBND"),
    Action.RECORD_RELAY_REPLY: _l("Nhập văn bản trả lời của cơ quan ngoài UBND"),
    Action.SAVE_DRAFT: _l("Soạn dự thảo trả lời"),
    Action.SUBMIT_DRAFT: _l("Trình duyệt trả lời"),
    Action.APPROVE: _l("Duyệt và gửi trả lời"),
    Action.RETURN_DRAFT: _l("Trả lại dự thảo"),
    Action.RECORD_DELIVERY: _l("Ghi nhận đã trao thư"),
    Action.PROPOSE_PUBLICATION: _l("Đề nghị đăng công khai"),
    Action.CHECK_PUBLICATION: _l("Duyệt đăng công khai"),
    Action.WITHDRAW_PUBLICATION: _l("Gỡ nội dung công khai"),
    Action.ACKNOWLEDGE: _l("Xác nhận nhắc việc và hẹn ngày"),
    Action.SET_APART: _l("Tách sang diện hạn chế"),
    Action.FORWARD: _l("Chuyển cơ quan có thẩm quyền"),
    Action.GUIDE: _l("Hướng dẫn nơi giải quyết"),
    Action.RETURN_TO_TRIAGE: _l("Đưa về điều phối"),
    Action.GRANT_ACCESS: _l("Thêm, bớt người được tiếp cận"),
    Action.PROLONG_CHECK: _l("Kéo dài thời hạn kiểm tra"),
    Action.RECORD_CONFLICT: _l("Ghi nhận xung đột lợi ích"),
    Action.NAME_ACCUSED: _l("Ghi cơ quan bị nêu"),
    Action.CONFIRM_FORWARDING: _l("Ghi nhận nơi được chuyển đã nhận"),
    Action.SEAL_IDENTITY: _l("Niêm phong lại thông tin người gửi"),
    Action.REVEAL_IDENTITY: _l("Mở thông tin người gửi (có ghi nhật ký)"),
}

REASONS: Mapping[str, LazyString] = {
    UNSEEN: _l("không thấy vụ việc"),
    "position": _l("ngoài quyền của chức vụ"),
    "state": _l("không ở bước nào"),
}


def what_label(what: Action | Reading) -> LazyString | str:
    """Name a row of the matrix; one that has no words yet (a test asks for them) by its code."""
    return READINGS[what] if isinstance(what, Reading) else ACTIONS.get(what, str(what))


def condition_label(code: str) -> LazyString:
    """Say what of the case itself may stand against an action that the table allows."""
    return WHY[code]
