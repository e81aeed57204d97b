"""A case's way in plain words, for the person who sent it: each thing that happened, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import Channel, State
from feedback.domain.routing import explain_to_submitter
from feedback.models import Answer, Assignment, Move
from feedback.queries.case_file import CaseFile
from feedback.queries.promises import promise_moves
from feedback.services.casework.following import FOLLOWED
from feedback.web.labels import Tone
from feedback.web.rendering import local_date, locale_code, localized

_RECEIVED_BY = {
    Channel.WEB: _l("Hệ thống đã nhận phản ánh của ông/bà"),
    Channel.PHONE: _l("Cán bộ đã ghi nhận phản ánh của ông/bà qua điện thoại"),
    Channel.PAPER: _l("Cán bộ đã nhận văn bản của ông/bà và nhập vào hệ thống"),
    Channel.COUNTER: _l("Cán bộ một cửa đã ghi nhận phản ánh của ông/bà"),
    Channel.FILE: _l("Hệ thống đã nhận phản ánh của ông/bà từ nơi khác chuyển đến"),
}
_DELIVERED = {
    "counter": _l("Câu trả lời đã được trao tận tay"),
    "post": _l("Câu trả lời đã được gửi qua bưu điện"),
    "phone": _l("Nội dung trả lời đã được thông báo qua điện thoại"),
    "mail": _l("Câu trả lời đã được gửi qua thư điện tử"),
}
SCORES: dict[int, LazyString] = {
    1: _l("Rất không hài lòng"),
    2: _l("Không hài lòng"),
    3: _l("Bình thường"),
    4: _l("Hài lòng"),
    5: _l("Rất hài lòng"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, as the macro ``ui.timeline`` shows it."""

    at: datetime
    text: str
    icon: str
    tone: Tone = "neutral"
    detail: str = ""
    actor: str = ""
    current: bool = False


def path_of(file: CaseFile) -> list[Entry]:
    """Give what happened to a case, newest first.

    Reasons that agencies give each other, and who of the staff did what, are not in it.
    """
    parts = (
        _arrival(file),
        _hands(file),
        _promised(file),
        _relayed(file),
        _questions(file),
        _updates(file),
        _answers(file),
        _endings(file),
    )
    entries = [entry for part in parts for entry in part]
    # Entries of one moment keep the order in which they follow from each other.
    return [
        entry for _, entry in sorted(enumerate(entries), key=lambda pair: (pair[1].at, pair[0]), reverse=True)
    ]


def agency_name(file: CaseFile, agency_id: int | None) -> str:
    """Name an agency of the case in the page's language; empty for none."""
    agency = file.agencies.get(agency_id) if agency_id is not None else None
    return localized(agency) if agency is not None else ""


def _arrival(file: CaseFile) -> Iterator[Entry]:
    case = file.case
    if case.split_from_id is None:
        yield Entry(case.received_at, str(_RECEIVED_BY[Channel(case.channel)]), "inbox", "info")
    else:
        yield Entry(case.received_at, _("Nội dung này được tách từ phản ánh của ông/bà"), "diagram-2", "info")
    for period in file.periods:
        if period.number > 1:
            yield Entry(
                period.opened_at, _("Ông/bà đã đề nghị xem xét lại"), "arrow-counterclockwise", "warning",
                period.reopening_reason,
            )  # fmt: skip


def _hands(file: CaseFile) -> Iterator[Entry]:
    for decision in file.routing_decisions:
        if decision.outcome == FOLLOWED:
            text = _("Theo dõi chung với một vụ việc đã có, như ông/bà chọn")
            yield Entry(decision.decided_at, text, "people", "info")
        elif decision.decided_by is None and decision.agency_id is None:
            detail = explain_to_submitter(decision.trace, locale_code())
            yield Entry(
                decision.decided_at, _("Đang xác định cơ quan xử lý"), "signpost-split", "info", detail
            )
    taken_back = {one.decided_at for one in file.routing_decisions if one.superseded_at is not None}
    for assignment in file.assignments:
        if assignment.assigned_at in taken_back:
            continue
        yield from _assigned(file, assignment)
    for move in file.moves:
        yield _moved(file, move)
    for extension in file.extensions:
        if extension.decision == "granted" and extension.decided_at is not None:
            until = local_date(extension.new_due_on)
            text = _("Cơ quan xử lý được gia hạn đến %(day)s", day=until)
            reason = _("Lý do: %(reason)s", reason=extension.reason)
            yield Entry(extension.decided_at, text, "calendar-event", "warning", reason)


def _promised(file: CaseFile) -> Iterator[Entry]:
    """Each move of the day that was promised to them."""
    for move in promise_moves(file):
        text = _("Ngày hẹn trả lời đổi thành %(day)s", day=local_date(move.new))
        why = _(
            "Trước đó hẹn %(day)s. Lý do: lịch làm việc của cơ quan nhà nước thay đổi.",
            day=local_date(move.old),
        )
        yield Entry(move.at, text, "calendar-event", "warning", why)


def _relayed(file: CaseFile) -> Iterator[Entry]:
    """What the liaison desk sent on to a body outside the province's own, and that its reply came."""
    for row in file.relays:
        body = agency_name(file, row.agency_id)
        until = _("Đề nghị trả lời trước hết ngày %(day)s.", day=local_date(row.due_on))
        text = _("Đã chuyển bằng văn bản đến %(agency)s", agency=body)
        yield Entry(row.relayed_at, text, "send", "progress", until)
        if row.answered_at is not None:
            text = _("Đã có văn bản trả lời của %(agency)s; đang soạn câu trả lời", agency=body)
            yield Entry(row.answered_at, text, "reply", "info")


def _updates(file: CaseFile) -> Iterator[Entry]:
    """Each time they were told where the case stands: the clock of the updates was then met."""
    for row in file.deadlines:
        if row.clock == Clock.STATUS_UPDATE and row.met_at is not None:
            yield Entry(row.met_at, _("Đã báo ông/bà tình trạng xử lý"), "info-circle", "info")


def _assigned(file: CaseFile, assignment: Assignment) -> Iterator[Entry]:
    agency = agency_name(file, assignment.agency_id)
    if assignment.role == "co":
        yield Entry(
            assignment.assigned_at, _("%(agency)s phối hợp xử lý", agency=agency), "people", "neutral"
        )
        return
    yield Entry(assignment.assigned_at, _("Giao cho %(agency)s", agency=agency), "send", "progress")
    if assignment.accepted_at is not None:
        text = _("%(agency)s đã nhận xử lý", agency=agency)
        yield Entry(assignment.accepted_at, text, "person-check", "progress")


def _moved(file: CaseFile, move: Move) -> Entry:
    origin, target = agency_name(file, move.from_agency_id), agency_name(file, move.to_agency_id)
    if move.kind == "send_back":
        text = _("%(agency)s cho biết việc này thuộc cơ quan khác; đang xác định lại", agency=origin)
    elif move.kind == "recall":
        text = _("Cơ quan điều phối nhận lại từ %(agency)s để xác định cơ quan giải quyết", agency=origin)
    elif move.kind == "transfer":
        text = _("%(agency)s chuyển sang %(target)s", agency=origin, target=target)
    else:
        text = _("Đã chuyển cơ quan có thẩm quyền")
    return Entry(move.moved_at, text, "arrow-left-right", "neutral")


def _questions(file: CaseFile) -> Iterator[Entry]:
    for question in file.supplements:
        yield Entry(
            question.asked_at, _("Cơ quan xử lý hỏi thêm"), "chat-left-dots", "warning", question.question
        )
        if question.replied_at is not None:
            yield Entry(question.replied_at, _("Ông/bà đã trả lời"), "reply", "info", question.reply)
        if question.expired_at is not None:
            text = _("Hết hạn chờ bổ sung; cơ quan xử lý tiếp với thông tin đang có")
            yield Entry(question.expired_at, text, "hourglass-bottom", "neutral")


def _answers(file: CaseFile) -> Iterator[Entry]:
    for answer in file.answers:
        if answer.status == "approved" and answer.decided_at is not None:
            yield _answered(file, answer, answer.decided_at)
    for delivery in file.deliveries:
        if delivery.delivered_at is not None:
            yield Entry(delivery.delivered_at, str(_DELIVERED[delivery.method]), "envelope-check", "success")
    for publication in file.publications:
        if publication.published_at is not None and publication.status == "published":
            text = _("Bản tóm tắt và câu trả lời đã được công khai, không có thông tin của ông/bà")
            yield Entry(publication.published_at, text, "megaphone", "neutral")
    for rating in file.ratings:
        text = _("Ông/bà đã đánh giá: %(score)s", score=str(SCORES[rating.score]))
        yield Entry(rating.rated_at, text, "star", "neutral", rating.comment)


def _answered(file: CaseFile, answer: Answer, at: datetime) -> Entry:
    if file.case.refusal_code is not None:
        return Entry(at, _("Thông báo không tiếp nhận, kèm lý do"), "slash-circle", "quiet")
    return Entry(at, _("Đã có câu trả lời"), "check-circle", "success")


def _follows(file: CaseFile) -> bool:
    """Tell whether the state is told of already: it is the one in which it joined another case."""
    joined = (row.decided_at for row in file.routing_decisions if row.outcome == FOLLOWED)
    return file.case.state_since in joined


def _endings(file: CaseFile) -> Iterator[Entry]:
    case = file.case
    texts = {
        State.WITHDRAWN: (_("Ông/bà đã rút phản ánh"), "arrow-counterclockwise"),
        State.MERGED: (_("Được trả lời chung với một phản ánh cùng nội dung"), "sign-merge-left"),
        State.SPLIT: (_("Phản ánh có nhiều nội dung nên đã được tách để trả lời từng phần"), "diagram-2"),
        State.REJOINED: (_("Đã nhập lại vào phản ánh ban đầu"), "arrow-counterclockwise"),
    }
    found = texts.get(State(case.state))
    if found is not None and not _follows(file):
        yield Entry(case.state_since, found[0], found[1], "quiet")
