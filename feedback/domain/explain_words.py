"""The words of explanations in both languages, apart from the grammar that joins them."""

from collections.abc import Mapping

from feedback.domain.duration import Unit
from feedback.domain.terms import StartEvent

WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

UNITS: Mapping[str, Mapping[Unit, str]] = {
    "vi": {
        Unit.WALL_HOURS: "giờ",
        Unit.WORKING_HOURS: "giờ làm việc",
        Unit.WORKING_DAYS: "ngày làm việc",
        Unit.DAYS: "ngày",
    },
    "en": {
        Unit.WALL_HOURS: "hours",
        Unit.WORKING_HOURS: "working hours",
        Unit.WORKING_DAYS: "working days",
        Unit.DAYS: "days",
    },
}

UNITS_ONE: Mapping[str, Mapping[Unit, str]] = {
    "vi": UNITS["vi"],
    "en": {unit: name.removesuffix("s") for unit, name in UNITS["en"].items()},
}

EVENTS: Mapping[str, Mapping[StartEvent, str]] = {
    "vi": {
        StartEvent.SUBMISSION: "Nhận phản ánh",
        StartEvent.RECEPTION: "Tiếp nhận",
        StartEvent.RECEIPT: "Nhận được",
        StartEvent.ASSIGNMENT: "Giao cho cơ quan xử lý",
        StartEvent.TRANSFER: "Chuyển đến cơ quan xử lý",
        StartEvent.REOPENING: "Mở lại",
        StartEvent.SUPPLEMENT_REQUEST: "Yêu cầu bổ sung thông tin",
        StartEvent.STATUS_UPDATE: "Cập nhật tình trạng lần trước",
        StartEvent.ANSWER_APPROVED: "Duyệt câu trả lời",
        StartEvent.ACCEPTANCE: "Thụ lý",
        StartEvent.REQUEST: "Nhận yêu cầu",
        StartEvent.DETECTION: "Phát hiện",
        StartEvent.STATE_ENTERED: "Bắt đầu bước này",
        StartEvent.RESUMPTION: "Tính tiếp sau khi chờ bổ sung",
    },
    "en": {
        StartEvent.SUBMISSION: "Feedback received",
        StartEvent.RECEPTION: "Taken in",
        StartEvent.RECEIPT: "Received",
        StartEvent.ASSIGNMENT: "Assigned to the agency",
        StartEvent.TRANSFER: "Transferred to the agency",
        StartEvent.REOPENING: "Reopened",
        StartEvent.SUPPLEMENT_REQUEST: "More information asked for",
        StartEvent.STATUS_UPDATE: "Last status update",
        StartEvent.ANSWER_APPROVED: "Answer approved",
        StartEvent.ACCEPTANCE: "Accepted",
        StartEvent.REQUEST: "Request received",
        StartEvent.DETECTION: "Detected",
        StartEvent.STATE_ENTERED: "This step began",
        StartEvent.RESUMPTION: "Counting went on after the wait for more information",
    },
}

LINES: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "start": "{event}: {moment}.",
        "term": "Thời hạn {duration}",
        "left": "Phần thời hạn còn lại {duration}",
        "week": "Ngày làm việc của cơ quan: {days}.",
        "at_once": "Tính ngay từ thời điểm đó, kể cả ban đêm và ngày nghỉ.",
        "stretches": "Giờ hành chính được tính: {parts}.",
        "first": "Ngày đầu tiên được tính: {day} (không tính ngày bắt đầu).",
        "nominal": "Ngày cuối rơi vào {day} là ngày nghỉ nên chuyển sang ngày làm việc tiếp theo.",
        "holiday": "Không tính {days}: {why}.",
        "weekends": "Không tính ngày nghỉ hằng tuần: {days}.",
        "rolled": "Nghỉ {days}: {why}.",
        "rolled_weekend": "Nghỉ hằng tuần: {days}.",
        "worked": "Có tính {day}: {why}.",
        "last_wd": "Ngày làm việc thứ {n}: {day}; hết hạn lúc 24:00.",
        "last_d": "Ngày cuối: {day}; hết hạn lúc 24:00.",
        "last_h": "Hết hạn lúc {moment}.",
        "fixed": "Ngày này do gia hạn đã được duyệt: {day}.",
        "fixed_moved": "Gia hạn đã duyệt đến {day}, là ngày nghỉ nên chuyển sang ngày làm việc tiếp theo.",
        "basis": "Cách tính: {basis}.",
        "holiday_name": "nghỉ lễ",
        "worked_name": "làm việc bù",
    },
    "en": {
        "start": "{event}: {moment}.",
        "term": "Term of {duration}",
        "left": "What is left of the term: {duration}",
        "week": "The agency works on {days}.",
        "at_once": "Counted from that moment on, nights and days off too.",
        "stretches": "Office hours counted: {parts}.",
        "first": "First counted day: {day} (the start day does not count).",
        "nominal": "The last day would be {day}, a day off, so it moves to the next working day.",
        "holiday": "Not counted: {days}: {why}.",
        "weekends": "Weekly rest not counted: {days}.",
        "rolled": "Days off {days}: {why}.",
        "rolled_weekend": "Weekly rest: {days}.",
        "worked": "Counted: {day}: {why}.",
        "last_wd": "Working day number {n}: {day}; ends at 24:00.",
        "last_d": "Last day: {day}; ends at 24:00.",
        "last_h": "Ends on {moment}.",
        "fixed": "This day was granted by an extension: {day}.",
        "fixed_moved": "An extension was granted to {day}, a day off, so it moves to the next working day.",
        "basis": "Counted by the Civil Code 2015, Articles 147-148.",
        "holiday_name": "public holiday",
        "worked_name": "worked in exchange",
    },
}

STATUSES: Mapping[str, tuple[str, str]] = {
    "vi": ("tính theo luật, chưa công bố", "mới đề xuất"),
    "en": ("derived from the law, not announced", "only proposed"),
}

CAVEAT_YEAR: Mapping[str, str] = {
    "vi": "Lưu ý: chưa có lịch nghỉ chính thức của năm {year}; ngày này có thể thay đổi.",
    "en": "Note: there is no official decision on the days off of {year} yet; this date may change.",
}

CAVEAT_ROW: Mapping[str, str] = {
    "vi": "Lưu ý: {day} chưa có quyết định chính thức ({status}): {why}.",
    "en": "Note: {day} is not officially decided ({status}): {why}.",
}

PLAIN: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "term": "; thời hạn là {duration}",
        "left": "; thời hạn còn lại {duration}",
        "granted": "; cơ quan được gia hạn",
        "holidays": ", không tính kỳ nghỉ {notes}",
        "rolled": ", ngày cuối {day} là ngày nghỉ",
        "run": "{days} ({names}; {sources})",
        "at": "lúc {time} {day}",
        "on": "vào {day}",
        "by_day": ", nên chậm nhất là hết {day}",
        "by_moment": ", nên chậm nhất {moment}",
        "forecast": " (có thể thay đổi vì lịch nghỉ chưa được công bố chính thức)",
    },
    "en": {
        "term": "; the term is {duration}",
        "left": "; what is left of the term is {duration}",
        "granted": "; the agency was given more time",
        "holidays": ", not counting the days off {notes}",
        "rolled": ", its last day {day} is a day off",
        "run": "{days} ({names}; {sources})",
        "at": "at {time} on {day}",
        "on": "on {day}",
        "by_day": ", so by the end of {day} at the latest",
        "by_moment": ", so {moment} at the latest",
        "forecast": " (this may change: the days off are not yet officially decided)",
    },
}

PLAIN_EVENTS: Mapping[str, Mapping[StartEvent | None, str]] = {
    "vi": {
        None: "Bắt đầu {moment}",
        StartEvent.SUBMISSION: "Chúng tôi nhận phản ánh {moment}",
        StartEvent.ASSIGNMENT: "Cơ quan xử lý được giao việc {moment}",
        StartEvent.TRANSFER: "Cơ quan xử lý nhận chuyển {moment}",
        StartEvent.REOPENING: "Phản ánh được mở lại {moment}",
        StartEvent.SUPPLEMENT_REQUEST: "Chúng tôi hỏi thêm thông tin {moment}",
        StartEvent.RESUMPTION: "Thời hạn được tính tiếp {moment}",
    },
    "en": {
        None: "Started {moment}",
        StartEvent.SUBMISSION: "We received your feedback {moment}",
        StartEvent.ASSIGNMENT: "The agency was given your feedback {moment}",
        StartEvent.TRANSFER: "The agency received your feedback by transfer {moment}",
        StartEvent.REOPENING: "Your feedback was reopened {moment}",
        StartEvent.SUPPLEMENT_REQUEST: "We asked for more information {moment}",
        StartEvent.RESUMPTION: "The term ran on {moment}",
    },
}
