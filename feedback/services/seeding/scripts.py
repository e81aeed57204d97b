"""What happens to a demonstration case, by the name of its path: who does what on which working day.

A script is a tuple of (working days after the message, hour in Vietnam, step). The steps
call the verbs that pages call; a message's own words fill them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import CaseClass, State
from feedback.services.casework import (
    answers,
    extensions,
    handling,
    partition,
    publication,
    submitter,
    supplements,
    triage,
)
from feedback.services.restricted_track import forwarding, restricted
from feedback.services.seeding.cast import Cast

Step = Callable[[Cast], None]
_DESK_AGENCY = "SNNMT"


def _given(cast: Cast) -> None:
    """Have a dispatcher give a case to an agency where the rules left it in triage."""
    if cast.case.state != State.TRIAGE:
        return
    agency_id = cast.commune_agency_id() or cast.agency_id(_DESK_AGENCY)
    triage.dispatch(
        cast.session, cast.dispatcher, cast.case, agency_id=agency_id, case_class=CaseClass.C,
        now=cast.now, book=cast.book,
    )  # fmt: skip


def _to_triage(cast: Cast) -> None:
    """Have the agency send back a case that the rules assigned, so that the desk can decide."""
    if cast.case.state == State.ASSIGNED:
        handling.send_back(
            cast.session, cast.officer, cast.case, now=cast.now, book=cast.book,
            reason="Nội dung cần cơ quan đầu mối xem xét trước khi phân công.",
        )  # fmt: skip


def _accept(cast: Cast) -> None:
    handling.accept(cast.session, cast.officer, cast.case, now=cast.now, book=cast.book)


def _assign_officer(cast: Cast) -> None:
    handling.assign_officer(
        cast.session, cast.head, cast.case, officer_id=cast.officer.account_id, now=cast.now
    )


def _submit(cast: Cast) -> None:
    answers.submit(
        cast.session, cast.officer, cast.case, text=cast.message["answer"], now=cast.now, book=cast.book
    )


def _approve(cast: Cast) -> None:
    answers.approve(cast.session, cast.head, cast.case, now=cast.now, book=cast.book)


def _propose(cast: Cast) -> None:
    publication.propose(
        cast.session, cast.officer, cast.case, title=cast.message["summary_title"],
        summary=cast.message["summary"], now=cast.now,
    )  # fmt: skip


def _publish(cast: Cast) -> None:
    publication.check(cast.session, cast.dispatcher, cast.case, approved=True, now=cast.now)


def _rate(cast: Cast) -> None:
    if "rating" in cast.message:
        submitter.rate(cast.session, cast.case, score=cast.message["rating"], now=cast.now)


def _reopen(cast: Cast) -> None:
    submitter.reopen(cast.session, cast.case, reason=cast.message["reason"], now=cast.now, book=cast.book)


def _withdraw(cast: Cast) -> None:
    submitter.withdraw(cast.session, cast.case, reason=cast.message["reason"], now=cast.now, book=cast.book)


def _ask(cast: Cast) -> None:
    supplements.ask(
        cast.session, cast.officer, cast.case, question=cast.message["question"], now=cast.now, book=cast.book
    )


def _reply(cast: Cast) -> None:
    supplements.reply(cast.session, cast.case, text=cast.message["reply"], now=cast.now, book=cast.book)


def _ask_extension(cast: Cast) -> None:
    due_on = cast.case.agency_due_on or local_date(cast.now)
    extensions.ask(
        cast.session, cast.officer, cast.case, reason=cast.message["reason"],
        new_due_on=cast.book.calendar.add_working_days(due_on, 10), now=cast.now, book=cast.book,
    )  # fmt: skip


def _grant(cast: Cast) -> None:
    extensions.decide(cast.session, cast.head, cast.case, granted=True, now=cast.now, book=cast.book)


def _elsewhere(cast: Cast) -> int:
    """Give the agency that the message names next, or another one where the rules chose that at once."""
    wanted = cast.agency_id(cast.message["to"])
    return wanted if wanted != cast.case.lead_agency_id else cast.agency_id(_DESK_AGENCY)


def _transfer(cast: Cast) -> None:
    handling.transfer(
        cast.session, cast.head, cast.case, to_agency_id=_elsewhere(cast),
        reason=cast.message["reason"], now=cast.now, book=cast.book,
    )  # fmt: skip


def _send_back(cast: Cast) -> None:
    handling.send_back(
        cast.session, cast.officer, cast.case, reason=cast.message["reason"],
        proposed_agency_id=_elsewhere(cast), now=cast.now, book=cast.book,
    )  # fmt: skip


def _split(cast: Cast) -> None:
    parts = [
        partition.Part(title, body, cast.agency_id(agency), CaseClass.C)
        for title, body, agency in cast.message["parts"]
    ]
    partition.split(cast.session, cast.dispatcher, cast.case, parts=parts, now=cast.now, book=cast.book)


def _merge(cast: Cast) -> None:
    into = cast.case_of(cast.message["into"])
    partition.merge(cast.session, cast.dispatcher, cast.case, into=into, now=cast.now, book=cast.book)


def _refuse(cast: Cast) -> None:
    triage.refuse(
        cast.session, cast.dispatcher, cast.case, code=cast.message["code"],
        explanation=cast.message["explanation"], now=cast.now, book=cast.book,
    )  # fmt: skip


def _set_apart(cast: Cast) -> None:
    accused = cast.commune_agency_id() if cast.message.get("accused_commune") else None
    restricted.set_apart(
        cast.session, cast.dispatcher, cast.case, kind=cast.message["restricted_kind"],
        reason="Nội dung thuộc diện hạn chế tiếp cận theo quy định.", accused_agency_id=accused,
        now=cast.now, book=cast.book,
    )  # fmt: skip


def _forward(cast: Cast) -> None:
    forwarding.forward(
        cast.session, cast.listed, cast.case, to_body=cast.message["to"],
        document_number="12/VP-TCD", document_date=local_date(cast.now),
        note="Chuyển tin báo có dấu hiệu tội phạm để xem xét theo thẩm quyền.", now=cast.now, book=cast.book,
    )  # fmt: skip


def _guide(cast: Cast) -> None:
    restricted.guide(
        cast.session, cast.listed, cast.case, now=cast.now, book=cast.book,
        letter="Đề nghị ông/bà gửi đơn khiếu nại đến Chủ tịch UBND cấp đã ban hành quyết định, kèm bản sao"
        " quyết định bị khiếu nại, theo Luật Khiếu nại. Nơi tiếp công dân của tỉnh sẵn sàng hướng dẫn thêm.",
    )  # fmt: skip


_Line = tuple[int, int, Step]
_TAKEN: tuple[_Line, ...] = ((1, 8, _given), (1, 9, _accept), (1, 10, _assign_officer))
_ANSWERED: tuple[_Line, ...] = (*_TAKEN, (6, 14, _submit), (7, 9, _approve))
_PROPOSED: tuple[_Line, ...] = (*_ANSWERED, (8, 8, _propose))
_AT_THE_DESK: tuple[_Line, ...] = ((1, 8, _to_triage),)

SCRIPTS: Mapping[str, tuple[_Line, ...]] = {
    "assigned": ((0, 8, _given),),
    "urgent": ((0, 6, _given),),
    "triage": _AT_THE_DESK,
    "in_progress": _TAKEN,
    "in_progress_due_soon": _TAKEN,
    "overdue": _TAKEN,
    "overdue_unaccepted": ((1, 8, _given),),
    "awaiting_submitter": (*_TAKEN, (2, 15, _ask)),
    "supplemented": (*_TAKEN, (2, 15, _ask), (5, 19, _reply)),
    "extension_pending": (*_TAKEN, (10, 9, _ask_extension)),
    "extension_granted": (*_TAKEN, (10, 9, _ask_extension), (11, 15, _grant)),
    "awaiting_approval": (*_TAKEN, (9, 16, _submit)),
    "awaiting_approval_overdue": (*_TAKEN, (14, 16, _submit)),
    "answered": (*_ANSWERED, (9, 20, _rate)),
    "counter": _ANSWERED,
    "awaiting_publication": _PROPOSED,
    "published": (*_PROPOSED, (8, 15, _publish), (9, 20, _rate)),
    "reopened": (*_ANSWERED, (9, 20, _rate), (11, 20, _reopen)),
    "transferred": (*_TAKEN, (3, 9, _transfer)),
    "sent_back": ((1, 8, _given), (2, 8, _send_back)),
    "split": (*_AT_THE_DESK, (1, 9, _split)),
    "merged": (*_AT_THE_DESK, (1, 9, _merge)),
    "refused": (*_AT_THE_DESK, (1, 9, _refuse)),
    "withdrawn": (*_TAKEN, (3, 18, _withdraw)),
    "restricted": (*_AT_THE_DESK, (1, 9, _set_apart)),
    "forwarded": (*_AT_THE_DESK, (1, 9, _set_apart), (2, 9, _forward)),
    "guided": (*_AT_THE_DESK, (1, 9, _set_apart), (3, 9, _guide)),
}
"""For each path the steps that lead to it, in order."""
