"""The trail of accounts and settings in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.events import EventKind
from feedback.domain.notifications import Channel, Topic
from feedback.models import Agency, AuditEvent, LadderStep, Term
from feedback.queries.administration.trail_names import TrailNames, names_of
from feedback.queries.law.law_trail import Change
from feedback.services import audit
from feedback.web.account.notification_words import CHANNELS, TOPICS
from feedback.web.admin.words import duration_label, offset_label
from feedback.web.labels import holding_kind_label, position_kind_label, state_label
from feedback.web.rendering import local_date, localized

_EVENTS: Mapping[str, LazyString] = {
    EventKind.ACCOUNT_CREATED: _l("Tạo tài khoản"),
    EventKind.ACCOUNT_CHANGED: _l("Thay đổi tài khoản"),
    EventKind.LIST_EXPORTED: _l("Tải một danh sách vụ việc"),
    EventKind.NOTIFICATIONS_CHANGED: _l("Đổi cách nhận thông báo"),
    EventKind.UNIT_CREATED: _l("Thêm đơn vị"),
    EventKind.AGENCY_CHANGED: _l("Sửa thông tin cơ quan"),
    EventKind.POSITION_CREATED: _l("Thêm chức vụ"),
    EventKind.HOLDING_STARTED: _l("Giao chức vụ"),
    EventKind.HOLDING_ENDED: _l("Kết thúc đảm nhiệm"),
    EventKind.HOLDING_CALLED_OFF: _l("Hủy việc đảm nhiệm chưa bắt đầu"),
    EventKind.PROVINCE_SEEDED: _l("Nạp dữ liệu ban đầu của tỉnh"),
    EventKind.CALENDAR_CHANGED: _l("Thay đổi lịch làm việc"),
    EventKind.TERM_CHANGED: _l("Thay đổi thời hạn"),
    EventKind.LADDER_CHANGED: _l("Thay đổi bậc nhắc việc"),
    EventKind.LIMIT_CHANGED: _l("Thay đổi hạn của bước xử lý"),
    EventKind.OFFICE_CHANGED: _l("Thay đổi giờ làm việc"),
    EventKind.SETTING_CHANGED: _l("Thay đổi thiết lập của tỉnh"),
    EventKind.RULE_CHANGED: _l("Thay đổi quy tắc phân luồng"),
    EventKind.STANDARD_TEXT_CHANGED: _l("Thay đổi mẫu văn bản"),
    EventKind.WORK_RETRIED: _l("Thử lại một việc"),
    EventKind.MESSAGE_RETRIED: _l("Gửi lại một thư"),
}
_ACCOUNT_CHANGES: Mapping[str, LazyString] = {
    "activated": _l("Cho hoạt động lại"),
    "deactivated": _l("Ngừng tài khoản"),
    "unlocked": _l("Mở khóa"),
    "locked": _l("Tạm khóa vì nhập sai nhiều lần"),
    "signed_in": _l("Đăng nhập"),
    "password_set": _l("Đặt mật khẩu"),
}
_ACTORS: Mapping[str, LazyString] = {
    audit.WORKER: _l("Hệ thống"),
    audit.COMMAND: _l("Lệnh quản trị"),
    audit.SUBMITTER: _l("Người gửi"),
}
_PARTICULARS: Mapping[str, LazyString] = {
    "account": _l("Tài khoản"),
    "channels": _l("Cách nhận"),
    "agency": _l("Cơ quan"),
    "unit": _l("Đơn vị"),
    "position": _l("Chức vụ"),
    "position_kind": _l("Loại chức vụ"),
    "how": _l("Hình thức"),
    "key": _l("Mục"),
    "step": _l("Bậc nhắc việc"),
    "state": _l("Bước"),
    "rule": _l("Quy tắc"),
    "text": _l("Mẫu"),
    "leads_to": _l("Dẫn đến"),
    "duration": _l("Thời hạn"),
    "offset": _l("Nhắc khi nào"),
    "weekly": _l("Giờ làm việc"),
    "value": _l("Giá trị"),
    "valid_from": _l("Từ ngày"),
    "valid_to": _l("Đến hết ngày"),
    "agencies": _l("Số cơ quan"),
    "communes": _l("Số xã, phường"),
    "rules": _l("Số quy tắc"),
    "put": _l("Số ngày ghi vào lịch"),
    "removed": _l("Số ngày bỏ khỏi lịch"),
    "first": _l("Từ ngày"),
    "last": _l("Đến ngày"),
}
"""The particulars that a person can read, in the order in which they are told."""


def _day(text: str) -> str:
    return local_date(date.fromisoformat(text))


def _channels(text: str) -> str:
    """Say which channel was chosen for which topics (``assigned off; triage digest``)."""
    pairs = [one.split() for one in text.split("; ")]
    return "; ".join(f"{TOPICS[Topic(topic)][0]}: {CHANNELS[Channel(channel)]}" for topic, channel in pairs)


_LABELS: Mapping[str, Callable[[str], str]] = {
    "channels": _channels,
    "position_kind": position_kind_label,
    "how": holding_kind_label,
    "state": state_label,
    "duration": duration_label,
    "offset": offset_label,
    "valid_from": _day,
    "valid_to": _day,
    "first": _day,
    "last": _day,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it is shown. what: in words. about: whose account it changed, or empty."""

    event: AuditEvent
    what: str
    about: str
    actor: str
    details: list[tuple[str, str]]


def entries(session: Session, events: Sequence[AuditEvent]) -> list[Entry]:
    """Put events into words of the page's language."""
    payloads = [_payload(event) for event in events]
    people = {_account(key) for event in events for key in (event.actor, event.stream)}
    names = names_of(session, (number for number in people if number is not None), payloads)
    return [_entry(event, payload, names) for event, payload in zip(events, payloads, strict=True)]


@dataclass(frozen=True, slots=True)
class LawEntry:
    """A change of the law's rows: what, of which row, by whom, when."""

    what: str
    about: str
    actor: str
    at: datetime


def law_changes(session: Session, changes: Sequence[Change]) -> list[LawEntry]:
    """Put changes of the law's rows into words of the page's language."""
    agencies = {row.id: row for row in session.scalars(select(Agency))}
    terms = {row.key: row for row in session.scalars(select(Term).order_by(Term.valid_from))}
    steps = {row.code: row for row in session.scalars(select(LadderStep).order_by(LadderStep.valid_from))}

    def about(change: Change) -> str:
        match change.kind:
            case EventKind.TERM_CHANGED if change.subject in terms:
                return localized(terms[change.subject])
            case EventKind.LADDER_CHANGED if change.subject in steps:
                return localized(steps[change.subject])
            case EventKind.LIMIT_CHANGED:
                return state_label(change.subject)
            case EventKind.OFFICE_CHANGED if change.subject.isdigit():
                return localized(agencies[int(change.subject)])
            case EventKind.OFFICE_CHANGED:
                return str(_l("Giờ chung của tỉnh"))
            case EventKind.SETTING_CHANGED:
                return str(_l("Báo tình trạng định kỳ cho người gửi"))
        return change.subject

    return [LawEntry(str(_EVENTS[change.kind]), about(change), change.name, change.at) for change in changes]


def _entry(event: AuditEvent, payload: dict[str, Any], names: TrailNames) -> Entry:
    change = _ACCOUNT_CHANGES.get(str(payload.get("what")))
    what = (
        change if event.kind == EventKind.ACCOUNT_CHANGED and change else _EVENTS.get(event.kind, event.kind)
    )
    about = _person(event.stream, names) if event.stream != event.actor and _account(event.stream) else ""
    told = [
        (str(label), _value(key, payload[key], names))
        for key, label in _PARTICULARS.items()
        if key in payload
    ]
    details = [(label, value) for label, value in told if value]
    return Entry(event, str(what), about, _person(event.actor, names), details)


def _value(key: str, value: Any, names: TrailNames) -> str:
    """A particular in words; the number itself for what is gone."""
    if value is None:
        return ""
    if key in _LABELS:
        return _LABELS[key](value)
    rows: dict[str, Mapping[int, Any]] = {"agency": names.agencies, "unit": names.units}
    match key:
        case "account":
            return names.accounts.get(value, str(value))
        case "text":
            return names.texts.get(value, "")
        case "agency" | "unit":
            return localized(rows[key][value]) if value in rows[key] else str(value)
        case "position":
            found = names.positions.get(value)
            return f"{localized(found, 'title')}, {localized(found.agency)}" if found else str(value)
    return str(value)


def _person(key: str, names: TrailNames) -> str:
    number = _account(key)
    if number is not None:
        return names.accounts.get(number, key)
    return str(_ACTORS.get(key, key))


def _account(key: str) -> int | None:
    kind, _, number = key.partition(":")
    return int(number) if kind == "account" and number.isdigit() else None


def _payload(event: AuditEvent) -> dict[str, Any]:
    found = json.loads(event.payload)
    return found if isinstance(found, dict) else {}
