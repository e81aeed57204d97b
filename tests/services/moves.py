"""What people may try on a case: every act with arguments that make sense, for walks through all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import Action, CaseClass, TransitionRefused
from feedback.domain.permissions import Refused
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.models import Account, Agency, Case
from feedback.queries.case_file import NotFound
from feedback.services.casework import (
    answers,
    contributions,
    extensions,
    following,
    handling,
    identity,
    notes,
    partition,
    publication,
    relays,
    submitter,
    supplements,
    triage,
    undo,
)
from feedback.services.casework.partition import Part
from feedback.services.errors import InvalidInput
from feedback.services.restricted_track import access, conflicts, forwarding, prolonging, restricted
from tests.services.stage import ANSWER, Stage

WHY = "Lý do đủ dài để được chấp nhận."
Verb = Callable[..., Any]


def merge(session: Session, actor: Any, case: Case, *, into: UUID, **more: Any) -> None:
    main = session.get(Case, into)
    if main is None:
        raise NotFound(str(into))
    partition.merge(session, actor, case, into=main, **more)


def liaison(stage: Stage) -> tuple[Agency, Account]:
    """Make a body outside the province, and the clerk of the coordinator's desk who speaks for it."""
    body = stage.make.agency("PCLD", AgencyKind.EXTERNAL)
    body.liaison_id = stage.province.coordinator.agency.id
    body.email = "vanthu@dienluc.example"
    clerk = stage.make.staff(PositionKind.OFFICER, stage.province.coordinator.agency)
    stage.worker.commit()
    return body, clerk


def staff_moves(stage: Stage, other: UUID, body: Agency) -> dict[Action, list[tuple[Verb, dict[str, Any]]]]:
    """What staff may try, by action, with arguments that make sense.

    other: another case, to merge into; body: one outside the province, to relay to.
    """
    agencies = [stage.works.agency.id, stage.home.agency.id]
    soon = stage.book.calendar.add_working_days(local_date(stage.now), 3)
    later = stage.book.calendar.add_working_days(local_date(stage.now), 20)
    parts = [Part("Một", WHY), Part("Hai", WHY, agencies[0], case_class=CaseClass.C)]
    timed = {"now": stage.now, "book": stage.book}
    return {
        Action.DISPATCH: [
            (triage.dispatch, {"agency_id": agencies[0], "co_agency_ids": agencies[1:], "case_class": "C"}),
            (triage.dispatch, {"agency_id": agencies[1], "case_class": "A"}),
            (triage.dispatch, {"agency_id": body.id, "case_class": "C"}),
        ],
        Action.REFUSE: [(triage.refuse, {"code": "abusive", "explanation": WHY})],
        Action.SPLIT: [(partition.split, {"parts": parts})],
        Action.MERGE: [(merge, {"into": other, **timed})],
        Action.READ_FOLLOWER: [(following.mark_read, {})],
        Action.SEPARATE: [(following.separate, {})],
        Action.CHANGE_URGENCY: [
            (triage.set_urgency, {"urgent": True, "note": WHY}),
            (triage.set_urgency, {"urgent": False, "note": WHY}),
        ],
        Action.TAKE_BACK: [(undo.take_back, {})],
        Action.TAKE_BACK_URGENCY: [(undo.take_back, {})],
        Action.ACCEPT: [(handling.accept, {})],
        Action.SEND_BACK: [(handling.send_back, {"reason": WHY})],
        Action.ASSIGN_OFFICER: [
            (handling.assign_officer, {"officer_id": team.officer.id}) for team in (stage.works, stage.home)
        ],
        Action.ASK_SUPPLEMENT: [(supplements.ask, {"question": WHY})],
        Action.END_SUPPLEMENT_WAIT: [(supplements.end_wait, {"told": WHY}), (supplements.end_wait, {})],
        Action.TRANSFER: [(handling.transfer, {"to_agency_id": one, "reason": WHY}) for one in agencies],
        Action.RECALL: [(handling.recall, {"reason": WHY})],
        Action.ASK_EXTENSION: [(extensions.ask, {"reason": WHY, "new_due_on": later})],
        Action.DECIDE_EXTENSION: [
            (extensions.decide, {"granted": True}), (extensions.decide, {"granted": False, "remarks": WHY}),
        ],
        Action.LOG_CONTACT: [(handling.log_contact, {"note": WHY})],
        Action.ADD_NOTE: [(notes.add, {"note": WHY})],
        Action.LOG_EXCHANGE: [
            (notes.log_exchange, {"partner": "submitter", "way": one, "at": stage.now, "note": WHY})
            for one in ("rang", "wrote")
        ],
        Action.ASK_CONTRIBUTION: [
            (contributions.ask, {"agency_id": one, "request": WHY, "due_on": soon}) for one in agencies
        ],
        Action.ANSWER_CONTRIBUTION: [(contributions.answer, {"text": WHY})],
        Action.RELAY: [(relays.relay, {"document_number": "12/VP", "request": WHY, "due_on": soon})],
        Action.REMIND_RELAY: [(relays.remind, {})],
        Action.RECORD_RELAY_REPLY: [
            (
                relays.record_reply,
                {"text": ANSWER, "document_number": "77/PC", "replied_on": local_date(stage.now)},
            )
        ],
        Action.SAVE_DRAFT: [(answers.save_draft, {"text": WHY})],
        Action.SUBMIT_DRAFT: [(answers.submit, {"text": ANSWER})],
        Action.APPROVE: [(answers.approve, {}), (answers.approve, {"names_nobody": True})],
        Action.RETURN_DRAFT: [(answers.return_draft, {"remarks": WHY})],
        Action.RECORD_DELIVERY: [(answers.record_delivery, {"method": "post"})],
        Action.PROPOSE_PUBLICATION: [(publication.propose, {"title": "Đèn", "summary": "Đã sửa."})],
        Action.CHECK_PUBLICATION: [
            (publication.check, {"approved": True}), (publication.check, {"approved": False, "remarks": WHY}),
        ],
        Action.WITHDRAW_PUBLICATION: [(publication.withdraw, {"reason": WHY})],
        Action.SET_APART: [
            (restricted.set_apart, {"kind": "denunciation", "reason": WHY, "accused_agency_id": agencies[0]}),
            (restricted.set_apart, {"kind": "complaint", "reason": WHY}),
        ],
        Action.FORWARD: [
            (
                forwarding.forward,
                {
                    "to_body": "Viện kiểm sát", "note": WHY, "document_number": "12/VP",
                    "document_date": stage.now.date(),
                },
            )
        ],
        Action.CONFIRM_FORWARDING: [(forwarding.confirm, {"received_on": stage.now.date()})],
        Action.GUIDE: [(restricted.guide, {"letter": WHY})],
        Action.PROLONG_CHECK: [(prolonging.prolong_check, {"reason": WHY})],
        Action.RETURN_TO_TRIAGE: [(restricted.return_to_triage, {"reason": WHY})],
        Action.GRANT_ACCESS: [
            (access.grant, {"account_id": stage.home.head.id, "reason": WHY}),
            (access.grant, {"account_id": stage.works.head.id, "reason": WHY}),
            (access.end_access, {"account_id": stage.province.chief.id, "reason": WHY}),
        ],
        Action.RECORD_CONFLICT: [
            (conflicts.record_conflict, {"account_id": one.id, "reason": WHY})
            for one in (stage.inspectorate.head, stage.home.head)
        ],
        Action.NAME_ACCUSED: [
            (conflicts.name_accused, {"agency_id": one, "reason": WHY})
            for one in (agencies[1], stage.inspectorate.agency.id)
        ],
        Action.SEAL_IDENTITY: [(identity.seal_again, {})],
        Action.REVEAL_IDENTITY: [(identity.reveal, {"reason": WHY})],
    }  # fmt: skip


SUBMITTER_MOVES: dict[Action, tuple[Verb, dict[str, Any]]] = {
    Action.SUPPLY: (supplements.reply, {"text": WHY}),
    Action.RATE: (submitter.rate, {"score": 1}),
    Action.REOPEN: (submitter.reopen, {"reason": WHY}),
    Action.WITHDRAW: (submitter.withdraw, {}),
    Action.LEAVE: (following.leave, {}),
}
REFUSALS = (Refused, TransitionRefused, NotFound, InvalidInput)
"""How a verb says no: nothing was changed then."""
