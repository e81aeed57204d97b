"""Words for the codes that the administration's tables hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.duration import Duration, Unit
from feedback.domain.explain import duration_words
from feedback.domain.explain_words import WEEKDAYS
from feedback.domain.ladder import Offset
from feedback.domain.positions import AgencyKind
from feedback.web.admin.blueprint import blueprint
from feedback.web.rendering import locale_code

_AGENCY_KINDS = {
    AgencyKind.COORDINATOR: _l("Cơ quan điều phối"),
    AgencyKind.DEPARTMENT: _l("Sở, ban, ngành"),
    AgencyKind.INSPECTORATE: _l("Thanh tra"),
    AgencyKind.AUTHORITY: _l("Ban quản lý"),
    AgencyKind.POLICE: _l("Công an"),
    AgencyKind.EXTERNAL: _l("Cơ quan ngoài UBND"),
    AgencyKind.COMMUNE: _l("UBND cấp xã"),
    AgencyKind.OVERSIGHT: _l("Cơ quan giám sát"),
}
_WORDS = {
    "day_off": _l("Nghỉ"),
    "working_day": _l("Làm việc"),
    "official": _l("Theo văn bản"),
    "computed": _l("Tính theo luật"),
    "proposed": _l("Dự kiến"),
    "agency": _l("Hạn của cơ quan"),
    "citizen": _l("Hạn trả lời người gửi"),
    "state": _l("Hạn của bước xử lý"),
    "urgent": _l("Liên hệ khẩn"),
    "owner": _l("Người phụ trách bước xử lý"),
    "next_up": _l("Cấp trên trực tiếp"),
    "submission": _l("Ngày gửi"),
    "transfer": _l("Ngày chuyển đến"),
    "assignment": _l("Ngày giao"),
    "reception": _l("Ngày tiếp nhận"),
    "supplement_request": _l("Ngày yêu cầu bổ sung"),
    "reopening": _l("Ngày mở lại"),
    "receipt": _l("Ngày nhận"),
    "acceptance": _l("Ngày thụ lý"),
    "request": _l("Ngày yêu cầu"),
    "detection": _l("Khi phát hiện"),
    "answer_approved": _l("Ngày duyệt câu trả lời"),
    "status_update": _l("Ngày cập nhật tình trạng"),
    "route": _l("Phân loại"),
    "recompute": _l("Tính lại theo lịch làm việc"),
    "try_rule": _l("Thử một quy tắc phân luồng"),
    "reply": _l("Hạn bổ sung của người gửi"),
    "ok": _l("Tốt"),
    "unreachable": _l("Không kết nối được"),
    "not migrated": _l("Chưa nâng cấp cấu trúc"),
    "full": _l("Sắp đầy"),
    "database": _l("Cơ sở dữ liệu"),
    "redis": _l("Hàng đợi"),
    "disk": _l("Ổ đĩa"),
    "done": _l("Xong"),
    "failed": _l("Không thành công"),
    "learn": _l("Học từ quyết định của cán bộ"),
    "learning": _l("Học từ quyết định của cán bộ"),
    "takes_over": _l("Mô hình mới được dùng"),
    "refused": _l("Mô hình mới không được dùng"),
    "too_few": _l("Chưa đủ vụ việc để học"),
    "unchanged": _l("Không có gì mới để học"),
    "overtaken": _l("Mô hình đang dùng vừa bị đổi, lượt sau xét lại"),
    "escalation": _l("Nhắc việc ban đêm"),
    "audit_verify": _l("Kiểm tra nhật ký"),
    "sound": _l("Nguyên vẹn"),
    "broken": _l("Bị phá vỡ"),
}


def agency_kind_label(kind: str) -> str:
    """The kind of an agency in words."""
    return str(_AGENCY_KINDS.get(AgencyKind(kind), kind)) if kind in set(AgencyKind) else kind


def word(code: str | None) -> str:
    """A code in words; one that has none is shown as it stands."""
    return "" if code is None else str(_WORDS.get(code, code))


def duration_label(text: str) -> str:
    """A term as its row holds it (``15wd``) in words: "15 ngày làm việc"."""
    return duration_words(Duration.parse(text), locale_code())


def offset_label(text: str) -> str:
    """A ladder's distance from the due date (``-3wd``, ``+0wd``, ``+2h``): "3 ngày làm việc trước hạn"."""
    amount = Duration.parse(text[1:])
    if not amount.amount:
        return str(_("khi đến hạn"))
    words = duration_words(amount, locale_code())
    return str(_("%(n)s trước hạn", n=words) if text.startswith("-") else _("quá hạn %(n)s", n=words))


def duration_meaning(text: str) -> str:
    """What a term (``15wd``) asks, as a sentence that begins with the term in words."""
    length = Duration.parse(text)
    meanings = {
        Unit.WORKING_DAYS: _("hết hạn khi qua đủ số ngày làm việc ấy, không kể ngày bắt đầu."),
        Unit.DAYS: _(
            "tính cả ngày nghỉ, không kể ngày bắt đầu; "
            "rơi vào ngày nghỉ thì hết hạn cuối ngày làm việc kế tiếp."
        ),
        Unit.WORKING_HOURS: _("chỉ đếm trong giờ làm việc, từ lúc bắt đầu."),
        Unit.WALL_HOURS: _("đếm liên tục từ lúc bắt đầu, cả đêm và ngày nghỉ."),
    }
    return f"{duration_label(text)}: {meanings[length.unit]}"


def offset_meaning(text: str) -> str:
    """When a step of the ladder is reached (``-3wd``), as a sentence that begins with it in words."""
    offset = Offset.parse(text)
    days = offset.unit is Unit.WORKING_DAYS
    if not offset.amount:
        said = _("nhắc ngay khi hạn vừa qua.")
    elif offset.amount < 0:
        said = (
            _("nhắc từ sáng ngày còn đúng chừng ấy ngày làm việc.")
            if days
            else _("nhắc trước thời điểm đến hạn chừng ấy giờ, cả đêm và ngày nghỉ.")
        )
    else:
        said = (
            _("nhắc khi đã qua đủ chừng ấy ngày làm việc, không kể ngày đến hạn.")
            if days
            else _("nhắc khi đã qua thời điểm đến hạn chừng ấy giờ, cả đêm và ngày nghỉ.")
        )
    words = offset_label(str(offset))
    return f"{words[0].upper()}{words[1:]}: {said}"


def weekday_label(weekday: int) -> str:
    """A weekday (Monday is 0) in words, as it begins a line."""
    name = WEEKDAYS[locale_code()][weekday]
    return name[0].upper() + name[1:]


@blueprint.app_template_filter("utc")
def utc(moment: datetime) -> datetime:
    """A moment that the login library wrote without a zone, which is UTC, with it."""
    return moment.replace(tzinfo=UTC)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "agency_kind_label": agency_kind_label,
        "word": word,
        "duration_label": duration_label,
        "offset_label": offset_label,
        "weekday_label": weekday_label,
    }
