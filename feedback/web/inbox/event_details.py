"""What an event of a case is about: its codes as sentences, and the words that people wrote with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.conflicts import ConflictKind
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Channel, RestrictedKind
from feedback.queries.case_file import CaseFile, HistoryEntry
from feedback.queries.law_book import LawBook
from feedback.queries.lists.agency_search import Known
from feedback.web.inbox.event_words import MOVED_DATES, event_label
from feedback.web.labels import CHANNELS, CONFLICTS, RESTRICTED_KINDS
from feedback.web.rendering import local_date, local_datetime, localized

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Puts codes into words: agencies, people, units, steps of the ladder."""

    file: CaseFile
    agencies: Mapping[int, Known]
    book: LawBook

    def position(self, number: int) -> str:
        """Name a position that the ladder reached."""
        found = self.file.positions.get(number)
        if found is None:
            return ""
        return f"{localized(found, 'title')}, {localized(self.file.agencies[found.agency_id])}"

    def agency(self, code: Any) -> str:
        """Name an agency by its code, also one that exists no more."""
        rows: list[Any] = [*self.agencies.values(), *self.file.agencies.values()]
        return next((localized(row) for row in rows if row.code == code), str(code or "…"))

    def named_in(self, payload: Payload) -> str:
        """Name the agency to which an event gave a case, or "…" for an event that gave it to none."""
        return self.agency(payload.get("agency") or payload.get("to"))

    def steps(self, codes: Iterable[str]) -> list[str]:
        """Name steps of the ladder."""
        names = {row.code: localized(row) for row in self.book.ladder}
        return [names.get(code, code) for code in codes]

    def hands(self, payload: Payload) -> list[str]:
        """Name the officer and the unit that a case was given to."""
        unit = self.file.units.get(payload.get("unit") or 0)
        names = [self.file.accounts.get(payload.get("officer") or 0, ""), localized(unit) if unit else ""]
        return [" · ".join(name for name in names if name)] if any(names) else []


def _day(text: str) -> str:
    return local_date(date.fromisoformat(text))


def _received(payload: Payload, reader: Reader) -> list[str]:
    return [str(CHANNELS[Channel(payload["channel"])])]


def _sent_back(payload: Payload, reader: Reader) -> list[str]:
    proposed = payload.get("proposed")
    return [_("Đề xuất giao: %(agency)s", agency=reader.agency(proposed))] if proposed else []


def _dispatched(payload: Payload, reader: Reader) -> list[str]:
    return [_("Quyết định cuối cùng: cơ quan không trả lại được nữa.")] if payload.get("final") else []


def _extension(payload: Payload, reader: Reader) -> list[str]:
    return [_("Ngày mới: %(day)s", day=_day(payload["new_due_on"]))]


def _step(payload: Payload, reader: Reader) -> list[str]:
    to = reader.position(payload["position"])
    return [f"{name} → {to}" if to else name for name in reader.steps([payload["step"]])]


def _acknowledged(payload: Payload, reader: Reader) -> list[str]:
    promise = _("Hẹn: %(day)s", day=_day(payload["promised_on"]))
    return [*reader.steps(payload["steps"].split(",")), promise]


def _recomputed(payload: Payload, reader: Reader) -> list[str]:
    """Each date that moved, from the day it was to the day it is, and the reminders taken back with it."""
    found = [
        f"{words}: {_day(old)} → {_day(payload[f'{clock}_to'])}"
        for clock, words in MOVED_DATES.items()
        if (old := payload.get(f"{clock}_from"))
    ]
    taken = reader.steps(filter(None, str(payload.get("steps") or "").split(",")))
    return [*found, *(_("Rút lại lời nhắc: %(step)s", step=step) for step in taken)]


def _set_apart(payload: Payload, reader: Reader) -> list[str]:
    return [str(RESTRICTED_KINDS[RestrictedKind(payload["restricted_kind"])])]


def _urgency(payload: Payload, reader: Reader) -> list[str]:
    return [_("Đánh dấu khẩn cấp") if payload["urgent"] else _("Thôi khẩn cấp")]


def _approved(payload: Payload, reader: Reader) -> list[str]:
    found = [_("Đúng hạn") if payload["on_time"] else _("Quá hạn")]
    return [*found, _("Người duyệt cũng là người soạn.")] if payload.get("self_approved") else found


def _access(payload: Payload, reader: Reader) -> list[str]:
    name = reader.file.accounts.get(payload["account"])
    # The ladder lets somebody in by the step with which it reached them.
    steps = reader.steps([payload["step"]]) if "step" in payload else []
    conflict = payload.get("conflict")
    why = [str(CONFLICTS[ConflictKind(conflict)])] if conflict else []
    return [*([name] if name else []), *steps, *why]


def _accused(payload: Payload, reader: Reader) -> list[str]:
    found = reader.file.agencies.get(payload["accused"])
    return [localized(found)] if found else []


EXCHANGE_PARTNERS: Mapping[str, LazyString] = {
    "submitter": _l("Người gửi"),
    "agency": _l("Cơ quan khác"),
    "unit": _l("Đơn vị xử lý tại chỗ"),
    "other": _l("Người khác"),
}


def _exchange(payload: Payload, reader: Reader) -> list[str]:
    partner = EXCHANGE_PARTNERS[payload["partner"]]
    # Before letters and meetings were recorded too, an event said only who rang.
    way = payload.get("way") or ("was_rung" if payload["incoming"] else "rang")
    who = {
        "rang": _("Gọi cho: %(who)s", who=partner),
        "was_rung": _("%(who)s gọi đến", who=partner),
        "wrote": _("Gửi thư cho: %(who)s", who=partner),
        "met": _("Gặp trực tiếp: %(who)s", who=partner),
    }[way]
    found = [f"{who} · {local_datetime(datetime.fromisoformat(payload['called_at']))}"]
    return [*found, _("Tính là đã liên hệ việc khẩn.")] if payload.get("contact") else found


def _part_asked(payload: Payload, reader: Reader) -> list[str]:
    return [_("Hạn phối hợp: %(day)s", day=_day(payload["due_on"]))]


_PARTICULARS: Mapping[EventKind, Callable[[Payload, Reader], list[str]]] = {
    EventKind.CASE_RECEIVED: _received,
    EventKind.CASE_SENT_BACK: _sent_back,
    EventKind.CASE_DISPATCHED: _dispatched,
    EventKind.DECISION_TAKEN_BACK: lambda payload, reader: [event_label(payload["of"])],
    EventKind.OFFICER_ASSIGNED: lambda payload, reader: reader.hands(payload),
    EventKind.EXCHANGE_LOGGED: _exchange,
    EventKind.CONTRIBUTION_ASKED: _part_asked,
    EventKind.CONTRIBUTION_ANSWERED: lambda payload, reader: [_("Quá hạn")] if payload["late"] else [],
    EventKind.CASE_RELAYED: lambda payload, reader: [_("Hạn trả lời: %(day)s", day=_day(payload["due_on"]))],
    EventKind.RELAY_ANSWERED: lambda payload, reader: [_("Quá hạn")] if payload["late"] else [],
    EventKind.EXTENSION_ASKED: _extension,
    EventKind.EXTENSION_GRANTED: _extension,
    EventKind.EXTENSION_DENIED: _extension,
    EventKind.CHECK_PROLONGED: lambda payload, reader: [_("Ngày mới: %(day)s", day=_day(payload["due_on"]))],
    EventKind.STEP_REACHED: _step,
    EventKind.STEP_RETRACTED: _step,
    EventKind.STEP_ACKNOWLEDGED: _acknowledged,
    EventKind.DEADLINE_RECOMPUTED: _recomputed,
    EventKind.CASE_SET_APART: _set_apart,
    EventKind.URGENCY_CHANGED: _urgency,
    EventKind.ANSWER_APPROVED: _approved,
    EventKind.ACCESS_GRANTED: _access,
    EventKind.ACCESS_ENDED: _access,
    EventKind.CONFLICT_RECORDED: _access,
    EventKind.ACCUSED_NAMED: _accused,
    EventKind.FORWARDING_CONFIRMED: lambda payload, reader: [
        _("Ngày nhận: %(day)s", day=_day(payload["received_on"]))
    ],
}


def particulars(event: HistoryEntry, reader: Reader) -> list[str]:
    """Give the sentences that an event's codes stand for."""
    tell = _PARTICULARS.get(EventKind(event.kind))
    return [str(line) for line in tell(event.payload, reader)] if tell else []


_MOVES = {
    "send_back": EventKind.CASE_SENT_BACK,
    "transfer": EventKind.CASE_TRANSFERRED,
    "recall": EventKind.CASE_RECALLED,
    "forward": EventKind.CASE_FORWARDED,
}
Words = Iterator[tuple[EventKind, datetime | None, str]]


def _words_of_handling(file: CaseFile) -> Words:
    for move in file.moves:
        yield _MOVES[move.kind], move.moved_at, move.reason
    for supplement in file.supplements:
        yield EventKind.SUPPLEMENT_ASKED, supplement.asked_at, supplement.question
        yield EventKind.SUPPLEMENT_RECEIVED, supplement.replied_at, supplement.reply
    for extension in file.extensions:
        yield EventKind.EXTENSION_ASKED, extension.asked_at, extension.reason
        yield EventKind.EXTENSION_GRANTED, extension.decided_at, extension.remarks
        yield EventKind.EXTENSION_DENIED, extension.decided_at, extension.remarks
    for part in file.contributions:
        yield EventKind.CONTRIBUTION_ASKED, part.asked_at, part.request
        yield EventKind.CONTRIBUTION_ANSWERED, part.answered_at, part.answer
    for relay in file.relays:
        yield EventKind.CASE_RELAYED, relay.relayed_at, f"{relay.document_number}: {relay.request}"
        yield EventKind.RELAY_ANSWERED, relay.answered_at, f"{relay.reply_number}: {relay.reply}"
    for step in file.steps:
        yield EventKind.STEP_ACKNOWLEDGED, step.acknowledged_at, step.promise_reason
    for reveal in file.reveals:
        yield EventKind.IDENTITY_REVEALED, reveal.revealed_at, reveal.reason
    for access in file.accesses:
        yield EventKind.ACCESS_GRANTED, access.granted_at, access.reason


def _words_of_answer(file: CaseFile) -> Words:
    for answer in file.answers:
        yield EventKind.DRAFT_RETURNED, answer.decided_at, answer.remarks
    for publication in file.publications:
        yield EventKind.PUBLICATION_RETURNED, publication.checked_at, publication.remarks
    for delivery in file.deliveries:
        yield EventKind.DELIVERY_RECORDED, delivery.delivered_at, delivery.note
    for rating in file.ratings:
        stars = _("%(score)s trên 5 điểm", score=rating.score)
        yield EventKind.CASE_RATED, rating.rated_at, f"{stars}. {rating.comment}".removesuffix(". ")
    for period in file.periods:
        yield EventKind.CASE_REOPENED, period.opened_at, period.reopening_reason


def words_of(file: CaseFile) -> dict[tuple[str, datetime], str]:
    """Give the words of people that stand in rows of their own, by the event that they belong to."""
    every = [*_words_of_handling(file), *_words_of_answer(file)]
    return {(str(kind), at): text for kind, at, text in every if at is not None and text}
