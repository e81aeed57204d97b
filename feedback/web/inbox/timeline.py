"""The history of a case as one list: what happened, the words written with it, dates, letters sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.clocks import Clock
from feedback.domain.events import EventKind
from feedback.domain.notices import NoticeKind
from feedback.models import Deadline, Message
from feedback.queries.case_file import CaseFile, HistoryEntry
from feedback.web.inbox.event_details import Reader, particulars, words_of
from feedback.web.inbox.event_words import EVENTS, MESSAGE_STATES, NOTICES, event_label
from feedback.web.labels import Tone
from feedback.web.rendering import local_date


class Show(StrEnum):
    """What of the history is shown: all of it, what people wrote, or what moved the clocks."""

    ALL = "all"
    WORDS = "words"
    CLOCKS = "clocks"


SHOW_NAMES: Mapping[Show, LazyString] = {
    Show.ALL: _l("Tất cả"),
    Show.WORDS: _l("Trao đổi"),
    Show.CLOCKS: _l("Thời hạn"),
}
_OF_CLOCKS = frozenset(
    {
        EventKind.SUPPLEMENT_ASKED, EventKind.SUPPLEMENT_RECEIVED, EventKind.SUPPLEMENT_EXPIRED,
        EventKind.EXTENSION_ASKED, EventKind.EXTENSION_GRANTED, EventKind.EXTENSION_DENIED,
        EventKind.URGENCY_CHANGED, EventKind.CONTACT_LOGGED, EventKind.ANSWER_APPROVED,
        EventKind.CONTRIBUTION_ASKED,
        EventKind.CASE_REOPENED, EventKind.CHECK_PROLONGED, EventKind.STEP_REACHED,
        EventKind.STEP_ACKNOWLEDGED, EventKind.STEP_RETRACTED, EventKind.DEADLINE_RECOMPUTED,
    }
)  # fmt: skip


@dataclass
class Entry:
    """One thing that happened, as the page shows it. `topics`: under which filters it stands besides all."""

    at: datetime
    text: str
    icon: str
    tone: Tone
    actor: str
    details: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    letters: list[tuple[str, str, Tone]] = field(default_factory=list)
    count: int = 1
    topics: set[Show] = field(default_factory=set)


def timeline_of(file: CaseFile, reader: Reader, show: Show = Show.ALL) -> list[Entry]:
    """Give the history of a case, or what `show` picks of it, the newest first.

    A run of saved drafts of one person, or of steps of the ladder, is one entry. Dates and letters
    stand with the event that caused them; what has none stands alone.
    """
    letters = _by_cause(file.messages)
    dates = _by_moment(file.deadlines)
    words = words_of(file)
    entries: list[Entry] = []
    last: HistoryEntry | None = None
    for event in file.history:
        if _repeats(event, last):
            entries[-1].at = event.at
            entries[-1].count += 1
            entries[-1].details += particulars(event, reader)
            continue
        entry = _entry(event, reader)
        note = event.note or words.get((event.kind, event.at), "")
        entry.details += [note] if note else []
        entry.letters = [_letter(message) for message in letters.pop(event.id, ())]
        entry.dates = [_date_line(row) for row in dates.pop(event.at, ())]
        entry.topics = _topics(event, entry, note)
        entries.append(entry)
        last = event
    for messages in letters.values():
        entries += [_lone_letter(message) for message in messages]
    entries.sort(key=lambda entry: entry.at)
    return [entry for entry in entries[::-1] if show is Show.ALL or show in entry.topics]


def _topics(event: HistoryEntry, entry: Entry, note: str) -> set[Show]:
    found = {Show.WORDS} if note or event.kind == EventKind.CASE_RECEIVED else set()
    return found | ({Show.CLOCKS} if entry.dates or event.kind in _OF_CLOCKS else set())


def _repeats(event: HistoryEntry, last: HistoryEntry | None) -> bool:
    if last is None or (event.kind, event.actor_key) != (last.kind, last.actor_key):
        return False
    return event.kind in (EventKind.DRAFT_SAVED, EventKind.STEP_REACHED, EventKind.STEP_RETRACTED)


def _entry(event: HistoryEntry, reader: Reader) -> Entry:
    look = EVENTS[EventKind(event.kind)]
    text = event_label(event.kind, reader.named_in(event.payload))
    actor = event.actor or _nobody(event.actor_key)
    if event.payload.get("acting"):
        stood_in = reader.position(event.payload["acting"])
        actor = _("%(name)s, phụ trách thay %(position)s", name=actor, position=stood_in)
    return Entry(event.at, text, look.icon, look.tone, actor, particulars(event, reader))


def _nobody(key: str) -> str:
    """Name who acted where it was no member of staff."""
    names = {"submitter": _("Người gửi"), "worker": _("Hệ thống"), "command": _("Quản trị")}
    return str(names.get(key, ""))


def _by_cause(messages: Iterable[Message]) -> dict[Any, list[Message]]:
    found: dict[Any, list[Message]] = {}
    for message in messages:
        found.setdefault(message.cause, []).append(message)
    return found


def _by_moment(deadlines: Iterable[Deadline]) -> dict[datetime, list[Deadline]]:
    found: dict[datetime, list[Deadline]] = {}
    for row in deadlines:
        if row.clock in (Clock.AGENCY, Clock.CITIZEN):
            found.setdefault(row.created_at, []).append(row)
    return found


def _date_line(row: Deadline) -> str:
    if row.clock == Clock.CITIZEN:
        return str(_("Hạn trả lời người gửi: %(day)s", day=local_date(row.due_on)))
    return str(_("Hạn của cơ quan: %(day)s", day=local_date(row.due_on)))


def _letter(message: Message) -> tuple[str, str, Tone]:
    """Say which letter it is, to whom, and whether it went out; with icon and tone."""
    words, icon, tone = MESSAGE_STATES[message.state]
    return f"{NOTICES[NoticeKind(message.kind)]} → {_recipient(message.recipient)}: {words}", icon, tone


def _lone_letter(message: Message) -> Entry:
    text, _icon, tone = _letter(message)
    return Entry(message.sent_at or message.created_at, text, "envelope", tone, "")


def _recipient(key: str) -> str:
    kind = key.partition(":")[0]
    return str(
        {
            "submitter": _("người gửi"),
            "desk": _("bộ phận điều phối"),
            "agency": _("cơ quan"),
            "body": _("cơ quan"),
            "position": _("lãnh đạo"),
            "account": _("cán bộ"),
            "unit": _("cán bộ của phòng"),
        }.get(kind, key)
    )
