"""A routing decision in plain words: what the system read and proposed, what a person decided instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask_babel import gettext as _

from feedback.domain.lifecycle import RefusalCode, RestrictedKind
from feedback.domain.routing import Decision, explain_decision
from feedback.domain.routing.correction import Act, Correction, Proposal
from feedback.models import RoutingDecision
from feedback.web.labels import REFUSALS, RESTRICTED_KINDS, class_label
from feedback.web.rendering import locale_code

Names = Callable[[str | None], str]
"""Gives the name of an agency by its code, in the page's language."""


def decision_lines(row: RoutingDecision, names: Names) -> list[str]:
    """Say what was decided and why, a sentence each; nothing for a trace of a form that is not read now."""
    try:
        if row.decided_by is None:
            return list(_of_machine(row.trace, names))
        return list(_of_person(Correction.from_trace(row.trace), row, names))
    except ValueError:
        return []


def _of_machine(trace: str, names: Names) -> Iterator[str]:
    decision = Decision.from_trace(trace)
    yield from explain_decision(trace, locale_code())
    if decision.case_class is not None:
        yield str(_("Loại nội dung: %(label)s.", label=class_label(decision.case_class)))
    if decision.top3:
        shares = [(one.agency_code, one.score) for one in decision.top3]
        yield str(_("Khả năng: %(shares)s.", shares=_shares(shares, names)))
    if decision.read_by is not None:
        yield str(_("Bộ phân loại đã đọc: %(version)s.", version=decision.read_by))


def _shares(top3: list[tuple[str, float]], names: Names) -> str:
    return "; ".join(f"{names(code)} {share * 100:.0f}%" for code, share in top3)


def _of_person(one: Correction, row: RoutingDecision, names: Names) -> Iterator[str]:
    yield _decided(one, names)
    yield from _changed(one)
    yield _held_against(one, names)
    if row.superseded_at is not None:
        yield str(_("Quyết định này đã được hoàn tác, không dùng để học."))


def _decided(one: Correction, names: Names) -> str:
    if one.act is Act.DISPATCH:
        return str(_("Giao cho %(agency)s.", agency=names(one.decided.agency)))
    if one.act is Act.REFUSE:
        return str(_("Từ chối: %(why)s.", why=REFUSALS[RefusalCode(str(one.more["code"]))]))
    if one.act is Act.SPLIT:
        return str(_("Tách thành %(n)s vụ việc.", n=one.more["parts"]))
    if one.act is Act.MERGE:
        return str(_("Gộp vào vụ việc cùng nội dung."))
    if one.act is Act.SET_APART:
        return str(_("Tách riêng: %(kind)s.", kind=RESTRICTED_KINDS[RestrictedKind(str(one.more["kind"]))]))
    return str(_("Đánh dấu khẩn cấp.") if one.decided.urgent else _("Bỏ đánh dấu khẩn cấp."))


def _changed(one: Correction) -> Iterator[str]:
    before, after = one.before.case_class, one.decided.case_class
    if after is not None and after != before:
        was = class_label(before) if before is not None else _("chưa rõ")
        yield str(_("Loại nội dung: %(was)s → %(now)s.", was=was, now=class_label(after)))
    if one.decided.field != one.before.field:
        yield str(_("Đã sửa lĩnh vực."))


def _held_against(one: Correction, names: Names) -> str:
    proposed: Proposal | None = one.proposed
    if proposed is None:
        return str(_("Hệ thống chưa đề xuất gì."))
    if not proposed.top3:
        return str(_("Hệ thống chưa đề xuất được cơ quan nào."))
    shares = _shares(list(proposed.top3), names)
    if one.agrees:
        return str(_("Đúng như hệ thống đề xuất: %(shares)s.", shares=shares))
    if one.agrees is False:
        return str(_("Khác với đề xuất của hệ thống: %(shares)s.", shares=shares))
    return str(_("Hệ thống đã đề xuất: %(shares)s.", shares=shares))
