"""Words for the codes that the administration's tables hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from feedback.domain.positions import AgencyKind
from feedback.web.admin.blueprint import blueprint

_AGENCY_KINDS = {
    AgencyKind.COORDINATOR: _l("Cơ quan điều phối"),
    AgencyKind.DEPARTMENT: _l("Sở, ban, ngành"),
    AgencyKind.INSPECTORATE: _l("Thanh tra"),
    AgencyKind.AUTHORITY: _l("Ban quản lý"),
    AgencyKind.POLICE: _l("Công an"),
    AgencyKind.EXTERNAL: _l("Cơ quan ngoài UBND"),
    AgencyKind.COMMUNE: _l("UBND cấp xã"),
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
    "route": _l("Phân loại"),
    "ok": _l("Tốt"),
    "unreachable": _l("Không kết nối được"),
    "not migrated": _l("Chưa nâng cấp cấu trúc"),
    "full": _l("Sắp đầy"),
    "database": _l("Cơ sở dữ liệu"),
    "redis": _l("Hàng đợi"),
    "disk": _l("Ổ đĩa"),
    "done": _l("Xong"),
    "failed": _l("Không thành công"),
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


@blueprint.app_template_filter("utc")
def utc(moment: datetime) -> datetime:
    """A moment that the login library wrote without a zone, which is UTC, with it."""
    return moment.replace(tzinfo=UTC)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"agency_kind_label": agency_kind_label, "word": word}
