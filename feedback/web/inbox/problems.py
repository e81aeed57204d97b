"""What is wrong with what was typed, in words: the codes of `InvalidInput` by field."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.services.errors import LONGEST

_BY_FIELD: Mapping[tuple[str, str], LazyString] = {
    ("case", "anonymous"): _l("Người gửi ẩn danh: không có thông tin để xem."),
    ("case", "erased"): _l("Thông tin người gửi đã được xóa."),
    ("case", "no_consent"): _l("Người gửi không đồng ý công khai, nên không được đăng."),
    ("case", "confidential"): _l("Người gửi đề nghị giữ kín, nên không được đăng."),
    ("case", "restricted"): _l("Vụ việc từng thuộc diện hạn chế tiếp cận, nên không được đăng."),
    ("case", "published"): _l("Câu trả lời này đã được công khai."),
    ("case", "not_published"): _l("Vụ việc hiện không được công khai."),
    ("case", "suspected"): _l("Nghi là khiếu nại, tố cáo hoặc tin báo tội phạm: hãy xem riêng."),
    ("access", "unknown"): _l("Có người không còn tài khoản hoạt động."),
    ("access", "conflict"): _l(
        "Có người bị nêu tên, thuộc cơ quan bị nêu hoặc đã khai xung đột lợi ích, nên không được xem."
    ),
    ("email", "conflict"): _l(
        "Người này bị nêu tên, thuộc cơ quan bị nêu hoặc đã khai xung đột lợi ích, nên không được xem."
    ),
    ("email", "listed"): _l("Người này đã có quyền xem."),
    ("email", "no_account"): _l("Không có tài khoản cán bộ nào dùng địa chỉ này."),
    ("named", "no_account"): _l("Có địa chỉ không phải của cán bộ nào; hãy bỏ hoặc sửa lại."),
    ("account", "recorded"): _l("Đã ghi nhận xung đột lợi ích của người này."),
    ("case", "sealed"): _l("Thông tin người gửi đang được niêm phong."),
    ("document_date", "future"): _l("Ngày văn bản không thể ở tương lai."),
    ("received_on", "future"): _l("Ngày nhận không thể ở tương lai."),
    ("received_on", "before_forwarding"): _l("Ngày nhận không thể trước ngày của văn bản chuyển."),
    ("received_on", "confirmed"): _l("Việc nhận đã được ghi rồi."),
    ("agency_id", "unknown"): _l("Lựa chọn này không có hoặc không còn."),
    ("access", "listed"): _l("Người này đã có quyền xem."),
    ("access", "not_listed"): _l("Người này không có trong danh sách được xem."),
    ("access", "nobody_left"): _l("Phải còn ít nhất một người được xem vụ việc. Hãy chọn thêm người."),
    ("agency_id", "no_liaison"): _l("Cơ quan ngoài hệ thống này chưa có đầu mối tiếp nhận."),
    ("agency_id", "asked"): _l("Cơ quan này đang có một đề nghị phối hợp chưa trả lời."),
    ("agency_id", "outside"): _l("Cơ quan này chưa dùng hệ thống, hãy hỏi qua đầu mối và ghi chú lại."),
    ("request", "relayed"): _l("Đang chờ văn bản trả lời của lần chuyển trước."),
    ("relay", "nothing_waits"): _l("Không có văn bản nào đang chờ trả lời."),
    ("relay", "reminded_today"): _l("Hôm nay đã gửi thư nhắc rồi."),
    ("text", "nothing_waits"): _l("Không có văn bản nào đang chờ trả lời."),
    ("replied_on", "future"): _l("Ngày văn bản không thể ở tương lai."),
    ("replied_on", "before_relay"): _l("Văn bản trả lời không thể trước ngày chuyển."),
    ("files", "too_many"): _l("Quá nhiều tệp; xin bỏ bớt."),
    ("due_on", "past"): _l("Hạn phối hợp phải sau hôm nay."),
    ("due_on", "not_working_day"): _l("Hạn phối hợp phải là ngày làm việc."),
    ("due_on", "after_agency"): _l("Hạn phối hợp không được sau hạn của cơ quan chủ trì."),
    ("at", "future"): _l("Không thể ở tương lai."),
    ("meets_urgent", "by_letter"): _l("Việc khẩn phải gọi điện hoặc gặp trực tiếp, thư không kịp 2 giờ."),
    ("at", "before_case"): _l("Không thể trước khi tiếp nhận vụ việc."),
    ("case_class", "required"): _l("Hãy chọn loại nội dung trước khi giao."),
    ("case_class", "not_dispatchable"): _l(
        "Loại nội dung này không giao xử lý thông thường: khiếu nại, tố cáo thì tách riêng; nhiều nội dung "
        "thì tách; không thuộc nhà nước thì từ chối."
    ),
    ("explanation", "too_short"): _l("Xin giải thích rõ hơn cho người gửi, ít nhất 20 ký tự."),
    ("letter", "too_short"): _l("Xin hướng dẫn rõ hơn, ít nhất 20 ký tự."),
    ("text", "too_short"): _l("Câu trả lời quá ngắn: ít nhất 20 ký tự."),
    ("text", "forwarded"): _l(
        "“Đã chuyển nơi khác” chưa phải là câu trả lời: hãy nêu kết quả, việc đã làm hoặc sẽ làm, ngày nào."
    ),
    ("names_nobody", "required"): _l("Còn người khác đọc câu trả lời này: hãy xác nhận, hoặc trả lại."),
    ("no_photo_reason", "photo"): _l("Hãy kèm ảnh sau khi xử lý, hoặc ghi lý do không có ảnh."),
    ("photos", "too_many"): _l("Quá nhiều tệp; xin bỏ bớt."),
    ("reason", "too_short"): _l("Xin ghi rõ lý do, ít nhất 10 ký tự."),
    ("new_due_on", "not_later"): _l("Ngày mới phải sau hạn hiện tại và sau hôm nay."),
    ("new_due_on", "not_working_day"): _l("Ngày mới phải là ngày làm việc."),
    ("new_due_on", "too_far"): _l("Ngày mới vượt quá mức gia hạn tối đa mà thời hạn này cho phép."),
    ("new_due_on", "no_clock"): _l("Vụ việc không còn hạn đang chạy để gia hạn."),
    ("officer_id", "required"): _l("Hãy chọn người hoặc phòng nhận việc."),
    ("officer_id", "other_agency"): _l("Người này hôm nay không đảm nhiệm chức vụ nào ở cơ quan."),
    ("unit_id", "other_agency"): _l("Phòng này không thuộc cơ quan."),
    ("question", "unreachable"): _l("Người gửi ẩn danh, không ai nhận được câu hỏi này."),
    ("told", "required"): _l("Chưa hết thời gian chờ: hãy ghi nội dung người gửi đã bổ sung."),
    ("into", "same"): _l("Không gộp một vụ việc vào chính nó."),
    ("into", "closed"): _l("Chỉ gộp vào vụ việc đang xử lý hoặc đã trả lời."),
    ("parts", "too_few"): _l("Cần ít nhất hai phần."),
    ("parts", "title"): _l("Mỗi phần cần một tiêu đề, không dài quá 200 ký tự."),
    ("parts", "attachments"): _l("Có tệp không thuộc vụ việc này."),
    ("parts", "too_short"): _l("Nội dung của mỗi phần còn quá ngắn."),
    ("method", "nothing_to_deliver"): _l("Chưa có câu trả lời nào để trao."),
    ("promised_on", "past"): _l("Ngày hẹn không được ở quá khứ."),
    ("first_day", "past"): _l("Ngày đầu không được trước hôm nay."),
    ("first_day", "too_far"): _l("Ngày đầu không được xa quá một năm."),
    ("last_day", "before_start"): _l("Ngày cuối không được trước ngày đầu."),
    ("last_day", "too_many_days"): _l(
        "Không giao quá 90 ngày. Vắng lâu hơn thì cần quyết định của cấp trên, do quản trị ghi nhận."
    ),
    ("last_day", "past"): _l("Ngày cuối không được ở quá khứ."),
    ("last_day", "after_end"): _l("Chỉ kết thúc sớm hơn ngày đã định; muốn dài thêm thì giao lần nữa."),
    ("position_ids", "required"): _l("Hãy chọn ít nhất một chức vụ."),
    ("position_ids", "not_delegable"): _l("Chức vụ này không giao cho người khác phụ trách thay được."),
    ("position_ids", "not_holder"): _l("Ông/bà không giữ chức vụ này trong suốt những ngày đó."),
    ("position_ids", "occupied"): _l("Trong những ngày đó đã có người phụ trách thay chức vụ này."),
    ("position_ids", "stands_in"): _l(
        "Trong những ngày đó ông/bà phụ trách thay người khác, nên không giao chức vụ của mình được."
    ),
    ("account_id", "self"): _l("Hãy chọn một người khác."),
    ("account_id", "outside"): _l("Người này không giữ chức vụ phù hợp ở đơn vị trong suốt những ngày đó."),
    ("account_id", "away"): _l(
        "Trong những ngày đó người này đã giao chức vụ của mình cho người khác, nên không thay được."
    ),
    ("urgent", "unchanged"): _l("Mức khẩn cấp đã như vậy rồi."),
    ("to_agency_id", "accused"): _l("Không chuyển cho chính cơ quan bị nêu trong vụ việc."),
    ("to_agency_id", "required"): _l("Hãy ghi cơ quan nhận."),
}
_BY_CODE: Mapping[str, LazyString] = {
    "gaps": _l("Mẫu còn chỗ chưa điền, dạng [ĐIỀN: …]: xin điền hoặc bỏ đi trước khi gửi."),
    "required": _l("Ô này là bắt buộc."),
    "unknown": _l("Lựa chọn này không có hoặc không còn."),
    "not_in_force": _l("Cơ quan này hiện không hoạt động."),
    "same": _l("Đây chính là cơ quan đang có vụ việc."),
    "too_short": _l("Xin ghi rõ hơn."),
}
# What `redaction.gives_away` finds in a text that is to be published.
_GIVEN_AWAY: Mapping[str, LazyString] = {
    "name": _l("Có tên người gửi hoặc tổ chức của người gửi; hãy bỏ trước khi công khai."),
    "contact": _l("Có số điện thoại, thư điện tử hoặc mã số của người gửi; hãy bỏ trước khi công khai."),
    "personal": _l("Có thể có dữ liệu cá nhân: hãy che, hoặc xác nhận được phép công khai ở cuối biểu mẫu."),
    "place": _l("Có địa chỉ hoặc địa điểm cụ thể; hãy bỏ trước khi công khai."),
    "quote": _l("Chép nguyên văn lời người gửi; hãy viết lại bằng lời của cơ quan."),
}


def problem_text(field: str, code: str) -> str:
    """Put a problem into the page's language; a code without words is a mistake and raises KeyError."""
    if code == "too_long":
        return str(_("Không được dài quá %(n)s ký tự.", n=LONGEST))
    found = _BY_FIELD.get((field, code)) or _GIVEN_AWAY.get(code) or _BY_CODE[code]
    return str(found)
