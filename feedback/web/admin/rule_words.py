"""Routing rules in words: how loud, under which condition, and what keeps one from being followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.routing import COMMUNE_OF_THE_PLACE, RuleError
from feedback.domain.routing.conditions import BadCondition
from feedback.domain.routing.parts import Parts
from feedback.queries.administration.names import Names
from feedback.web.labels import submitter_kind_label
from feedback.web.rendering import localized

LOUDNESS: Mapping[int, LazyString] = {
    5: _l("Bắt buộc chuyển"),
    10: _l("Quyết định"),
    20: _l("Mạnh"),
    30: _l("Hỗ trợ"),
}
"""The strengths of a rule by the priority that a form writes for each."""

LOUDNESS_TEXTS: Mapping[str, LazyString] = {
    "5": _l("Nội dung khớp là chuyển, bất kể bộ phân loại và quy tắc khác. Dùng khi thẩm quyền vừa đổi."),
    "10": _l("Đủ để chuyển, trừ khi có quy tắc khác cùng mức hoặc bộ phân loại rất chắc về cơ quan khác."),
    "20": _l("Thường đủ khi có nhiều từ khớp hoặc từ nằm trong tiêu đề."),
    "30": _l("Chỉ góp thêm cho cơ quan đã có dấu hiệu khác."),
}
_CONDITION: Mapping[str, LazyString] = {
    "not_json": _l("Văn bản điều kiện viết sai cú pháp JSON (%(detail)s)"),
    "too_deep": _l("Điều kiện lồng nhau quá nhiều tầng"),
    "not_an_object": _l("Điều kiện phải có ít nhất một phần"),
    "at_least_alone": _l("“at_least” chỉ dùng cùng “words_any”"),
    "unknown_kind": _l("Không có loại điều kiện “%(detail)s”"),
    "twice": _l("Phần “%(detail)s” ghi hai lần"),
    "not_texts": _l("Phần “%(detail)s” cần một danh sách chữ, không mục nào để trống"),
    "bars": _l("Phần “%(detail)s” mỗi mục một cụm từ; dấu | chỉ dùng khi mọi cụm đều phải có"),
    "no_word": _l("Phần “%(detail)s” có mục không có chữ nào"),
    "at_least_range": _l("Số cụm từ ít nhất phải từ 1 đến số cụm từ trong danh sách"),
    "not_yes_or_no": _l("Phần “%(detail)s” chỉ nhận true hoặc false"),
    "not_conditions": _l("Phần “any” cần một danh sách điều kiện"),
}
_FAULTS: Mapping[str, LazyString] = {
    "unknown_field": _l("Không có lĩnh vực nào mang mã “%(detail)s” đang áp dụng."),
    "unknown_commune": _l("Không có xã, phường, đặc khu nào mang mã “%(detail)s”."),
    "ends_first": _l("Ngày kết thúc phải từ ngày áp dụng trở đi."),
    "failed": _l("Quy tắc lỗi khi xét một nội dung: %(detail)s"),
}


def loudness(priority: int) -> int:
    """The strength that a priority stands for, as the priority that a form writes."""
    return next((most for most in LOUDNESS if priority <= most), 30)


def loudness_label(priority: int) -> str:
    """How loudly a rule of this priority speaks."""
    return str(LOUDNESS[loudness(priority)])


def condition_problem(problem: BadCondition) -> str:
    """Say what is wrong with a condition, and where."""
    text = str(_CONDITION[problem.fault]) % {"detail": problem.detail}
    if not problem.line:
        return f"{text}."
    return str(
        _("%(text)s: dòng %(line)s, cột %(column)s.", text=text, line=problem.line, column=problem.column)
    )


def rule_problem(problem: RuleError, names: Names) -> str:
    """Say why a rule cannot be followed."""
    if problem.condition is not None:
        return condition_problem(problem.condition)
    if problem.fault == "unknown_agency":
        gone = names.agencies.get(problem.detail)
        if gone is not None:
            return str(_("Cơ quan %(name)s không hoạt động vào ngày đó.", name=localized(gone)))
        return str(_("Không có cơ quan nào mang mã “%(detail)s”.", detail=problem.detail))
    if problem.fault in _FAULTS:
        return str(_FAULTS[problem.fault]) % {"detail": problem.detail}
    return str(_("Không đọc được quy tắc: %(detail)s", detail=problem.problem))


def agency_label(code: str | None, names: Names) -> str:
    """An agency by its code; the commune of the place in words."""
    if code == COMMUNE_OF_THE_PLACE:
        return str(_("UBND cấp xã nơi xảy ra sự việc"))
    row = names.agencies.get(code or "")
    return localized(row) if row is not None else code or ""


def condition_words(parts: Parts, names: Names) -> list[tuple[str, str]]:
    """Give the parts of a condition as (what, which): all of them must hold."""
    found: list[tuple[str, Any]] = [
        (_("Lĩnh vực"), [names.field(code) for code in parts.fields]),
        (_("Người gửi"), [submitter_kind_label(kind) for kind in parts.submitter_kinds]),
        (_("Nơi xảy ra"), [names.commune(code) for code in parts.communes]),
        (_("Mã thủ tục"), parts.procedures),
        (_any_label(parts.at_least), parts.words_any),
        (_("Có đủ"), [entry.replace("|", _(" hoặc ")) for entry in parts.words_all]),
        (_("Không có cụm từ nào"), parts.words_none),
        (_("Đề nghị"), parts.asked),
        (_("Nêu tên cơ quan"), [agency_label(code, names) for code in parts.agencies]),
    ]
    if parts.commune_known is not None:
        found.append((_("Xã, phường"), [_("đã biết") if parts.commune_known else _("chưa biết")]))
    return [(label, " · ".join(values)) for label, values in found if values]


def _any_label(at_least: int) -> str:
    if at_least == 1:
        return str(_("Có một trong các cụm từ"))
    return str(_("Có ít nhất %(n)s trong các cụm từ", n=at_least))
